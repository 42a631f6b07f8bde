# SPDX-License-Identifier: GPL-2.0-or-later
"""What became of each sheet, as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..errors import MrifeError
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


def counts(outcomes: Iterable[SheetOutcome]) -> dict[str, int]:
    """How many sheets are in each state."""
    states = [outcome.state for outcome in outcomes]
    return {state: states.count(state) for state in STATES}


def status_table(
    outcomes: Iterable[SheetOutcome], sentence: Callable[[Exception], str] = str
) -> str:
    """CSV, a row for each sheet; `sentence` puts a reason into words."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for outcome in outcomes:
        reason = ""
        if outcome.reason is not None:
            reason = sentence(outcome.reason)
        writer.writerow(
            (
                outcome.sheet.name,
                outcome.state,
                reason,
                outcome.candidates,
                outcome.seconds,
                outcome.sheet.path,
            )
        )
    return text.getvalue()
