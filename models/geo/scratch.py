# SPDX-License-Identifier: GPL-2.0-or-later
"""Folders for work under way. One that a killed run left is swept away by the next run
that works in the same place.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "mrife-"
LOCK = "lock"
ATTEMPTS = 5  # a sweeper may take a folder in the moment before it is locked
PATIENCE = 2.0  # seconds until that sweeper has done


@contextmanager
def scratch_folder(place: str | os.PathLike, hidden: bool = False) -> Iterator[Path]:
    """A new folder in `place` that is gone after the block. Raises OSError."""
    prefix = "." * hidden + PREFIX
    sweep(place, prefix)
    folder, lock = _locked_folder(place, prefix)
    try:
        yield folder
    finally:
        if lock is not None:
            lock.close()
        shutil.rmtree(folder, ignore_errors=True)


def sweep(place: str | os.PathLike, prefix: str = PREFIX) -> None:
    """Remove the folders of runs that are no more from `place`."""
    for folder in Path(place).glob(f"{prefix}*"):
        lock = None
        if (folder / LOCK).is_file():
            lock = _lock(folder)
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)  # while nobody else can lock it
            lock.close()
            shutil.rmtree(folder, ignore_errors=True)  # Windows keeps what is open


def _locked_folder(place: str | os.PathLike, prefix: str) -> tuple[Path, object]:
    for _ in range(ATTEMPTS):
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
        lock = _lock(folder, PATIENCE)
        if (folder / LOCK).exists():
            break
        if lock is not None:
            lock.close()
    return folder, lock


def _lock(folder: Path, patience: float = 0):
    """Held until it is closed or its process ends, however that comes about: SQLite's
    lock of a file is the one that Python has on every system. None where it is taken,
    or where the file system knows no locks, as some network drives: there nobody sweeps.
    """
    import sqlite3  # not every Python of a worker has it, and no worker needs it

    with suppress(sqlite3.Error):
        lock = sqlite3.connect(folder / LOCK, timeout=patience, check_same_thread=False)
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error:
            lock.close()
            return None
        return lock
    return None
