# SPDX-License-Identifier: GPL-2.0-or-later
"""The lines beside the deposits of SLIDO: head scarp and flanks of each landslide whose
direction of movement is known.

SP-42 (Burns and Madin 2009) has heads and flanks as areas of their own; one outline a
landslide gives their upper and outer lines.
"""

from __future__ import annotations

from collections.abc import Iterator

from shapely import wkb

from ...geo.crs import Crs
from ..morphometry.lines import LINE_FIELDS, OutlineLines, known_direction
from .crosswalk import FOOT_M, Column, english, fill, same, times, words
from .vector_file import Rows

ENDING = "_scarps"  # of the layer beside the deposits, which have the file's own name
PARTS = ("scarp", "left", "right")
_PART = next(field for field in LINE_FIELDS if field.name == "ls_part")
SCARPS: tuple[Column, ...] = (
    same("UNIQUE_ID", "text", 24, "ls_id", True),
    words("PART", 24, "ls_part", english(_PART.choices)),
    times("LENGTH_ft", "line_m", 1 / FOOT_M),
)


class ScarpLines:
    """The lines of rows of outlines (WKB in the CRS of `wkt`, values of schema.ALL),
    with values of SCARPS, made anew on each pass; none without a CRS to measure in.
    """

    def __init__(self, rows: Rows, wkt: str):
        self._rows = rows
        crs = Crs(wkt)
        self._lines = None
        if crs.is_geographic or crs.is_projected:
            self._lines = OutlineLines(crs)

    def __iter__(self) -> Iterator[tuple[bytes, dict]]:
        if self._lines is None:
            return
        for outline, values in self._rows:
            direction = known_direction({}, values)
            if direction is None:
                continue
            for part in self._lines.split(wkb.loads(outline), direction[0]):
                if part.name in PARTS:
                    row = {
                        "ls_id": values.get("ls_id"),
                        "ls_part": part.name,
                        "line_m": part.length,
                    }
                    yield part.line.wkb, fill(SCARPS, row)
