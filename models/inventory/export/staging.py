# SPDX-License-Identifier: GPL-2.0-or-later
"""Files that belong together take their places together, or none of them does."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ...errors import MrifeError


@contextmanager
def staged(path: str, stale: Sequence[str] = ()) -> Iterator[Path]:
    """A folder beside `path`; what lies in it at the end takes its place there, all of it
    or nothing.

    What was there under the endings `stale` of the same name goes. Raises MrifeError where
    a file cannot be replaced.
    """
    into = Path(path).absolute().parent
    folder = tempfile.mkdtemp(prefix=".mrife-", dir=into)
    try:
        yield Path(folder)
        names = [Path(path).with_suffix(ending).name for ending in stale]
        _place(Path(folder), into, names)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _place(folder: Path, into: Path, stale: list[str]) -> None:
    new = sorted(path.name for path in folder.iterdir())
    old = [name for name in new + stale if (into / name).exists()]
    aside = folder / "old"
    moved = []
    placed = []
    aside.mkdir()
    try:
        for name in old:
            os.replace(into / name, aside / name)
            moved.append(name)
        for name in new:
            os.replace(folder / name, into / name)
            placed.append(name)
    except OSError as error:
        for name in placed:
            os.remove(into / name)
        for name in moved:
            os.replace(aside / name, into / name)
        raise MrifeError(
            "The files in '{}' cannot be replaced ({}); close them where they are open "
            "or choose another name.",
            into,
            error.strerror,
        ) from error
