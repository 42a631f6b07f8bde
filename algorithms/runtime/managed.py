# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the plugin's own environment lies."""

from __future__ import annotations

import os
from contextlib import contextmanager, nullcontext
from pathlib import Path

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QStandardPaths

# of the environment: where the folder lies, before the setting
VARIABLE = "MRIFE_RUNTIME"
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
    from ...models.geo.locks import in_use

    return Store(Path(parent or parent_folder()) / NAME, in_use)


@contextmanager
def environment_kept(program):
    """Setting up another environment leaves that of a Python, where it is one of the
    plugin's own, as long as this lasts.
    """
    from ...models.environment.store import RECORD
    from ...models.geo.locks import kept

    folder = Path(program).parent.parent
    ours = (folder / RECORD).is_file()
    with kept(folder) if ours else nullcontext():
        yield


def remember(parent):
    """The folder that was chosen, for the runs to come."""
    QgsSettings().setValue(SETTING, os.path.abspath(parent))


def forget(parent):
    """The folder that was chosen where it is this one: the usual one is for the runs to
    come.
    """
    chosen = QgsSettings().value(SETTING, "")
    if chosen and os.path.realpath(chosen) == os.path.realpath(parent):
        QgsSettings().remove(SETTING)
