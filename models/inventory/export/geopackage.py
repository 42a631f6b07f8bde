# SPDX-License-Identifier: GPL-2.0-or-later
"""An inventory as a GeoPackage, for the command line; QGIS writes through its own sinks."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from osgeo import ogr

from ...errors import MrifeError
from ...geo.gdal_errors import quiet
from ...geo.grid import Grid
from ..schema import Field

TYPES = {
    "text": ogr.OFTString,
    "real": ogr.OFTReal,
    "int": ogr.OFTInteger,
    "date": ogr.OFTDate,
    "datetime": ogr.OFTDateTime,
}


def write_geopackage(
    path: str, grid: Grid, records: Iterable[tuple[bytes, dict]], fields: Sequence[Field]
) -> int:
    """Write (WKB, attributes) records; the file gets its name only when all is there.
    Returns how many. MrifeError.
    """
    part = f"{path}.part"
    driver = ogr.GetDriverByName("GPKG")
    with quiet():
        if os.path.exists(part):
            os.remove(part)
        source = driver.CreateDataSource(part)
    if source is None:
        raise MrifeError("'{}' cannot be written; choose another place.", path)
    try:
        count = _fill(source, grid, records, fields)
        source = None  # closes the file
        os.replace(part, path)
        return count
    finally:
        source = None
        if os.path.exists(part):
            os.remove(part)


def _fill(
    source: ogr.DataSource,
    grid: Grid,
    records: Iterable[tuple[bytes, dict]],
    fields: Sequence[Field],
) -> int:
    layer = source.CreateLayer(
        "landslides", grid.srs(), ogr.wkbMultiPolygon, ["GEOMETRY_NAME=geom"]
    )
    for field in fields:
        layer.CreateField(ogr.FieldDefn(field.name, TYPES[field.kind]))
    source.StartTransaction()
    for wkb, values in records:
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(ogr.ForceToMultiPolygon(ogr.CreateGeometryFromWkb(wkb)))
        for name, value in values.items():
            if value is not None:
                feature.SetField(name, value)
        with quiet():
            failed = layer.CreateFeature(feature)
        if failed:
            raise MrifeError(
                "The GeoPackage cannot be written any further; make room on its disk."
            )
    source.CommitTransaction()
    return layer.GetFeatureCount()
