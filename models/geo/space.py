# SPDX-License-Identifier: GPL-2.0-or-later
"""Room on a disk, looked at before a long run."""

from __future__ import annotations

import os
import shutil

from ..errors import MrifeError

SPARE = 32_000_000  # bytes that must stay free beyond what is known to be needed


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
