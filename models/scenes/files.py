# SPDX-License-Identifier: GPL-2.0-or-later
"""Made-up scenes as files a GIS opens: GeoTIFFs, a GeoPackage, all parameters; the
same scene, the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from osgeo import gdal, ogr, osr
from shapely.geometry import Polygon

from ..errors import MrifeError
from ..geo.gdal_errors import quiet
from ..geo.write_failure import write_failure

if TYPE_CHECKING:
    from .scene import Scene

VERSION = 1  # of the generator; raise it when the same seed gives another scene
DEM_NODATA = -9999.0
SLIDE_FIELDS = {
    "kind": ogr.OFTString,
    "age": ogr.OFTReal,
    "visibility": ogr.OFTReal,
    "slope": ogr.OFTReal,
    "area_m2": ogr.OFTReal,
    "bowl_m3": ogr.OFTReal,
    "deposit_m3": ogr.OFTReal,
}
NOTE = (
    "Made-up scene: a fixture and a demonstration. Nothing measured on it says how a "
    "model does on real ground."
)


def write_scene(scene: Scene, folder: str | Path) -> dict[str, Path]:
    """Write orthophoto.tif, dem.tif, slides.gpkg (slides, look_alikes) and scene.json;
    older ones are replaced. Raises MrifeError.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = {
        name: folder / file
        for name, file in (
            ("orthophoto", "orthophoto.tif"),
            ("dem", "dem.tif"),
            ("slides", "slides.gpkg"),
            ("parameters", "scene.json"),
        )
    }
    bands = scene.image
    collar = scene.settings.collar
    if collar == "alpha":
        opaque = np.iinfo(bands.dtype).max
        bands = np.concatenate([bands, (scene.valid * opaque).astype(bands.dtype)[None]])
    with _written(paths["orthophoto"]) as path:
        nodata = 0.0 if collar == "nodata" else None
        _write_raster(path, bands, scene.geotransform, scene.epsg, nodata)
    with _written(paths["dem"]) as path:
        heights = scene.dem[None]
        _write_raster(path, heights, scene.dem_geotransform, scene.epsg, DEM_NODATA)
    with _written(paths["slides"]) as path:
        _write_polygons(path, scene)
    text = json.dumps(_parameters(scene), indent=1, sort_keys=True, ensure_ascii=False)
    paths["parameters"].write_text(text + "\n", encoding="utf-8")
    return paths


@contextmanager
def _written(path: Path) -> Iterator[Path]:
    """Raises MrifeError where GDAL cannot write the file."""
    with quiet() as error:
        yield path
    if error.failed:
        raise write_failure(path, error.words)


def _parameters(scene: Scene) -> dict:
    """Everything the scene was made from and what became of it."""
    slides = [
        {**asdict(w), "area_m2": p.area} for w, p in zip(scene.slides, scene.outlines)
    ]
    return {
        "note": NOTE,
        "version": VERSION,
        "settings": asdict(scene.settings),
        "epsg": scene.epsg,
        "geotransform": scene.geotransform,
        "dem_geotransform": scene.dem_geotransform,
        "camera": asdict(scene.camera),
        "slides": slides,
        "distractors": [asdict(d) for d in scene.distractors],
    }


def _write_raster(
    path: Path,
    bands: np.ndarray,
    geotransform: tuple[float, ...],
    epsg: int,
    nodata: float | None,
) -> None:
    kinds = {
        "uint8": gdal.GDT_Byte,
        "uint16": gdal.GDT_UInt16,
        "float32": gdal.GDT_Float32,
    }
    options = [
        "TILED=YES",
        "COMPRESS=DEFLATE",
        f"PREDICTOR={3 if bands.dtype == np.float32 else 2}",
    ]
    if len(bands) >= 3:
        options += ["PHOTOMETRIC=RGB"] + (["ALPHA=YES"] if len(bands) == 4 else [])
    raster = gdal.GetDriverByName("GTiff").Create(
        str(path),
        bands.shape[2],
        bands.shape[1],
        len(bands),
        kinds[bands.dtype.name],
        options,
    )
    if raster is None:
        return
    raster.SetGeoTransform(geotransform)
    raster.SetSpatialRef(metric_crs(epsg))
    for index, band in enumerate(bands, 1):
        if nodata is not None:
            raster.GetRasterBand(index).SetNoDataValue(nodata)
        raster.GetRasterBand(index).WriteArray(band)


def _write_polygons(path: Path, scene: Scene) -> None:
    """A GeoPackage without the clock in it."""
    before = gdal.GetConfigOption("OGR_CURRENT_DATE")
    gdal.SetConfigOption("OGR_CURRENT_DATE", "2000-01-01T00:00:00Z")
    path.unlink(missing_ok=True)
    try:
        target = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
        if target is None:
            return
        slides = _layer(target, "slides", scene.epsg, SLIDE_FIELDS)
        for worn, polygon in zip(scene.slides, scene.outlines):
            _add(
                slides,
                polygon,
                {
                    "kind": worn.slide.kind,
                    "age": worn.slide.age,
                    "visibility": worn.visibility,
                    "slope": worn.slope,
                    "area_m2": polygon.area,
                    "bowl_m3": worn.bowl_m3,
                    "deposit_m3": worn.deposit_m3,
                },
            )
        others = _layer(target, "look_alikes", scene.epsg, {"kind": ogr.OFTString})
        for item, polygon in zip(scene.distractors, scene.look_alikes):
            _add(others, polygon, {"kind": item.kind})
        target = None
    finally:
        gdal.SetConfigOption("OGR_CURRENT_DATE", before)


def _layer(
    target: ogr.DataSource, name: str, epsg: int, columns: dict[str, int]
) -> ogr.Layer:
    layer = target.CreateLayer(name, metric_crs(epsg), ogr.wkbPolygon)
    for column, kind in columns.items():
        layer.CreateField(ogr.FieldDefn(column, kind))
    return layer


def _add(layer: ogr.Layer, polygon: Polygon, values: dict) -> None:
    feature = ogr.Feature(layer.GetLayerDefn())
    for name, value in values.items():
        feature[name] = value
    feature.SetGeometry(ogr.CreateGeometryFromWkb(polygon.wkb))
    layer.CreateFeature(feature)


def metric_crs(epsg: int) -> osr.SpatialReference:
    """The projected CRS in metres of this EPSG code; MrifeError where it is none."""
    srs = osr.SpatialReference()
    try:
        is_code = srs.ImportFromEPSG(epsg) == ogr.OGRERR_NONE
    except RuntimeError:  # where GDAL's exceptions are on
        is_code = False
    if not is_code or not srs.IsProjected() or srs.GetLinearUnits() != 1.0:
        raise MrifeError(
            "EPSG:{} is not a projected CRS in metres; a UTM zone such as 32648 is.", epsg
        )
    return srs
