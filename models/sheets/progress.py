# SPDX-License-Identifier: GPL-2.0-or-later
"""How far a run over sheets is."""

from __future__ import annotations

from typing import NamedTuple

from ..errors import Note
from .part_folder import PartFolder

OUTLINING_SHARE = 0.1  # of the time that a run takes; the rest is the search


class SheetsProgress(NamedTuple):
    """How far a run is, 0 to 1, and what the log should know of this step."""

    share: float
    note: Note | None = None


class SearchProgress:
    """Of the search alone: windows of sheets that are through, of those of all sheets."""

    def __init__(self, folder: PartFolder):
        self._tiles = {part.sheet.name: part.detect.plan.tiles for part in folder.parts}
        self._shares = dict.fromkeys(self._tiles, 1.0)
        self._shares.update((part.sheet.name, 0.0) for part in folder.waiting)
        self._all = max(1, sum(self._tiles.values()))
        self._done = sum(self._shares[name] * self._tiles[name] for name in self._tiles)

    def advance(self, name: str, share: float) -> None:
        """A sheet is so far, 0 to 1; it stays where it was while it is searched once more
        after a loss.
        """
        share = max(self._shares[name], share)
        self._done += (share - self._shares[name]) * self._tiles[name]
        self._shares[name] = share

    def of_the_run(self, note: Note | None) -> SheetsProgress:
        """As a step of the whole run."""
        return SheetsProgress((1 - OUTLINING_SHARE) * self._done / self._all, note)
