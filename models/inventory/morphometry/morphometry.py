# SPDX-License-Identifier: GPL-2.0-or-later
"""All that a polygon and an elevation model say of a landslide: shape, terrain, and
sizes where asked for.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from shapely.geometry import MultiPolygon, Polygon

from ...errors import Note
from ...geo.coordinates import RingTable
from ...geo.crs import Crs
from ...geo.dem import ElevationModel
from ...geo.grid import Grid
from ...geo.local_plane import LocalPlane
from ..schema import BY_NAME, SHAPE, SIZE, TERRAIN
from .shape import OutlineShape, Shape, road_like, surely_no_road
from .terrain import AGREEMENT, Terrain
from .volume import sizes

SOURCE = (BY_NAME["dem_src"], BY_NAME["dem_res"])


class Morphometry:
    """Measures polygons of one CRS; `fields` are those that `measure` fills.

    `dem` may be in any CRS; `extent` (the image's grid, or xmin, ymin, xmax, ymax in the
    polygons' CRS) is what the model must overlap. Raises UnsuitableRaster.
    """

    def __init__(
        self,
        crs: Crs,
        dem: ElevationModel | None = None,
        sizes: bool = False,
        extent: Grid | tuple[float, float, float, float] | None = None,
    ):
        self._crs = crs
        self._shape = Shape(crs)
        self._local_plane = LocalPlane(crs)
        # polygons in units as long in all directions
        self.to_scale = self._local_plane.to_scale
        self._sizes = sizes
        self.fields = SHAPE
        self.terrain = None
        if dem:
            self.terrain = Terrain(dem, crs, extent)
            self.fields += SOURCE + TERRAIN
            self._source = {
                "dem_src": self.terrain.dem.name[:60],
                "dem_res": self.terrain.dem.resolution,
            }
        if sizes:
            self.fields += SIZE

    def measure(
        self, polygon: Polygon | MultiPolygon
    ) -> dict[str, float | int | str | None]:
        """Values by field name; None where something cannot be computed."""
        return self.measure_all([polygon])[0]

    def measure_all(
        self,
        polygons: Sequence[Polygon | MultiPolygon],
        points: Sequence[tuple[float, float]] | None = None,
        outlines: Sequence[OutlineShape] | None = None,
    ) -> list[dict[str, float | int | str | None]]:
        """Of each polygon what `measure` gives, for less: shapes are measured together.
        `points` are their inner points, `outlines` what is measured of their outlines,
        where these are known.
        Raises UnsuitableRaster where one of them lies outside what the CRS defines.
        """
        if not polygons:
            return []
        terrains = [{} for _ in polygons]
        if self.terrain:
            terrains = [self.terrain.measure(polygon) for polygon in polygons]
        azimuths = [_direction(values) for values in terrains]
        shapes = self._shape.measure_all(polygons, azimuths, points, outlines)
        return [self._joined(*each) for each in zip(shapes, terrains)]

    def shapes(
        self, polygons: Sequence[Polygon | MultiPolygon]
    ) -> list[dict[str, float | str | None]]:
        """Of each what needs no elevation, in m, m2 and degrees: the fields of SHAPE."""
        if not polygons:
            return []
        return self._shape.measure_all(polygons, [None] * len(polygons))

    def outlines(self, table: RingTable) -> list[OutlineShape]:
        """As of `Shape`."""
        return self._shape.outlines(table)

    def are_roads(
        self, polygons: Sequence[Polygon | MultiPolygon], table: RingTable
    ) -> list[bool]:
        """Whether each is `road_like`; `table` holds their rings."""
        none = surely_no_road(self._local_plane.table_to_scale(table))
        return [
            not surely_none and road_like(self.to_scale(polygon))
            for polygon, surely_none in zip(polygons, none.tolist())
        ]

    @property
    def notes(self) -> tuple[Note, ...]:
        """For the log when all is measured."""
        if self.terrain is None:
            return ()
        return self.terrain.dem.notes_on(self._crs) + self.terrain.notes

    def _joined(self, shape: dict, terrain: dict) -> dict:
        values = {**shape, **terrain}
        if terrain:
            values.update(self._source)
            values.update(_reach(values))
        if self._sizes:
            return {**values, **sizes(values)}
        return values


def _direction(terrain: dict) -> float | None:
    """The azimuth that length follows; None where it is not to be relied on."""
    if terrain and (terrain["azim_r"] or 0) >= AGREEMENT:
        return terrain["azim_deg"]
    return None


def _reach(values: dict) -> dict[str, float | None]:
    """H / L and its angle; only for a length along the movement, and where the relief is
    that of the whole outline.
    """
    along = values["lw_meth"] == "dem" and values["length_m"]
    partial = values["relief_m"] is None or values["dem_chk"] == "partial"
    if not along or partial:
        return {"h_l": None, "reach_deg": None}
    ratio = values["relief_m"] / values["length_m"]
    return {"h_l": round(ratio, 3), "reach_deg": round(math.degrees(math.atan(ratio)), 1)}
