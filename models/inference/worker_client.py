# SPDX-License-Identifier: GPL-2.0-or-later
"""The detector behind a worker process: the same interface, no onnxruntime in the
caller's process.

Control travels as JSON objects through a channel, pixels through a memory-mapped file of
a few slots, so that several batches are under way while the next is read and the last is
written.
"""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack

import numpy as np

from .. import errors
from ..geo.scratch import scratch_folder
from ..geo.write_failure import write_failure
from ..onnxfile import ModelFile
from .shared_slots import SLOTS, SharedSlots
from .worker_protocol import error_of, note_of

# files in memory, where the system offers that; each of a name that nothing else has
SHARED_MEMORY = "/dev/shm"  # noqa: S108  # nosec B108


class RemoteDetector:
    """Drives a worker through `channel`: any object with send(dict), receive() -> dict
    and close(); kill() where that may be asked for.

    `contract`, `device` and `why` as of Detector; `reopen` gives the channel of another
    process, for `restart`. Raises what the worker raised, by the same class.
    """

    def __init__(
        self,
        channel,
        model: ModelFile,
        device: str = "auto",
        batch_size: int = 8,
        threads: int = 0,
        reopen: Callable[[], object] | None = None,
    ):
        self._reopen = reopen
        self._batch_size = batch_size
        self._memory: SharedSlots | None = None
        self._stack = ExitStack()
        self.contract = model.contract
        self._request = {
            "op": "open",
            "model": model.path,
            "contract": model.contract.to_json(),
            "device": device,
            "threads": threads,
            "batch_size": batch_size,
        }
        self._open(channel)

    def restart(self) -> None:
        """Go on in another process, where this one died. Raises WorkerDied where that
        cannot be begun either.
        """
        self.close()
        self._open(self._reopen())

    def _open(self, channel) -> None:
        self._channel = channel
        try:
            answer = self._ask(self._request, "device", "why")
        except errors.MrifeError:
            channel.close()
            raise
        self.device = answer["device"]
        self.why = note_of(answer["why"])
        self.halvings = 0

    def stream(
        self, batches: Iterable[tuple[object, np.ndarray | None]]
    ) -> Iterator[tuple[object, np.ndarray | None]]:
        """As Detector.stream; an answer is a view that holds until the next one is
        asked for.
        """
        waiting: deque = deque()  # (key, slot or None, windows)
        free = deque(range(SLOTS))
        try:
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
        except errors.UnsuitableRaster:
            self._drop(waiting)
            raise
        while waiting:
            yield from self._take(waiting, free)

    def kill(self) -> None:
        """End the worker at once: who waits for its answer gets WorkerDied."""
        self._channel.kill()

    def close(self) -> None:
        """End the worker and take the shared file away."""
        self._channel.close()
        if self._memory:
            self._memory.close()
            self._memory = None
        self._stack.close()

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
        self.halvings = self._receive("halvings")["halvings"]
        yield key, self._memory.answer(slot, windows)
        free.append(slot)

    def _drop(self, waiting: deque) -> None:
        """Let pass what the worker still answers of a raster that cannot be read: it may
        be asked about another one.
        """
        for _, slot, _ in waiting:
            if slot is not None:
                self._receive("halvings")

    def _slots(self, batch: np.ndarray) -> SharedSlots:
        if self._memory is None:
            shape = (self._batch_size,) + batch.shape[1:]
            self._memory = self._shared(shape, batch.dtype.str)
            self._ask(
                {
                    "op": "memory",
                    "path": self._memory.path,
                    "shape": list(self._memory.shape),
                    "dtype": self._memory.dtype,
                }
            )
        return self._memory

    def _shared(self, shape: tuple[int, ...], dtype: str) -> SharedSlots:
        """In memory where the system offers that and has enough, else in a file. Raises
        MrifeError.
        """
        for place in (SHARED_MEMORY, tempfile.gettempdir()):
            path = ""
            try:
                folder = self._stack.enter_context(scratch_folder(place))
                path = str(folder / "slots")
                return SharedSlots.create(path, shape, dtype)
            except OSError as error:
                failure = write_failure(path or place, error)
        raise failure

    def _ask(self, message: dict, *keys: str) -> dict:
        self._channel.send(message)
        return self._receive(*keys)

    def _receive(self, *keys: str) -> dict:
        """The next answer, which has `keys`. Raises MrifeError."""
        answer = self._channel.receive()
        if "error" in answer:
            raise error_of(answer)
        if any(key not in answer for key in keys):
            raise errors.WorkerDied(
                "The worker process answered '{}', which is no answer of ours; choose "
                "another Python, as 'Check runtime' says.",
                str(answer)[:100],
            )
        return answer
