# SPDX-License-Identifier: GPL-2.0-or-later
"""The two looks of a review layer, by confidence and by status, each with the form;
kept inside the GeoPackage.
"""

from __future__ import annotations

from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeatureRequest,
    QgsMapLayerStyle,
    QgsRendererCategory,
)
from qgis.PyQt.QtXml import QDomDocument

from ..texts import RESOURCES
from .form import codes_in, set_form


def keep_styles(layer, language, description):
    """Both styles into the GeoPackage of the layer, the first as its default; returns
    what went wrong, else ''.
    """
    from ...models.inventory.review.form import STYLES

    codes = codes_in(
        layer
    )  # before: once a style is kept, QGIS 3.22 reads with complaints
    classes = classes_in(layer)
    for number, (file, name) in enumerate(STYLES):
        dress(layer, file, language, codes, classes)
        failure = layer.saveStyleToDatabase(language(name), description, number == 0, "")
        if failure:
            return failure
    return ""


def dress(layer, file, language, codes, classes):
    """Symbols of the classes that occur and labels of a style file, in words of the
    language, and the form.
    """
    from ...models.inventory.review.form import STYLES, category_labels

    layer.importNamedStyle(
        document(file)
    )  # loadNamedStyle prefers what the GeoPackage holds by then
    renderer = layer.renderer().clone()
    categories = [
        category
        for category in renderer.categories()
        if file != STYLES[0][0] or category.value() in classes
    ]
    renderer.deleteAllCategories()
    labels = category_labels(language)
    for category in categories:
        renderer.addCategory(
            QgsRendererCategory(
                category.value(),
                category.symbol().clone(),
                labels[category.value()],
            )
        )
    layer.setRenderer(renderer)
    set_form(layer, language, codes)


def document(file):
    result = QDomDocument()
    with open(RESOURCES / "styles" / file, encoding="utf-8") as style:
        result.setContent(style.read())
    return result


def classes_in(layer):
    """Confidence classes that occur, or all where there are no polygons."""
    from ...models.inventory.review.form import CLASS, CLASS_LABELS

    expression = QgsExpression(CLASS)
    context = QgsExpressionContext()
    context.appendScopes(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    classes = set()
    for feature in layer.getFeatures(
        QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
    ):
        context.setFeature(feature)
        classes.add(expression.evaluate(context))
    return classes or set(CLASS_LABELS)


def load_styles(layer):
    """All styles of the layer's GeoPackage into the layer as QGIS shows it, the
    default one first.
    """
    layer.loadDefaultStyle()
    manager = layer.styleManager()
    count, identifiers, names, *_ = layer.listStylesInDatabase()
    for place, (identifier, name) in enumerate(zip(identifiers[:count], names)):
        text, _ = layer.getStyleFromDatabase(identifier)
        if place == 0:
            manager.renameStyle(manager.currentStyle(), name)
        elif text:
            manager.addStyle(name, QgsMapLayerStyle(text))


def show_inventory(language):
    """Dresses a reviewed inventory by status."""
    from ...models.inventory.review.form import STYLES

    def style(layer):
        dress(layer, STYLES[1][0], language, codes_in(layer), set())

    return style
