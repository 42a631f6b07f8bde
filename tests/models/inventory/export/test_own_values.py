# SPDX-License-Identifier: GPL-2.0-or-later
"""Values as they are read, and as they may be delivered."""

from __future__ import annotations

from collections import Counter

from models.inventory.export.own_values import capped, our_values, unreviewed


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
