# SPDX-License-Identifier: GPL-2.0-or-later
"""Files that appear only when they are whole; needs no library."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

UNFINISHED = ".part"


@contextmanager
def whole_or_nothing(path: str | os.PathLike, suffix: str = UNFINISHED) -> Iterator[str]:
    """A path to write to in the block, `path` with a suffix: what stands there takes the
    place of `path` at the end, and is removed where the block fails. What a run that was
    killed left there is removed first. Raises OSError where it cannot take that place.
    """
    unfinished = f"{os.fspath(path)}{suffix}"
    with suppress(FileNotFoundError):
        os.remove(unfinished)
    try:
        yield unfinished
        os.replace(unfinished, path)
    finally:
        with suppress(FileNotFoundError):
            os.remove(unfinished)
