# SPDX-License-Identifier: GPL-2.0-or-later
"""Which image and sheet an outline comes from that a person drew: that of the polygons
beside it, for the same image lay under the review.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from shapely.geometry import MultiPolygon, Polygon

PROVENANCE = ("sheet", "src_img", "img_date", "gsd_m")
STATED = ("sheet", "src_img")  # without both of them the origin is unknown


def is_stated(values: dict) -> bool:
    """Whether attributes say which image or sheet an outline comes from."""
    return any(values.get(name) for name in STATED)


def inherit(
    outlines: Sequence[tuple[Polygon | MultiPolygon, dict]],
    others: Sequence[tuple[Polygon | MultiPolygon, dict]],
) -> int:
    """Give outlines the fields of PROVENANCE of the nearest of `others` that states
    them, where their own are empty; all in one CRS. Returns how many got some.
    """
    donors = [(polygon, values) for polygon, values in others if is_stated(values)]
    heirs = [(polygon, values) for polygon, values in outlines if not is_stated(values)]
    if not donors or not heirs:
        return 0
    places = np.array([_middle(polygon) for polygon, _ in donors])
    for polygon, values in heirs:
        away = np.hypot(*(places - _middle(polygon)).T)
        nearest = donors[int(np.argmin(away))][1]
        for name in PROVENANCE:
            if values.get(name) in (None, ""):
                values[name] = nearest.get(name)
    return len(heirs)


def _middle(polygon: Polygon | MultiPolygon) -> np.ndarray:
    west, south, east, north = polygon.bounds
    return np.array(((west + east) / 2, (south + north) / 2))
