# SPDX-License-Identifier: GPL-2.0-or-later
"""Rows of polygons to a GeoPackage or Shapefile through GDAL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from osgeo import gdal, ogr, osr

from ...errors import MrifeError
from ...geo.gdal_errors import quiet
from .crosswalk import Column

TYPES = {
    "text": ogr.OFTString,
    "real": ogr.OFTReal,
    "int": ogr.OFTInteger,
    "long": ogr.OFTInteger64,
    "date": ogr.OFTDate,
    "datetime": ogr.OFTDateTime,
}
DRIVERS = {".gpkg": ("GPKG", ["GEOMETRY_NAME=geom"]), ".shp": ("ESRI Shapefile", [])}


def definition(column: Column) -> ogr.FieldDefn:
    """A field of a GeoPackage."""
    made = ogr.FieldDefn(column.name, TYPES[column.kind])
    if column.kind == "text" and column.length:
        made.SetWidth(column.length)
    return made


def write_vectorfile(
    path: str,
    rows: Iterable[tuple[bytes, dict]],
    columns: Sequence[Column],
    wkt: str,
    define: Callable[[Column], ogr.FieldDefn] = definition,
    options: Sequence[str] = (),
    page: str = "UTF-8",
) -> Iterator[int]:
    """Write multipolygons in the driver of the extension, yielding the rows done. Values
    in the order of the columns.

    `page` is the code page of a Shapefile's texts, as GDAL names it. Raises MrifeError.
    """
    driver, own = DRIVERS[Path(path).suffix.lower()]
    with quiet(), _recoding(page):
        source = ogr.GetDriverByName(driver).CreateDataSource(path)
        if source is None:
            layer = None
        else:
            layer = source.CreateLayer(
                Path(path).stem, _srs(wkt), ogr.wkbMultiPolygon, [*own, *options]
            )
    if layer is None:
        raise MrifeError("'{}' cannot be written; choose another place.", Path(path).name)
    try:
        for column in columns:
            layer.CreateField(define(column))
        with quiet():
            source.StartTransaction()  # a Shapefile has none
        for number, (geometry, values) in enumerate(rows, 1):
            _add(layer, geometry, values.values())
            yield number
        with quiet() as said:
            failed = driver == "GPKG" and source.CommitTransaction()
            layer = source = None
        _check(failed or said.words and driver == "GPKG", said.words)
    finally:
        layer = source = None  # closes the files, or they could not be removed


@contextmanager
def _recoding(page: str) -> Iterator[None]:
    """QGIS forbids GDAL to recode the texts of Shapefiles, for the whole process; GDAL
    looks when a layer is made.
    """
    local = hasattr(gdal, "SetThreadLocalConfigOption")
    if local:
        change = gdal.SetThreadLocalConfigOption
        before = None
    else:
        change = gdal.SetConfigOption
        before = gdal.GetConfigOption("SHAPE_ENCODING")
    change("SHAPE_ENCODING", page)
    try:
        yield
    finally:
        change("SHAPE_ENCODING", before)


def _check(failed: int | bool, words: str) -> None:
    if failed:
        raise MrifeError(
            "The file cannot be written any further ({}); make room on its disk.", words
        )


def _add(layer: ogr.Layer, geometry: bytes, values: Iterable) -> None:
    feature = ogr.Feature(layer.GetLayerDefn())
    feature.SetGeometry(ogr.ForceToMultiPolygon(ogr.CreateGeometryFromWkb(geometry)))
    for index, value in enumerate(values):
        if value is None:
            feature.SetFieldNull(index)
        else:
            feature.SetField(index, value)
    with quiet() as said:
        failed = layer.CreateFeature(feature)
    _check(failed, said.words)


def _srs(wkt: str) -> osr.SpatialReference:
    srs = osr.SpatialReference()
    srs.ImportFromWkt(wkt)
    srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return srs
