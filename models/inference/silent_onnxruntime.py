# SPDX-License-Identifier: GPL-2.0-or-later
"""onnxruntime without its telemetry: from version 1.31 on it gives the computer a number
and reports its runs to its makers, on every system, unless this is said before it starts.
"""

from __future__ import annotations

import os

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import onnxruntime  # noqa: E402
from onnxruntime.capi import onnxruntime_pybind11_state as state  # noqa: E402

__all__ = ("onnxruntime", "state")
