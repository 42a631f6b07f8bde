# SPDX-License-Identifier: GPL-2.0-or-later
"""The one job: raster -> probability -> polygons -> attributes.

`detect` makes a probability raster and its candidates, `outline` the candidates of a
probability raster that is there. Both are generators of progress; what they find lies in
the `Collection` that the caller gives them. Dialog, command line, benchmarks and
evaluation all come here, with a job that `jobs` examined.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from .background import Background, Wanted
from .geo import unused_memory
from .geo.block_cache import small_cache
from .geo.grid import Grid
from .geo.overviews import build_overviews
from .geo.whole_files import UNFINISHED
from .inference.column_bands import (
    MAX_COLUMNS,
    band_path,
    in_bands,
    joined_strips,
    removed_bands,
)
from .inference.level_buffer import LevelBuffer
from .inference.level_file import STRIP_PIXELS, strip_rows
from .inference.levels import Strip
from .inference.plan import Plan
from .inference.predict import predict
from .inference.probability import Probability
from .inference.probability_writer import ProbabilityWriter, is_small
from .inventory.candidates.attributes import Collection
from .inventory.candidates.batches import in_batches
from .inventory.candidates.zonal import surrounded
from .inventory.polygonize.polygonize import polygonize
from .jobs import DetectJob, OutlineJob

# rows outlined together: each step has a cost of its own, whatever it is given
MAX_OUTLINE_ROWS = 512
MAX_WAITING_BYTES = 1 << 24  # of strips that wait to be outlined


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
    max_columns: int = MAX_COLUMNS,
) -> Iterator[Progress]:
    """Search the raster: probabilities to `path`, polygons with attributes to
    `candidates`, outlined while the network goes on.

    Yields as rows get through; closing the generator stops the work and removes the
    unfinished raster. A raster that a killed run of the same job left is continued.
    `detector` as in `predict`, `named` and `temporary` as of ProbabilityWriter. A raster
    of more than `max_columns` is searched in bands of them, and outlined when the last
    one is there. Raises MrifeError.
    """
    grid = job.plan.grid
    with (
        small_cache(),
        removed_bands(path),
        _writer(job, detector, job.plan, path, named, temporary) as writer,
    ):
        levels = LevelBuffer(job.outline.grid, writer)
        begin = writer.done

        def outline_strips(arriving: Iterator[Strip], wanted: Wanted) -> None:
            strips = chain(writer.strips(begin), _written(arriving, writer))
            _outline(strips, levels, job.outline, candidates, wanted)

        with Background(outline_strips, _max_waiting(grid)) as background:
            yield Progress(begin, grid.height, continued=begin > 0)
            for progress, strip in _searched(job, detector, path, begin, max_columns):
                if strip is not None:
                    for _ in background.put(strip):
                        yield progress
                yield progress
            for _ in background.finish():
                yield Progress(grid.height, grid.height)
    if not temporary:
        yield from _overviews(path if named else path + UNFINISHED, grid)


def _writer(
    job: DetectJob,
    detector,
    plan: Plan,
    path: str,
    named: bool = False,
    temporary: bool = False,
) -> ProbabilityWriter:
    """Of what a plan of the job brings, all of it or a band of columns."""
    metadata = run_metadata(job, detector)
    return ProbabilityWriter(path, plan.grid, metadata, named, temporary, plan.has_spread)


def run_metadata(job: DetectJob, detector) -> dict[str, str]:
    """What a raster of probabilities says of its run: one that was begun on a GPU is not
    gone on with on a processor, whose numbers are other ones in a level here and there.
    """
    return {**job.metadata, "MRIFE_DEVICE": detector.device}


def _outline(
    strips: Iterable[Strip],
    levels: LevelBuffer,
    job: OutlineJob,
    candidates: Collection,
    wanted: Wanted,
) -> None:
    """Polygons of strips that arrive, described once their surroundings are there, as long
    as they are `wanted`.
    """
    polygons = polygonize(
        levels.add_all(strips, _rows_together(job.grid)),
        levels,
        job.grid,
        job.thresholds,
        job.options,
        job.dem,
        job.exclusion,
        candidates.report,
        wanted=wanted,
    )
    for batch, surroundings in wanted(surrounded(in_batches(polygons), levels)):
        candidates.extend(batch, surroundings)


def _rows_together(grid: Grid) -> int:
    """Rows that are outlined in one step: of narrow rasters more than come together."""
    return max(strip_rows(grid.width), min(MAX_OUTLINE_ROWS, STRIP_PIXELS // grid.width))


def _written(strips: Iterable[Strip], writer: ProbabilityWriter) -> Iterator[Strip]:
    for strip in strips:
        writer.write(strip)
        yield strip


def _overviews(path: str, grid: Grid) -> Iterator[Progress]:
    """Built, yielding now and then; not to their end where the generator is closed."""
    stopped = threading.Event()

    def build(_: Iterator, __: Wanted) -> None:
        build_overviews(path, stopped.is_set)

    unused_memory.give_back()  # of the search, which is through
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
        small_cache(),
        Probability(path, job.nodata) as probability,
        Probability(path, job.nodata) as again,
    ):
        levels = LevelBuffer(job.grid, again)

        def outline_strips(arriving: Iterator[Strip], wanted: Wanted) -> None:
            _outline(arriving, levels, job, candidates, wanted)

        with Background(outline_strips, _max_waiting(job.grid)) as background:
            for strip in probability.strips():
                progress = _progress(strip, job.grid)
                for _ in background.put(strip):
                    yield progress
                yield progress
            for _ in background.finish():
                yield Progress(job.grid.height, job.grid.height)


def search(
    job: DetectJob, detector, path: str, max_columns: int = MAX_COLUMNS
) -> Iterator[Progress]:
    """Search the raster alone: probabilities to what is to become `path`, as `detect`
    does, under their unfinished name, and no polygons.
    """
    grid = job.plan.grid
    with (
        small_cache(),
        removed_bands(path),
        _writer(job, detector, job.plan, path) as writer,
    ):
        begin = writer.done
        yield Progress(begin, grid.height, continued=begin > 0)
        for progress, strip in _searched(job, detector, path, begin, max_columns):
            if strip is not None:
                writer.write(strip)
            yield progress


def _searched(
    job: DetectJob, detector, path: str, begin: int, max_columns: int
) -> Iterator[tuple[Progress, Strip | None]]:
    """Rows from `begin` on, each with how far the search is; of a very wide raster first
    how far its bands of columns are, without rows.
    """
    grid = job.plan.grid
    bands = in_bands(job.plan, job.raster.grid, max_columns)
    if len(bands) == 1 or begin == grid.height:
        for strip in predict(job.raster, detector, job.plan, job.batch_size, begin):
            yield _progress(strip, grid), strip
        return
    total = (len(bands) + 1) * grid.height
    paths = [band_path(path, number) for number in range(len(bands))]
    for number, (band, place) in enumerate(zip(bands, paths)):
        for rows in _searched_band(job, detector, band, place):
            yield Progress(number * grid.height + rows, total), None
        unused_memory.give_back()
    before = len(bands) * grid.height
    for strip in joined_strips([place + UNFINISHED for place in paths], begin):
        yield Progress(before + strip.end, total), strip


def _searched_band(job: DetectJob, detector, band: Plan, path: str) -> Iterator[int]:
    """A band of columns to its own raster, under its unfinished name; rows that are
    through.
    """
    temporary = is_small(job.plan.grid)
    with _writer(job, detector, band, path, temporary=temporary) as writer:
        begin = writer.done
        yield begin
        for strip in predict(job.raster, detector, band, job.batch_size, begin):
            writer.write(strip)
            yield strip.end


def _progress(strip: Strip, grid: Grid) -> Progress:
    return Progress(strip.end, grid.height)


def _max_waiting(grid: Grid) -> int:
    """Strips that may wait to be outlined; none is higher than a few tiles."""
    return max(1, MAX_WAITING_BYTES // (grid.width * strip_rows(grid.width)))
