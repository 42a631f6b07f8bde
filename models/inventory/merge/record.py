# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person wrote of a landslide, carried over to the outline that stands for it."""

from __future__ import annotations

from ..review.points import POINTS
from ..status import ACCEPTED, OPEN

INTERPRETATION = ("movement", "material", "activity", "age_cls", "remarks")
CONFIDENCE = (*POINTS, "geo_conf")  # belong together: points of two people are no sum
REVIEWER = ("reviewer", "rev_date")  # belong together
UNKNOWN = (None, "", "unknown")  # says nothing


def additions(standing: dict, record: dict) -> dict:
    """Of a person's record what the standing one leaves empty, by field name."""
    added = {
        name: record[name]
        for name in (*INTERPRETATION, "usgs_conf")
        if standing.get(name) in UNKNOWN and record.get(name) not in UNKNOWN
    }
    for group in (CONFIDENCE, REVIEWER):
        if all(standing.get(name) in UNKNOWN for name in group):
            added.update(
                (name, record[name]) for name in group if record.get(name) not in UNKNOWN
            )
    if standing.get("status") in (None, "", OPEN) and record.get("status") in ACCEPTED:
        added["status"] = record["status"]
    return added


def contradictions(standing: dict, record: dict) -> list[str]:
    """Fields of which the two say different things."""
    return [
        name
        for name in (*INTERPRETATION, *CONFIDENCE)
        if standing.get(name) not in UNKNOWN
        and record.get(name) not in UNKNOWN
        and standing[name] != record[name]
    ]
