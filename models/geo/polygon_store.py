# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygons that wait in a temporary file, each at hand by its number; only their
bounds stay in memory.
"""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from shapely import wkb
from shapely.geometry import MultiPolygon, Polygon

AT_HAND = 64  # polygons kept in memory because they were asked for lately


class PolygonStore:
    """Append with `add`, read with `shelf[number]`; a context manager that leaves
    nothing behind.
    """

    def __init__(self):
        self._file = None
        self._ends = array("q", [0])
        self._bounds = array("d")
        self._read = lru_cache(AT_HAND)(self._read)

    def __enter__(self) -> PolygonStore:
        self._file = tempfile.TemporaryFile(prefix="mrife-")
        return self

    def __exit__(self, *_) -> None:
        self._file.close()
        self._read.cache_clear()

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> Polygon | MultiPolygon:
        return self._read(number)

    def add(self, polygon: Polygon | MultiPolygon) -> None:
        """Keep one more."""
        data = wkb.dumps(polygon)
        self._file.seek(self._ends[-1])
        self._file.write(data)
        self._ends.append(self._ends[-1] + len(data))
        self._bounds.extend(polygon.bounds)

    @property
    def bounds(self) -> np.ndarray:
        """(n, 4) least x, least y, largest x, largest y."""
        return np.array(self._bounds).reshape(-1, 4)

    def _read(self, number: int) -> Polygon | MultiPolygon:
        self._file.seek(self._ends[number])
        return wkb.loads(self._file.read(self._ends[number + 1] - self._ends[number]))


def near(bounds: np.ndarray, reach: tuple[float, float]) -> Iterator[tuple[int, int]]:
    """Pairs i < j of boxes (n, 4) that lie within `reach` (x, y) of each other."""
    order = np.argsort(bounds[:, 1], kind="stable")
    low = bounds[order, :2] - reach
    high = bounds[order, 2:]
    for place, number in enumerate(order):
        stop = np.searchsorted(
            low[:, 1], high[place, 1], "right"
        )  # those that begin below its top
        beside = slice(place + 1, stop)
        close = (low[beside, 0] <= high[place, 0]) & (high[beside, 0] >= low[place, 0])
        for other in order[beside][close]:
            yield (
                (int(number), int(other)) if number < other else (int(other), int(number))
            )
