# SPDX-License-Identifier: GPL-2.0-or-later
"""Rows of polygons to a GeoPackage or Shapefile through GDAL: the one place that writes
layers without QGIS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from osgeo import ogr

from ...geo.crs import Crs
from ...geo.gdal_errors import quiet
from ...geo.gdal_option import gdal_option
from ...geo.grid import Grid
from ...geo.whole_files import whole_or_nothing
from ...geo.write_failure import write_failure
from ..schema import Field
from .column import Column, same

TYPES = {
    "text": ogr.OFTString,
    "real": ogr.OFTReal,
    "int": ogr.OFTInteger,
    "long": ogr.OFTInteger64,
    "date": ogr.OFTDate,
    "datetime": ogr.OFTDateTime,
}
KINDS = {
    "polygon": ogr.wkbMultiPolygon,
    "line": ogr.wkbLineString,
    "point": ogr.wkbPoint,
}
ROWS_TOGETHER = 64  # what GDAL says is heard once for all of them
LAYER = "landslides"  # of the GeoPackage of the command line

Rows = Iterable[tuple[bytes, Mapping[str, Any]]]  # WKB, values by the columns' names


def definition(column: Column) -> ogr.FieldDefn:
    """A field as a GeoPackage has it."""
    field = ogr.FieldDefn(column.name, TYPES[column.kind])
    if column.kind == "text" and column.length:
        field.SetWidth(column.length)
    return field


@dataclass(frozen=True)
class Format:
    """A driver of GDAL, how it makes a layer and what becomes of a column; `page` is the
    code page of a Shapefile's texts, as GDAL names it.
    """

    driver: str
    options: tuple[str, ...] = ()
    define: Callable[[Column], ogr.FieldDefn] = definition
    page: str = "UTF-8"
    has_transactions: bool = False


GEOPACKAGE = Format("GPKG", ("GEOMETRY_NAME=geom",), has_transactions=True)


def write_geopackage(
    path: str, grid: Grid, rows: Rows, fields: Sequence[Field], layer: str = LAYER
) -> int:
    """Write rows in the CRS of `grid`; the file gets its name only when all is there.
    Returns how many. Raises MrifeError.
    """
    columns = [same(field.name, field.kind, field.length, field.name) for field in fields]
    with whole_or_nothing(path) as part:
        steps = write_vector_file(part, rows, columns, grid.wkt, layer=layer)
        return sum(1 for _ in steps)


def write_vector_file(
    path: str,
    rows: Rows,
    columns: Sequence[Column],
    wkt: str,
    form: Format = GEOPACKAGE,
    layer: str = "",
    kind: str = "polygon",
    beside: bool = False,
) -> Iterator[int]:
    """Write multipolygons, yielding the rows done; `layer` is by default the file's name.

    `kind` is one of KINDS; `beside` adds the layer to a file that there is. Raises
    MrifeError.
    """
    source = target = None
    try:
        with recoding(form.page):
            source = _opened(path, form, beside)
            target = _new_layer(source, layer or Path(path).stem, wkt, kind, form)
        with quiet() as log:
            failed = any([target.CreateField(form.define(c)) for c in columns])
        _check(failed, path, log.words)
        names = [column.name for column in columns]
        if form.has_transactions:
            with quiet():
                source.StartTransaction()
        written = 0
        rows = iter(rows)
        while batch := list(islice(rows, ROWS_TOGETHER)):
            with quiet() as log:
                failed = any(
                    _add(target, geometry, map(values.get, names))
                    for geometry, values in batch
                )
            _check(failed, path, log.words)
            yield from range(written + 1, written + len(batch) + 1)
            written += len(batch)
        with quiet() as log:
            failed = form.has_transactions and source.CommitTransaction()
            target = source = None
        _check(failed or log.failed, path, log.words)
    finally:
        target = source = None  # closes the files, or they could not be removed


def _opened(path: str, form: Format, beside: bool) -> ogr.DataSource:
    """A new file, or `beside` the one that there is. Raises MrifeError."""
    with quiet() as log:
        if beside:
            source = ogr.Open(path, 1)
        else:
            source = ogr.GetDriverByName(form.driver).CreateDataSource(path)
    _check(source is None, path, log.words)
    return source


def _new_layer(
    source: ogr.DataSource, name: str, wkt: str, kind: str, form: Format
) -> ogr.Layer:
    """Raises MrifeError."""
    with quiet() as log:
        layer = source.CreateLayer(name, Crs(wkt).srs(), KINDS[kind], list(form.options))
    _check(layer is None, source.GetDescription(), log.words)
    return layer


def recoding(page: str) -> AbstractContextManager:
    """QGIS forbids GDAL to recode the texts of Shapefiles, for the whole process; GDAL
    looks when a layer is made.
    """
    return gdal_option("SHAPE_ENCODING", page)


def _check(failed: int | bool, path: str, words: str) -> None:
    if failed:
        raise write_failure(path, words)


def _add(layer: ogr.Layer, geometry: bytes, values: Iterable) -> int:
    """0 where the layer took the row."""
    feature = ogr.Feature(layer.GetLayerDefn())
    shape = ogr.CreateGeometryFromWkb(geometry)
    if layer.GetGeomType() == ogr.wkbMultiPolygon:
        shape = ogr.ForceToMultiPolygon(shape)
    feature.SetGeometry(shape)
    for index, value in enumerate(values):
        if value is not None:  # what is not set is written as null
            feature.SetField(index, value)
    return layer.CreateFeature(feature)
