# SPDX-License-Identifier: GPL-2.0-or-later
"""Layers of polygons as they come from elsewhere: every kind of geometry that can stand
for one, sound or not.
"""

from __future__ import annotations

import math

from osgeo import ogr, osr
from samples import PLACE

X, Y = PLACE[0], PLACE[3]
# beside each other in metres east and south of PLACE; in all 5 polygons of 1600 m2, one
# of 800, one of a circle with the radius 20
SQUARE = "(({x} -40,{e} -40,{e} 0,{x} 0,{x} -40))"
ODD = {
    "bow tie": "POLYGON ((0 -40,40 0,40 -40,0 0,0 -40))",
    "arc": "CURVEPOLYGON (CIRCULARSTRING (60 -20,80 0,100 -20,80 -40,60 -20))",
    "straight": f"MULTISURFACE ({SQUARE.format(x=120, e=160)})",
    "heights": "POLYGON ZM ((0 -90 1 1,40 -90 1 1,40 -50 1 1,0 -50 1 1,0 -90 1 1))",
    "collection": "GEOMETRYCOLLECTION (POINT (60 -60),"
    "POLYGON ((60 -90,100 -90,100 -50,60 -50,60 -90)))",
    "nowhere": "POLYGON ((120 -90,160 -90,160 -50,140 9e99,120 -50,120 -90))",
    "faces": "POLYHEDRALSURFACE Z (((0 -140 1,40 -140 1,40 -100 1,0 -100 1,0 -140 1)))",
    "empty": "POLYGON EMPTY",
    "nothing": None,
}
ODD_COUNT = 7  # that have an area
ODD_AREA = 800 + 5 * 1600 + math.pi * 20**2


def geometry(text, origin=(X, Y)):
    """OGR's of WKT in metres from `origin`; None for None."""
    if text is None:
        return None
    return moved(ogr.CreateGeometryFromWkt(text), origin)


def moved(shape, origin):
    for number in range(shape.GetGeometryCount()):
        moved(shape.GetGeometryRef(number), origin)
    for number in range(shape.GetPointCount() if not shape.GetGeometryCount() else 0):
        x, y, *_ = shape.GetPoint(number)
        if abs(y) < 1e9:
            y += origin[1]
        if shape.Is3D():
            shape.SetPoint(number, x + origin[0], y, shape.GetZ(number))
        else:
            shape.SetPoint_2D(number, x + origin[0], y)
    return shape


def write_layer(path, rows, epsg=32647, kind=ogr.wkbUnknown, driver="GPKG", options=()):
    """Rows of (WKT or geometry or None, {field: text or number}). Returns the path as
    text.
    """
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(epsg)
    srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    source = ogr.GetDriverByName(driver).CreateDataSource(str(path))
    layer = source.CreateLayer("layer", srs, kind, list(options))
    kinds = {str: ogr.OFTString, int: ogr.OFTInteger, float: ogr.OFTReal}
    for name, value in {k: v for _, values in rows for k, v in values.items()}.items():
        layer.CreateField(ogr.FieldDefn(name, kinds[type(value)]))
    for shape, values in rows:
        feature = ogr.Feature(layer.GetLayerDefn())
        if isinstance(shape, str):
            shape = ogr.CreateGeometryFromWkt(shape)
        feature.SetGeometry(shape)
        for name, value in values.items():
            feature.SetField(name, value)
        layer.CreateFeature(feature)
    layer = source = None
    return str(path)


def write_odd(path, **values):
    """All of ODD, with their name and other values."""
    rows = [
        (geometry(text), {"name": name, "ls_id": f"odd_{number}", **values})
        for number, (name, text) in enumerate(ODD.items())
    ]
    return write_layer(path, rows)


def write_old_shapefile(path, words, name="name", encoding="gbk", page=None):
    """A Shapefile of squares with BH (H00, H01 ...) and a field of texts in `encoding`;
    its .cpg says `page`, without one there is none. Returns the path as text.
    """
    rows = [
        (
            geometry(f"POLYGON {SQUARE.format(x=100 * number, e=100 * number + 40)}"),
            {"BH": f"H{number:02d}", name: "x"},
        )
        for number in range(len(words))
    ]
    write_layer(path, rows, driver="ESRI Shapefile", options=["ENCODING="])
    table = path.with_suffix(".dbf")
    data = bytearray(table.read_bytes())
    start = int.from_bytes(data[8:10], "little")
    width = int.from_bytes(data[10:12], "little")
    for number, word in enumerate(words):
        at = start + number * width + 1 + 80
        data[at : at + 80] = word.encode(encoding).ljust(80)
    data[29] = 0
    table.write_bytes(bytes(data))
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if page:
        path.with_suffix(".cpg").write_text(page)
    return str(path)
