# SPDX-License-Identifier: GPL-2.0-or-later
"""Whose word on a polygon counts: the geologist's confidence, else a person's
confirmation, else the network's class, named as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..language import Language, stored_value
from ..schema import CLASSES, STATUS
from ..status import ACCEPTED, NOT_STATED

GEOLOGIST = "geologist"
NETWORK = "network"
CONFIRMED = "confirmed"  # by a person who gave no confidence
# keys of who gave a class
BY = {GEOLOGIST: "class_by_geologist", NETWORK: "class_by_network"}
GRADES = (
    *(f"{GEOLOGIST}_{name}" for name in CLASSES),
    CONFIRMED,
    *(f"{NETWORK}_{name}" for name in CLASSES),
    NOT_STATED,
)
MIN_CONFIDENT_USGS = 5  # only people give 5 and 8


def grade(values: Mapping[str, Any]) -> str:
    """One of GRADES. A confirmed landslide never has the network's class: a person has
    looked, which counts for more.
    """
    geologist = stored_value(CLASSES, values.get("geo_conf"))
    if geologist:
        return f"{GEOLOGIST}_{geologist}"
    if stored_value(STATUS, values.get("status")) in ACCEPTED:
        if _confident(values.get("usgs_conf")):
            return f"{GEOLOGIST}_high"
        return CONFIRMED
    network = stored_value(CLASSES, values.get("conf_cls"))
    if network:
        return f"{NETWORK}_{network}"
    return NOT_STATED


def class_of(grade: str) -> str:
    """high, moderate, low; `confirmed` and NOT_STATED stay."""
    return grade.rpartition("_")[2]


def grade_name(grade: str, language: Language) -> str:
    """The words of a grade: `low (network)`."""
    if grade == NOT_STATED:
        return language("not_stated")
    if grade == CONFIRMED:
        return language("confirmed_ungraded")
    word = language.choices(CLASSES)[class_of(grade)]
    return language(BY[grade.partition("_")[0]], word=word)


def _confident(usgs_conf: Any) -> bool:
    try:
        return float(usgs_conf or 0) >= MIN_CONFIDENT_USGS
    except (TypeError, ValueError):
        return False
