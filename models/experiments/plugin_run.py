# SPDX-License-Identifier: GPL-2.0-or-later
"""A model file on whole rasters and bare images, run as the plugin runs it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
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
from ..inventory.candidates.attributes import Collection
from ..onnxfile import describe
from ..training.datasets import NATIVE

IMAGE_EPSG = 32648  # of images without a place; only its metres matter

AS_THE_MODEL_SAYS = pipeline.OutlineRequest()


class Detection(NamedTuple):
    """What the plugin makes of one raster: `probability` (H, W) 0-1, 0 where it says
    nothing; the polygons, and the attributes of each.
    """

    grid: Grid
    probability: np.ndarray
    polygons: list[Polygon | MultiPolygon]
    attributes: list[dict]

    def mask(self) -> np.ndarray:
        """(H, W) bool: inside the polygons."""
        return mask_of(self.polygons, self.grid)

    def mask_of(self, polygon: Polygon | MultiPolygon) -> np.ndarray:
        """(H, W) bool: inside one polygon."""
        return mask_of([polygon], self.grid)


class PluginRun:
    """A model file and what is asked of the polygons; by default nothing, so that the
    model's own thresholds hold. Raises InvalidModel.
    """

    def __init__(
        self,
        path: str,
        threads: int = 0,
        request: pipeline.OutlineRequest = AS_THE_MODEL_SAYS,
    ) -> None:
        self.model = describe(path)
        self.request = request
        self._detector = Detector(path, "cpu", threads, self.model.contract)

    @property
    def contract(self) -> Contract:
        """What the model file promises."""
        return self.model.contract

    def on_raster(self, path: str, bands: Sequence[int] = ()) -> Detection:
        """Search a raster file; `bands` as of `Raster`. Raises UnsuitableRaster."""
        raster = Raster(path, bands, self.contract)
        job = pipeline.prepare_detect(raster, self.model, self.request)
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
                levels = np.concatenate([strip.values for strip in stored.strips()])
        probability = np.where(levels == NODATA, 0, levels) / np.float32(LEVELS)
        return Detection(raster.grid, probability, polygons, attributes)

    def on_image(self, image: np.ndarray) -> Detection:
        """Search an image (C, H, W) uint8 whose pixels are squares of 0.8 m somewhere in
        a UTM zone.
        """
        path = "/vsimem/image.tif"
        count, height, width = image.shape
        dataset = gdal.GetDriverByName("GTiff").Create(path, width, height, count)
        srs = osr.SpatialReference()
        srs.ImportFromEPSG(IMAGE_EPSG)
        dataset.SetProjection(srs.ExportToWkt())
        dataset.SetGeoTransform((500000.0, NATIVE, 0.0, 3000000.0, 0.0, -NATIVE))
        dataset.WriteArray(image)
        dataset = None  # closes the file
        return self.on_raster(path, range(1, 1 + len(self.contract.image_bands)))
