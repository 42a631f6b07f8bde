# SPDX-License-Identifier: GPL-2.0-or-later
"""What a written layer really holds, and why a file is none."""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass

from osgeo import gdal, ogr

from ..errors import MrifeError
from .crs import Crs
from .gdal_errors import quiet
from .write_failure import write_failure

# by which QGIS 3.22 takes the name of a GeoPackage for that of another file
ENCODED_LETTER = re.compile("%[0-9A-Fa-f]{2}")
AREA_TOLERANCE = 0.01  # share; some formats round


@dataclass(frozen=True)
class WrittenLayer:
    """A layer read back."""

    count: int  # features
    names: frozenset[str]  # of fields, and of the columns of row numbers and outlines
    has_outlines: bool
    crs: Crs  # without a text where it has none

    def keeps_unit(self, crs: Crs) -> bool:
        """Whether it counts in the unit of the system that it was written in: GDAL takes
        each transverse Mercator of a zone for the one in metres.
        """
        if not (self.crs.is_projected and crs.is_projected):
            return True
        return math.isclose(self.crs.linear_unit, crs.linear_unit, rel_tol=1e-7)


def read_back(path: str, table: str = "") -> WrittenLayer:
    """The layer of a file, or a table of it. Raises MrifeError where there is none."""
    with quiet() as error:
        dataset = gdal.OpenEx(path, gdal.OF_VECTOR)
        layer = None
        if dataset is not None:
            layer = _layer_of(dataset, table)
        if layer is not None:
            names = {*_field_names(layer), layer.GetFIDColumn()}
            names.add(layer.GetGeometryColumn())
            has_outlines = layer.GetLayerDefn().GetGeomFieldCount() > 0
            srs = layer.GetSpatialRef()
            crs = Crs("" if srs is None else srs.ExportToWkt())
            count = layer.GetFeatureCount()
            return WrittenLayer(count, frozenset(names), has_outlines, crs)
    raise write_failure(path, error.words)


def comes_back(path: str, table: str, field: str, outline: bytes) -> bool:
    """Whether the one feature of a layer has a polygon of the same area as the WKB given,
    and this field; in a format without outlines any.
    """
    with quiet():
        dataset = gdal.OpenEx(path, gdal.OF_VECTOR)
        layer = _layer_of(dataset, table)
        names = {name.lower() for name in _field_names(layer)}
        if not layer.GetLayerDefn().GetGeomFieldCount():
            return bool(names)  # a table's first row may be taken for a name
        if field.lower() not in names:
            return False
        feature = layer.GetNextFeature()  # owns its shape
        shape = feature and feature.GetGeometryRef()
        if shape is None:
            return False
        area = ogr.CreateGeometryFromWkb(outline).GetArea()
        return abs(shape.GetArea() / area - 1) < AREA_TOLERANCE


def _layer_of(dataset: gdal.Dataset, table: str) -> ogr.Layer | None:
    """The table, or where none is named, the first layer."""
    if table:
        return dataset.GetLayerByName(table)
    return dataset.GetLayer(0)


def _field_names(layer: ogr.Layer) -> list[str]:
    definition = layer.GetLayerDefn()
    fields = range(definition.GetFieldCount())
    return [definition.GetFieldDefn(index).GetName() for index in fields]


def why_not_opened(source: str) -> str | MrifeError:
    """Why a layer, named by its file and what QGIS writes behind a bar, cannot be opened,
    in GDAL's words.
    """
    path = source.partition("|")[0]
    if not os.path.exists(path):
        return MrifeError("there is no layer and no file of this name")
    with quiet() as error:
        gdal.OpenEx(path, gdal.OF_VECTOR)
    if error.words:
        return error.words
    return misread_path(path) or MrifeError("it is no layer of features")


def misread_path(path: str) -> MrifeError | None:
    """Why QGIS may not find a file that GDAL opens; None where its name gives no cause."""
    letter = ENCODED_LETTER.search(path)
    if letter is None:
        return None
    return MrifeError(
        "QGIS reads '{}' in its path as another letter; rename the file or its folder",
        letter[0],
    )
