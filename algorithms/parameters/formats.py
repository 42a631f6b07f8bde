# SPDX-License-Identifier: GPL-2.0-or-later
"""Outputs of one format, whatever QGIS's options name for layers and rasters."""

from __future__ import annotations

from qgis.core import (
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterVectorDestination,
)


class GeoPackageDestination(QgsProcessingParameterVectorDestination):
    def defaultFileExtension(self):
        return "gpkg"

    def clone(self):  # a model shows a copy
        return type(self)(self)


class GeoTiffDestination(QgsProcessingParameterRasterDestination):
    def defaultFileExtension(self):
        return "tif"

    def clone(self):
        return type(self)(self)
