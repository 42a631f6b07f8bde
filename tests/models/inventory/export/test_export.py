# SPDX-License-Identifier: GPL-2.0-or-later
"""What leaves the house: values as they may be delivered, names that fit, all or nothing."""

from __future__ import annotations

from collections import Counter

import pytest

from models.errors import MrifeError
from models.inventory.export.export import (
    Delivery,
    capped,
    export,
    our_values,
    unreviewed,
    with_extension,
)


def test_usgs_confidence_is_capped_before_review():
    assert capped({"usgs_conf": 8})["usgs_conf"] == 3
    for status in ("candidate", "field_check", "rejected", None):
        assert capped({"usgs_conf": "5", "status": status})["usgs_conf"] == 3
    for values in (
        {"usgs_conf": 8, "status": "confirmed"},
        {"usgs_conf": 3},
        {"usgs_conf": None},
        {"usgs_conf": "n/a"},
    ):
        assert capped(values) is values


def test_what_a_machine_drew():
    assert unreviewed({"p_mean": 0.5}) and unreviewed({"status": "field_check"})
    assert not unreviewed({"area_m2": 5}) and not unreviewed(
        {"status": "modified", "p_mean": 0.5}
    )


def test_values_of_ours_are_read_where_they_can_be():
    unread = Counter()
    found = our_values(
        {
            "ls_id": 7,
            "area_m2": "12.5",
            "usgs_conf": "3",
            "run_utc": "2026-01-02T03:04:05",
            "relief_m": "n/a",
            "img_date": "2026/01/02",
            "rev_date": "2026-01-02",
            "other": 1,
            "sheet": "",
        },
        unread,
    )
    assert found == {
        "ls_id": "7",
        "area_m2": 12.5,
        "usgs_conf": 3,
        "run_utc": "2026-01-02T03:04:05Z",
        "rev_date": "2026-01-02",
    }
    assert unread == {"relief_m": 1, "img_date": 1}


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
