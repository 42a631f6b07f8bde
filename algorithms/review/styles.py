# SPDX-License-Identifier: GPL-2.0-or-later
"""The two looks of a review layer, by confidence and by status, each with the form;
kept inside the GeoPackage.
"""

from __future__ import annotations

from qgis.core import QgsMapLayerStyle

from ..layers.classes import show_confidence, show_status
from ..layers.form import Contents, contents_of, set_form
from .form import set_actions, set_rules


def keep_styles(layer, language, description):
    """Both styles into the GeoPackage of the layer, the first as its default; returns
    what went wrong, else ''.
    """
    # before: once a style is kept, QGIS 3.22 reads with complaints
    contents = contents_of(layer)
    contents.classes.add("")  # of what a reviewer draws new
    looks = (("style_confidence", show_confidence), ("style_status", show_status))
    for place, (key, show) in enumerate(looks):
        show(layer, language, contents)
        layer.setLabelsEnabled(True)  # by rank
        set_actions(layer, language)
        set_form(layer, language, contents)
        set_rules(layer, language)
        failure = _keep(layer, language(key), description, place == 0)
        if failure:
            return failure
    return ""


def keep_words(layer, language, fields):
    """Names of fields in words, as the default style of a layer in a GeoPackage; returns
    what went wrong, else ''.
    """
    # nothing is read: once a style is kept, QGIS 3.22 reads with complaints
    contents = Contents(set(layer.fields().names()), set(), {}, set())
    set_form(layer, language, contents, fields)
    return _keep(layer, layer.name(), "", True)


def _keep(layer, name, description, is_default):
    """What went wrong, else ''."""
    if not hasattr(layer, "saveStyleToDatabaseV2"):
        return layer.saveStyleToDatabase(name, description, is_default, "")
    # newer QGIS shows each call of the older one as a warning
    _, failure = layer.saveStyleToDatabaseV2(name, description, is_default, "")
    return failure


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
