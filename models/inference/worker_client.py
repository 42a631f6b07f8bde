# SPDX-License-Identifier: GPL-2.0-or-later
"""The detector behind a worker process: the same interface, no onnxruntime in the
caller's process.

Control travels as JSON objects through a channel, pixels through a memory-mapped file of
a few slots, so that several batches are under way while the next is read and the last is
written.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator

import numpy as np

from .. import errors
from ..onnxfile import ModelFile
from .worker_protocol import error_of

SLOTS = 6


class RemoteDetector:
    """Drives a worker through `channel`: any object with send(dict), receive() -> dict
    and close().

    `contract`, `device` and `why` as of Detector. Raises what the worker raised, by the
    same class.
    """

    def __init__(
        self,
        channel,
        model: ModelFile,
        device: str = "auto",
        batch_size: int = 8,
        threads: int = 0,
    ):
        self._channel = channel
        self._batch_size = batch_size
        self._memory: SharedSlots | None = None
        self.contract = model.contract
        request = {
            "op": "open",
            "model": model.path,
            "contract": model.contract.to_json(),
            "device": device,
            "threads": threads,
        }
        try:
            answer = self._ask(request)
        except errors.MrifeError:
            channel.close()
            raise
        self.device = answer["device"]
        self.why = answer["why"]
        self.halvings = 0

    def stream(
        self, batches: Iterable[tuple[object, np.ndarray | None]]
    ) -> Iterator[tuple[object, np.ndarray | None]]:
        """As Detector.stream; an answer is a view that holds until the next one is
        asked for.
        """
        waiting: deque = deque()  # (key, slot or None, windows)
        free = deque(range(SLOTS))
        for key, batch in batches:
            if batch is not None:
                if not free:
                    yield from self._take(waiting, free)
                slot = free.popleft()
                self._slots(batch).put(slot, batch)
                self._channel.send({"op": "run", "slot": slot, "windows": len(batch)})
                waiting.append((key, slot, len(batch)))
            else:
                waiting.append((key, None, 0))
            while waiting and waiting[0][1] is None:
                yield from self._take(waiting, free)
        while waiting:
            yield from self._take(waiting, free)

    def close(self) -> None:
        """End the worker and take the shared file away."""
        self._channel.close()
        if self._memory:
            self._memory.close(delete=True)
            self._memory = None

    def __enter__(self) -> RemoteDetector:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def _take(
        self, waiting: deque, free: deque
    ) -> Iterator[tuple[object, np.ndarray | None]]:
        key, slot, windows = waiting.popleft()
        if slot is None:
            yield key, None
            return
        self.halvings = self._receive()["halvings"]
        yield key, self._memory.answer(slot, windows)
        free.append(slot)

    def _slots(self, batch: np.ndarray) -> SharedSlots:
        if self._memory is None:
            self._memory = SharedSlots.create(
                (self._batch_size,) + batch.shape[1:], batch.dtype.str
            )
            self._ask(
                {
                    "op": "memory",
                    "path": self._memory.path,
                    "shape": list(self._memory.shape),
                    "dtype": self._memory.dtype,
                }
            )
        return self._memory

    def _ask(self, message: dict) -> dict:
        self._channel.send(message)
        return self._receive()

    def _receive(self) -> dict:
        answer = self._channel.receive()
        if "error" in answer:
            raise error_of(answer)
        return answer


class SharedSlots:
    """A memory-mapped file of SLOTS slots, each a batch of pixels (n, C, H, W) and its
    answers (n, H, W) float32.
    """

    def __init__(self, path: str, shape: Iterable[int], dtype: str):
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
    def create(cls, shape: tuple[int, ...], dtype: str) -> SharedSlots:
        """A new file, in memory where the system offers that."""
        # nosec B108: no name is guessable there
        if os.access("/dev/shm", os.W_OK):
            place = "/dev/shm"
        else:
            place = None
        handle, path = tempfile.mkstemp(prefix="mrife-", dir=place)
        n, channels, height, width = shape
        os.ftruncate(
            handle,
            SLOTS
            * (
                n * channels * height * width * np.dtype(dtype).itemsize
                + 8
                + n * height * width * 4
            ),
        )
        os.close(handle)
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

    def close(self, delete: bool = False) -> None:
        """Let the file go."""
        self._map = None
        if delete:
            with contextlib.suppress(
                PermissionError
            ):  # Windows, while an answer is still looked at
                os.remove(self.path)
