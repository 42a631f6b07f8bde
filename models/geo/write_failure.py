# SPDX-License-Identifier: GPL-2.0-or-later
"""Why something could not be written, in one sentence; needs no library."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from ..errors import MrifeError
from .scratch import PREFIX
from .whole_files import UNFINISHED

FULL_BYTES = 8_000_000  # free on a disk on which something could not be written
STATEMENT = "sqlite3_exec("
FULL = re.compile("no space|disk is full|quota|too large", re.IGNORECASE)


def write_failure(path: str | os.PathLike, why: OSError | str = "") -> MrifeError:
    """The error that says why nothing more could be written at `path`, or at the place
    that it was made for, and what to do.
    """
    if os.fspath(path).startswith("/vsi"):
        return MrifeError(
            "'{}' is on a server, in an archive or in memory, where rasters are read but "
            "nothing is written; choose a place on this machine or a network drive, and "
            "copy it from there.",
            path,
        )
    words = str(why)
    if isinstance(why, OSError):
        words = why.strerror or words
    if STATEMENT in words:  # then SQLite's reason stands behind its own program text
        words = words.rpartition(" failed: ")[2].rstrip(")")
    folder, name = os.path.split(_place_of(os.path.abspath(path)))
    if not os.path.isdir(folder):
        return MrifeError(
            "The folder '{}' is not there, and '{}' was not written; choose another.",
            folder,
            name,
        )
    if FULL.search(words) or shutil.disk_usage(folder).free < FULL_BYTES:
        return MrifeError(
            "The disk of '{}' is full, and '{}' was not written; make room or choose "
            "another folder.",
            folder,
            name,
        )
    return MrifeError(
        "'{}' cannot be written ({}); choose another place.",
        os.path.join(folder, name),
        words,
    )


def check_unused(path: str | os.PathLike) -> None:
    """Raises MrifeError where a file is a database that somebody has open with changes
    that stand in a file beside it: replaced, both would be lost.
    """
    if not os.path.exists(f"{path}-wal"):
        return
    try:
        with closing(sqlite3.connect(path, timeout=0)) as database:
            database.execute("PRAGMA locking_mode=EXCLUSIVE")
            database.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except sqlite3.Error as error:
        raise open_elsewhere(path) from error


def open_elsewhere(path: str | os.PathLike) -> MrifeError:
    """The error for a database that cannot be written now."""
    return MrifeError(
        "'{}' is open in another program or being edited; close it there or choose "
        "another name.",
        path,
    )


def _place_of(path: str) -> str:
    """Without the hidden folder in which it is made, and what its name has there."""
    parts = Path(path).parts
    for place, part in enumerate(parts):
        if part.startswith(f".{PREFIX}"):
            return str(Path(*parts[:place], parts[-1].removesuffix(UNFINISHED)))
    return path
