# SPDX-License-Identifier: GPL-2.0-or-later
"""Any polygon that somebody drew in the last thirty years to one that can be measured:
valid, closed, flat.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from osgeo import ogr
from shapely import wkb
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union
from shapely.validation import make_valid

from .gdal_errors import quiet

# share of a crossed outline: a smaller loop is a slip of the hand, no part of its own
MIN_LOOP_SHARE = 1e-3

THREAD = 1e-11  # of its largest coordinate, below which a polygon's width is rounding

MAX_COORDINATE = 1e12  # no place on Earth has a larger one in a unit that maps use

# What `repaired` may say it did; those of SILENT leave the outline as it was drawn.
DONE = (
    "height",
    "curve",
    "nowhere",
    "duplicate",
    "open",
    "degenerate",
    "crossing",
    "overlap",
)
SILENT = ("height", "duplicate")


class Repaired(NamedTuple):
    """A valid polygon, None where nothing with an area is left, and codes of DONE in
    the order of the work.
    """

    polygon: Polygon | MultiPolygon | None
    done: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether the outline is not the one that was drawn."""
        return bool(set(self.done) - set(SILENT))


def repaired(geometry: bytes) -> Repaired:
    """Make the WKB of any surface (polygons, curves, collections, with Z and M) a valid
    planar polygon.

    height: Z and M dropped; curve: arcs cut into straight pieces; nowhere: vertices
    dropped whose coordinates are no numbers or beyond MAX_COORDINATE; duplicate:
    repeated vertices dropped; open: a ring closed; degenerate: rings without area
    dropped; crossing: an outline that crosses itself taken apart where it does
    (even-odd, loops below a thousandth dropped) and holes kept within it; overlap: parts
    that lie over each other or share an edge joined.
    """
    done = set()
    shape = None
    if geometry:
        with quiet():
            shape = ogr.CreateGeometryFromWkb(geometry)
    if shape is None or shape.IsEmpty():
        return Repaired(None, ())
    if shape.Is3D() or shape.IsMeasured():
        done.add("height")
        shape.FlattenTo2D()
    if shape.HasCurveGeometry(True):
        done.add("curve")
    if shape.HasCurveGeometry(False):  # also a curved type whose sides are straight
        shape = shape.GetLinearGeometry()
    parts = [
        part
        for polygon in _polygons(shape)
        for part in _simple(_rings(polygon, done), done)
    ]
    return Repaired(_joined(parts, done), tuple(code for code in DONE if code in done))


def polygon_from_wkb(data: bytes) -> Polygon | MultiPolygon | None:
    """The polygon of WKB as it is, valid or not, without heights; repaired where it
    holds curves, vertices that lie nowhere or more than polygons; None where it holds no
    area.
    """
    shape = _plain(data)
    if shape is None:
        return repaired(data).polygon
    if shape.has_z:
        return wkb.loads(wkb.dumps(shape, output_dimension=2))
    return shape


def plain(data: bytes) -> bytes:
    """The WKB itself where all can read it, which is that of polygons with straight
    sides; else that of what `polygon_from_wkb` makes of it, empty where that is nothing.
    """
    if _plain(data) is not None:
        return data
    polygon = repaired(data).polygon
    if polygon is None:
        return b""
    return wkb.dumps(polygon)


def valid(polygon: Polygon | MultiPolygon | None) -> Polygon | MultiPolygon | None:
    """The polygon, repaired where it is invalid; None where nothing with an area is left."""
    if polygon is None or polygon.is_valid:
        return polygon
    return repaired(wkb.dumps(polygon)).polygon


def sound(data: bytes) -> Polygon | MultiPolygon | None:
    """A valid flat polygon from any WKB; None where none is left."""
    polygon = valid(polygon_from_wkb(data))
    if polygon is None or polygon.area == 0:
        return None
    return polygon


def areal(shape: BaseGeometry) -> Polygon | MultiPolygon | None:
    """The polygons of what an operation on valid polygons left, without the lines, points
    and threads beside them; None where none has an area.
    """
    parts = [part for part in _areas(shape) if not _is_thread(part)]
    if len(parts) > 1:
        return MultiPolygon(parts)
    return parts[0] if parts else None


def _is_thread(polygon: Polygon) -> bool:
    """Whether it is no wider than rounding makes it, as between two outlines that run
    along each other. GEOS may add whole polygons to what it cuts with one.
    """
    reach = max(map(abs, polygon.bounds))
    return polygon.area < THREAD * reach * polygon.length


def _plain(data: bytes) -> Polygon | MultiPolygon | None:
    """Polygons with straight sides and vertices somewhere; None for all else."""
    if not data:
        return None
    try:
        shape = wkb.loads(data)
    except (ShapelyError, NotImplementedError, ValueError):
        return None
    if not isinstance(shape, (Polygon, MultiPolygon)) or shape.is_empty:
        return None
    # a length is no number as soon as one vertex is none; bounds do not see that
    with np.errstate(invalid="ignore"):
        extremes = np.abs((*shape.bounds, shape.length))
    if not (extremes < MAX_COORDINATE).all():
        return None
    return shape


def _polygons(shape: ogr.Geometry):
    """The polygons of a geometry, however nested."""
    if ogr.GT_Flatten(shape.GetGeometryType()) in (ogr.wkbPolygon, ogr.wkbTriangle):
        yield shape
        return
    for i in range(shape.GetGeometryCount()):
        yield from _polygons(shape.GetGeometryRef(i))


def _rings(polygon: ogr.Geometry, done: set[str]) -> list[np.ndarray]:
    """Closed rings (n, 2) with at least three corners, the shell first; none where the
    shell has no area.
    """
    rings = []
    for i in range(polygon.GetGeometryCount()):
        points = polygon.GetGeometryRef(i).GetPoints(2) or []
        ring = np.array(points, float).reshape(-1, 2)
        somewhere = (np.abs(ring) < MAX_COORDINATE).all(axis=1)
        if not somewhere.all():
            done.add("nowhere")
            ring = ring[somewhere]
        if len(ring) and (ring[0] != ring[-1]).any():
            done.add("open")
            ring = np.concatenate((ring, ring[:1]))
        steps = np.diff(ring, axis=0, prepend=np.nan)  # none to the first one
        moves = (steps != 0).any(axis=1)
        if not moves.all():
            done.add("duplicate")
        if moves.sum() >= 4:
            rings.append(ring[moves])
        else:
            done.add("degenerate")
            if i == 0:
                return []
    return rings


def _simple(rings: list[np.ndarray], done: set[str]) -> list[Polygon]:
    """The valid polygons of one shell and its holes."""
    if not rings:
        return []
    polygon = Polygon(rings[0], rings[1:])
    if polygon.is_valid:
        return _areas(polygon)
    shell, *holes = (_areas(make_valid(Polygon(ring))) for ring in rings)
    all_holes = unary_union([part for hole in holes for part in hole])
    parts = _areas(unary_union(shell).difference(all_holes))
    whole_area = sum(part.area for part in parts)
    done.add("crossing" if parts else "degenerate")
    return [part for part in parts if part.area >= MIN_LOOP_SHARE * whole_area]


def _joined(parts: list[Polygon], done: set[str]) -> Polygon | MultiPolygon | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    whole = MultiPolygon(parts)
    if whole.is_valid:
        return whole
    done.add("overlap")
    return areal(make_valid(unary_union(parts)))


def _areas(shape) -> list[Polygon]:
    """Polygons with an area in what may also hold lines and points."""
    if isinstance(shape, Polygon):
        if shape.area > 0:
            return [shape]
        return []
    return [polygon for part in getattr(shape, "geoms", ()) for polygon in _areas(part)]
