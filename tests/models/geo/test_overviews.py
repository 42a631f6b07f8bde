# SPDX-License-Identifier: GPL-2.0-or-later
"""Large rasters get overviews, small ones none."""

import numpy as np
import pytest
from osgeo import gdal

from models.errors import MrifeError
from models.geo.overviews import LARGE, build_overviews


def made(path, rows, cols):
    """Nothing is written but one block of two values, and one missing pixel in it."""
    options = ["TILED=YES", "COMPRESS=LZW", "SPARSE_OK=TRUE"]
    driver = gdal.GetDriverByName("GTiff")
    dataset = driver.Create(str(path), cols, rows, 1, gdal.GDT_Byte, options)
    band = dataset.GetRasterBand(1)
    band.SetNoDataValue(255)
    pixels = np.full((256, 256), 100, np.uint8)
    pixels[:, 1::2] = 200
    pixels[0, 0] = 255
    band.WriteArray(pixels, 0, 0)
    return str(path)


def test_a_large_raster_gets_means_of_what_is_there(tmp_path):
    path = made(tmp_path / "large.tif", 4096, LARGE // 4096)
    before = gdal.Open(path).ReadAsArray(0, 0, 256, 256)
    cache = gdal.GetCacheMax()
    build_overviews(path)
    assert gdal.GetCacheMax() == cache
    dataset = gdal.Open(path)
    assert (dataset.ReadAsArray(0, 0, 256, 256) == before).all()
    band = dataset.GetRasterBand(1)
    widths = [band.GetOverview(i).XSize for i in range(band.GetOverviewCount())]
    assert widths == [4096, 2048, 1024, 512]
    half = band.GetOverview(0).ReadAsArray(0, 0, 129, 128)
    assert (half[1:, :128] == 150).all() and (half[:, 128] == 255).all()
    assert half[0, 0] == 167  # of three pixels


def test_a_small_raster_stays_as_it_is(tmp_path):
    path = made(tmp_path / "small.tif", 4095, LARGE // 4096)
    before = (tmp_path / "small.tif").read_bytes()
    build_overviews(path)
    assert (tmp_path / "small.tif").read_bytes() == before


def test_what_is_stopped_ends_early_and_without_a_word(tmp_path):
    path = made(tmp_path / "large.tif", 4096, LARGE // 4096)
    asked = []

    def stopped():
        asked.append(1)
        return True

    build_overviews(path, stopped)
    assert len(asked) == 2  # by GDAL once, and whether that was an error


def test_what_cannot_be_opened_is_said(tmp_path):
    (tmp_path / "a.tif").write_text("a text")
    with pytest.raises(MrifeError, match="a.tif' cannot be written"):
        build_overviews(str(tmp_path / "a.tif"))
