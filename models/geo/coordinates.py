# SPDX-License-Identifier: GPL-2.0-or-later
"""The coordinates of polygons as arrays, read and written through WKB: a tenth of the
time that Shapely's own sequences of coordinates take.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from shapely import wkb
from shapely.geometry import MultiPolygon, Polygon

from .many_shapes import points_inside, wkbs

POLYGON = 3  # WKB's geometry types
HAS_Z = 0x80000000  # flag of a geometry type
HEADER_BYTES = 5  # byte order, geometry type
COUNT_BYTES = 4


class RingTable(NamedTuple):
    """The rings of many polygons as arrays: closed, one after the other."""

    points: np.ndarray  # (n, 2)
    starts: np.ndarray  # (r,) the first point of each ring
    polygons: np.ndarray  # (r,) the number of the polygon that it belongs to, ascending
    is_shell: np.ndarray  # (r,) bool

    @property
    def polygon_starts(self) -> np.ndarray:
        """The first point of each polygon (p,)."""
        return self.starts[np.flatnonzero(np.diff(self.polygons, prepend=-1))]

    @property
    def owners(self) -> np.ndarray:
        """The number of each point's polygon (n,)."""
        return self.polygons.take(group_numbers(self.starts, len(self.points)))

    def ends(self) -> np.ndarray:
        """The point (n, 2) after each one in its ring; after its last, that one again."""
        following = np.concatenate((self.points[1:], self.points[-1:]))
        last = self.starts[1:] - 1
        following[last] = self.points[last]
        return following

    def edges(self) -> np.ndarray:
        """Steps (n, 2) from each point to the next of its ring; none from its last."""
        return self.ends() - self.points

    def areas(self) -> np.ndarray:
        """What each polygon bounds in the plane (p,), its holes taken off."""
        return self.sums(self.ring_areas())

    def ring_areas(self) -> np.ndarray:
        """What each ring bounds in the plane (r,)."""
        ring = group_numbers(self.starts, len(self.points))
        x, y = (self.points - self.points[self.starts].take(ring, axis=0)).T
        along_x, along_y = self.edges().T
        twice = np.add.reduceat(x * along_y - y * along_x, self.starts)
        return np.abs(twice) / 2

    def sums(self, values: np.ndarray) -> np.ndarray:
        """By polygon (p,), of values of its rings (r,), those of holes taken off."""
        return np.bincount(self.polygons, np.where(self.is_shell, values, -values))


def group_numbers(starts: np.ndarray, count: int) -> np.ndarray:
    """The group (count,) of each of so many places, where groups begin at `starts` (g,),
    the first at 0, none of them empty. With `take` a third of the time of numpy's `repeat`.
    """
    begins = np.zeros(count, int)
    begins[starts[1:]] = 1
    return np.cumsum(begins)


def ring_table(polygons: Iterable[Polygon | MultiPolygon]) -> RingTable:
    """The rings of polygons, in their order, of each as `rings` gives them."""
    return table_of(map(wkb_rings, wkbs(list(polygons))))


def table_of(outlines: Iterable[list[list[np.ndarray]]]) -> RingTable:
    """The rings of polygons of which each is as `part_rings` gives it."""
    lines = []
    owners = []
    shells = []
    for number, parts in enumerate(outlines):
        for part in parts:
            lines += part
            owners += [number] * len(part)
            shells += [True] + [False] * (len(part) - 1)
    starts = np.cumsum([0] + [len(line) for line in lines[:-1]])
    return RingTable(np.concatenate(lines), starts, np.array(owners), np.array(shells))


def rings(polygon: Polygon | MultiPolygon) -> list[np.ndarray]:
    """All rings, closed, (n, 2) each: of every part the shell, then its holes."""
    return [ring for part in part_rings(polygon) for ring in part]


def part_rings(polygon: Polygon | MultiPolygon) -> list[list[np.ndarray]]:
    """By part its shell, then its holes: closed rings (n, 2)."""
    return wkb_rings(polygon.wkb)


def inner_point(polygon: Polygon | MultiPolygon) -> tuple[float, float]:
    """x and y of a point inside, the same one for the same polygon."""
    return inner_points([polygon])[0]


def inner_points(
    polygons: Sequence[Polygon | MultiPolygon],
) -> list[tuple[float, float]]:
    """The same of many polygons."""
    return list(map(_place, wkbs(points_inside(polygons))))


def _place(point: bytes) -> tuple[float, float]:
    """x and y of a point's WKB."""
    _, order = _header(point, 0)
    number = "<dd" if order == "little" else ">dd"
    return struct.unpack_from(number, point, HEADER_BYTES)


def mapped(
    polygon: Polygon | MultiPolygon, function: Callable[[np.ndarray], np.ndarray]
) -> Polygon | MultiPolygon:
    """The polygon with other coordinates: `function` takes those of all rings (n, 2)
    and gives as many.
    """
    data = bytearray(polygon.wkb)
    views = [ring for part in wkb_rings(data) for ring in part]
    points = function(np.concatenate(views))
    start = 0
    for view in views:
        view[:] = points[start : start + len(view)]
        start += len(view)
    return wkb.loads(bytes(data))


def polygon_of(lines: Sequence[np.ndarray]) -> Polygon:
    """The polygon of a shell and its holes, closed rings (n, 2)."""
    parts = [struct.pack("<BII", 1, POLYGON, len(lines))]
    for line in lines:
        parts.append(struct.pack("<I", len(line)))
        parts.append(np.ascontiguousarray(line, "<f8").tobytes())
    return wkb.loads(b"".join(parts))


def wkb_rings(data: bytes | bytearray) -> list[list[np.ndarray]]:
    """Rings (n, 2) by part that share the memory of a polygon's or multipolygon's WKB."""
    kind, order = _header(data, 0)
    if kind & ~HAS_Z == POLYGON:
        return [_rings(data, 0)[0]]
    parts = []
    at = HEADER_BYTES + COUNT_BYTES
    for _ in range(_count(data, HEADER_BYTES, order)):
        part, at = _rings(data, at)
        parts.append(part)
    return parts


def _rings(data: bytes | bytearray, at: int) -> tuple[list[np.ndarray], int]:
    """The rings of the polygon that begins at a byte, and where the next one begins."""
    kind, order = _header(data, at)
    dimensions = 3 if kind & HAS_Z else 2
    number = "<f8" if order == "little" else ">f8"
    lines = []
    ring_count = _count(data, at + HEADER_BYTES, order)
    at += HEADER_BYTES + COUNT_BYTES
    for _ in range(ring_count):
        size = dimensions * _count(data, at, order)
        values = np.frombuffer(data, number, size, at + COUNT_BYTES)
        lines.append(values.reshape(-1, dimensions)[:, :2])
        at += COUNT_BYTES + values.nbytes
    return lines, at


def _header(data: bytes | bytearray, at: int) -> tuple[int, str]:
    """Geometry type and byte order."""
    order = "little" if data[at] else "big"
    return _count(data, at + 1, order), order


def _count(data: bytes | bytearray, at: int, order: str) -> int:
    return int.from_bytes(data[at : at + COUNT_BYTES], order)


def places_along(ring: np.ndarray, spacing: float) -> np.ndarray:
    """Points (m, 2) along a closed ring (n, 2), its vertices among them, at most `spacing`
    apart; its end, which is its beginning, is left out.
    """
    return with_edges_cut(ring, np.hypot(*np.diff(ring, axis=0).T) / spacing)


def places_evenly_along(ring: np.ndarray, spacing: float) -> np.ndarray:
    """Points (m, 2) along a closed ring (n, 2) from its beginning on, as far apart from
    each other as `spacing` or a little less, however close its vertices are.
    """
    lengths = np.hypot(*np.diff(ring, axis=0).T)
    passed = np.append(0, np.cumsum(lengths))
    count = max(1, int(np.ceil(passed[-1] / spacing)))
    at = np.linspace(0, passed[-1], count, endpoint=False)
    return np.stack([np.interp(at, passed, values) for values in ring.T], axis=1)


def with_edges_cut(ring: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Points (m, 2) along a closed ring (n, 2): each edge in equal parts, of which there
    are as many as `parts` (n - 1,) says, rounded up, or one; without the ring's end.
    """
    edges = np.diff(ring, axis=0)
    counts = np.maximum(1, np.ceil(parts)).astype(int)
    edge = np.repeat(np.arange(len(edges)), counts)
    place = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
    return ring[edge] + (place / counts[edge])[:, None] * edges[edge]
