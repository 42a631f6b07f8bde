# SPDX-License-Identifier: GPL-2.0-or-later
"""The pictures of docs/first-result.md and docs/review.md, from the running program on the
scene that `./build.sh demo` made and searched:

    ./build.sh demo && cp -r build/demo /tmp/demo    # whose path is in the pictures
    .venv/bin/python tests/tools/doc_pictures.py /tmp/demo docs/pictures
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from picture import legend_of, rendered
from plugin_in_qgis import dialog_picture, stand_in_for_the_window, started
from qgis.core import QgsApplication, QgsProject, QgsRasterLayer, QgsVectorLayer
from qgis.gui import QgsAttributeForm, QgsGui
from qgis.PyQt.QtGui import QPainter

MAP_WIDTH = 720  # pixels


def map_with_legend(layer: QgsVectorLayer, ground: str, path: str) -> None:
    image = rendered([layer, QgsRasterLayer(ground, "image")], MAP_WIDTH)
    painter = QPainter(image)
    painter.drawImage(8, 8, legend_of(layer))
    painter.end()
    image.save(path)


def form(review: str, path: str) -> None:
    """The form of the candidate that comes first."""
    layer = QgsVectorLayer(review, "review", "ogr")
    QgsProject.instance().addMapLayer(layer)
    layer.startEditing()
    first = min(layer.getFeatures(), key=lambda feature: feature["rev_rank"])
    QgsGui.editorWidgetRegistry().initEditors()
    shown = QgsAttributeForm(layer, first)
    shown.resize(1000, 560)
    shown.show()
    QgsApplication.processEvents()
    shown.grab().save(path)
    layer.rollBack()


def main(demo: str, pictures: str) -> None:
    plugin = started()
    stand_in_for_the_window()
    import processing

    scene = Path(demo).resolve()
    target = Path(pictures).resolve()
    image = str(scene / "orthophoto.tif")
    dem = str(scene / "dem.tif")
    filled = {"INPUT": image, "DEM": dem}
    dialog_picture(str(target / "setup-runtime.png"), "setupruntime", {})
    dialog_picture(str(target / "detect.png"), "detect", filled)
    candidates = QgsVectorLayer(str(scene / "found.gpkg"), "Candidates", "ogr")
    map_with_legend(candidates, image, str(target / "candidates.jpg"))
    with tempfile.TemporaryDirectory() as folder:
        review = str(Path(folder) / "review.gpkg")
        asked = {"INPUT": str(scene / "found.gpkg"), "OUTPUT": review}
        processing.run("mrife:preparereview", asked)
        form(f"{review}|layername=review", str(target / "review-form.png"))
    plugin.unload()
    sys.stdout.flush()
    os._exit(0)  # QGIS may fall over its own objects on the way out


if __name__ == "__main__":
    main(*sys.argv[1:])
