# SPDX-License-Identifier: GPL-2.0-or-later
"""The checkout as a plugin in a QGIS without a screen, for the tools that show or describe
what a user sees.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qgis.utils
from qgis.core import QgsApplication, QgsProcessingContext
from qgis.testing import start_app

ROOT = Path(__file__).resolve().parents[2]
HELPERS = ROOT / "tests" / "helpers"
sys.path += [str(ROOT), str(HELPERS)]  # the first for scripts that read models, too

from plugin_package import plugin_package


def started() -> object:
    """The plugin, in Processing; it lives as long as what is returned."""
    start_app()
    return in_processing()


def in_processing() -> object:
    """The plugin, in Processing of a QGIS that was started; it lives as long as what is
    returned.
    """
    sys.path.append("/usr/share/qgis/python/plugins")
    from processing.core.Processing import Processing

    Processing.initialize()
    plugin = plugin_package().classFactory(None)
    plugin.initProcessing()
    return plugin


def made_scene(folder: Path, settings: Sequence[str]) -> Path:
    """A folder in which a made-up scene lies, made once."""
    scene = folder / "scene"
    if not (scene / "done").exists():
        command = [os.environ["MRIFE_PYTHON"], "-m", "models", "scene", str(scene)]
        subprocess.run([*command, *settings], cwd=ROOT, check=True)
        (scene / "done").touch()
    return scene


def stand_in_for_the_window() -> None:
    """What dialogs ask of QGIS's main window."""
    from unittest.mock import MagicMock

    from qgis.gui import QgsBrowserGuiModel, QgsMapCanvas

    canvas = QgsMapCanvas()
    qgis.utils.iface = MagicMock(
        browserModel=QgsBrowserGuiModel,
        mainWindow=lambda: None,
        mapCanvas=lambda: canvas,
        activeLayer=lambda: None,
    )


def dialog_picture(path: str, algorithm: str, parameters: dict) -> None:
    """An algorithm's dialog with its parameters filled in, as a file."""
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    source = QgsApplication.processingRegistry().algorithmById(f"mrife:{algorithm}")
    dialog = AlgorithmDialog(source.create(), False, None)
    dialog.resize(900, 560)
    dialog.show()
    context = QgsProcessingContext()
    for name, value in parameters.items():
        dialog.mainWidget().wrappers[name].setParameterValue(value, context)
    QgsApplication.processEvents()
    dialog.grab().save(path)
    dialog.close()
