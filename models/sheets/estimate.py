# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run over sheets will take, from a probe of some windows."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..geo.disk_space import check_space
from ..inference.column_bands import MAX_COLUMNS
from ..inference.fill import filled
from .job import SheetPart, SheetsJob
from .part_folder import PartFolder
from .search import SheetsSearch

PROBED = 3  # parts, of each a window
PROBED_BATCHES = 3  # whole ones: as a search gives them, so that all cores work
BYTES = 0.67  # of the disk for each pixel of a probability raster, at most
# of the memory, as measured by tests/tools/sparse.py and county.py
COMMON_BYTES = 350e6  # libraries, blocks of files, polygons under work
ROW_BYTES = 16  # for each pixel of a row of windows across a band of columns
COLUMN_BYTES = 1000  # for each column of all sheets, which are outlined together
WORKER_BYTES = 40e6  # what each further sheet at once takes of the runtime, at most
MODEL_COPIES = 4  # of a model's file: its weights, and what the runtime makes of them
# seconds for a million pixels, as measured (docs/sheets.md)
WRITTEN_SECONDS = 0.02  # windows put together and written, beside reading and network
OUTLINE_SECONDS = 0.04  # 12 polygons of all attributes


@dataclass(frozen=True)
class SheetsEstimate:
    """Of what is still to be searched; `seconds` with the outlines of all sheets."""

    sheets: int
    windows: int
    disk_bytes: int
    memory_bytes: int
    seconds: float


class Workers(NamedTuple):
    """Sheets at once on this machine, and cores for each of them; 0: its share."""

    count: int = 1
    threads: int = 0

    @property
    def cores(self) -> int:
        """For each of them, at least one."""
        return self.threads or max(1, (os.cpu_count() or 1) // self.count)

    @property
    def gain(self) -> float:
        """How many times as fast as one of them all together are, as far as there are
        cores for them.
        """
        return max(1.0, min(self.count, (os.cpu_count() or 1) / self.cores))


ONE = Workers()


def estimate(search: SheetsSearch, detector, workers: Workers = ONE) -> SheetsEstimate:
    """Of a run: the search of what is not finished in its folder, timed on windows of the
    first, the middle and the last part of it, and the outlines of all. `detector` as in
    inference.predict, of one of the workers. Raises MrifeError.
    """
    parts = search.part_folder.waiting
    windows = [part.detect.plan.tiles - part.detect.plan.flat_tiles for part in parts]
    seconds = 0.0
    if parts:
        probed = [parts[len(parts) * i // PROBED] for i in range(PROBED)]
        symmetries = len(parts[0].detect.plan.symmetries)
        each = _seconds_a_window(probed, detector) * symmetries
        taken = [
            each * count + WRITTEN_SECONDS * _megapixels([part])
            for count, part in zip(windows, parts)
        ]
        # the last sheet is searched to its end when the others are through
        seconds = max(sum(taken) / _gain(workers, detector), *taken)
    if search.share.is_whole:
        every, _ = search.job.planned
        seconds += OUTLINE_SECONDS * _megapixels(every)
    at_once = max(1, min(workers.count, len(parts)))
    memory = memory_needed(search.job, at_once)
    return SheetsEstimate(len(parts), sum(windows), disk_needed(parts), memory, seconds)


def _gain(workers: Workers, detector) -> float:
    """Of several sheets at once; they share a graphics card."""
    if detector.device != "cpu":
        return 1.0
    return workers.gain


def _megapixels(parts: Sequence[SheetPart]) -> float:
    return sum(part.window.rows * part.window.cols for part in parts) / 1e6


def check_disk(search: SheetsSearch) -> None:
    """Raises MrifeError where the disk of a run's folder has no room for all sheets that
    wait, also for those that other runs search: they lie in the same folder.
    """
    place = search.folder
    if not place.is_dir():
        place = place.parent
    if place.is_dir():  # else it is said where the folder is made
        waiting = PartFolder(search.job, search.folder).waiting
        check_space(str(place), disk_needed(waiting))


def disk_needed(parts: Sequence[SheetPart]) -> int:
    """Bytes of the probability rasters of parts, at most."""
    return sum(
        int(part.window.rows * part.window.cols * BYTES)
        * (1 + part.detect.plan.has_spread)
        for part in parts
    )


def memory_needed(job: SheetsJob, at_once: int) -> int:
    """Bytes of the main memory beside what QGIS holds, about, with so many sheets searched
    at once; the network's own answers are not in it.
    """
    plan = job.whole.plan
    planes = 1 + plan.has_spread
    width = plan.grid.width
    row = ROW_BYTES * plan.window * min(width, MAX_COLUMNS) * planes
    columns = COLUMN_BYTES * width * planes
    model = os.path.getsize(job.model.path)
    common = COMMON_BYTES + WORKER_BYTES * (at_once - 1)
    return int(common + columns + at_once * (row + MODEL_COPIES * model))


def _seconds_a_window(parts: Sequence[SheetPart], detector) -> float:
    """Of reading, by a row of windows of each part, and of the network."""
    started = time.monotonic()
    tiles = np.stack([_tile(part) for part in parts])
    read = sum(len(part.detect.plan.intersecting()[1]) for part in parts)
    again = 1 - parts[0].detect.plan.overlap  # the next row reads only what is new
    reading = (time.monotonic() - started) / read * again
    size = parts[0].detect.batch_size
    batch = np.resize(tiles, (size, *tiles.shape[1:]))
    for _ in detector.stream([(0, batch)]):
        pass  # the first answer takes longer
    started = time.monotonic()
    for _ in detector.stream((i, batch) for i in range(PROBED_BATCHES)):
        pass
    return reading + (time.monotonic() - started) / (PROBED_BATCHES * size)


def _tile(part: SheetPart) -> np.ndarray:
    """Pixels (C, window, window) of the middle window of a part, read with those beside
    it.
    """
    plan = part.detect.plan
    raster = part.detect.raster
    if plan.resampled:
        raster = raster.resized(plan.model_grid)
    rows, cols = plan.intersecting()
    left, right = plan.span
    row = plan.rows[rows[len(rows) // 2]]
    col = plan.cols[cols[len(cols) // 2]] - left
    height = min(plan.window, plan.model_grid.height - row)
    pixels, valid = raster.read(row, height, left, right - left)
    pixels = pixels[:, :, col : col + plan.window]
    if valid is not None:
        pixels = _without_gaps(pixels, valid[:, col : col + plan.window])
    missing = [(0, 0), *((0, plan.window - side) for side in pixels.shape[1:])]
    return np.pad(pixels, missing, mode="edge")


def _without_gaps(pixels: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """As a search fills them; it looks at no window of gaps alone."""
    if valid.any():
        return filled(pixels, valid)
    return np.zeros_like(pixels)
