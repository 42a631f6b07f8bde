# SPDX-License-Identifier: GPL-2.0-or-later
"""What stands behind a layer of QGIS, as the core takes it."""

from __future__ import annotations

from qgis.core import QgsFeatureRequest, QgsRasterLayer


def gdal_source(layer):
    """What GDAL itself opens; QGIS appends its open options."""
    return layer.source().split("|option:")[0]


def is_its_file(layer):
    """Whether a raster layer has the pixels and the place of its file: open options may
    take another zoom level, or a world file in place of what the file says.
    """
    path = gdal_source(layer)
    if path == layer.source():
        return True
    file = QgsRasterLayer(path)
    same_pixels = all(
        getattr(file, size)() == getattr(layer, size)()
        for size in ("width", "height", "bandCount")
    )
    return file.isValid() and same_pixels and file.extent() == layer.extent()


def layer_nodata(layer):
    """What the user calls missing in a layer of QGIS beside what its file does (Layer
    properties > Transparency).
    """
    from ...models.geo.missing import LayerNodata

    provider = layer.dataProvider()
    ranges = {}
    switched_off = set()
    for band in range(1, provider.bandCount() + 1):
        values = tuple(
            _in_file(provider, band, r.min(), r.max())
            for r in provider.userNoDataValues(band)
        )
        if values:
            ranges[band] = values
        has_own = provider.sourceHasNoDataValue(band)
        if has_own and not provider.useSourceNoDataValue(band):
            switched_off.add(band)
    return LayerNodata(ranges, frozenset(switched_off))


def _in_file(provider, band, low, high):
    """A range of values as QGIS shows them, scaled, in the numbers of the file."""
    scale = provider.bandScale(band)
    offset = provider.bandOffset(band)
    if (scale, offset) == (1, 0):
        return low, high
    ends = sorted(((low - offset) / scale, (high - offset) / scale))
    slack = 1e-6 * max(map(abs, ends))  # of the division
    return ends[0] - slack, ends[1] + slack


def assigned_crs(layer):
    """WKT of the system that the user gave a raster layer in place of its file's; None
    where it is the file's.
    """
    if layer.crs() == layer.dataProvider().crs():
        return None
    return layer.crs().toWkt()


def extent_of(source):
    """(xmin, ymin, xmax, ymax) of a source of features; None where it is empty."""
    from ..layers.features import features

    extent = source.sourceExtent()
    if extent.isNull():  # QGIS knows none of collections
        for feature in features(source, QgsFeatureRequest().setNoAttributes()):
            extent.combineExtentWith(feature.geometry().boundingBox())
    if extent.isNull():
        return None
    return extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()


def search_area_of(source, grid):
    """WKB of the polygons of a source on a raster's grid, in its CRS; None where there is
    no source.
    """
    from ...models.geo.search_area import search_area
    from ..layers.features import outlines_of

    if source is None:
        return None
    polygons, crs = outlines_of(source)
    return search_area(polygons, crs, grid)
