# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether 8-bit networks are the fastest here."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path

# products of bytes summed in one instruction, as numpy and as Linux call them; numpy does
# not know the second one, of laptops
IN_NUMPY = ("AVX512VNNI", "ASIMDDP")
IN_LINUX = ("avx512_vnni", "avx_vnni", "asimddp")


def eight_bits_pay(device: str, providers: Iterable[str]) -> bool:
    """Whether an 8-bit network is the fastest on a device (auto, cpu or cuda), where a
    runtime has these execution providers: on processors that sum products of bytes in one
    instruction. Without it, it is slower, and its numbers are other ones.
    """
    on_gpu = device == "cuda" or "CUDAExecutionProvider" in providers
    if on_gpu and device != "cpu":
        return False
    return sums_products_of_bytes()


def sums_products_of_bytes() -> bool:
    """Of this processor; False where nothing says so."""
    features = _features_in_numpy()
    flags = _flags_in_linux()
    return any(map(features.get, IN_NUMPY)) or any(name in flags for name in IN_LINUX)


def _features_in_numpy() -> dict[str, bool]:
    for core in ("numpy._core", "numpy.core"):  # numpy 2, numpy 1
        with suppress(ImportError, AttributeError):
            return import_module(f"{core}._multiarray_umath").__cpu_features__
    return {}


def _flags_in_linux() -> set[str]:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith(("flags", "Features")):
                return set(line.split())
    return set()
