# SPDX-License-Identifier: GPL-2.0-or-later
"""What is lost in the midst of a run over sheets costs that sheet alone: a file that can
no longer be read when outlines are traced, and the process of the network.
"""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal
from samples import IDENTITY, FakeDetector, first_band, write_model
from survey import SheetsRun, cut, damaged, files, ground, half_way_and_at_once

from models.errors import UnsuitableRaster, WorkerDied
from models.onnxfile import describe
from models.sheets.at_once import AtOnce
from models.sheets.layout import NothingLeft
from models.sheets.part_search import OneByOne

MIDST = (5, 14)  # a tile that only its own search sees
ROWS = 1200
FORM = replace(IDENTITY, name="form", bands=("elevation",), min_area=20.0)


def row_of(folder, names, image, bad=None):
    """Sheets of 160 columns side by side; of the bad one a tile is garbage."""
    folder.mkdir(exist_ok=True)
    paths = []
    for number, name in enumerate(names):
        place = (folder / f"{name}.tif", image, 0, 160 * number, len(image), 160)
        if name == bad:
            paths.append(damaged(*place, MIDST))
        else:
            paths.append(cut(*place))
    return paths


def cut_short(path):
    os.truncate(path, os.path.getsize(path) // 8)
    size = gdal.GetCacheMax()
    gdal.SetCacheMax(0)  # what is held of it goes, as of a larger one by itself
    gdal.SetCacheMax(size)


class ThenDo:
    """Searches one by one, and does something when all is searched for the first time."""

    def __init__(self, action):
        self.detector = FakeDetector(first_band)
        self.action = action

    def __call__(self, orders):
        yield from OneByOne(self.detector)(orders)
        if self.action:
            self.action()
            self.action = None


@pytest.mark.parametrize("form", [False, True], ids=["images", "elevation models"])
def test_a_sheet_that_is_gone_when_outlines_are_traced_is_left_out(tmp_path, model, form):
    """As if it could not have been read at once; the polygons of the others stay."""
    pixels = ground(ROWS, 320)
    pixels[100:160, 20:60] = pixels[900:960, 230:290] = 210
    if form:
        model = describe(write_model(tmp_path / "form.onnx", FORM))
        rough = np.random.default_rng(1).random(pixels.shape, np.float32)
        pixels = pixels - rough  # level ground would be taken for voids
    paths = row_of(tmp_path / "sheets", "az", pixels)
    z = paths[1]
    searcher = ThenDo(lambda: cut_short(z))
    run = SheetsRun(paths, model, tmp_path / "p", searcher=searcher)
    assert run.states == {"a": "done", "z": "failed"} and run.left_out == ["z"]
    assert "z.tif" in run.reasons["z"] and run.polygons
    _, (refused, _) = half_way_and_at_once(tmp_path, model, pixels, MIDST, first_band)
    assert run.layer == refused.layer


def test_where_all_are_gone_when_outlines_are_traced_the_run_says_so(tmp_path, model):
    paths = row_of(tmp_path / "sheets", "az", ground(ROWS, 320))
    searcher = ThenDo(lambda: [os.remove(path) for path in paths])
    with pytest.raises(NothingLeft, match="None of the 2 rasters can be searched"):
        SheetsRun(paths, model, tmp_path / "p", searcher=searcher)


@pytest.mark.parametrize("later", [False, True], ids=["in its run", "before the next"])
def test_a_finished_raster_that_cannot_be_read_is_made_once_more(tmp_path, model, later):
    paths = row_of(tmp_path / "sheets", "abc", ground(ROWS, 480))
    whole = SheetsRun(paths, model, tmp_path / "whole")
    raster = tmp_path / "p" / "b.tif"

    def spoil():
        damaged_bytes = bytearray(raster.read_bytes())
        middle = len(damaged_bytes) // 2
        damaged_bytes[middle:-600] = b"\xff" * (len(damaged_bytes) - 600 - middle)
        raster.write_bytes(damaged_bytes)

    searcher = ThenDo(spoil)
    if later:
        SheetsRun(paths, model, tmp_path / "p")
        spoil()
        searcher = None
    run = SheetsRun(paths, model, tmp_path / "p", searcher=searcher)
    assert any("Sheet b is searched anew, for its raster" in note for note in run.notes)
    assert run.layer == whole.layer and set(run.states.values()) == {"done"}
    assert files(tmp_path / "p") == files(tmp_path / "whole")


def test_a_raster_that_is_never_whole_ends_the_run(tmp_path, model):
    """A disk that fails."""
    paths = row_of(tmp_path / "sheets", "ab", ground(ROWS, 320))
    detector = FakeDetector(first_band)

    def spoiling(orders):
        yield from OneByOne(detector)(orders)
        for order in orders:
            os.truncate(order.path, os.path.getsize(order.path) // 2)

    with pytest.raises(UnsuitableRaster):
        SheetsRun(paths, model, tmp_path / "p", searcher=spoiling)


@pytest.mark.parametrize("tile", [MIDST, (1, 14)], ids=["z", "a, which reads of z"])
def test_the_next_run_spoils_nothing_for_a_sheet_that_is_still_broken(
    tmp_path, model, tile
):
    image = ground(ROWS, 480)
    a, z = row_of(tmp_path / "sheets", "az", image)
    z = damaged(Path(z), image, 0, 160, ROWS, 160, tile)
    zz = cut(tmp_path / "sheets" / "zz.tif", image, 0, 320, ROWS, 160)
    paths = [a, z, zz]
    first = SheetsRun(paths, model, tmp_path / "p")
    before = files(tmp_path / "p")
    run = SheetsRun(paths, model, tmp_path / "p")
    assert run.states == {"a": "done", "z": "failed", "zz": "done"}
    assert run.layer == first.layer and run.reasons == first.reasons
    assert files(tmp_path / "p") == before
    seconds = {o.sheet.name: o.seconds for o in run.outcomes}
    assert seconds == dict.fromkeys(("a", "z", "zz"))  # none of them was searched
    assert not any("are searched anew" in note for note in run.notes)


def test_a_sheet_that_was_broken_and_is_mended_is_searched(tmp_path, model):
    image = ground(ROWS, 320)
    paths = row_of(tmp_path / "sheets", "az", image, bad="z")
    SheetsRun(paths, model, tmp_path / "p")
    cut(tmp_path / "sheets" / "z.tif", image, 0, 160, ROWS, 160)
    run = SheetsRun(paths, model, tmp_path / "p")
    whole = SheetsRun(paths, model, tmp_path / "whole")
    assert run.states == {"a": "done", "z": "done"} and run.layer == whole.layer
    assert files(tmp_path / "p") == files(tmp_path / "whole")


class Mortal(FakeDetector):
    """Dies of a window that `kills` says, and counts how often it was begun again."""

    def __init__(self, kills):
        super().__init__(self.look)
        self.kills = kills
        self.restarts = 0

    def look(self, batch):
        if self.kills(batch):
            raise WorkerDied("The worker process was killed.")
        return first_band(batch)

    def restart(self):
        self.restarts += 1


def marked(names, image):
    """Of sheets side by side those of some names have pixels of 255, which kill."""
    image = image.copy()
    for number in names:
        image[ROWS // 2 : ROWS // 2 + 5, 160 * number + 78 : 160 * number + 82] = 255
    return image


@pytest.mark.parametrize(
    "searcher, restarts",
    [(OneByOne, 2), (lambda mortal: AtOnce([mortal]), 1)],  # where it is needed again
)
def test_a_sheet_that_ends_the_process_of_the_network_fails_alone(
    tmp_path, model, searcher, restarts
):
    image = marked([1], ground(ROWS, 480))
    paths = row_of(tmp_path / "sheets", "abc", image)
    whole = SheetsRun(paths, model, tmp_path / "whole")
    mortal = Mortal(lambda batch: batch.max() == 255)
    run = SheetsRun(paths, model, tmp_path / "p", searcher=searcher(mortal))
    assert run.states == {"a": "done", "b": "failed", "c": "done"}
    assert "ends the process of the network" in run.reasons["b"]
    assert "was killed" in run.reasons["b"] and mortal.restarts == restarts
    expected = files(tmp_path / "whole", "*.tif")
    del expected["b.tif"]
    assert files(tmp_path / "p", "*.tif") == expected
    again = SheetsRun(paths, model, tmp_path / "p")
    seconds = {o.sheet.name: o.seconds for o in again.outcomes}
    assert seconds["a"] is None and seconds["b"] > 0 and seconds["c"] is None
    assert again.layer == whole.layer
    assert files(tmp_path / "p") == files(tmp_path / "whole")


def test_a_process_that_dies_once_costs_nothing(tmp_path, model):
    paths = row_of(tmp_path / "sheets", "abc", ground(ROWS, 480))
    whole = SheetsRun(paths, model, tmp_path / "whole")
    mortal = Mortal(lambda batch: not mortal.restarts and len(mortal.batches) == 30)
    run = SheetsRun(paths, model, tmp_path / "p", searcher=OneByOne(mortal))
    assert mortal.restarts == 1 and run.layer == whole.layer
    assert files(tmp_path / "p") == files(tmp_path / "whole")
    assert any("is put off: The worker" in note for note in run.notes)


def test_many_sheets_may_end_their_process_where_another_is_finished(tmp_path, model):
    image = ground(ROWS, 5 * 160)
    paths = row_of(tmp_path / "sheets", "abcde", image)
    SheetsRun(paths, model, tmp_path / "p")
    row_of(tmp_path / "sheets", "abc", marked([0, 1, 2], image))
    mortal = Mortal(lambda batch: batch.max() == 255)
    run = SheetsRun(paths, model, tmp_path / "p", searcher=OneByOne(mortal))
    assert list(run.states.values()) == ["failed"] * 3 + ["done"] * 2


@pytest.mark.parametrize("count", [1, 2, 5])
def test_where_the_process_dies_of_every_sheet_the_run_ends(tmp_path, model, count):
    image = np.tile(ground(ROWS, 160), (1, count))
    paths = row_of(tmp_path / "sheets", "abcde"[:count], image)
    mortal = Mortal(lambda batch: True)
    many = min(3, count)
    words = f"ended on each of {many} sheets, and none is finished: .* was killed"
    with pytest.raises(WorkerDied, match=words):
        SheetsRun(paths, model, tmp_path / "p", searcher=OneByOne(mortal))
    assert mortal.restarts == 2 * many
