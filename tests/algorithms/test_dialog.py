# SPDX-License-Identifier: GPL-2.0-or-later
"""The dialog as QGIS makes it from the parameters: it opens, is drawn, and shows what
a first run needs.
"""

from __future__ import annotations

import os

import pytest

pytest.importorskip("qgis.gui")


@pytest.fixture
def open_dialog(provider, qgis_iface, monkeypatch):
    from processing.gui import ParametersPanel
    from processing.gui.AlgorithmDialog import AlgorithmDialog
    from qgis.gui import QgsBrowserGuiModel

    monkeypatch.setattr(
        type(ParametersPanel.iface),
        "browserModel",
        lambda self: QgsBrowserGuiModel(),
        raising=False,
    )

    def opened(name):
        dialog = AlgorithmDialog(provider.algorithm(name).create(), False, None)
        dialog.resize(900, 700)
        dialog.show()
        return dialog

    return opened


@pytest.mark.parametrize(
    "name",
    [
        "detect",
        "vectorize",
        "morphometry",
        "preparereview",
        "applyreview",
        "merge",
        "statistics",
        "export",
        "modelinfo",
        "checkruntime",
    ],
)
def test_dialog_is_drawn(open_dialog, qgis_app, name, tmp_path):
    dialog = open_dialog(name)
    qgis_app.processEvents()
    picture = dialog.grab()
    folder = os.environ.get("MRIFE_PICTURES") or str(tmp_path)  # to look at them
    assert picture.save(os.path.join(folder, f"{name}.png"))
    image = picture.toImage()
    colours = {
        image.pixel(x, y)
        for x in range(0, image.width(), 3)
        for y in range(0, image.height(), 3)
    }
    assert (image.width(), image.height()) == (900, 700) and len(colours) > 20
    dialog.close()


def test_first_run_needs_an_image_only(open_dialog, scene, qgis_app):
    from qgis.core import QgsProcessingContext, QgsRasterLayer

    dialog = open_dialog("detect")
    dialog.setParameters({"INPUT": QgsRasterLayer(scene, "scene").source()})
    values = dialog.createProcessingParameters()
    fine, message = dialog.algorithm().checkParameterValues(
        {**values, "INPUT": scene}, QgsProcessingContext()
    )
    assert (
        values["DEVICE"] == "auto"
        and not values.get("THRESHOLD")
        and "PROBABILITY" not in values
    )
    assert (
        fine or "band" in message
    )  # the shipped model wants three bands, the scene has one
    dialog.close()
