# SPDX-License-Identifier: GPL-2.0-or-later
"""The one job: raster -> probability -> polygons -> attributes.

`detect` makes a probability raster and its candidates, `outline` the candidates of a
probability raster that is there. Both are generators of progress; what they find lies in
the `Collection` that the caller gives them. Dialog, command line, benchmarks and
evaluation all come here, with a job that `jobs` examined.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from .background import Background
from .geo.grid import Grid
from .geo.overviews import build_overviews
from .geo.whole_files import UNFINISHED
from .inference.level_buffer import LevelBuffer
from .inference.level_file import TILE
from .inference.levels import Strip
from .inference.predict import predict
from .inference.probability import Probability
from .inference.probability_writer import ProbabilityWriter
from .inventory.candidates.attributes import Collection, in_batches
from .inventory.candidates.zonal import rows_needed
from .inventory.polygonize.polygonize import polygonize
from .jobs import DetectJob, OutlineJob

# rows outlined together: each step has a cost of its own, whatever it is given
MIN_OUTLINE_ROWS = 512
MAX_WAITING_BYTES = 1 << 25  # of strips that wait to be outlined


class Progress(NamedTuple):
    """Rows that are through, of how many."""

    rows: int
    total: int
    continued: bool = False  # an interrupted run is taken up at these rows

    @property
    def share(self) -> float:
        """0 to 1."""
        return self.rows / self.total


def detect(
    job: DetectJob,
    detector,
    path: str,
    candidates: Collection,
    named: bool = True,
    temporary: bool = False,
) -> Iterator[Progress]:
    """Search the raster: probabilities to `path`, polygons with attributes to
    `candidates`, outlined while the network goes on.

    Yields as rows get through; closing the generator stops the work and removes the
    unfinished raster. A raster that a killed run of the same job left is continued.
    `detector` as in `predict`, `named` and `temporary` as of ProbabilityWriter. Raises
    MrifeError.
    """
    grid = job.plan.grid
    with ProbabilityWriter(
        path, grid, job.metadata, named, temporary, job.plan.has_spread
    ) as writer:
        levels = LevelBuffer(job.outline.grid, writer)
        begin = writer.done

        def outline_strips(arriving: Iterator[Strip]) -> None:
            strips = chain(writer.strips(begin), _written(arriving, writer))
            _outline(strips, levels, job.outline, candidates)

        with Background(outline_strips, _max_waiting(grid)) as background:
            yield Progress(begin, grid.height, continued=begin > 0)
            for strip in predict(job.raster, detector, job.plan, job.batch_size, begin):
                background.put(strip)
                yield _progress(strip, grid)
            for _ in background.finish():
                yield Progress(grid.height, grid.height)
    if not temporary:
        yield from _overviews(path if named else path + UNFINISHED, grid)


def _outline(
    strips: Iterable[Strip],
    levels: LevelBuffer,
    job: OutlineJob,
    candidates: Collection,
) -> None:
    """Polygons of strips that arrive; they are described once their surroundings are
    there.
    """
    polygons = polygonize(
        levels.add_all(strips, MIN_OUTLINE_ROWS),
        levels,
        job.grid,
        job.thresholds,
        job.options,
        job.dem,
        job.exclusion,
        candidates.report,
    )
    waiting = deque()
    for batch in in_batches(polygons):
        waiting.append((rows_needed(batch.table, job.grid), batch))
        while waiting and waiting[0][0] <= levels.rows:
            candidates.extend(waiting.popleft()[1], levels)
    for _, batch in waiting:
        candidates.extend(batch, levels)


def _written(strips: Iterable[Strip], writer: ProbabilityWriter) -> Iterator[Strip]:
    for strip in strips:
        writer.write(strip)
        yield strip


def _overviews(path: str, grid: Grid) -> Iterator[Progress]:
    """Built, yielding now and then; not to their end where the generator is closed."""
    stopped = threading.Event()

    def build(_: Iterator) -> None:
        build_overviews(path, stopped.is_set)

    with Background(build, 1) as background:
        try:
            for _ in background.finish():
                yield Progress(grid.height, grid.height)
        finally:
            stopped.set()


def outline(path: str, job: OutlineJob, candidates: Collection) -> Iterator[Progress]:
    """Outline the probability raster at `path`: polygons with attributes to
    `candidates`.

    Yields as rows get through; closing the generator stops the work. Raises MrifeError.
    """
    with (
        Probability(path, job.nodata) as probability,
        Probability(path, job.nodata) as again,
    ):
        levels = LevelBuffer(job.grid, again)

        def outline_strips(arriving: Iterator[Strip]) -> None:
            _outline(arriving, levels, job, candidates)

        with Background(outline_strips, _max_waiting(job.grid)) as background:
            for strip in probability.strips():
                background.put(strip)
                yield _progress(strip, job.grid)
            for _ in background.finish():
                yield Progress(job.grid.height, job.grid.height)


def search(job: DetectJob, detector, path: str) -> Iterator[Progress]:
    """Search the raster alone: probabilities to what is to become `path`, as `detect`
    does, under their unfinished name, and no polygons.
    """
    grid = job.plan.grid
    with ProbabilityWriter(
        path, grid, job.metadata, named=False, has_spread=job.plan.has_spread
    ) as writer:
        begin = writer.done
        yield Progress(begin, grid.height, continued=begin > 0)
        for strip in predict(job.raster, detector, job.plan, job.batch_size, begin):
            writer.write(strip)
            yield _progress(strip, grid)


def _progress(strip: Strip, grid: Grid) -> Progress:
    return Progress(strip.row + len(strip.values), grid.height)


def _max_waiting(grid: Grid) -> int:
    """Strips that may wait to be outlined; none is higher than a few tiles."""
    return max(2, MAX_WAITING_BYTES // (grid.width * TILE))
