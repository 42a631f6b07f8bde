# SPDX-License-Identifier: GPL-2.0-or-later
"""GDAL's cache of blocks, which all of the process shares: by itself it grows to a
twentieth of the machine's memory, whatever the work needs.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from osgeo import gdal

CACHE_BYTES = 64 << 20


class _SharedLimit:
    """The limit is lowered while anybody wants it, in whatever thread, and then as it was
    before.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._users = 0
        self._before = 0

    def lower(self) -> None:
        with self._lock:
            if not self._users:
                self._before = gdal.GetCacheMax()
                gdal.SetCacheMax(min(self._before, CACHE_BYTES))
            self._users += 1

    def give_back(self) -> None:
        with self._lock:
            self._users -= 1
            if not self._users:
                gdal.SetCacheMax(self._before)


_LIMIT = _SharedLimit()


@contextmanager
def small_cache() -> Iterator[None]:
    """CACHE_BYTES at most in the block: others read more slowly meanwhile."""
    _LIMIT.lower()
    try:
        yield
    finally:
        _LIMIT.give_back()
