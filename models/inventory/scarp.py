# SPDX-License-Identifier: GPL-2.0-or-later
"""An estimate of the head scarp's height from a profile down the middle of a landslide."""
from __future__ import annotations

import math

import numpy as np

from .dem import Cut

SPAN = 3            # steps that the drop must span
STEEPER = 1.3       # times the body's median slope: what is less steep on the whole is no scarp
SWATH = 0.5         # share of the width that the profile averages
STEPS = 60          # of a profile; a step is never shorter than a cell
HEAD = 1 / 3        # share of the length within which the scarp begins


def scarp_height(cut: Cut, azimuth: float) -> float | None:
    """Metres from the crown down to where the profile's slope first falls below the body's median.

    The profile runs in the direction of movement (degrees from north) and averages the middle half of the width. None
    where the drop is shorter than three cells or not steeper than the body.
    """
    profile = _profile(cut, azimuth)
    if len(profile) < 3 * SPAN:
        return None
    fall = -np.diff(profile)
    body = np.median(fall)
    head = int(len(fall) * HEAD) + 1
    start = int(np.argmax(fall[:head] > body)) if (fall[:head] > body).any() else len(fall)
    below = np.flatnonzero(fall[start:] <= body)
    end = start + (int(below[0]) if len(below) else len(fall) - start)
    drop = float(profile[start] - profile[end]) if end > start else 0.0
    return round(drop, 1) if end - start >= SPAN and drop > STEEPER * max(body, 0) * (end - start) else None


def _profile(cut: Cut, azimuth: float) -> np.ndarray:
    """Mean height per step along the movement, crown first; gaps filled along the line."""
    places, z = cut.places(cut.inside), cut.heights[cut.inside]
    east, north = math.sin(math.radians(azimuth)), math.cos(math.radians(azimuth))
    along, across = places @ (east, north), places @ (north, -east)
    middle = np.abs(across - np.median(across)) <= SWATH / 2 * np.ptp(across) + cut.size / 2
    step = ((along[middle] - along[middle].min()) / max(cut.size, np.ptp(along) / STEPS)).astype(int)
    count = np.bincount(step)
    seen = np.flatnonzero(count)
    return np.interp(np.arange(len(count)), seen, np.bincount(step, z[middle])[seen] / count[seen])
