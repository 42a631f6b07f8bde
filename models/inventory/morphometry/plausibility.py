# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether the terrain under a polygon speaks for a landslide: one code, advice and
never a filter.
"""

from __future__ import annotations

import math

import numpy as np

from .ground import GroundInside

LEAST_RELIEF = 5.0  # m
COHERENT = 0.5  # azim_r
COVERED = 0.8  # share of the polygon with heights
# of a mean slope, and of the rise over a polygon's whole extent
MAX_STEEPNESS_DEG = 70.0
SAMPLE = 20000  # cells that a surface is fitted to
# a crest or thalweg lies within this share of the extent from the middle ...
MIDDLE = 0.3
# ... and the ground falls or rises from it on both sides by this share of the relief
BOTH_SIDES = 0.3
# codes of `check` that speak against a landslide
DOUBTS = {"flat", "low_relief", "incoherent", "uphill", "divide", "valley"}


def cover(ground: GroundInside) -> float:
    """Share (0-1) of the polygon that has heights."""
    return float(ground.cells * ground.cut.size**2 / ground.cut.plane.area)


def is_no_ground(ground: GroundInside, values: dict) -> bool:
    """Whether slopes, or the relief by the polygon's extent, are steeper than those of any
    ground of that size: another unit, or voids that count as heights.
    """
    west, south, east, north = ground.cut.plane.bounds
    extent = math.hypot(east - west, north - south)
    steepest = math.tan(math.radians(MAX_STEEPNESS_DEG))
    slope = values.get("slope_mean") or 0.0
    return slope > MAX_STEEPNESS_DEG or values["relief_m"] > steepest * extent


def check(ground: GroundInside, values: dict) -> str:
    """A value of schema.CHECKS; `values` are the other terrain attributes of the same
    ground.
    """
    least = max(3 * ground.height_error, LEAST_RELIEF)
    across = crossing(ground, max(least, BOTH_SIDES * values["relief_m"]))
    answers = (
        ("none", values["slope_pln"] is None),
        (across, across is not None),
        (
            "flat",
            values["slope_pln"] is not None
            and values["slope_pln"] < slope_limit(values["relief_m"]),
        ),
        ("low_relief", values["relief_m"] < least),
        ("incoherent", (values["azim_r"] or 0) < COHERENT),
        (
            "uphill",
            values["azim_deg"] is not None and _uphill(ground, values["azim_deg"]),
        ),
        ("partial", cover(ground) < COVERED),
    )
    return next((code for code, true in answers if true), "ok")


def slope_limit(relief: float) -> float:
    """Degrees of the fitted plane below which ground of this relief (m) counts as flat: 6
    at 5 m, 3 at 20 m, 1 at 60 m.

    From 750 made-up slides (loess and mountains) and 31 of the Jinsha gorge: with less
    than 20 m of relief none is gentler than 7 degrees, with more none than 4; loess
    plateau and valley floors lie below. A long earthflow may be gentler where its relief
    is high.
    """
    return float(np.interp(relief, (5, 20, 60), (6, 3, 1)))


def crossing(ground: GroundInside, least: float) -> str | None:
    """divide or valley where a quadratic surface has its crest or thalweg amid the
    polygon; None elsewhere.

    `least` metres must lie between it and the ground on either side.
    """
    places = ground.places
    z = ground.heights
    step = max(1, len(z) // SAMPLE)
    x, y = ((places - places.mean(axis=0)) / ground.cut.size)[::step].T
    a = np.stack((np.ones_like(x), x, y, x * x / 2, x * y, y * y / 2), axis=1)
    _, *rise, xx, xy, yy = np.linalg.lstsq(a.T @ a, a.T @ z[::step], rcond=None)[0]
    bends, axes = np.linalg.eigh([[xx, xy], [xy, yy]])
    bend, axis = max(zip(bends, axes.T), key=lambda pair: abs(pair[0]))
    along = np.stack((x, y), axis=1) @ axis
    low = along.min()
    high = along.max()
    if abs(bend) > 1e-12:
        turn = -np.dot(rise, axis) / bend
    else:
        turn = math.inf
    if abs(turn - (low + high) / 2) > MIDDLE * (high - low):
        return None
    sides = abs(bend) / 2 * min((turn - low) ** 2, (high - turn) ** 2)
    if sides < least:
        return None
    if bend > 0:
        return "valley"
    return "divide"


def _uphill(ground: GroundInside, azimuth: float) -> bool:
    """Whether the upper third, against the movement, lies no higher than the lower third."""
    along = ground.places @ (
        math.sin(math.radians(azimuth)),
        math.cos(math.radians(azimuth)),
    )
    third = np.ptp(along) / 3
    z = ground.heights
    return bool(
        z[along <= along.min() + third].mean() <= z[along >= along.max() - third].mean()
    )
