# SPDX-License-Identifier: GPL-2.0-or-later
"""Every status of the schema has its part in the review."""

from __future__ import annotations

import pytest

from models.inventory.language import CODES, Language
from models.inventory.schema import BY_NAME, STATUS
from models.inventory.status import (
    ACCEPTED,
    BY_PERSON,
    DECIDED,
    FIELD_CHECK,
    NOT_STATED,
    OPEN,
    REJECTED,
    STATUSES,
    stated,
)
from models.inventory.values import typed


def test_every_status_is_open_decided_or_to_be_checked():
    assert sorted(STATUSES) == sorted((OPEN, *DECIDED, FIELD_CHECK))
    assert set(ACCEPTED) < set(BY_PERSON) and REJECTED not in BY_PERSON
    assert OPEN not in DECIDED


@pytest.mark.parametrize("status", STATUS)
def test_a_status_is_known_by_each_of_its_words(status):
    words = [Language.of(code).choices(STATUS)[status] for code in CODES]
    field = BY_NAME["status"]
    assert {typed(f" {word.upper()} ", field) for word in (status, *words)} == {status}
    assert len(set(words)) == len(CODES)


def test_other_words_stay_as_they_are():
    assert typed(" done ", BY_NAME["status"]) == "done"
    assert typed("  ", BY_NAME["status"]) == ""
    assert stated(["confirmed", None, ""]) == ["confirmed", NOT_STATED, NOT_STATED]


@pytest.mark.parametrize(
    "name, value, stored",
    [
        ("area_m2", "12.5", 12.5),
        ("area_m2", "twelve", None),
        ("edge", "1.0", 1),
        ("edge", float("nan"), None),
        ("edge", "是", 1),
        ("edge", False, 0),
        ("conf", "0,85", 0.85),
        ("conf", "85 %", None),
        ("usgs_conf", "5: confident consequential landslide", 5),
        ("movement", "Rotational  Slide", "rotational_slide"),
        ("movement", "ROTATIONAL-SLIDE", "rotational_slide"),
        ("movement", "旋转滑动", "rotational_slide"),
        ("age_cls", "古滑坡", "ancient"),
        ("age_cls", "古滑坡（全新世以前）", "ancient"),
        ("conf_cls", "ＨＩＧＨ", "high"),
        ("status", "已确认", "confirmed"),
        ("usgs_conf", "", None),
        ("sheet", 12, "12"),
        ("sheet", "", ""),
        ("sheet", None, None),
    ],
)
def test_values_are_read_as_the_kind_of_their_field(name, value, stored):
    assert typed(value, BY_NAME[name]) == stored
