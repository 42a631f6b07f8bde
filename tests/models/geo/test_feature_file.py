# SPDX-License-Identifier: GPL-2.0-or-later
"""The polygons of a file with what it says of them."""

from __future__ import annotations

import math

from osgeo import ogr
from samples import wkt
from shapely.geometry import box

from models.geo.crs import Crs
from models.geo.feature_file import read_features


def test_nan_is_no_number(tmp_path):
    path = str(tmp_path / "x.fgb")
    source = ogr.GetDriverByName("FlatGeobuf").CreateDataSource(path)
    layer = source.CreateLayer("x", Crs(wkt(32648)).srs(), ogr.wkbPolygon)
    layer.CreateField(ogr.FieldDefn("conf", ogr.OFTReal))
    for number in (math.nan, 0.5):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetField(0, number)
        feature.SetGeometry(ogr.CreateGeometryFromWkb(box(0, 0, 1, 1).wkb))
        layer.CreateFeature(feature)
    layer = source = None
    found = [values["conf"] for _, values in read_features(path).rows]
    assert sorted(found, key=str) == [0.5, None]
