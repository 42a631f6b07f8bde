# SPDX-License-Identifier: GPL-2.0-or-later
"""Landslides cut by the edges of map sheets: which pieces belong together, and what
they are together.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from shapely import wkb
from shapely.geometry import MultiLineString, MultiPolygon, Polygon
from shapely.ops import linemerge, unary_union

from ...geo.crs import Crs
from ...geo.spatial_index import SpatialIndex
from ...watch import Watch
from .outline import MatchOutline, by_two_models, same_source
from .overlap import SLIVER_SHARE, overlap

# two pieces that meet along less of their outlines touch by chance, as at a corner
MIN_CONTACT_GAPS = 4
# this much of a cut side, or a quarter, may stay without the whole counting as cut
MAX_CUT_GAPS = 3
# of the perimeter: this long, the outermost outline of a sheet is straight without a cut
STRAIGHT_SHARE = 0.02
BORDER_TOLERANCE = 1e-7  # of the extent of a sheet
MITRE = 2  # join style that keeps corners
MIN_SLIT_WIDTHS2 = 1e-6  # squares of a width: below is what rounding leaves


def cut_sides(polygons: Sequence[bytes], values: Sequence[dict]) -> list[bytes | None]:
    """The sides of each polygon of a layer that lie on the border of its sheet; None
    where there are none.

    A sheet reaches at least as far as its polygons together, so only what lies on their
    bounds can have been cut by a straight border; `values` may say by `edge` = 0 that a
    polygon is whole. WKB in the CRS the sheet was made in.
    """
    shapes = [wkb.loads(data) for data in polygons]
    names = [(value.get("sheet") or value.get("src_img") or "") for value in values]
    by_sheet = {}
    for shape, name in zip(shapes, names):
        by_sheet.setdefault(name, []).append(shape)
    bounds = {name: _bounds(own) for name, own in by_sheet.items()}
    sides = []
    for shape, value, name in zip(shapes, values, names):
        side = None
        if value.get("edge") != 0:
            side = _on_bounds(shape, bounds[name])
        sides.append(side)
    return sides


def _bounds(
    shapes: Sequence[Polygon | MultiPolygon],
) -> tuple[float, float, float, float]:
    west, south, east, north = np.array([shape.bounds for shape in shapes]).T
    return west.min(), south.min(), east.max(), north.max()


def _on_bounds(
    shape: Polygon | MultiPolygon, bounds: tuple[float, float, float, float]
) -> bytes | None:
    west, south, east, north = bounds
    near = BORDER_TOLERANCE * max(east - west, north - south)
    lines = []
    for part in getattr(shape, "geoms", [shape]):
        ring = np.array(part.exterior.coords)[:, :2]
        for axis, side in ((0, west), (0, east), (1, south), (1, north)):
            on = np.abs(ring[:, axis] - side) <= near
            lines += [ring[i : i + 2] for i in np.flatnonzero(on[:-1] & on[1:])]
    if lines:
        return wkb.dumps(MultiLineString(lines))
    return None


def group_pieces(
    outlines: Sequence[MatchOutline], gap: float, watch: Watch
) -> list[list[MatchOutline]]:
    """The pieces of each landslide, one list a landslide, in the order of the outlines.

    Two belong together when both lie on borders, come from different sheets or layers,
    and overlap or lie within `gap` (CRS units) along more than a corner; where `edge`
    does not say that they were cut, or two models saw them on one sheet, only if they do
    not overlap.
    """
    parent = list(range(len(outlines)))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    cut = [i for i, outline in enumerate(outlines) if outline.on_border]
    index = SpatialIndex([outlines[i].shape for i in cut])
    for i in watch(cut):
        around = outlines[i].shape.buffer(gap)
        for j in (cut[place] for place in index.near(around)):
            if j <= i or same_source(outlines[i], outlines[j]):
                continue
            if _meet(outlines[i], outlines[j], around, gap):
                first, second = sorted((root(i), root(j)))
                parent[second] = first
    groups = {}
    for i, outline in enumerate(outlines):
        groups.setdefault(root(i), []).append(outline)
    return list(groups.values())


def _meet(a: MatchOutline, b: MatchOutline, around_a: Polygon, gap: float) -> bool:
    """Whether two pieces touch along more than a corner, and may be one landslide."""
    pieces_by_edge = a.cut_off and b.cut_off and not by_two_models(a, b)
    if not pieces_by_edge and overlap(a, b).larger_share > SLIVER_SHARE:
        return False
    contact_b = b.shape.boundary.intersection(around_a).length
    contact_a = a.shape.boundary.intersection(b.shape.buffer(gap)).length
    return max(contact_a, contact_b) > MIN_CONTACT_GAPS * gap


def join_pieces(pieces: Sequence[MatchOutline], gap: float) -> Polygon | MultiPolygon:
    """One polygon of the pieces of a landslide, without the lines and slits where they
    meet.
    """
    shapes = [piece.shape for piece in pieces]
    whole = unary_union(shapes)
    for i, first in enumerate(shapes):
        for second in shapes[:i]:
            apart = first.distance(second)
            if apart <= gap:
                whole = unary_union(
                    [whole, *_slits(whole, first, second, max(1.1 * apart, gap / 10))]
                )
    # without the vertices on the seams that stand in a straight line
    return whole.simplify(gap / 1000)


def _slits(
    whole: Polygon | MultiPolygon, first: Polygon, second: Polygon, width: float
) -> list[Polygon]:
    """What is narrower than `width` between two pieces."""
    seam = first.buffer(width).intersection(second.buffer(width))
    closed = whole.buffer(width / 2, join_style=MITRE).buffer(
        -width / 2, join_style=MITRE
    )
    rest = closed.intersection(seam).difference(whole)
    return [
        part
        for part in getattr(rest, "geoms", [rest])
        if part.area > MIN_SLIT_WIDTHS2 * width**2
    ]


def still_cut(
    pieces: Sequence[MatchOutline], whole: Polygon | MultiPolygon, gap: float
) -> bool:
    """Whether a side where a piece was cut is one of the whole too; where no such
    sides are known, yes.
    """
    rim = whole.boundary.buffer(gap / 50 + 1e-7 * whole.length)
    if any(piece.cut is None for piece in pieces):
        return True
    sides = [linemerge(piece.cut) for piece in pieces]
    least = max(MAX_CUT_GAPS * gap, STRAIGHT_SHARE * whole.length)
    for side in sides:
        for line in getattr(side, "geoms", [side]):
            if line.intersection(rim).length > max(least, line.length / 4):
                return True
    return False


def gap_between(
    outlines: Sequence[MatchOutline], crs: Crs, metres: float | None
) -> float:
    """The gap across which pieces still meet in units of a CRS: `metres`, by
    default a pixel, else 1 m.

    The pixel is the coarsest of the outlines. In degrees where the CRS is geographic, by
    the shorter of the two at the middle of the outlines.
    """
    pixels = [
        outline.values["gsd_m"] for outline in outlines if outline.values.get("gsd_m")
    ]
    if metres is not None:
        gap = metres
    else:
        gap = max(pixels, default=1.0)
    if not outlines:
        return gap / crs.linear_unit
    x, y = np.mean([outline.shape.bounds[:2] for outline in outlines], axis=0)
    return gap / min(crs.metres_at(x, y))
