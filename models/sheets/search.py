# SPDX-License-Identifier: GPL-2.0-or-later
"""The long work of a run over sheets: one probability raster after the other into a
folder, then the polygons of all of them together.

What is finished in the folder is taken as it is where all that it depends on is the same;
a run that was killed goes on where it was. A sheet that cannot be read is left out, and
what read of it is searched again; one whose search ends the process of the network is not
searched, and the others go on.
"""

from __future__ import annotations

import glob
import operator
import os
import uuid
from collections import Counter
from collections.abc import Collection as Names
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from .. import pipeline
from ..errors import MrifeError, Note, UnsuitableRaster, WorkerDied
from ..geo.whole_files import UNFINISHED
from ..inventory.candidates.attributes import Collection
from .job import SheetPart, SheetsJob
from .joined import write_joined
from .layout import NothingLeft
from .mosaic import UnreadableSheet
from .part_search import PartOrder, Searcher, changes_of, is_finished, is_ours
from .status import SheetOutcome
from .unreadable import broken_raster, unreadable_sheet

JOINED = "probability.vrt"  # of all sheets, beside theirs
STOPPED = ".stopped"  # an empty file: what could not be read ended this search
OUTLINING_SHARE = 0.1  # of the time that a run takes
MANY_DEATHS = 3  # of processes, and no sheet is finished: none will be


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


@dataclass
class SheetsSearch:
    """One run over the sheets of `job`, with what it needs to go on in `folder`; where
    several runs share them, over a `share`.
    """

    job: SheetsJob
    folder: Path
    share: Share = Share()
    _seconds: dict[str, float] = field(default_factory=dict)  # by sheet
    # sheets that are not searched, for that ends the process of the network
    _lost: dict[str, MrifeError] = field(default_factory=dict)
    _stopped: set[str] = field(default_factory=set)  # as STOPPED says, in this run

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
            if os.path.exists(path) and not is_ours(path):
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
        yield SheetsProgress(
            self._share_before(),
            Note(
                "Finished sheets lie in '{}': each is a probability raster that can be "
                "looked at and vectorized while the others are searched.",
                self.folder,
            ),
        )
        yield from self._stopped_ones_tried(searcher)
        yield from self._compared()
        yield from self._all_searched(searcher)
        if self.share.is_whole:
            self._join()

    def outline(
        self, candidates: Collection, searcher: Searcher
    ) -> Iterator[SheetsProgress]:
        """When all is searched: polygons with attributes to `candidates`, a Collection of
        the job's inventory. A sheet that cannot be read any more is left out, as by
        `search`, and all is outlined again; a finished raster that cannot, is searched
        once more. Raises MrifeError, NothingLeft.
        """
        renewed: set[str] = set()
        while True:
            try:
                for step in pipeline.outline(self.joined, self.job.outline, candidates):
                    yield SheetsProgress(1 - OUTLINING_SHARE * (1 - step.share))
                return
            except UnsuitableRaster as error:
                problem = error.with_traceback(None)
            yield from self._mended(problem, renewed)
            yield from self._all_searched(searcher)
            self._join()
            candidates.begin_again(self.job.outline.inventory)

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
            death = self._lost.get(sheet.name)
            state = "done" if death is None else "failed"
            seconds = self._seconds.get(sheet.name)
            count = counts[sheet.name]
            outcomes[sheet.name] = SheetOutcome(sheet, state, death, count, seconds)
        return [outcomes[sheet.name] for sheet in self.job.sheets]

    @property
    def _parts(self) -> list[SheetPart]:
        """Those that this run searches."""
        parts, _ = self.job.planned
        places = {sheet.name: place for place, sheet in enumerate(self.job.sheets)}
        return [part for part in parts if self.share.holds(places[part.sheet.name])]

    def _path(self, part: SheetPart) -> str:
        return str(self.folder / f"{part.sheet.name}.tif")

    def _marker(self, name: str) -> Path:
        """Of a sheet whose search was ended by one that could not be read."""
        return self.folder / f"{name}.tif{STOPPED}"

    def _share_before(self) -> float:
        """Of the run, that is done by sheets that are finished in the folder."""
        parts = self._parts
        waiting = sum(part.detect.plan.tiles for part in self.waiting)
        tiles = sum(part.detect.plan.tiles for part in parts)
        return (1 - OUTLINING_SHARE) * (1 - waiting / max(1, tiles))

    def _compared(self) -> Iterator[SheetsProgress]:
        """What of an earlier run holds, and why the rest does not."""
        share = self._share_before()
        parts = self._parts
        finished = 0
        changes = Counter()
        for part in parts:
            path = self._path(part)
            if is_finished(path, part):
                finished += 1
            elif os.path.exists(path):
                changes.update(changes_of(path, part))
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

    def _stopped_ones_tried(self, searcher: Searcher) -> Iterator[SheetsProgress]:
        """First the searches that a sheet ended in an earlier run, for it could not be
        read: where it still cannot, it is left out before others that read of it begin
        anew, and what is finished without it holds.
        """
        parts = [part.sheet.name for part in self._parts]
        names = {name for name in parts if self._marker(name).exists()}
        if not names:
            return
        yield from self._all_searched(searcher, names)
        for name in names - self._stopped:
            with suppress(OSError):
                self._marker(name).unlink()

    def _all_searched(
        self, searcher: Searcher, names: Names[str] | None = None
    ) -> Iterator[SheetsProgress]:
        """Those of some names, or all; from the beginning again where a sheet turns out
        to be unreadable.
        """
        while True:
            try:
                yield from self._searched(searcher, names)
                return
            except UnreadableSheet as problem:
                problem.with_traceback(None)  # it is kept, and all frames with it
                self._stopped.add(problem.part)
                with suppress(OSError):  # it only saves time
                    self._marker(problem.part).touch()
                yield self._left_out(problem)

    def _left_out(self, problem: UnreadableSheet) -> SheetsProgress:
        """Raises NothingLeft; then no search is left that could be the first next time."""
        try:
            self.job = self.job.without(problem.sheet, problem)
        except NothingLeft:
            for name in self._stopped:
                with suppress(OSError):  # the sentence matters more
                    self._marker(name).unlink()
            raise
        note = Note(
            "Sheet {} is left out from here on, and what read of it is searched anew: {}",
            problem.sheet.name,
            problem,
        )
        return SheetsProgress(self._share_before(), note)

    def _searched(
        self, searcher: Searcher, names: Names[str] | None
    ) -> Iterator[SheetsProgress]:
        """What ends the process of the network is tried once more, alone: it may have
        been another sheet's doing, or there was too little memory for both.
        """
        deaths = None
        while deaths is None or deaths:
            waiting = self._to_search(names)
            deaths = yield from self._searched_once(searcher, waiting)
            for part in waiting:
                if part.sheet.name in deaths:
                    yield from self._tried_again(searcher, part)
            self._check_deaths()

    def _to_search(self, names: Names[str] | None) -> list[SheetPart]:
        """Those of some names, or all, that wait and are not lost."""
        return [
            part
            for part in self.waiting
            if part.sheet.name not in self._lost
            and (names is None or part.sheet.name in names)
        ]

    def _tried_again(
        self, searcher: Searcher, part: SheetPart
    ) -> Iterator[SheetsProgress]:
        name = part.sheet.name
        deaths = yield from self._searched_once(searcher, [part])
        if name not in deaths:
            return
        self._lost[name] = MrifeError(
            "Its search ends the process of the network, also by itself: {}",
            deaths[name],
        )
        yield SheetsProgress(
            self._share_before(),
            Note("Sheet {} is not searched: {}", name, self._lost[name]),
        )

    def _searched_once(
        self, searcher: Searcher, waiting: Sequence[SheetPart]
    ) -> Generator[SheetsProgress, None, dict[str, MrifeError]]:
        """Returns what ended the process that searched it, by sheet; before all are
        searched where it looks as if none could be.
        """
        parts = self._parts
        tiles = [part.detect.plan.tiles for part in parts]
        places = {part.sheet.name: place for place, part in enumerate(parts)}
        shares = [1.0] * len(parts)
        attempt = ""
        if not self.share.is_whole:
            attempt = uuid.uuid4().hex[:8]
        orders = [PartOrder(part, self._path(part), attempt) for part in waiting]
        for part in self.waiting:
            shares[places[part.sheet.name]] = 0.0
        begun = set()
        deaths = {}
        for step in searcher(orders):
            name = orders[step.number].part.sheet.name
            place = places[name]
            note = None
            if name not in begun:
                note = Note("Sheet {} ({} of {})", name, place + 1, len(parts))
                begun.add(name)
            if step.seconds is not None:
                self._seconds[name] = round(step.seconds, 3)
            if step.death is not None:
                deaths[name] = step.death
                note = Note("Sheet {} is put off: {}", name, step.death)
            shares[place] = max(shares[place], step.share)  # begun again after a loss
            done = sum(map(operator.mul, shares, tiles)) / max(1, sum(tiles))
            yield SheetsProgress((1 - OUTLINING_SHARE) * done, note)
            if note is not None and self._is_hopeless(deaths):
                break
        return deaths

    def _is_hopeless(self, deaths: Mapping[str, MrifeError]) -> bool:
        """Whether many searches ended their process, or all, and none is finished."""
        parts = self._parts
        many = min(MANY_DEATHS, len(parts))
        return len(deaths) >= many > 0 and len(self.waiting) == len(parts)

    def _check_deaths(self) -> None:
        """Raises WorkerDied where it is not a matter of single sheets."""
        if self._is_hopeless(self._lost):
            raise WorkerDied(
                "The process of the network ended on each of {} sheets, and none is "
                "finished: {}",
                len(self._lost),
                list(self._lost.values())[-1],
            )

    def _mended(
        self, problem: UnsuitableRaster, renewed: set[str]
    ) -> Iterator[SheetsProgress]:
        """After outlines failed for what could not be read: without the sheet, or without
        the finished rasters, that it was; these go once, and into `renewed`. Raises the
        problem where it was something else.
        """
        if not isinstance(problem, UnreadableSheet):
            paths = {part.sheet.name: self._path(part) for part in self._finished}
            broken = yield from self._looked_for(broken_raster(paths))
            if broken is not None and broken.name not in renewed:
                renewed.add(broken.name)
                yield SheetsProgress(self._share_before(), broken.note)
                return
            problem = yield from self._looked_for(
                unreadable_sheet(self.job.mosaic, problem)
            )
        yield self._left_out(problem)

    def _looked_for(self, search: Generator) -> Generator[SheetsProgress, None, object]:
        """What a search of `unreadable` returns."""
        share = self._share_before()
        while True:
            try:
                next(search)
            except StopIteration as end:
                return end.value
            yield SheetsProgress(share)

    def _join(self) -> None:
        """Raises MrifeError."""
        rasters = [(part.window, self._path(part)) for part in self._finished]
        whole = self.job.whole
        write_joined(self.joined, whole.plan, whole.metadata, rasters)
        self._remove_unfinished()

    @property
    def _finished(self) -> list[SheetPart]:
        """The parts that are searched, when all is."""
        parts, _ = self.job.planned
        return [part for part in parts if part.sheet.name not in self._lost]

    def _remove_unfinished(self) -> None:
        """What searches that were killed left of sheets that others finished."""
        parts, _ = self.job.planned
        for part in parts:
            for left in glob.glob(f"{glob.escape(self._path(part))}*{UNFINISHED}"):
                with suppress(OSError):
                    os.remove(left)
