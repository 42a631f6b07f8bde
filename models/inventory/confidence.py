# SPDX-License-Identifier: GPL-2.0-or-later
"""How sure one may be of a polygon: its calibrated confidence, the classes made of it,
the order of review.
"""

from __future__ import annotations

import math

HIGH = 0.8  # lower ends of the classes
MODERATE = 0.5
USGS = {"high": 3, "moderate": 2, "low": 1}  # 5 and 8 are for people
UNIT = 2500.0  # m2: the minimum mapping unit where none was asked for

Coefficients = tuple[float, ...]  # one per predictor


def predictors(values: dict) -> tuple[float, ...] | None:
    """1, p_mean, p_p90, p_ctr and log10 of the area in hectares; None where one is
    missing.
    """
    found = [values.get(name) for name in ("p_mean", "p_p90", "p_ctr", "area_m2")]
    if None in found or found[3] <= 0:
        return None
    return (1.0, *found[:3], math.log10(found[3] / 10_000))


def confidence(values: dict, coefficients: Coefficients) -> float | None:
    """Probability that the polygon is a landslide, by logistic regression on
    `predictors`; None without coefficients.

    A model file brings the coefficients in its contract, fitted to polygons of counties
    it was not trained on.
    """
    found = predictors(values)
    if not coefficients or found is None:
        return None
    return 1 / (1 + math.exp(-sum(c * x for c, x in zip(coefficients, found))))


def classes(conf: float | None) -> dict[str, str | float | int | None]:
    """conf, conf_cls and usgs_conf: at most 3 (likely), for nobody has looked yet."""
    if conf is None:
        return {"conf": None, "conf_cls": None, "usgs_conf": None}
    if conf >= HIGH:
        name = "high"
    else:
        if conf >= MODERATE:
            name = "moderate"
        else:
            name = "low"
    return {"conf": round(conf, 3), "conf_cls": name, "usgs_conf": USGS[name]}


def priority(values: dict, min_area: float = 0.0) -> float:
    """What review goes by, higher first: confidence (else mean probability) times
    log10(area / minimum area).

    Polygons below the minimum area, as of a legacy inventory, count as little as those
    that just reach it.
    """
    if values.get("conf") is not None:
        sure = values.get("conf")
    else:
        sure = values.get("p_mean")
    return (sure or 0.0) * math.log10(
        max(1.0, (values.get("area_m2") or 0.0) / (min_area or UNIT))
    )


def ranks(priorities: list[float]) -> list[int]:
    """1 for the highest; equal ones in their order."""
    order = sorted(range(len(priorities)), key=lambda i: -priorities[i])
    rank = [0] * len(order)
    for place, i in enumerate(order, 1):
        rank[i] = place
    return rank
