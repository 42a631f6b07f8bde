# SPDX-License-Identifier: GPL-2.0-or-later
"""How long the rest of some work will take, if it goes on as fast as it has gone so far."""

from __future__ import annotations

import math

MIN_SECONDS = 5.0  # of work before anything can be said of it


class Pace:
    """Of work from the first share that is told on, which an interrupted run may have
    behind it already.
    """

    def __init__(self):
        self._begin: tuple[float, float] | None = None  # (seconds, share)

    def minutes_left(self, share: float, now: float) -> int | None:
        """Of a share of 0-1 that is done at `now`, in seconds of a clock that never goes
        back: rounded up; None where nothing can be said yet, or all is done.
        """
        if self._begin is None:
            self._begin = (now, share)
        spent = now - self._begin[0]
        done = share - self._begin[1]
        if spent < MIN_SECONDS or done <= 0 or share >= 1:
            return None
        return math.ceil(spent / done * (1 - share) / 60)
