# SPDX-License-Identifier: GPL-2.0-or-later
"""What a command says while it works and when it is done."""

from __future__ import annotations

import json
from collections.abc import Generator


def say(**facts: object) -> None:
    """A JSON line on standard output."""
    print(json.dumps(facts, ensure_ascii=False), flush=True)


def outcome(steps: Generator):
    """What a generator of shares (0-1) returns; says its progress."""
    while True:
        try:
            say(progress=round(100 * next(steps), 1))
        except StopIteration as end:
            return end.value
