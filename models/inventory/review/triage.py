# SPDX-License-Identifier: GPL-2.0-or-later
"""Advice before a person looks: accept, check or reject, with the codes of what speaks
against accepting.

Advice only: nothing is dropped or decided. The thresholds are conventions, not measured;
the reviewer sees the codes.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..confidence import HIGH, MODERATE, NEAR_MIN_AREA
from ..language import Language
from ..morphometry.plausibility import DOUBTS

MAX_MASKED_SHARE = 0.6  # under exclusion masks; from here a polygon is hardly a landslide
MIN_MASKED_SHARE = 0.1  # under exclusion masks; from here it is worth a look
# mean probability, uncalibrated, that may pass for high where the terrain agrees
LIKELY_MEAN = 0.7

CODES = (  # of what speaks against accepting, the gravest first
    "L",  # road-like: long and of constant width
    "X",  # under a mask
    "D",  # terrain doubt
    "C",  # low confidence
    "M",  # moderate confidence
    "U",  # uncertain
    "N",  # not calibrated
    "E",  # cut by the edge
    "S",  # small
    "K",  # several in one
    "O",  # known already
)
AGAINST = {"flat", "uphill"}  # the two that a landslide hardly has


def advise(
    values: dict, road: bool = False, min_area: float = 0.0
) -> tuple[str, str | None]:
    """triage and tri_why (of CODES, comma-separated, the gravest first) of one
    polygon's attributes.

    reject: road-like, masked by 60 % and more, or both of low confidence and flat or
    uphill. accept: no doubts, and either calibrated as high or of mean probability 0.7
    and more where the terrain agrees. All else: check.
    """
    codes = doubts(values, road, min_area)
    probability = confidence_of(values)
    masked = (values.get("excl_fr") or 0) >= MAX_MASKED_SHARE
    low = probability is not None and probability < MODERATE
    unlikely = low and values.get("dem_chk") in AGAINST
    if "L" in codes or masked or unlikely:
        advice = "reject"
    elif codes - {"N"} or not _sound(values):
        advice = "check"
    else:
        advice = "accept"
    return advice, ",".join(code for code in CODES if code in codes) or None


def doubts(values: dict, road: bool, min_area: float) -> set[str]:
    """Codes that hold for a polygon: those detection flagged, and those that follow
    from its other attributes.
    """
    flagged = set(codes_of(values.get("flags")))
    probability = confidence_of(values)
    area = values.get("area_m2")
    masked = values.get("excl_fr") or 0
    tests = {
        "L": road,
        "X": masked >= MIN_MASKED_SHARE,
        "D": values.get("dem_chk") in DOUBTS,
        "E": values.get("edge") == 1,
        "C": probability is not None and probability < MODERATE,
        "N": values.get("conf") is None,
        "M": MODERATE <= (values.get("conf") or 0) < HIGH,
        "S": area is not None and min_area > 0 and area < NEAR_MIN_AREA * min_area,
    }
    return flagged | {code for code, holds in tests.items() if holds}


def confidence_of(values: dict) -> float | None:
    """Calibrated confidence, else mean probability, 0-1; None where neither is known."""
    if values.get("conf") is not None:
        return values.get("conf")
    return values.get("p_mean")


def codes_of(text: str | None) -> list[str]:
    """The codes in a text of flags or reasons, with or without commas; none where it
    is something else.
    """
    letters = [letter for letter in str(text or "") if letter not in ",; "]
    if set(letters) <= set(CODES):
        return letters
    return []


def in_words(text: str, language: Language) -> str:
    """A text of codes in the words of a language; as it is where it is something else."""
    doubts = [language(f"doubt_{code}") for code in codes_of(text)]
    return language.listed(doubts, "semicolon") or text


def wordings(texts: Iterable[str], language: Language) -> dict[str, str]:
    """The words of a language for each different text of codes: what a form shows."""
    return {text: in_words(text, language) for text in sorted(set(texts) - {""})}


def _sound(values: dict) -> bool:
    conf = values.get("conf")
    mean = values.get("p_mean")
    if conf is not None:
        return conf >= HIGH
    return mean is not None and mean >= LIKELY_MEAN and values.get("dem_chk") == "ok"
