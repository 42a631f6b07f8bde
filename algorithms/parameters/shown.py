# SPDX-License-Identifier: GPL-2.0-or-later
"""Layers of the project that show the files which a run writes."""

from __future__ import annotations

from qgis.core import QgsDataProvider, QgsProviderRegistry
from qgis.PyQt.QtCore import QThread

from .files import is_same


def check_not_edited(places, project):
    """Raises MrifeError where somebody edits a layer whose file would be replaced: what
    is saved later would go to other polygons, by their numbers.
    """
    from ...models.geo.write_failure import open_elsewhere

    for place in places:
        for layer in _shown(place.path, project):
            if layer.isEditable():
                raise open_elsewhere(place.path)


def show_anew(paths, project):
    """Has each layer read its new file: QGIS holds the old one open, or what it knows of
    it, and adds no second layer of one source.
    """
    for path in paths:
        for layer in _shown(path, project):
            if layer.isEditable():
                continue
            layer.setDataSource(
                layer.source(),
                layer.name(),
                layer.providerType(),
                QgsDataProvider.ProviderOptions(),
            )
            layer.reload()  # for tables that are open
            layer.triggerRepaint()


def _shown(path, project):
    """The layers of a file; none seen from another thread than that of the project, as
    in a model.
    """
    if project is None or project.thread() != QThread.currentThread():
        return []
    registry = QgsProviderRegistry.instance()
    layers = []
    for layer in project.mapLayers().values():
        parts = registry.decodeUri(layer.providerType(), layer.source())
        if parts.get("path") and is_same(path, parts["path"]):
            layers.append(layer)
    return layers
