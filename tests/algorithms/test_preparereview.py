# SPDX-License-Identifier: GPL-2.0-or-later
"""The review's GeoPackage: order, advice, form and styles in two languages, outlines
kept, bookmarks, atlas.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from candidates import write_candidates
from looks import labels, legend
from running import left, refused

from models.inventory.language import Language
from models.inventory.review.points import (
    POINTS,
    class_expression,
    class_of_points,
    geologists_confidence,
)

pytest.importorskip("qgis.core")
from osgeo import gdal
from qgis.core import (
    NULL,
    QgsAttributeEditorElement,
    QgsCoordinateReferenceSystem,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsField,
    QgsGeometry,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProject,
    QgsRectangle,
    QgsRelation,
    QgsVectorLayer,
    QgsVectorLayerUtils,
)
from qgis.gui import (
    QgsAttributeEditorContext,
    QgsAttributeForm,
    QgsDualView,
    QgsMapCanvas,
    QgsMessageBar,
    QgsRelationEditorWidget,
)
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QVariant
from qgis.PyQt.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget


@pytest.fixture
def candidates(tmp_path):
    return write_candidates(tmp_path / "候选 é.gpkg")


@pytest.fixture
def prepare(run, candidates, tmp_path):
    def prepared(name="review.gpkg", **parameters):
        result = run(
            "preparereview",
            {
                "INPUT": candidates,
                "LANGUAGE": "en",
                "OUTPUT": str(tmp_path / name),
                **parameters,
            },
        )
        return result, layer_of(result["OUTPUT"])

    return prepared


def layer_of(source):
    layer = QgsVectorLayer(source, "review", "ogr")
    assert layer.isValid()
    return layer


def by_rank(layer):
    return sorted(layer.getFeatures(), key=lambda feature: feature["rev_rank"])


def test_ranked_with_advice_and_nothing_dropped(prepare, run):
    result, layer = prepare(MIN_AREA=1000)
    features = by_rank(layer)
    assert result["COUNT"] == layer.featureCount() == 12
    assert [f["rev_rank"] for f in features] == list(range(1, 13))
    scores = [f["conf"] * np.log10(f["area_m2"] / 1000) for f in features[:-1]]
    assert scores == sorted(scores, reverse=True)
    road = features[-1]  # sure of itself, and yet last
    assert (road["conf"], road["triage"], road["tri_why"]) == (0.99, "reject", "L")
    assert {f["status"] for f in features} == {"candidate"} and all(
        f["rej_why"] == NULL for f in features
    )
    assert (
        sum(result[key] for key in ("ACCEPT", "CHECK", "REJECT")) == 12
        and result["REJECT"] == 1
    )
    assert "12 ranked by calibrated confidence" in run.log


def test_the_image_is_named_for_polygons_that_lie_on_it(run, tmp_path):
    """An old inventory lies on all sheets, and one of them is given."""
    places = (100.001, 100.101)
    sheet = gdal.GetDriverByName("GTiff").Create(str(tmp_path / "west.tif"), 10, 10)
    sheet.SetGeoTransform((100.0, 0.001, 0, 30.01, 0, -0.001))
    sheet.SetProjection(QgsCoordinateReferenceSystem("EPSG:4326").toWkt())
    sheet = None
    old = QgsVectorLayer("Polygon?crs=EPSG:4326&field=ls_id:string(24)", "old", "memory")
    features = []
    for number, west in enumerate(places):
        feature = QgsFeature(old.fields())
        feature["ls_id"] = f"H{number}"
        rectangle = QgsRectangle(west, 30.001, west + 0.002, 30.003)
        feature.setGeometry(QgsGeometry.fromRect(rectangle))
        features.append(feature)
    old.dataProvider().addFeatures(features)
    given = {"INPUT": old, "IMAGE": str(tmp_path / "west.tif")}
    result = run("preparereview", {**given, "OUTPUT": str(tmp_path / "review.gpkg")})
    found = {f["ls_id"]: f["src_img"] for f in layer_of(result["OUTPUT"]).getFeatures()}
    assert found == {"H0": "west", "H1": NULL}


def test_values_survive(prepare, candidates):
    _, layer = prepare()
    before = {f["ls_id"]: f for f in QgsVectorLayer(candidates, "c", "ogr").getFeatures()}
    assert layer.featureCount() == len(before) > 0
    for feature in layer.getFeatures():
        old = before[feature["ls_id"]]
        assert feature.geometry().asWkb() == old.geometry().asWkb()
        for name in ("conf", "perim_m", "img_date", "run_utc", "model_id", "z_max"):
            assert feature[name] == old[name]


def test_outlines_are_kept_apart_with_their_digits(prepare, tmp_path):
    _, layer = prepare()
    kept = {
        f["ls_id"]: f
        for f in layer_of(f"{tmp_path}/review.gpkg|layername=original").getFeatures()
    }
    assert {f["ls_id"]: f.geometry().asWkb() for f in layer.getFeatures()} == {
        name: f.geometry().asWkb() for name, f in kept.items()
    }
    assert len({f["hash"] for f in kept.values()}) == 12


@pytest.mark.parametrize(
    "language, alias, rejected, title, style",
    [
        ("en", "Status", "rejected", "Review", ["By confidence", "By status"]),
        ("zh", "审查状态", "剔除", "审查", ["按可信度", "按审查状态"]),
    ],
)
def test_form_and_styles_lie_in_the_file(
    prepare, run, language, alias, rejected, title, style
):
    _, layer = prepare(LANGUAGE=language)
    fields = layer.fields()
    assert layer.attributeDisplayName(fields.lookupField("status")) == alias
    assert labels(layer, "status")["rejected"] == rejected
    assert labels(layer, "tri_why")["L"] in ("road-like", "形似道路")
    assert (
        layer.editFormConfig().tabs()[0].name() == title
        and len(layer.editFormConfig().tabs()) == 5
    )
    count, _, names, *_ = layer.listStylesInDatabase()
    assert names[:count] == style
    read_only = layer.editFormConfig().readOnly
    assert read_only(fields.lookupField("conf")) and not read_only(
        fields.lookupField("movement")
    )
    assert layer.attributeTableConfig().sortExpression() == '"rev_rank"'
    assert list(legend(layer)) == [layer.attributeAlias(fields.lookupField("conf_cls"))]
    assert layer.labelsEnabled()
    assert layer.labeling().settings().fieldName == "rev_rank"
    original = layer_of(f"{layer.source().split('|')[0]}|layername=original")
    assert original.attributeAlias(original.fields().lookupField("hash")) in (
        "Digits",
        "校验码",
    )


def test_nothing_is_read_in_vain(prepare, capfd):
    """QGIS 3.22 reads no more features of a GeoPackage once a style is kept in it."""
    prepare()
    assert "ERROR" not in capfd.readouterr().err


def test_both_styles_are_at_hand_when_qgis_loads_the_layer(run, candidates, tmp_path):
    project = QgsProject.instance()
    result = run(
        "preparereview",
        {
            "INPUT": candidates,
            "LANGUAGE": "en",
            "OUTPUT": QgsProcessingOutputLayerDefinition(
                str(tmp_path / "r.gpkg"), project
            ),
        },
    )
    ((key, details),) = run.context.layersToLoadOnCompletion().items()
    layer = layer_of(key)
    details.postProcessor().postProcessLayer(layer, run.context, run.feedback)
    assert key == result["OUTPUT"] and details.name == "Review of 候选 é"
    manager = layer.styleManager()
    assert manager.styles() == ["By confidence", "By status"]
    assert legend(layer) == {
        "Confidence class": [
            "high, 0.8 and more",
            "moderate, 0.5 to 0.8",
            "low, below 0.5",
            "unknown",  # what the reviewer draws
        ]
    }
    manager.setCurrentStyle("By status")
    assert legend(layer)["Status"][-2:] == ["field check", "unknown"]


def test_who_reviews_is_the_account_or_named_by_the_project(prepare):
    """Nothing is to be typed that the next change replaces."""
    _, layer = prepare()
    index = layer.fields().lookupField
    form = layer.editFormConfig()
    assert form.readOnly(index("reviewer")) and form.readOnly(index("rev_date"))
    assert not form.readOnly(index("remarks"))
    project = QgsProject.instance()
    project.addMapLayer(layer, False)
    project.setCustomVariables({"user_full_name": "王工"})
    try:
        assert layer.startEditing()
        feature = by_rank(layer)[0]
        assert layer.changeAttributeValue(feature.id(), index("status"), "confirmed")
        assert layer.getFeature(feature.id())["reviewer"] == "王工"
    finally:
        layer.rollBack()
        project.setCustomVariables({})
        project.takeMapLayer(layer)


def test_the_form_keeps_its_rules(prepare):
    _, layer = prepare()
    index = layer.fields().lookupField
    assert layer.startEditing()
    feature = by_rank(layer)[0]

    def change(**changes):
        for name, value in changes.items():
            assert layer.changeAttributeValue(feature.id(), index(name), value)
        return layer.getFeature(feature.id())

    changed = change(status="rejected")
    assert not QgsVectorLayerUtils.validateAttribute(layer, changed, index("rej_why"))[0]
    assert changed["rev_date"].isValid() and changed["reviewer"]
    assert QgsVectorLayerUtils.validateAttribute(
        layer, change(rej_why="road"), index("rej_why")
    )[0]
    assert changed["geo_conf"] == NULL
    assert change(cs_head=9, cs_flank=2)["geo_conf"] == NULL  # two are not judged yet
    assert change(cs_toe=9, cs_inner=9)["geo_conf"] == "moderate"
    assert change(cs_inner=10)["geo_conf"] == "high"
    assert not QgsVectorLayerUtils.validateAttribute(
        layer, change(cs_toe=11), index("cs_toe")
    )[0]
    drawn = QgsVectorLayerUtils.createFeature(layer)
    assert (drawn["status"], drawn["method"], drawn["ls_id"]) == (
        "confirmed",
        "manual",
        NULL,
    )
    layer.rollBack()


@pytest.fixture
def click(prepare, monkeypatch):
    """A review in a project with a map canvas; a click on an action of a rank."""
    bar, canvas = QgsMessageBar(), QgsMapCanvas()
    stub = SimpleNamespace(messageBar=lambda: bar, mapCanvas=lambda: canvas)
    monkeypatch.setattr("qgis.utils.iface", stub)
    _, layer = prepare()
    canvas.setDestinationCrs(layer.crs())
    project = QgsProject.instance()
    project.addMapLayer(layer, False)
    actions = {action.name(): action for action in layer.actions().actions("Feature")}

    def clicked(name, rank):
        feature = by_rank(layer)[rank - 1]
        scopes = QgsExpressionContextUtils.globalProjectLayerScopes(layer)
        context = QgsExpressionContext(scopes)
        context.setFeature(feature)
        exec(QgsExpression.replaceExpressionText(actions[name].command(), context), {})
        return [layer.getFeature(i)["rev_rank"] for i in layer.selectedFeatureIds()]

    clicked.layer = layer
    clicked.bar = bar
    clicked.canvas = canvas
    yield clicked
    layer.rollBack()
    project.takeMapLayer(layer)


def test_one_click_decides_and_goes_on_to_the_next(click):
    layer = click.layer
    assert layer.actions().defaultAction("Canvas").name() == "→ confirmed"
    click("→ rejected: river bank", 1)
    assert click("→ confirmed", 2) == [3]
    decided = by_rank(layer)[:3]
    assert [(f["status"], f["rej_why"]) for f in decided] == [
        ("rejected", "river_bank"),
        ("confirmed", NULL),
        ("candidate", NULL),
    ]
    assert decided[0]["rev_date"].isValid()
    layer.undoStack().undo()
    assert layer.getFeature(decided[1].id())["status"] == "candidate"


def test_a_click_on_a_layer_that_cannot_be_edited_says_so(click):
    click.layer.setReadOnly(True)
    click("→ confirmed", 1)
    assert not click.layer.isEditable()
    assert by_rank(click.layer)[0]["status"] == "candidate"
    (said,) = click.bar.items()
    assert (said.title(), said.text()[:30]) == (
        "Review",
        "This layer cannot be edited: n",
    )


def test_clicks_go_by_rank_whatever_is_not_saved(click):
    count = click.layer.featureCount()
    ranks = range(1, count)
    assert [click("→ confirmed", rank) for rank in ranks] == [[r + 1] for r in ranks]
    assert click("→ field check", count) == []
    click.layer.undoStack().setIndex(0)
    click("→ confirmed", count - 1)
    assert click("→ confirmed", count) == [1], "what was passed over comes last"
    assert click("→ confirmed", 1) == [2]
    assert click.layer.commitChanges(False)
    assert click("→ confirmed", 2) == [3]


def test_a_click_says_how_far_the_review_is_and_shows_the_next_from_afar(click):
    click("→ confirmed", 1)
    click("→ confirmed", 2)
    assert [item.text() for item in click.bar.items()] == ["2 of 12 done"]
    box = click.layer.boundingBoxOfSelected()
    view = click.canvas.extent()
    assert view.contains(box) and view.center().distance(box.center()) < 0.01
    wider = min(view.width() / box.width(), view.height() / box.height())
    assert 3.999 < wider < 5


def test_a_click_moves_the_open_form_on(click):
    layer = click.layer
    table = QgsDualView()
    table.init(layer, click.canvas)
    table.setView(QgsDualView.ViewMode.AttributeEditor)
    table.setCurrentEditSelection([by_rank(layer)[0].id()])
    buttons = {button.text(): button for button in table.findChildren(QPushButton)}
    titles = [action.name() for action in layer.actions().actions("Feature")]
    assert [title for title in buttons if title.startswith("→")] == titles
    click("→ confirmed", 1)
    assert [box.text() for box in table.findChildren(QLineEdit, "rev_rank")] == ["2"]
    sip.delete(table)  # while its layer lives


def test_a_form_that_was_moved_on_stays_there(click):
    """QGIS 3.22 takes a form to the first row where another feature than its own is
    selected.
    """
    layer = click.layer
    table = QgsDualView()
    table.init(layer, click.canvas)
    table.setView(QgsDualView.ViewMode.AttributeEditor)
    table.show()
    table.masterModel().loadLayer()  # as QGIS does when all is there
    QApplication.processEvents()
    table.setCurrentEditSelection([by_rank(layer)[3].id()])
    for rank in (4, 5):
        click("→ confirmed", rank)
        for _ in range(3):  # it does so later
            QApplication.processEvents()
    ranks = [box.text() for box in table.findChildren(QLineEdit, "rev_rank")]
    sip.delete(table)  # while its layer lives
    assert ranks == ["6"]


def test_a_click_moves_a_form_on_that_qgis_itself_has_opened(click):
    """Python does not know its class: the form stayed at what was decided, beside a map of
    the next candidate, and so the next click decided it anew.
    """
    layer = click.layer
    project = QgsProject.instance()
    all_rows = QgsVectorLayer("NoGeometry?field=status:string", "all", "memory")
    row = QgsFeature(all_rows.fields())
    row["status"] = "candidate"
    assert all_rows.dataProvider().addFeature(row)
    project.addMapLayer(all_rows, False)
    relation = QgsRelation()
    relation.setId("all")
    relation.setReferencingLayer(layer.id())
    relation.setReferencedLayer(all_rows.id())
    relation.addFieldPair("status", "status")
    editor = QgsRelationEditorWidget({}, None)
    context = QgsAttributeEditorContext()
    context.setMapCanvas(click.canvas)
    editor.setEditorContext(context)
    editor.setRelationFeature(relation, next(all_rows.getFeatures()))
    editor.show()
    QApplication.processEvents()
    (view,) = [one for one in editor.findChildren(QWidget) if one.inherits("QgsDualView")]
    known = isinstance(view, QgsDualView)
    click("→ confirmed", 1)
    ranks = [box.text() for box in view.findChildren(QLineEdit, "rev_rank")]
    sip.delete(editor)  # while its layers live
    project.removeMapLayer(all_rows)
    assert (known, ranks) == (False, ["2"])


@pytest.mark.parametrize(
    "language, said", [("en", "Advice: reject"), ("zh", "建议: 建议剔除")]
)
def test_the_words_of_a_list_that_is_read_only_are_read_beside_it(
    prepare, language, said
):
    """QGIS greys the list itself, on dark themes beyond reading."""
    _, layer = prepare(LANGUAGE=language)
    form = QgsAttributeForm(layer, by_rank(layer)[-1])
    shown = {label.text() for label in form.findChildren(QLabel)}
    sip.delete(form)
    assert said in shown


def test_the_first_tab_holds_what_a_decision_needs(prepare):
    _, layer = prepare(LANGUAGE="zh")
    first = layer.editFormConfig().tabs()[0]
    kind = QgsAttributeEditorElement.AttributeEditorType.AeTypeField
    fields = [element.name() for element in first.findElements(kind)]
    assert first.name() == "审查"
    assert fields[:4] == ["rev_rank", "conf_cls", "conf", "p_mean"]
    assert {"area_m2", "status", "rej_why", "remarks"} < set(fields)


def test_the_list_beside_the_form_goes_by_rank_however_many_there_are(provider):
    from mrife.algorithms.layers.form import contents_of, set_form

    layer = QgsVectorLayer(
        "Polygon?field=rev_rank:integer&field=status:string", "county", "memory"
    )
    features = []
    for rank in (*range(10_001, 0, -1), NULL):  # without: drawn by the reviewer
        feature = QgsFeature(layer.fields())
        feature.setAttributes([rank, "candidate"])
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    set_form(layer, Language.of("en"), contents_of(layer))
    shown = QgsExpression(layer.displayExpression())
    context = QgsExpressionContext()
    texts = {}
    for feature in features:
        context.setFeature(feature)
        texts[shown.evaluate(context)] = feature["rev_rank"]
    assert [texts[text] for text in sorted(texts)] == [*range(1, 10_002), NULL]


def test_any_polygons_will_do(run, tmp_path):
    (tmp_path / "old.geojson").write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"Name": "滑坡", "fid": 7}, '
        '"geometry": {"type": "Polygon", "coordinates": [[[100, 30], [100.01, 30], [100.01, 30.01], [100, 30.01], '
        '[100, 30]]]}}, {"type": "Feature", "properties": {"Name": "bow"}, "geometry": {"type": "Polygon", '
        '"coordinates": [[[101, 30], [101.01, 30.01], [101.01, 30], [101, 30.01], [101, 30]]]}}]}',
        encoding="utf-8",
    )
    result = run(
        "preparereview",
        {"INPUT": str(tmp_path / "old.geojson"), "OUTPUT": str(tmp_path / "r.gpkg")},
    )
    first, second = by_rank(layer_of(result["OUTPUT"]))
    assert (
        first["Name"] == "滑坡"
        and first["ls_id"].startswith("old_")
        and first["area_m2"] > 1e6
    )
    assert second.geometry().isGeosValid()
    for said in ("2 ranked by area", "2 had no identifier", "1 outlines were invalid"):
        assert said in run.log


def test_no_candidates_are_a_result(run, tmp_path):
    empty = str(tmp_path / "none.gpkg")
    write_candidates(empty, 1, road=False)
    layer = QgsVectorLayer(empty, "none", "ogr")
    layer.dataProvider().truncate()
    result = run("preparereview", {"INPUT": empty, "OUTPUT": str(tmp_path / "r.gpkg")})
    assert result["COUNT"] == 0 and layer_of(result["OUTPUT"]).featureCount() == 0
    assert "No candidates to review" in run.log


def test_what_was_reviewed_before_is_no_candidate(prepare, run, tmp_path):
    result, layer = prepare()
    status = layer.fields().lookupField("status")
    layer.dataProvider().changeAttributeValues({1: {status: "confirmed"}})
    again = {"INPUT": result["OUTPUT"], "OUTPUT": str(tmp_path / "again.gpkg")}
    assert run("preparereview", again)["COUNT"] == result["COUNT"]
    assert f"Candidates to review: {result['COUNT'] - 1}." in run.log
    assert "1 were reviewed before; they come last" in run.log


def test_an_old_inventory_goes_through_the_loop_without_a_second_look(
    run, candidates, tmp_path
):
    """It states no status: all of it had to be confirmed, or was left out at the end."""
    old = QgsVectorLayer("MultiPolygon?crs=EPSG:32647&field=code:string", "old", "memory")
    feature = QgsFeature(old.fields())
    outline = "MultiPolygon(((100 100, 300 100, 300 300, 100 300, 100 100)))"
    feature.setGeometry(QgsGeometry.fromWkt(outline))
    feature.setAttributes(["K7"])
    old.dataProvider().addFeatures([feature])
    inventory = str(tmp_path / "inventory.gpkg")
    given = {"INPUTS": [candidates], "EXISTING": old, "OUTPUT": inventory}
    new = run("merge", given)["NEW"]
    review = {"INPUT": inventory, "OUTPUT": str(tmp_path / "loop.gpkg")}
    prepared = run("preparereview", review)["OUTPUT"]
    assert f"Candidates to review: {new}." in run.log
    assert "1 of these are polygons of the existing inventory without a status" in run.log
    final = str(tmp_path / "final.gpkg")
    result = run("applyreview", {"INPUT": prepared, "INVENTORY": final})
    assert (result["CONFIRMED"], result["OPEN"]) == (1, new)
    (feature,) = layer_of(final).getFeatures()
    assert (feature["ls_id"], feature["code"]) == ("K7", "K7")


def test_decisions_are_not_overwritten(prepare, run, candidates, tmp_path):
    _, layer = prepare()
    prepare()  # nothing decided yet
    layer = layer_of(f"{tmp_path}/review.gpkg|layername=review")
    assert layer.dataProvider().changeAttributeValues(
        {1: {layer.fields().lookupField("status"): "confirmed"}}
    )
    del layer
    said = refused(
        run,
        "preparereview",
        {"INPUT": candidates, "OUTPUT": str(tmp_path / "review.gpkg")},
    )
    assert "holds 1 polygons that were reviewed already" in said
    assert "ends in .gpkg" in refused(
        run, "preparereview", {"INPUT": candidates, "OUTPUT": str(tmp_path / "r.shp")}
    )
    assert left(tmp_path) == {"review.gpkg", "候选 é.gpkg"}


def test_an_outline_that_was_redrawn_is_not_overwritten(prepare, run, candidates, tmp_path):
    """Before anything was decided: only the stamp says that somebody was there."""
    _, layer = prepare()
    assert layer.startEditing()
    feature = by_rank(layer)[0]
    shape = feature.geometry()
    shape.translate(5, 5)
    assert layer.changeGeometry(feature.id(), shape) and layer.commitChanges()
    del layer
    asked = {"INPUT": candidates, "OUTPUT": str(tmp_path / "review.gpkg")}
    said = refused(run, "preparereview", asked)
    assert "holds 1 polygons that were reviewed already" in said


def test_reviewers_to_whom_candidates_are_assigned_have_reviewed_nothing(
    run, candidates, tmp_path
):
    """Only the day of a change says that somebody was there."""
    layer = QgsVectorLayer(candidates, "candidates", "ogr")
    field = layer.fields().lookupField("reviewer")
    if field < 0:
        assert layer.dataProvider().addAttributes([QgsField("reviewer", QVariant.String)])
        layer.updateFields()
        field = layer.fields().lookupField("reviewer")
    assigned = {feature.id(): {field: "Li"} for feature in layer.getFeatures()}
    assert layer.dataProvider().changeAttributeValues(assigned)
    del layer
    asked = {"INPUT": candidates, "OUTPUT": str(tmp_path / "review.gpkg")}
    assert run("preparereview", asked)["COUNT"] == run("preparereview", asked)["COUNT"]


def test_as_often_as_you_like_while_nothing_is_decided(run, candidates, tmp_path):
    """QGIS held open what it had read of the first two, and the third was refused."""
    given = {"INPUT": candidates, "OUTPUT": str(tmp_path / "review.gpkg")}
    counts = [run("preparereview", given)["COUNT"] for _ in range(4)]
    assert set(counts) == {counts[0]} and counts[0] > 0
    assert left(tmp_path) == {"review.gpkg", "候选 é.gpkg"}


def test_decisions_in_a_temporary_file_are_warned_of(run, candidates, tmp_path):
    """It is the default of the dialog, and goes with QGIS."""
    given = {"INPUT": candidates, "LANGUAGE": "en"}
    run("preparereview", {**given, "OUTPUT": "TEMPORARY_OUTPUT"})
    assert "temporary file, which is gone when QGIS is closed" in run.log
    run("preparereview", {**given, "OUTPUT": str(tmp_path / "review.gpkg")})
    assert "temporary file" not in run.log


def test_cancelling_while_it_writes_leaves_nothing(run, candidates, tmp_path):
    class Stops(QgsProcessingFeedback):
        def setProgressText(self, text):
            self.cancel()

    parameters = {"INPUT": candidates, "OUTPUT": str(tmp_path / "r.gpkg")}
    assert run("preparereview", parameters, Stops(False)) == {}
    assert left(tmp_path) == {"候选 é.gpkg"}


@pytest.mark.parametrize("points", [0, 10, 11, 29, 30, 40])
def test_the_form_adds_points_as_the_review_does(points):
    """The class of the points in QGIS's expression and in Python."""
    shares = [points // 4 + (i < points % 4) for i in range(len(POINTS))]
    text = class_expression()
    for name, share in zip(POINTS, shares):
        text = text.replace(f'"{name}"', str(share))
    expected = geologists_confidence(dict(zip(POINTS, shares)))["geo_conf"]
    assert QgsExpression(text).evaluate() == expected == class_of_points(points)


@pytest.mark.parametrize("shares", [(9,), (10, 10, 10), (10, 5, 4), (0, 0, 0), (0, 0, 1)])
def test_the_form_takes_missing_points_as_the_review_does(shares):
    text = class_expression().replace('"geo_conf"', "'low'")
    for name, share in zip(POINTS, [*shares, "NULL", "NULL", "NULL"]):
        text = text.replace(f'"{name}"', str(share))
    values = {**dict(zip(POINTS, shares)), "geo_conf": "low"}
    assert QgsExpression(text).evaluate() == geologists_confidence(values)["geo_conf"]
