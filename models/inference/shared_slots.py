# SPDX-License-Identifier: GPL-2.0-or-later
"""Pixels and answers in memory that two processes share."""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np

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
        self._pixel_bytes = (
            -(-int(np.prod(self.shape)) * np.dtype(dtype).itemsize // 8) * 8
        )
        self._slot_bytes = self._pixel_bytes + n * height * width * 4
        self._map = np.memmap(path, np.uint8, "r+", shape=(SLOTS * self._slot_bytes,))

    @classmethod
    def create(cls, path: str, shape: tuple[int, ...], dtype: str) -> SharedSlots:
        """A new file at `path`. Raises OSError where there is no room for it."""
        n, channels, height, width = shape
        pixels = n * channels * height * width * np.dtype(dtype).itemsize + 8
        size = SLOTS * (pixels + n * height * width * 4)
        with open(path, "wb") as file:
            file.truncate(size)
            if hasattr(os, "posix_fallocate"):
                # else the system kills whoever writes where there is no room
                os.posix_fallocate(file.fileno(), 0, size)
        return cls(path, shape, dtype)

    def pixels(self, slot: int) -> np.ndarray:
        """The pixels of a slot as (n, C, H, W)."""
        at = slot * self._slot_bytes
        count = int(np.prod(self.shape)) * np.dtype(self.dtype).itemsize
        return self._map[at : at + count].view(self.dtype).reshape(self.shape)

    def answer(self, slot: int, windows: int) -> np.ndarray:
        """The answers of a slot as (windows, H, W)."""
        n, _, height, width = self.shape
        at = slot * self._slot_bytes + self._pixel_bytes
        return (
            self._map[at : at + n * height * width * 4]
            .view(np.float32)
            .reshape(n, height, width)[:windows]
        )

    def put(self, slot: int, batch: np.ndarray) -> None:
        """Copy a batch into a slot."""
        self.pixels(slot)[: len(batch)] = batch

    def close(self) -> None:
        """Let the file go."""
        self._map = None
