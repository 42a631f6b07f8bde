# SPDX-License-Identifier: GPL-2.0-or-later
"""Elevation models of known direction and steepness."""

from __future__ import annotations

import math

import numpy as np
from osgeo import gdal, osr
from shapely.geometry import Point

from models.geo.grid import Grid

X, Y = 500000.0, 3300000.0  # on the central meridian of UTM 48N: grid north is true north


def srs(epsg):
    made = osr.SpatialReference()
    made.ImportFromEPSG(epsg)
    made.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return made


IMAGE = Grid(1000, 1000, (X - 500, 1, 0, Y + 500, 0, -1), srs(32648).ExportToWkt())


SLIDE = Point(X, Y).buffer(150)


def dem(
    path,
    height,
    cell=2.0,
    epsg=32648,
    half=400.0,
    transform=None,
    nodata=None,
    shape=None,
):
    """A GeoTIFF of `height(east, north)`, metres from the middle of the scene."""
    if epsg == 4326:
        cell, half = cell / 111000, half / 111000
    middle = np.array(
        osr.CoordinateTransformation(srs(32648), srs(epsg)).TransformPoint(X, Y)
    )[:2]
    size = shape or (int(2 * half / cell),) * 2
    transform = transform or (middle[0] - half, cell, 0, middle[1] + half, 0, -cell)
    cols, rows = np.meshgrid(np.arange(size[1]) + 0.5, np.arange(size[0]) + 0.5)
    x, y = (
        transform[i] + cols * transform[i + 1] + rows * transform[i + 2] for i in (0, 3)
    )
    back = osr.CoordinateTransformation(srs(epsg), srs(32648))
    points = np.array(back.TransformPoints(np.stack((x.ravel(), y.ravel()), 1).tolist()))
    z = height(points[:, 0] - X, points[:, 1] - Y).reshape(size)
    dataset = gdal.GetDriverByName("GTiff").Create(
        str(path), size[1], size[0], 1, gdal.GDT_Float32
    )
    dataset.SetGeoTransform(transform)
    dataset.SetProjection(srs(epsg).ExportToWkt() if epsg else "")
    dataset.GetRasterBand(1).WriteArray(z)
    if nodata is not None:
        dataset.GetRasterBand(1).SetNoDataValue(nodata)
    dataset.FlushCache()
    return str(path)


def plane(azimuth, degrees, base=1000.0):
    """Falls towards `azimuth`."""
    east, north = math.sin(math.radians(azimuth)), math.cos(math.radians(azimuth))
    return lambda e, n: base - math.tan(math.radians(degrees)) * (e * east + n * north)


def turn(a, b):
    return abs((a - b + 180) % 360 - 180)
