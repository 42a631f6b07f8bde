# SPDX-License-Identifier: GPL-2.0-or-later
"""Finished polygons wait in a temporary file until the run has succeeded: flat memory,
and half a run shows nothing.
"""

from __future__ import annotations

import json
import struct
import tempfile
from collections.abc import Iterator

from shapely import wkb
from shapely.geometry import MultiPolygon, Polygon

HEAD = struct.Struct("<II")  # bytes of WKB, bytes of JSON


class RecordStore:
    """Append with `add`, then iterate; a context manager that leaves nothing behind."""

    def __init__(self):
        self._file = None
        self._count = 0

    def __enter__(self) -> RecordStore:
        self._file = tempfile.TemporaryFile(prefix="mrife-")
        return self

    def __exit__(self, *_) -> None:
        self._file.close()

    def __len__(self) -> int:
        return self._count

    def add(self, shape: Polygon | MultiPolygon, values: dict) -> None:
        """Keep a geometry with its attributes (JSON values only)."""
        geometry = wkb.dumps(shape)
        text = json.dumps(values, ensure_ascii=False).encode()
        for piece in (HEAD.pack(len(geometry), len(text)), geometry, text):
            self._file.write(piece)
        self._count += 1

    def __iter__(self) -> Iterator[tuple[bytes, dict]]:
        """WKB and attributes of each, in the order they were added."""
        self._file.seek(0)
        for _ in range(self._count):
            sizes = HEAD.unpack(self._file.read(HEAD.size))
            geometry, text = (self._file.read(size) for size in sizes)
            yield geometry, json.loads(text)
        self._file.seek(0, 2)
