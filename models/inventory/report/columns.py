# SPDX-License-Identifier: GPL-2.0-or-later
"""The polygons of any inventory as columns for its report: what the layer says,
measured where it says nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from shapely import wkb
from shapely.geometry import MultiPolygon, Polygon

from ...geo.coordinates import ring_table
from ...geo.crs import Crs
from ...geo.geodesic import Geodesic
from ...geo.local_plane import LocalPlane
from ...geo.overlaps import common_ground
from ...geo.repair import sound
from ...watch import Watch, unwatched
from ..morphometry.hull import convex_hulls, smallest_rectangles
from ..morphometry.morphometry import Morphometry
from ..schema import BY_NAME
from ..values import finite, typed

SHAPE = ("length_m", "width_m", "lw_ratio")
TERRAIN = ("azim_deg", "azim_r", "z_max", "z_min", "relief_m", "h_l", "slope_mean")
NETWORK = ("p_mean",)
ESTIMATES = ("vol_est",)
MODEL = ("dem_src", "dem_res")
TEXTS = (
    "ls_id",
    "method",
    "status",
    "conf_cls",
    "geo_conf",
    "usgs_conf",
    "movement",
    "material",
    "activity",
    "age_cls",
    "vol_meth",
    "rej_why",
    "src_img",
    "img_date",
    "model_id",
    *MODEL,
    "run_utc",
)
# what is read of a layer
COLUMNS = {
    "area_m2",
    *SHAPE,
    *TERRAIN,
    *NETWORK,
    *ESTIMATES,
    *TEXTS,
}
OUTLINE_DETAIL = 60  # an outline is kept for the map to a sixtieth of its size


@dataclass(frozen=True)
class Landslides:
    """Columns of equal length; NaN and None where nothing is known.

    numbers: area_m2 (always of the outline), stored_m2, lon, lat (a point inside, in
    `crs.world`), SHAPE, TERRAIN, NETWORK, ESTIMATES. outlines: WKB, simplified, in `crs`;
    whole: the whole WKB of those that lie over others, or of all that are asked for;
    `broken` polygons without any area were left out.
    """

    crs: Crs
    numbers: dict[str, np.ndarray]
    texts: dict[str, np.ndarray]
    outlines: np.ndarray
    whole: np.ndarray
    broken: int = 0

    def __len__(self) -> int:
        return len(self.outlines)

    def take(self, mask: np.ndarray) -> Landslides:
        """Those where `mask` (n,) is true."""
        return Landslides(
            self.crs,
            {name: column[mask] for name, column in self.numbers.items()},
            {name: column[mask] for name, column in self.texts.items()},
            self.outlines[mask],
            self.whole[mask],
            self.broken,
        )


def collect(
    records: Iterable[tuple[bytes, dict]],
    crs: Crs,
    morphometry: Morphometry | None = None,
    keep_whole: bool = False,
    watch: Watch = unwatched,
) -> Landslides:
    """From (WKB, values by field name) in `crs`; `keep_whole`: the outlines of all.

    Where the layer does not say L/W it is that of the smallest rectangle; where it does
    not say the slope, `morphometry` with an elevation model is asked. Raises
    UnsuitableRaster without a CRS.
    """
    frame = LocalPlane(crs)
    geodesic = Geodesic(crs)
    rows = []
    places = []
    outlines = []
    polygons = []
    broken = 0
    for data, values in records:
        polygon = sound(data)
        if polygon is None:
            broken += 1
            continue
        measured = _with_measures(values, polygon, frame, morphometry)
        rows.append((geodesic.area(polygon), measured))
        polygons.append(polygon)
        inside = polygon.representative_point()
        places.append((inside.x, inside.y))
        outlines.append(_simple_outline(polygon))
    if keep_whole:
        whole = [wkb.dumps(polygon) for polygon in polygons]
    else:
        whole = _overlapping(polygons, watch)
    world = crs.world.turned(crs.transform(places, crs.world), 0.0)
    return _columns(rows, world, outlines, whole, crs, broken)


def _with_measures(
    values: dict,
    polygon: Polygon | MultiPolygon,
    frame: LocalPlane,
    morphometry: Morphometry | None,
) -> dict:
    """What a layer says of a polygon, and what it does not say measured."""
    if morphometry and finite(values.get("slope_mean")) is None:
        # lengths follow the direction
        return {**values, **_stated(morphometry.measure(polygon))}
    if finite(values.get("lw_ratio")) is None:
        return {**_rectangle(frame.plane(polygon)), **_stated(values)}
    return values


def _simple_outline(polygon: Polygon | MultiPolygon) -> bytes:
    """WKB with the detail that is seen in a map of all."""
    tolerance = math.sqrt(polygon.area) / OUTLINE_DETAIL
    return wkb.dumps(polygon.simplify(tolerance, preserve_topology=False))


def _overlapping(polygons: list, watch: Watch) -> list[bytes | None]:
    """WKB of those that lie over others, None for the others."""
    whole = [None] * len(polygons)
    for first, second, _ in common_ground(polygons, watch):
        for place in (first, second):
            whole[place] = wkb.dumps(polygons[place])
    return whole


def _rectangle(plane: Polygon | MultiPolygon) -> dict[str, float]:
    hulls = convex_hulls(ring_table([plane]))
    (length,), (width,) = (side.tolist() for side in smallest_rectangles(hulls))
    if width:
        return {"length_m": length, "width_m": width, "lw_ratio": length / width}
    return {}


def _stated(values: dict) -> dict:
    """Without the empty ones; of the measures only what the report shows."""
    return {
        name: value
        for name, value in values.items()
        if value not in (None, "") and name in COLUMNS
    }


def _columns(
    rows: list,
    places: np.ndarray,
    outlines: list,
    whole: list,
    crs: Crs,
    broken: int,
) -> Landslides:
    numbers = {
        name: np.array([_float(values.get(name)) for _, values in rows])
        for name in (*SHAPE, *TERRAIN, *NETWORK, *ESTIMATES)
    }
    numbers["area_m2"] = np.array([area for area, _ in rows], float)
    numbers["stored_m2"] = np.array([_float(values.get("area_m2")) for _, values in rows])
    numbers["lon"], numbers["lat"] = places.T
    texts = {
        name: _objects([_text(name, values.get(name)) for _, values in rows])
        for name in TEXTS
    }
    return Landslides(crs, numbers, texts, _objects(outlines), _objects(whole), broken)


def _objects(values: list) -> np.ndarray:
    column = np.empty(len(values), object)
    column[:] = values
    return column


def _float(value) -> float:
    converted = finite(value)
    if converted is None:
        return math.nan
    return converted


def _text(name: str, value) -> str | None:
    if BY_NAME[name].choices:
        return typed(value, BY_NAME[name]) or None
    if isinstance(value, float):
        if math.isfinite(value):
            return f"{value:g}"
        return None
    if value is None:
        return None
    return str(value)
