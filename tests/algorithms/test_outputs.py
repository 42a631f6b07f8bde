# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run leaves: all of its outputs or none, and whatever was there before."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from inspect import signature
from pathlib import Path

import pytest
from everything import NAMES, destinations, inputs, places
from running import ROOT, left, refused

pytest.importorskip("qgis.core")
from obstacles import Does, limited_files
from osgeo import ogr
from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProject,
    QgsRasterLayer,
    QgsRemappingSinkDefinition,
    QgsVectorLayer,
)

WRITERS = [
    name for name in NAMES if name not in ("modelinfo", "checkruntime", "setupruntime")
]
LAYERS = ("sink", "vectorDestination", "rasterDestination")
SINKS = ("detect", "vectorize", "proposewater", "morphometry", "merge", "applyreview")


@pytest.fixture
def asked(tmp_path, inventory, model):
    """The inputs of each algorithm."""
    folder = tmp_path / "in"
    folder.mkdir()
    return inputs(folder, inventory, model)


def fill(paths: dict[str, str]) -> None:
    for path in paths.values():
        Path(path).write_text("an earlier result")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# --- all or none ------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_earlier_results_are_replaced_by_all_of_a_run(run, provider, asked, folder, name):
    paths = places(provider, name, folder)
    fill(paths)
    result = run(name, {**asked[name], **paths})
    for key, path in paths.items():
        assert result[key].partition("|")[0] == path
        assert Path(path).read_bytes() != b"an earlier result"
    assert without_styles(folder) == {Path(path).name for path in paths.values()}


def without_styles(folder: Path) -> set[str]:
    return {name for name in left(folder) if not name.endswith((".qml", ".qmd"))}


def test_metadata_are_those_of_the_new_layer_and_a_style_is_the_users(run, asked, folder):
    for name in ("o.qml", "o.qmd"):
        (folder / name).write_text("<mine/>")
    run("vectorize", {**asked["vectorize"], "OUTPUT": str(folder / "o.gpkg")})
    assert (folder / "o.qml").read_text() == "<mine/>"
    assert "<mine/>" not in (folder / "o.qmd").read_text()


@pytest.mark.parametrize("name", WRITERS)
def test_a_cancelled_run_leaves_what_was_there(run, provider, asked, folder, name):
    paths = places(provider, name, folder)
    fill(paths)
    before = contents(folder)
    feedback = QgsProcessingFeedback(False)
    assert run(name, {**asked[name], **paths}, cancelled(feedback)) == {}
    early = QgsProcessingFeedback(False)
    early.cancel()
    assert run(name, {**asked[name], **paths}, early) == {}
    assert contents(folder) == before


@pytest.mark.parametrize("name", sorted({*WRITERS} - {"export"}))  # it ends placed
def test_a_run_cancelled_at_its_last_word_leaves_what_was_there(
    run, provider, asked, folder, name
):
    paths = places(provider, name, folder)
    words = Words()
    run(name, {**asked[name], **paths}, words)
    fill({key: path for key, path in paths.items() if Path(path).is_file()})
    before = all_files(folder)
    last = words.count - 1  # processing.run itself says the results
    assert run(name, {**asked[name], **paths}, Words(last)) == {}
    assert all_files(folder) == before


def all_files(folder: Path) -> dict[Path, bytes]:
    """Their contents, but for the hidden ones that a later run goes on with."""
    return {path: path.read_bytes() for path in folder.glob("[!.]*") if path.is_file()}


class Words(QgsProcessingFeedback):
    """Counts what is said; cancels itself at a word."""

    def __init__(self, last=None):
        super().__init__(False)
        self.count = 0
        self.last = last

    def pushInfo(self, text):
        super().pushInfo(text)
        self.count += 1
        if self.count == self.last:
            self.cancel()


def test_a_cancel_while_a_layer_is_written_closes_it(run, asked, folder, capfd):
    """Before its folder goes: GDAL wrote on into what was no more, and Windows keeps what
    is open.
    """
    feedback = QgsProcessingFeedback(False)
    feedback.progressChanged.connect(
        lambda share: feedback.cancel() if share > 50 else None
    )
    output = {"OUTPUT": str(folder / "o.gpkg")}
    assert run("morphometry", {**asked["morphometry"], **output}, feedback) == {}
    assert left(folder) == set() and "ERROR" not in capfd.readouterr().err


def cancelled(feedback):
    """One that cancels itself at the first word."""
    feedback = Does(lambda: feedback.cancel())
    return feedback


@pytest.mark.parametrize("name", WRITERS)
def test_a_disk_that_fills_is_a_sentence_and_leaves_nothing(
    run, provider, asked, folder, name
):
    """No file may grow beyond some bytes any more, from the first word on."""
    paths = places(provider, name, folder)
    fill(paths)
    before = contents(folder)
    with limited_files() as limit, pytest.raises(QgsProcessingException) as caught:
        run(name, {**asked[name], **paths}, Does(limit))
    said = str(caught.value)
    assert "is full" in said or "cannot be written" in said
    # which, where it is not a temporary one
    names = [
        *(Path(path).name for path in paths.values()),
        "mrife-polygons",
        "slots",
        "water_",
        "searched_",
    ]
    assert any(name in said for name in names) and "rigger" not in said
    assert contents(folder) == before


@pytest.mark.parametrize("name", WRITERS)
def test_a_folder_that_goes_away_is_a_sentence(run, provider, asked, tmp_path, name):
    folder = tmp_path / "out"
    folder.mkdir()
    away = tmp_path / "away"
    paths = places(provider, name, folder)
    feedback = Does(lambda: folder.rename(away))
    with pytest.raises(QgsProcessingException, match="is not there|cannot be"):
        run(name, {**asked[name], **paths}, feedback)
    assert {name for name in left(away) if not name.startswith(".mrife-")} == set()


def test_one_output_that_fails_takes_the_others_with_it(run, asked, tmp_path):
    for name in ("here", "gone"):
        (tmp_path / name).mkdir()
    outputs = {
        "INVENTORY": str(tmp_path / "here" / "i.gpkg"),
        "REJECTED": str(tmp_path / "gone" / "r.gpkg"),
    }
    feedback = Does(lambda: (tmp_path / "gone").rename(tmp_path / "away"))
    with pytest.raises(QgsProcessingException):
        run("applyreview", {**asked["applyreview"], **outputs}, feedback)
    assert left(tmp_path / "here") == set()


# --- databases --------------------------------------------------------------------------


def write_database(path: Path) -> str:
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    layer = dataset.CreateLayer("roads", None, ogr.wkbPoint)
    feature = ogr.Feature(layer.GetLayerDefn())
    feature.SetGeometry(ogr.CreateGeometryFromWkt("POINT (0 0)"))
    layer.CreateFeature(feature)
    return str(path)


def tables(path: str) -> dict[str, int]:
    dataset = ogr.Open(path)
    layers = [dataset.GetLayer(index) for index in range(dataset.GetLayerCount())]
    return {layer.GetName(): layer.GetFeatureCount() for layer in layers}


def first_sink(provider, name):
    return destinations(provider, name)[0].name()


@pytest.mark.parametrize("name", SINKS)
def test_tables_beside_an_output_survive(run, provider, asked, folder, name):
    path = write_database(folder / "user.gpkg")
    sink = first_sink(provider, name)
    table = f"ogr:dbname='{path}' table=\"slides\" (geom)"
    parameters = {**asked[name], sink: QgsProcessingOutputLayerDefinition(table)}
    feedback = QgsProcessingFeedback(False)
    assert run(name, parameters, cancelled(feedback)) == {}
    assert tables(path) == {"roads": 1}
    with limited_files() as limit, pytest.raises(QgsProcessingException):
        run(name, parameters, Does(limit))
    assert tables(path) == {"roads": 1}
    for _ in range(2):  # a table of the name is replaced
        result = run(name, parameters)
        count = tables(path)["slides"]
        assert result[sink] == f"{path}|layername=slides" and count > 0
        assert tables(path) == {"roads": 1, "slides": count}
    assert left(folder) == {"user.gpkg"}


def test_a_table_named_as_a_layer_of_a_file(run, asked, folder):
    path = write_database(folder / "user.gpkg")
    result = run("morphometry", {**asked["morphometry"], "OUTPUT": f"{path}|layername=s"})
    assert tables(path) == {"roads": 1, "s": 3} and result["COUNT"] == 3


@pytest.mark.parametrize("table", ["t'b", "滑 坡", "a<b", "select", "geom"])
def test_odd_names_of_tables_are_taken(run, asked, folder, table):
    path = write_database(folder / "user.gpkg")
    output = f"ogr:dbname='{path}' table=\"{table}\" (geom)"
    result = run("morphometry", {**asked["morphometry"], "OUTPUT": output})
    assert result["OUTPUT"] == f"{path}|layername={table}"
    assert tables(path) == {"roads": 1, table: 3}


def test_a_table_in_another_database_than_a_geopackage(run, asked, folder):
    path = str(folder / "user.sqlite")
    dataset = ogr.GetDriverByName("SQLite").CreateDataSource(path)
    dataset.CreateLayer("roads", None, ogr.wkbPoint)
    dataset = None
    output = f"ogr:dbname='{path}' table=\"slides\" (geom)"
    run("morphometry", {**asked["morphometry"], "OUTPUT": output})
    assert tables(path) == {"roads": 0, "slides": 3}


def test_a_table_without_a_name_is_named_as_its_file(run, asked, folder):
    """It is not the whole file: what else is in it stays."""
    path = write_database(folder / "user.gpkg")
    table = f"ogr:dbname='{path}' table=\"\" (geom)"
    run("morphometry", {**asked["morphometry"], "OUTPUT": table})
    assert tables(path) == {"roads": 1, "user": 3}


def test_all_outputs_of_a_run_as_tables_of_one_database(run, asked, folder):
    path = write_database(folder / "user.gpkg")
    sinks = {
        key: f"{path}|layername={key.lower()}"
        for key in ("INVENTORY", "TRAINING", "REJECTED")
    }
    result = run("applyreview", {**asked["applyreview"], **sinks})
    assert {key: result[key] for key in sinks} == sinks
    assert set(tables(path)) == {"roads", "inventory", "training", "rejected"}
    sinks["TRAINING"] = f"{path}|layername=INVENTORY"
    said = refused(run, "applyreview", {**asked["applyreview"], **sinks})
    assert "Two outputs have the same name" in said


def test_outputs_of_a_run_as_tables_of_one_new_geopackage(run, asked, folder):
    """As QGIS's own algorithms take them from 'Save to GeoPackage'."""
    path = str(folder / "survey.gpkg")
    ways = {"INVENTORY": "ogr:dbname='{}' table=\"{}\" (geom)"}
    sinks = {
        key: ways.get(key, "{}|layername={}").format(path, key.lower())
        for key in ("INVENTORY", "TRAINING", "REJECTED")
    }
    parameters = {**asked["applyreview"], **sinks}
    assert run("applyreview", parameters, cancelled(QgsProcessingFeedback(False))) == {}
    assert left(folder) == set()
    result = run("applyreview", parameters)
    for key in sinks:
        assert result[key] == f"{path}|layername={key.lower()}"
        layer = QgsVectorLayer(result[key], key, "ogr")
        assert layer.isValid() and layer.crs().isValid()
    assert set(tables(path)) == {"inventory", "training", "rejected"}
    assert left(folder) == {"survey.gpkg"}
    alone = run("applyreview", {**parameters, **places_alone(folder)})
    for key in sinks:
        layers = [QgsVectorLayer(one[key], key, "ogr") for one in (result, alone)]
        assert rows_of(layers[0]) == rows_of(layers[1])


def places_alone(folder):
    """A file of its own for each of the layers of a review."""
    names = ("INVENTORY", "TRAINING", "REJECTED")
    return {name: str(folder / f"{name}.gpkg") for name in names}


def rows_of(layer):
    """Outlines and attributes."""
    return [(row.geometry().asWkt(3), row.attributes()) for row in layer.getFeatures()]


@pytest.mark.parametrize("table", ["other", "same"])
def test_a_new_geopackage_and_a_table_of_it_are_refused(run, asked, folder, table):
    """As one table twice: one would be written over the other."""
    path = str(folder / "survey.gpkg")
    sinks = {"INVENTORY": path, "TRAINING": f"{path}|layername=t"}
    if table == "same":
        sinks["INVENTORY"] = f"{path}|layername=T"
    said = refused(run, "applyreview", {**asked["applyreview"], **sinks})
    assert "Two outputs have the same name" in said


def test_a_file_of_several_layers_is_not_replaced(run, asked, folder):
    """Above all no review with what a person decided in it."""
    path = str(folder / "review.gpkg")
    review = {**asked["preparereview"], "OUTPUT": path}
    run("preparereview", review)
    for name in ("detect", "merge"):
        said = refused(run, name, {**asked[name], "OUTPUT": path})
        assert "holds 2 layers (review, original), which would all be replaced" in said
    delivery = {**asked["export"], "TARGET": "usgs", "OUTPUT": path}
    assert "holds 2 layers" in refused(run, "export", delivery)
    dataset = ogr.Open(path, 1)
    dataset.ExecuteSQL("UPDATE review SET status = 'candidate', rev_date = NULL")
    del dataset
    run("preparereview", review)  # its own layers
    dataset = ogr.Open(path, 1)
    dataset.ExecuteSQL("UPDATE review SET status = 'candidate', rev_date = NULL")
    dataset.CreateLayer("roads", None, ogr.wkbPoint)
    del dataset
    assert "holds 3 layers" in refused(run, "preparereview", review)
    assert {"review", "original", "roads"} <= set(tables(path))


def test_layers_of_an_export_are_replaced_by_the_next_one(run, asked, folder):
    delivery = {**asked["export"], "TARGET": "slido"}
    for _ in range(2):
        run("export", {**delivery, "OUTPUT": str(folder / "s.gpkg")})
    assert set(tables(str(folder / "s.gpkg"))) == {"s", "s_scarps"}


@pytest.mark.parametrize("name", NAMES)
def test_a_file_has_the_ending_of_its_format(run, provider, asked, folder, name):
    """A page called as a GeoPackage would replace it; a model called otherwise is none
    that can be chosen.
    """
    for definition in destinations(provider, name):
        if definition.type() == "fileDestination":
            path = write_database(folder / f"{definition.name()}.gpkg")
            given = {**asked[name], **places(provider, name, folder)}
            said = refused(run, name, {**given, definition.name(): path})
            assert "must end in" in said
            assert tables(path) == {"roads": 1}


def test_nothing_is_appended_to_a_layer_that_would_be_replaced(run, asked, folder):
    path = write_database(folder / "user.gpkg")
    append = QgsProcessingOutputLayerDefinition(path)
    append.setRemappingDefinition(QgsRemappingSinkDefinition())
    said = refused(run, "merge", {**asked["merge"], "OUTPUT": append})
    assert "Inventory: nothing is appended to" in said
    assert tables(path) == {"roads": 1}


def test_endings_in_capitals(run, asked, folder):
    given = {**asked["morphometry"], "OUTPUT": str(folder / "O.SHP")}
    assert QgsVectorLayer(run("morphometry", given)["OUTPUT"], "o", "ogr").isValid()


def test_a_name_that_qgis_would_not_find_again_is_refused(run, asked, folder):
    given = {**asked["detect"], "OUTPUT": str(folder / "a|layerid=0.gpkg")}
    assert "must not hold a bar" in refused(run, "detect", given)


@pytest.mark.parametrize("table", ["<mine", "gpkg_mine", "a|b"])
def test_a_name_that_no_table_can_have_is_refused_before_the_work(
    run, asked, folder, table
):
    path = write_database(folder / "user.gpkg")
    output = f"ogr:dbname='{path}' table=\"{table}\" (geom)"
    said = refused(run, "detect", {**asked["detect"], "OUTPUT": output})
    assert f"'{table}' " in said and "choose another" in said
    assert "Searching" not in said
    assert tables(path) == {"roads": 1} and ".mrife" not in said


def test_a_layer_that_is_being_edited_keeps_its_edits(run, asked, folder):
    path = str(folder / "mine.gpkg")
    run("morphometry", {**asked["morphometry"], "OUTPUT": path})
    layer = QgsVectorLayer(path, "mine", "ogr")
    layer.startEditing()
    (first, *_) = layer.getFeatures()
    layer.changeAttributeValue(first.id(), layer.fields().lookupField("ls_id"), "edited")
    parameters = {**asked["merge"], "OUTPUT": path}
    assert "being edited" in refused(run, "merge", parameters)
    table = f"ogr:dbname='{path}' table=\"merged\" (geom)"
    run("merge", {**asked["merge"], "OUTPUT": table})
    assert layer.commitChanges()
    assert tables(path) == {"mine": 3, "merged": 2}
    again = QgsVectorLayer(path + "|layername=mine", "mine", "ogr")
    assert "edited" in [feature["ls_id"] for feature in again.getFeatures()]


@pytest.mark.parametrize("name, made", [("o", "o.gpkg"), ("o.json", "o.json.geojson")])
def test_a_style_lies_beside_the_file_that_qgis_names(run, asked, folder, name, made):
    result = run("vectorize", {**asked["vectorize"], "OUTPUT": str(folder / name)})
    assert result["OUTPUT"] == str(folder / made)
    assert without_styles(folder) == {made}
    assert made.rpartition(".")[0] + ".qml" in left(folder)


@pytest.mark.parametrize("name", [*SINKS, "preparereview"])
def test_a_database_open_elsewhere_is_refused_before_the_work(
    run, provider, asked, folder, name
):
    path = write_database(folder / "user.gpkg")
    sink = first_sink(provider, name)
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("CREATE TABLE notes (words TEXT)")
        other.commit()
        other.execute("SELECT * FROM notes").fetchall()
        said = refused(run, name, {**asked[name], sink: path})
        assert "open in another program" in said
        assert other.execute("SELECT count(*) FROM roads").fetchone() == (1,)


def test_a_table_of_a_server_is_there_whole_or_not_at_all(run, asked, folder):
    """SpatiaLite's provider in the place of a server's."""
    path = str(folder / "server.sqlite")
    options = ["SPATIALITE=YES"]
    assert ogr.GetDriverByName("SQLite").CreateDataSource(path, options) is not None
    server = f"spatialite:dbname='{path}' table=\"slides\" (geom)"
    parameters = {**asked["morphometry"], "OUTPUT": server}
    feedback = QgsProcessingFeedback(False)
    assert run("morphometry", parameters, cancelled(feedback)) == {}
    assert tables(path) == {}
    assert run("morphometry", parameters)["COUNT"] == 3
    assert tables(path) == {"slides": 3}


def test_a_server_that_does_not_answer_is_refused_before_the_work(run, asked):
    server = "postgis:dbname='x' host=127.0.0.1 port=1 table=\"s\" (geom)"
    parameters = {**asked["detect"], "OUTPUT": server}
    said = refused(run, "detect", parameters)
    assert "check the connection" in said and "Searching" not in said


# --- killed -----------------------------------------------------------------------------


def test_a_run_killed_while_it_writes_leaves_what_was_there(run, asked, folder):
    """And the next one sweeps what it had begun."""
    output = folder / "o.gpkg"
    output.write_text("an earlier result")
    code = (
        "import sys; sys.path[:0] = sys.argv[1:2]; import kill_itself; "
        "kill_itself.morphometry(*sys.argv[2:])"
    )
    helpers = str(ROOT / "tests" / "helpers")
    files = [asked["morphometry"]["INPUT"], str(output)]
    done = subprocess.run(
        [sys.executable, "-c", code, helpers, *files], capture_output=True, timeout=120
    )
    assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]
    assert output.read_text() == "an earlier result"
    (hidden,) = left(folder) - {"o.gpkg"}
    assert hidden.startswith(".mrife-")
    run("morphometry", {**asked["morphometry"], "OUTPUT": str(output)})
    assert without_styles(folder) == {"o.gpkg"} and tables(str(output)) == {"o": 3}


@pytest.mark.parametrize("name", WRITERS)
def test_qgis_has_nothing_to_say_of_a_run(run, provider, asked, folder, recwarn, name):
    """From 3.32 on it warns of each field of a scratch layer with an alias or a comment;
    what Python warns of stands in its log.
    """
    outputs = places(provider, name, folder)
    for definition in destinations(provider, name):
        if definition.type() == "sink":
            outputs[definition.name()] = "memory:"
    run(name, {**asked[name], **outputs})
    assert "scratch layers" not in run.log
    said = [one for one in recwarn if issubclass(one.category, DeprecationWarning)]
    assert [one for one in said if "qgis" not in Path(one.filename).parts] == []


# --- batch ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_outputs_left_empty_in_a_batch(run, provider, asked, folder, name):
    """As BatchPanel.parametersForRow hands them over, on every optional output."""
    parameters = {**asked[name]}
    paths = places(provider, name, folder)
    needed = set()
    for definition in destinations(provider, name):
        key = definition.name()
        text = paths.get(key, "")
        if definition.flags() & definition.FlagOptional:
            text = ""
        else:
            needed.add(key)
        if definition.type() in LAYERS:
            text = QgsProcessingOutputLayerDefinition(text, QgsProject.instance())
        parameters[key] = text
    result = run(name, parameters)
    assert {key for key in paths if key in result} == needed
    assert {Path(paths[key]).name for key in needed} <= left(folder)
    loaded = run.context.layersToLoadOnCompletion()
    assert {details.outputName for details in loaded.values()} <= needed


@pytest.mark.parametrize(
    "name", ["detect", "applyreview", "merge", "preparereview", "statistics"]
)
def test_the_batch_dialog_itself_runs_with_outputs_left_empty(
    provider, asked, folder, qgis_iface, python_with_runtime, name
):
    """QGIS's own panel makes the parameters; its empty fields stay empty."""
    from processing.gui.BatchAlgorithmDialog import BatchAlgorithmDialog

    algorithm = provider.algorithm(name).create()
    dialog = BatchAlgorithmDialog(algorithm, None)
    panel = dialog.mainWidget()
    paths = places(provider, name, folder)
    for key, value in asked[name].items():
        wrapper = panel.wrappers[0][panel.parameter_to_column[key]]
        wrapper.setParameterValue(value, QgsProcessingContext())
    for definition in destinations(provider, name):
        if not definition.flags() & definition.FlagOptional:
            column = panel.parameter_to_column[definition.name()]
            cell = panel.tblParameters.cellWidget(1, column)
            cell.setValue(paths[definition.name()])
    context = QgsProcessingContext()
    given = {"row": 0, "destinationProject": QgsProject.instance()}
    if "context" in signature(panel.parametersForRow).parameters:  # newer than 3.22
        given["context"] = context
    parameters, fine = panel.parametersForRow(**given)
    assert fine
    feedback = QgsProcessingFeedback(False)
    assert algorithm.checkParameterValues(parameters, context) == (True, "")
    _, fine = algorithm.run(parameters, context, feedback)
    assert fine, feedback.textLog()
    dialog.close()


# --- layers that go ---------------------------------------------------------------------


# QGIS's own source of features goes down with a layer that leaves before it is read
@pytest.mark.parametrize("name", ["merge", "statistics", "proposewater"])
def test_layers_that_leave_the_project_meanwhile_do_not_matter(
    run, provider, asked, folder, name
):
    project = QgsProject.instance()
    values = in_project(provider, name, with_more(asked, name), folder)
    assert run(name, values, Does(project.removeAllMapLayers))
    assert project.count() == 0


@pytest.mark.parametrize("name", WRITERS)
def test_layers_that_leave_the_project_before_they_are_read_do_not_matter(
    provider, python_with_runtime, asked, folder, name
):
    """While the task waits for its thread, or reads another layer first."""
    values = in_project(provider, name, with_more(asked, name), folder)
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    feedback = QgsProcessingFeedback(False)
    algorithm = provider.algorithm(name).create()
    assert algorithm.prepare(values, context, feedback)
    QgsProject.instance().removeAllMapLayers()
    assert algorithm.runPrepared(values, context, feedback)


def in_project(provider, name, values, folder):
    """The values and outputs as from a dialog, which stays open and hands over the layers
    of the project.
    """
    project = QgsProject.instance()
    values = {**values, **places(provider, name, folder)}
    for definition in provider.algorithm(name).parameterDefinitions():
        value = values.get(definition.name())
        if value and definition.type() in ("source", "vector", "raster"):
            values[definition.name()] = added_to(project, value)
        elif value and definition.type() == "multilayer":
            values[definition.name()] = [added_to(project, one) for one in value]
    assert project.count() > 0
    return values


def with_more(asked, name):
    """With what an algorithm may be given, too."""
    if name == "statistics":
        return {**asked[name], "CELL": 100}
    if name == "proposewater":
        return {**asked[name], "DEM": asked["vectorize"]["INPUT"]}
    return asked[name]


def added_to(project, path):
    """The identifier of a layer of the project."""
    layer = QgsRasterLayer(path) if path.endswith(".tif") else QgsVectorLayer(path)
    assert layer.isValid()
    return project.addMapLayer(layer).id()


# --- layers of the project --------------------------------------------------------------


def test_layers_of_the_project_show_the_new_files(run, scene, model, folder):
    """Loaded or not: QGIS adds no second layer of one source, and holds the file open that
    was replaced.
    """
    paths = {"OUTPUT": str(folder / "o.gpkg"), "PROBABILITY": str(folder / "p.tif")}
    asked = {"INPUT": scene, "MODEL": model, "MIN_AREA": 0}
    run("detect", {**asked, **paths})
    project = QgsProject.instance()
    polygons = project.addMapLayer(QgsVectorLayer(paths["OUTPUT"], "mine", "ogr"))
    raster = project.addMapLayer(QgsRasterLayer(paths["PROBABILITY"], "mine"))
    polygons.setOpacity(0.5)
    before = polygons.featureCount()
    assert before > 0
    read = []
    polygons.dataChanged.connect(lambda: read.append(True))
    block = QgsRasterLayer(scene).extent()
    block.setXMaximum(block.center().x())
    block.setYMaximum(block.center().y())
    run("detect", {**asked, **paths, "EXTENT": block, "MIN_AREA": 1e9})
    fresh = QgsVectorLayer(paths["OUTPUT"], "fresh", "ogr")
    assert polygons.featureCount() == fresh.featureCount() == 0 and read
    assert raster.extent() == QgsRasterLayer(paths["PROBABILITY"]).extent()
    assert raster.width() == QgsRasterLayer(paths["PROBABILITY"]).width()
    assert (polygons.name(), polygons.opacity()) == ("mine", 0.5)
    project.removeAllMapLayers()


@pytest.mark.parametrize("suffix", ["shp", "gpkg"])
def test_what_is_being_edited_is_not_replaced(run, asked, folder, suffix):
    """Saved later, its edits would go to other polygons."""
    path = str(folder / f"o.{suffix}")
    run("morphometry", {**asked["morphometry"], "OUTPUT": path})
    project = QgsProject.instance()
    layer = project.addMapLayer(QgsVectorLayer(path, "mine", "ogr"))
    assert layer.startEditing()
    said = refused(run, "morphometry", {**asked["morphometry"], "OUTPUT": path})
    assert "being edited" in said
    assert layer.rollBack()
    run("morphometry", {**asked["morphometry"], "OUTPUT": path})
    project.removeAllMapLayers()


def test_metadata_tell_of_the_last_run_only(run, scene, model, folder):
    """Also in a layer that the project has: its history told of both, as one."""
    project = QgsProject.instance()
    path = str(folder / "o.gpkg")
    output = QgsProcessingOutputLayerDefinition(path, project)
    asked = {"INPUT": scene, "MODEL": model, "MIN_AREA": 0, "OUTPUT": output}
    layer = None
    for threshold in (0.3, 0.4):
        run("detect", {**asked, "THRESHOLD": threshold})
        layer = layer or project.addMapLayer(QgsVectorLayer(path, "mine", "ogr"))
        (details,) = run.context.layersToLoadOnCompletion().values()
        details.postProcessor().postProcessLayer(layer, run.context, run.feedback)
    history = " ".join(layer.metadata().history())
    assert "Threshold 0.4" in history and "Threshold 0.3" not in history
    project.removeAllMapLayers()
