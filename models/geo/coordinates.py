# SPDX-License-Identifier: GPL-2.0-or-later
"""The coordinates of polygons as arrays, read and written through WKB: a tenth of the
time that Shapely's own sequences of coordinates take.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

import numpy as np
from shapely import wkb
from shapely.geometry import MultiPolygon, Polygon

POLYGON = 3  # WKB's geometry types
HAS_Z = 0x80000000  # flag of a geometry type
HEADER_BYTES = 5  # byte order, geometry type
COUNT_BYTES = 4


def rings(polygon: Polygon | MultiPolygon) -> list[np.ndarray]:
    """All rings, closed, (n, 2) each: of every part the shell, then its holes."""
    return [ring for part in part_rings(polygon) for ring in part]


def part_rings(polygon: Polygon | MultiPolygon) -> list[list[np.ndarray]]:
    """By part its shell, then its holes: closed rings (n, 2)."""
    return _views(polygon.wkb)


def mapped(
    polygon: Polygon | MultiPolygon, function: Callable[[np.ndarray], np.ndarray]
) -> Polygon | MultiPolygon:
    """The polygon with other coordinates: `function` takes those of all rings (n, 2)
    and gives as many.
    """
    data = bytearray(polygon.wkb)
    views = [ring for part in _views(data) for ring in part]
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


def _views(data: bytes | bytearray) -> list[list[np.ndarray]]:
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
