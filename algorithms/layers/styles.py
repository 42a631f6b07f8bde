# SPDX-License-Identifier: GPL-2.0-or-later
"""From finished patches to a styled layer of polygons, from a probability raster to a
styled raster.
"""

from __future__ import annotations

from qgis.core import (
    Qgis,
    QgsField,
    QgsFields,
    QgsMapLayerLegendUtils,
    QgsProcessingLayerPostProcessorInterface,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QMetaType, QVariant

from ..parameters.language import user_language
from ..texts import tr
from .classes import HEADING_KEYS
from .form import contents_of, set_form
from .symbols import style_document

# threshold the probability style is drawn for (QGIS scales pixels to 0-1); moved to the
# run's
STYLED_FOR = 0.5
OPEN_NODES = "expandedLegendNodes"  # of QGIS
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


class Stack:
    """Layers of one run over each other, in whatever order QGIS loads them: polygons
    over the raster that they come from, the lower place on top.
    """

    OVER = 0  # what would be hidden below polygons
    POLYGONS = 1
    RASTER = 2

    def __init__(self):
        self._loaded = {}  # identifier of a layer in the project, by its place

    def settle(self, place, layer, project):
        """A layer was loaded: it goes below those that belong over it."""
        self._loaded[place] = layer.id()
        tree = project.layerTreeRoot()
        layers = [self._loaded[one] for one in sorted(self._loaded)]
        for above, below in zip(layers, layers[1:]):
            upper = tree.findLayer(above)
            lower = tree.findLayer(below)
            if upper and lower:
                _put_below(lower, upper)


def _put_below(lower, upper):
    """Moves a node of a layer tree right below another that lies under it."""
    group = upper.parent()
    siblings = group.children()
    if lower not in siblings or siblings.index(lower) > siblings.index(upper):
        return
    group.insertChildNode(siblings.index(upper) + 1, lower.clone())
    group.removeChildNode(lower)


class Styler(QgsProcessingLayerPostProcessorInterface):
    """Gives a layer its style when it is loaded; one instance a layer."""

    waiting = []  # QGIS holds no reference of its own, and loads all layers at the end

    def __init__(self, style, stack, place, heading):
        super().__init__()
        self.style = style
        self.stack = stack
        self.place = place
        self.heading = heading
        self.is_done = False
        Styler.waiting = [one for one in Styler.waiting if not one.is_done] + [self]

    def postProcessLayer(self, layer, context, feedback):
        self.is_done = True
        project = context.project()
        node = project.layerTreeRoot().findLayer(layer.id()) if project else None
        if node:
            prepare_legend(node, self.heading)
        self.style(layer)
        if node:
            unfold(node)
        layer.triggerRepaint()
        if self.stack and project:
            self.stack.settle(self.place, layer, project)


def prepare_legend(node, heading):
    """What QGIS reads when the style of the layer changes: `heading` in the place of a
    band's name, which is in the file in English, and that the classes under the headings
    of polygons are to be seen.
    """
    if heading:
        QgsMapLayerLegendUtils.setLegendNodeUserLabel(node, 0, heading)
    if not node.customProperty(OPEN_NODES):
        node.setCustomProperty(OPEN_NODES, list(HEADING_KEYS))


def unfold(node):
    """Shows the legend of a layer that had none yet when it came into the tree."""
    if node.isExpanded():
        node.setExpanded(False)
        node.setExpanded(True)


def finish_layer(
    destination,
    context,
    default_name,
    name,
    style,
    stack=None,
    place=Stack.POLYGONS,
    heading="",
):
    """Name, style and place in a Stack of a layer that will be loaded, and the heading of
    its legend; a name the user gave (in a model, in the dialog) stays.
    """
    if context.willLoadLayerOnCompletion(destination):
        details = context.layerToLoadOnCompletionDetails(destination)
        if details.name in ("", default_name):
            details.name = name
        details.setPostProcessor(Styler(style, stack, place, heading))


def forget_layer(destination, context):
    """A layer that came to nothing is not to be loaded."""
    layers = context.layersToLoadOnCompletion()
    if destination in layers:
        del layers[destination]
        context.setLayersToLoadOnCompletion(layers)


def with_style(show, language=None, labelled=False):
    """A style: `show` of `classes` puts the polygons on the map, with its labels where
    they are `labelled`, and the fields speak the language, QGIS's own where none is given.
    """

    def style(layer):
        words = language or user_language()
        contents = contents_of(layer)
        if layer.isSpatial():  # a CSV is not
            show(layer, words, contents)
            layer.setLabelsEnabled(labelled)
        set_form(layer, words, contents)

    return style


def probability_style(threshold):
    def style(layer):
        layer.importNamedStyle(probability_document(threshold))

    return style


def probability_document(threshold):
    """Our ramp with its foot, below which all is transparent, moved to the run's
    threshold.
    """
    document = style_document("probability.qml")
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


def finish_polygons(
    given,
    name,
    destination,
    title,
    style,
    stack=None,
    history=(),
    place=Stack.POLYGONS,
):
    """Title, style (of `with_style`) and history, sentences on how it was made, of the layer
    of the sink `name`, where QGIS loads it and for those who open its file later; its
    `place` in a Stack of layers of the run.
    """

    def complete(layer):
        style(layer)
        layer.setMetadata(metadata_of(layer, title, history))

    def staged():
        return QgsVectorLayer(given.outputs.staged(name), "", "ogr")

    def write_style(path):
        layer = staged()
        style(layer)
        layer.saveNamedStyle(path)

    def write_metadata(path):
        layer = staged()
        layer.setMetadata(metadata_of(layer, title, history))
        layer.saveNamedMetadata(path)

    outputs = given.outputs
    outputs.style_beside(name, write_style)
    if history:
        outputs.metadata_beside(name, write_metadata)
    label = given.label(name)
    finish_layer(destination, given.context, label, title, complete, stack, place)


def metadata_of(layer, title, history):
    """The layer's own, with a title and where it comes from."""
    metadata = layer.metadata()
    metadata.setTitle(title)
    metadata.setType("dataset")
    metadata.setCrs(layer.crs())
    metadata.setAbstract(" ".join(history))
    metadata.setHistory(list(history))
    return metadata


def polygon_name(source):
    return tr("Landslide candidates, {}").format(source)


def probability_name(source):
    return tr("Landslide probability, {}").format(source)


def finish_probability(path, outline, given, stack):
    """Style, name and place of a probability raster; `outline` is its
    jobs.OutlineJob.
    """
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
        stack,
        Stack.RASTER,
        tr("Probability"),
    )
