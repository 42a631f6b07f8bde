# SPDX-License-Identifier: GPL-2.0-or-later
"""What a command says while it works and when it is done."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Iterable

from .pace import Pace
from .terminal import write_line


def say(**facts: object) -> None:
    """A JSON line on standard output. Raises MrifeError."""
    write_line(json.dumps(facts, ensure_ascii=False))


class ProgressLines:
    """Says how far some work is: percent and, as soon as something can be said of it, the
    minutes that are left; nothing where both are as they were said.
    """

    def __init__(self):
        self._pace = Pace()
        self._said: dict[str, float] = {}

    def say(self, share: float) -> None:
        """Of a share of 0-1 that is done."""
        facts = {"progress": round(100 * share, 1)}
        minutes = self._pace.minutes_left(share, time.monotonic())
        if minutes is not None:
            facts["minutes_left"] = minutes
        if facts != self._said:
            say(**facts)
        self._said = facts


def follow(steps: Iterable) -> None:
    """Run steps that have a `share` (0-1) and a `note` or None, saying both."""
    progress = ProgressLines()
    for step in steps:
        if step.note is not None:
            say(note=str(step.note))
        progress.say(step.share)


def outcome(steps: Generator):
    """What a generator of shares (0-1) returns; says its progress."""
    progress = ProgressLines()
    while True:
        try:
            progress.say(next(steps))
        except StopIteration as end:
            return end.value
