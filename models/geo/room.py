# SPDX-License-Identifier: GPL-2.0-or-later
"""Room on a disk, taken before it is written to; needs no library."""

from __future__ import annotations

import os
from typing import BinaryIO

CHUNK = 1 << 20  # bytes


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
