# SPDX-License-Identifier: GPL-2.0-or-later
"""What pyproj keeps for a thread, where Python did not make the thread, as those of Qt."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager

_kept = {}  # by thread; the next one of its number takes its place


@contextmanager
def context_kept():
    """What pyproj makes for this thread in the block lasts as long as the thread.

    pyproj 3.7.0 to 3.7.2 frees it with Python's own state of the thread, which Qt's
    threads have for one call, and uses it again in the next one: the process ends
    (pyproj's issues 1509, 1622).
    """
    try:
        yield
    finally:
        pyproj = sys.modules.get("pyproj._context")  # not in older ones
        manager = getattr(pyproj, "get_context_manager", lambda: None)()
        if manager is not None:
            _kept[threading.get_ident()] = manager
