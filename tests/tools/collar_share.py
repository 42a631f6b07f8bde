# SPDX-License-Identifier: GPL-2.0-or-later
"""How much of the ground along a collar is called landslide where none is: the share of
the pixels 10 to 40 m from missing ground, on Jinsha A and B, that reach the threshold of
the model.

python tests/tools/collar_share.py DATA [MODEL]     with the code of this checkout
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import numpy as np
from osgeo import gdal

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from models.__main__ import main as command_line
from models.onnxfile import describe, shipped_model

NEAR_M = (10.0, 40.0)
OPAQUE = 128  # alpha from which a pixel counts as seen


def collar_share(image: Path, labels: Path, model: str) -> float:
    """0 to 1; `labels` holds 0 where no landslide is."""
    picture = gdal.Open(str(image))
    pixel_m = picture.GetGeoTransform()[1]
    alpha = picture.GetRasterBand(picture.RasterCount).ReadAsArray()
    distance = distance_to(alpha < OPAQUE, NEAR_M[1] / pixel_m + 1) * pixel_m
    near = (distance > NEAR_M[0]) & (distance <= NEAR_M[1])
    near &= gdal.Open(str(labels)).ReadAsArray() == 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "p.tif")
        polygons = os.path.join(folder, "o.gpkg")
        options = ["--model", model, "--probability", path]
        if command_line(["detect", str(image), polygons, *options]):
            raise SystemExit(1)
        levels = gdal.Open(path).ReadAsArray()
    threshold = describe(model).contract.threshold
    valid = near & (levels < 255)
    return float((levels[valid] >= 250 * threshold).mean())


def distance_to(mask: np.ndarray, most: float) -> np.ndarray:
    """Pixels (rows, cols) to the nearest one of a mask; 0 from `most` on and inside."""
    memory = gdal.GetDriverByName("MEM").Create("", mask.shape[1], mask.shape[0], 2)
    memory.GetRasterBand(1).WriteArray(mask.astype(np.uint8))
    options = ["VALUES=1", f"MAXDIST={most}", "NODATA=0"]
    gdal.ComputeProximity(memory.GetRasterBand(1), memory.GetRasterBand(2), options)
    return memory.GetRasterBand(2).ReadAsArray()


if __name__ == "__main__":
    data = Path(sys.argv[1]) / "jinsha"
    model = shipped_model()
    if len(sys.argv) > 2:
        model = sys.argv[2]
    for region in "AB":
        image = data / f"region_{region}_rgb.tif"
        share = collar_share(image, data / f"region_{region}_labels.tif", model)
        print(f"Jinsha {region}: {share:.3f}", flush=True)
