# SPDX-License-Identifier: GPL-2.0-or-later
"""What PROJ needs in a thread that Python did not start, as those are in which QGIS runs
its tasks.
"""

from __future__ import annotations

import threading

from pyproj.datadir import get_user_data_dir

_kept: dict[int, object] = {}  # by thread


def keep_context() -> None:
    """Keep the context of PROJ of this thread, before anything is asked of pyproj in it.

    pyproj 3.7 frees it when QGIS's call of Python ends, but the thread still takes it
    for its own: the next call in it would end the process (pyproj4/pyproj#1622).
    """
    try:
        from pyproj._context import get_context_manager
    except ImportError:  # before 3.7 each object has a context of its own
        return
    get_user_data_dir()  # makes a context where the thread has none
    manager = get_context_manager()
    if manager is not None:  # an earlier call has made it, else
        _kept[threading.get_ident()] = manager
