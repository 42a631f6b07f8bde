# SPDX-License-Identifier: GPL-2.0-or-later
"""Pixels and labels of many rasters as arrays in a folder, which the worker that trains
reads: it needs no library for rasters.

Three kinds of cuts: large ones that hold landslides, small ones that hold none, and tiles
that cover the known ground once, on which networks are scored.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from ..errors import MrifeError
from ..geo.disk_space import take_room
from ..geo.grid import Grid, Window
from ..geo.rectangles import common
from ..geo.write_failure import write_failure
from ..inference.fill import filled
from .cuts import LARGE, NAMES, SMALL, STAND_FOR, TILE, UNKNOWN, Cuts
from .ground import Ground, Known
from .labels import LOOK_ALIKE

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
    # whether a person rejected any of it; not said of tiles, which stand for all ground
    has_look_alike: bool = False


# what the cuts of one side are written to, in the order of `Cuts`: open files, and the
# kind of their numbers
Files = list[tuple[BinaryIO, np.dtype]]


def write_samples(grounds: Sequence[Ground], folder: Path, seed: int) -> Iterator[float]:
    """Write the cuts of all grounds to `folder`; yields the share that is through.

    Where there are more than MAX_CUTS of a kind, some of those without landslide and
    look-alike are drawn by the seed, of tiles as `draw_tiles` says. Raises MrifeError
    where no landslide lies on a raster, nothing is known to be background, or the disk
    has no room for them, which is taken first.
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
    windows = {side: draw(places[side], MAX_CUTS[side], seed) for side in (LARGE, SMALL)}
    windows[TILE], stand_for = draw_tiles(places[TILE], MAX_CUTS[TILE], seed)
    total = sum(map(len, windows.values()))
    done = 0
    with ExitStack() as stack:
        files = {
            side: stack.enter_context(cut_files(grounds[0], len(cuts), side, folder))
            for side, cuts in windows.items()
        }
        np.save(folder / STAND_FOR, stand_for)
        for side, cuts in windows.items():
            for _ in write_cuts(grounds, cuts, files[side]):
                done += 1
                yield 0.3 + 0.7 * done / total


def write_region(grounds: Sequence[Ground], folder: Path, seed: int) -> Iterator[None]:
    """Tiles of ground that nobody labelled, at most MAX_CUTS of them, to a folder; strips
    at the border would be mostly mirror. Raises MrifeError where the disk has no room for
    them, which is taken first.
    """
    folder.mkdir()
    tiles = []
    for number, ground in enumerate(grounds):
        found = cuts_of(ground, number)[TILE]
        tiles += [cut for cut in found if is_half_shown(cut.window, ground.grid)]
        yield
    tiles = draw(tiles, MAX_CUTS[TILE], seed)
    with cut_files(grounds[0], len(tiles), TILE, folder) as files:
        yield from write_cuts(grounds, tiles, files)


def is_half_shown(window: Window, grid: Grid) -> bool:
    """Whether more than half of a tile's side lies on the grid, or all that there is."""
    sides = ((window.row, grid.height), (window.col, grid.width))
    return all(first == 0 or length - first > TILE // 2 for first, length in sides)


def cuts_of(ground: Ground, number: int) -> dict[int, list[SampleWindow]]:
    """The cuts of one raster by their side; half of each but of tiles is seen by the
    next.
    """
    steps = {LARGE: LARGE // 2, SMALL: SMALL // 2, TILE: TILE}
    cuts: dict[int, list[SampleWindow]] = {side: [] for side in steps}
    grid = ground.grid
    for side, step in steps.items():
        # of what a cut shares with the one before it shows half at least
        least = (side - step) // 2
        for row in range(0, max(1, grid.height - least), step):
            strip = common(Window(row, 0, side, grid.width), grid.whole)
            part = ground.known(strip)
            area = (strip.row, strip.rows, strip.col, strip.cols)
            look_alike = ground.masks[LOOK_ALIKE].read(*area) & (part.label == 0)
            for col in range(0, max(1, grid.width - least), step):
                label = part.label[:, col : col + side]
                if (label != UNKNOWN).sum() < MIN_KNOWN:
                    continue
                holds = bool((label == 1).any())
                if (side, holds) in ((LARGE, False), (SMALL, True)):
                    continue
                window = Window(row, col, side, side)
                has_background = bool((label == 0).any())
                rejected = side != TILE and bool(look_alike[:, col : col + side].any())
                cut = SampleWindow(number, window, holds, has_background, rejected)
                cuts[side].append(cut)
    return cuts


def draw(cuts: list[SampleWindow], most: int, seed: int) -> list[SampleWindow]:
    """At most so many cuts: those with landslides first, then those with look-alikes."""
    if len(cuts) <= most:
        return cuts
    order = np.random.default_rng(seed).permutation(len(cuts))

    def rank(place: int) -> tuple[bool, bool]:
        return not cuts[place].holds, not cuts[place].has_look_alike

    first = sorted(order.tolist(), key=rank)
    return [cuts[place] for place in sorted(first[:most])]


def draw_tiles(
    tiles: list[SampleWindow], most: int, seed: int
) -> tuple[list[SampleWindow], np.ndarray]:
    """At most so many tiles, half of them without landslides where there are as many; and
    how many of its like, with landslides or without, each stands for (n,): counted so
    often they hold as much landslide as the ground does.
    """
    kinds = [[tile for tile in tiles if tile.holds is holds] for holds in (True, False)]
    slides, others = kinds
    room = min(len(slides), max(most // 2, most - len(others)))
    drawn = [draw(slides, room, seed), draw(others, most - room, seed)]
    stand_for = [
        np.full(len(some), len(kind) / max(1, len(some)))
        for kind, some in zip(kinds, drawn)
    ]
    return drawn[0] + drawn[1], np.concatenate(stand_for)


@contextmanager
def cut_files(ground: Ground, count: int, side: int, folder: Path) -> Iterator[Files]:
    """Files for so many cuts of one side, as long as they will be. Raises MrifeError where
    the disk has no room for them.

    They are written one cut after the other: of a file that is mapped into memory a full
    disk would be the end of the process, which may be QGIS's own.
    """
    plane = (count, side, side)
    shapes = ((count, ground.raster.planes, side, side), plane, plane, plane)
    byte = np.dtype(np.uint8)
    kinds = (ground.raster.read_dtype, byte, byte, byte)
    files = []
    try:
        with ExitStack() as stack:
            for part, shape, kind in zip(Cuts._fields, shapes, kinds):
                path = folder / f"{NAMES[side]}-{part}.npy"
                file = stack.enter_context(open(path, "wb"))
                header = {
                    "descr": np.lib.format.dtype_to_descr(kind),
                    "fortran_order": False,
                    "shape": shape,
                }
                np.lib.format.write_array_header_1_0(file, header)
                take_room(file, math.prod(shape) * kind.itemsize)
                files.append((file, kind))
            yield files
    except OSError as error:
        raise write_failure(folder, error) from error


def write_cuts(
    grounds: Sequence[Ground], cuts: Sequence[SampleWindow], files: Files
) -> Iterator[None]:
    """Write the arrays of the cuts of one side, one cut at a time."""
    for cut in cuts:
        pixels, known = read_cut(grounds[cut.ground], cut.window)
        for (file, kind), array in zip(files, (pixels, *known)):
            file.write(array.astype(kind).tobytes())
        yield


def read_cut(ground: Ground, window: Window) -> tuple[np.ndarray, Known]:
    """Pixels (planes, side, side) and what is known of them; beyond the raster and where
    pixels are missing nothing is known, and the ground beside continues.
    """
    inside = common(window, ground.grid.whole)
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
