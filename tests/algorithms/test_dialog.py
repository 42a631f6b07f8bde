# SPDX-License-Identifier: GPL-2.0-or-later
"""The dialog as QGIS makes it from the parameters: it opens, is drawn, and shows what
a first run needs.
"""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest

pytest.importorskip("qgis.gui")
from everything import NAMES
from samples import write_model

from models.contract import Contract


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
        dialog.show()
        dialog.resize(900, 700)  # QGIS gives it the size of the last one that was shown
        return dialog

    return opened


@pytest.mark.parametrize("name", NAMES)
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


def test_detection_asks_for_image_and_terrain_and_shows_what_empty_means(provider):
    from qgis.core import QgsProcessingParameterDefinition

    flag = QgsProcessingParameterDefinition.Flag.FlagAdvanced
    shown = [
        definition
        for definition in provider.algorithm("detect").parameterDefinitions()
        if not definition.isDestination()
    ]
    basic = [one.name() for one in shown if not one.flags() & flag]
    rest = [one.name() for one in shown if one.flags() & flag]
    assert basic == ["INPUT", "EXTENT", "DEM", "DEM_UNIT", "THRESHOLD"]
    assert rest[0] == "MODEL" and rest[-3] == "IMG_DATE"  # search first, identity last
    assert rest[-2:] == ["UNCERTAINTY", "FLAT_BELOW"]  # came later
    assert rest.index("DEVICE") < rest.index("SEED") < rest.index("SPLIT")
    assert rest.index("SPLIT") < rest.index("SHEET")
    label = provider.algorithm("detect").parameterDefinition("THRESHOLD").description()
    assert label == "Threshold (default: the model's own)"  # batch, modeler, log


def labels_of(dialog, *names):
    """What stands before fields, without what QGIS adds."""
    wrappers = dialog.mainWidget().wrappers
    texts = (wrappers[name].wrappedLabel().text() for name in names)
    return [text.partition(" [")[0] for text in texts]


def choose(dialog, **values):
    from qgis.core import QgsProcessingContext

    for name, value in values.items():
        wrapper = dialog.mainWidget().wrappers[name]
        wrapper.setParameterValue(value, QgsProcessingContext())


def test_the_dialog_shows_what_the_chosen_model_says(open_dialog, model, tmp_path):
    from models.onnxfile import contract_of, shipped_model

    dialog = open_dialog("detect")
    names = ("THRESHOLD", "SEED", "OVERLAP", "MIN_AREA", "BANDS")
    shipped = contract_of(shipped_model())
    of_shipped = [
        f"Threshold (model: {shipped.threshold:g})",
        f"Seed threshold (model: {shipped.seed:g})",
        f"Overlap of windows, % (model: {100 * shipped.overlap:g})",
        f"Minimum area (model: {shipped.min_area:g} m²)",
        f"Bands (model: {', '.join(shipped.bands)})",
    ]
    assert labels_of(dialog, *names) == of_shipped
    choose(dialog, MODEL=model)
    assert labels_of(dialog, *names) == [
        "Threshold (model: 0.5)",
        "Seed threshold (model: 0.5)",
        "Overlap of windows, % (model: 25)",
        "Minimum area (model: 0 m²)",
        "Bands (model: red)",
    ]
    text = tmp_path / "text.onnx"
    text.write_text("no model")
    own = "Threshold (default: the model's own)"
    choose(dialog, MODEL=str(text))
    assert labels_of(dialog, "THRESHOLD") == [own]
    choose(dialog, MODEL="")
    assert labels_of(dialog, *names) == of_shipped
    dialog.close()


def test_the_dialog_shows_what_the_chosen_raster_says(open_dialog, tmp_path):
    from osgeo import gdal
    from running import block_image
    from samples import write_raster

    values = (block_image() / 250).astype("float32")
    foreign = write_raster(tmp_path / "foreign.tif", values)
    own = write_raster(tmp_path / "own.tif", values)
    stated = {"THRESHOLD": "0.3", "SEED": "0.62", "MIN_AREA": "900"}
    dataset = gdal.Open(own, gdal.GA_Update)
    for name, value in stated.items():
        dataset.SetMetadataItem(f"MRIFE_{name}", value)
    dataset = None
    text = tmp_path / "text.tif"
    text.write_text("no raster")
    dialog = open_dialog("vectorize")
    names = ("THRESHOLD", "SEED", "MIN_AREA")
    unknown = [
        "Threshold (default: the raster's own)",
        "Seed threshold (default: the raster's own)",
        "Minimum area (default: the raster's own)",
    ]
    assert labels_of(dialog, *names) == unknown
    choose(dialog, INPUT=own)
    assert labels_of(dialog, *names) == [
        "Threshold (raster: 0.3)",
        "Seed threshold (raster: 0.62)",
        "Minimum area (raster: 900 m²)",
    ]
    choose(dialog, INPUT=foreign)
    assert labels_of(dialog, *names) == [
        "Threshold (raster: 0.5)",
        "Seed threshold (raster: 0.5)",
        "Minimum area (raster: 0 m²)",
    ]
    choose(dialog, INPUT=str(text))
    assert labels_of(dialog, *names) == unknown
    dialog.close()


def test_the_dialog_says_where_an_elevation_model_is_wanted(open_dialog, tmp_path):
    dialog = open_dialog("detect")
    plain = ["Image", "Elevation model"]
    assert labels_of(dialog, "INPUT", "DEM") == plain
    for bands, labels in (
        (("red", "elevation"), ["Image", "Elevation model (this model wants one)"]),
        (
            ("elevation",),
            ["Image (this model wants an elevation model here)", "Elevation model"],
        ),
    ):
        contract = Contract(name="e", version="1", bands=bands, window=64)
        path = write_model(tmp_path / f"{len(bands)}.onnx", contract, len(bands))
        choose(dialog, MODEL=path)
        assert labels_of(dialog, "INPUT", "DEM") == labels
    choose(dialog, MODEL="")
    assert labels_of(dialog, "INPUT", "DEM") == plain
    dialog.close()


def test_help_says_which_cells_and_which_file_a_search_takes(provider):
    from models.inference.elevation_alone import FINE_CELL_M
    from models.onnxfile import shipped_model

    shipped = [shipped_model(), shipped_model(elevation=True), shipped_model(alone=True)]
    cells = f"cells are at most {FINE_CELL_M:g} m"
    for name in ("detect", "detectsheets", "checkinputs"):
        definition = provider.algorithm(name).parameterDefinition
        text = definition("MODEL").help()
        assert [path for path in shipped if Path(path).name not in text] == []
        assert f"cells of at most {FINE_CELL_M:g} m" in text
        assert cells in definition("DEM").help() or name == "checkinputs"
    text = provider.algorithm("vectorize").parameterDefinition("DEM").help()
    assert "terrain attributes" in text and "model that" not in text  # runs none


def test_quantities_have_types_of_qgis_and_metres_whatever_the_layer(provider):
    from qgis.core import QgsUnitTypes

    metres = QgsUnitTypes.DistanceUnit.DistanceMeters
    for name, parameter in (
        ("detect", "GAP"),
        ("vectorize", "SIMPLIFY"),
        ("merge", "GAP"),
    ):
        definition = provider.algorithm(name).parameterDefinition(parameter)
        assert definition.type() == "distance" and definition.defaultUnit() == metres
        assert definition.parentParameterName() == ""
    scale = provider.algorithm("detect").parameterDefinition("SCALE")
    assert (scale.type(), scale.minimum()) == ("scale", 1)
    for name in ("MIN_AREA", "HOLE_AREA"):
        definition = provider.algorithm("detect").parameterDefinition(name)
        label = definition.description()
        assert definition.type() == "area" or "m²" in label
        assert label.count("(") == 1


def test_a_number_that_may_be_empty_says_what_empty_means(provider):
    of_merge = {
        name: provider.algorithm("merge").parameterDefinition(name).description()
        for name in ("IOU", "SHARE", "RISE")
    }
    assert of_merge == {
        "IOU": "Overlap of known ones (default: 0.5)",
        "SHARE": "Share of related ones (default: 0.5)",
        "RISE": "Rise of confidence (default: 0.15)",
    }


def test_every_number_that_may_be_empty_says_what_empty_means(provider):
    from qgis.core import QgsProcessingParameterDefinition

    optional = QgsProcessingParameterDefinition.Flag.FlagOptional
    silent = [
        f"{algorithm.name()} {one.name()}"
        for algorithm in provider.algorithms()
        for one in algorithm.parameterDefinitions()
        if one.type() in ("number", "distance", "area")
        and one.flags() & optional
        and one.defaultValue() is None
        and "default: " not in one.description()
    ]
    assert silent == []


def test_no_label_keeps_a_place_for_a_value(provider):
    unfilled = [
        f"{algorithm.name()} {one.name()}"
        for algorithm in provider.algorithms()
        for one in algorithm.parameterDefinitions()
        if "{}" in one.description() or "{}" in one.help()
    ]
    assert unfilled == []


def test_the_language_is_for_those_who_look_for_it(provider):
    from qgis.core import QgsProcessingParameterDefinition

    flag = QgsProcessingParameterDefinition.Flag.FlagAdvanced
    asking = [
        algorithm.parameterDefinition("LANGUAGE") for algorithm in provider.algorithms()
    ]
    asking = [one for one in asking if one is not None]
    assert len(asking) > 5 and all(one.flags() & flag for one in asking)


def test_what_exclusions_do_is_asked_beside_them(provider):
    for name in ("detect", "vectorize"):
        definitions = provider.algorithm(name).parameterDefinitions()
        order = [definition.name() for definition in definitions]
        assert order.index("EXCLUDE_MODE") == order.index("EXCLUDE") + 1


def test_describe_model_hides_nothing(provider):
    from qgis.core import QgsProcessingParameterDefinition

    flag = QgsProcessingParameterDefinition.Flag.FlagAdvanced
    definition = provider.algorithm("modelinfo").parameterDefinition("MODEL")
    assert not definition.flags() & flag


@pytest.mark.parametrize("chosen", [["confirmed"], ["confirmed", "field_check"]])
def test_a_choice_of_several_is_the_same_again_from_the_history(open_dialog, chosen):
    """And from a batch that was saved: both hold what QGIS makes a text of."""
    from qgis.core import QgsProcessingContext

    dialog = open_dialog("statistics")
    status = dialog.mainWidget().wrappers["STATUS"]
    definition = status.parameterDefinition()
    choose(dialog, STATUS=chosen)
    value = status.parameterValue()
    text = definition.valueAsPythonString(value, QgsProcessingContext())
    choose(dialog, STATUS=["candidate"])
    choose(dialog, STATUS=ast.literal_eval(text))
    assert status.parameterValue() == value == ",".join(chosen)
    dialog.close()
