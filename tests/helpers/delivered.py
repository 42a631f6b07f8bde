# SPDX-License-Identifier: GPL-2.0-or-later
"""A small inventory with all that breaks exports, and readers of what was written."""

from __future__ import annotations

from osgeo import gdal, ogr, osr
from samples import wkt
from shapely import wkb

from models.geo.crs import Crs
from models.geo.geodesic import Geodesic
from models.inventory.schema import ALL

TRICKY = '古滑坡，"老"的; a,b\n<new line> & more'
SQUARE = "POLYGON (({x} 0,{x} 100,{e} 100,{e} 0,{x} 0))"
HOLED = (
    "MULTIPOLYGON (((0 200,100 200,100 300,0 300,0 200),(20 220,80 220,80 280,20 280,20 "
    "220)),((200 200,260 200,260 260,200 260,200 200)))"
)
KINDS = {
    "text": ogr.OFTString,
    "real": ogr.OFTReal,
    "int": ogr.OFTInteger,
    "date": ogr.OFTDate,
    "datetime": ogr.OFTDateTime,
}
FULL = {
    "ls_id": "图幅一_00c0ffee",
    "sheet": "图幅一",
    "src_img": "影像 一.tif",
    "img_date": "2024-05-06",
    "gsd_m": 2.0,
    "model_id": "m",
    "run_utc": "2026-11-24T08:09:10Z",
    "method": "auto",
    "p_mean": 0.625,
    "conf_cls": "high",
    "usgs_conf": 8,
    "area_m2": 10000.0,
    "length_m": 120.5,
    "width_m": 80.0,
    "lon": 104.123456,
    "lat": 35.654321,
    "azim_deg": 0.0,
    "z_max": 1500.0,
    "z_min": 1450.0,
    "relief_m": 50.0,
    "slope_mean": 22.5,
    "slope_adj": 25.5,
    "azim_r": 0.9,
    "scarp_h": 3.048,
    "depth_est": 6.096,
    "vol_est": 60960.0,
    "vol_meth": "scarp",
    "size_cls": "small",
    "status": "confirmed",
    "reviewer": "王工",
    "rev_date": "2026-11-25",
    "movement": "rotational_slide",
    "material": "loess",
    "activity": "relict",
    "age_cls": "ancient",
    "geo_conf": "moderate",
    "remarks": TRICKY,
}
BARE = {
    "ls_id": "b",
    "method": "auto",
    "p_mean": 0.5,
    "conf_cls": "low",
    "usgs_conf": 5,
    "area_m2": 7360.0,
    "status": "candidate",
}
GONE = {"ls_id": "c", "status": "rejected", "rej_why": "road", "conf_cls": "moderate"}


def write_inventory(
    path, records=None, epsg=32648, origin=(500000.0, 3900000.0), scale=1.0
):
    """A GeoPackage of (WKT near the origin in metres, values) with all fields of the
    schema. Returns its path.
    """
    records = records or [
        (SQUARE.format(x=0, e=100), FULL),
        (HOLED, BARE),
        (SQUARE.format(x=300, e=400), GONE),
    ]
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(epsg)
    srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    source = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    layer = source.CreateLayer("landslides", srs, ogr.wkbMultiPolygon)
    for field in ALL:
        layer.CreateField(ogr.FieldDefn(field.name, KINDS[field.kind]))
    for text, values in records:
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(
            ogr.ForceToMultiPolygon(moved(ogr.CreateGeometryFromWkt(text), origin, scale))
        )
        for name, value in values.items():
            feature.SetField(name, value)
        layer.CreateFeature(feature)
    layer = source = None
    return str(path)


def moved(geometry, origin, scale):
    for i in range(geometry.GetGeometryCount()):
        moved(geometry.GetGeometryRef(i), origin, scale)
    for i in range(geometry.GetPointCount() if not geometry.GetGeometryCount() else 0):
        x, y = geometry.GetPoint_2D(i)
        geometry.SetPoint_2D(i, origin[0] + x * scale, origin[1] + y * scale)
    return geometry


def read(path, encoding="UTF-8", layer=0) -> list[tuple[ogr.Geometry, dict]]:
    """Geometries and values by name as GDAL reads them; QGIS keeps it from recoding
    Shapefiles by itself.
    """
    source = gdal.OpenEx(
        str(path),
        gdal.OF_VECTOR,
        open_options=[f"ENCODING={encoding}"] if encoding == "GBK" else [],
    )
    found = source.GetLayer(layer)
    return [(feature.GetGeometryRef().Clone(), feature.items()) for feature in found]


def area(geometry: ogr.Geometry, epsg: int) -> float:
    return Geodesic(Crs(wkt(epsg))).area(wkb.loads(bytes(geometry.ExportToWkb())))


def truth(path: str) -> list[float]:
    return [area(geometry, 32648) for geometry, _ in read(path)]
