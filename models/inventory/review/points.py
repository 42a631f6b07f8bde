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
USGS_LIKELY = 3  # a confirmed landslide; also the most that a machine may give
# definite, probable, questionable
USGS_OF_CLASS = {"high": USGS_LIKELY, "moderate": 2, "low": 1}


def class_of_points(points: int) -> str:
    """high, moderate or low of a sum of points."""
    if points >= HIGH_POINTS:
        return "high"
    if points >= MODERATE_POINTS:
        return "moderate"
    return "low"


def geologists_confidence(values: dict) -> dict:
    """geo_conf from the points, and the usgs_conf that follows.

    A feature that nobody judged is not one of 0 points: with some of the points missing
    the class is given only where it is the same whatever they are, else geo_conf stays
    as a person wrote it. usgs_conf is 3 (likely), with geo_conf moderate 2, low 1; 5
    (consequential) and 8 say more than points do and stay where a person gave them.
    """
    points = [values[name] for name in POINTS if values.get(name) is not None]
    geo_conf = values.get("geo_conf")
    if points:
        least = sum(points)
        most = least + MAX_POINTS * (len(POINTS) - len(points))
        if class_of_points(least) == class_of_points(most):
            geo_conf = class_of_points(least)
    usgs_conf = USGS_OF_CLASS.get(geo_conf, USGS_LIKELY)
    if (values.get("usgs_conf") or 0) > USGS_LIKELY:
        usgs_conf = values["usgs_conf"]
    return {"geo_conf": geo_conf, "usgs_conf": usgs_conf}


def class_expression() -> str:
    """The class of the points as an expression of QGIS; `geo_conf` as it is where the
    points that are given leave it open.
    """
    least = " + ".join(f'coalesce("{name}", 0)' for name in POINTS)
    most = " + ".join(f'coalesce("{name}", {MAX_POINTS})' for name in POINTS)
    none = "coalesce({}) is null".format(", ".join(f'"{name}"' for name in POINTS))
    return (
        f"case when {none} then \"geo_conf\" when {least} >= {HIGH_POINTS} then 'high' "
        f"when {least} >= {MODERATE_POINTS} and {most} < {HIGH_POINTS} then 'moderate' "
        f"when {most} < {MODERATE_POINTS} then 'low' else \"geo_conf\" end"
    )
