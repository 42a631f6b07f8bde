# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run over sheets will take, from a probe of three windows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .job import SheetPart

PROBED = 3  # windows
BYTES = 0.5  # of the disk for each pixel of a probability raster, at most
OTHER_WORK = 1.1  # times the windows: outlines, and what is written


@dataclass(frozen=True)
class SheetsEstimate:
    """Of what is still to be searched."""

    sheets: int
    windows: int
    disk_bytes: int
    seconds: float


def estimate(parts: Sequence[SheetPart], detector) -> SheetsEstimate:
    """Of parts that are to be searched, timed on windows of the first, the middle and the
    last of them; `detector` as in inference.predict. Raises MrifeError.
    """
    windows = sum(part.detect.plan.tiles for part in parts)
    seconds = 0.0
    if parts:
        probed = [parts[len(parts) * i // PROBED] for i in range(PROBED)]
        symmetries = len(parts[0].detect.plan.symmetries)
        seconds = _seconds_a_window(probed, detector) * windows * symmetries * OTHER_WORK
    return SheetsEstimate(len(parts), windows, disk_needed(parts), seconds)


def disk_needed(parts: Sequence[SheetPart]) -> int:
    """Bytes of the probability rasters of parts, at most."""
    return sum(
        int(part.window.rows * part.window.cols * BYTES)
        * (1 + part.detect.plan.has_spread)
        for part in parts
    )


def _seconds_a_window(parts: Sequence[SheetPart], detector) -> float:
    for _ in detector.stream([(0, _tile(parts[0])[None])]):
        pass  # the first answer takes longer
    started = time.monotonic()
    tiles = np.stack([_tile(part) for part in parts])
    size = parts[0].detect.batch_size
    batches = [(i, tiles[i : i + size]) for i in range(0, len(tiles), size)]
    for _ in detector.stream(batches):
        pass
    return (time.monotonic() - started) / len(parts)


def _tile(part: SheetPart) -> np.ndarray:
    """Pixels (C, window, window) of the middle window of a part."""
    plan = part.detect.plan
    raster = part.detect.raster
    if plan.resampled:
        raster = raster.resized(plan.model_grid)
    rows, cols = plan.intersecting()
    row = plan.rows[rows[len(rows) // 2]]
    col = plan.cols[cols[len(cols) // 2]]
    grid = plan.model_grid
    height = min(plan.window, grid.height - row)
    width = min(plan.window, grid.width - col)
    pixels = raster.read(row, height, col, width).pixels
    missing = [(0, 0), (0, plan.window - height), (0, plan.window - width)]
    return np.pad(pixels, missing, mode="edge")
