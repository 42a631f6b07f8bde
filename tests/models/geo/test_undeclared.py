# SPDX-License-Identifier: GPL-2.0-or-later
"""Collars and gaps that nothing declares, and ground that only looks like them."""

from __future__ import annotations

import numpy as np
import pytest
from osgeo import gdal
from samples import write_raster

from models.contract import Contract
from models.inference.raster import Raster

RGB = Contract(bands=("red", "green", "blue"), window=64)
GREY = Contract(bands=("gray",), window=64)
SIZE = (120, 200)
LEFT = np.s_[..., :50]  # a quarter


def ground(dtype=np.uint8, bands=3, low=20, high=230):
    rng = np.random.default_rng(0)
    return rng.integers(low, high, (bands, *SIZE)).astype(dtype)


def share(path, contract=RGB):
    """Of missing pixels, and the log."""
    raster = Raster(str(path), contract=contract)
    valid = raster.read(0, raster.grid.height).valid
    return (0.0 if valid is None else 1 - valid.mean()), " ".join(map(str, raster.notes))


@pytest.mark.parametrize(
    "dtype, value",
    [
        (np.float32, -9999),
        (np.float32, 0),
        (np.float32, 1e20),
        (np.int16, -9999),
        (np.int16, -32768),
        (np.int16, -1),
        (np.int16, 0),
        (np.uint16, 65535),
        (np.uint16, 255),
        (np.uint16, 4095),
    ],
)
def test_a_collar_of_any_type(tmp_path, dtype, value):
    image = ground(dtype)
    image[LEFT] = value
    missing, log = share(write_raster(tmp_path / "a.tif", image))
    assert missing == 0.25 and "25.0%" in log


@pytest.mark.parametrize("nodata", [-9999, 255])
def test_a_tag_that_no_pixel_holds_hides_no_collar(tmp_path, nodata):
    image = ground()
    image[LEFT] = 0
    assert share(write_raster(tmp_path / "a.tif", image, nodata=nodata))[0] == 0.25


def test_an_opaque_alpha_hides_no_collar(tmp_path):
    image = np.concatenate([ground(), np.full((1, *SIZE), 255, np.uint8)])
    image[:3, :, :50] = 0
    assert share(write_raster(tmp_path / "a.tif", image, alpha=True))[0] == 0.25


def test_a_tag_that_leaves_pixels_out_is_all_that_is(tmp_path):
    image = ground()
    image[LEFT] = 0
    image[..., 150:] = 255
    assert share(write_raster(tmp_path / "a.tif", image, nodata=0))[0] == 0.25


def test_black_and_white_collars_of_one_image(tmp_path):
    image = ground()
    image[LEFT] = 0
    image[..., 150:] = 255
    missing, log = share(write_raster(tmp_path / "a.tif", image))
    assert missing == 0.5 and "hold 0, 255 along" in log


@pytest.mark.parametrize("white", [False, True])
def test_a_collar_that_compression_has_stirred(tmp_path, white):
    image = ground(low=40)
    image[LEFT] = np.random.default_rng(1).integers(0, 5, image[LEFT].shape)
    if white:
        image = 255 - image
    assert share(write_raster(tmp_path / "a.tif", image))[0] == 0.25


def test_shadows_and_light_along_the_border_are_ground(tmp_path):
    columns = np.linspace(0, 255, SIZE[1]).astype(np.uint8)
    image = np.broadcast_to(columns, (3, *SIZE)).copy()
    image[:, ::7] //= 2
    missing, _ = share(write_raster(tmp_path / "a.tif", image))
    assert missing < 0.02  # the column of zeros and that of white


def test_scattered_black_and_white_are_ground(tmp_path):
    """A stretch leaves 2 % of the pixels of a band at either end."""
    image = ground(bands=1)
    ends = np.random.default_rng(2).random(image.shape)
    image[ends < 0.04] = 0
    image[ends > 0.96] = 255
    assert share(write_raster(tmp_path / "a.tif", image), GREY) == (0.0, "")


def test_a_gap_of_a_mosaic_that_no_border_touches(tmp_path):
    for name, first in (("a", 0), ("b", 130)):
        place = (500000.0 + first, 1.0, 0.0, 3000000.0, 0.0, -1.0)
        write_raster(tmp_path / f"{name}.tif", ground()[:, :, :70], place)
    strips = [str(tmp_path / "a.tif"), str(tmp_path / "b.tif")]
    for name, first in (("c", 0), ("d", 90)):
        place = (500070.0, 1.0, 0.0, 3000000.0 - first, 0.0, -1.0)
        write_raster(tmp_path / f"{name}.tif", ground()[:, :30, :60], place)
        strips.append(str(tmp_path / f"{name}.tif"))
    gdal.BuildVRT(str(tmp_path / "m.vrt"), strips).FlushCache()
    missing, _ = share(tmp_path / "m.vrt")
    assert missing == pytest.approx(0.15)


def test_a_number_that_is_no_colour_counts_anywhere(tmp_path):
    image = ground(np.float32)
    image[1, 50:60, 80:90] = -9999
    assert share(write_raster(tmp_path / "a.tif", image))[0] == pytest.approx(100 / 24000)


def test_numbers_around_it_make_it_a_colour(tmp_path):
    image = ground(np.int16, low=-12000, high=12000)
    image[1, 50:60, 80:90] = -9999
    assert share(write_raster(tmp_path / "a.tif", image))[0] == 0
