# SPDX-License-Identifier: GPL-2.0-or-later
"""Probability raster to polygons, streaming: a polygon is yielded as soon as its
component can no longer grow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ...geo.grid import Grid
from ...inference.levels import NODATA, Strip
from .run_length import edges_of, find_runs, label_runs

# pixels looked at together: bounds the memory, whatever the height of the strips
MAX_BLOCK_PIXELS = 1 << 21
# edges of finished components that are passed on together, where a strip has so many:
# each step of drawing has a cost of its own, whatever it is given
MAX_EDGES_TOGETHER = 1 << 16


def _none() -> np.ndarray:
    return np.zeros(0, int)


@dataclass(frozen=True)
class ActiveComponents:
    """The components that touch the last row seen; index i is component i. Flat
    positions as in `runs`.
    """

    row: int  # the next row to come
    starts: np.ndarray = field(default_factory=_none)  # runs of the last row
    ends: np.ndarray = field(default_factory=_none)
    owner: np.ndarray = field(default_factory=_none)  # component of each run
    # first pixel in reading order, flat in the raster
    first: np.ndarray = field(default_factory=_none)
    pixels: np.ndarray = field(default_factory=_none)
    top: np.ndarray = field(default_factory=_none)  # highest level
    # per component, pieces of outline: int32 (n, 4)
    edges: tuple[list[np.ndarray], ...] = ()


class Finished(NamedTuple):
    """Components that can no longer grow, by last row and then first pixel; `owner` is
    the component of an edge.
    """

    first: np.ndarray  # first pixel in reading order, flat in the raster
    top: np.ndarray  # highest level
    edges: np.ndarray
    owner: np.ndarray
    specks: int = 0  # components left out for their few pixels
    speck_pixels: int = 0


def components(
    strips: Iterable[Strip], grid: Grid, lowest: int, seed: int, min_pixels: int
) -> Iterator[Finished]:
    """The 4-connected components of levels from `lowest` that have `min_pixels` and
    reach the level `seed` somewhere, as edges; those that a strip finishes at a time, of
    many a part.

    Raises ValueError for strips out of order.
    """
    front = ActiveComponents(0)
    waiting: list[Finished] = []
    for strip in _closed(strips, grid.width):
        if strip.row < front.row:
            raise ValueError(
                f"the strip at row {strip.row} overlaps the one before, which ended at "
                f"row {front.row}"
            )
        # a gap, closed by an empty row
        if strip.row != front.row:
            front = ActiveComponents(strip.row)
        for levels in _blocks(strip.values):
            front, finished = advance(front, levels, lowest, min_pixels)
            if finished and (len(finished.first) or finished.specks):
                waiting.append(_reaching(finished, seed))
            if sum(len(some.owner) for some in waiting) > MAX_EDGES_TOGETHER:
                yield _joined(waiting)
                waiting = []
        if waiting:
            yield _joined(waiting)
            waiting = []


def _closed(strips: Iterable[Strip], width: int) -> Iterator[Strip]:
    """The strips, an empty row after each gap and at the end."""
    empty = np.full((1, width), NODATA, np.uint8)
    following = 0
    for strip in strips:
        if strip.row > following:
            yield Strip(following, empty)
        yield strip
        following = strip.end
    yield Strip(following, empty)


def _blocks(levels: np.ndarray) -> Iterator[np.ndarray]:
    """Rows (n, width) in blocks of bounded size."""
    step = max(1, MAX_BLOCK_PIXELS // levels.shape[1])
    for start in range(0, len(levels), step):
        yield levels[start : start + step]


def _joined(parts: list[Finished]) -> Finished:
    """Those of several blocks, numbered on."""
    if len(parts) == 1:
        return parts[0]
    counts = [len(part.first) for part in parts]
    before = np.cumsum([0, *counts[:-1]])
    return Finished(
        np.concatenate([part.first for part in parts]),
        np.concatenate([part.top for part in parts]),
        np.concatenate([part.edges for part in parts]),
        np.concatenate([part.owner + n for part, n in zip(parts, before)]),
        sum(part.specks for part in parts),
        sum(part.speck_pixels for part in parts),
    )


def _reaching(finished: Finished, seed: int) -> Finished:
    """Without the components that lie below the seed everywhere."""
    reaches = finished.top >= seed
    edges = reaches[finished.owner]
    number = np.cumsum(reaches) - 1
    return finished._replace(
        first=finished.first[reaches],
        top=finished.top[reaches],
        edges=finished.edges[edges],
        owner=number[finished.owner[edges]],
    )


class _Runs(NamedTuple):
    """Row 0 is the front's last, the new rows follow; `joined` is the component here
    of each component of the front.
    """

    starts: np.ndarray
    ends: np.ndarray
    label: np.ndarray
    joined: np.ndarray


def advance(
    active: ActiveComponents, values: np.ndarray, lowest: int, fewest: int
) -> tuple[ActiveComponents, Finished | None]:
    """Take in the next rows (uint8, full width): the new front, and what is finished and
    has `fewest` pixels or more.

    Components are 4-connected sets of pixels with lowest <= value <= 250.
    """
    rows = len(values)
    stride = values.shape[1] + 1
    runs = _join(active, *find_runs(values, lowest), stride)
    if not len(runs.starts):
        return ActiveComponents(active.row + rows), None
    new, run = edges_of(runs.starts, runs.ends, stride, rows + 1)
    first, last, pixels = _measure(active, runs, stride)
    may_grow = last == rows
    ongoing = np.flatnonzero(may_grow)
    done = np.flatnonzero(~may_grow & (pixels >= fewest))
    done = done[np.lexsort((first[done], last[done]))]
    number = _numbers(ongoing, done, len(first))
    top = _top_levels(active, runs, values, len(first))
    open_edges, edges, owner = _outline(
        active, new, number[runs.label[run]], number[runs.joined], len(ongoing)
    )
    low = np.searchsorted(runs.starts, rows * stride)
    following = ActiveComponents(
        active.row + rows,
        runs.starts[low:] - rows * stride,
        runs.ends[low:] - rows * stride,
        number[runs.label[low:]],
        first[ongoing],
        pixels[ongoing],
        top[ongoing],
        open_edges,
    )
    specks = pixels[~may_grow & (pixels < fewest)]
    return following, Finished(
        first[done], top[done], edges, owner, len(specks), int(specks.sum())
    )


def _join(
    active: ActiveComponents, starts: np.ndarray, ends: np.ndarray, stride: int
) -> _Runs:
    carried = len(active.starts)
    starts = np.concatenate((active.starts, starts + stride))
    ends = np.concatenate((active.ends, ends + stride))
    parent = np.arange(len(starts))
    parent[:carried] = np.unique(active.owner, return_index=True)[1][active.owner]
    label = label_runs(starts, ends, stride, parent)
    joined = np.zeros(len(active.first), int)
    joined[active.owner] = label[:carried]
    return _Runs(starts, ends, label, joined)


def _numbers(ongoing: np.ndarray, done: np.ndarray, count: int) -> np.ndarray:
    """New numbers of components (count,): the ongoing ones before the finished, -1 for
    specks.
    """
    numbers = np.full(count, -1)
    numbers[ongoing] = np.arange(len(ongoing))
    numbers[done] = len(ongoing) + np.arange(len(done))
    return numbers


def _measure(
    active: ActiveComponents, runs: _Runs, stride: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First pixel (flat in the raster), last row (counted from the front's), and
    pixels of each component here.
    """
    backwards = np.arange(len(runs.label))[::-1]
    count = runs.label.max() + 1
    first = np.empty(count, int)
    last = np.empty(count, int)
    # of several the last one written stays
    first[runs.label[backwards]] = runs.starts[backwards] + (active.row - 1) * stride
    last[runs.label] = runs.starts // stride
    np.minimum.at(first, runs.joined, active.first)
    new = slice(len(active.starts), None)
    pixels = np.bincount(runs.label[new], runs.ends[new] - runs.starts[new], count)
    pixels = pixels + np.bincount(runs.joined, active.pixels, count)
    return first, last, pixels.astype(int)


def _top_levels(
    active: ActiveComponents, runs: _Runs, values: np.ndarray, count: int
) -> np.ndarray:
    """Highest level of each component here (count,)."""
    top = np.zeros(count, int)
    np.maximum.at(top, runs.joined, active.top)
    carried = len(active.starts)
    starts = runs.starts[carried:]
    if len(starts):
        # from flat runs, one row down and a spare column wide, to flat values
        shift = values.shape[1] + starts // (values.shape[1] + 1)
        bounds = np.stack((starts - shift, runs.ends[carried:] - shift), axis=1).ravel()
        # every other stretch is a run; the last one may end where the values do
        flat = values.ravel()
        if bounds[-1] == len(flat):
            bounds = bounds[:-1]
        run_top = np.maximum.reduceat(flat, bounds)[0::2]
        np.maximum.at(top, runs.label[carried:], run_top)
    return top


def _outline(
    active: ActiveComponents,
    new: np.ndarray,
    owner: np.ndarray,
    carried: np.ndarray,
    ongoing: int,
) -> tuple[tuple[list[np.ndarray], ...], np.ndarray, np.ndarray]:
    """Pieces of outline of each ongoing component; edges and owners of the finished
    ones, numbered from 0.

    `new` edges (n, 4) counted from the front's row and their components (n,); `carried`
    is the component here of each component of the front.
    """
    new[:, 0] += active.row - 1
    new = new.astype(np.int32)
    pieces = [[] for _ in range(ongoing)]
    edges = [new[owner >= ongoing]]
    owners = [owner[owner >= ongoing]]
    for component, old in zip(carried, active.edges):
        if component >= ongoing:
            edges += old
            owners += [np.full(len(piece), component) for piece in old]
        elif component >= 0:
            pieces[component] += old
    order = np.argsort(owner, kind="stable")
    bounds = np.searchsorted(owner[order], np.arange(ongoing + 1))
    for component, (a, b) in enumerate(zip(bounds, bounds[1:])):
        if a < b:
            pieces[component].append(new[order[a:b]])
    return tuple(pieces), np.concatenate(edges), np.concatenate(owners) - ongoing
