# SPDX-License-Identifier: GPL-2.0-or-later
"""An image of QGIS, with the elevation model beside it, as the models read it."""

from __future__ import annotations

from .behind_layers import assigned_crs, gdal_source, layer_nodata


def image_raster(layer, contract, given, bands=()):
    """The layer as a raster that a model of this contract can read, with the parameters
    DEM and DEM_UNIT. Raises MrifeError.
    """
    from ...models.inference.raster import Raster

    return Raster(
        gdal_source(layer),
        bands,
        contract,
        given.dem(),
        given.choice("DEM_UNIT"),
        layer_nodata(layer),
        given.dem_layer(),
        assigned_crs(layer),
    )
