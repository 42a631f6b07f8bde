# SPDX-License-Identifier: GPL-2.0-or-later
"""The Chinese record of interpretation: a GeoPackage, a table that Excel opens, and a
page to print for each object.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from shapely.geometry import MultiPolygon, Polygon

from ...geo.crs import Crs
from ..markup import template
from .crosswalk import Column
from .kml import parts_of
from .vector_file import write_vector_file

SIDE_PX = 240  # of the sketch
MARGIN_PX = 2


def write_record_form(
    path: str, rows: Iterable[tuple[bytes, dict]], columns: Sequence[Column], wkt: str
) -> Iterator[int]:
    """Write .gpkg, .csv (UTF-8 with its mark, so that Excel reads it) and .html,
    yielding the rows done.
    """
    beside = Path(path)
    form = template("record_form.html").module
    degrees = Crs(wkt).is_geographic
    with (
        beside.with_suffix(".csv").open("w", encoding="utf-8-sig", newline="") as table,
        beside.with_suffix(".html").open("w", encoding="utf-8") as pages,
    ):
        writer = csv.writer(table)
        writer.writerow(column.name for column in columns)
        pages.write(form.head())

        def noted() -> Iterator[tuple[bytes, dict]]:
            """The rows, each written into the table and onto a page as it passes."""
            for geometry, values in rows:
                writer.writerow(values.values())  # nothing for None
                sketch = _sketch(parts_of(geometry), degrees)
                pages.write(form.record(values.items(), sketch))
                yield geometry, values

        yield from write_vector_file(path, noted(), columns, wkt)
        pages.write(form.tail())


def _sketch(parts: Sequence[Polygon], degrees: bool) -> dict[str, Any]:
    """The outline, north up, without scale: `path` of an SVG, `size` in px."""
    west, south, east, north = MultiPolygon(parts).bounds
    across = 1.0
    if degrees:
        across = math.cos(math.radians(south))
    pixels = SIDE_PX / (max((east - west) * across, north - south) or 1)
    rings = [ring.coords for part in parts for ring in (part.exterior, *part.interiors)]
    path = ""
    for ring in rings:
        points = [
            f"{(x - west) * across * pixels:.1f},{(north - y) * pixels:.1f}"
            for x, y in ring
        ]
        path += f"M{' '.join(points)}Z"
    return {"path": path, "size": SIDE_PX + 2 * MARGIN_PX}
