# SPDX-License-Identifier: GPL-2.0-or-later
"""Any polygon that somebody drew in the last thirty years to one that can be measured:
valid, closed, flat.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from osgeo import ogr
from shapely.geometry import MultiPolygon, Polygon
from shapely.ops import unary_union
from shapely.validation import make_valid

from .gdal_errors import quiet

# share of a crossed outline: a smaller loop is a slip of the hand, no part of its own
MIN_LOOP_SHARE = 1e-3

# What `repaired` may say it did; those of SILENT leave the outline as it was drawn.
DONE = ("height", "curve", "duplicate", "open", "degenerate", "crossing", "overlap")
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

    height: Z and M dropped; curve: arcs cut into straight pieces; duplicate: repeated
    vertices dropped; open: a ring closed; degenerate: rings without area dropped;
    crossing: an outline that crosses itself taken apart where it does (even-odd, loops
    below a thousandth dropped) and holes kept within it; overlap: parts that lie over
    each other or share an edge joined.
    """
    done = set()
    with quiet():
        if geometry:
            shape = ogr.CreateGeometryFromWkb(geometry)
        else:
            shape = None
    if shape is None or shape.IsEmpty():
        return Repaired(None, ())
    if shape.Is3D() or shape.IsMeasured():
        done.add("height")
        shape.FlattenTo2D()
    if shape.HasCurveGeometry(False):
        done.add("curve")
        shape = shape.GetLinearGeometry()
    parts = [
        part
        for polygon in _polygons(shape)
        for part in _simple(_rings(polygon, done), done)
    ]
    return Repaired(_joined(parts, done), tuple(code for code in DONE if code in done))


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
        ring = np.array(polygon.GetGeometryRef(i).GetPoints(2) or [], float).reshape(
            -1, 2
        )
        ring = ring[np.isfinite(ring).all(axis=1)]
        if len(ring) and (ring[0] != ring[-1]).any():
            done.add("open")
            ring = np.concatenate((ring, ring[:1]))
        if len(ring):
            moves = np.append(True, (np.diff(ring, axis=0) != 0).any(axis=1))
        else:
            moves = np.zeros(0, bool)
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
        if polygon.area > 0:
            return [polygon]
        return []
    shell, *holes = (_areas(make_valid(Polygon(ring))) for ring in rings)
    parts = _areas(
        unary_union(shell).difference(
            unary_union([hole for parts in holes for hole in parts])
        )
    )
    whole_area = sum(part.area for part in parts)
    done.add("crossing" if parts else "degenerate")
    return [part for part in parts if part.area >= MIN_LOOP_SHARE * whole_area]


def _joined(parts: list[Polygon], done: set[str]) -> Polygon | MultiPolygon | None:
    if len(parts) < 2:
        if parts:
            return parts[0]
        return None
    whole = MultiPolygon(parts)
    if whole.is_valid:
        return whole
    done.add("overlap")
    joined = _areas(make_valid(unary_union(parts)))
    if len(joined) == 1:
        return joined[0]
    return MultiPolygon(joined)


def _areas(shape) -> list[Polygon]:
    """Polygons with an area in what may also hold lines and points."""
    if isinstance(shape, Polygon):
        if shape.area > 0:
            return [shape]
        return []
    return [polygon for part in getattr(shape, "geoms", ()) for polygon in _areas(part)]
