# SPDX-License-Identifier: GPL-2.0-or-later
"""Windows at once: enough for each core, and no more than memory should hold."""

from __future__ import annotations

import os

import pytest

from models.contract import BATCH_SIZE
from models.inference.batch_size import available_cores, windows_at_once


@pytest.mark.parametrize(
    "window, cores, expected",
    [
        (96, 1, 8),
        (96, 2, 16),
        (96, 8, 64),
        (96, 64, 64),
        (128, 8, 36),
        (256, 8, 9),
        (512, 8, 8),
        (2048, 64, 8),
    ],
)
def test_each_core_gets_eight_windows_as_far_as_memory_goes(window, cores, expected):
    assert windows_at_once(window, cores) == expected


def test_without_a_number_all_cores_count(monkeypatch):
    cores = available_cores()
    assert 1 <= cores <= os.cpu_count()
    assert windows_at_once(8) == BATCH_SIZE * cores
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)  # as on Windows
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert windows_at_once(96) == 24
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert windows_at_once(96) == BATCH_SIZE
