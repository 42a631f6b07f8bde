# SPDX-License-Identifier: GPL-2.0-or-later
"""An estimate of the head scarp's height from a profile down the middle of a landslide."""

from __future__ import annotations

import math

import numpy as np

from ...geo.dem_window import DemWindow

SPAN = 3  # steps that the drop must span
EVEN = 1.05  # times the body's median slope: as good as the body's
STEEPER = (
    1.3  # times the body's median slope: what is less steep on the whole is no scarp
)
SWATH = 0.5  # share of the width that the profile averages
STEPS = 60  # of a profile; a step is never shorter than a cell
HEAD = 1 / 3  # share of the length within which the scarp begins


def scarp_height(cut: DemWindow, azimuth: float) -> float | None:
    """Metres from the crown down to where the profile's slope first falls below the
    body's median.

    The profile runs in the direction of movement (degrees from north) and averages the
    middle half of the width. None where the drop is shorter than three cells or not
    steeper than the body.
    """
    along, height = _profile(cut, azimuth)
    if len(height) < 3 * SPAN:
        return None
    fall = -np.diff(height) / np.diff(along)
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
    drop = height[start] - height[end]
    run = along[end] - along[start]
    if end - start >= SPAN and drop > STEEPER * body * run:
        return round(float(drop), 1)
    return None


def _profile(cut: DemWindow, azimuth: float) -> tuple[np.ndarray, np.ndarray]:
    """Mean place along the movement and mean height, metres, of each step that has
    cells; crown first.
    """
    places = cut.places(cut.inside)
    z = cut.heights[cut.inside]
    east = math.sin(math.radians(azimuth))
    north = math.cos(math.radians(azimuth))
    along = places @ (east, north)
    across = places @ (north, -east)
    middle = (
        np.abs(across - np.median(across)) <= SWATH / 2 * np.ptp(across) + cut.size / 2
    )
    along = along[middle]
    z = z[middle]
    step = ((along - along.min()) / max(cut.size, np.ptp(along) / STEPS)).astype(int)
    count = np.bincount(step)
    filled = count > 0
    return tuple(
        np.bincount(step, values)[filled] / count[filled] for values in (along, z)
    )
