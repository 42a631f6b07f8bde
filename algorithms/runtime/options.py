# SPDX-License-Identifier: GPL-2.0-or-later
"""What is set once for all runs: an environment variable, or the Processing option of the
same name.
"""

from __future__ import annotations

import os

from qgis.core import QgsSettings

from ..texts import tr

PYTHON = "MRIFE_PYTHON"
INDEX = "MRIFE_INDEX"
WHEELS = "MRIFE_WHEELS"
MIRROR = "MRIFE_PYTHON_MIRROR"
ARCHIVES = "https://github.com/astral-sh/python-build-standalone/releases/download"


def option_titles():
    """As Settings > Options > Processing > Providers shows them, by name."""
    return {
        PYTHON: tr("Python with numpy and onnxruntime"),
        INDEX: tr("Package index"),
        WHEELS: tr("Folder of wheels"),
        MIRROR: tr("Mirror of Python downloads"),
    }


def set_values(name):
    """(origin, value) of what somebody set, first things first."""
    title = option_titles()[name]
    values = (
        (tr("The environment variable {}").format(name), os.environ.get(name)),
        (
            tr("The Processing option '{}'").format(title),
            QgsSettings().value(f"Processing/Configuration/{name}", ""),
        ),
    )
    texts = [(origin, str(value or "").strip()) for origin, value in values]
    return [(origin, text) for origin, text in texts if text]


def set_value(name):
    """What holds for all runs; "" where nobody set it."""
    return next((value for _, value in set_values(name)), "")


def index_without_login():
    """The package index that holds for all runs, as it may be shown."""
    address = set_value(INDEX)
    if not address:  # switching the plugin on loads nothing
        return ""
    from ...models.environment.failures import without_credentials

    return without_credentials(address)
