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

from .locks import Taken, lock

PREFIX = "mrife-"
LOCK = "lock"
ATTEMPTS = 5  # a sweeper may take a folder in the moment before it is locked
PATIENCE = 2.0  # seconds until that sweeper has done
_OURS: set[Path] = set()  # folders of this process


@contextmanager
def scratch_folder(place: str | os.PathLike, hidden: bool = False) -> Iterator[Path]:
    """A new folder in `place` that is gone after the block. Raises OSError."""
    prefix = "." * hidden + PREFIX
    sweep(place, prefix)
    folder, held = _locked_folder(place, prefix)
    _OURS.add(folder)
    try:
        yield folder
    finally:
        if held is not None:
            held.close()
        _remove(folder)
        _OURS.discard(folder)


def remove_all() -> None:
    """Remove the folders of this process, which is about to end in the midst of its
    work.
    """
    for folder in tuple(_OURS):
        _remove(folder)


def sweep(place: str | os.PathLike, prefix: str = PREFIX) -> None:
    """Remove the folders of runs that are no more from `place`."""
    for folder in Path(place).glob(f"{prefix}*"):
        held = None
        if os.path.isfile(folder / LOCK):  # that of somebody else cannot be looked at
            held = _locked(folder)
        if held is not None:
            _remove(folder)  # while nobody else can lock it
            held.close()
            shutil.rmtree(folder, ignore_errors=True)  # Windows keeps what is open


def _remove(folder: Path) -> None:
    """The lock goes last: without it nobody sweeps what a kill left of the folder."""
    with suppress(OSError):
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != LOCK:
                path.unlink()
    shutil.rmtree(folder, ignore_errors=True)


def _locked_folder(place: str | os.PathLike, prefix: str) -> tuple[Path, object]:
    for _ in range(ATTEMPTS):
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
        held = _locked(folder, PATIENCE)
        if (folder / LOCK).exists():
            break
        if held is not None:
            held.close()
    return folder, held


def _locked(folder: Path, patience: float = 0):
    """None where it is taken, or cannot be: there nobody sweeps."""
    with suppress(Taken):
        return lock(folder / LOCK, patience)
    return None
