# SPDX-License-Identifier: GPL-2.0-or-later
"""IFFI, the Italian inventory: its table, levels 1 and 2 of the record sheet, and its
three geometries: a point for every landslide, a polygon for those of 1 ha and more, a
line for those much narrower than long.

APAT 2007, the IFFI guide for compilers: the point (PIFF) lies on the highest place of the
crown; below 1 ha, the smallest that its scale of 1:10,000 to 1:25,000 shows, there is
nothing but the point. How narrow a line is, is ours.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from shapely import wkb
from shapely.affinity import rotate
from shapely.geometry import LineString, MultiPolygon, Point, Polygon

from ...geo.crs import Crs
from ...geo.geodesic import Geodesic
from ...geo.local_plane import LocalPlane
from ...geo.many_shapes import parts_of
from ..morphometry.shape import RIBBON_RATIO
from ..morphometry.terrain import agreed_direction
from ..status import ACCEPTED
from .column import Column, direction, same, theirs, times, words
from .vector_file import Rows

MIN_POLYGON_M2 = 10_000.0
STATIONS = 12  # across a narrow landslide, whose middles make the line
# endings of the layers beside the polygons, which have the file's own name
LAYERS = {"point": "_piff", "line": "_linee"}

IFFI_MOVEMENTS = {
    "fall": "crollo/ribaltamento",
    "topple": "crollo/ribaltamento",
    "rotational_slide": "scivolamento rotazionale/traslativo",
    "planar_slide": "scivolamento rotazionale/traslativo",
    "wedge_slide": "scivolamento rotazionale/traslativo",
    "spread": "espansione",
    "earthflow": "colamento lento",
    "debris_avalanche": "colamento rapido",
    "slope_deformation": "DGPV",
    "complex": "complesso",
    "unknown": "n.d.",
}
IFFI_ACTIVITY = {
    "active": "attivo",
    "reactivated": "riattivato",
    "suspended": "sospeso",
    "dormant": "quiescente",
    "abandoned": "naturalmente stabilizzato",
    "stabilized": "artificialmente stabilizzato",
    "relict": "relitto",
    "unknown": "n.d.",
}
IFFI_MATERIALS = {
    "rock": "roccia",
    "debris": "detrito",
    "earth": "terra",
    "loess": "terra",
    "clay": "terra",
    "mud": "terra",
    "fill": "terra",
    "unknown": "n.d.",
}
IFFI_METHOD = "fotointerpretazione"


def iffi_method(method: str | None, status: str | None) -> str | None:
    """Photo interpretation, where a person drew or confirmed the outline; IFFI has no word
    for what only a machine saw.
    """
    if method in ("auto_edit", "manual") or status in ACCEPTED:
        return IFFI_METHOD
    return None


IFFI = (
    theirs("ID_FRANA", "text", 24),  # a sequential code that the region gives
    same("ls_id", "text", 24, "ls_id"),
    words("TIPO_MOV", 40, "movement", IFFI_MOVEMENTS),
    words("MATERIALE", 12, "material", IFFI_MATERIALS),
    words("STATO_ATT", 30, "activity", IFFI_ACTIVITY, True),
    times("AREA", "area_m2"),
    times("LUNGHEZZA", "length_m"),
    times("LARGHEZZA", "width_m"),
    times("Q_CORONA", "z_max"),
    times("Q_UNGHIA", "z_min"),
    times("DISLIVELLO", "relief_m"),
    times("PENDENZA", "slope_mean"),
    direction("AZIMUT"),
    times("PROFONDITA", "depth_est"),
    Column("METODO", "text", 50, ("method", "status"), iffi_method, True),
)

# outline, values, and the plane to measure on, where there is a CRS for one
Geometry = Callable[[bytes, Mapping[str, Any], "LocalPlane | None"], "bytes | None"]


class OneGeometry:
    """Rows of those landslides that have a geometry of one kind, made anew on each pass;
    `rows` are WKB in the CRS of `wkt` and the attributes of schema.ALL, `fill` makes the
    body's of them.
    """

    def __init__(self, rows: Rows, wkt: str, kind: str, fill: Callable[[Mapping], dict]):
        self._rows = rows
        crs = Crs(wkt)
        self._geodesic = None
        self._plane = None
        if crs.is_on_planet:
            self._geodesic = Geodesic(crs)
            self._plane = LocalPlane(crs)
        self._geometry = GEOMETRIES[kind]
        self._fill = fill

    def __iter__(self) -> Iterator[tuple[bytes, dict]]:
        for outline, values in self._rows:
            measured = dict(values)
            if self._geodesic is not None:
                measured["area_m2"] = self._geodesic.area(wkb.loads(outline))
            geometry = self._geometry(outline, measured, self._plane)
            if geometry is not None:
                yield geometry, self._fill(values)


def _polygon(
    outline: bytes, values: Mapping[str, Any], _plane: LocalPlane | None
) -> bytes | None:
    if _is_narrow(values) or not _is_large(values):
        return None
    return outline


def _line(
    outline: bytes, values: Mapping[str, Any], plane: LocalPlane | None
) -> bytes | None:
    if not (_is_narrow(values) and _is_large(values)):
        return None
    polygon = wkb.loads(outline)
    return wkb.dumps(middle_line(polygon, crown(polygon, _azimuth(values), plane)))


def _point(
    outline: bytes, values: Mapping[str, Any], plane: LocalPlane | None
) -> bytes | None:
    return wkb.dumps(crown(wkb.loads(outline), _azimuth(values), plane))


GEOMETRIES: dict[str, Geometry] = {"polygon": _polygon, "point": _point, "line": _line}


def _azimuth(values: Mapping[str, Any]) -> float | None:
    return agreed_direction(values.get("azim_deg"), values.get("azim_r"))


def crown(
    polygon: Polygon | MultiPolygon, azimuth: float | None, plane: LocalPlane | None
) -> Point:
    """The place of the outline farthest against the movement (degrees from true north);
    a point inside where that is not known.
    """
    if azimuth is None:
        return polygon.representative_point()
    metres = polygon if plane is None else plane.plane(polygon)
    turn = math.radians(azimuth)
    along = _corners(metres) @ (math.sin(turn), math.cos(turn))
    return Point(_corners(polygon)[int(np.argmin(along))])


def _corners(polygon: Polygon | MultiPolygon) -> np.ndarray:
    """Vertices (n, 2) of the shells."""
    return np.concatenate([part.exterior.coords for part in parts_of(polygon)])[:, :2]


def middle_line(polygon: Polygon | MultiPolygon, start: Point) -> LineString:
    """The middles of a polygon's cross-sections along its longest extent, beginning at
    the end that is nearer to `start`.
    """
    largest = max(parts_of(polygon), key=lambda part: part.area)
    box = largest.minimum_rotated_rectangle
    corners = np.array(box.exterior.coords)[:3]
    sides = np.diff(corners, axis=0)
    lengths = np.hypot(*sides.T)
    along = sides[int(np.argmax(lengths))] / lengths.max()
    angle = math.degrees(math.atan2(along[1], along[0]))
    level = rotate(largest, -angle, origin=(0, 0))
    west, south, east, north = level.bounds
    middles = []
    for x in np.linspace(west, east, STATIONS + 2)[1:-1]:
        across = level.intersection(LineString([(x, south - 1), (x, north + 1)]))
        longest = max(parts_of(across), key=lambda part: part.length)
        middles.append(longest.centroid.coords[0])
    line = rotate(LineString(middles), angle, origin=(0, 0))
    first = Point(line.coords[0])
    last = Point(line.coords[-1])
    if last.distance(start) < first.distance(start):
        return LineString(list(line.coords)[::-1])
    return line


def _is_large(values: Mapping[str, Any]) -> bool:
    """An area that nobody knows does not make a landslide small."""
    area = values.get("area_m2")
    return area is None or area >= MIN_POLYGON_M2


def _is_narrow(values: Mapping[str, Any]) -> bool:
    length = values.get("length_m")
    width = values.get("width_m")
    if not length or not width:
        return False
    return max(length, width) >= RIBBON_RATIO * min(length, width)
