# SPDX-License-Identifier: GPL-2.0-or-later
"""The outline of a landslide in the parts that geological maps draw: head scarp (the
crown line), flanks, toe.

Only the outline and the direction of movement go in: where the head scarp lies in the
ground, and how high it is, the lines do not say.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from shapely import wkb
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.polygon import orient

from ...geo.crs import Crs
from ...geo.local_plane import LocalPlane
from ...geo.many_shapes import parts_of
from ..schema import BY_NAME, Choices, Field
from ..values import by_lower_case, finite
from .terrain import AGREEMENT

PARTS = ("scarp", "right", "toe", "left")  # with the polygon on the left hand
LINE_FIELDS = (
    BY_NAME["ls_id"],
    Field(
        "ls_part",
        "text",
        8,
        "",
        "Part of the outline; left and right as seen from the crown",
        "Part",
        Choices(
            "outline_part",
            (
                ("scarp", "head scarp (crown line)"),
                ("left", "left flank"),
                ("toe", "toe"),
                ("right", "right flank"),
            ),
        ),
    ),
    Field("line_m", "real", 0, "m", "Length of the line", "Length of the line (m)"),
    Field(
        "dir_from",
        "text",
        8,
        "",
        "Where the direction of movement comes from: measured in the elevation model of "
        "this run, or in the attributes of the layer",
        "Direction from",
        Choices(
            "direction_source",
            (("dem", "elevation model"), ("layer", "attributes of the layer")),
        ),
    ),
    BY_NAME["azim_deg"],
)


class Part(NamedTuple):
    """One of PARTS, as a line in the polygon's CRS, and its metres on the ground."""

    name: str
    line: LineString
    length: float


class OutlineLines:
    """Lines of the polygons of one CRS: `rows` of (WKB, values of LINE_FIELDS), and
    `without`, how many polygons have none, for nobody knows where they moved.

    Raises UnsuitableRaster without a CRS.
    """

    def __init__(self, crs: Crs):
        self._plane = LocalPlane(crs)
        self.rows: list[tuple[bytes, dict]] = []
        self.without = 0

    def add(
        self,
        geometry: bytes,
        measured: Mapping[str, object],
        own: Mapping[str, object],
    ) -> None:
        """Take a polygon (WKB) with what was measured of it and its own attributes."""
        own = by_lower_case(own)
        direction = known_direction(measured, own)
        if direction is None:
            self.without += 1
            return
        azimuth, source = direction
        values = {
            "ls_id": measured.get("ls_id") or own.get("ls_id"),
            "dir_from": source,
            "azim_deg": azimuth,
        }
        for part in self.split(wkb.loads(geometry), azimuth):
            length = round(part.length, 1)
            row = {**values, "ls_part": part.name, "line_m": length}
            self.rows.append((part.line.wkb, row))

    def split(self, polygon: Polygon | MultiPolygon, azimuth: float) -> list[Part]:
        """The parts of a polygon, of several the largest one, that moves towards
        `azimuth` (degrees from true north).

        They meet where the outline reaches farthest into the four corners of its extent
        along and across the movement: corners of a rectangle, shoulders of an ellipse.
        Raises UnsuitableRaster where the CRS is not defined at a vertex.
        """
        largest = max(parts_of(polygon), key=lambda part: part.area)
        shell = orient(Polygon(largest.exterior))
        corners = np.array(shell.exterior.coords)[:-1]
        metres = np.array(self._plane.plane(shell).exterior.coords)[:-1]
        begins = _shoulders(metres, azimuth)
        parts = []
        for name, begin, end in zip(PARTS, begins, np.roll(begins, -1)):
            count = (end - begin) % len(corners) + 1
            places = np.arange(begin, begin + count) % len(corners)
            if count > 1:
                steps = np.diff(metres[places], axis=0)
                length = float(np.hypot(*steps.T).sum())
                parts.append(Part(name, LineString(corners[places]), length))
        return parts


def _shoulders(metres: np.ndarray, azimuth: float) -> np.ndarray:
    """Indices (4,) of the vertices (n, 2), on the left hand of which the polygon lies,
    where each of PARTS begins.
    """
    turn = math.radians(azimuth)
    down = _unit(metres @ (math.sin(turn), math.cos(turn)))
    right = _unit(metres @ (math.cos(turn), -math.sin(turn)))
    # the vertices of a hull come in the order of the directions that they face
    reach = np.stack((-down - right, right - down, down + right, down - right))
    return reach.argmax(axis=1)


def _unit(values: np.ndarray) -> np.ndarray:
    """Moved and scaled to -1 ... 1."""
    low = values.min()
    high = values.max()
    return (2 * values - low - high) / max(high - low, np.finfo(float).tiny)


def known_direction(
    measured: Mapping[str, object], own: Mapping[str, object]
) -> tuple[float, str] | None:
    """Azimuth and where it comes from: measured, else of the layer's own attributes;
    None where it is not to be relied on.
    """
    values = own
    source = "layer"
    if "azim_deg" in measured:
        values = measured
        source = "dem"
    azimuth = finite(values.get("azim_deg"))
    agreement = finite(values.get("azim_r"))
    if azimuth is None or (agreement or 0.0) < AGREEMENT:
        return None
    return azimuth, source
