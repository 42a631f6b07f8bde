# SPDX-License-Identifier: GPL-2.0-or-later
"""How sure one may be of a polygon: its calibrated confidence, the classes made of it,
the order of review.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from ..geo.geodesic import HECTARE

HIGH = 0.8  # lower ends of the classes
MODERATE = 0.5
USGS = {"high": 3, "moderate": 2, "low": 1}  # 5 and 8 are for people
MIN_MAPPING_UNIT_M2 = 2500.0  # where none was asked for
# times the minimum area: below, another image might have lost the polygon
NEAR_MIN_AREA = 1.5

Coefficients = tuple[float, ...]  # one per predictor


def predictors(values: dict) -> tuple[float, ...] | None:
    """1, p_mean, p_p90, p_ctr and log10 of the area in hectares; None where one is
    missing.
    """
    probabilities = [values.get(name) for name in ("p_mean", "p_p90", "p_ctr")]
    area = values.get("area_m2")
    if None in probabilities or area is None or area <= 0:
        return None
    return (1.0, *probabilities, math.log10(area / HECTARE))


def confidence(values: dict, coefficients: Coefficients) -> float | None:
    """Probability that the polygon is a landslide, by logistic regression on
    `predictors`; None without coefficients.

    A model file brings the coefficients in its contract, fitted to polygons of counties
    it was not trained on.
    """
    terms = predictors(values)
    if not coefficients or terms is None:
        return None
    return 1 / (1 + math.exp(-sum(c * x for c, x in zip(coefficients, terms))))


def classes(conf: float | None) -> dict[str, str | float | int | None]:
    """conf, conf_cls and usgs_conf: at most 3 (likely), for nobody has looked yet."""
    if conf is None:
        return {"conf": None, "conf_cls": None, "usgs_conf": None}
    conf = round(conf, 3)  # the class is that of the number that stands beside it
    name = "low"
    if conf >= MODERATE:
        name = "moderate"
    if conf >= HIGH:
        name = "high"
    return {"conf": conf, "conf_cls": name, "usgs_conf": USGS[name]}


def priority(values: dict, min_area: float = 0.0) -> float:
    """What review goes by, higher first: confidence (else mean probability) times
    log10(area / minimum area).

    Polygons below the minimum area, as of a legacy inventory, count as little as those
    that just reach it.
    """
    probability = values.get("conf")
    if probability is None:
        probability = values.get("p_mean") or 0.0
    units = (values.get("area_m2") or 0.0) / (min_area or MIN_MAPPING_UNIT_M2)
    return probability * math.log10(max(1.0, units))


def ranks(priorities: Iterable[float]) -> list[int]:
    """1 for the highest; equal ones in their order."""
    return ranks_by([-priority for priority in priorities])


def ranks_by(sort_keys: Sequence) -> list[int]:
    """1 for the least; equal ones in their order."""
    order = sorted(range(len(sort_keys)), key=sort_keys.__getitem__)
    rank = [0] * len(order)
    for place, i in enumerate(order, 1):
        rank[i] = place
    return rank
