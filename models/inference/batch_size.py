# SPDX-License-Identifier: GPL-2.0-or-later
"""How many windows are computed at once where nobody says."""

from __future__ import annotations

import os

from ..contract import BATCH_SIZE

MOST_PIXELS = 64 * 96 * 96  # of a band: what lies in memory grows with them


def windows_at_once(window: int, cores: int = 0) -> int:
    """BATCH_SIZE windows of `window` pixels a side for each core (0: all), of which each
    has windows of its own: one alone takes half as long again as one of eight. Of many
    cores or large windows no more than memory should hold, but BATCH_SIZE in any case.
    """
    most = MOST_PIXELS // window**2
    wanted = BATCH_SIZE * (cores or available_cores())
    return max(BATCH_SIZE, min(wanted, most))


def available_cores() -> int:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
