# SPDX-License-Identifier: GPL-2.0-or-later
"""An estimate of the head scarp's height from a profile down the middle of a landslide."""

from __future__ import annotations

import math

import numpy as np

from ...geo.coordinates import places_along
from ...geo.dem_window import DemWindow
from ...geo.many_shapes import parts_of
from .ground import GroundInside

SPAN = 3  # steps that the drop must span
EVEN = 1.05  # times the body's median slope: as good as the body's
# times the body's median slope: what is less steep on the whole is no scarp
STEEPER = 1.3
SWATH = 0.5  # share of the width that the profile averages
STEPS = 240  # of a profile; a step is never shorter than a cell
STRIP_CELLS = 2  # width of the strips along the movement that make the profile
STRIPS = 40  # at most, of the swath
MAX_CELLS = 60_000  # that make a profile; of more only each second, third ...
HEAD = 1 / 3  # share of the length within which the scarp begins


def scarp_height(ground: GroundInside, azimuth: float) -> float | None:
    """Metres from the crown down to where the profile's slope first falls below the
    body's median.

    The profile runs away from the crown, which is the upper side of the outline in the
    middle half of the width, as the movement goes (degrees from north): along the
    movement an arcuate crown would add the ground that it falls itself. None where the
    drop is shorter than three cells or not steeper than the body, and where the crown
    has no heights.
    """
    step, fall = _profile(ground, azimuth)
    if len(fall) < 3 * SPAN:
        return None
    body = max(np.median(fall), 0.0)
    even = EVEN * body
    steep = np.flatnonzero(fall[: int(len(fall) * HEAD) + 1] > even)
    if not len(steep):
        return None
    start = steep[0]
    gentle = np.flatnonzero(fall[start:] <= even)
    if len(gentle):
        end = start + gentle[0]
    else:
        end = len(fall)
    drop = float(fall[start:end].sum())
    steps = end - start
    if steps * step < SPAN * ground.cut.size or drop <= STEEPER * body * steps:
        return None
    if start == 0:  # from the crown to the middle of the first step
        drop = drop + float(fall[0]) / 2
    return round(drop, 1)


def _profile(ground: GroundInside, azimuth: float) -> tuple[float, np.ndarray]:
    """Length of a step away from the crown and by how much the ground falls from each to
    the next, metres, mean of the strips.
    """
    east = math.sin(math.radians(azimuth))
    north = math.cos(math.radians(azimuth))
    axes = np.array(((east, north), (north, -east))).T  # along and across
    cut = ground.cut
    places = ground.places @ axes
    across = places[:, 1]
    half = SWATH / 2 * np.ptp(across) + cut.size / 2
    swath = np.flatnonzero(np.abs(across - np.median(across)) <= half)
    swath = swath[:: len(swath) // MAX_CELLS + 1]
    places = places[swath]
    crown = _crown(cut, axes, np.median(across) + np.array((-half, half)))
    if len(crown) < 2:
        return cut.size, np.zeros(0)
    step = max(cut.size, np.ptp(places[:, 0]) / STEPS)
    strip, away = _from_crown(places, crown)
    place = (away / step).astype(int)
    heights = _mean_heights(ground.heights[swath], strip, place, len(crown))
    falls = -np.diff(heights, axis=1)
    count = np.isfinite(falls).sum(axis=0)
    if not count[:SPAN].any():
        return step, np.zeros(0)  # without heights at the crown
    return step, np.nansum(falls, axis=0)[count > 0] / count[count > 0]


def _mean_heights(
    heights: np.ndarray, strip: np.ndarray, step: np.ndarray, strips: int
) -> np.ndarray:
    """(strips, steps) of heights (n,) by the strip and the step that they lie in; NaN
    where none does.
    """
    steps = int(step.max()) + 1
    bins = strip * steps + step
    counts = np.bincount(bins, minlength=strips * steps)
    sums = np.bincount(bins, heights, strips * steps)
    means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return means.reshape(strips, steps)


def _crown(cut: DemWindow, axes: np.ndarray, across: np.ndarray) -> np.ndarray:
    """Upper side of the outline between two places across, (n, 2) metres along and across:
    one place a strip.
    """
    low, high = across
    # of equal width, so that a landslide has the scarp of its mirror image
    n = int(np.clip((high - low) / (STRIP_CELLS * cut.size), 1, STRIPS))
    width = (high - low) / n
    places = _outline(cut, cut.size / 4) @ axes
    strips = np.floor((places[:, 1] - low) / width).astype(int)
    crown = []
    for strip in range(n):
        here = places[strips == strip]
        if len(here):
            middle = low + (strip + 0.5) * width
            upper = here[here[:, 0] <= here[:, 0].min() + width]
            crown.append(upper[np.argmin(np.abs(upper[:, 1] - middle))])
    return np.array(crown).reshape(-1, 2)


def _from_crown(places: np.ndarray, crown: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest of the crown's places (n,) of each place (n, 2), and its distance from
    the line through them, metres.
    """
    nearest = np.zeros(len(places), int)
    squared = np.full(len(places), np.inf)
    for i, corner in enumerate(crown):
        distance = ((places - corner) ** 2).sum(axis=1)
        closer = distance < squared
        nearest[closer] = i
        squared[closer] = distance[closer]
    for side in (-1, 1):
        other = nearest + side
        beside = (other >= 0) & (other < len(crown))
        start = crown[nearest[beside]]
        course = crown[other[beside]] - start
        offset = places[beside] - start
        share = (offset * course).sum(axis=1) / (course**2).sum(axis=1)
        share = np.clip(share, 0, 1)[:, None]
        distance = ((offset - share * course) ** 2).sum(axis=1)
        squared[beside] = np.minimum(squared[beside], distance)
    return nearest, np.sqrt(squared)


def _outline(cut: DemWindow, spacing: float) -> np.ndarray:
    """Places (n, 2) along the outer rings, metres, at most `spacing` apart."""
    parts = parts_of(cut.plane)
    shells = [np.array(part.exterior.coords)[:, :2] for part in parts]
    return np.concatenate([places_along(ring, spacing) for ring in shells])
