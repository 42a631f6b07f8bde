# SPDX-License-Identifier: GPL-2.0-or-later
"""The folder of the managed environment: made beside the old one, there when it is whole."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from ..errors import MissingRuntime

NAME = "mrife-runtime"
RECORD = "environment.json"
LOG = "setup.log"
DOWNLOADS = "downloads"
READY = "environment-"
BUILDING = "building-"
PYTHON = "python-"
ATTEMPTS = 10  # an antivirus holds new programs for a while
PAUSE_S = 0.3


@dataclass(frozen=True)
class Record:
    """What an environment is: a kind of packages, and each as name==version."""

    kind: str
    packages: tuple[str, ...]
    python: str
    size: int = 0  # bytes
    own_python: bool = False  # made from one that lies beside it, of that version


@dataclass(frozen=True)
class Environment:
    folder: Path
    record: Record

    @property
    def python(self) -> Path:
        return program(self.folder)


class Store:
    """All that lies in `root`, a folder of this plugin alone. What `in_use` is true of is
    not taken away.
    """

    def __init__(
        self,
        root: str | os.PathLike,
        in_use: Callable[[Path], bool] = lambda folder: False,
    ):
        self.root = Path(root)
        self._in_use = in_use
        self.downloads = self.root / DOWNLOADS
        self.log = self.root / LOG

    def current(self) -> Environment | None:
        """The environment that was made last and is whole. Raises MissingRuntime."""
        for folder in reversed(self._numbered(READY)):
            record = _read(folder / RECORD)
            if record is not None:
                return Environment(folder, record)
        return None

    def python(self, version: str) -> Path:
        """Where a Python of the plugin's own lies."""
        return self.root / f"{PYTHON}{version}"

    def start(self) -> Path:
        """An empty folder to make the next environment in."""
        folder = self.root / f"{BUILDING}{self._next()}"
        folder.mkdir(parents=True)
        return folder

    def finish(self, building: Path, record: Record) -> Environment:
        """The environment made in `building` becomes the current one, all or nothing."""
        text = json.dumps(asdict(record), indent=1)
        (building / RECORD).write_text(text, encoding="utf-8")
        folder = self.root / building.name.replace(BUILDING, READY)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                os.rename(building, folder)
                break
            except PermissionError:
                if attempt == ATTEMPTS:
                    raise
                time.sleep(PAUSE_S)
        return Environment(folder, record)

    def sweep(self) -> list[Path]:
        """Takes away all but the current environment; returns what could not go, as
        where something still runs in an old one.
        """
        current = self.current()
        spared = current.folder if current else None
        old = [one for one in self._numbered(READY) if one != spared]
        used = [one for one in old if self._in_use(one)]
        unused = [one for one in old if one not in used]
        return [*used, *_removed([*unused, *self._numbered(BUILDING)])]

    def sweep_pythons(self) -> list[Path]:
        """Takes away the Pythons that no environment was made from; returns what could not
        go.
        """
        records = [_read(folder / RECORD) for folder in self._numbered(READY)]
        spared = [
            self.python(record.python)
            for record in records
            if record is not None and record.own_python
        ]
        return _removed([one for one in self._pythons() if one not in spared])

    def remove(self) -> list[Path]:
        """Takes away all that was made here, and nothing else; returns what could not
        go. Nothing goes where something runs in an environment.
        """
        used = [one for one in self._numbered(READY) if self._in_use(one)]
        if used:
            return used
        folders = [*self._numbered(READY), *self._numbered(BUILDING), *self._pythons()]
        left = _removed([one for one in (*folders, self.downloads) if one.exists()])
        if self.log.exists():
            self.log.unlink()
        return left

    def _pythons(self) -> list[Path]:
        return [
            path for path in self._inside() if re.fullmatch(PYTHON + r"[\d.]+", path.name)
        ]

    def _next(self) -> int:
        numbers = [0]
        for folder in (*self._numbered(READY), *self._numbered(BUILDING)):
            numbers.append(int(folder.name.rpartition("-")[2]))
        return max(numbers) + 1

    def _numbered(self, prefix: str) -> list[Path]:
        """Folders of a kind, the oldest first. Raises MissingRuntime."""
        folders = [
            path
            for path in self._inside()
            if path.name.startswith(prefix) and path.name[len(prefix) :].isdecimal()
        ]
        return sorted(folders, key=lambda path: int(path.name[len(prefix) :]))

    def _inside(self) -> list[Path]:
        """All that lies in the folder. Raises MissingRuntime where it cannot be read."""
        try:
            return list(self.root.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise MissingRuntime(
                "The folder of the plugin's own environment, '{}', cannot be read ({}); ask "
                "for the right to read it, or run 'Set up runtime' (mrife:setupruntime) "
                "with another folder.",
                self.root,
                error.strerror,
            ) from error


def program(folder: Path) -> Path:
    """The Python of a virtual environment."""
    if os.name == "nt":
        return folder / "Scripts" / "python.exe"
    return folder / "bin" / "python"


def size_of(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(
        path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    )


def _removed(folders: list[Path]) -> list[Path]:
    """Takes folders away; returns those that are still there."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    return [folder for folder in folders if folder.exists()]


def _read(path: Path) -> Record | None:
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        return Record(**{**fields, "packages": tuple(fields["packages"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None
