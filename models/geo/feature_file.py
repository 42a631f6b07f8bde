# SPDX-License-Identifier: GPL-2.0-or-later
"""The polygons of a file with all that it says of them, read without QGIS."""

from __future__ import annotations

import math
import os
from collections.abc import Collection, Iterator
from itertools import islice
from typing import NamedTuple

from osgeo import gdal, ogr

from ..errors import MrifeError
from ..regular_file import check_regular
from .crs import Crs
from .gdal_errors import quiet
from .repair import plain

KINDS = {
    ogr.OFTInteger: "int",
    ogr.OFTInteger64: "long",
    ogr.OFTReal: "real",
    ogr.OFTDate: "date",
    ogr.OFTDateTime: "datetime",
}
STYLES = "layer_styles"  # the table in which QGIS keeps them
DATABASES = ["GPKG", "SQLite"]  # hold several layers
AT_ONCE = 256  # features, by which GDAL is asked whether it failed


class FileField(NamedTuple):
    """A field of a file: `kind` is text, int, long, real, date or datetime."""

    name: str
    kind: str


class FeatureLayer(NamedTuple):
    """(WKB of polygons with straight sides, values by lower-case name) in one CRS, and the
    fields that they have.
    """

    rows: list[tuple[bytes, dict]]
    crs: Crs
    columns: tuple[FileField, ...]


def read_features(path: str) -> FeatureLayer:
    """The first layer of a file that holds polygons, or the first one where none does.
    Raises MrifeError.
    """
    source = _opened(path)
    if not source.GetLayerCount():
        raise _not_opened(path)
    read = None
    for number in range(source.GetLayerCount()):
        layer = source.GetLayer(number)
        columns = _columns(layer)
        rows = [_row(feature, columns) for feature in all_features(layer, path)]
        rows = [row for row in rows if row[0]]
        if read is None or rows:
            read = (rows, layer, columns)
        if rows:
            break
    rows, layer, columns = read
    return FeatureLayer(rows, _crs(layer, path), columns)


def polygons_by_layer(path: str) -> Iterator[tuple[Crs, list[bytes]]]:
    """CRS and polygons (WKB with straight sides) of each layer of a file that has any.
    Raises MrifeError.
    """
    source = _opened(path)
    empty = True
    for number in range(source.GetLayerCount()):
        layer = source.GetLayer(number)
        polygons = list(filter(None, map(_outline, all_features(layer, path))))
        if polygons:
            empty = False
            yield _crs(layer, path), polygons
    if empty:
        raise MrifeError("'{}' holds no polygons; choose a file with polygons.", path)


def _opened(path: str) -> gdal.Dataset:
    check_regular(path)
    with quiet():
        source = gdal.OpenEx(path, gdal.OF_VECTOR)
    if source is None:
        raise _not_opened(path)
    return source


def _not_opened(path: str) -> MrifeError:
    return MrifeError("'{}' cannot be opened; choose a file with polygons.", path)


def _crs(layer: ogr.Layer, path: str) -> Crs:
    srs = layer.GetSpatialRef()
    if srs is None:
        raise MrifeError(
            "'{}' has no coordinate reference system; assign the right one to it first.",
            path,
        )
    return Crs(srs.ExportToWkt())


def all_features(layer: ogr.Layer, path: str) -> Iterator[ogr.Feature]:
    """The features of a layer of the file `path`. Raises MrifeError where they cannot be
    read to the last one: GDAL ends as if there were no more.
    """
    layer.ResetReading()
    following = iter(layer.GetNextFeature, None)
    features = None
    while features is None or len(features) == AT_ONCE:
        with quiet() as error:
            features = list(islice(following, AT_ONCE))
        if error.failed:
            raise MrifeError(
                "'{}' cannot be read to its end ({}); the file may be damaged or cut "
                "short, copy it again.",
                path,
                error.words,
            )
        yield from features


def count_others(path: str, table: str, field: str, usual: str) -> int:
    """Features of a table whose `field` holds another text than the usual one; 0 where
    there is no such file, table or field. Raises MrifeError where they cannot be read.
    """
    with quiet():
        source = gdal.OpenEx(path, gdal.OF_VECTOR)
    layer = None
    if source is not None:
        layer = source.GetLayerByName(table)
    if layer is None or layer.GetLayerDefn().GetFieldIndex(field) < 0:
        return 0
    layer.SetAttributeFilter(f"{field} IS NOT NULL AND {field} <> '{usual}'")
    return sum(1 for _ in all_features(layer, path))


def check_replaceable(path: str, own: Collection[str] = ()) -> None:
    """Raises MrifeError where a file that is to be replaced is a database with layers that
    would be lost: more than one, and others than those that a program calls its `own`.
    """
    if not os.path.isfile(path):
        return
    with quiet():
        source = gdal.OpenEx(path, gdal.OF_VECTOR, allowed_drivers=DATABASES)
    if source is None:
        return
    layers = (source.GetLayer(number) for number in range(source.GetLayerCount()))
    names = [layer.GetName() for layer in layers if layer.GetName() != STYLES]
    if len(names) > 1 and not set(names) <= set(own):
        raise MrifeError(
            "'{}' holds {} layers ({}), which would all be replaced; choose another file "
            "('Save to GeoPackage' adds a layer to one).",
            path,
            len(names),
            ", ".join(names),
        )


def _columns(layer: ogr.Layer) -> tuple[FileField, ...]:
    definition = layer.GetLayerDefn()
    fields = map(definition.GetFieldDefn, range(definition.GetFieldCount()))
    return tuple(
        FileField(field.GetName().lower(), KINDS.get(field.GetType(), "text"))
        for field in fields
    )


def _row(feature: ogr.Feature, columns: tuple[FileField, ...]) -> tuple[bytes, dict]:
    values = {}
    for index, column in enumerate(columns):
        values[column.name] = _value(feature, index, column.kind)
    return _outline(feature), values


def _outline(feature: ogr.Feature) -> bytes:
    """Empty where there is none."""
    shape = feature.GetGeometryRef()
    if shape is None:
        return b""
    return plain(bytes(shape.ExportToWkb()))


def _value(feature: ogr.Feature, index: int, kind: str) -> str | int | float | None:
    """None for none, and for NaN; dates as ISO 8601 writes them."""
    if not feature.IsFieldSetAndNotNull(index):
        return None
    if kind in ("int", "long"):
        return feature.GetFieldAsInteger64(index)
    if kind == "real":
        number = feature.GetFieldAsDouble(index)
        return None if math.isnan(number) else number
    if kind not in ("date", "datetime"):
        return feature.GetFieldAsString(index)
    year, month, day, hour, minute, second, _ = feature.GetFieldAsDateTime(index)
    text = f"{year:04}-{month:02}-{day:02}"
    if kind == "datetime":
        text += f"T{hour:02}:{minute:02}:{int(second):02}Z"
    return text
