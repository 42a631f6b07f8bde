# SPDX-License-Identifier: GPL-2.0-or-later
"""The geologist's confidence: points for four features of a landslide, summed to a class
(Burns and Madin 2009, Oregon DOGAMI SP-42), and the USGS confidence that follows.

The same limits stand in Python and, for the reviewer's form, in an expression of QGIS.
"""

from __future__ import annotations

POINTS = ("cs_head", "cs_flank", "cs_toe", "cs_inner")  # fields, 0 to 10 points each
MAX_POINTS = 10
HIGH_POINTS = 30  # sums from which the class is high, moderate
MODERATE_POINTS = 11
USGS_CONFIDENT = 5  # a confirmed landslide of high confidence
USGS_LIKELY = 3  # any other confirmed one; also the most that a machine may give


def class_of_points(points: int) -> str:
    """high, moderate or low of a sum of points."""
    if points >= HIGH_POINTS:
        return "high"
    if points >= MODERATE_POINTS:
        return "moderate"
    return "low"


def geologists_confidence(values: dict) -> dict:
    """geo_conf from the points where any are given; usgs_conf lifted to what a
    confirmation means, never lowered: 8 only a person gives.
    """
    points = [values[name] for name in POINTS if values.get(name) is not None]
    geo_conf = values.get("geo_conf")
    if points:
        geo_conf = class_of_points(sum(points))
    least = USGS_LIKELY
    if geo_conf == "high":
        least = USGS_CONFIDENT
    return {
        "geo_conf": geo_conf,
        "usgs_conf": max(values.get("usgs_conf") or 0, least),
    }


def class_expression() -> str:
    """The class of the points as an expression of QGIS; `geo_conf` as it is where no
    points are given.
    """
    none = "coalesce({}) is null".format(", ".join(f'"{name}"' for name in POINTS))
    total = " + ".join(f'coalesce("{name}", 0)' for name in POINTS)
    return (
        f"case when {none} then \"geo_conf\" when {total} >= {HIGH_POINTS} then 'high' "
        f"when {total} >= {MODERATE_POINTS} then 'moderate' else 'low' end"
    )
