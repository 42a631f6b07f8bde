# SPDX-License-Identifier: GPL-2.0-or-later
"""The folder of a run over sheets: which probability rasters are finished in it, and what
is kept beside them.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ..errors import MrifeError, Note
from ..geo.whole_files import UNFINISHED
from .job import SheetPart, SheetsJob
from .part_search import changes_of, is_finished, is_ours

JOINED = "probability.vrt"  # of all sheets, beside theirs
STOPPED = ".stopped"  # an empty file: what could not be read ended this search


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


@dataclass(frozen=True)
class PartFolder:
    """Of a job, at a `place`; where several runs share it, for one of them."""

    job: SheetsJob
    place: Path
    share: Share = Share()

    @property
    def joined(self) -> str:
        """Path of the probability of all sheets as one raster."""
        return str(self.place / JOINED)

    @property
    def parts(self) -> list[SheetPart]:
        """Those that this run searches."""
        parts, _ = self.job.planned
        places = {sheet.name: place for place, sheet in enumerate(self.job.sheets)}
        return [part for part in parts if self.share.holds(places[part.sheet.name])]

    @property
    def waiting(self) -> list[SheetPart]:
        """Those of them that are not finished."""
        return [part for part in self.parts if not is_finished(self.path(part), part)]

    def path(self, part: SheetPart) -> str:
        """Of the raster of a part."""
        return str(self.place / f"{part.sheet.name}.tif")

    def marker(self, name: str) -> Path:
        """Of a sheet whose search was ended by one that could not be read."""
        return self.place / f"{name}.tif{STOPPED}"

    def done(self) -> float:
        """Share of the search that is finished, 0 to 1."""
        waiting = sum(part.detect.plan.tiles for part in self.waiting)
        tiles = sum(part.detect.plan.tiles for part in self.parts)
        return 1 - waiting / max(1, tiles)

    def check(self) -> None:
        """Raises MrifeError where rasters of these names lie there that no run over
        sheets wrote.
        """
        parts, _ = self.job.planned
        for part in parts:
            path = self.path(part)
            if os.path.exists(path) and not is_ours(path):
                raise MrifeError(
                    "'{}' is in the way and no probability raster of ours; choose another "
                    "folder.",
                    path,
                )

    def compared(self) -> Iterator[Note]:
        """What of an earlier run holds, and why the rest does not."""
        parts = self.parts
        finished = 0
        changes = Counter()
        for part in parts:
            path = self.path(part)
            if is_finished(path, part):
                finished += 1
            elif os.path.exists(path):
                changes.update(changes_of(path, part))
        if finished:
            yield Note(
                "{} of {} sheets were searched before and are taken as they are.",
                finished,
                len(parts),
            )
        for reason, count in changes.items():
            yield Note("{} sheets are searched anew: {}.", count, reason)

    def remove_unfinished(self) -> None:
        """What searches that were killed left of sheets that others finished."""
        parts, _ = self.job.planned
        rasters = tuple(os.path.basename(self.path(part)) for part in parts)
        for name in os.listdir(self.place):
            if name.endswith(UNFINISHED) and name.startswith(rasters):
                with suppress(OSError):
                    os.remove(self.place / name)
