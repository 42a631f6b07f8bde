# SPDX-License-Identifier: GPL-2.0-or-later
"""Sheets that are elevation models, for a network that takes elevation alone: as their
mosaic in one raster.
"""

import gc
import json
import pickle
from dataclasses import replace

import numpy as np
import pytest
from osgeo import gdal, ogr
from samples import (
    IDENTITY,
    read_raster,
    write_model,
    write_raster,
)
from survey import (
    NORTH,
    WEST,
    SheetsRun,
    anonymous,
    cut,
    damaged,
    half_way_and_at_once,
    on_one_raster,
    quarters,
)

from models.__main__ import main
from models.geo.heights import Heights
from models.jobs import OutlineRequest
from models.onnxfile import describe

FORM = replace(IDENTITY, name="form", bands=("elevation",), min_area=20.0)
BOTH = replace(
    FORM,
    name="both",
    bands=("gray", "elevation"),
    pixel_size=1.0,
    elevation_alone=(1.7,),
)
VOID = -9999


def hills(rows=200, cols=240):
    """Low ground with a hill over the middle, and one near a corner; voids beside."""
    x, y = np.meshgrid(np.arange(cols), np.arange(rows))
    heights = 20 + 0.1 * x + 0.05 * y + np.random.default_rng(4).random((rows, cols))
    middle = np.hypot(x - cols / 2, y - rows / 2)
    heights += 200 * np.exp(-((middle / 30) ** 2))
    heights[10:30, 10:30] += 150
    heights[60:70, 95:125] = VOID
    return heights.astype(np.float32)


def function(batch):
    """Of the last band, and of what lies beside in its window."""
    heights = batch[:, -1].astype(np.float32)
    mean = heights.mean(axis=(1, 2)).reshape(-1, 1, 1)
    return np.clip((0.9 * heights + 0.1 * mean) / 250, 0, 1).astype(np.float32)


@pytest.fixture
def model(tmp_path):
    return describe(write_model(tmp_path / "form.onnx", FORM))


@pytest.mark.parametrize("contract", [FORM, BOTH], ids=["alone", "or beside an image"])
@pytest.mark.parametrize("unit", ["auto", "feet"])
def test_sheets_are_searched_as_their_mosaic(tmp_path, contract, unit):
    model = describe(
        write_model(tmp_path / "m.onnx", contract, channels=len(contract.bands))
    )
    request = OutlineRequest(dem_unit=unit, threshold=0.13, seed=0.13)
    whole = write_raster(tmp_path / "whole.tif", hills(), nodata=VOID)
    levels, polygons = on_one_raster(whole, model, tmp_path, function, request)
    paths = quarters(tmp_path, hills(), nodata=VOID)
    run = SheetsRun(paths, model, tmp_path / "p", request, function)
    assert (read_raster(tmp_path / "p" / "probability.vrt") == levels).all()
    assert polygons and list(map(anonymous, run.polygons)) == polygons
    assert set(run.states.values()) == {"done"}
    assert any("form of the ground alone" in note for note in run.notes)
    assert max(v["dem_cells"] for _, v in run.polygons) > 500


def test_voids_and_overlaps_are_filled_by_the_next_sheet(tmp_path, model):
    heights = hills()
    other = np.where(heights == VOID, 50, heights).astype(np.float32)
    a = cut(tmp_path / "a.tif", heights, 0, 0, 200, 140, nodata=VOID)
    b = cut(tmp_path / "b.tif", other.astype(np.int16), 0, 60, 200, 180)
    run = SheetsRun([b, a], model, tmp_path / "p", function=function)
    expected = np.where(heights == VOID, 50, heights)
    expected[:, 140:] = other.astype(np.int16)[:, 140:]
    whole = write_raster(tmp_path / "whole.tif", expected.astype(np.float32))
    levels, _ = on_one_raster(whole, model, tmp_path, function)
    assert (read_raster(tmp_path / "p" / "probability.vrt") == levels).all()
    assert run.states == {"a": "done", "b": "done"}


@pytest.mark.parametrize("system, pixel", [("EPSG:32646", 1), ("EPSG:32647", 2)])
def test_a_sheet_of_another_grid_joins_without_a_seam(tmp_path, model, system, pixel):
    """Smooth ground: what is resampled comes out nearly as it was."""
    x, y = np.meshgrid(np.arange(240.0), np.arange(200.0))
    heights = (
        20 + 200 * np.exp(-(((x - 120) / 50) ** 2) - ((y - 100) / 40) ** 2)
    ).astype(np.float32)
    a = cut(tmp_path / "a.tif", heights, 0, 0, 200, 160)
    part = cut(tmp_path / "part.tif", heights, 0, 115, 200, 125)
    gdal.Warp(
        str(tmp_path / "b.tif"),
        part,
        dstSRS=system,
        xRes=pixel,
        yRes=pixel,
        resampleAlg="bilinear",
        dstNodata=VOID,
    )
    run = SheetsRun([a, str(tmp_path / "b.tif")], model, tmp_path / "p", None, function)
    joined = gdal.Open(str(tmp_path / "p" / "probability.vrt"))
    west, _, _, north, _, _ = joined.GetGeoTransform()
    place = (round(WEST - west), round(north - NORTH), 240, 200)
    levels = joined.ReadAsArray(*place).astype(int)
    whole = write_raster(tmp_path / "whole.tif", heights)
    alone, _ = on_one_raster(whole, model, tmp_path, function)
    inside = (slice(3, -3), slice(3, -6))
    assert np.abs(levels - alone)[inside].max() <= 5
    assert any("1 of 2 sheets (b)" in note for note in run.notes)


@pytest.mark.parametrize("tile", [(5, 14), (1, 14)], ids=["z", "a, which reads of z"])
def test_a_sheet_that_breaks_half_way_leaves_the_others_as_if_refused_at_once(
    tmp_path, model, tile
):
    heights = hills(2500, 320)
    heights[200:260, 120:160] += 120
    runs = half_way_and_at_once(tmp_path, model, heights, tile, function)
    (run, levels), (refused, other) = runs
    assert run.states == {"a": "done", "z": "failed"} and run.left_out == ["z"]
    assert "z.tif' cannot be read" in run.reasons["z"]
    # nor is anything measured with it
    assert "z.tif" not in run.job.outline.dem.xml
    assert refused.states == run.states and refused.left_out == []
    assert (levels == other).all()
    assert (levels[:, 160:] == 255).all() and (levels[100:, :160] < 255).all()
    assert run.layer == refused.layer and run.layer


def test_a_sheet_that_breaks_off_what_is_read_is_left_out(tmp_path, model):
    """GDAL warps heights by blocks, which reach from a over the gap onto z."""
    heights = hills(2500, 360)
    a = cut(tmp_path / "a.tif", heights, 0, 0, 2500, 160)
    z = damaged(tmp_path / "z.tif", heights, 0, 200, 2500, 160)
    run = SheetsRun([z, a], model, tmp_path / "p", function=function)
    assert run.states == {"a": "done", "z": "failed"} and run.left_out == ["z"]


def test_what_is_no_elevation_model_is_left_out(tmp_path, model):
    good = cut(tmp_path / "good.tif", hills(), 0, 0, 200, 120, nodata=VOID)
    void = np.full((200, 240), VOID, np.float32)
    cut(tmp_path / "void.tif", void, 0, 120, 200, 60, nodata=VOID)
    colours = np.full((3, 200, 240), 90, np.uint8)
    cut(tmp_path / "rgb.tif", colours, 0, 180, 200, 60)
    names = ("void", "rgb")
    paths = [good, *(str(tmp_path / f"{name}.tif") for name in names)]
    run = SheetsRun(paths, model, tmp_path / "p", function=function)
    assert run.states == {"good": "done", "void": "empty", "rgb": "failed"}
    assert "holds no height" in run.reasons["void"]
    assert "takes elevation alone" in run.reasons["rgb"]


def test_images_and_elevation_models_are_not_mixed(tmp_path):
    model = describe(write_model(tmp_path / "m.onnx", BOTH, channels=2))
    heights = hills()
    image = np.random.default_rng(1).integers(20, 220, heights.shape, np.uint8)
    large = cut(tmp_path / "large.tif", heights, 0, 0, 200, 160, nodata=VOID)
    small = cut(tmp_path / "small.tif", image, 0, 160, 200, 80)
    run = SheetsRun([large, small], model, tmp_path / "p", function=function)
    assert run.states == {"large": "done", "small": "failed"}
    assert "is an image" in run.reasons["small"]
    large = cut(tmp_path / "wide.tif", image, 0, 0, 200, 160)
    small = cut(tmp_path / "narrow.tif", heights, 0, 160, 200, 80, nodata=VOID)
    run = SheetsRun([large, small], model, tmp_path / "q", function=function)
    assert run.states == {"narrow": "failed", "wide": "done"}
    assert "is an elevation model" in run.reasons["narrow"]


def test_another_elevation_model_stands_in_for_their_own(tmp_path, model):
    """Their pixels, its heights."""
    dem = write_raster(tmp_path / "dem.tif", hills(), nodata=VOID)
    request = OutlineRequest(dem=dem)
    flat = np.full((200, 240), 7, np.float32)
    flat += np.random.default_rng(0).random(flat.shape, dtype=np.float32)
    run = SheetsRun(quarters(tmp_path, flat), model, tmp_path / "p", request, function)
    levels, polygons = on_one_raster(dem, model, tmp_path, function)
    assert (read_raster(tmp_path / "p" / "probability.vrt") == levels).all()
    assert polygons and list(map(anonymous, run.polygons)) == polygons
    assert any("elevations of dem.tif" in note for note in run.notes)


def test_another_process_reads_the_same(tmp_path, model):
    paths = quarters(tmp_path, hills(), nodata=VOID)
    run = SheetsRun(paths, model, tmp_path / "p", function=function)
    for part in run.job.planned[0]:
        raster = part.detect.raster
        again = pickle.loads(pickle.dumps(raster))
        for one, other in zip(raster.read(20, 90, 5, 60), again.read(20, 90, 5, 60)):
            assert np.array_equal(one, other)


def test_the_command_line_takes_a_folder_of_elevation_models(tmp_path, capsys):
    (tmp_path / "dem").mkdir()
    quarters(tmp_path / "dem", hills(), nodata=VOID)
    model = write_model(tmp_path / "form.onnx", FORM)
    out = str(tmp_path / "out.gpkg")
    command = ["detect-sheets", out, "--folder", str(tmp_path / "dem"), "--model", model]
    command += ["--device", "cpu", "--threads", "1"]
    assert main([*command, "--dry-run"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["sheets"] == 4
    assert main(command) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["count"] == 2 and last["done"] == 4
    layer = ogr.Open(out)
    assert {feature["dem_src"] for feature in layer.GetLayer(0)} == {"dem"}


def test_nothing_stays_open_after_a_run(tmp_path, model):
    """GDAL's pool of files, which a joined raster reads by, ends before Python does."""
    paths = quarters(tmp_path, hills(), nodata=VOID)
    gc.collect()
    gc.disable()
    try:
        before = open_heights()
        SheetsRun(paths, model, tmp_path / "p", function=function)
        left = [one for one in open_heights() if not any(one is old for old in before)]
    finally:
        gc.enable()
    assert left == []


def open_heights() -> list[Heights]:
    """Those that are alive; another test's may be, which waits for its cluster to end."""
    return [one for one in gc.get_objects() if isinstance(one, Heights)]
