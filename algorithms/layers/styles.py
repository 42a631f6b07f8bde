# SPDX-License-Identifier: GPL-2.0-or-later
"""From finished patches to a styled layer of polygons, from a probability raster to a
styled raster.
"""

from __future__ import annotations

import shutil

from qgis.core import (
    Qgis,
    QgsCategorizedSymbolRenderer,
    QgsEditorWidgetSetup,
    QgsField,
    QgsFields,
    QgsFillSymbol,
    QgsProcessingLayerPostProcessorInterface,
    QgsRendererCategory,
)
from qgis.PyQt.QtCore import QMetaType, QVariant
from qgis.PyQt.QtXml import QDomDocument

from ..parameters.declare import qgis_language
from ..texts import RESOURCES, tr

POLYGON_STYLE = str(RESOURCES / "styles" / "landslides.qml")
PROBABILITY_STYLE = str(RESOURCES / "styles" / "probability.qml")
# threshold the probability style is drawn for (QGIS scales pixels to 0-1); moved to the
# run's
STYLED_FOR = 0.5
# of Okabe and Ito's palette, told apart by everyone; in the order of the reasons
CONFLICT_COLOURS = (
    "#e69f00",
    "#cc79a7",
    "#d55e00",
    "#f0e442",
    "#0072b2",
    "#000000",
    "#009e73",
)
NULL_CHOICE = "{2839923C-8B7D-419E-B84B-CA2FE9B80EC7}"  # QGIS's word for none in a map
NEW_TYPES = Qgis.versionInt() >= 33800  # QgsField takes QMetaType from then on


def qgs_fields(fields):
    """QgsFields of the inventory's fields."""
    result = QgsFields()
    for field in fields:
        result.append(qgs_field(field))
    return result


def qgs_field(field):
    types = {
        "text": ("QString", "String"),
        "real": ("Double", "Double"),
        "int": ("Int", "Int"),
        "date": ("QDate", "Date"),
        "datetime": ("QDateTime", "DateTime"),
    }[field.kind]
    if NEW_TYPES:
        kind = getattr(QMetaType.Type, types[0])
    else:
        kind = getattr(QVariant, types[1])
    result = QgsField(
        field.name,
        kind,
        field.kind if field.kind.startswith("date") else "",
        field.length,
    )
    result.setAlias(field.alias)
    result.setComment(field.description)
    return result


class Styler(QgsProcessingLayerPostProcessorInterface):
    """Gives a layer its style when it is loaded; one instance a layer."""

    alive = []  # QGIS holds no reference of its own

    def __init__(self, style):
        super().__init__()
        self.style = style
        Styler.alive = Styler.alive[-20:] + [self]

    def postProcessLayer(self, layer, context, feedback):
        self.style(layer)
        layer.triggerRepaint()


def finish_layer(destination, context, default_name, name, style):
    """Name and style of a layer that will be loaded; a name the user gave (in a model,
    in the dialog) stays.
    """
    if context.willLoadLayerOnCompletion(destination):
        details = context.layerToLoadOnCompletionDetails(destination)
        if details.name in ("", default_name):
            details.name = name
        details.setPostProcessor(Styler(style))


def forget_layer(destination, context):
    """A layer that came to nothing is not to be loaded."""
    layers = context.layersToLoadOnCompletion()
    if destination in layers:
        del layers[destination]
        context.setLayersToLoadOnCompletion(layers)


def style_polygons(layer):
    layer.loadNamedStyle(POLYGON_STYLE)


def probability_style(threshold):
    def style(layer):
        layer.importNamedStyle(probability_document(threshold))

    return style


def probability_document(threshold):
    """Our ramp with its foot, below which all is transparent, moved to the run's
    threshold.
    """
    document = QDomDocument()
    with open(PROBABILITY_STYLE, encoding="utf-8") as file:
        document.setContent(file.read())
    items = document.elementsByTagName("item")
    for item in (items.at(i).toElement() for i in range(items.count())):
        item.setAttribute(
            "value", f"{_moved(float(item.attribute('value')), threshold):.6g}"
        )
    return document


def _moved(value, threshold):
    if value < STYLED_FOR:
        return value * threshold / STYLED_FOR
    return threshold + (value - STYLED_FOR) * (1 - threshold) / (1 - STYLED_FOR)


def keep_polygon_style(path):
    """The style as a file, for those who open the layer later."""
    shutil.copyfile(POLYGON_STYLE, path)


def polygon_name(source):
    return tr("Landslides of {}").format(source)


def probability_name(source):
    return tr("Landslide probability of {}").format(source)


def finish_probability(path, outline, given):
    """Style and name of a probability raster; `outline` is its pipeline.OutlineJob."""
    threshold = outline.thresholds.threshold

    def keep_style(path):
        with open(path, "w", encoding="utf-8") as file:
            file.write(probability_document(threshold).toString())

    given.outputs.style_beside("PROBABILITY", keep_style)
    finish_layer(
        path,
        given.context,
        tr("Landslide probability"),
        probability_name(outline.run.src_img),
        probability_style(threshold),
    )


def style_conflicts(layer):
    """Conflicts of a merge as outlines in the colour of their reason, over the
    inventory: categories by reason, and words for the fields that only conflicts have, in
    QGIS's language.
    """
    from ...models.inventory.language import Language
    from ...models.inventory.merge.conflicts import CONFLICT_FIELDS

    language = Language.of(qgis_language())
    reason, *_ = CONFLICT_FIELDS
    words = language.choices(reason.choices)
    layer.setRenderer(
        QgsCategorizedSymbolRenderer(
            reason.name,
            [
                QgsRendererCategory(value, _conflict_symbol(colour), label)
                for (value, label), colour in zip(words.items(), CONFLICT_COLOURS)
            ],
        )
    )
    for field in CONFLICT_FIELDS:
        place = layer.fields().lookupField(field.name)
        layer.setFieldAlias(place, language.label(field))
        words = language.choices(field.choices)
        if words:
            pairs = [{label: value} for value, label in words.items()]
            setup = {"map": [*pairs, {language("none"): NULL_CHOICE}]}
            layer.setEditorWidgetSetup(place, QgsEditorWidgetSetup("ValueMap", setup))


def _conflict_symbol(colour):
    return QgsFillSymbol.createSimple(
        {
            "style": "no",
            "outline_color": colour,
            "outline_width": "0.7",
            "outline_style": "dash",
        }
    )
