# SPDX-License-Identifier: GPL-2.0-or-later
"""How a worker process is started, and how errors travel from it; needs no library."""

from __future__ import annotations

import json
from pathlib import Path

from .. import errors

BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from models.inference.worker_server import main; main(sys.argv[2])"


def worker_arguments(verb: str) -> list[str]:
    """Arguments that make a Python run the worker ('run') or report on itself ('probe')."""
    return ["-I", "-u", "-c", BOOT, str(Path(__file__).resolve().parents[2]), verb]


def failure(error: errors.MrifeError) -> dict:
    """An error as it travels: its class by name, its template and the values as texts."""
    return {
        "error": error.template,
        "values": [str(value) for value in error.values],
        "kind": type(error).__name__,
    }


def message_in(line: str) -> dict | None:
    """The JSON object of a line; None for whatever else a program says."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if isinstance(message, dict):
        return message
    return None


def error_of(answer: dict) -> errors.MrifeError:
    """The error that a worker answered, of its own class where that is known."""
    kind = getattr(errors, str(answer.get("kind")), errors.MrifeError)
    return kind(str(answer["error"]), *answer.get("values", ()))
