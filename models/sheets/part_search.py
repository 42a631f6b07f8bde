# SPDX-License-Identifier: GPL-2.0-or-later
"""The search of single sheets, each into a raster of its own that appears when it is
whole.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import NamedTuple

from .. import pipeline
from ..errors import Note, UnsuitableRaster, WorkerDied
from ..geo.files import grid_of, open_raster
from ..geo.overviews import build_overviews
from ..geo.whole_files import UNFINISHED
from ..inference.probability import Probability, read_provenance
from ..inference.probability_writer import ProbabilityWriter
from .job import ORIGINS, OTHERWISE, SheetPart
from .mosaic import UnreadableSheet

RUN = "MRIFE_RUN"
COPY = ".copy"  # of a raster that is written once more


class PartOrder(NamedTuple):
    """A part to search, and the path of its raster.

    An unfinished raster that a killed run left is continued. Where others may be writing
    it at the same time, an `attempt` that no other one is called begins its own.
    """

    part: SheetPart
    path: str
    attempt: str = ""


class PartStep(NamedTuple):
    """How far the search of one of several orders is, 0 to 1."""

    number: int  # of the order
    share: float
    seconds: float | None = None  # that it took, when it is finished
    death: WorkerDied | None = None  # of the process that searched it: it is given up
    note: Note | None = None  # for the log, of no order; nothing else of the step holds


# What searches parts, yielding as it gets on; the death of a process that searches one is
# a step of its own, and the others go on. Raises MrifeError, UnreadableSheet of the first
# order, by number, that cannot be read.
Searcher = Callable[[Sequence[PartOrder]], Iterable[PartStep]]


@dataclass(frozen=True)
class OneByOne:
    """Searches parts one after the other; `detector` as in inference.predict, with
    `restart` where it lives in another process.
    """

    detector: object

    def __call__(self, orders: Sequence[PartOrder]) -> Iterator[PartStep]:
        """A Searcher. Raises WorkerDied where no other process can be begun."""
        for number, order in enumerate(orders):
            try:
                for step in search_part(order, self.detector):
                    yield step._replace(number=number)
            except WorkerDied as death:
                death.with_traceback(None)  # it is kept, and all frames with it
                self.detector.restart()
                yield PartStep(number, 0.0, death=death)


def search_part(order: PartOrder, detector) -> Iterator[PartStep]:
    """Search one part into its raster, which appears when it is whole: what it holds
    depends on the part alone. Raises MrifeError.
    """
    part, path, attempt = order
    working = path
    if attempt:
        working = f"{path}.{attempt}"
    started = time.monotonic()
    continued = False
    try:
        with closing(pipeline.search(part.detect, detector, working)) as search:
            for step in search:
                continued |= step.continued
                yield PartStep(0, step.share)
    except UnreadableSheet as problem:
        problem.part = part.sheet.name
        raise
    finally:
        part.close()  # a process may have only so many files open
    finish(working, path, pipeline.run_metadata(part.detect, detector), continued)
    yield PartStep(0, 1.0, time.monotonic() - started)


def finish(working: str, path: str, metadata: dict[str, str], continued: bool) -> None:
    """Give the whole raster of a part its name; one that a killed run began is written
    once more, with its `metadata`, or it would hold what that run had not ended. Raises
    MrifeError.
    """
    unfinished = working + UNFINISHED
    if continued:
        copy = working + COPY
        with suppress(FileNotFoundError):
            os.remove(copy + UNFINISHED)
        with (
            Probability(unfinished) as probability,
            ProbabilityWriter(
                copy,
                probability.grid,
                metadata,
                has_spread=probability.has_spread,
            ) as writer,
        ):
            for strip in probability.strips():
                writer.write(strip)
        os.remove(unfinished)
        unfinished = copy
    build_overviews(unfinished)
    with open(unfinished, "rb+") as file:
        os.fsync(file.fileno())  # or a power cut may leave the name and no raster
    os.replace(unfinished, path)


def is_finished(path: str, part: SheetPart) -> bool:
    """Whether a raster holds what the search of a part would give."""
    with suppress(UnsuitableRaster):
        grid = grid_of(open_raster(path))
        same = part.detect.metadata.items() <= read_provenance(path).items()
        return same and grid == part.detect.plan.grid
    return False


def is_ours(path: str) -> bool:
    """Whether a raster is one that a run over sheets wrote."""
    return RUN in _provenance(path)


def changes_of(path: str, part: SheetPart) -> list[Note]:
    """What is no longer as it was when a raster was made."""
    before = _provenance(path)
    now = part.detect.metadata
    changed = [key for key in ORIGINS if before.get(key) != now.get(key)]
    if "MRIFE_BANDS" in changed and "MRIFE_IMAGES" in changed:
        changed.remove("MRIFE_IMAGES")  # other bands are other pixels
    return [ORIGINS[key] for key in changed] or [OTHERWISE]


def _provenance(path: str) -> dict[str, str]:
    with suppress(UnsuitableRaster):
        return read_provenance(path)
    return {}
