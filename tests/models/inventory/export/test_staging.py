# SPDX-License-Identifier: GPL-2.0-or-later
"""Files that belong together stand in their places together."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from models.errors import MrifeError
from models.inventory.export.staging import staged


def test_files_take_their_place_together_or_not_at_all(tmp_path, monkeypatch):
    for suffix in ("shp", "dbf", "sbn"):
        (tmp_path / f"x.{suffix}").write_text("old")

    def write(patch=None):
        with staged(str(tmp_path / "x.shp"), (".sbn",)) as folder:
            for suffix in ("shp", "dbf", "cpg"):
                Path(folder, f"x.{suffix}").write_text("new")
            if patch:
                patch.setattr("os.replace", locked)

    replace = os.replace

    def locked(source, target):
        if str(target).endswith("x.shp") and "old" not in str(source):
            raise PermissionError(13, "Permission denied")
        replace(source, target)

    with (
        monkeypatch.context() as patch,
        pytest.raises(MrifeError, match="close them where they are open"),
    ):
        write(patch)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "x.shp": "old",
        "x.dbf": "old",
        "x.sbn": "old",
    }
    write()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "x.shp": "new",
        "x.dbf": "new",
        "x.cpg": "new",
    }
