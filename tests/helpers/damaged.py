# SPDX-License-Identifier: GPL-2.0-or-later
"""Files that are damaged or cut short, as a broken copy leaves them."""

from __future__ import annotations

import os

from osgeo import ogr, osr

# name of a layer's file, driver, the part of it that is damaged
LAYERS = [
    ("v.gpkg", "GPKG", "v.gpkg"),
    ("v.shp", "ESRI Shapefile", "v.shp"),
    ("v.shp", "ESRI Shapefile", "v.dbf"),
    ("v.fgb", "FlatGeobuf", "v.fgb"),
]
VALUES = {"name": 40 * "x", "status": "confirmed", "ls_id": "a"}
PAGE = 4096  # bytes, of a GeoPackage


def cut_short(path, share=0.6):
    os.truncate(path, int(os.path.getsize(path) * share))
    return path


def polygons(path, driver, count=3000, origin=(0, 0)):
    """A layer of so many triangles beside each other."""
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(32647)
    source = ogr.GetDriverByName(driver).CreateDataSource(str(path))
    layer = source.CreateLayer("a", srs, ogr.wkbPolygon)
    for field in VALUES:
        layer.CreateField(ogr.FieldDefn(field, ogr.OFTString))
    layer.StartTransaction()
    east, north = origin
    for x in range(count):
        feature = ogr.Feature(layer.GetLayerDefn())
        for field, value in VALUES.items():
            feature[field] = value
        x += east
        ring = f"{x} {north}, {x} {north + 10}, {x + 10} {north + 10}, {x} {north}"
        feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POLYGON (({ring}))"))
        layer.CreateFeature(feature)
    layer.CommitTransaction()


def damage(path, page=0.5):
    """The last quarter of a file is lost; of a GeoPackage, of which GDAL opens none that is
    shorter, three pages after this share of it.
    """
    if path.suffix != ".gpkg":
        cut_short(path, 0.75)
        return
    with path.open("r+b") as file:
        file.seek(int(path.stat().st_size * page // PAGE * PAGE))
        file.write(bytes(3 * PAGE))
