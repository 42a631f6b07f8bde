# SPDX-License-Identifier: GPL-2.0-or-later
"""A picture of the map: image, polygons in the plugin's style, true outlines where they
are known, and beside it what is drawn how; and a count.

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
    QgsLayerTree,
    QgsLayerTreeModel,
    QgsLegendRenderer,
    QgsLegendSettings,
    QgsLegendStyle,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsRasterLayer,
    QgsRenderContext,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize, QSizeF
from qgis.PyQt.QtGui import QColor, QFont, QImage, QPainter

STYLE = Path(__file__).resolve().parents[2] / "resources" / "styles" / "landslides.qml"
TRUTH = {
    "color": "0,0,0,0",
    "outline_color": "#00c8ff",
    "outline_width": "0.5",
    "outline_style": "dash",
}
DOTS_PER_MM = 4
WIDTH = 1400  # pixels of a map


def vector(path: str) -> QgsVectorLayer:
    layer = QgsVectorLayer(path, Path(path).stem, "ogr")
    if not layer.isValid():
        sys.exit(f"'{path}' cannot be opened as polygons")
    return layer


def draw(layers: list, path: str, width: int = WIDTH) -> None:
    """Layers from top to bottom into a PNG over the extent and in the CRS of the last
    one.
    """
    rendered(layers, width).save(path)


def rendered(layers: list, width: int) -> QImage:
    """What `draw` writes."""
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
    return job.renderedImage()


def legend_of(*layers: QgsVectorLayer) -> QImage:
    """Their classes, as QGIS draws them in a legend."""
    tree = QgsLayerTree()
    for layer in layers:
        tree.addLayer(layer)
    settings = QgsLegendSettings()
    for part in (QgsLegendStyle.Style.Subgroup, QgsLegendStyle.Style.SymbolLabel):
        style = settings.style(part)
        style.setFont(QFont("DejaVu Sans", 8))
        settings.setStyle(part, style)
    model = QgsLayerTreeModel(tree)  # the renderer does not hold it
    renderer = QgsLegendRenderer(model, settings)
    size: QSizeF = renderer.minimumSize()
    width = int(size.width() * DOTS_PER_MM)
    image = QImage(width, int(size.height() * DOTS_PER_MM), QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(DOTS_PER_MM * 1000)
    image.setDotsPerMeterY(DOTS_PER_MM * 1000)
    image.fill(QColor("white"))
    painter = QPainter(image)
    context = QgsRenderContext.fromQPainter(painter)
    painter.scale(DOTS_PER_MM, DOTS_PER_MM)
    renderer.drawLegend(context)
    painter.end()
    return image


def beside(picture: QImage, legend: QImage) -> QImage:
    """The legend to the right of the picture, where it covers nothing."""
    height = max(picture.height(), legend.height())
    width = picture.width() + legend.width()
    both = QImage(width, height, QImage.Format.Format_RGB32)
    both.fill(QColor("white"))
    painter = QPainter(both)
    painter.drawImage(0, 0, picture)
    painter.drawImage(picture.width(), 0, legend)
    painter.end()
    return both


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
    if not Path(arguments.found).with_suffix(".qml").exists():  # which has been loaded
        found.loadNamedStyle(str(STYLE))
    found.setLabelsEnabled(True)
    found.setName("Candidates")
    explained = [found]
    layers = [found, QgsRasterLayer(arguments.image, "image")]
    print(f"found:       {found.featureCount()} polygons")
    if arguments.probability:
        layers.insert(1, QgsRasterLayer(arguments.probability, "probability"))
    if arguments.truth:
        truth = vector(arguments.truth)
        truth.setName("True landslides")
        truth.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(TRUTH)))
        print(
            f"of truth:    {covered(truth, found)} of {truth.featureCount()} true "
            f"slides are covered by half; {covered(found, truth)} of "
            f"{found.featureCount()} polygons lie on them by half"
        )
        layers.insert(0, truth)
        explained.append(truth)
    picture = beside(rendered(layers, WIDTH), legend_of(*explained))
    if not picture.save(arguments.picture):
        sys.exit(f"'{arguments.picture}' cannot be written")


if __name__ == "__main__":
    main()
