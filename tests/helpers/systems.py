# SPDX-License-Identifier: GPL-2.0-or-later
"""Reference systems, and polygons from one to another."""

from __future__ import annotations

import pytest
from osgeo import ogr, osr
from shapely import wkb

MARS = (
    'GEOGCS["Mars",DATUM["D_Mars",SPHEROID["Mars",3396190,169.894447]],PRIMEM["Reference_Meridian",0],'
    'UNIT["Degree",0.0174532925199433]]'
)


def moved(polygon, source: int, target: int):
    """A polygon from one EPSG system to another."""
    systems = []
    for epsg in (source, target):
        srs = osr.SpatialReference()
        srs.ImportFromEPSG(epsg)
        srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        systems.append(srs)
    shape = ogr.CreateGeometryFromWkb(wkb.dumps(polygon))
    shape.Transform(osr.CoordinateTransformation(*systems))
    return wkb.loads(bytes(shape.ExportToWkb()))


def qgis_measure(epsg: int):
    """What QGIS measures with on the ellipsoid of a system; skips without one."""
    core = pytest.importorskip("qgis.core", reason="QGIS is not installed")
    crs = core.QgsCoordinateReferenceSystem.fromEpsgId(epsg)
    if not crs.isValid():
        pytest.skip("this QGIS has no CRS database")
    measure = core.QgsDistanceArea()
    measure.setSourceCrs(crs, core.QgsCoordinateTransformContext())
    measure.setEllipsoid(crs.ellipsoidAcronym())
    return measure
