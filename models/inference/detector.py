# SPDX-License-Identifier: GPL-2.0-or-later
"""The detector: an ONNX session that maps batches of raw band values to landslide
probabilities.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from ..contract import BATCH_SIZE, Contract
from ..errors import InvalidModel
from ..onnxfile import contract_of, fixed_batch_of
from .batch_size import available_cores
from .bound import BoundSession
from .half_floats import windows_to_try
from .session import REFUSALS, first_line, half_session, is_memory, open_session
from .silent_onnxruntime import onnxruntime

IN_FLIGHT = 2  # batches computed while the next is read: no core waits for the last


class Detector:
    """Raw band values (N, C, H, W) in, probabilities (N, H, W) float32 out.

    `device` is auto, cpu or cuda; `threads` 0 stands for all cores; `contract` is the
    file's own where it was read before; `batch_size` windows at most lie in memory at
    once. `device` and `why` of the object say what really runs: on cuda half floats, where
    the model bears them. Raises InvalidModel, and MissingRuntime where cuda was asked and
    is not to be had.
    """

    def __init__(
        self,
        path: str,
        device: str = "auto",
        threads: int = 0,
        contract: Contract | None = None,
        batch_size: int = BATCH_SIZE,
    ):
        if contract is None:
            contract = contract_of(path)
        self.contract = contract
        self._fixed = fixed_batch_of(path)
        cores = threads or available_cores()
        # each core has windows of its own: cores that share one wait for each other
        self._runs = max(1, min(cores, batch_size // (self._fixed or 1)))
        self._options = onnxruntime.SessionOptions()
        self._options.intra_op_num_threads = cores - self._runs + 1
        self._options.log_severity_level = 3
        # the cores have other work too
        self._options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session, self.device, why = open_session(path, device, self._options)
        self._bound: BoundSession | None = None
        if self.device != "cpu":
            self._runs = 1
            windows = self._prepared(windows_to_try(contract, self._fixed or 2))
            self._session, why = half_session(path, self._options, self._session, windows)
            self._bound = BoundSession(self._session, self.device)
        self.why = why
        self._pool = ThreadPoolExecutor(self._runs)
        self._limit = 1 << 30
        self.halvings = 0

    def __call__(self, batch: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        """Probabilities of a batch, in `out` where that is given; out of memory halves
        what is computed at once and goes on.
        """
        if out is None:
            out = np.empty((len(batch), *batch.shape[2:]), np.float32)
        done = 0
        while done < len(batch):
            piece = batch[done : done + self._limit]
            try:
                self._run(piece, out[done : done + len(piece)])
                done += len(piece)
            except REFUSALS as error:
                if len(piece) == 1 or self._fixed or not is_memory(error):
                    raise InvalidModel(
                        "The model failed on a batch of {}: {}",
                        piece.shape,
                        first_line(error),
                    ) from error
                self._limit = len(piece) // 2
                self.halvings += 1
        return out

    def stream(
        self, batches: Iterable[tuple[object, np.ndarray | None]]
    ) -> Iterator[tuple[object, np.ndarray | None]]:
        """(key, batch) pairs to (key, probabilities) in order, computing while the
        next is read; None passes.
        """
        waiting: deque = deque()
        with ThreadPoolExecutor(IN_FLIGHT) as pool:
            for key, batch in batches:
                waiting.append((key, None if batch is None else pool.submit(self, batch)))
                while len(waiting) > IN_FLIGHT or (waiting and waiting[0][1] is None):
                    yield _answer(waiting.popleft())
            while waiting:
                yield _answer(waiting.popleft())

    def close(self) -> None:
        """Give the session back."""
        self._pool.shutdown()
        self._session = self._bound = None

    def __enter__(self) -> Detector:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def _run(self, batch: np.ndarray, out: np.ndarray) -> None:
        """Probabilities of windows that are shared out between the runs."""
        size = self._fixed or -(-len(batch) // self._runs)
        parts = [slice(at, at + size) for at in range(0, len(batch), size)]
        pieces = [batch[part] for part in parts]
        if self.device == "cpu":
            answers = self._pool.map(self._compute, pieces)
        else:  # in the threads of the stream: one prepares while the other computes
            answers = map(self._compute, pieces)
        for part, answer in zip(parts, answers):
            out[part] = answer

    def _compute(self, batch: np.ndarray) -> np.ndarray:
        image = self._prepared(batch)
        if self._bound is not None:
            answer = self._bound(image)
        else:
            name = self._session.get_inputs()[0].name
            answer = self._session.run(None, {name: image})[0]
        return _probability(answer[: len(batch)], batch.shape[2:])

    def _prepared(self, batch: np.ndarray) -> np.ndarray:
        """What the graph takes of a batch: floats, as many windows as it wants at once."""
        image = np.ascontiguousarray(batch, dtype=np.float32)  # (n, C, H, W)
        c = self.contract
        if c.divide != 1:
            image = image / np.float32(c.divide)
        if c.mean or c.std:
            column = (1, -1, 1, 1)
            image = (image - np.float32(c.mean or 0).reshape(column)) / np.float32(
                c.std or 1
            ).reshape(column)
        if self._fixed and len(batch) < self._fixed:
            image = np.concatenate(
                [image, np.repeat(image[-1:], self._fixed - len(batch), axis=0)]
            )
        return image


def runtime() -> dict:
    """Versions, execution providers and device kind of what was imported here."""
    return {
        "numpy": np.__version__,
        "onnxruntime": onnxruntime.__version__,
        "providers": onnxruntime.get_available_providers(),
        "gpu": onnxruntime.get_device(),
    }


def _probability(answer: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The landslide map (n, H, W) of (n, 1 or 2, H, W) or (n, H, W); refuses what is
    not a probability.
    """
    if answer.ndim == 4 and answer.shape[1] in (1, 2):
        answer = answer[:, -1]  # of two classes the second is the landslide
    if answer.ndim != 3 or answer.shape[1:] != size:
        raise InvalidModel(
            "The model answers a window of {} pixels with an array of shape {}; it must "
            "give one probability per pixel.",
            size,
            answer.shape,
        )
    low = float(answer.min())
    high = float(answer.max())
    if not (low >= -0.001 and high <= 1.001):
        raise InvalidModel(
            "The model gives values from {} to {}, not probabilities between 0 and 1; "
            "export it with a sigmoid or softmax at its end.",
            f"{low:.3g}",
            f"{high:.3g}",
        )
    return np.asarray(answer, dtype=np.float32)


def _answer(item: tuple) -> tuple[object, np.ndarray | None]:
    key, future = item
    return key, None if future is None else future.result()
