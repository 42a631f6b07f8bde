# SPDX-License-Identifier: GPL-2.0-or-later
"""The Pythons of this computer that an environment can be made from."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from ...models.environment.base_python import BasePython, chosen_wheels
from ...models.errors import MissingRuntime
from .interpreter import own_pythons, probe
from .process import output_of

NAMES = ("python3", *(f"python3.{minor}" for minor in range(14, 8, -1)))
OF_MACOS = (
    "/Library/Frameworks/Python.framework/Versions/Current/bin/python3",
    "/opt/homebrew/bin/python3",
    "/usr/local/bin/python3",
)
CUDA_13 = 580  # the oldest driver for it, and below for CUDA 12
CUDA_12 = 525


def base_pythons():
    """QGIS's own first, then those of the system."""
    programs = own_pythons()
    if sys.platform == "darwin":
        beside = str(Path(sys.executable or "").parent / "bin" / "python3")
        programs += [path for path in (beside, *OF_MACOS) if os.path.isfile(path)]
    elif os.name != "nt":  # there the names in PATH may open the shop of Windows
        programs += [path for path in map(shutil.which, NAMES) if path]
    return list(dict.fromkeys(programs))


def base_python(packages, named):
    """(Python, its wheels) that an environment with some packages can be made from: the
    named one, else the first. Raises MissingRuntime.
    """
    reason = None
    for program in [named] if named else base_pythons():
        try:
            python = asked(program)
            python.check()
            return python, chosen_wheels(packages, python)
        except MissingRuntime as error:
            reason = reason or error
    raise reason or MissingRuntime(
        "No Python was found to start from; install Python 3.12 or name one."
    )


def asked(program):
    """What a program says about itself as a Python. Raises MissingRuntime."""
    from ...models.inference.worker_protocol import ABOUT

    path = shutil.which(program)
    if path is None:
        raise MissingRuntime(
            "'{}' is not a program that can be started; name another Python.", program
        )
    return BasePython.of_facts(probe(path, os.stat(path).st_mtime, (ABOUT,)))


def cuda_packages():
    """The kind of packages for the NVIDIA driver of this computer. Raises
    MissingRuntime.
    """
    asking = ["--query-gpu=driver_version", "--format=csv,noheader"]
    program = shutil.which("nvidia-smi")
    answer = ""
    if program:
        _, answer = output_of(program, asking)
    version = answer.strip().partition(".")[0]
    if not version.isdecimal():
        raise MissingRuntime(
            "No NVIDIA driver answers (nvidia-smi); install the driver, or choose the "
            "packages for the CPU."
        )
    if int(version) < CUDA_12:
        raise MissingRuntime(
            "The NVIDIA driver is {}, and 525 or newer is needed; update it, or choose "
            "the packages for the CPU.",
            answer.strip(),
        )
    return "cuda13" if int(version) >= CUDA_13 else "cuda12"
