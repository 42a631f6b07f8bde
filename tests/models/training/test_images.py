# SPDX-License-Identifier: GPL-2.0-or-later
"""Images of the data folder lie where they lie, at whatever size they are read."""

from __future__ import annotations

import os

import numpy as np
import pytest
from osgeo import gdal

pytest.importorskip("torch")

from models.errors import UnsuitableRaster
from models.training.images import read


def jpeg(path, side: int) -> np.ndarray:
    """A smooth picture of which GDAL makes up smaller copies, as it comes back."""
    rows, cols = np.mgrid[:side, :side] / side
    waves = 128 + 60 * np.sin(40 * cols) + 50 * np.cos(30 * rows + 5 * cols)
    memory = gdal.GetDriverByName("MEM").Create("", side, side, 1)
    memory.WriteArray(waves.astype(np.uint8))
    options = ["QUALITY=95"]
    gdal.GetDriverByName("JPEG").CreateCopy(str(path), memory, options=options)
    return gdal.Open(str(path)).ReadAsArray()


@pytest.mark.parametrize("box", [None, (41, 33, 300, 280), (2, 1, 126, 200)])
def test_a_box_of_a_jpeg_is_averaged_from_its_own_pixels(tmp_path, box):
    path = tmp_path / "image.jpg"
    pixels = jpeg(path, 601)
    assert gdal.Open(str(path)).GetRasterBand(1).GetOverviewCount() > 0
    x, y, width, height = box or (0, 0, 600, 600)
    part = pixels[y : y + height, x : x + width].astype(float)
    expected = part.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))
    (small,) = read(path, 2, (x, y, width, height))
    assert small.shape == expected.shape
    assert np.abs(small - expected).max() <= 0.51


def test_an_image_that_is_cut_short_is_said(tmp_path):
    path = tmp_path / "image.tif"
    noise = np.random.default_rng(1).integers(0, 255, (300, 300), np.uint8)
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), 300, 300, 1)
    dataset.WriteArray(noise)
    dataset = None
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(UnsuitableRaster, match="image.tif' cannot be read"):
        read(path, 2)
