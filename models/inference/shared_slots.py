# SPDX-License-Identifier: GPL-2.0-or-later
"""Pixels and answers in memory that two processes share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..geo.disk_space import take_room

SLOTS = 6


class SharedSlots:
    """A memory-mapped file of SLOTS slots, each a batch of pixels (n, C, H, W) and its
    answers (n, H, W) float32.
    """

    def __init__(self, path: str, shape: Sequence[int], dtype: str):
        self.path = path
        self.shape = tuple(shape)
        self.dtype = dtype
        n, _, height, width = self.shape
        pixel_bytes = -(-int(np.prod(self.shape)) * np.dtype(dtype).itemsize // 8) * 8
        slot_bytes = pixel_bytes + n * height * width * 4
        # plain arrays, laid out once: a part of a memmap takes as long as its copy
        memory = np.memmap(path, np.uint8, "r+", shape=(SLOTS * slot_bytes,))
        starts = range(0, SLOTS * slot_bytes, slot_bytes)
        self._pixels = [np.ndarray(self.shape, dtype, memory, start) for start in starts]
        self._answers = [
            np.ndarray((n, height, width), np.float32, memory, start + pixel_bytes)
            for start in starts
        ]

    @classmethod
    def create(cls, path: str, shape: tuple[int, ...], dtype: str) -> SharedSlots:
        """A new file at `path`. Raises OSError where there is no room for it."""
        n, channels, height, width = shape
        pixels = n * channels * height * width * np.dtype(dtype).itemsize + 8
        size = SLOTS * (pixels + n * height * width * 4)
        with open(path, "wb") as file:
            take_room(file, size)
        return cls(path, shape, dtype)

    def pixels(self, slot: int) -> np.ndarray:
        """The pixels of a slot as (n, C, H, W)."""
        return self._pixels[slot]

    def answer(self, slot: int, windows: int) -> np.ndarray:
        """The answers of a slot as (windows, H, W)."""
        return self._answers[slot][:windows]

    def put(self, slot: int, batch: np.ndarray) -> None:
        """Copy a batch into a slot."""
        self._pixels[slot][: len(batch)] = batch

    def close(self) -> None:
        """Let the file go."""
        self._pixels = self._answers = None
