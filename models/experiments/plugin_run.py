# SPDX-License-Identifier: GPL-2.0-or-later
"""A model file on whole rasters and bare images, run as the plugin runs it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from osgeo import gdal, osr
from shapely import wkb
from shapely.geometry import MultiPolygon, Polygon

from .. import pipeline
from ..contract import Contract
from ..geo.grid import Grid
from ..geo.rasterize import mask_of
from ..inference.detector import Detector
from ..inference.levels import LEVELS, NODATA
from ..inference.probability import Probability
from ..inference.raster import Raster
from ..inference.symmetries import AS_IT_LIES, Symmetry
from ..inventory.candidates.attributes import Collection
from ..jobs import OutlineRequest, prepare_detect
from ..onnxfile import describe
from ..training.bijie import NATIVE

IMAGE_EPSG = 32648  # of images without a place; only its metres matter

AS_THE_MODEL_SAYS = OutlineRequest()


class Detection(NamedTuple):
    """What the plugin makes of one raster: `probability` (H, W) 0-1, 0 where it says
    nothing; the polygons, and the attributes of each; `spread` (H, W) 0-1 over the
    symmetries that the windows were looked at in, where there were several.
    """

    grid: Grid
    probability: np.ndarray
    polygons: list[Polygon | MultiPolygon]
    attributes: list[dict]
    spread: np.ndarray | None = None

    def mask(self) -> np.ndarray:
        """(H, W) bool: inside the polygons."""
        return mask_of(self.polygons, self.grid)

    def mask_of(self, polygon: Polygon | MultiPolygon) -> np.ndarray:
        """(H, W) bool: inside one polygon."""
        return mask_of([polygon], self.grid)


class PluginRun:
    """A model file and what is asked of the polygons; by default nothing, so that the
    model's own thresholds hold. `symmetries` as of a plan. Raises InvalidModel.
    """

    def __init__(
        self,
        path: str,
        threads: int = 0,
        request: OutlineRequest = AS_THE_MODEL_SAYS,
        symmetries: tuple[Symmetry, ...] = AS_IT_LIES,
    ) -> None:
        self.model = describe(path)
        self.request = request
        self.symmetries = symmetries
        self._detector = Detector(path, "cpu", threads, self.model.contract)

    @property
    def contract(self) -> Contract:
        """What the model file promises."""
        return self.model.contract

    def on_raster(
        self, path: str, bands: Sequence[int] = (), dem: str | None = None
    ) -> Detection:
        """Search a raster file; `bands` and `dem` as of `Raster`. Raises
        UnsuitableRaster.
        """
        raster = Raster(path, bands, self.contract, dem)
        job = prepare_detect(raster, self.model, self.request)
        job = replace(job, plan=replace(job.plan, symmetries=self.symmetries))
        polygons = []
        attributes = []
        with tempfile.TemporaryDirectory() as folder:
            file = str(Path(folder) / "probability.tif")
            with Collection(job.outline.inventory) as candidates:
                for _ in pipeline.detect(
                    job, self._detector, file, candidates, temporary=True
                ):
                    pass
                for geometry, values in candidates:
                    polygons.append(wkb.loads(geometry))
                    attributes.append(values)
            with Probability(file) as stored:
                strips = list(stored.strips())
        probability = _values([strip.values for strip in strips])
        spread = None
        if job.plan.has_spread:
            spread = _values([strip.spread for strip in strips])
        return Detection(raster.grid, probability, polygons, attributes, spread)

    def on_image(self, image: np.ndarray, collar: int = 0) -> Detection:
        """Search an image (C, H, W) uint8 whose pixels are squares of 0.8 m somewhere in
        a UTM zone, within `collar` pixels of missing ground, of which nothing is said:
        the probability is that of the image.
        """
        place = (500000.0, NATIVE, 0.0, 3000000.0, 0.0, -NATIVE)
        if collar:
            seen = np.full((1, *image.shape[1:]), 255, np.uint8)
            image = np.pad(
                np.concatenate([image, seen]), ((0, 0), *[(collar, collar)] * 2)
            )
        path = in_memory("image", image, place, alpha=bool(collar))
        bands = range(1, 1 + len(self.contract.image_bands))
        detection = self.on_raster(path, bands)
        inner = slice(collar, -collar or None)
        spread = detection.spread
        if spread is not None:
            spread = spread[inner, inner]
        probability = detection.probability[inner, inner]
        return detection._replace(probability=probability, spread=spread)


def _values(strips: list[np.ndarray]) -> np.ndarray:
    """(H, W) 0-1 of strips of levels, 0 for nodata."""
    levels = np.concatenate(strips)
    return np.where(levels == NODATA, 0, levels) / np.float32(LEVELS)


def in_memory(
    name: str,
    bands: np.ndarray,
    geotransform: tuple[float, ...],
    wkt: str | None = None,
    alpha: bool = False,
    nodata: float | None = None,
) -> str:
    """Path of bands (C, H, W), uint8 or float32, as a raster file in GDAL's memory, in
    a UTM zone by default; `alpha`: the last band is one.
    """
    path = f"/vsimem/{name}.tif"
    count, height, width = bands.shape
    kind = gdal.GDT_Byte
    if bands.dtype != np.uint8:
        kind = gdal.GDT_Float32
    dataset = gdal.GetDriverByName("GTiff").Create(path, width, height, count, kind)
    if wkt is None:
        srs = osr.SpatialReference()
        srs.ImportFromEPSG(IMAGE_EPSG)
        wkt = srs.ExportToWkt()
    dataset.SetProjection(wkt)
    dataset.SetGeoTransform(geotransform)
    if alpha:
        dataset.GetRasterBand(count).SetColorInterpretation(gdal.GCI_AlphaBand)
    if nodata is not None:
        dataset.GetRasterBand(1).SetNoDataValue(nodata)
    dataset.WriteArray(bands)
    dataset = None  # closes the file
    return path
