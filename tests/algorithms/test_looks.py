# SPDX-License-Identifier: GPL-2.0-or-later
"""What each layer shows when QGIS loads it: classes of the map and words of the table
are the same, fields have names, values have words, what does not matter is hidden.
"""

from __future__ import annotations

import sys

import pytest
from candidates import write_candidates, write_slope
from delivered import SQUARE, write_inventory
from lakes import image as lake_image
from looks import columns, labels, legend
from running import left, polygons

pytest.importorskip("qgis.core")
from qgis.core import (
    NULL,
    QgsExpression,
    QgsExpressionContext,
    QgsFeature,
    QgsLayerTreeModel,
    QgsLayerTreeModelLegendNode,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingUtils,
    QgsProject,
    QgsRasterLayer,
    QgsRenderContext,
    QgsSymbol,
    QgsVectorLayer,
)
from qgis.gui import QgsLayerTreeView
from qgis.PyQt.QtCore import Qt

RULE_KEY = int(QgsLayerTreeModelLegendNode.RuleKeyRole)
# what no table shows at first
PROVENANCE = {"model_id", "run_utc", "gsd_m", "dem_src", "p_std", "lon", "lat"}


@pytest.fixture
def loaded(run):
    """The layers of a run as QGIS loads them into a project of its own, by name; in the
    order of `paths`, names of outputs and where they go.
    """
    projects = []

    def load(name, parameters, paths):
        project = QgsProject()
        projects.append(project)
        load.tree = QgsLayerTreeView()
        model = QgsLayerTreeModel(project.layerTreeRoot())
        model.setFlag(QgsLayerTreeModel.Flag.ShowLegendAsTree)
        load.tree.setModel(model)
        load.model = model  # the view holds no reference
        definitions = {
            output: QgsProcessingOutputLayerDefinition(str(path), project)
            for output, path in paths.items()
        }
        run(name, {**parameters, **definitions})
        details = run.context.layersToLoadOnCompletion()
        run.context.setProject(project)
        layers = {}
        for key, detail in details.items():
            layer = QgsProcessingUtils.mapLayerFromString(key, run.context)
            layer = run.context.temporaryLayerStore().takeMapLayer(layer)
            layer.setName(detail.name)
            project.addMapLayer(layer)
            if detail.postProcessor():
                detail.postProcessor().postProcessLayer(layer, run.context, None)
            layers[detail.name] = layer
        load.project = project
        return layers

    yield load
    for project in projects:
        project.clear()


@pytest.fixture
def review(run, tmp_path):
    """A prepared review of twelve, the first confirmed and the second rejected."""
    candidates = write_candidates(tmp_path / "candidates.gpkg")
    path = str(tmp_path / "review.gpkg")
    source = run("preparereview", {"INPUT": candidates, "OUTPUT": path})["OUTPUT"]
    layer = QgsVectorLayer(source, "review", "ogr")
    status = layer.fields().lookupField("status")
    first, second = sorted(layer.getFeatures(), key=lambda f: f["rev_rank"])[:2]
    assert layer.dataProvider().changeAttributeValues(
        {first.id(): {status: "confirmed"}, second.id(): {status: "rejected"}}
    )
    return source


def check_words(layer):
    """Every field that is ours has a name in words, its values too."""
    known = {"ls_id": "Identifier", "conf_cls": "Confidence class", "cls": "Class"}
    for index, name in enumerate(layer.fields().names()):
        if name in known:
            assert layer.attributeAlias(index) == known[name]
    assert not PROVENANCE.intersection(columns(layer)) and "fid" not in columns(layer)


@pytest.mark.parametrize("names", [("a.gpkg", "b.tif"), ("b.gpkg", "a.tif")])
def test_detection_is_named_styled_and_lies_over_its_probability(
    loaded, scene, model, tmp_path, names
):
    layers = loaded(
        "detect",
        {"INPUT": scene, "MODEL": model, "THRESHOLD": 0.4},
        {"OUTPUT": tmp_path / names[0], "PROBABILITY": tmp_path / names[1]},
    )
    candidates = layers["Landslide candidates, grey scene é"]
    probability = layers["Landslide probability, grey scene é"]
    order = [node.layer() for node in loaded.project.layerTreeRoot().findLayers()]
    assert order == [candidates, probability]
    assert legend_labels(loaded.project, probability)[0] == "Probability"
    items = probability.renderer().shader().rasterShaderFunction().colorRampItemList()
    assert min(i.value for i in items if i.color.alpha()) == pytest.approx(0.4)
    # this model knows no confidence
    means = {"Mean probability": ["0.7 and more", "0.5 to 0.7", "below 0.5"]}
    assert legend(candidates) == means
    assert columns(candidates)[:4] == ["rev_rank", "ls_id", "p_mean", "area_m2"]
    check_words(candidates)


def test_the_classes_of_new_layers_are_to_be_seen(loaded, tmp_path):
    """QGIS folds what stands under a heading, and a layer that has no legend yet."""
    candidates = write_candidates(tmp_path / "candidates.gpkg")
    paths = {"OUTPUT": tmp_path / "review.gpkg"}
    loaded("preparereview", {"INPUT": candidates}, paths)
    tree = loaded.tree
    model = loaded.model
    (node,) = loaded.project.layerTreeRoot().findLayers()
    headings = [
        one
        for one in model.layerLegendNodes(node)
        if str(one.data(RULE_KEY)).startswith("heading")
    ]
    assert headings and tree.isExpanded(tree.node2index(node))
    for heading in headings:
        assert tree.isExpanded(tree.legendNode2index(heading))


def legend_labels(project, layer):
    """As the layer tree shows them."""
    tree = project.layerTreeRoot()
    model = QgsLayerTreeModel(tree)
    model.setFlag(QgsLayerTreeModel.Flag.ShowLegend)
    nodes = model.layerLegendNodes(tree.findLayer(layer.id()))
    return [node.data(Qt.ItemDataRole.DisplayRole) for node in nodes]


def test_classes_of_the_map_are_words_of_the_table(loaded, tmp_path):
    source = write_candidates(tmp_path / "c.gpkg")
    layers = loaded("morphometry", {"INPUT": source}, {"OUTPUT": tmp_path / "m.gpkg"})
    (layer,) = layers.values()
    assert list(legend(layer)) == ["Confidence class"]
    words = labels(layer, "conf_cls").values()
    classes = [label.split(",")[0] for label in legend(layer)["Confidence class"]]
    assert classes == [word for word in words if word] == ["high", "moderate", "low"]
    fill, rim, line = layer.renderer().symbols(QgsRenderContext())[0].symbolLayers()
    assert fill.color().alpha() <= 40
    assert rim.color().name() == "#ffffff" and rim.width() > line.width()
    check_words(layer)


def test_all_layers_of_a_review_speak(loaded, review, tmp_path):
    outputs = ("INVENTORY", "TRAINING", "REVIEWED", "REJECTED")
    paths = {name: tmp_path / f"{name}.gpkg" for name in outputs}
    layers = loaded("applyreview", {"INPUT": review}, paths)
    names = (
        "Landslide inventory, review",
        "Rejected polygons, review",
        "Training polygons, review",
        "Reviewed area for training, review",
    )
    inventory, rejected, training, area = (layers[name] for name in names)
    assert order(loaded.project) == [*names]  # what matters most on top
    assert legend(inventory)["Status"][1] == "confirmed"
    assert legend(training) == {"Class": ["landslide", "looks like one"]}
    assert columns(training)[:2] == ["ls_id", "cls"]
    assert labels(training, "cls") == {"1": "landslide", "0": "looks like one"}
    assert set(labels(area, "origin")) == {"given", "polygons"}
    assert legend(rejected) == {"Status": ["rejected"]}
    rim, dashes = area.renderer().symbols(QgsRenderContext())[0].symbolLayers()
    assert rim.strokeColor().name() == "#ffffff"  # seen on dark ground
    assert rim.strokeWidth() > dashes.strokeWidth()
    assert labels(rejected, "rej_why")["road"] == "road"
    assert area.attributeAlias(area.fields().lookupField("origin")) == "Origin"
    for layer in layers.values():
        check_words(layer)
        assert name_of(next(layer.getFeatures()), layer), layer.name()


def name_of(feature, layer):
    """What stands for it in lists of QGIS."""
    context = layer.createExpressionContext()
    context.setFeature(feature)
    return QgsExpression(layer.displayExpression()).evaluate(context)


def test_what_a_person_draws_is_seen(loaded, review, tmp_path):
    """It has no confidence, and in the inventory no status: in both styles of a review,
    and in the inventory.
    """
    candidates = write_candidates(tmp_path / "c.gpkg")
    paths = {"OUTPUT": tmp_path / "again.gpkg"}
    (styled,) = loaded("preparereview", {"INPUT": candidates}, paths).values()
    paths = {"INVENTORY": tmp_path / "i.gpkg"}
    (inventory,) = loaded("applyreview", {"INPUT": review}, paths).values()
    manager = styled.styleManager()
    assert len(manager.styles()) == 2
    for name in manager.styles():
        manager.setCurrentStyle(name)
        assert shows_new_ones(styled), name
    assert shows_new_ones(inventory)


def shows_new_ones(layer):
    """Whether the style has a symbol for a feature without values."""
    feature = QgsFeature(layer.fields())
    feature.setValid(True)
    context = QgsRenderContext()
    context.setExpressionContext(layer.createExpressionContext())
    context.expressionContext().setFeature(feature)
    renderer = layer.renderer().clone()
    renderer.startRender(context, layer.fields())
    is_seen = renderer.willRenderFeature(feature, context)
    renderer.stopRender(context)
    return is_seen


def test_layers_of_a_merge_speak(loaded, tmp_path):
    first = write_candidates(tmp_path / "a.gpkg")
    second = write_candidates(tmp_path / "b.gpkg", 9)
    paths = {"OUTPUT": tmp_path / "o.gpkg", "CONFLICTS": tmp_path / "x.gpkg"}
    layers = loaded("merge", {"INPUTS": [first], "EXISTING": second}, paths)
    names = ["Conflicts, b, a", "Inventory, b, a"]
    assert order(loaded.project) == names
    conflicts, inventory = (layers[name] for name in names)
    assert list(legend(inventory)) == ["Confidence class"]
    assert list(legend(conflicts)) == ["Conflict"]
    # the decision is to be filled in
    assert columns(conflicts)[:4] == ["rev_rank", "ls_id", "conflict", "resolve"]
    for layer in layers.values():
        check_words(layer)


def order(project):
    """Names of the layers from top to bottom."""
    return [node.name() for node in project.layerTreeRoot().findLayers()]


def test_an_empty_layer_shows_the_columns_that_matter(loaded, tmp_path):
    """Conflicts that there are none of: not a blank table."""
    source = write_candidates(tmp_path / "a.gpkg")
    paths = {"OUTPUT": tmp_path / "o.gpkg", "CONFLICTS": tmp_path / "x.gpkg"}
    layers = loaded("merge", {"INPUTS": [source]}, paths)
    conflicts = layers["Conflicts, a"]
    assert conflicts.featureCount() == 0
    assert {"conflict", "resolve"} < {*columns(conflicts)}


def test_an_old_inventory_has_no_classes_of_confidence(loaded, tmp_path):
    source = write_inventory(tmp_path / "old.gpkg", [(SQUARE.format(x=0, e=50), {})])
    paths = {"OUTPUT": tmp_path / "m.gpkg"}
    (layer,) = loaded("morphometry", {"INPUT": source}, paths).values()
    assert legend(layer) == {"Confidence class": ["unknown"]}


@pytest.mark.parametrize("locale", ["en", "zh-Hans"])
def test_headings_and_words_are_not_cut(run, set_locale, tmp_path, locale):
    """In the font of the screen there is, with room for the arrow that shows the order."""
    from qgis.PyQt.QtGui import QFontMetrics
    from qgis.PyQt.QtWidgets import QApplication

    set_locale(locale)
    source = write_candidates(tmp_path / "c.gpkg", 5)
    paths = {"OUTPUT": str(tmp_path / "o.gpkg"), "OUTPUT_LINES": str(tmp_path / "l.gpkg")}
    slope = write_slope(tmp_path / "z.tif")
    result = run("morphometry", {"INPUT": source, "DEM": slope, **paths})
    metrics = QFontMetrics(QApplication.font())
    for output in paths:
        layer = QgsVectorLayer(result[output], "o", "ogr")
        shown = {*columns(layer)}
        for column in layer.attributeTableConfig().columns():
            if column.name not in shown:
                continue
            index = layer.fields().lookupField(column.name)
            texts = [layer.attributeAlias(index)]
            if layer.editorWidgetSetup(index).type() == "ValueMap":
                texts += filter(None, labels(layer, column.name).values())
            widths = map(metrics.horizontalAdvance, texts)
            assert column.width >= min(max(widths) + 10, 320), column.name


def check_rim(layer):
    """Every outline lies on white: it is seen on dark ground, too."""
    for symbol in layer.renderer().symbols(QgsRenderContext()):
        rim, line = symbol.symbolLayers()[:2]
        colour, width, thin = (
            (rim.color(), rim.width(), line.width())
            if symbol.type() == QgsSymbol.SymbolType.Line
            else (rim.strokeColor(), rim.strokeWidth(), line.strokeWidth())
        )
        assert colour.name() == "#ffffff" and width > thin


def test_layers_of_an_evaluation_speak(loaded, tmp_path):
    """Each legend has what its layer can hold, its table what the evaluation says."""
    source = write_candidates(tmp_path / "c.gpkg")
    known = write_candidates(tmp_path / "known.gpkg", 5)
    names = ("HITS", "MISSED", "FALSE")
    paths = {name: tmp_path / f"{name}.gpkg" for name in names}
    given = {"INPUT": source, "REFERENCE": known, "REPORT": str(tmp_path / "r.html")}
    layers = loaded("evaluate", given, paths)
    legends = {title: legend(layer)["Evaluation"] for title, layer in layers.items()}
    assert legends == {
        "Right candidates, c": ["right", "right, over several landslides"],
        "Missed landslides, c": ["missed"],
        "False candidates, c": ["false"],
    }
    for layer in layers.values():
        assert {"ev_result", "ev_cover", "ev_iou"} <= {
            *columns(layer)
        } or not layer.featureCount()
        check_rim(layer)
        check_words(layer)


def test_layers_that_compare_and_propose_speak(loaded, scene, tmp_path):
    source = write_candidates(tmp_path / "c.gpkg")
    later = write_candidates(tmp_path / "later.gpkg", 5)
    given = {"EARLIER": source, "LATER": later}
    (layer,) = loaded("compare", given, {"OUTPUT": tmp_path / "o.gpkg"}).values()
    assert layer.name() == "Changes from c to later"
    assert legend(layer) == {"Change": ["same", "changed", "gained", "lost"]}
    assert {"cmp_change", "cmp_iou"} <= {*columns(layer)}
    check_rim(layer)
    given = {"INPUT": lake_image(tmp_path / "lake.tif")}
    (layer,) = loaded("proposewater", given, {"OUTPUT": tmp_path / "w.gpkg"}).values()
    assert columns(layer) == ["water_by", "water_sc", "area_m2"]
    check_rim(layer)


def test_lines_and_cells_speak(loaded, tmp_path):
    source = write_candidates(tmp_path / "c.gpkg", 5)
    slope = write_slope(tmp_path / "z.tif")
    given = {"INPUT": source, "DEM": slope, "OUTPUT": "memory:"}
    paths = {"OUTPUT_LINES": tmp_path / "l.gpkg"}
    (layer,) = loaded("morphometry", given, paths).values()
    assert columns(layer) == ["ls_id", "ls_part", "line_m", "dir_from"]
    check_rim(layer)
    given = {"INPUT": source, "AREA": source, "OUTPUT": str(tmp_path / "r.html")}
    paths = {"DENSITY_MAP": tmp_path / "d.gpkg"}
    (layer,) = loaded("statistics", given, paths).values()
    assert columns(layer) == ["ls_count", "ls_per_km2", "ls_share", "cell_m2"]
    (classes,) = legend(layer).values()
    assert classes[0] == "0" and classes[-1] == "≥ 20"
    rules = layer.renderer().rootRule().children()[0].children()
    cells = [QgsExpression(rule.filterExpression()) for rule in rules]
    for value in (0, 0.001, 1, 1.5, 20, 100):  # each value is of one class
        feature = QgsFeature(layer.fields())
        feature["ls_share"] = value
        context = QgsExpressionContext()
        context.setFeature(feature)
        context.setFields(layer.fields())
        assert sum(bool(cell.evaluate(context)) for cell in cells) == 1


def test_the_table_of_a_review_begins_with_rank_and_decision(review):
    layer = QgsVectorLayer(review, "review", "ogr")
    shown = columns(layer)
    assert shown[:3] == ["rev_rank", "", "ls_id"]
    assert {"status", "rej_why", "remarks", "conf_cls", "area_m2"} < set(shown)
    assert len(shown) < 20 and not PROVENANCE.intersection(shown)


def test_no_tab_of_the_form_is_wider_than_one_entry(review):
    """Two beside each other need 1,200 pixels, which a form beside a map has not."""
    tabs = QgsVectorLayer(review, "review", "ogr").editFormConfig().tabs()
    assert len(tabs) == 5
    assert {tab.columnCount() for tab in tabs} == {1}


def test_headless_outputs_carry_their_style(run, scene, model, tmp_path):
    result = run(
        "detect",
        {
            "INPUT": scene,
            "MODEL": model,
            "OUTPUT": str(tmp_path / "found.gpkg"),
            "PROBABILITY": str(tmp_path / "p.tif"),
        },
    )
    names = {"found.gpkg", "found.qml", "found.qmd", "p.tif", "p.qml"}
    assert left(tmp_path) - {"grey scene é.tif"} == names
    layer = polygons(result["OUTPUT"])[0]
    assert list(legend(layer)) == ["Mean probability"]
    assert layer.attributeAlias(layer.fields().lookupField("area_m2")) == "Area (m²)"
    assert "model_id" not in columns(layer)
    probability = QgsRasterLayer(result["PROBABILITY"], "p")
    assert probability.renderer().type() == "singlebandpseudocolor"


def test_a_style_of_the_user_stays(run, scene, model, tmp_path):
    (tmp_path / "found.qml").write_text("the user's own")
    path = str(tmp_path / "found.gpkg")
    asked = {"INPUT": scene, "MODEL": model, "OUTPUT": path}
    run("detect", asked)
    assert "the style 'found.qml'" not in run.log
    run("detect", {**asked, "PROBABILITY": str(tmp_path / "found.tif")})
    assert "the style 'found.qml' for that of 'found.gpkg' and of 'found.tif'" in run.log
    assert (tmp_path / "found.qml").read_text() == "the user's own"


def test_no_style_lies_where_a_layer_of_the_same_name_would_take_it(
    run, scene, model, tmp_path
):
    """A style of polygons draws a raster in one grey; both that of the run and the user's."""
    asked = {"INPUT": scene, "MODEL": model, "OUTPUT": str(tmp_path / "found.gpkg")}
    result = run("detect", {**asked, "PROBABILITY": str(tmp_path / "found.tif")})
    assert left(tmp_path) - {"grey scene é.tif"} == {"found.gpkg", "found.tif"}
    assert "beside 'found.gpkg': QGIS would take it for that of 'found.tif'" in run.log
    contrast = QgsRasterLayer(result["PROBABILITY"], "p").renderer().contrastEnhancement()
    assert contrast.maximumValue() <= 1
    beside = str(tmp_path / "grey scene é.gpkg")
    run("detect", {**asked, "OUTPUT": beside})
    assert not (tmp_path / "grey scene é.qml").exists()
    assert "'grey scene é.tif', too. Give one of them another name" in run.log


def test_a_null_is_a_gap_and_no_value(provider):
    """In a memory layer too, where it comes as QGIS's own."""
    form = sys.modules["mrife.algorithms.layers.form"]
    layer = QgsVectorLayer("Polygon?field=p_mean:double&field=notes:string", "", "memory")
    features = []
    for value in (0.5, NULL):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([value, NULL])
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    contents = form.contents_of(layer)
    assert contents.filled == {"p_mean"}
    assert contents.gaps == {"p_mean", "notes"}


def test_a_style_is_made_without_asking_the_project(provider, monkeypatch, tmp_path):
    """Runs make it in threads of their own, where the project must be left alone."""
    from mrife.algorithms.layers.form import contents_of
    from qgis.core import QgsExpressionContextUtils, QgsVectorLayer

    monkeypatch.setattr(QgsExpressionContextUtils, "globalProjectLayerScopes", None)
    path = write_inventory(tmp_path / "known.gpkg")
    contents = contents_of(QgsVectorLayer(path, "known", "ogr"))
    assert contents.classes and "ls_id" in contents.filled
