# SPDX-License-Identifier: GPL-2.0-or-later
"""onnxruntime's sessions: on which device a model runs, in which floats, and in words why."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..errors import InvalidModel, MissingRuntime, Note
from .half_floats import in_half_floats
from .silent_onnxruntime import onnxruntime, state

CPU = "CPUExecutionProvider"
CUDA = "CUDAExecutionProvider"
REFUSALS = (
    state.Fail,
    state.InvalidArgument,
    state.InvalidGraph,
    state.InvalidProtobuf,
    state.NoSuchFile,
    state.NotImplemented,
    state.RuntimeException,
    RuntimeError,
)
MEMORY_WORDS = (
    "out of memory",
    "failed to allocate",
    "bad_alloc",
    "bad allocation",
    "cudnn_status_alloc_failed",
)
# in probability, between 16 and 32 bits: a few of the 250 levels of a raster
MAX_DIFFERENCE = 0.02


def open_session(
    path: str, device: str, options: onnxruntime.SessionOptions
) -> tuple[onnxruntime.InferenceSession, str, Note | None]:
    """A session in floats of 32 bits on a device (auto, cpu or cuda), the device it really
    runs on, cpu or cuda, and why it is cpu. Raises InvalidModel, and MissingRuntime where
    cuda was asked and is not to be had.
    """
    if device == "cpu":
        why = Note("Running on cpu, as asked ({}).", _version())
        return _on_cpu(path, options), "cpu", why
    session, reason = _on_cuda(path, options)
    if session is not None:
        return session, "cuda", None
    if device == "cuda":
        raise MissingRuntime(
            "Device cuda was asked but cannot be had: {} ({}). Choose auto or cpu, "
            "or install onnxruntime-gpu with CUDA.",
            reason,
            _version(),
        )
    why = Note("Running on cpu: {} ({}).", reason, _version())
    return _on_cpu(path, options), "cpu", why


def half_session(
    path: str,
    options: onnxruntime.SessionOptions,
    floats: onnxruntime.InferenceSession,
    windows: np.ndarray,
) -> tuple[onnxruntime.InferenceSession, Note]:
    """A session on cuda that computes in floats of 16 bits and says of some windows
    (n, C, H, W) what the one in floats of 32 says; where there is none, the latter. And
    why.
    """
    session, reason = _in_half(path, options, floats, windows)
    if session is None:
        return floats, Note("Running on cuda in floats: {} ({}).", reason, _version())
    why = Note(
        "Running on cuda in half floats: the session holds the CUDA provider ({}).",
        _version(),
    )
    return session, why


def is_memory(error: Exception) -> bool:
    """Whether it says that there is too little memory."""
    return any(word in str(error).lower() for word in MEMORY_WORDS)


def first_line(error: Exception) -> str:
    """What it says first."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:300]


def _on_cpu(
    path: str, options: onnxruntime.SessionOptions
) -> onnxruntime.InferenceSession:
    try:
        return onnxruntime.InferenceSession(path, options, providers=[CPU])
    except REFUSALS as error:
        raise InvalidModel(
            "onnxruntime {} cannot open '{}': {}",
            onnxruntime.__version__,
            path,
            first_line(error),
        ) from error


def _on_cuda(
    model: str | bytes, options: onnxruntime.SessionOptions
) -> tuple[onnxruntime.InferenceSession | None, Note | str]:
    """A session there, of a file or of bytes; or None, and why there is none."""
    available = onnxruntime.get_available_providers()
    if CUDA not in available:
        return None, Note(
            "this onnxruntime has no CUDA provider (it has {})", ", ".join(available)
        )
    if hasattr(onnxruntime, "preload_dlls"):
        # finds the CUDA libraries that pip installed
        onnxruntime.preload_dlls(directory="")
    try:
        session = onnxruntime.InferenceSession(model, options, providers=[CUDA, CPU])
    except REFUSALS as error:
        return None, first_line(error)
    if session.get_providers()[0] != CUDA:
        return None, Note(
            "the session fell back to the CPU, so CUDA or cuDNN of the right "
            "version is missing"
        )
    return session, ""


def _in_half(
    path: str,
    options: onnxruntime.SessionOptions,
    floats: onnxruntime.InferenceSession,
    windows: np.ndarray,
) -> tuple[onnxruntime.InferenceSession | None, Note | str]:
    """A session of the model in 16 bits; or None, and why there is none."""
    model = in_half_floats(Path(path).read_bytes())
    if model is None:
        return None, Note("no part of this model is known to bear half floats")
    session, reason = _on_cuda(model, options)
    if session is None:
        return None, reason
    try:
        difference = _difference(session, floats, windows)
    except REFUSALS as error:
        return None, first_line(error)
    if difference <= MAX_DIFFERENCE:  # not where it is no number
        return session, ""
    return None, Note(
        "in half floats its probabilities would differ by {}, more than {}",
        f"{difference:.2g}",
        f"{MAX_DIFFERENCE:g}",
    )


def _difference(
    one: onnxruntime.InferenceSession,
    other: onnxruntime.InferenceSession,
    windows: np.ndarray,
) -> float:
    """The largest between what two sessions say."""
    given = {one.get_inputs()[0].name: windows}
    return float(np.abs(one.run(None, given)[0] - other.run(None, given)[0]).max())


def _version() -> str:
    return f"onnxruntime {onnxruntime.__version__}"
