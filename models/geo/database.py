# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables in databases, most of which exist already and belong to somebody: all of one run
or none.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from osgeo import gdal, ogr

from ..errors import MrifeError
from .feature_file import all_features
from .gdal_errors import quiet
from .write_failure import open_elsewhere, write_failure

PATIENCE = 2.0  # seconds until another program may have written


def check_writable(path: str | os.PathLike) -> None:
    """Raises MrifeError where no table can be put into an existing database, be it that
    it is none or that somebody is writing to it.
    """
    with quiet() as error:
        dataset = gdal.OpenEx(os.fspath(path), gdal.OF_VECTOR | gdal.OF_UPDATE)
        capable = dataset is not None and dataset.TestCapability(ogr.ODsCTransactions)
        dataset = None
    if not capable:
        raise MrifeError(
            "No table can be put into '{}' ({}); choose a GeoPackage.",
            path,
            error.words or MrifeError("its format knows no transactions"),
        )
    with closing(sqlite3.connect(path, timeout=PATIENCE)) as database:
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as failure:
            raise open_elsewhere(path) from failure


def make_geopackage(path: str | os.PathLike) -> None:
    """A new one without tables. Raises MrifeError."""
    with quiet() as error:
        dataset = ogr.GetDriverByName("GPKG").CreateDataSource(os.fspath(path))
        failed = dataset is None
        dataset = None
    if failed or error.failed:
        raise write_failure(path, error.words)


class Transaction:
    """Tables of a database replaced in one transaction; a context manager that undoes
    all where `commit` was not reached. A database that a killed run was writing to is as
    before when it is opened next. Raises MrifeError.
    """

    def __init__(self, path: str | os.PathLike):
        self._path = Path(path)
        self._dataset = None

    def __enter__(self) -> Transaction:
        with quiet() as error:
            self._dataset = gdal.OpenEx(str(self._path), gdal.OF_VECTOR | gdal.OF_UPDATE)
            begun = self._dataset is not None
            begun = begun and self._dataset.StartTransaction() == ogr.OGRERR_NONE
        if not begun:
            self._dataset = None
            raise write_failure(self._path, error.words)
        return self

    def __exit__(self, *_) -> None:
        if self._dataset is not None:
            with quiet():
                self._dataset.RollbackTransaction()
                self._dataset = None  # closes the file

    def replace(self, name: str, source: str) -> None:
        """The one layer of `source` as the table `name`, with its numbers of rows."""
        with quiet() as error:
            fine = self._copied(name, source)
        if not fine:
            raise write_failure(self._path, error.words)

    def commit(self) -> None:
        """All is there for others to see."""
        with quiet() as error:
            failed = self._dataset.CommitTransaction() != ogr.OGRERR_NONE
            if failed:
                self._dataset.RollbackTransaction()
            self._dataset = None
        if failed:
            raise write_failure(self._path, error.words)

    def _copied(self, name: str, source: str) -> bool:
        given = gdal.OpenEx(source, gdal.OF_VECTOR)
        if given is None:
            return False
        layer = given.GetLayer(0)
        for index in range(self._dataset.GetLayerCount()):
            if self._dataset.GetLayer(index).GetName().lower() == name.lower():
                if self._dataset.DeleteLayer(index) != ogr.OGRERR_NONE:
                    return False
                break
        options = [
            f"GEOMETRY_NAME={layer.GetGeometryColumn() or 'geom'}",
            f"FID={layer.GetFIDColumn() or 'fid'}",
        ]
        table = self._dataset.CreateLayer(
            name, layer.GetSpatialRef(), layer.GetGeomType(), options
        )
        return table is not None and _filled(table, layer)


def _filled(table: ogr.Layer, layer: ogr.Layer) -> bool:
    """All fields and features of a layer in an empty table; false where one failed."""
    definition = layer.GetLayerDefn()
    for index in range(definition.GetFieldCount()):
        if table.CreateField(definition.GetFieldDefn(index)) != ogr.OGRERR_NONE:
            return False
    for feature in all_features(layer, layer.GetName()):
        row = ogr.Feature(table.GetLayerDefn())
        row.SetFrom(feature)
        row.SetFID(feature.GetFID())
        if table.CreateFeature(row) != ogr.OGRERR_NONE:
            return False
    return True
