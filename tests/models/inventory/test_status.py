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
    OPEN,
    REJECTED,
    STATUSES,
    folded,
    status_of,
)
from models.inventory.values import typed


def test_every_status_is_open_decided_or_to_be_checked():
    assert sorted(STATUSES) == sorted((OPEN, *DECIDED, FIELD_CHECK))
    assert set(ACCEPTED) < set(BY_PERSON) and REJECTED not in BY_PERSON
    assert OPEN not in DECIDED


@pytest.mark.parametrize("status", STATUS)
def test_a_status_is_known_by_each_of_its_words(status):
    words = [Language.of(code).choices(STATUS)[status] for code in CODES]
    assert {status_of(f" {word.upper()} ") for word in (status, *words)} == {status}
    assert len(set(words)) == len(CODES)


def test_other_words_are_no_status():
    assert status_of("done") is status_of(None) is status_of("") is None
    assert folded(None) == folded(" ") == "" and folded(" Confirmed") == "confirmed"


@pytest.mark.parametrize(
    "name, value, stored",
    [
        ("area_m2", "12.5", 12.5),
        ("area_m2", "twelve", None),
        ("edge", "1.0", 1),
        ("edge", float("nan"), None),
        ("usgs_conf", "", None),
        ("sheet", 12, "12"),
        ("sheet", "", ""),
        ("sheet", None, None),
    ],
)
def test_values_are_read_as_the_kind_of_their_field(name, value, stored):
    assert typed(value, BY_NAME[name]) == stored
