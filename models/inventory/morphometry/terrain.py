# SPDX-License-Identifier: GPL-2.0-or-later
"""Terrain attributes of polygons from any elevation model: other CRS, other cells,
partial cover, voids.
"""

from __future__ import annotations

import math

import numpy as np
from shapely.geometry import MultiPolygon, Polygon, box

from ...errors import Note, UnsuitableRaster
from ...geo.crs import Crs
from ...geo.dem import ElevationModel
from ...geo.grid import Grid
from ..schema import TERRAIN
from .ground import GroundInside
from .plausibility import MAX_STEEPNESS_DEG, check, cover, is_no_ground
from .relief import extremes
from .scarp import scarp_height

FEWEST = 25  # cells: with fewer, a mean slope or a direction says little
# m: on cells of 5 m (true metres differ a little) single trees stick out, and scarps can
# be seen
FINE = 5.1
# share of the outline, or of the polygon, with heights from which the lowest and the
# highest are those of all of it
WHOLE = 0.95
MOSTLY = 0.7  # the same, from which they are told as those of the covered part
UNKNOWN_ENDS = {"z_max": None, "z_min": None, "relief_m": None}
AGREEMENT = 0.5  # azim_r below it: the direction is unreliable
MIN_STEEPNESS = 1e-6  # below, gradients and their agreement are noise
EIGHT = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


class Terrain:
    """An elevation model over which polygons of one CRS are laid; fills the fields of
    schema.TERRAIN.

    Raises UnsuitableRaster when the model lies on another planet or does not overlap
    `extent`: the image's grid, or xmin, ymin, xmax, ymax of the polygons in their CRS.
    """

    def __init__(
        self,
        dem: ElevationModel,
        crs: Crs,
        extent: Grid | tuple[float, float, float, float] | None = None,
    ):
        self.dem = dem
        self._no_ground = 0  # polygons
        self._uncovered = 0  # polygons
        self._crs = crs
        dem.check_planet(crs)
        if extent is None:
            return
        searched = "polygons"
        if isinstance(extent, Grid):
            searched = "image"
            outline = Polygon(extent.corners)
        else:
            outline = box(*extent)
        if not dem.covers_some_of(outline, crs):
            raise UnsuitableRaster(
                "The elevation model {} does not overlap the {}; choose one that covers "
                "it.",
                dem.name,
                searched,
            )

    def measure(
        self, polygon: Polygon | MultiPolygon
    ) -> dict[str, float | int | str | None]:
        """Values by field name, but h_l and reach_deg, which need a length; None with
        fewer than 25 cells, and where they are no ground's. Without elevations of crown
        or toe where part of the outline has no heights.

        Slopes and directions are of the cells with their centre inside.
        """
        values = dict.fromkeys(field.name for field in TERRAIN)
        values.update(dem_cells=0, dem_chk="none")
        cut = self.dem.window(polygon, self._crs)
        if not cut:
            self._uncovered += 1
            return values
        ground = GroundInside(cut)
        values["dem_cells"] = ground.cells
        if ground.cells or cut.has_heights:
            values["dem_chk"] = "partial"
        if ground.cells < FEWEST:
            self._uncovered += 1
            return values
        low, high, outline = extremes(cut, cut.size <= FINE)
        measured = {**_heights(low, high), **slopes_of(ground)}
        if is_no_ground(ground, measured):
            self._no_ground += 1
            values["dem_chk"] = "none"
            return values
        values.update(measured)
        values["dem_chk"] = check(ground, values)
        covered = max(outline, cover(ground))
        if covered < MOSTLY:
            values.update(UNKNOWN_ENDS)
        if covered < WHOLE and values["dem_chk"] == "ok":
            values["dem_chk"] = "partial"
        return values

    @property
    def notes(self) -> tuple[Note, ...]:
        """For the log when all is measured."""
        notes = []
        if self._uncovered:
            notes.append(
                Note(
                    "{} polygons hold fewer than {} cells with heights of the elevation "
                    "model {}: their terrain fields are empty.",
                    self._uncovered,
                    FEWEST,
                    self.dem.name,
                )
            )
        if self._no_ground:
            notes.append(
                Note(
                    "Under {} polygons the elevation model {} rises more than {} degrees "
                    "on average, as no ground does: their terrain fields are empty. "
                    "Check its unit and its voids.",
                    self._no_ground,
                    self.dem.name,
                    f"{MAX_STEEPNESS_DEG:g}",
                )
            )
        return tuple(notes)


def _heights(low: float, high: float) -> dict[str, float]:
    return {
        "z_max": round(high, 1),
        "z_min": round(low, 1),
        "relief_m": round(high - low, 1),
    }


class Slopes:
    """The slopes of cells that come part by part: `count`, `mean` and `deviation` in
    degrees (Chan and others 1983), `rise` the sum of how much they rise per metre, `rises`
    the sums of that east and north.
    """

    def __init__(self):
        self.count = 0
        self.mean = 0.0
        self.rise = 0.0
        self.rises = np.zeros(2)
        self._squares = 0.0  # of differences from the mean

    def add(self, gradient: np.ndarray) -> None:
        """Rise per metre east and north (2, n) of more cells."""
        more = gradient.shape[1]
        if not more:
            return
        steep = np.hypot(*gradient)
        slope = np.degrees(np.arctan(steep))
        count = self.count + more
        off = float(slope.mean()) - self.mean
        self._squares += float(slope.var()) * more + off**2 * self.count * more / count
        self.mean += off * more / count
        self.count = count
        self.rise += float(steep.sum())
        self.rises += gradient.sum(axis=1)

    @property
    def deviation(self) -> float:
        """Standard deviation, degrees; of one cell at least."""
        return math.sqrt(self._squares / self.count)


def slopes_of(ground: GroundInside) -> dict[str, float | str | None]:
    """Those of its attributes that come from slopes, inside and in the ring around; empty
    where no slope is known inside.
    """
    inside = Slopes()
    around = Slopes()
    for strip in ground.cut.strips():
        inside.add(strip.gradient[:, strip.inside & strip.sloping])
        around.add(strip.gradient[:, strip.ring & strip.sloping])
    if not inside.count:
        return {}
    values = {
        "azim_deg": None,
        "azim_r": None,
        "dir8": None,
        "slope_mean": round(inside.mean, 1),
        "slope_pln": round(plane_slope(ground), 1),
        "slope_adj": None,
        "rough_rt": _roughness(inside, around),
        "scarp_h": None,
    }
    if inside.rise <= MIN_STEEPNESS * inside.count:
        return values
    east, north = -inside.rises
    agreement = math.hypot(east, north) / inside.rise
    values["azim_r"] = round(agreement, 3)
    if agreement < MIN_STEEPNESS:
        return values
    azimuth = math.degrees(math.atan2(east, north)) % 360
    values["azim_deg"] = round(azimuth, 1) % 360
    # of the number beside it; one between two is that which follows clockwise
    values["dir8"] = EIGHT[int((values["azim_deg"] + 22.5) // 45) % 8]
    if values["azim_r"] >= AGREEMENT:  # by which length and width go, too
        values["slope_adj"] = slope_beside(ground, azimuth)
        if ground.cut.size <= FINE:
            values["scarp_h"] = scarp_height(ground, azimuth)
    return values


def agreed_direction(azimuth: float | None, agreement: float | None) -> float | None:
    """azim_deg, by its azim_r; None where the slopes do not agree on a direction."""
    if agreement is not None and agreement < AGREEMENT:
        return None
    return azimuth


def slope_beside(ground: GroundInside, azimuth: float) -> float | None:
    """Mean slope (degrees) of the ring's cells that lie on both sides of the outline
    along the movement, neither above the crown nor below the tip: what Oregon's SP-42
    takes for the slope before the failure. None where they are too few.
    """
    turn = math.radians(azimuth)
    down = (math.sin(turn), math.cos(turn))
    extent = ground.places @ down
    slopes = Slopes()
    for strip in ground.cut.strips():
        beside = strip.ring & strip.sloping
        along = strip.places(beside) @ down
        level = (along >= extent.min()) & (along <= extent.max())
        slopes.add(strip.gradient[:, beside][:, level])
    if slopes.count < FEWEST:
        return None
    return round(slopes.mean, 1)


def plane_slope(ground: GroundInside) -> float:
    """Degrees of the plane that fits the heights inside best (least squares)."""
    places = ground.places
    z = ground.heights
    places = places - places.mean(axis=0)
    z = z - z.mean()
    rise = np.linalg.lstsq(places.T @ places, places.T @ z, rcond=None)[0]
    return math.degrees(math.atan(math.hypot(*rise)))


def _roughness(inside: Slopes, around: Slopes) -> float | None:
    """Deviation of slope inside by that in the ring; None where the ring says nothing."""
    if around.count >= FEWEST and around.deviation > 0.01:
        return round(inside.deviation / around.deviation, 2)
    return None
