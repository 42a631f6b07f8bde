# SPDX-License-Identifier: GPL-2.0-or-later
"""Which image and sheet an outline comes from that names none: the image under the review
where that shows it; of what a person drew there, those of the polygons beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from shapely.geometry import MultiPolygon, Polygon

from ...geo.crs import Crs

PROVENANCE = ("sheet", "src_img", "img_date", "gsd_m")
STATED = ("sheet", "src_img")  # without both of them the origin is unknown


@dataclass(frozen=True)
class ShownImage:
    """What the reviewer looks at: its name, and where it lies, as least x and y, largest
    x and y in its CRS; a missing CRS stands for that of the polygons.
    """

    name: str
    crs: Crs
    bounds: tuple[float, float, float, float]

    def shows(self, polygon: Polygon | MultiPolygon, crs: Crs) -> bool:
        """Whether a point inside a polygon of `crs` lies on it."""
        (inside,) = polygon.representative_point().coords
        if not self.crs.is_missing:
            inside = crs.transform([inside], self.crs)[0]
        west, south, east, north = self.bounds
        return bool(west <= inside[0] <= east and south <= inside[1] <= north)


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
