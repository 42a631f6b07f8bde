# SPDX-License-Identifier: GPL-2.0-or-later
"""What is freed goes back to the system."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from models.geo import unused_memory

PIECE = 60_000  # bytes: below those for which the C library asks the system each time
PIECES = 1000


def resident_bytes() -> int:
    """Of this process."""
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or not hasattr(ctypes.CDLL(None), "malloc_trim"),
    reason="the C library is not glibc",
)
def test_pieces_freed_below_others_in_use_are_given_back():
    pieces = [np.ones(PIECE, np.uint8) for _ in range(PIECES)]
    in_use = pieces[-1]  # above the others, so that the heap cannot shrink by itself
    del pieces
    before = resident_bytes()
    unused_memory.give_back()
    assert before - resident_bytes() > PIECE * PIECES // 2
    assert in_use.all()


def test_another_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(unused_memory.ctypes, "CDLL", lambda name: object())
    unused_memory.give_back()
    monkeypatch.setattr(unused_memory.sys, "platform", "win32")
    monkeypatch.setattr(unused_memory.ctypes, "CDLL", None)
    unused_memory.give_back()
