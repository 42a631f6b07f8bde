# SPDX-License-Identifier: GPL-2.0-or-later
"""The long work of a run over sheets: one probability raster after the other into a
folder, then the polygons of all of them together.

What is finished in the folder is taken as it is where all that it depends on is the same;
a run that was killed goes on where it was.
"""

from __future__ import annotations

import glob
import operator
import os
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from .. import pipeline
from ..errors import MrifeError, Note, UnsuitableRaster
from ..geo.files import grid_of, open_raster
from ..geo.overviews import build_overviews
from ..geo.whole_files import UNFINISHED
from ..inference.probability import Probability, read_provenance
from ..inference.probability_writer import ProbabilityWriter
from ..inventory.candidates.attributes import Collection
from .job import ORIGINS, OTHERWISE, SheetPart, SheetsJob
from .joined import write_joined
from .mosaic import UnreadableSheet
from .sheet import Sheet

JOINED = "probability.vrt"  # of all sheets, beside theirs
RUN = "MRIFE_RUN"
COPY = ".copy"  # of a raster that is written once more
OUTLINING_SHARE = 0.1  # of the time that a run takes


class SheetsProgress(NamedTuple):
    """How far a run is, 0 to 1, and what the log should know of this step."""

    share: float
    note: Note | None = None


class Share(NamedTuple):
    """The sheets that one of several runs searches: every `of`-th one."""

    number: int = 1  # of the run, from 1 on
    of: int = 1

    @property
    def is_whole(self) -> bool:
        """Whether it is all of them."""
        return self.of == 1

    def holds(self, place: int) -> bool:
        """Whether the sheet at a place among all, from 0 on, is one of them."""
        return place % self.of == self.number - 1


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


# What searches parts, yielding as it gets on. Raises MrifeError, UnreadableSheet of the
# first order, by number, that cannot be read.
Searcher = Callable[[Sequence[PartOrder]], Iterable[PartStep]]


@dataclass(frozen=True)
class OneByOne:
    """Searches parts one after the other; `detector` as in inference.predict."""

    detector: object

    def __call__(self, orders: Sequence[PartOrder]) -> Iterator[PartStep]:
        """A Searcher."""
        for number, order in enumerate(orders):
            for step in search_part(order, self.detector):
                yield step._replace(number=number)


@dataclass(frozen=True)
class SheetOutcome:
    """What became of a sheet: `state` is done, empty, failed or skipped."""

    sheet: Sheet
    state: str
    reason: MrifeError | None = None
    candidates: int = 0
    # that its search took in this run; None where it was not searched in it
    seconds: float | None = None

    @classmethod
    def of_refused(cls, sheet: Sheet) -> SheetOutcome:
        """Of one that cannot be searched."""
        return cls(sheet, sheet.state, sheet.problem)


@dataclass
class SheetsSearch:
    """One run over the sheets of `job`, with what it needs to go on in `folder`; where
    several runs share them, over a `share`.
    """

    job: SheetsJob
    folder: Path
    share: Share = Share()
    _seconds: dict[str, float] = field(default_factory=dict)  # by sheet

    @property
    def joined(self) -> str:
        """Path of the probability of all sheets as one raster."""
        return str(self.folder / JOINED)

    def check_folder(self) -> None:
        """Raises MrifeError where the folder holds rasters of these names that no run
        over sheets wrote.
        """
        parts, _ = self.job.planned
        for part in parts:
            path = self._path(part)
            if os.path.exists(path) and RUN not in _provenance(path):
                raise MrifeError(
                    "'{}' is in the way and no probability raster of ours; choose another "
                    "folder.",
                    path,
                )

    @property
    def waiting(self) -> list[SheetPart]:
        """The parts to search that are not finished in the folder."""
        return [part for part in self._parts if not is_finished(self._path(part), part)]

    def search(self, searcher: Searcher) -> Iterator[SheetsProgress]:
        """Search all sheets, or the share of them, within folder.made. A sheet that
        cannot be read to its end is left out, and `job` is then another one.

        Yields as it gets on; closing the generator stops the work, and what is finished
        stays in the folder. Raises MrifeError, NothingLeft where every sheet is left out.
        """
        yield from self._compared()
        yield from self._all_searched(searcher)
        if not self.share.is_whole:
            return
        parts, _ = self.job.planned
        rasters = [(part.window, self._path(part)) for part in parts]
        whole = self.job.whole
        write_joined(self.joined, whole.plan, whole.metadata, rasters)
        self._remove_unfinished()

    def _remove_unfinished(self) -> None:
        """What searches that were killed left of sheets that others finished."""
        parts, _ = self.job.planned
        for part in parts:
            for left in glob.glob(f"{glob.escape(self._path(part))}*{UNFINISHED}"):
                with suppress(OSError):
                    os.remove(left)

    def _all_searched(self, searcher: Searcher) -> Iterator[SheetsProgress]:
        """From the beginning again where a sheet turns out to be unreadable."""
        while True:
            try:
                yield from self._searched(searcher)
                return
            except UnreadableSheet as problem:
                problem.with_traceback(None)  # it is kept, and all frames with it
                self.job = self.job.without(problem.sheet, problem)
                yield SheetsProgress(
                    self._share_before(),
                    Note(
                        "Sheet {} is left out from here on, and what read of it is "
                        "searched anew: {}",
                        problem.sheet.name,
                        problem,
                    ),
                )

    def outline(self, candidates: Collection) -> Iterator[SheetsProgress]:
        """When all is searched: polygons with attributes to `candidates`, a Collection of
        the job's inventory. Raises MrifeError.
        """
        for step in pipeline.outline(self.joined, self.job.outline, candidates):
            yield SheetsProgress(1 - OUTLINING_SHARE * (1 - step.share))

    def outcomes(self, candidates: Collection) -> list[SheetOutcome]:
        """What became of each sheet, in their order."""
        counts = Counter(values["sheet"] for _, values in candidates)
        parts, skipped = self.job.planned
        outcomes = {}
        for sheet in self.job.refused:
            outcomes[sheet.name] = SheetOutcome.of_refused(sheet)
        for sheet in skipped:
            count = counts[sheet.name]
            outcomes[sheet.name] = SheetOutcome(sheet, "skipped", sheet.problem, count)
        for part in parts:
            sheet = part.sheet
            seconds = self._seconds.get(sheet.name)
            count = counts[sheet.name]
            outcomes[sheet.name] = SheetOutcome(sheet, "done", None, count, seconds)
        return [outcomes[sheet.name] for sheet in self.job.sheets]

    @property
    def _parts(self) -> list[SheetPart]:
        """Those that this run searches."""
        parts, _ = self.job.planned
        places = {sheet.name: place for place, sheet in enumerate(self.job.sheets)}
        return [part for part in parts if self.share.holds(places[part.sheet.name])]

    def _path(self, part: SheetPart) -> str:
        return str(self.folder / f"{part.sheet.name}.tif")

    def _share_before(self) -> float:
        """Of the run, that is done by sheets that are finished in the folder."""
        parts = self._parts
        waiting = sum(part.detect.plan.tiles for part in self.waiting)
        tiles = sum(part.detect.plan.tiles for part in parts)
        return (1 - OUTLINING_SHARE) * (1 - waiting / max(1, tiles))

    def _compared(self) -> Iterator[SheetsProgress]:
        """What of an earlier run holds, and why the rest does not."""
        share = self._share_before()
        yield SheetsProgress(
            share,
            Note(
                "Finished sheets lie in '{}': each is a probability raster that can be "
                "looked at and vectorized while the others are searched.",
                self.folder,
            ),
        )
        parts = self._parts
        finished = 0
        changes = Counter()
        for part in parts:
            path = self._path(part)
            if is_finished(path, part):
                finished += 1
            elif os.path.exists(path):
                changes.update(_changes(path, part))
        if finished:
            yield SheetsProgress(
                share,
                Note(
                    "{} of {} sheets were searched before and are taken as they are.",
                    finished,
                    len(parts),
                ),
            )
        for reason, count in changes.items():
            note = Note("{} sheets are searched anew: {}.", count, reason)
            yield SheetsProgress(share, note)

    def _searched(self, searcher: Searcher) -> Iterator[SheetsProgress]:
        parts = self._parts
        tiles = [part.detect.plan.tiles for part in parts]
        places = {part.sheet.name: place for place, part in enumerate(parts)}
        shares = [1.0] * len(parts)
        attempt = ""
        if not self.share.is_whole:
            attempt = uuid.uuid4().hex[:8]
        orders = [PartOrder(part, self._path(part), attempt) for part in self.waiting]
        for order in orders:
            shares[places[order.part.sheet.name]] = 0.0
        begun = set()
        for step in searcher(orders):
            name = orders[step.number].part.sheet.name
            place = places[name]
            note = None
            if name not in begun:
                note = Note("Sheet {} ({} of {})", name, place + 1, len(parts))
                begun.add(name)
            if step.seconds is not None:
                self._seconds[name] = round(step.seconds, 3)
            shares[place] = max(shares[place], step.share)  # begun again after a loss
            done = sum(map(operator.mul, shares, tiles)) / max(1, sum(tiles))
            yield SheetsProgress((1 - OUTLINING_SHARE) * done, note)


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


def _changes(path: str, part: SheetPart) -> list[Note]:
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
