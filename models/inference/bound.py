# SPDX-License-Identifier: GPL-2.0-or-later
"""A session whose input and output lie on its device, and stay there for the next batch."""

from __future__ import annotations

from contextlib import suppress
from threading import Lock

import numpy as np

from .session import REFUSALS
from .silent_onnxruntime import onnxruntime


class BoundSession:
    """(n, C, H, W) float32 in, what the session answers out, through memory of a device
    (cpu, cuda) that batches of one shape use again.

    Threads may call it at once: each has buffers of its own, one of them computes while
    another brings its windows or takes its answer. A batch that fails, as where memory is
    short, gives all buffers back.
    """

    def __init__(self, session: onnxruntime.InferenceSession, device: str):
        self._session = session
        self._device = device
        self._computing = Lock()
        self._free: dict[tuple[int, ...], list[_Buffers]] = {}

    def __call__(self, windows: np.ndarray) -> np.ndarray:
        try:
            buffers = self._buffers(windows.shape)
            buffers.bring(windows)
            with self._computing:
                buffers.compute(self._session)
            answer = buffers.answer()
        except REFUSALS:
            self._free.clear()
            raise
        self._free.setdefault(windows.shape, []).append(buffers)
        return answer

    def _buffers(self, shape: tuple[int, ...]) -> _Buffers:
        """Some that nobody uses, else new ones."""
        with suppress(IndexError):
            return self._free.setdefault(shape, []).pop()
        return _Buffers(self._session, self._device, shape)


class _Buffers:
    """Input and output of one batch at a time."""

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        device: str,
        shape: tuple[int, ...],
    ):
        self._output = session.get_outputs()[0].name
        self._windows = onnxruntime.OrtValue.ortvalue_from_shape_and_type(
            shape, np.float32, device
        )
        self._binding = session.io_binding()
        self._binding.bind_ortvalue_input(session.get_inputs()[0].name, self._windows)
        # how large it is, the first batch tells
        self._binding.bind_output(self._output, device)
        self._is_known = False

    def bring(self, windows: np.ndarray) -> None:
        self._windows.update_inplace(np.ascontiguousarray(windows))
        self._binding.synchronize_inputs()

    def compute(self, session: onnxruntime.InferenceSession) -> None:
        session.run_with_iobinding(self._binding)
        self._binding.synchronize_outputs()
        if not self._is_known:
            answer = self._binding.get_outputs()[0]
            self._binding.bind_ortvalue_output(self._output, answer)
            self._is_known = True

    def answer(self) -> np.ndarray:
        return self._binding.copy_outputs_to_cpu()[0]
