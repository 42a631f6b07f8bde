# SPDX-License-Identifier: GPL-2.0-or-later
"""What a dry run says a run will take: it grows with what has to be done, and shrinks with
the cores that do it.
"""

import os
import shutil
import time
from collections import namedtuple

import numpy as np
import pytest
from samples import FakeDetector, first_band
from survey import cut, ground, quarters

from models.errors import MrifeError
from models.inventory.candidates.attributes import Collection
from models.jobs import OutlineRequest
from models.sheets import estimate as estimates
from models.sheets.estimate import Workers, check_disk, estimate
from models.sheets.folder import made
from models.sheets.job import SheetsRequest
from models.sheets.part_folder import Share
from models.sheets.part_search import OneByOne
from models.sheets.prepare import examine_sheets, prepare_sheets
from models.sheets.search import SheetsSearch
from models.sheets.sheet import SheetSource

BATCH_SECONDS = 8.0


class Clock:
    """Time that a network alone takes."""

    def __init__(self):
        self.now = 0.0

    def monotonic(self):
        return self.now


class ManyCores(FakeDetector):
    """Answers a batch in the same time, whether it is full or not: each window has a core
    of its own.
    """

    device = "cpu"

    def __init__(self, clock):
        super().__init__(first_band)
        self.clock = clock

    def stream(self, batches):
        for answer in super().stream(batches):
            self.clock.now += BATCH_SECONDS
            yield answer


@pytest.fixture
def clock(monkeypatch):
    made_up = Clock()
    monkeypatch.setattr(estimates, "time", made_up)
    return made_up


def search_of(paths, model, folder):
    sheets = list(examine_sheets(map(SheetSource, paths), model.contract))
    asked = SheetsRequest(batch_size=8)
    job = prepare_sheets(sheets, model, OutlineRequest(), asked)
    return SheetsSearch(job, folder)


@pytest.fixture
def search(tmp_path, model):
    return search_of(quarters(tmp_path, ground()), model, tmp_path / "p")


def test_the_network_is_timed_as_a_search_uses_it(search, clock):
    """In whole batches: 36 windows are four and a half of them."""
    result = estimate(search, ManyCores(clock))
    assert result.sheets == 4 and result.windows == 36
    assert result.seconds == pytest.approx(4.5 * BATCH_SECONDS, rel=0.01)


@pytest.mark.parametrize(
    "workers, cores, gain",
    [
        (Workers(2), 4, 2),
        (Workers(4), 4, 4),
        (Workers(4), 2, 2),
        (Workers(64), 8, 4),  # there are no more sheets
        (Workers(2), 1, 1),
        (Workers(4, threads=4), 8, 2),
        (Workers(1, threads=4), 8, 1),
    ],
)
def test_sheets_at_once_take_less_time_as_far_as_there_are_cores(
    search, clock, monkeypatch, workers, cores, gain
):
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    alone = estimate(search, ManyCores(clock)).seconds
    together = estimate(search, ManyCores(clock), workers).seconds
    assert together == pytest.approx(alone / gain, rel=0.01)


def test_one_large_sheet_takes_its_time_and_one_card_serves_all(
    tmp_path, model, clock, monkeypatch
):
    monkeypatch.setattr(os, "cpu_count", lambda: 16)
    image = ground(400, 240)
    paths = [
        cut(tmp_path / "a.tif", image, 0, 0, 320, 240),
        cut(tmp_path / "b.tif", image, 320, 0, 80, 240),
    ]
    search = search_of(paths, model, tmp_path / "p")
    alone = estimate(search, ManyCores(clock)).seconds
    together = estimate(search, ManyCores(clock), Workers(2)).seconds
    assert 0.6 * alone < together < 0.95 * alone
    card = ManyCores(clock)
    card.device = "cuda"
    assert estimate(search, card, Workers(2)).seconds == pytest.approx(alone)


def test_sheets_at_once_take_more_memory(search, clock):
    def memory(count):
        return estimate(search, ManyCores(clock), Workers(count)).memory_bytes

    more = memory(2) - memory(1)
    assert 15e6 < more < 80e6  # measured: 14 MB, with the shipped model 53 to 71
    assert memory(4) - memory(2) == pytest.approx(2 * more, rel=0.01)
    assert memory(8) == memory(4)  # there are no more sheets
    assert 200e6 < memory(1) < 600e6


def test_outlines_take_their_time_where_all_is_searched(tmp_path, model, clock):
    """Within a factor of four of what they do take, in seconds of the processor."""
    image = np.tile(ground(), (6, 6))
    search = search_of(quarters(tmp_path, image), model, tmp_path / "q")
    with made(search.folder):
        list(search.search(OneByOne(FakeDetector(first_band))))
        result = estimate(search, ManyCores(clock))
        with Collection(search.job.outline.inventory) as candidates:
            started = time.process_time()
            list(search.outline(candidates, OneByOne(FakeDetector(first_band))))
            taken = time.process_time() - started
            assert len(candidates) == 72
    assert result.sheets == result.windows == result.disk_bytes == 0
    assert taken / 4 < result.seconds < taken * 4
    part = SheetsSearch(search.job, search.folder, Share(1, 2))
    assert estimate(part, ManyCores(clock)).seconds == 0  # it writes no layer


def test_the_disk_is_looked_at_for_all_that_waits(search, monkeypatch):
    """Also by a run that shares the sheets with others."""
    monkeypatch.setattr(estimates, "BYTES", 1e4)  # 48,000 pixels, 480 MB
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1, 1, 300_000_000))
    part = SheetsSearch(search.job, search.folder, Share(1, 4))
    for run in (search, part):
        with pytest.raises(MrifeError, match="300 MB free but about 512 MB are needed"):
            check_disk(run)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1, 1, 600_000_000))
    check_disk(search)
