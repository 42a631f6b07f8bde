# SPDX-License-Identifier: GPL-2.0-or-later
"""How a worker process is started, and how errors travel from it; needs no library."""

from __future__ import annotations

import json
from pathlib import Path

from .. import errors

DETECTOR = "models.inference.worker_server"
TEACHER = "models.training.tuning_server"
ABOUT = "models.environment.about"
# answers have a way of their own: a library of C may print half a line before one
BOOT = (
    "import importlib, os, sys; sys.stdout = os.fdopen(os.dup(1), 'w'); os.dup2(2, 1); "
    "sys.path.insert(0, sys.argv[1]); "
    "importlib.import_module(sys.argv[3]).main(sys.argv[2])"
)


def worker_arguments(verb: str, server: str = DETECTOR) -> list[str]:
    """Arguments that make a Python run a worker, the one that detects or the one that
    teaches ('run'), or report on itself ('probe').
    """
    root = str(Path(__file__).resolve().parents[2])
    return ["-I", "-u", "-c", BOOT, root, verb, server]


def failure(error: errors.MrifeError) -> dict:
    """An error as it travels: its class by name, its template and the values, texts or
    notes.
    """
    return {
        "error": error.template,
        "values": [_as_message(value) for value in error.values],
        "kind": type(error).__name__,
    }


def note_message(note: errors.Note) -> dict:
    """A note as it travels, notes among its values too."""
    values = [_as_message(value) for value in note.values]
    return {"note": note.template, "values": values}


def note_of(message: dict) -> errors.Note:
    """The note that a worker answered."""
    return errors.Note(str(message["note"]), *map(_value_of, message.get("values", ())))


def _as_message(value: object) -> str | dict:
    if isinstance(value, errors.Note):
        return note_message(value)
    return str(value)


def _value_of(value: object) -> object:
    if isinstance(value, dict):
        return note_of(value)
    return value


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
    return kind(str(answer["error"]), *map(_value_of, answer.get("values", ())))
