# SPDX-License-Identifier: GPL-2.0-or-later
"""The worker process that teaches: plain Python with torch and onnx, no QGIS, no GDAL.

Reads what it is asked for as one line of JSON from standard input, answers with lines of
progress on standard output, and dies with the program that started it. Killing it is
always safe: the next run of the same lesson goes on.
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import sys
import threading
from typing import TextIO

from ..errors import MissingRuntime, MrifeError
from ..inference.worker_protocol import failure

NEEDED = ("numpy", "torch", "onnx", "onnxruntime")


def main(verb: str) -> None:
    """`probe` prints one line about this Python; `run` teaches."""
    replies = sys.stdout
    sys.stdout = sys.stderr  # whatever a library prints must not be taken for an answer
    if verb == "probe":
        say(replies, probe())
        return
    threading.excepthook = end
    threading.Thread(target=watch, args=(sys.stdin.readline(), replies)).start()
    sys.stdin.read()
    os._exit(0)  # the program that asked is gone, or has what it asked for


def probe() -> dict:
    """What this Python has, or a `failure` with what is missing."""
    facts = {"python": platform.python_version(), "executable": sys.executable}
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if not missing:
        return facts
    error = MissingRuntime(
        "Python {} at {} lacks {}, which training needs.",
        facts["python"],
        sys.executable,
        " and ".join(missing),
    )
    return {**facts, **failure(error)}


def end(failure: threading.ExceptHookArgs) -> None:
    """A fault of this program: its traceback are the last words."""
    sys.excepthook(failure.exc_type, failure.exc_value, failure.exc_traceback)
    os._exit(1)


def watch(line: str, replies: TextIO) -> None:
    """Teach what a line asks for, saying how far it is; whatever goes wrong is said."""
    try:
        for message in taught(json.loads(line)):
            say(replies, message)
    except MrifeError as error:
        say(replies, failure(error))
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "memory" not in str(error):
            raise
        say(
            replies,
            failure(
                MrifeError(
                    "Training ran out of memory; close other programs, or let less of the "
                    "network learn."
                )
            ),
        )
    except OSError as error:
        say(
            replies,
            failure(
                MrifeError(
                    "Training cannot write its checkpoints ({}); make room on the disk or "
                    "choose another folder.",
                    str(error),
                )
            ),
        )


def taught(request: dict):
    """Messages of a lesson; torch is imported only here."""
    from .finetune import tune
    from .lesson import Lesson

    return tune(Lesson(**request))


def say(replies: TextIO, message: dict) -> None:
    """One line of JSON."""
    replies.write(json.dumps(message) + "\n")
    replies.flush()
