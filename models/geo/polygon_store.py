# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygons with their attributes that wait in a temporary file: flat memory however
many there are, and half a run shows nothing.
"""

from __future__ import annotations

import json
import os
import tempfile
from array import array
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache

import numpy as np
from shapely import wkb
from shapely.geometry import MultiPolygon, Polygon

from .scratch import PREFIX
from .write_failure import write_failure

CACHED_POLYGONS = 64  # that were asked for lately
BOUNDS = 4  # numbers
# made once: making it takes five times as long as a polygon's values
as_json = json.JSONEncoder(ensure_ascii=False).encode


class PolygonStore:
    """Append with `add`, iterate in that order, or take a polygon by its number; a
    context manager that leaves nothing behind. Only places in the file and bounds stay
    in memory: 48 bytes a polygon.
    """

    def __init__(self):
        self._file = None
        self._place = os.path.join(tempfile.gettempdir(), f"{PREFIX}polygons")
        self._ends = array("q", [0])  # of geometries and values in turn, bytes
        self._bounds = array("d")
        self._polygon = lru_cache(CACHED_POLYGONS)(self._read_polygon)

    def __enter__(self) -> PolygonStore:
        self._file = tempfile.TemporaryFile(prefix=PREFIX)
        return self

    def __exit__(self, *_) -> None:
        with suppress(OSError):  # of what waited to be written, and is thrown away
            self._file.close()
        del self._polygon  # it holds the store, and all that the store refers to

    def __len__(self) -> int:
        return len(self._bounds) // BOUNDS

    def add(
        self,
        polygon: Polygon | MultiPolygon,
        values: dict | None = None,
        geometry: bytes | None = None,
    ) -> None:
        """Keep one more with its attributes (JSON values only); `geometry` is its WKB,
        where that is at hand.
        """
        if geometry is None:
            geometry = wkb.dumps(polygon)
        text = as_json(values or {}).encode()
        with self._naming():
            self._file.seek(self._ends[-1])
            self._file.write(geometry + text)
        self._ends.append(self._ends[-1] + len(geometry))
        self._ends.append(self._ends[-1] + len(text))
        self._bounds.extend(polygon.bounds)

    def clear(self) -> None:
        """Forget all of them."""
        self._ends = array("q", [0])
        self._bounds = array("d")
        self._polygon.cache_clear()

    def __iter__(self) -> Iterator[tuple[bytes, dict]]:
        """WKB and attributes of each, in the order they were added."""
        for number in range(len(self)):
            yield self._read(2 * number), json.loads(self._read(2 * number + 1))

    def __getitem__(self, number: int) -> Polygon | MultiPolygon:
        return self._polygon(number)

    @property
    def bounds(self) -> np.ndarray:
        """(n, 4) least x, least y, largest x, largest y."""
        return np.array(self._bounds).reshape(-1, BOUNDS)

    def _read_polygon(self, number: int) -> Polygon | MultiPolygon:
        return wkb.loads(self._read(2 * number))

    @contextmanager
    def _naming(self) -> Iterator[None]:
        """A failure to write in the block says where. Raises MrifeError."""
        try:
            yield
        except OSError as error:
            raise write_failure(self._place, error) from error

    def _read(self, piece: int) -> bytes:
        start = self._ends[piece]
        with self._naming():  # what waits is written first
            self._file.seek(start)
        return self._file.read(self._ends[piece + 1] - start)
