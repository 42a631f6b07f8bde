# SPDX-License-Identifier: GPL-2.0-or-later
"""Terrain attributes of polygons from any elevation model: other CRS, other cells, partial cover, voids."""
from __future__ import annotations

import math

import numpy as np
from shapely.geometry import MultiPolygon, Polygon, box

from ...errors import UnsuitableRaster
from ...inference.grid import Grid
from ..schema import TERRAIN
from .consistency import check
from .cut import Cut
from .dem import Dem
from .extremes import extremes
from .scarp import scarp_height

FEWEST = 25         # cells: with fewer, a mean slope or a direction says little
FINE = 5.1          # m: on cells of 5 m (true metres differ a little) single trees stick out, and scarps can be seen
AGREEMENT = 0.5     # azim_r below it: the direction is unreliable
EIGHT = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


class Terrain:
    """An elevation model over which polygons of one CRS are laid; fills the fields of schema.TERRAIN.

    `unit` is auto, metres or feet. Raises UnsuitableRaster when the model cannot be opened, has no CRS or does not
    overlap `extent` (xmin, ymin, xmax, ymax in the CRS of the polygons; by default the grid where one is given).
    """

    def __init__(self, dem_path: str, crs: Grid | str, unit: str = "auto",
                 extent: tuple[float, float, float, float] | None = None):
        self.dem = Dem(dem_path, crs, unit)
        outline = box(*extent) if extent else None
        if outline is None and isinstance(crs, Grid):
            outline = Polygon(list(zip(*crs.to_map(np.array([0, crs.width, crs.width, 0]),
                                                   np.array([0, 0, crs.height, crs.height])))))
        if outline is not None and not self.dem.covers_some_of(outline):
            raise UnsuitableRaster(f"The elevation model {self.dem.name} does not overlap the "
                                   f"{'image' if isinstance(crs, Grid) else 'polygons'}; choose one that covers it.")

    def measure(self, polygon: Polygon | MultiPolygon) -> dict[str, float | int | str | None]:
        """Values by field name, but h_l and reach_deg, which need a length; None with fewer than 25 cells.

        Slopes and directions are of the cells with their centre inside.
        """
        values = dict.fromkeys(field.name for field in TERRAIN)
        cut = self.dem.cut(polygon)
        cells = int(cut.inside.sum()) * cut.every ** 2 if cut else 0
        values.update(dem_cells=cells, dem_chk="partial" if cells or cut and cut.has_heights else "none")
        if cells >= FEWEST:
            values.update(_heights(cut))
            values.update(_slopes(cut))
            values["dem_chk"] = check(cut, values)
        return values


def _heights(cut: Cut) -> dict[str, float]:
    low, high = extremes(cut, cut.size <= FINE)
    return {"z_max": round(high, 1), "z_min": round(low, 1), "relief_m": round(high - low, 1)}


def _slopes(cut: Cut) -> dict[str, float | str | None]:
    sloping = np.isfinite(cut.gradient).all(axis=0)
    inside = cut.gradient[:, cut.inside & sloping]
    if not inside.shape[1]:
        return {}
    steep = np.hypot(*inside)
    east, north = -inside.sum(axis=1)
    agreement = math.hypot(east, north) / float(steep.sum()) if steep.mean() > 1e-6 else None
    azimuth = None if not agreement or agreement < 1e-6 else math.degrees(math.atan2(east, north)) % 360
    slope, plane = np.degrees(np.arctan(steep)), plane_slope(cut)
    return {
        "azim_deg": None if azimuth is None else round(azimuth, 1) % 360,
        "azim_r": None if agreement is None else round(agreement, 3),
        "dir8": None if azimuth is None else EIGHT[round(azimuth / 45) % 8],
        "slope_mean": round(float(slope.mean()), 1),
        "slope_pln": round(plane, 1),
        "rough_rt": _roughness(slope, cut.gradient[:, cut.ring & sloping]),
        "scarp_h": scarp_height(cut, azimuth) if (agreement or 0) >= AGREEMENT and cut.size <= FINE else None,
    }


def plane_slope(cut: Cut) -> float:
    """Degrees of the plane that fits the heights inside best (least squares)."""
    places, z = cut.places(cut.inside), cut.heights[cut.inside]
    places, z = places - places.mean(axis=0), z - z.mean()
    rise = np.linalg.lstsq(places.T @ places, places.T @ z, rcond=None)[0]
    return math.degrees(math.atan(math.hypot(*rise)))


def _roughness(slope: np.ndarray, around: np.ndarray) -> float | None:
    """Deviation of slope inside by that in the ring; None where the ring says nothing."""
    deviation = np.degrees(np.arctan(np.hypot(*around))).std() if around.shape[1] >= FEWEST else 0.0
    return round(float(slope.std() / deviation), 2) if deviation > 0.01 else None
