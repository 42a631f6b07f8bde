# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run over sheets will take, from a probe of three windows."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..inference.column_bands import MAX_COLUMNS
from ..inference.fill import filled
from .job import SheetPart, SheetsJob

PROBED = 3  # windows
BYTES = 0.67  # of the disk for each pixel of a probability raster, at most
# of the memory, as measured by tests/tools/sparse.py and county.py
COMMON_BYTES = 350e6  # libraries, blocks of files, polygons under work
ROW_BYTES = 16  # for each pixel of a row of windows across a band of columns
COLUMN_BYTES = 1000  # for each column of all sheets, which are outlined together
MODEL_COPIES = 4  # of a model's file: its weights, and what the runtime makes of them
OTHER_WORK = 1.3  # times reading and network: outlines, and what is written


@dataclass(frozen=True)
class SheetsEstimate:
    """Of what is still to be searched."""

    sheets: int
    windows: int
    disk_bytes: int
    memory_bytes: int
    seconds: float


def estimate(job: SheetsJob, parts: Sequence[SheetPart], detector) -> SheetsEstimate:
    """Of the parts of a job that are to be searched, timed on windows of the first, the
    middle and the last of them; `detector` as in inference.predict. Raises MrifeError.
    """
    plans = [part.detect.plan for part in parts]
    windows = sum(plan.tiles - plan.flat_tiles for plan in plans)
    seconds = 0.0
    if parts:
        probed = [parts[len(parts) * i // PROBED] for i in range(PROBED)]
        symmetries = len(plans[0].symmetries)
        seconds = _seconds_a_window(probed, detector) * windows * symmetries * OTHER_WORK
    return SheetsEstimate(
        len(parts), windows, disk_needed(parts), memory_needed(job), seconds
    )


def disk_needed(parts: Sequence[SheetPart]) -> int:
    """Bytes of the probability rasters of parts, at most."""
    return sum(
        int(part.window.rows * part.window.cols * BYTES)
        * (1 + part.detect.plan.has_spread)
        for part in parts
    )


def memory_needed(job: SheetsJob) -> int:
    """Bytes of the main memory beside what QGIS holds, about; the network's own answers
    are not in it.
    """
    plan = job.whole.plan
    planes = 1 + plan.has_spread
    width = plan.grid.width
    row = ROW_BYTES * plan.window * min(width, MAX_COLUMNS) * planes
    columns = COLUMN_BYTES * width * planes
    model = os.path.getsize(job.model.path)
    return int(COMMON_BYTES + row + columns + MODEL_COPIES * model)


def _seconds_a_window(parts: Sequence[SheetPart], detector) -> float:
    """Of reading, by a row of windows of each part, and of the network."""
    started = time.monotonic()
    tiles = np.stack([_tile(part) for part in parts])
    read = sum(len(part.detect.plan.intersecting()[1]) for part in parts)
    again = 1 - parts[0].detect.plan.overlap  # the next row reads only what is new
    reading = (time.monotonic() - started) / read * again
    for _ in detector.stream([(0, tiles[:1])]):
        pass  # the first answer takes longer
    started = time.monotonic()
    size = parts[0].detect.batch_size
    batches = [(i, tiles[i : i + size]) for i in range(0, len(tiles), size)]
    for _ in detector.stream(batches):
        pass
    return reading + (time.monotonic() - started) / len(parts)


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
