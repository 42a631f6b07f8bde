# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the plugin's own environment lies, and who may work on it."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QLockFile, QStandardPaths

from ...models.errors import MrifeError

VARIABLE = (
    "MRIFE_RUNTIME"  # of the environment: where the folder lies, before the setting
)
SETTING = "mrife/runtime_folder"


def parent_folder():
    """Where the environment's folder lies or is to lie: as named by the environment
    variable, as chosen the last time, else the data of the user on this computer (not
    those that follow the user to others).
    """
    local = QStandardPaths.StandardLocation.GenericDataLocation
    return (
        os.environ.get(VARIABLE)
        or QgsSettings().value(SETTING, "")
        or QStandardPaths.writableLocation(local)
    )


def managed_store(parent=None):
    from ...models.environment.store import NAME, Store

    return Store(Path(parent or parent_folder()) / NAME)


def remember(parent):
    """The folder that was chosen, for the runs to come; None: the usual one."""
    if parent:
        QgsSettings().setValue(SETTING, str(parent))
    else:
        QgsSettings().remove(SETTING)


@contextmanager
def locked(store):
    """Nobody else works on a store meanwhile. Raises MrifeError where somebody does."""
    lock = QLockFile(str(store.root / "setup.lock"))
    lock.setStaleLockTime(0)  # only where its process is gone
    if not lock.tryLock(0):
        if lock.error() == QLockFile.LockError.LockFailedError:
            _, process, host, _ = lock.getLockInfo()
            raise MrifeError(
                "Another QGIS (process {} on {}) is setting up the runtime in '{}'; wait "
                "until it is through.",
                process,
                host,
                store.root,
            )
        raise MrifeError(
            "Nothing can be written to '{}'; choose another folder.", store.root
        )
    try:
        yield
    finally:
        lock.unlock()
