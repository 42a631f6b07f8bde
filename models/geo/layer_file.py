# SPDX-License-Identifier: GPL-2.0-or-later
"""What a written layer really holds, and why a file is none."""

from __future__ import annotations

import os
from dataclasses import dataclass

from osgeo import gdal

from ..errors import MrifeError
from .gdal_errors import quiet
from .write_failure import write_failure


@dataclass(frozen=True)
class Held:
    """A layer read back."""

    count: int  # features
    names: frozenset[str]  # of fields, and of the columns of row numbers and outlines
    has_outlines: bool


def read_back(path: str, table: str = "") -> Held:
    """The layer of a file, or a table of it. Raises MrifeError where there is none."""
    with quiet() as error:
        dataset = gdal.OpenEx(path, gdal.OF_VECTOR)
        layer = None
        if dataset is not None and table:
            layer = dataset.GetLayerByName(table)
        elif dataset is not None:
            layer = dataset.GetLayer(0)
        if layer is not None:
            definition = layer.GetLayerDefn()
            fields = range(definition.GetFieldCount())
            names = {definition.GetFieldDefn(index).GetName() for index in fields}
            names |= {layer.GetFIDColumn(), layer.GetGeometryColumn()}
            has_outlines = definition.GetGeomFieldCount() > 0
            return Held(layer.GetFeatureCount(), frozenset(names), has_outlines)
    raise write_failure(path, error.words)


def why_not_opened(source: str) -> str | MrifeError:
    """Why a layer, named by its file and what QGIS writes behind a bar, cannot be opened,
    in GDAL's words.
    """
    path = source.partition("|")[0]
    if not os.path.exists(path):
        return MrifeError("there is no layer and no file of this name")
    with quiet() as error:
        gdal.OpenEx(path, gdal.OF_VECTOR)
    return error.words or MrifeError("it is no layer of features")
