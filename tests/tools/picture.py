# SPDX-License-Identifier: GPL-2.0-or-later
"""A picture of the map: image, polygons in the plugin's style, true outlines where they
are known; and a count.

python tests/picture.py image.tif found.gpkg map.png [--truth slides.gpkg] [--probability
p.tif]
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (
    QgsApplication,
    QgsFillSymbol,
    QgsGeometry,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsRasterLayer,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize

STYLE = Path(__file__).resolve().parents[2] / "resources" / "styles" / "landslides.qml"
TRUTH = {
    "color": "0,0,0,0",
    "outline_color": "#00c8ff",
    "outline_width": "0.5",
    "outline_style": "dash",
}


def vector(path: str) -> QgsVectorLayer:
    layer = QgsVectorLayer(path, Path(path).stem, "ogr")
    if not layer.isValid():
        sys.exit(f"'{path}' cannot be opened as polygons")
    return layer


def draw(layers: list, path: str, width: int = 1400) -> None:
    """Layers from top to bottom into a PNG over the extent and in the CRS of the last
    one.
    """
    ground = layers[-1]
    extent = ground.extent()
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(ground.crs())
    settings.setExtent(extent)
    settings.setOutputSize(
        QSize(width, max(1, round(width * extent.height() / extent.width())))
    )
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(path)


def covered(first: QgsVectorLayer, second: QgsVectorLayer) -> int:
    """How many features of one layer lie at least by half on the other."""
    ground = QgsGeometry.unaryUnion(
        [f.geometry().makeValid() for f in second.getFeatures()]
    )
    shares = (
        f.geometry().makeValid().intersection(ground).area() / f.geometry().area()
        for f in first.getFeatures()
    )
    return sum(share >= 0.5 for share in shares)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("image", "found", "picture"):
        parser.add_argument(name)
    parser.add_argument("--truth")
    parser.add_argument("--probability")
    arguments = parser.parse_args()
    application = QgsApplication([], False)
    application.initQgis()
    found = vector(arguments.found)
    found.loadNamedStyle(str(STYLE))
    layers = [found, QgsRasterLayer(arguments.image, "image")]
    print(f"found:       {found.featureCount()} polygons")
    if arguments.probability:
        layers.insert(1, QgsRasterLayer(arguments.probability, "probability"))
    if arguments.truth:
        truth = vector(arguments.truth)
        truth.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(TRUTH)))
        print(
            f"of truth:    {covered(truth, found)} of {truth.featureCount()} true "
            f"slides are covered by half; {covered(found, truth)} of "
            f"{found.featureCount()} polygons lie on them by half"
        )
        layers.insert(0, truth)
    draw(layers, arguments.picture)


if __name__ == "__main__":
    main()
