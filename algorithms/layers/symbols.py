# SPDX-License-Identifier: GPL-2.0-or-later
"""The symbols of polygons and lines on the map, and the look of their labels."""

from __future__ import annotations

from qgis.core import (
    QgsFillSymbol,
    QgsHashedLineSymbolLayer,
    QgsLineSymbol,
    QgsPalLayerSettings,
    QgsSimpleFillSymbolLayer,
    QgsSimpleLineSymbolLayer,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtXml import QDomDocument

from ..texts import RESOURCES

RIM_COLOUR = "#ffffff"
RIM_MM = 0.4  # both sides of a line
PART_COLOUR = "#661c00"  # of the lines of an outline
TICK_MM = 1.6
TICK_STEP_MM = 2.4


def outlined(colour, style="solid"):
    """An outline on white, so that it is seen on dark ground too."""
    rim = {"style": "no", "outline_color": RIM_COLOUR, "outline_width": "1.1"}
    line = {
        "style": "no",
        "outline_color": colour,
        "outline_width": "0.7",
        "outline_style": style,
    }
    symbol = QgsFillSymbol.createSimple(line)
    symbol.insertSymbolLayer(0, QgsSimpleFillSymbolLayer.create(rim))
    return symbol


def dashed(colour):
    return outlined(colour, "dash")


def filled(colour="#00000000"):
    """Half transparent, so that the ground below is seen; empty without a colour."""
    symbol = QgsFillSymbol.createSimple(
        {"color": colour, "outline_color": "#8c8c8c", "outline_width": "0.1"}
    )
    symbol.setOpacity(0.7)
    return symbol


def part_symbol(part):
    """Of the outline: the head scarp heavy and with ticks, the toe dashed."""
    width = "0.7" if part == "scarp" else "0.4"
    symbol = QgsLineSymbol.createSimple(
        {
            "line_color": PART_COLOUR,
            "line_width": width,
            "line_style": "dash" if part == "toe" else "solid",
        }
    )
    rim = {"line_color": RIM_COLOUR, "line_width": f"{float(width) + RIM_MM:g}"}
    symbol.insertSymbolLayer(0, QgsSimpleLineSymbolLayer.create(rim))
    if part == "scarp":
        ticks = QgsHashedLineSymbolLayer(True, TICK_STEP_MM)
        ticks.setHashLength(TICK_MM)
        ticks.setOffset(-TICK_MM / 2)  # the polygon lies on the left hand
        ticks.setRotateSymbols(True)
        hair = {"line_color": PART_COLOUR, "line_width": "0.4"}
        ticks.setSubSymbol(QgsLineSymbol.createSimple(hair))
        symbol.appendSymbolLayer(ticks)
    return symbol


def style_symbols(layer, file):
    """Symbols of a style file by the value that they stand for; the layer gets its
    labels.
    """
    # loadNamedStyle prefers what a GeoPackage holds
    layer.importNamedStyle(style_document(file))
    categories = layer.renderer().categories()
    return {category.value(): category.symbol().clone() for category in categories}


def style_document(file):
    document = QDomDocument()
    with open(RESOURCES / "styles" / file, encoding="utf-8") as style:
        document.setContent(style.read())
    return document


def labels_of(expression):
    """The values of an expression of QGIS, on white so that they are read on any ground."""
    rim = QgsTextBufferSettings()
    rim.setEnabled(True)
    text = QgsTextFormat()
    text.setBuffer(rim)
    settings = QgsPalLayerSettings()
    settings.fieldName = expression
    settings.isExpression = True
    settings.setFormat(text)
    return QgsVectorLayerSimpleLabeling(settings)
