# SPDX-License-Identifier: GPL-2.0-or-later
"""The Chinese record of interpretation: a GeoPackage, a table that Excel opens, and a
page to print for each object.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from osgeo import osr
from shapely.geometry import Polygon

from .crosswalk import Column
from .kml import escaped, parts_of
from .vector_file import write_vectorfile

SIDE = 240  # pixels of the sketch
HEAD = """<!DOCTYPE html>
<html lang="zh-Hans"><head><meta charset="utf-8"><title>滑坡遥感解译记录表</title><style>
body {font-family: "Songti SC", SimSun, "Noto Serif CJK SC", serif; margin: 2em auto; max-width: 46em}
section {break-after: page; margin-bottom: 3em}
h1 {font-size: 1.3em; text-align: center}
table {border-collapse: collapse; width: 100%}
th, td {border: 1px solid #333; padding: .35em .6em; text-align: left; width: 30%}
th {background: #f0ece6; font-weight: normal; width: 20%}
figure {margin: 1em 0; text-align: center}
</style></head><body>
"""
TAIL = "</body></html>\n"


def write_recordform(
    path: str, rows: Iterable[tuple[bytes, dict]], columns: Sequence[Column], wkt: str
) -> Iterator[int]:
    """Write .gpkg, .csv (UTF-8 with its mark, so that Excel reads it) and .html,
    yielding the rows done.
    """
    with ExitStack() as stack:
        table = stack.enter_context(
            Path(path).with_suffix(".csv").open("w", encoding="utf-8-sig", newline="")
        )
        pages = stack.enter_context(
            Path(path).with_suffix(".html").open("w", encoding="utf-8")
        )
        noted = _noted(
            rows, columns, table, pages, bool(osr.SpatialReference(wkt).IsGeographic())
        )
        yield from write_vectorfile(path, noted, columns, wkt)
        pages.write(TAIL)


def _noted(
    rows: Iterable[tuple[bytes, dict]],
    columns: Sequence[Column],
    table,
    pages,
    degrees: bool,
) -> Iterator[tuple[bytes, dict]]:
    """The rows, each written into the table and onto a page as it passes."""
    writer = csv.writer(table)
    writer.writerow(column.name for column in columns)
    pages.write(HEAD)
    for geometry, values in rows:
        writer.writerow("" if value is None else value for value in values.values())
        pages.write(_page(geometry, values, degrees))
        yield geometry, values


def _page(geometry: bytes, values: Mapping[str, Any], degrees: bool) -> str:
    cells = [
        f"<th>{escaped(name)}</th><td>{'' if value is None else escaped(value)}</td>"
        for name, value in values.items()
    ]
    cells += ["<th></th><td></td>"] * (len(cells) % 2)
    lines = "".join(f"<tr>{a}{b}</tr>" for a, b in zip(cells[::2], cells[1::2]))
    blank = "".join(
        f'<tr><th>{name}</th><td colspan="3">&nbsp;</td></tr>'
        for name in ("野外核查", "解译人", "审核人")
    )
    return (
        f"<section><h1>滑坡遥感解译记录表</h1><table>{lines}{blank}</table>"
        f"<figure>{_sketch(parts_of(geometry), degrees)}<figcaption>平面轮廓示意（上北）</figcaption></figure>"
        "</section>\n"
    )


def _sketch(parts: Sequence[Polygon], degrees: bool) -> str:
    """The outline, north up; a sketch without scale."""
    west, south, east, north = (
        pick(edges)
        for pick, edges in zip(
            (min, min, max, max), zip(*(part.bounds for part in parts))
        )
    )
    if degrees:
        across = math.cos(math.radians(south))
    else:
        across = 1.0
    step = SIDE / (max((east - west) * across, north - south) or 1)
    rings = [ring.coords for part in parts for ring in (part.exterior, *part.interiors)]
    path = "".join(
        "M"
        + " ".join(
            f"{(x - west) * across * step:.1f},{(north - y) * step:.1f}" for x, y in ring
        )
        + "Z"
        for ring in rings
    )
    return (
        f'<svg width="{SIDE + 4}" height="{SIDE + 4}" viewBox="-2 -2 {SIDE + 4} {SIDE + 4}">'
        f'<path d="{path}" fill="#fe9929" fill-opacity=".4" stroke="#4d1a00" fill-rule="evenodd"/></svg>'
    )
