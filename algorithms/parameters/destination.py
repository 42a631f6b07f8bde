# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a layer is written to, read from a destination string of Processing."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from qgis.core import QgsDataSourceUri, QgsVectorFileWriter

NOT_FILES = re.compile(
    r"^(memory:|(postgis|postgres|postgresql|mssql|oracle|hana|spatialite):)",
    re.IGNORECASE,
)
MEMORY = re.compile("^memory:", re.IGNORECASE)
SHAPEFILE = ".shp"
GEOPACKAGE = ".gpkg"
DATABASES = ("GPKG", "SQLite")  # hold several tables
DEFAULT_DRIVER = "GPKG"  # of QGIS, where it does not know an extension


@dataclass(frozen=True)
class Destination:
    """A file, or a table of one that may exist; `path` is None where it is memory or a
    database server.
    """

    text: str
    path: str | None
    table: str = ""

    @classmethod
    def of(cls, text):
        """Of a destination string, which may be empty or None."""
        text = str(text or "")
        if not text or NOT_FILES.match(text):
            return cls(text, None)
        path, _, table = text.partition("|layername=")
        stem, suffix = os.path.splitext(path)
        if suffix == SHAPEFILE.upper():  # GDAL writes it in small letters
            path = stem + SHAPEFILE
        if text.startswith("ogr:"):
            uri = QgsDataSourceUri(text[len("ogr:") :])
            path = uri.database() or text[len("ogr:") :]
            # as QGIS names a table that nobody named
            table = uri.table() or os.path.splitext(os.path.basename(path))[0]
        return cls(text, path, table)

    @property
    def is_server(self):
        """Whether it is a table of a database server."""
        return bool(self.text) and self.path is None and not MEMORY.match(self.text)

    @property
    def driver(self):
        """GDAL's name of the format."""
        suffix = os.path.splitext(self.path or "")[1][1:]
        return QgsVectorFileWriter.driverForExtension(suffix) or DEFAULT_DRIVER

    @property
    def is_table(self):
        """Whether it is one of the tables of a database that exists, or of a new
        GeoPackage.
        """
        if not self.table_name:
            return False
        return os.path.exists(self.path) or self.path.lower().endswith(GEOPACKAGE)

    @property
    def table_name(self):
        """Of the layer in its file, "" where the format knows one layer only."""
        if self.driver in DATABASES:
            return self.table
        return ""
