# SPDX-License-Identifier: GPL-2.0-or-later
"""A search by the form of the ground alone: the elevation model in the place of the image,
at a pixel size that the network knows, with slopes as they are.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from osgeo import ogr
from samples import FakeDetector, write_model, write_raster

from models.__main__ import main
from models.contract import MISSING_ELEVATION, NO_IMAGE, Contract
from models.errors import EmptyRaster, UnsuitableRaster
from models.inference.elevation_alone import (
    has_fine_cells,
    is_elevation,
    suited_model,
)
from models.inference.plan import plan
from models.inference.predict import predict
from models.inference.raster import Raster

FORM = Contract(name="form", bands=("elevation",), window=64)
COLOURS = ("red", "green", "blue", "elevation")
BOTH = Contract(
    name="both",
    bands=COLOURS,
    window=64,
    pixel_size=2.0,
    pixel_sizes=(2.0, 200.0),
    elevation_alone=(2.0, 20.0, 200.0),
)


def ramp(path, cell: float, rise: float = 0.5, shape=(90, 100), **more) -> str:
    """Heights that rise to the east by `rise` m a metre on cells of `cell` m."""
    x = cell * (np.arange(shape[1]) + 0.5)
    heights = np.broadcast_to((100 + rise * x).astype(np.float32), shape).copy()
    return write_raster(path, heights, (5e5, cell, 0, 3e6, 0, -cell), **more)


def test_the_elevation_model_is_all_that_the_network_sees(tmp_path):
    raster = Raster(ramp(tmp_path / "dem.tif", 10.0), contract=FORM)
    pixels, valid = raster.read(5, 20, 30, 40)
    assert raster.is_elevation and pixels.shape == (1, 20, 40) and valid is None
    assert np.allclose(pixels[0], 100 + 5 * (np.arange(30, 70) + 0.5), atol=1e-3)
    assert "form of the ground alone, with the elevations of dem.tif" in str(
        raster.notes[0]
    )


@pytest.mark.parametrize("cell, fine", [(0.5, True), (2.0, True), (5.0, False)])
def test_fine_heights_help_beside_an_image(tmp_path, cell, fine):
    assert has_fine_cells(ramp(tmp_path / "dem.tif", cell)) == fine


@pytest.mark.parametrize("path", [None, "", "not there.tif"])
def test_what_is_not_there_is_not_fine(path):
    assert not has_fine_cells(path)


def test_the_shipped_model_follows_from_what_there_is(tmp_path):
    image = write_raster(tmp_path / "image.tif", np.zeros((3, 8, 8), np.uint8))
    fine, coarse = (ramp(tmp_path / f"{cell}.tif", cell) for cell in (1.0, 30.0))
    models = [
        Path(suited_model(None, False, [raster], dem)).name
        for raster, dem in ((image, None), (image, fine), (image, coarse), (coarse, None))
    ]
    assert models == ["mrife.onnx", "mrife-dem.onnx", "mrife.onnx", "mrife-terrain.onnx"]
    assert suited_model("own.onnx", False, [image], fine) == "own.onnx"


def test_the_image_that_is_not_there_is_marked(tmp_path):
    raster = Raster(ramp(tmp_path / "dem.tif", 2.0), contract=BOTH)
    pixels, _ = raster.read(0, 10)
    assert pixels.shape == (4, 10, 100) == (raster.planes, 10, 100)
    assert (pixels[:3] == NO_IMAGE).all() and pixels[3].min() > 100


def test_feet_become_metres_and_voids_are_missing(tmp_path):
    path = ramp(tmp_path / "dem.tif", 10.0, nodata=102.5)
    pixels, valid = Raster(path, contract=FORM).read(0, 5)
    assert not valid[:, 0].any() and (pixels[0, :, 0] == MISSING_ELEVATION).all()
    assert valid[:, 1:].all()
    path = ramp(tmp_path / "void.tif", 10.0, rise=0.0, nodata=100.0)
    with pytest.raises(EmptyRaster, match="void.tif' holds no height"):
        Raster(path, contract=FORM)
    path = ramp(tmp_path / "feet.tif", 10.0, rise=0.0)
    pixels, valid = Raster(path, contract=FORM, dem_unit="feet").read(0, 5)
    assert valid is None and np.allclose(pixels, 30.48, atol=1e-3)


@pytest.mark.parametrize(
    "cell, nearest", [(1.0, 2.0), (5.0, 2.0), (7.0, 2.0), (9.0, 20.0), (25.0, 20.0), (90.0, 200.0)]
)
def test_cells_come_to_the_nearest_size_that_is_known_and_slopes_stay(
    tmp_path, cell, nearest
):
    """The network divides by the 2 m of its contract, whatever the pixels are."""
    raster = Raster(ramp(tmp_path / "dem.tif", cell), contract=BOTH)
    windows = plan(raster, BOTH)
    across, _ = windows.model_grid.pixel_metres()
    assert 0.8 <= nearest / across < 1.25
    reader = raster.resized(windows.model_grid) if windows.resampled else raster
    heights = reader.read(0, 3)[0][3]
    steps = np.diff(heights[0])[2:-2]
    assert np.allclose(steps / 2.0, 0.5, atol=0.015)  # bilinear, in a strange grid


def test_an_image_comes_to_the_sizes_of_images(tmp_path):
    place = (5e5, 7.0, 0, 3e6, 0, -7.0)
    rng = np.random.default_rng(0)
    pixels = rng.integers(1, 255, (3, 90, 100)).astype(np.uint8)
    image = write_raster(tmp_path / "rgb.tif", pixels, place)
    raster = Raster(image, contract=BOTH, dem=ramp(tmp_path / "dem.tif", 7.0))
    assert not raster.is_elevation
    windows = plan(raster, BOTH)
    assert windows.model_grid.pixel_metres()[0] == pytest.approx(2.0, rel=0.01)
    heights = raster.resized(windows.model_grid).read(100, 1, 100, 50)[0][3]
    assert np.allclose(np.diff(heights[0]) / 2.0, 0.5, atol=0.01)
    # sixteen times too coarse for the one size, six times too fine for the other
    place = (5e5, 34.0, 0, 3e6, 0, -34.0)
    image = write_raster(tmp_path / "coarse.tif", pixels, place)
    assert plan(Raster(image, contract=BOTH), BOTH).model_grid.width == 17
    with pytest.raises(UnsuitableRaster, match="pixels are 19 m.*trained on 2 m"):
        place = (5e5, 19.0, 0, 3e6, 0, -19.0)
        image = write_raster(tmp_path / "between.tif", pixels, place)
        plan(Raster(image, contract=BOTH), BOTH)


def test_an_image_is_not_taken_for_heights(tmp_path):
    place = (5e5, 2.0, 0, 3e6, 0, -2.0)
    grey = np.random.default_rng(0).integers(1, 255, (70, 70)).astype(np.uint8)
    path = write_raster(tmp_path / "grey.tif", grey, place)
    assert not is_elevation(path) and is_elevation(ramp(tmp_path / "dem.tif", 2.0))
    with pytest.raises(UnsuitableRaster, match="has 1 image band"):
        Raster(path, contract=BOTH)
    colours = write_raster(tmp_path / "rgb.tif", np.stack([grey] * 3), place)
    with pytest.raises(UnsuitableRaster, match="elevation alone, but .* has 3 bands"):
        Raster(colours, contract=FORM)
    # a model that needs an image does not take an elevation model for one
    with pytest.raises(UnsuitableRaster, match="has 1 image band"):
        Raster(ramp(tmp_path / "dem.tif", 2.0), contract=Contract(bands=COLOURS))


def test_windows_with_voids_are_filled_and_nothing_is_found_in_voids(tmp_path):
    x = np.arange(100)
    heights = np.broadcast_to((100 + x).astype(np.float32), (90, 100)).copy()
    heights[:, :30] = -9999
    place = (5e5, 10.0, 0, 3e6, 0, -10.0)
    path = write_raster(tmp_path / "dem.tif", heights, place, nodata=-9999)
    raster = Raster(path, contract=FORM)
    seen = FakeDetector(lambda batch: np.clip(batch[:, 0] / 500, 0, 1))
    strips = list(predict(raster, seen, plan(raster, FORM)))
    levels = np.concatenate([strip.values for strip in strips])
    assert (levels[:, :29] == 255).all() and (levels[:, 31:] < 255).all()
    assert levels[40, 60] == pytest.approx(250 * 160 / 500, abs=1)


def test_the_command_line_searches_an_elevation_model(tmp_path, capsys):
    """The sample network answers its first band by 1/250: a hill of 150 to 250 m."""
    heights = np.full((100, 120), 20, np.float32)
    heights[20:60, 20:80] = 220
    heights += np.random.default_rng(0).random(heights.shape, dtype=np.float32)
    place = (5e5, 1.0, 0, 3e6, 0, -1.0)
    dem = write_raster(tmp_path / "dem.tif", heights, place)
    model = write_model(tmp_path / "form.onnx", FORM)
    out = str(tmp_path / "out.gpkg")
    command = ["detect", dem, out, "--model", model, "--device", "cpu"]
    assert main(command) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["count"] == 1 and last["area_m2"] == pytest.approx(2400, rel=0.02)
    # terrain attributes come from it too
    source = ogr.Open(out)
    feature = source.GetLayer(0).GetNextFeature()
    assert (feature["dem_src"], feature["dem_cells"]) == ("dem.tif", 2400)


def test_a_doubt_is_said_once(tmp_path, capsys):
    """The image is the elevation model of its polygons, too."""
    heights = np.random.default_rng(0).integers(20, 60, (80, 80)).astype(np.uint8)
    dem = write_raster(tmp_path / "dem.tif", heights, (5e5, 30.0, 0, 3e6, 0, -30.0))
    model = write_model(tmp_path / "form.onnx", FORM)
    command = ["detect", dem, str(tmp_path / "o.gpkg"), "--model", model]
    assert main([*command, "--device", "cpu"]) == 0
    lines = map(json.loads, capsys.readouterr().out.splitlines())
    (notes,) = (line["notes"] for line in lines if line.get("notes"))
    assert sum("8-bit numbers" in note for note in notes) == 1
