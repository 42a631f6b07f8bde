# SPDX-License-Identifier: GPL-2.0-or-later
"""Which wheel serves which Python, and the sentence where none does."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from models.environment.about import facts
from models.environment.base_python import BasePython, chosen_wheels, serves
from models.environment.requirements import read_requirements
from models.errors import MissingRuntime
from models.inference.worker_protocol import ABOUT, worker_arguments

LINUX = BasePython("python3", "3.11.2", "linux", "x86_64", glibc="2.36")
WINDOWS = BasePython("python.exe", "3.12.3", "win32", "AMD64")
MAC = BasePython("python3", "3.12.3", "darwin", "arm64", macos="14.5")


@pytest.mark.parametrize(
    "file, python, right",
    [
        ("a-1-py3-none-any.whl", LINUX, True),
        ("a-1-py2.py3-none-any.whl", WINDOWS, True),
        ("a-1-cp311-cp311-manylinux_2_28_x86_64.whl", LINUX, True),
        ("a-1-cp311-cp311-manylinux_2_39_x86_64.whl", LINUX, False),
        ("a-1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", LINUX, True),
        ("a-1-cp311-cp311-manylinux2014_aarch64.whl", LINUX, False),
        ("a-1-cp312-cp312-manylinux_2_28_x86_64.whl", LINUX, False),
        ("a-1-cp311-cp311t-manylinux_2_28_x86_64.whl", LINUX, False),
        ("a-1-cp39-abi3-manylinux_2_28_x86_64.whl", LINUX, True),
        ("a-1-cp312-abi3-manylinux_2_28_x86_64.whl", LINUX, False),
        ("a-1-cp311-cp311-musllinux_1_2_x86_64.whl", LINUX, False),
        ("a-1-cp312-cp312-win_amd64.whl", WINDOWS, True),
        ("a-1-cp312-cp312-win_arm64.whl", WINDOWS, False),
        ("a-1-cp312-cp312-macosx_14_0_arm64.whl", MAC, True),
        ("a-1-cp312-cp312-macosx_15_0_arm64.whl", MAC, False),
        ("a-1-cp312-cp312-macosx_11_0_universal2.whl", MAC, True),
        ("a-1-cp312-cp312-macosx_10_9_x86_64.whl", MAC, False),
        ("a-1-cp312-cp312-win_amd64.whl", LINUX, False),
    ],
)
def test_a_wheel_serves_by_its_name(file, python, right):
    assert serves(file, python) is right


@pytest.mark.parametrize(
    "python, files",
    [
        (
            LINUX,
            [
                "numpy-2.4.6-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
                "onnxruntime-1.31.1-cp311-cp311-manylinux_2_28_x86_64.whl",
            ],
        ),
        (
            replace(WINDOWS, version="3.9.5"),
            [
                "numpy-2.0.2-cp39-cp39-win_amd64.whl",
                "onnxruntime-1.19.2-cp39-cp39-win_amd64.whl",
            ],
        ),
        (
            replace(MAC, machine="x86_64"),
            [
                "numpy-2.4.6-cp312-cp312-macosx_14_0_x86_64.whl",
                "onnxruntime-1.23.2-cp312-cp312-macosx_13_0_x86_64.whl",
            ],
        ),
    ],
)
def test_one_wheel_of_each_package_is_chosen(python, files):
    wheels = chosen_wheels(read_requirements("cpu"), python)
    assert [wheel.file for wheel in wheels] == files


@pytest.mark.parametrize("kind", ["cpu", "cuda12", "cuda13"])
@pytest.mark.parametrize("version", ["3.11.0", "3.12.0", "3.13.0", "3.14.0"])
@pytest.mark.parametrize("python", [LINUX, WINDOWS])
def test_detection_has_wheels_where_geologists_are(kind, version, python):
    assert chosen_wheels(read_requirements(kind), replace(python, version=version))


@pytest.mark.parametrize("kind", ["training", "uv"])
@pytest.mark.parametrize("version", ["3.11.0", "3.12.0", "3.13.0", "3.14.0"])
@pytest.mark.parametrize("python", [LINUX, WINDOWS, MAC])
def test_training_has_wheels_where_geologists_are(kind, version, python):
    assert chosen_wheels(read_requirements(kind), replace(python, version=version))


@pytest.mark.parametrize(
    "kind, python, words",
    [
        ("cpu", replace(LINUX, glibc="2.17"), "newer C library than .*glibc 2.17"),
        ("cpu", replace(LINUX, glibc=""), "newer C library"),  # musl
        ("cpu", replace(MAC, macos="13.6"), "newer macOS than 13.6"),
        ("cpu", replace(LINUX, version="3.15.0"), "for Python 3.15.0, but for 3.9, 3.10"),
        (
            "training",
            replace(LINUX, version="3.10.1"),
            "3.10.1, but for 3.11, 3.12, 3.13",
        ),
        ("cuda12", MAC, "not made for macOS arm64; choose other packages"),
        ("cpu", replace(LINUX, machine="riscv64"), "not made for Linux riscv64"),
    ],
)
def test_where_no_wheel_serves_the_reason_is_said(kind, python, words):
    with pytest.raises(MissingRuntime, match=words):
        chosen_wheels(read_requirements(kind), python)


def test_a_python_answers_about_itself():
    arguments = worker_arguments("probe", ABOUT)
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == facts()
    python = BasePython.of_facts(facts())
    assert python.version == sys.version.split()[0]
    assert python.sys_platform == sys.platform and python.venv
    python.check()


@pytest.mark.parametrize("answer", [{}, {"python": "3.9"}, {**facts(), "more": 1}])
def test_other_facts_are_quoted(answer):
    with pytest.raises(MissingRuntime, match="does not answer as Python does"):
        BasePython.of_facts(answer)


@pytest.mark.parametrize(
    "python, words",
    [
        (replace(LINUX, version="3.8.10"), "is Python 3.8.10; name one from 3.9 on"),
        (replace(LINUX, bits=32), "64-bit CPython"),
        (replace(LINUX, cpython=False), "64-bit CPython"),
        (replace(LINUX, free_threaded=True), "64-bit CPython"),
        (replace(LINUX, venv=False), "lacks the module venv"),
    ],
)
def test_a_python_that_nothing_can_be_made_from_is_refused(python, words):
    with pytest.raises(MissingRuntime, match=words):
        python.check()
