# SPDX-License-Identifier: GPL-2.0-or-later
"""The worker process: plain Python with numpy and onnxruntime, no QGIS, no GDAL.

Reads JSON lines from standard input, answers one line for each on standard output, and
ends with its input, so it dies with the program that started it. Killing it is always
safe.
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import sys
import traceback
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TextIO

from ..contract import Contract
from ..errors import InvalidModel, MissingRuntime, MrifeError
from .worker_protocol import failure, note_message

NEEDED = ("numpy", "onnxruntime")
AT_ONCE = 2  # requests: a core that is through with one goes on with the next


def main(verb: str) -> None:
    """`probe` prints one line about this Python; `run` serves until the input ends."""
    replies = sys.stdout
    sys.stdout = sys.stderr  # whatever a library prints must not be taken for an answer
    if verb == "probe":
        _say(replies, probe())
    else:
        serve(sys.stdin, replies)


def probe() -> dict:
    """What this Python has: versions and execution providers, or a `failure` with what
    is missing.
    """
    facts = {"python": platform.python_version(), "executable": sys.executable}
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        return {
            **facts,
            **failure(
                MissingRuntime(
                    "Python {} at {} lacks {}.",
                    facts["python"],
                    sys.executable,
                    " and ".join(missing),
                )
            ),
        }
    try:
        from .detector import runtime
    except ImportError as error:  # found but broken: a missing DLL, another numpy
        return {
            **facts,
            **failure(
                MissingRuntime(
                    "Python {} at {} cannot load onnxruntime: {}",
                    facts["python"],
                    sys.executable,
                    error,
                )
            ),
        }
    return {**facts, **runtime()}


def serve(requests: TextIO, replies: TextIO) -> None:
    """Answer requests: open (model, contract, device, threads, batch_size), memory (path,
    shape, dtype), run (slot, windows), quit.
    """
    state: dict = {}
    reply = None
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for line in requests:
            request = json.loads(line)
            if request["op"] == "quit":
                return
            reply = pool.submit(_reply, state, request, replies, reply)
            reply.add_done_callback(_end_if_broken)


def _reply(state: dict, request: dict, replies: TextIO, before: Future | None) -> None:
    """Answer a request after the one before it."""
    try:
        answer = OPERATIONS[request["op"]](state, request)
    except MrifeError as error:
        answer = failure(error)
    except MemoryError:
        answer = failure(
            MrifeError("The worker ran out of memory; choose a smaller batch.")
        )
    if before is not None:
        before.result()
    _say(replies, answer)


def _end_if_broken(reply: Future) -> None:
    """A fault of ours, or a reader that has gone: nobody would ever get an answer."""
    error = reply.exception()
    if error is not None:
        traceback.print_exception(type(error), error, error.__traceback__)
        os._exit(1)


def _open(state: dict, request: dict) -> dict:
    try:
        from .detector import Detector
    except ImportError as error:
        raise MissingRuntime(
            "onnxruntime cannot be loaded by {} ({}).", sys.executable, error
        ) from error
    state["detector"] = detector = Detector(
        request["model"],
        request["device"],
        request["threads"],
        Contract.from_json(request["contract"]),
        request["batch_size"],
    )
    return {"device": detector.device, "why": note_message(detector.why)}


def _memory(state: dict, request: dict) -> dict:
    from .shared_slots import SharedSlots

    state["slots"] = SharedSlots(request["path"], request["shape"], request["dtype"])
    return {}


def _run(state: dict, request: dict) -> dict:
    if "detector" not in state or "slots" not in state:
        raise InvalidModel("The worker was asked to run before a model was opened.")
    slot = request["slot"]
    windows = request["windows"]
    slots = state["slots"]
    detector = state["detector"]
    detector(slots.pixels(slot)[:windows], slots.answer(slot, windows))
    return {"slot": slot, "halvings": detector.halvings}


OPERATIONS = {"open": _open, "memory": _memory, "run": _run}


def _say(replies: TextIO, message: dict) -> None:
    replies.write(json.dumps(message) + "\n")
    replies.flush()
