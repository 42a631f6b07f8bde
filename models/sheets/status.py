# SPDX-License-Identifier: GPL-2.0-or-later
"""What became of each sheet, as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ..errors import MrifeError
from ..tables import csv_text
from .job import SheetsJob
from .sheet import Sheet

COLUMNS = ("sheet", "state", "reason", "candidates", "seconds", "file")
STATES = ("done", "empty", "failed", "skipped")


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


def outcomes_of(
    job: SheetsJob,
    candidates: Counter[str],
    lost: Mapping[str, MrifeError],
    seconds: Mapping[str, float],
) -> list[SheetOutcome]:
    """Of the sheets of a job that is through, in their order: by their names how many
    candidates each has, why its search was given up, and how long it took.
    """
    parts, skipped = job.planned
    outcomes = {}
    for sheet in job.refused:
        outcomes[sheet.name] = SheetOutcome.of_refused(sheet)
    for sheet in skipped:
        count = candidates[sheet.name]
        outcomes[sheet.name] = SheetOutcome(sheet, "skipped", sheet.problem, count)
    for part in parts:
        name = part.sheet.name
        death = lost.get(name)
        state = "done" if death is None else "failed"
        outcomes[name] = SheetOutcome(
            part.sheet, state, death, candidates[name], seconds.get(name)
        )
    return [outcomes[sheet.name] for sheet in job.sheets]


def counts(outcomes: Iterable[SheetOutcome]) -> dict[str, int]:
    """How many sheets are in each state."""
    states = [outcome.state for outcome in outcomes]
    return {state: states.count(state) for state in STATES}


def status_table(
    outcomes: Iterable[SheetOutcome], sentence: Callable[[Exception], str] = str
) -> str:
    """CSV, a row for each sheet; `sentence` puts a reason into words."""
    rows = []
    for outcome in outcomes:
        reason = ""
        if outcome.reason is not None:
            reason = sentence(outcome.reason)
        rows.append(
            (
                outcome.sheet.name,
                outcome.state,
                reason,
                outcome.candidates,
                outcome.seconds,
                outcome.sheet.path,
            )
        )
    return csv_text(COLUMNS, rows)
