# SPDX-License-Identifier: GPL-2.0-or-later
"""Pixels and labels of many rasters as arrays in a folder, which the worker that trains
reads: it needs no library for rasters.

Three kinds of cuts: large ones that hold landslides, small ones that hold none, and tiles
that cover the known ground once, on which networks are scored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..errors import MrifeError
from ..geo.grid import Window
from ..inference.fill import filled
from .cuts import LARGE, NAMES, SMALL, TILE, UNKNOWN
from .ground import Ground, Known, clipped

# pixels of a cut of which something is known: a look-alike of 0.1 ha in pixels of 1.6 m
# with the ring around it that a review knows has 1,500
MIN_KNOWN = 256
MAX_CUTS = {LARGE: 1200, SMALL: 2000, TILE: 400}


class SampleWindow(NamedTuple):
    """A window of one of the rasters."""

    ground: int
    window: Window
    holds: bool  # whether any landslide is known in it
    has_background: bool  # whether any ground is known to be none


def write_samples(grounds: Sequence[Ground], folder: Path, seed: int) -> Iterator[float]:
    """Write the cuts of all grounds to `folder`; yields the share that is through.

    Where there are more than MAX_CUTS of a kind, some of those without landslide are
    drawn by the seed. Raises MrifeError where no landslide lies on a raster, or nothing
    is known to be background.
    """
    places = {side: [] for side in NAMES}
    for number, ground in enumerate(grounds):
        for side, cuts in cuts_of(ground, number).items():
            places[side] += cuts
        yield 0.3 * (number + 1) / len(grounds)
    if not any(ground.polygons for ground in grounds):
        raise MrifeError(
            "No landslide lies on the images inside the reviewed area; look at the "
            "coordinate systems of images and polygons."
        )
    cuts = places[LARGE] + places[SMALL]
    if not places[LARGE] or not any(cut.has_background for cut in cuts):
        raise MrifeError(
            "There is no room without landslides in the reviewed area: a network also "
            "learns from what is none. Draw a larger area, of some hundred metres around "
            "the landslides."
        )
    windows = {side: draw(cuts, MAX_CUTS[side], seed) for side, cuts in places.items()}
    total = sum(map(len, windows.values()))
    done = 0
    for side, cuts in windows.items():
        for _ in write_cuts(grounds, cuts, side, folder):
            done += 1
            yield 0.3 + 0.7 * done / total


def write_region(grounds: Sequence[Ground], folder: Path, seed: int) -> Iterator[None]:
    """Tiles of ground that nobody labelled, at most MAX_CUTS of them, to a folder."""
    folder.mkdir()
    tiles = []
    for number, ground in enumerate(grounds):
        tiles += cuts_of(ground, number)[TILE]
        yield
    yield from write_cuts(grounds, draw(tiles, MAX_CUTS[TILE], seed), TILE, folder)


def cuts_of(ground: Ground, number: int) -> dict[int, list[SampleWindow]]:
    """The cuts of one raster by their side; half of each but of tiles is seen by the
    next.
    """
    steps = {LARGE: LARGE // 2, SMALL: SMALL // 2, TILE: TILE}
    cuts: dict[int, list[SampleWindow]] = {side: [] for side in steps}
    grid = ground.grid
    for side, step in steps.items():
        for row in range(0, max(1, grid.height - step // 2), step):
            strip = clipped(Window(row, 0, side, grid.width), 0, grid)
            part = ground.known(strip)
            for col in range(0, max(1, grid.width - step // 2), step):
                label = part.label[:, col : col + side]
                if (label != UNKNOWN).sum() < MIN_KNOWN:
                    continue
                holds = bool((label == 1).any())
                if (side, holds) in ((LARGE, False), (SMALL, True)):
                    continue
                window = Window(row, col, side, side)
                has_background = bool((label == 0).any())
                cuts[side].append(SampleWindow(number, window, holds, has_background))
    return cuts


def draw(cuts: list[SampleWindow], most: int, seed: int) -> list[SampleWindow]:
    """At most so many cuts, those with landslides first."""
    if len(cuts) <= most:
        return cuts
    order = np.random.default_rng(seed).permutation(len(cuts))
    first = sorted(order.tolist(), key=lambda place: not cuts[place].holds)
    return [cuts[place] for place in sorted(first[:most])]


def write_cuts(
    grounds: Sequence[Ground], cuts: Sequence[SampleWindow], side: int, folder: Path
) -> Iterator[None]:
    """Write the arrays of the cuts of one side, one cut at a time."""
    planes = grounds[0].raster.planes
    kind = grounds[0].raster.read_dtype
    shape = (len(cuts), planes, side, side)
    name = folder / NAMES[side]
    pixels = _new(f"{name}-pixels.npy", shape, kind)
    label = _new(f"{name}-label.npy", (len(cuts), side, side), np.uint8)
    fold = _new(f"{name}-fold.npy", (len(cuts), side, side), np.uint8)
    weight = _new(f"{name}-weight.npy", (len(cuts), side, side), np.uint8)
    for place, cut in enumerate(cuts):
        pixels[place], part = read_cut(grounds[cut.ground], cut.window)
        label[place] = part.label
        fold[place] = part.fold
        weight[place] = part.weight
        yield


def _new(path: str, shape: tuple[int, ...], kind: np.dtype) -> np.ndarray:
    if not shape[0]:  # which cannot be mapped
        np.save(path, np.zeros(shape, kind))
        return np.zeros(shape, kind)
    return np.lib.format.open_memmap(path, "w+", kind, shape)


def read_cut(ground: Ground, window: Window) -> tuple[np.ndarray, Known]:
    """Pixels (planes, side, side) and what is known of them; beyond the raster and where
    pixels are missing nothing is known, and the ground beside continues.
    """
    inside = clipped(window, 0, ground.grid)
    block = ground.reader.read(inside.row, inside.rows, inside.col, inside.cols)
    part = ground.known(inside)
    side = window.rows
    short = [(0, side - inside.rows), (0, side - inside.cols)]
    pixels = np.pad(block.pixels, [(0, 0), *short])
    valid = np.ones((inside.rows, inside.cols), bool)
    if block.valid is not None:
        valid = block.valid
    valid = np.pad(valid, short)
    label = np.pad(part.label, short)
    fold = np.pad(part.fold, short)
    weight = np.pad(part.weight, short)
    label[~valid] = UNKNOWN
    if valid.any() and not valid.all():
        pixels = filled(pixels, valid)
    return pixels, Known(label, fold, weight)
