# SPDX-License-Identifier: GPL-2.0-or-later
"""Sheets that are searched at once give what they give one after the other."""

import os
import threading
import time

import numpy as np
import pytest
from samples import FakeDetector, first_band, write_model, write_raster
from survey import (
    NORTH,
    WEST,
    SheetsRun,
    cut,
    damaged,
    files,
    ground,
    outcomes,
    quarters,
)

from models.contract import Contract
from models.errors import MrifeError, WorkerDied
from models.jobs import OutlineRequest
from models.onnxfile import describe
from models.sheets.at_once import AtOnce

# tiles of a damaged sheet: of its own search alone, or of its neighbour's, too
MIDST = (5, 14)
WEST_SIDE = (1, 14)
EAST_SIDE = (8, 14)


@pytest.fixture
def sheets(tmp_path):
    return quarters(tmp_path, ground(600, 600))


class Slow:
    """A detector that takes its time, another one for each sheet, and counts how many
    work at once; the first time it waits until all of a barrier do.
    """

    device = "cpu"
    working = 0
    most = 0
    lock = threading.Lock()

    def __init__(self, seconds, all_of_them=None):
        self.seconds = seconds
        self.all_of_them = all_of_them

    def stream(self, batches):
        with Slow.lock:
            Slow.working += 1
            Slow.most = max(Slow.most, Slow.working)
        try:
            if self.all_of_them is not None:
                self.all_of_them.wait(timeout=60)
                self.all_of_them = None
            for key, batch in batches:
                time.sleep(self.seconds)
                yield key, None if batch is None else first_band(batch)
        finally:
            with Slow.lock:
                Slow.working -= 1


def check_equal(run, other):
    assert run.layer == other.layer and outcomes(run) == outcomes(other)


@pytest.mark.parametrize("seconds", [(0.0, 0.02), (0.02, 0.0, 0.01)])
def test_three_at_once_as_one_by_one(tmp_path, model, sheets, seconds):
    whole = SheetsRun(sheets, model, tmp_path / "whole")
    Slow.most = 0
    begun = threading.Barrier(len(seconds))
    searcher = AtOnce([Slow(each, begun) for each in seconds])
    run = SheetsRun(sheets, model, tmp_path / "p", searcher=searcher)
    assert Slow.most == len(seconds)
    check_equal(run, whole)
    assert files(tmp_path / "p") == files(tmp_path / "whole")
    assert run.shares[-1] == 1 and min(np.diff(run.shares)) > -1e-9
    assert sum("of 4)" in note for note in run.notes) == 4
    assert all(outcome.seconds > 0 for outcome in run.outcomes)


@pytest.mark.parametrize(
    "tiles",
    [{3: MIDST}, {0: MIDST}, {1: MIDST, 2: MIDST}, {2: WEST_SIDE}, {1: EAST_SIDE}],
    ids=str,
)
def test_a_sheet_that_breaks_is_left_out_as_one_by_one(tmp_path, model, tiles):
    image = ground(1200, 4 * 160)
    paths = []
    for number in range(4):
        place = (tmp_path / f"{number}.tif", image, 0, 160 * number, 1200, 160)
        if number in tiles:
            paths.append(damaged(*place, tiles[number]))
        else:
            paths.append(cut(*place))
    whole = SheetsRun(paths, model, tmp_path / "whole")
    assert whole.left_out == [str(number) for number in tiles]
    for seconds in ((0.0, 0.02), (0.02, 0.0)):
        searcher = AtOnce([Slow(each) for each in seconds])
        folder = tmp_path / f"{seconds[0]}"
        run = SheetsRun(paths, model, folder, searcher=searcher)
        check_equal(run, whole)
        assert run.left_out == whole.left_out
        good = [f"{number}.tif" for number in range(4) if number not in tiles]
        assert {name: files(folder)[name] for name in good} == {
            name: files(tmp_path / "whole")[name] for name in good
        }


def test_each_has_heights_of_its_own(tmp_path):
    """Files of GDAL are not for two threads."""
    contract = Contract(
        name="heights", version="1", bands=("red", "elevation"), window=64, threshold=0.5
    )
    path = write_model(tmp_path / "heights.onnx", contract, channels=2)
    model = describe(path)
    sheets = quarters(tmp_path, ground())
    rows, cols = np.mgrid[0:60, 0:60]
    heights = (1000 + rows * 3 + cols % 7).astype(np.float32)
    place = (WEST - 20, 5.0, 0.0, NORTH + 20, 0.0, -5.0)
    request = OutlineRequest(dem=write_raster(tmp_path / "dem.tif", heights, place))

    def steep(batch):
        return np.clip((batch[:, 1] - 1000) / 200, 0, 1)

    whole = SheetsRun(sheets, model, tmp_path / "whole", request, steep)
    searcher = AtOnce([FakeDetector(steep) for _ in range(4)])
    run = SheetsRun(sheets, model, tmp_path / "p", request, searcher=searcher)
    check_equal(run, whole)
    assert files(tmp_path / "p") == files(tmp_path / "whole") and run.polygons


class GivenUp(Exception):
    pass


def given_up(searcher):
    """A searcher that ends with its first finished sheet."""

    def searching(orders):
        for step in searcher(orders):
            if step.seconds is not None:
                raise GivenUp
            yield step

    return searching


def test_what_is_finished_stays_when_the_rest_is_stopped(tmp_path, model, sheets):
    searcher = given_up(AtOnce([Slow(0.0), Slow(0.05)]))
    with pytest.raises(GivenUp):
        SheetsRun(sheets, model, tmp_path / "p", searcher=searcher)
    names = os.listdir(tmp_path / "p")
    assert names and all(name.endswith(".tif") for name in names)
    assert Slow.working == 0
    run = SheetsRun(sheets, model, tmp_path / "p")
    check_equal(run, SheetsRun(sheets, model, tmp_path / "whole"))
    assert files(tmp_path / "p") == files(tmp_path / "whole")


class Stuck(Slow):
    """Its process answers no more, as one that somebody stopped."""

    def __init__(self):
        super().__init__(0.0)
        self.killed = threading.Event()

    def stream(self, batches):
        for _ in batches:
            if self.killed.wait(timeout=60):
                raise WorkerDied("The worker process was killed.")
            raise AssertionError("It is waited for without end.")
        yield

    def kill(self):
        self.killed.set()


def test_a_process_that_answers_no_more_is_not_waited_for_in_the_end(
    tmp_path, model, sheets
):
    stuck = Stuck()
    searcher = given_up(AtOnce([stuck, Slow(0.0)]))
    with pytest.raises(GivenUp):
        SheetsRun(sheets, model, tmp_path / "p", searcher=searcher)
    assert stuck.killed.is_set()


def test_who_was_killed_in_the_end_of_one_search_serves_the_next(tmp_path, model, sheets):
    class Revived(Stuck):
        def stream(self, batches):
            if self.killed is None:
                return Slow.stream(self, batches)
            return super().stream(batches)

        def restart(self):
            self.killed = None

    searcher = AtOnce([Revived(), Slow(0.0)])
    with pytest.raises(GivenUp):
        SheetsRun(sheets, model, tmp_path / "p", searcher=given_up(searcher))
    run = SheetsRun(sheets, model, tmp_path / "p", searcher=searcher)
    assert not any("put off" in note for note in run.notes)


def test_what_goes_wrong_in_one_is_said_and_ends_all(tmp_path, model, sheets):
    def broken(batch):
        raise MrifeError("The device is gone.")

    searcher = AtOnce([Slow(0.01), FakeDetector(broken)])
    with pytest.raises(MrifeError, match="The device is gone"):
        SheetsRun(sheets, model, tmp_path / "p", searcher=searcher)
    assert Slow.working == 0
