# SPDX-License-Identifier: GPL-2.0-or-later
"""A model that takes elevation gets metres on the image's pixels, whatever the
elevation model looks like.
"""

from __future__ import annotations

import json

import numpy as np
import pytest
from samples import FakeDetector, read_raster, write_model, write_raster

from models.__main__ import main
from models.contract import MISSING_ELEVATION, Contract
from models.errors import UnsuitableRaster
from models.inference.plan import plan
from models.inference.predict import predict
from models.inference.raster import Raster

CONTRACT = Contract(
    name="form",
    version="1",
    bands=("gray", "elevation"),
    window=64,
    threshold=0.5,
    seed=0.5,
)
PLACE = (500000.0, 1.0, 0.0, 3000000.0, 0.0, -1.0)


@pytest.fixture
def image(tmp_path):
    rng = np.random.default_rng(0)
    return write_raster(
        tmp_path / "image.tif", rng.integers(1, 255, (100, 120)).astype(np.uint8), PLACE
    )


def hill(place, shape, per_metre=0.1) -> np.ndarray:
    """Heights that rise to the east, float32, of pixel centres."""
    x = place[0] + place[1] * (np.arange(shape[1]) + 0.5) - 500000
    return np.broadcast_to((100 + per_metre * x).astype(np.float32), shape).copy()


def test_coarse_heights_come_bilinear_on_the_image_s_pixels(tmp_path, image):
    place = (499950.0, 5.0, 0.0, 3000050.0, 0.0, -5.0)
    dem = write_raster(tmp_path / "dem.tif", hill(place, (60, 60)), place)
    pixels, valid = Raster(image, (), CONTRACT, dem).read(10, 20, 30, 40)
    assert pixels.shape == (2, 20, 40) and pixels.dtype == np.float32 and valid is None
    assert np.array_equal(
        pixels[0], read_raster(image)[10:30, 30:70]
    )  # the image is untouched
    assert np.abs(pixels[1] - hill(PLACE, (100, 120))[10:30, 30:70]).max() < 0.02


def test_another_system_is_warped_and_what_lies_outside_is_missing(tmp_path, image):
    west = (0.000009, 0.000009)  # about a metre
    place = (98.99999, west[0], 0.0, 27.12181, 0.0, -west[1])
    dem = write_raster(
        tmp_path / "dem.tif", np.full((60, 60), 777, np.float32), place, epsg=4326
    )
    raster = Raster(image, (), CONTRACT, dem)
    heights = raster.read(0, 100)[0][1]
    assert set(np.unique(heights)) == {np.float32(MISSING_ELEVATION), np.float32(777)}


def test_voids_are_missing_and_do_not_make_the_image_invalid(tmp_path, image):
    heights = hill(PLACE, (100, 120))
    heights[:50] = -9999
    dem = write_raster(tmp_path / "dem.tif", heights, PLACE, nodata=-9999)
    pixels, valid = Raster(image, (), CONTRACT, dem).read(0, 100)
    assert (
        valid is None
        and (pixels[1, :49] == MISSING_ELEVATION).all()
        and pixels[1, 51:].min() > 99
    )


def test_without_an_elevation_model_all_heights_are_missing(image):
    raster = Raster(image, (), CONTRACT)
    assert (raster.read(0, 10)[0][1] == MISSING_ELEVATION).all()
    assert "can use elevation" in str(raster.notes[-1])


def test_windows_carry_it_to_the_network_also_where_the_image_is_resampled(
    tmp_path, image
):
    dem = write_raster(tmp_path / "dem.tif", hill(PLACE, (100, 120)), PLACE)
    contract = Contract(**{**CONTRACT.__dict__, "pixel_size": 2.0})
    raster = Raster(image, (), contract, dem)
    detector = FakeDetector(lambda batch: (batch[:, 1] - 100) / 250)
    strips = list(predict(raster, detector, plan(raster, contract)))
    levels = np.concatenate([strip.values for strip in strips])
    assert (
        np.abs(
            levels[50, 5:115].astype(float) - (hill(PLACE, (100, 120))[50, 5:115] - 100)
        ).max()
        <= 1
    )


def test_a_run_with_other_heights_does_not_go_on_with_the_first_one_s(tmp_path, image):
    dem = write_raster(tmp_path / "dem.tif", hill(PLACE, (100, 120)), PLACE)
    with_dem, without = Raster(image, (), CONTRACT, dem), Raster(image, (), CONTRACT)
    assert with_dem.fingerprint != without.fingerprint


def test_a_file_that_is_no_elevation_model_is_named(tmp_path, image):
    (tmp_path / "dem.txt").write_text("no raster")
    with pytest.raises(UnsuitableRaster, match="dem.txt"):
        Raster(image, (), CONTRACT, str(tmp_path / "dem.txt"))


def test_the_command_line_takes_it(tmp_path, capsys):
    """The sample network answers its first band: with elevation in the contract the
    run still ends in polygons.
    """
    bright = np.full((100, 120), 20, np.uint8)
    bright[20:60, 20:80] = 220
    image = write_raster(tmp_path / "image.tif", bright, PLACE)
    dem = write_raster(tmp_path / "dem.tif", hill(PLACE, (100, 120)), PLACE)
    model = write_model(tmp_path / "form.onnx", CONTRACT, channels=2)
    assert (
        main(
            [
                "detect",
                image,
                str(tmp_path / "out.gpkg"),
                "--model",
                model,
                "--dem",
                dem,
                "--device",
                "cpu",
            ]
        )
        == 0
    )
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["count"] == 1 and last["area_m2"] == pytest.approx(2400, rel=0.01)
