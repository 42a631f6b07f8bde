# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory that the C library keeps after use, in case that the process wants it again."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Hand it to the system now; does nothing where the C library is not glibc."""
    if not sys.platform.startswith("linux"):
        return
    library = ctypes.CDLL(None)
    if hasattr(library, "malloc_trim"):  # not in musl
        library.malloc_trim(0)
