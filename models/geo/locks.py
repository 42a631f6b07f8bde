# SPDX-License-Identifier: GPL-2.0-or-later
"""Who works at a place, so that no two runs write to it at once."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from ..errors import MrifeError

LOCK = ".lock"  # of a folder


class Taken(Exception):
    """Somebody else holds a lock; the arguments are process and host, where known."""


def lock(path: str | os.PathLike, patience: float = 0, begin: str = "BEGIN IMMEDIATE"):
    """A lock at `path`, held until it is closed or its process ends, however that comes
    about: SQLite's lock of a file is the one that Python has on every system.

    None where the file system knows no locks, as some network drives. Raises Taken where
    somebody else holds it for `patience` seconds.
    """
    import sqlite3  # not every Python of a worker has it, and no worker needs it

    try:
        _make(path)
        held = sqlite3.connect(path, timeout=patience, check_same_thread=False)
    except (OSError, sqlite3.Error):
        return None
    try:
        held.execute(begin)
    except sqlite3.Error as error:
        holder = _holder(held)
        held.close()
        if "locked" in str(error):
            raise Taken(*holder) from error
        return None
    return held


def _make(path: str | os.PathLike) -> None:
    """The file of a lock, for all whom its folder is for, as SQLite's own is not. One that
    is there is not opened: POSIX ends all locks of a process on a file as soon as the
    process closes the file, however often it has it open. Raises OSError.
    """
    with suppress(FileExistsError), open(path, "xb"):
        if os.name != "nt":
            _share(path)


def _share(path: str | os.PathLike) -> None:
    """All who may write in its folder may write to a new file, whatever the umask."""
    folder = os.stat(os.path.dirname(path) or os.curdir)
    with suppress(OSError):  # one is not of that group
        os.chown(path, -1, folder.st_gid)
    with suppress(OSError):  # the disk knows no rights
        os.chmod(path, os.stat(path).st_mode | folder.st_mode & 0o066)


@contextmanager
def kept(folder: Path) -> Iterator[None]:
    """During the block `in_use` says that somebody works with what lies in a folder. Any
    number may at once, and one who may not write there does so unseen.
    """
    import sqlite3

    held = lock(folder / LOCK, begin="BEGIN")
    if held is None:
        yield
        return
    with closing(held):
        with suppress(sqlite3.Error):
            held.execute("SELECT * FROM sqlite_master").fetchall()  # a shared lock
        yield


def in_use(folder: Path) -> bool:
    """Whether somebody keeps a folder."""
    if not os.path.isfile(folder / LOCK):
        return False
    try:
        held = lock(folder / LOCK, begin="BEGIN EXCLUSIVE")
    except Taken:
        return True
    if held is not None:
        held.close()
    return False


@contextmanager
def only_run_in(folder: Path) -> Iterator[None]:
    """No other run works in a folder during the block. Raises MrifeError where one
    does.
    """
    with only_run_at(folder / LOCK, folder):
        yield


@contextmanager
def work_folder(folder: Path) -> Iterator[None]:
    """A folder in which no other run works during the block: made where it is not there,
    and gone afterwards where no file was left in it. Raises MrifeError, OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with only_run_in(folder):
            yield
    finally:
        for place, _, _ in os.walk(folder, topdown=False):
            with suppress(OSError):  # something lies in it
                os.rmdir(place)


@contextmanager
def only_run_at(path: Path, place: str | os.PathLike) -> Iterator[None]:
    """No other run works at a place during the block, as a lock at `path` says. Raises
    MrifeError where one does.
    """
    try:
        held = lock(path)
        if held is not None:
            held = _signed(path, held)
    except Taken as other:
        raise MrifeError(
            "Another run (process {} on {}) is writing to '{}'; wait until it is through, "
            "or choose another place.",
            *(other.args or ("?", "?")),
            place,
        ) from other
    try:
        yield
    finally:
        _give_back(path, held)


def _signed(path: Path, held):
    """The lock, once it says who holds it: that is written, and then it is taken
    again.
    """
    import sqlite3

    try:
        held.execute("CREATE TABLE IF NOT EXISTS holder (process, host)")
        held.execute("DELETE FROM holder")
        holder = (os.getpid(), socket.gethostname())
        held.execute("INSERT INTO holder VALUES (?, ?)", holder)
        held.commit()
    except sqlite3.Error:  # a full disk: the run says so itself
        return held
    held.close()
    return lock(path)


def _holder(connection) -> tuple[int, str] | tuple[()]:
    import sqlite3

    with suppress(sqlite3.Error):
        return connection.execute("SELECT process, host FROM holder").fetchone() or ()
    return ()


def _give_back(path: Path, held) -> None:
    """Removed while it is held where that can be, or else another run's would be; also
    what is left of one that could not be had, on a full disk or one that knows no locks.
    """
    # PermissionError: another run has it open
    with suppress(FileNotFoundError, PermissionError):
        if held is None:
            with suppress(OSError):  # too long a name, too
                os.remove(path)
            return
        try:
            os.remove(path)
            held.close()
        except PermissionError:  # Windows, as long as it is open
            held.close()
            os.remove(path)
