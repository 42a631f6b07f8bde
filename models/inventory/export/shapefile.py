# SPDX-License-Identifier: GPL-2.0-or-later
"""A Shapefile that ArcMap opens: short names, texts that fit in bytes, code page said
twice, below 2 GB.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from osgeo import ogr

from ...errors import MrifeError
from ..schema import BY_NAME
from .column import Column
from .vector_file import Format, Rows, definition, write_vector_file

MAX_FILE_BYTES = 2**31 - 1  # of .shp and of .dbf that all readers take
MAX_TEXT_BYTES = 254  # of a text in a dBase file
MAX_NAME_BYTES = 10  # of a field's name
# how an encoding is called: by the layer, by GDAL, in the .cpg
CODES = {"UTF-8": ("UTF-8", "UTF-8", "UTF-8"), "GBK": ("LDID/77", "CP936", "936")}
# of a number that all columns have room for; GDAL drops the digits of a larger one
MAX_NUMBER = 1e17
NUMBER_BYTES = {"real": 24, "int": 11, "long": 20, "date": 8}


def write_shapefile(
    path: str,
    rows: Rows,
    columns: Sequence[Column],
    wkt: str,
    encoding: str,
    notes: Counter,
    max_bytes: int = MAX_FILE_BYTES,
    kind: str = "polygon",
) -> Iterator[int]:
    """Write .shp, .shx, .dbf, .prj (ESRI's WKT) and .cpg, yielding rows done; goes
    through the rows twice. `kind` is one of vector_file.KINDS.

    Numbers and dates that are None become dBase nulls, as do numbers too large for dBase.
    `notes` counts these ("large"), texts "cut" at 254 bytes and characters that the
    encoding lacks ("replaced" by a question mark). Raises MrifeError before writing a file
    of more than `max_bytes`.
    """
    columns, names = _renamed(columns, encoding)
    widths = yield from _measured(rows, columns, encoding, max_bytes)
    columns = [replace(column, length=widths[column.name]) for column in columns]
    layer_encoding, page, cpg = CODES[encoding]
    fitting = (
        (
            geometry,
            {
                names[name]: _fitting(value, encoding, notes)
                for name, value in values.items()
            },
        )
        for geometry, values in rows
    )
    options = (f"ENCODING={layer_encoding}", "2GB_LIMIT=YES")
    form = Format("ESRI Shapefile", options, _definition, page)
    yield from write_vector_file(path, fitting, columns, wkt, form, kind=kind)
    Path(path).with_suffix(".cpg").write_text(cpg, encoding="ascii")


def _definition(column: Column) -> ogr.FieldDefn:
    if column.kind == "datetime":  # dBase knows no times
        column = replace(column, kind="text")
    field = definition(column)
    if column.kind == "real" and column.name in BY_NAME:
        field.SetWidth(19)
        field.SetPrecision(6)
    return field


def short_names(names: Sequence[str], encoding: str = "UTF-8") -> dict[str, str]:
    """Names of at most ten bytes, different from each other whatever their case, by
    full name.
    """
    short_of = {}
    folded = set()
    for name in names:
        short = _cut(name, MAX_NAME_BYTES, encoding)
        number = 1
        while short.lower() in folded:
            number += 1
            short = (
                f"{_cut(name, MAX_NAME_BYTES - 1 - len(str(number)), encoding)}_{number}"
            )
        short_of[name] = short
        folded.add(short.lower())
    return short_of


def _renamed(
    columns: Sequence[Column], encoding: str
) -> tuple[list[Column], dict[str, str]]:
    names = short_names([column.name for column in columns], encoding)
    return [replace(column, name=names[column.name]) for column in columns], names


def _measured(
    rows: Rows, columns: Sequence[Column], encoding: str, max_bytes: int
) -> Generator[int, None, dict[str, int]]:
    """Bytes that each column needs, by name; the schema's length where that is enough.
    A step a row.
    """
    widths = {
        column.name: NUMBER_BYTES.get(column.kind)
        or min(column.length or 1, MAX_TEXT_BYTES)
        for column in columns
    }
    texts = [column.name for column in columns if column.kind in ("text", "datetime")]
    count = 0
    shapes = 100
    for geometry, values in rows:
        for name, value in zip(widths, values.values()):
            if name in texts and value is not None:
                widths[name] = min(
                    MAX_TEXT_BYTES, max(widths[name], len(_encoded(str(value), encoding)))
                )
        count = count + 1
        shapes = shapes + len(geometry) + 100
        yield 0
    table = 1 + sum(widths.values())
    if max(shapes, 32 * len(widths) + 33 + count * table) > max_bytes:
        raise MrifeError(
            "The Shapefile would exceed 2 GB, which most programs cannot read; export "
            "fewer polygons at a time, or a GeoPackage."
        )
    return widths


def _fitting(value, encoding: str, notes: Counter):
    if isinstance(value, float) and abs(value) > MAX_NUMBER:
        notes["large"] += 1
        return None
    if not isinstance(value, str):
        return value
    stored = _encoded(value, encoding).decode(encoding)
    notes["replaced"] += sum(1 for a, b in zip(value, stored) if a != b)
    fitting = _cut(stored, MAX_TEXT_BYTES, encoding)
    notes["cut"] += fitting != stored
    return fitting


def _encoded(text: str, encoding: str) -> bytes:
    return text.encode(encoding, "replace")


def _cut(text: str, length: int, encoding: str) -> str:
    return _encoded(text, encoding)[:length].decode(encoding, "ignore")
