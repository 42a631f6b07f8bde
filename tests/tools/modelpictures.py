# SPDX-License-Identifier: GPL-2.0-or-later
"""The example models as the modeler of QGIS shows them: a picture of each.

PYTHONPATH=/usr/share/qgis/python/plugins python3 tests/tools/modelpictures.py docs/pictures
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from plugin_in_qgis import ROOT, started
from qgis.core import QgsApplication, QgsProcessingModelAlgorithm
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QDockWidget

MODELS = ROOT / "resources" / "models"
SIZE = (1180, 700)


def picture(model: Path, path: Path) -> None:
    """A model, opened in the modeler."""
    from processing.modeler.ModelerDialog import ModelerDialog

    algorithm = QgsProcessingModelAlgorithm()
    if not algorithm.fromFile(str(model)):
        sys.exit(f"'{model}' cannot be opened")
    dialog = ModelerDialog.create(algorithm)
    dialog.resize(*SIZE)
    for dock in dialog.findChildren(QDockWidget):
        dock.close()
    dialog.show()
    QgsApplication.processEvents()
    view = dialog.view()
    view.fitInView(view.scene().itemsBoundingRect(), Qt.AspectRatioMode.KeepAspectRatio)
    QgsApplication.processEvents()
    dialog.grab().save(str(path))


def main(folder: str) -> None:
    plugin = started()
    for model in sorted(MODELS.glob("*.model3")):
        picture(model, Path(folder) / f"{model.stem}.png")
    plugin.unload()
    sys.stdout.flush()
    os._exit(0)  # QGIS may fall over its own objects on the way out


if __name__ == "__main__":
    main(*sys.argv[1:])
