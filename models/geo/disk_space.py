# SPDX-License-Identifier: GPL-2.0-or-later
"""Room on a disk: looked at before a long run, taken before it is written to; needs no
library.
"""

from __future__ import annotations

import os
import shutil
from typing import BinaryIO

from ..errors import MrifeError

SPARE = 32_000_000  # bytes that must stay free beyond what is known to be needed
CHUNK = 1 << 20  # bytes


def check_space(folder: str | os.PathLike, need: float) -> None:
    """Raises MrifeError where the disk of a folder, which is there, has not so many bytes
    free.
    """
    free = shutil.disk_usage(folder).free
    if free < need + SPARE:
        raise MrifeError(
            "The disk of '{}' has {} MB free but about {} MB are needed; free some or "
            "choose another folder.",
            folder,
            free // 1000000,
            (need + SPARE) // 1000000,
        )


def take_room(file: BinaryIO, size: int) -> None:
    """Let a file that is open for writing go on for `size` bytes from where it stands,
    which hold zeros and have their place on the disk. Raises OSError where there is not
    so much.

    A file that is merely said to be so long may be mapped into memory, and the system
    kills whoever writes there once the disk is full.
    """
    start = file.tell()
    if not size:
        return
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), start, size)
        return
    for begin in range(0, size, CHUNK):
        file.write(bytes(min(CHUNK, size - begin)))
    file.flush()
    file.seek(start)
