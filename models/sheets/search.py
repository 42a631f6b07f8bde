# SPDX-License-Identifier: GPL-2.0-or-later
"""The long work of a run over sheets: one probability raster after the other into a
folder, then the polygons of all of them together.

What is finished in the folder is taken as it is where all that it depends on is the same;
a run that was killed goes on where it was. A sheet that cannot be read is left out, and
what read of it is searched again; one whose search ends the process of the network is not
searched, and the others go on.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection as Names
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from .. import pipeline
from ..errors import MrifeError, Note, UnsuitableRaster, WorkerDied
from ..inventory.candidates.attributes import Collection
from .job import SheetPart, SheetsJob
from .joined import write_joined
from .layout import NothingLeft
from .mosaic import UnreadableSheet
from .part_folder import PartFolder, Share
from .part_search import PartOrder, Searcher
from .progress import OUTLINING_SHARE, SearchProgress, SheetsProgress
from .status import SheetOutcome, outcomes_of
from .unreadable import broken_raster, unreadable_sheet

MANY_DEATHS = 3  # of processes, and no sheet is finished: none will be


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
    # of which the folder has markers, in this run
    _stopped: set[str] = field(default_factory=set)

    @property
    def part_folder(self) -> PartFolder:
        """The folder, by what the job has become."""
        return PartFolder(self.job, self.folder, self.share)

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
        share = self._share_before()
        for note in self.part_folder.compared():
            yield SheetsProgress(share, note)
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
                for step in pipeline.outline(
                    self.part_folder.joined, self.job.outline, candidates
                ):
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
        return outcomes_of(self.job, counts, self._lost, self._seconds)

    def _share_before(self) -> float:
        """Of the run, that is done by sheets that are finished in the folder."""
        return (1 - OUTLINING_SHARE) * self.part_folder.done()

    def _stopped_ones_tried(self, searcher: Searcher) -> Iterator[SheetsProgress]:
        """First the searches that a sheet ended in an earlier run, for it could not be
        read: where it still cannot, it is left out before others that read of it begin
        anew, and what is finished without it holds.
        """
        parts = [part.sheet.name for part in self.part_folder.parts]
        names = {name for name in parts if self.part_folder.marker(name).exists()}
        if not names:
            return
        yield from self._all_searched(searcher, names)
        for name in names - self._stopped:
            with suppress(OSError):
                self.part_folder.marker(name).unlink()

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
                    self.part_folder.marker(problem.part).touch()
                yield self._left_out(problem)

    def _left_out(self, problem: UnreadableSheet) -> SheetsProgress:
        """Raises NothingLeft; then no search is left that could be the first next time."""
        try:
            self.job = self.job.without(problem.sheet, problem)
        except NothingLeft:
            for name in self._stopped:
                with suppress(OSError):  # the sentence matters more
                    self.part_folder.marker(name).unlink()
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
            for part in self.part_folder.waiting
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
        orders = self._orders(waiting)
        folder = self.part_folder
        places = {part.sheet.name: place for place, part in enumerate(folder.parts, 1)}
        progress = SearchProgress(folder)
        begun = set()
        deaths = {}
        for step in searcher(orders):
            if step.note is not None:
                yield progress.of_the_run(step.note)
                continue
            name = orders[step.number].part.sheet.name
            note = None
            if name not in begun:
                note = Note("Sheet {} ({} of {})", name, places[name], len(places))
                begun.add(name)
            if step.seconds is not None:
                self._seconds[name] = round(step.seconds, 3)
            if step.death is not None:
                deaths[name] = step.death
                note = Note("Sheet {} is put off: {}", name, step.death)
            progress.advance(name, step.share)
            yield progress.of_the_run(note)
            if note is not None and self._is_hopeless(deaths):
                break
        return deaths

    def _orders(self, parts: Sequence[SheetPart]) -> list[PartOrder]:
        """To search parts; where several runs share them, in rasters of this one's own."""
        attempt = ""
        if not self.share.is_whole:
            attempt = uuid.uuid4().hex[:8]
        return [PartOrder(part, self.part_folder.path(part), attempt) for part in parts]

    def _is_hopeless(self, deaths: Mapping[str, MrifeError]) -> bool:
        """Whether many searches ended their process, or all, and none is finished."""
        parts = self.part_folder.parts
        many = min(MANY_DEATHS, len(parts))
        return len(deaths) >= many > 0 and len(self.part_folder.waiting) == len(parts)

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
            paths = {
                part.sheet.name: self.part_folder.path(part) for part in self._finished
            }
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
        rasters = [(part.window, self.part_folder.path(part)) for part in self._finished]
        whole = self.job.whole
        write_joined(self.part_folder.joined, whole.plan, whole.metadata, rasters)
        self.part_folder.remove_unfinished()

    @property
    def _finished(self) -> list[SheetPart]:
        """The parts that are searched, when all is."""
        parts, _ = self.job.planned
        return [part for part in parts if part.sheet.name not in self._lost]
