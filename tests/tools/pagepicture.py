# SPDX-License-Identifier: GPL-2.0-or-later
"""A report as a picture: its page in columns, cut where a heading begins. Needs
python3-pyqt5.qtwebkit.

    python -m models.scenes.scene build/report --seed 7 --width 3072 --height 2048 --slides 60
    ./build.sh run mrife:detect --INPUT=build/report/orthophoto.tif --DEM=build/report/dem.tif \
        --OUTPUT=build/report/found.gpkg
    ./build.sh run mrife:statistics --INPUT=build/report/found.gpkg --DEM=build/report/dem.tif \
        --TITLE="Made-up sheet, candidates" --LANGUAGE=en --OUTPUT=build/report/report.html
    /usr/bin/python3 tests/pagepicture.py build/report/report.html docs/pictures/statistics.png
"""

from __future__ import annotations

import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from qgis.PyQt.QtCore import QSize, Qt, QUrl
from qgis.PyQt.QtGui import QImage, QPainter
from qgis.PyQt.QtWebKitWidgets import QWebPage
from qgis.PyQt.QtWidgets import QApplication

WIDTH, COLUMNS, SCALE = 960, 3, 0.56


def shot(frame, page) -> QImage:
    """The whole page."""
    height = frame.contentsSize().height()
    page.setViewportSize(QSize(WIDTH, height))
    image = QImage(WIDTH, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    frame.render(painter)
    painter.end()
    return image


def columns(image: QImage, tops: list[int]) -> QImage:
    """The page in COLUMNS, each begun at one of `tops`."""
    height = image.height() / COLUMNS
    cuts = [
        0,
        *(min(tops, key=lambda top: abs(top - i * height)) for i in range(1, COLUMNS)),
        image.height(),
    ]
    made = QImage(
        WIDTH * COLUMNS,
        max(b - a for a, b in zip(cuts, cuts[1:])),
        QImage.Format.Format_RGB32,
    )
    made.fill(Qt.GlobalColor.white)
    painter = QPainter(made)
    for i, (top, bottom) in enumerate(zip(cuts, cuts[1:])):
        painter.drawImage(WIDTH * i, 0, image, 0, top, WIDTH, bottom - top)
    painter.end()
    return made.scaledToWidth(
        round(made.width() * SCALE), Qt.TransformationMode.SmoothTransformation
    )


def small(image: QImage) -> QImage:
    """With the 256 commonest colours."""
    bits = image.bits()
    bits.setsize(image.sizeInBytes())
    colours, counts = np.unique(
        np.frombuffer(bits, np.uint32) & 0xFFFCFCFC, return_counts=True
    )
    table = [
        int(colour) | 0xFF000000 for colour in colours[np.argsort(-counts)][:255]
    ] + [0xFFFFFFFF]
    return image.convertToFormat(
        QImage.Format.Format_Indexed8, table, Qt.ImageConversionFlag.ThresholdDither
    )


def main(source: str, target: str) -> None:
    application, page = QApplication([]), QWebPage()
    page.setViewportSize(QSize(WIDTH, 800))
    frame = page.mainFrame()
    frame.setScrollBarPolicy(
        Qt.Orientation.Vertical, Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    )

    def draw(loaded: bool) -> None:
        image = shot(frame, page)
        tops = [
            element.geometry().top() - 14
            for element in frame.findAllElements("h2, h3").toList()
        ]
        small(columns(image, tops)).save(target, quality=0)
        application.quit()

    page.loadFinished.connect(draw)
    frame.load(QUrl.fromLocalFile(os.path.abspath(source)))
    application.exec()


if __name__ == "__main__":
    main(*sys.argv[1:])
