# SPDX-License-Identifier: GPL-2.0-or-later
"""What leaves the house: names that fit, all or nothing."""

from __future__ import annotations

from collections import Counter

import pytest

from models.errors import MrifeError
from models.inventory.export.export import Delivery, export, with_extension


def test_extensions():
    assert (
        with_extension("a/b.KMZ", "kml") == "a/b.kmz"
        and with_extension("a.b/c", "slido") == "a.b/c.gpkg"
    )
    assert with_extension("a/b.gpkg", "inspire") is None


def test_a_full_disk_is_a_sentence_and_leaves_nothing(tmp_path):
    def rows():
        raise OSError(28, "No space left on device")
        yield

    delivery = Delivery("kml", str(tmp_path / "x.kml"), "")
    with pytest.raises(
        MrifeError, match="disk of .* is full, and 'x.kml' was not written"
    ):
        list(export(rows(), delivery, Counter()))
    assert list(tmp_path.iterdir()) == []
