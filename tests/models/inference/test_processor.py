# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the 8-bit twin is what runs."""

import pytest

from models.inference.processor import eight_bits_pay, sums_products_of_bytes

CPU = ("CPUExecutionProvider",)
GPU = ("CUDAExecutionProvider", *CPU)


@pytest.mark.parametrize(
    "device, providers", [("cuda", ()), ("cuda", GPU), ("auto", GPU), ("auto", GPU[:1])]
)
def test_not_on_a_gpu(device, providers):
    assert not eight_bits_pay(device, providers)


@pytest.mark.parametrize(
    "device, providers", [("auto", CPU), ("auto", ()), ("cpu", CPU), ("cpu", GPU)]
)
def test_on_a_cpu_the_processor_decides(device, providers):
    assert eight_bits_pay(device, providers) == sums_products_of_bytes()


def test_what_linux_says_of_the_processor_counts():
    cpuinfo = pytest.importorskip("pathlib").Path("/proc/cpuinfo")
    if not cpuinfo.exists():
        pytest.skip("no Linux")
    words = set(cpuinfo.read_text(encoding="utf-8").split())
    expected = bool(words & {"avx512_vnni", "avx_vnni", "asimddp"})
    assert sums_products_of_bytes() == expected
