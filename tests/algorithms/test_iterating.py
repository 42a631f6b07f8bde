# SPDX-License-Identifier: GPL-2.0-or-later
"""The button beside a layer in the dialog, which runs an algorithm for each of its
features.
"""

from __future__ import annotations

import pytest
from delivered import SQUARE, write_inventory

pytest.importorskip("qgis.core")
from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProject,
)

MANY = 25


def test_each_of_many_results_has_its_style(provider, tmp_path, monkeypatch):
    """All of them are loaded at the end."""
    from processing.gui import Postprocessing
    from processing.gui.AlgorithmExecutor import executeIterating

    # newer QGIS asks its window for the layer tree
    monkeypatch.setattr(Postprocessing, "iface", None, raising=False)
    squares = [(SQUARE.format(x=200 * i, e=200 * i + 100), {}) for i in range(MANY)]
    project = QgsProject.instance()
    context = QgsProcessingContext()
    context.setProject(project)
    parameters = {
        "INPUT": write_inventory(tmp_path / "many.gpkg", squares),
        "OUTPUT": QgsProcessingOutputLayerDefinition("TEMPORARY_OUTPUT", project),
    }
    feedback = QgsProcessingFeedback(False)
    algorithm = provider.algorithm("morphometry").create()
    try:
        fine = executeIterating(algorithm, parameters, "INPUT", context, feedback)
        layers = list(project.mapLayers().values())
        assert fine and len(layers) == MANY, feedback.textLog()
        assert {layer.renderer().type() for layer in layers} == {"RuleRenderer"}
    finally:
        project.clear()
