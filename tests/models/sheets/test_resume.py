# SPDX-License-Identifier: GPL-2.0-or-later
"""A run over sheets goes on where an earlier one was, and its result is the same; what
changed, and only that, is searched anew.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal
from samples import first_band, write_model, write_raster
from shapely.geometry import box
from survey import CONTRACT, NORTH, WEST, SheetsRun, cut, files, ground, quarters

from models.errors import MrifeError
from models.geo.grid import Window
from models.jobs import OutlineRequest
from models.onnxfile import describe

ROOT = Path(__file__).resolve().parents[3]
KILLED = ROOT / "tests" / "helpers" / "kill_sheets.py"
SIDE = 600  # of a sheet: some rows of tiles
LEFT_HALF = box(WEST, NORTH - 200, WEST + 140, NORTH).wkb


@pytest.fixture
def sheets(tmp_path):
    return quarters(tmp_path, ground(2 * SIDE, 2 * SIDE))


@pytest.fixture
def small_sheets(tmp_path):
    return quarters(tmp_path, ground())


def killed(model, folder, moment, sheets):
    folder.mkdir(exist_ok=True)
    path = os.pathsep.join([str(ROOT), str(KILLED.parent)])
    done = subprocess.run(
        [sys.executable, KILLED, model.path, folder, str(moment), *sheets],
        env={**os.environ, "PYTHONPATH": path},
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL


def test_a_run_that_was_killed_three_times_ends_as_one_that_was_not(
    tmp_path, model, sheets
):
    whole = SheetsRun(sheets, model, tmp_path / "whole")
    folder = tmp_path / "p"
    for batches in (20, 25, 30):
        killed(model, folder, batches, sheets)
    before = files(folder)
    assert any(name.endswith(".part") for name in before)
    assert any(name.endswith(".tif") for name in before)
    run = SheetsRun(sheets, model, folder)
    assert len(run.batches) < len(whole.batches)
    assert run.layer == whole.layer and len(run.layer) == 2
    assert files(folder) == files(tmp_path / "whole")
    assert any("searched before" in note for note in run.notes)


def test_a_run_that_was_killed_before_a_file_got_its_name_ends_as_one_that_was_not(
    tmp_path, model, small_sheets
):
    """A sheet's whole raster, and the one that joins them all."""
    sheets = small_sheets
    whole = SheetsRun(sheets, model, tmp_path / "whole")
    folder = tmp_path / "p"
    killed(model, folder, "os.rename:1", sheets)
    assert {"ne.tif", "nw.tif.part"} <= set(files(folder))
    killed(model, folder, "os.rename:4", sheets)  # a raster gone on with has two
    assert {"ne.tif", "nw.tif", "se.tif", "sw.tif"} <= set(files(folder))
    assert "probability.vrt" not in files(folder)
    run = SheetsRun(sheets, model, folder)
    assert run.batches == [] and run.layer == whole.layer
    assert files(folder) == files(tmp_path / "whole")


def test_a_sheet_under_work_goes_on_at_its_row(tmp_path, model):
    sheet = cut(tmp_path / "a.tif", ground(SIDE, SIDE), 0, 0, SIDE, SIDE)
    whole = SheetsRun([sheet], model, tmp_path / "whole")
    killed(model, tmp_path / "p", len(whole.batches) - 2, [sheet])
    run = SheetsRun([sheet], model, tmp_path / "p")
    assert len(run.batches) < len(whole.batches)
    assert files(tmp_path / "p") == files(tmp_path / "whole")


def test_another_threshold_outlines_again_and_searches_nothing(
    tmp_path, model, small_sheets
):
    first = SheetsRun(small_sheets, model, tmp_path / "p")
    request = OutlineRequest(threshold=0.1, min_area=1.0)
    run = SheetsRun(small_sheets, model, tmp_path / "p", request)
    fresh = SheetsRun(small_sheets, model, tmp_path / "fresh", request)
    assert run.batches == [] and run.layer == fresh.layer != first.layer
    # or the time that is left would be reckoned with what took none
    assert first.shares[0] == 0 and run.shares[0] == pytest.approx(0.9)
    assert files(tmp_path / "p") == files(tmp_path / "fresh")
    assert not any("anew" in note for note in run.notes)


def test_a_sheet_that_changed_takes_its_neighbours_along(tmp_path, model):
    """Three in a row: what lies behind a neighbour is not touched."""
    image = ground(128, 3 * 256)
    places = (("a", 0), ("b", 256), ("c", 512))
    paths = [cut(tmp_path / f"{n}.tif", image, 0, col, 128, 256) for n, col in places]
    SheetsRun(paths, model, tmp_path / "p")
    first = files(tmp_path / "p")
    image[:, 260:300] = 240
    cut(tmp_path / "b.tif", image, 0, 256, 128, 256)
    image[:, 700:] = 240
    cut(tmp_path / "c.tif", image, 0, 512, 128, 256)
    both = SheetsRun(paths, model, tmp_path / "p")
    assert any("3 sheets are searched anew: their images" in note for note in both.notes)
    before = files(tmp_path / "p")
    assert first != before
    image[:, :20] = 240
    cut(tmp_path / "a.tif", image, 0, 0, 128, 256)
    run = SheetsRun(paths, model, tmp_path / "p")
    assert "1 of 3 sheets were searched before and are taken as they are." in run.notes
    assert any("2 sheets are searched anew: their images" in note for note in run.notes)
    after = files(tmp_path / "p")
    assert after["c.tif"] == before["c.tif"] and after["a.tif"] != before["a.tif"]
    fresh = SheetsRun(paths, model, tmp_path / "fresh")
    assert files(tmp_path / "fresh") == after and fresh.layer == run.layer


def test_flat_ground_that_is_left_out_costs_the_sheets_that_have_some(tmp_path, model):
    image = ground(128, 3 * 256)
    places = (("a", 0), ("b", 256), ("c", 512))
    paths = [cut(tmp_path / f"{n}.tif", image, 0, col, 128, 256) for n, col in places]
    east = np.arange(0, 3 * 256, 8, dtype=np.float32)
    heights = np.tile(np.maximum(0, east - 160), (16, 1))
    dem = write_raster(tmp_path / "dem.tif", heights, (WEST, 8, 0, NORTH, 0, -8))
    request = OutlineRequest(dem=dem)
    SheetsRun(paths, model, tmp_path / "p", request)
    run = SheetsRun(paths, model, tmp_path / "p", request, flat_below=2.0)
    anew = [note for note in run.notes if "anew" in note]
    assert anew == [
        "1 sheets are searched anew: other windows are left out for their flat ground."
    ]
    fresh = SheetsRun(paths, model, tmp_path / "fresh", request, flat_below=2.0)
    assert files(tmp_path / "fresh") == files(tmp_path / "p") and fresh.layer == run.layer
    again = SheetsRun(paths, model, tmp_path / "p", request, flat_below=3.0)
    assert again.batches == []  # the same windows are as flat as that


@pytest.mark.parametrize(
    "change, words",
    [
        ({"overlap": 0.5}, "4 sheets are searched anew: the overlap of windows"),
        ({"uncertainty": True}, "4 sheets are searched anew: uncertainty was"),
        ({"model": "other"}, "4 sheets are searched anew: the model"),
        (
            {"read_extent": lambda grid: Window(0, 0, 150, 200)},
            "3 sheets are searched anew: the ground of all sheets, or the extent",
        ),
        (
            {"read_mask": lambda grid: [LEFT_HALF]},
            "4 sheets are searched anew: the area to search",
        ),
    ],
)
def test_what_changed_is_said(tmp_path, model, small_sheets, change, words):
    SheetsRun(small_sheets, model, tmp_path / "p")
    if "model" in change:
        change = {}
        path = write_model(tmp_path / "other.onnx", CONTRACT, factor=1 / 300)
        model = describe(path)
    run = SheetsRun(small_sheets, model, tmp_path / "p", **change)
    assert any(words in note for note in run.notes)
    assert run.batches


def test_other_bands_are_said_and_other_dates(tmp_path, model):
    image = np.stack([ground(), ground() // 2])
    path = cut(tmp_path / "a.tif", image, 0, 0, 200, 240)
    SheetsRun([path], model, tmp_path / "p")
    run = SheetsRun([path], model, tmp_path / "p", bands=(2,))
    anew = [note for note in run.notes if "anew" in note]
    assert anew == ["1 sheets are searched anew: the bands are others."] and run.batches
    dataset = gdal.Open(str(tmp_path / "p" / "a.tif"), gdal.GA_Update)
    dataset.SetMetadataItem("MRIFE_GSD", "2")
    dataset = None
    run = SheetsRun([path], model, tmp_path / "p", bands=(2,))
    assert any("anew: another version made them" in note for note in run.notes)
    assert SheetsRun([path], model, tmp_path / "p", bands=(2,)).batches == []


def test_statistics_beside_a_sheet_change_nothing(tmp_path, model, small_sheets):
    """QGIS writes them when it shows a raster."""
    SheetsRun(small_sheets, model, tmp_path / "p")
    for path in small_sheets:
        Path(path + ".aux.xml").write_text("<PAMDataset></PAMDataset>")
    assert SheetsRun(small_sheets, model, tmp_path / "p").batches == []


def test_a_run_that_is_stopped_keeps_what_is_finished(tmp_path, model, sheets):
    class Stop(Exception):
        pass

    def stops(batch):
        stops.left -= 1
        if not stops.left:
            raise Stop
        return first_band(batch)

    stops.left = 60
    whole = SheetsRun(sheets, model, tmp_path / "whole")
    with pytest.raises(Stop):
        SheetsRun(sheets, model, tmp_path / "p", function=stops)
    names = sorted(path.name for path in (tmp_path / "p").iterdir())
    assert names and all(name.endswith(".tif") for name in names)
    run = SheetsRun(sheets, model, tmp_path / "p")
    assert run.layer == whole.layer
    assert files(tmp_path / "p") == files(tmp_path / "whole")


def test_rasters_of_the_user_in_the_folder_are_not_touched(tmp_path, model, small_sheets):
    before = files(tmp_path)
    with pytest.raises(MrifeError, match="is in the way"):
        SheetsRun(small_sheets, model, tmp_path)
    assert files(tmp_path) == before


def test_what_no_longer_can_be_read_in_the_folder_is_searched_anew(
    tmp_path, model, small_sheets
):
    whole = SheetsRun(small_sheets, model, tmp_path / "whole")
    SheetsRun(small_sheets, model, tmp_path / "p")
    write_raster(tmp_path / "p" / "ne.tif", np.zeros((9, 9), np.uint8))
    with pytest.raises(MrifeError, match="is in the way"):
        SheetsRun(small_sheets, model, tmp_path / "p")
    (tmp_path / "p" / "ne.tif").unlink()
    run = SheetsRun(small_sheets, model, tmp_path / "p")
    assert 0 < len(run.batches) < len(whole.batches) and run.layer == whole.layer


def test_two_runs_do_not_share_a_folder(tmp_path, model, small_sheets):
    def second(batch):
        with pytest.raises(MrifeError, match="Another run .* is writing to"):
            SheetsRun(small_sheets, model, tmp_path / "p")
        refused.append(len(batch))
        return first_band(batch)

    refused = []
    run = SheetsRun(small_sheets[:1], model, tmp_path / "p", function=second)
    assert refused and run.states == {"nw": "done"}
    assert not any(name.startswith(".") for name in files(tmp_path / "p"))
