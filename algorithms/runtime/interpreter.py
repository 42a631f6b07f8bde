# SPDX-License-Identifier: GPL-2.0-or-later
"""Which Python runs the network: the first of three places, where it answers a short
self-test with its packages.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from qgis.PyQt.QtCore import QProcess

from ...models.errors import MissingRuntime
from ..messages.errors import translated
from ..texts import tr
from .managed import managed_store
from .options import PYTHON, set_values
from .process import POLL, start_worker

LONGEST_ANSWER = 1_000_000  # bytes
PATIENCE = 60_000  # ms; the first import of onnxruntime from a cold disk takes its time


def where():
    return tr(
        "set its path in Settings > Options > Processing > Providers > MRIFE "
        "landslides, or in the environment variable MRIFE_PYTHON"
    )


def find_interpreter():
    """Path of the Python that runs the network: named by somebody, else the plugin's own
    environment, else QGIS's own Python where that has the packages (distributions).

    Raises MissingRuntime with the next step.
    """
    for origin, program in named_pythons():
        try:
            return answering(program)
        except MissingRuntime as error:
            raise MissingRuntime(
                "{} names a Python that does not serve: {}", origin, error
            ) from error
    environment = managed_store().current()
    if environment is not None:
        return managed_python(environment)
    reasons = []
    for program in own_pythons():
        try:
            return answering(program)
        except MissingRuntime as error:
            reasons.append(translated(error))
    raise MissingRuntime(
        "No Python with numpy and onnxruntime: run 'Set up runtime' "
        "(mrife:setupruntime), which makes one, or {}. QGIS's own: {}",
        where(),
        " ".join(reasons) or tr("not found."),
    )


def providers():
    """Execution providers of the Python that runs the network; none where there is no
    such Python.
    """
    with suppress(MissingRuntime):
        program = find_interpreter()
        return probe(program, os.stat(program).st_mtime).get("providers", ())
    return ()


def is_for_gpu(program):
    """Whether the onnxruntime of a Python that answers could run on an NVIDIA GPU."""
    answer = probe(program, os.stat(program).st_mtime)
    return "CUDAExecutionProvider" in answer.get("providers", ())


def managed_python(environment):
    """Path of the Python of the plugin's own environment. Raises MissingRuntime where it
    does not run any more, as after the Python that it came from went.
    """
    try:
        return answering(str(environment.python))
    except MissingRuntime as error:
        raise MissingRuntime(
            "The plugin's own environment does not serve: {} Run 'Set up runtime' "
            "(mrife:setupruntime) again, which makes a new one.",
            error,
        ) from error


def named_pythons():
    """(origin, program) of what somebody asked for, first things first; never silently
    replaced by another.
    """
    return set_values(PYTHON)


def own_pythons():
    """QGIS's own Python; sys.executable may be QGIS itself, and running that opens a
    second QGIS.
    """
    root = Path(sys.exec_prefix)
    candidates = [Path(sys.executable or "")] + [
        root / name for name in ("bin/python3", "python3.exe", "python.exe")
    ]
    programs = [
        str(c) for c in candidates if c.name.lower().startswith("python") and c.is_file()
    ]
    return list(dict.fromkeys(programs))


def answering(program):
    """The program itself once its self-test is good."""
    path = shutil.which(program)
    if path is None:
        raise MissingRuntime(
            "'{}' is not a program that can be started; {}.", program, where()
        )
    probe(path, os.stat(path).st_mtime)
    return path


@lru_cache(maxsize=8)
def probe(program, stamp=0.0, server=()):
    """The self-test's answer, a dict; raises MissingRuntime where it is bad, so only
    good ones are kept. `server` names another worker than the one that detects.
    """
    from ...models.inference.worker_protocol import error_of, message_in

    process = start_worker(program, "probe", *server)
    in_time = wait_for_answer(process)
    output = bytes(process.readAllStandardOutput()).decode("utf-8", "replace").strip()
    if not in_time:
        raise MissingRuntime(
            "'{}' did not answer within {} seconds.", program, PATIENCE // 1000
        )
    answer = message_in(output.rpartition("\n")[2])
    if answer is None or not answer.keys() & {"python", "error"}:
        words = bytes(process.readAllStandardError()).decode("utf-8", "replace").strip()
        raise MissingRuntime(
            "'{}' did not answer the self-test; it said: {}",
            program,
            (output or words)[-300:] or tr("nothing"),
        )
    if "error" in answer:
        raise MissingRuntime("'{}': {}", program, error_of(answer))
    return answer


def wait_for_answer(process):
    """Until a process ends, or says more than an answer has; whether that came in time.
    It is gone afterwards.
    """
    until = time.monotonic() + PATIENCE / 1000
    running = QProcess.ProcessState.Running
    while process.state() == running and process.bytesAvailable() < LONGEST_ANSWER:
        process.waitForReadyRead(POLL)
        if time.monotonic() > until:
            break
    in_time = time.monotonic() <= until
    if process.state() != QProcess.ProcessState.NotRunning:
        process.kill()
        process.waitForFinished(5000)
    return in_time
