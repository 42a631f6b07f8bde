# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person wrote of a landslide, carried over to the outline that stands for it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..review.points import POINTS, USGS_LIKELY
from ..status import ACCEPTED, FIELD_CHECK, OPEN, REJECTED

INTERPRETATION = ("movement", "material", "activity", "age_cls", "remarks")
USGS = "usgs_conf"
CONFIDENCE = (*POINTS, "geo_conf")  # belong together: points of two people are no sum
REVIEWER = ("reviewer", "rev_date")  # belong together
RECORD = (*INTERPRETATION, *CONFIDENCE, *REVIEWER, "status", "rej_why")
UNKNOWN = (None, "", "unknown")  # says nothing
RUN_TOGETHER = re.compile(r"(\d{4})(\d\d)(\d\d)(?!\d)")  # a day without separators


def additions(standing: dict, record: dict) -> dict:
    """Of a person's record what the standing one leaves empty, by field name."""
    added = {
        name: record[name]
        for name in (*INTERPRETATION, USGS)
        if standing.get(name) in UNKNOWN and record.get(name) not in UNKNOWN
    }
    if _persons_usgs(record) and not _persons_usgs(standing):
        added[USGS] = record[USGS]
    for group in (CONFIDENCE, REVIEWER):
        if all(standing.get(name) in UNKNOWN for name in group):
            added.update(_stated(record, group))
    if _decides(standing, record):
        if standing.get("status") == OPEN:  # of a machine's, up to then
            added.update(_stated(record, (USGS,)))
        added["status"] = record["status"]
        if standing.get("status"):
            added.update(_decided_by(record))
    return added


def _decides(standing: dict, record: dict) -> bool:
    """Whether a status says more than that which stands. An inventory that states none
    has landslides, of which nobody doubted before; who doubted later than another
    confirmed has the last word.
    """
    before = standing.get("status") or None
    status = record.get("status")
    if status == FIELD_CHECK:
        is_later = _is_earlier(standing, record)
        if before is None:
            is_later = bool(day_of(record))
        return before == OPEN or (before in (None, *ACCEPTED) and is_later)
    if before == FIELD_CHECK and _is_earlier(record, standing):
        return False
    return status in ACCEPTED and before in (None, OPEN, FIELD_CHECK)


def _is_earlier(record: dict, standing: dict) -> bool:
    """By their days; False where one has none."""
    days = [day_of(one) for one in (record, standing)]
    return all(days) and days[0] < days[1]


def day_of(record: dict) -> str:
    """The day of a review, or its month, as ISO 8601 writes it whatever stands between its
    numbers; "" where none is stated, or not the year first.
    """
    text = str(record.get("rev_date") or "").strip()
    numbers = re.findall(r"\d+", RUN_TOGETHER.sub(r"\1-\2-\3", text))[:3]
    if not numbers or len(numbers[0]) != len("2026"):
        return ""
    return "-".join(number.zfill(2) for number in numbers)


def refusal(standing: dict, record: dict) -> dict:
    """What a candidate that stands takes over from who rejected it, by field name."""
    refused = {"status": REJECTED, "rej_why": record.get("rej_why")}
    refused.update(_decided_by(record))
    if standing.get("remarks") in UNKNOWN:
        refused.update(_stated(record, ("remarks",)))
    return refused


def _decided_by(record: dict) -> dict:
    """Who and when, of a decision that is taken over; nothing where neither is stated."""
    if not _stated(record, REVIEWER):
        return {}
    return {name: record.get(name) for name in REVIEWER}


def _stated(record: dict, names: Iterable[str]) -> dict:
    return {name: record[name] for name in names if record.get(name) not in UNKNOWN}


def contradictions(standing: dict, record: dict) -> list[str]:
    """Fields of which the two say different things."""
    names = [*INTERPRETATION, *CONFIDENCE]
    if _persons_usgs(standing) and _persons_usgs(record):
        names.append(USGS)
    return [
        name
        for name in names
        if standing.get(name) not in UNKNOWN
        and record.get(name) not in UNKNOWN
        and standing[name] != record[name]
    ]


def _persons_usgs(record: dict) -> bool:
    """Whether a person gave the USGS confidence: no machine gives as much."""
    return (record.get(USGS) or 0) > USGS_LIKELY


def same_record(one: dict, other: dict) -> bool:
    """Whether both are what one person decided and wrote of an outline."""
    return all(
        one.get(name) == other.get(name)
        or (one.get(name) in UNKNOWN and other.get(name) in UNKNOWN)
        for name in RECORD
    )
