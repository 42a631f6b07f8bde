# SPDX-License-Identifier: GPL-2.0-or-later
"""A reviewed GeoPackage becomes the inventory and the training update; scenario 13 of
the users.
"""

from __future__ import annotations

import shutil

import pytest
from candidates import write_candidates, write_slope
from damaged import PAGE
from looks import legend
from running import refused

from models.inventory.review.training_labels import TRAINING_FIELDS

qgis_core = pytest.importorskip("qgis.core")
REASONS = ("road", "terrace", "gully", "field")


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """A folder of what is made by the first test that needs it, and copied by all."""
    return tmp_path_factory.mktemp("reviewed")


@pytest.fixture
def reviewed(run, once, tmp_path):
    """Scenario 13: 200 candidates prepared; 60 confirmed, 10 of them redrawn, 90
    rejected, 5 to be checked, 45 open.
    """
    if not (once / "review.gpkg").exists():
        review_as_in_scenario_13(run, once)
    for name in ("candidates.gpkg", "review.gpkg"):
        shutil.copyfile(once / name, tmp_path / name)
    return f"{tmp_path / 'review.gpkg'}|layername=review"


def review_as_in_scenario_13(run, folder):
    candidates = write_candidates(folder / "candidates.gpkg", 200)
    asked = {
        "INPUT": candidates,
        "LANGUAGE": "en",
        "OUTPUT": str(folder / "review.gpkg"),
    }
    path = run("preparereview", asked)["OUTPUT"]
    layer = qgis_core.QgsVectorLayer(path, "review", "ogr")
    index, provider = layer.fields().lookupField, layer.dataProvider()
    words, outlines = {}, {}
    for feature in layer.getFeatures():
        rank = feature["rev_rank"]
        status = (
            "modified"
            if rank <= 5
            else "confirmed"
            if rank <= 60
            else "field_check"
            if rank <= 65
            else "rejected"
            if rank > 110
            else "candidate"
        )
        words[feature.id()] = {index("status"): status}
        if status == "rejected":
            words[feature.id()][index("rej_why")] = REASONS[rank % 4]
        if rank <= 10:  # five of them forgot to change the status
            shape = feature.geometry()
            shape.translate(3, 4)
            outlines[feature.id()] = shape.buffer(-1, 8)
    assert provider.changeAttributeValues(words) and provider.changeGeometryValues(
        outlines
    )


def features(path):
    layer = qgis_core.QgsVectorLayer(path, "found", "ogr")
    assert layer.isValid()
    return list(layer.getFeatures())


def test_scenario_13(run, reviewed, tmp_path):
    before = {f["ls_id"]: f for f in features(reviewed)}
    outputs = {
        name: str(tmp_path / f"{name}.gpkg")
        for name in ("INVENTORY", "TRAINING", "REVIEWED", "REJECTED")
    }
    result = run(
        "applyreview",
        {"INPUT": reviewed, "DEM": write_slope(tmp_path / "dem.tif"), **outputs},
    )
    assert "for a field check, and in the reviewed layer only: 5." in run.log
    numbers = ("CONFIRMED", "MODIFIED", "REJECTED_N", "FIELD_CHECK", "OPEN")
    assert [result[name] for name in numbers] == [50, 10, 90, 5, 45]
    inventory = {f["ls_id"]: f for f in features(result["INVENTORY"])}
    assert len(inventory) == 60
    for name, found in inventory.items():
        old = before[name]
        assert found.geometry().asWkb() == old.geometry().asWkb()
        if (
            found["rev_rank"] > 10
        ):  # confirmed: nothing but the confidence of a person is new
            changed = {
                field.name()
                for field in found.fields()
                if found[field.name()] != old[field.name()]
            }
            assert changed <= {"usgs_conf", "fid"} and found["usgs_conf"] == 3
        else:
            assert found["status"] == "modified" and found["method"] == "auto_edit"
            assert (
                found["area_m2"]
                == pytest.approx(found.geometry().area(), rel=2e-3)
                != old["area_m2"]
            )
            assert (
                found["azim_deg"] == pytest.approx(180, abs=2)
                and found["dem_src"]
                and found["lw_meth"] == "dem"
            )
            assert (found["conf"], found["run_utc"]) == (old["conf"], old["run_utc"])
    assert (
        "5 confirmed polygons had been redrawn" in run.log
        and "not taught: 45." in run.log
    )
    teach(result, before)


def teach(result, before):
    """The training update of scenario 13."""
    lessons = features(result["TRAINING"])
    assert len(lessons) == 150 and sum(f["cls"] for f in lessons) == 60
    assert {f["rej_why"] for f in lessons if not f["cls"]} == set(REASONS)
    assert lessons[0].fields().names()[1:] == [field.name for field in TRAINING_FIELDS]
    rejected = features(result["REJECTED"])
    assert len(rejected) == 90
    assert all(
        (f["conf"], f["model_id"]) == (before[f["ls_id"]]["conf"], "mrife 1 abcd")
        for f in rejected
    )
    area = qgis_core.QgsGeometry.unaryUnion(
        [f.geometry() for f in features(result["REVIEWED"])]
    )
    for feature in before.values():
        inside = area.contains(feature.geometry().centroid())
        assert inside == (feature["status"] not in ("candidate", "field_check"))


def test_the_rejected_do_not_come_back_through_a_merge(run, reviewed, tmp_path):
    rejected = run(
        "applyreview",
        {
            "INPUT": reviewed,
            "INVENTORY": "TEMPORARY_OUTPUT",
            "REJECTED": str(tmp_path / "rejected.gpkg"),
        },
    )["REJECTED"]
    merged = run(
        "merge",
        {
            "INPUTS": [str(tmp_path / "candidates.gpkg")],
            "REJECTED": rejected,
            "OUTPUT": str(tmp_path / "merged.gpkg"),
        },
    )
    assert merged["SUPPRESSED"] == 90


@pytest.mark.parametrize("name, landslides", [("REJECTED", 0), ("TRAINING", 60)])
def test_what_was_rejected_is_no_landslide_of_another_step(
    run, reviewed, tmp_path, name, landslides
):
    asked = {"INPUT": reviewed, "INVENTORY": "TEMPORARY_OUTPUT"}
    path = run("applyreview", {**asked, name: str(tmp_path / "o.gpkg")})[name]
    merged = run("merge", {"INPUTS": [path], "OUTPUT": str(tmp_path / "m.gpkg")})
    counted = run("statistics", {"INPUT": path, "OUTPUT": str(tmp_path / "s.html")})
    assert (merged["COUNT"], counted["COUNT"]) == (landslides, landslides)


def test_a_given_area_and_a_layer_of_another_origin(run, reviewed, tmp_path):
    area = tmp_path / "area.geojson"
    area.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": '
        '{"type": "Polygon", "coordinates": [[[98.9, 27.0], [99.1, 27.0], [99.1, 27.2], [98.9, 27.2], '
        "[98.9, 27.0]]]}}]}"
    )
    result = run(
        "applyreview",
        {
            "INPUT": reviewed,
            "INVENTORY": "TEMPORARY_OUTPUT",
            "REVIEWED_AREA": str(area),
            "REVIEWED": str(tmp_path / "a.gpkg"),
            "ORIGINAL": str(tmp_path / "candidates.gpkg"),
        },
    )
    found = features(result["REVIEWED"])
    assert {f["origin"] for f in found} == {"given"} and sum(
        f["area_m2"] for f in found
    ) > 4e8
    assert (
        "No reviewed area was given" not in run.log
        and "10 redrawn or new outlines" in run.log
    )


def test_an_edited_original_is_found_out(run, reviewed, tmp_path):
    layer = qgis_core.QgsVectorLayer(reviewed.replace("=review", "=original"), "o", "ogr")
    first = next(layer.getFeatures())
    shape = first.geometry()
    shape.translate(1, 0)
    layer.dataProvider().changeGeometryValues({first.id(): shape})
    del layer
    said = refused(
        run, "applyreview", {"INPUT": reviewed, "INVENTORY": str(tmp_path / "i.gpkg")}
    )
    assert (
        "1 outlines of the layer 'original' were changed" in said
        and not (tmp_path / "i.gpkg").exists()
    )


def test_a_system_assigned_to_the_review_is_that_of_its_originals(
    run, reviewed, tmp_path
):
    """As where the image had said a wrong one: each outline was called changed."""
    layer = qgis_core.QgsVectorLayer(reviewed, "review", "ogr")
    layer.setCrs(qgis_core.QgsCoordinateReferenceSystem("EPSG:32649"))
    result = run("applyreview", {"INPUT": layer, "INVENTORY": str(tmp_path / "i.gpkg")})
    assert (result["CONFIRMED"], result["MODIFIED"]) == (50, 10)
    written = qgis_core.QgsVectorLayer(result["INVENTORY"], "i", "ogr")
    assert written.crs().authid() == "EPSG:32649"


def test_a_damaged_original_is_no_redrawn_outline(run, reviewed, tmp_path):
    """What could not be read of it counted as redrawn, and lost its terrain."""
    file = tmp_path / "review.gpkg"
    content = bytearray(file.read_bytes())
    page = content.rindex(b"sheet_00000064") // PAGE * PAGE  # of the layer 'original'
    content[page : page + PAGE] = bytes(PAGE)
    file.write_bytes(content)
    given = {"INPUT": reviewed, "INVENTORY": str(tmp_path / "i.gpkg")}
    assert "'original' cannot be read to its end" in refused(run, "applyreview", given)


def test_a_review_whose_identifiers_were_renamed_is_refused(run, reviewed, tmp_path):
    """All of it counted as drawn new by hand, and lost its terrain."""
    layer = qgis_core.QgsVectorLayer(reviewed, "review", "ogr")
    index = layer.fields().lookupField("ls_id")
    assert layer.dataProvider().renameAttributes({index: "number"})
    del layer
    given = {"INPUT": reviewed, "INVENTORY": str(tmp_path / "i.gpkg")}
    assert "has no field 'ls_id', by which" in refused(run, "applyreview", given)


def test_what_a_selection_leaves_out_was_not_deleted(run, reviewed):
    layer = qgis_core.QgsVectorLayer(reviewed, "review", "ogr")
    qgis_core.QgsProject.instance().addMapLayer(layer)
    layer.selectByIds([1, 2, 3])
    source = qgis_core.QgsProcessingFeatureSourceDefinition(layer.id(), True)
    run("applyreview", {"INPUT": source, "INVENTORY": "memory:"})
    assert "197 polygons of the review are missing, deleted or left out by" in run.log
    qgis_core.QgsProject.instance().clear()


@pytest.mark.parametrize("name", ["review.gpkg", "candidates.gpkg"])
def test_what_is_read_is_not_overwritten(run, reviewed, tmp_path, name):
    said = refused(
        run,
        "applyreview",
        {
            "INPUT": reviewed,
            "ORIGINAL": str(tmp_path / "candidates.gpkg"),
            "INVENTORY": str(tmp_path / name),
        },
    )
    assert f"{name}' is one of the inputs" in said


@pytest.mark.parametrize("name", ["applyreview", "preparereview"])
def test_what_no_field_can_take_is_said(run, tmp_path, name):
    """Days as a spreadsheet writes them, and a text that is longer than the field."""
    names = ("status", "rev_date", "remarks")
    fields = "&".join(f"field={one}:string(999)" for one in names)
    layer = qgis_core.QgsVectorLayer(f"Polygon?crs=EPSG:32647&{fields}", "old", "memory")
    feature = qgis_core.QgsFeature(layer.fields())
    box = qgis_core.QgsRectangle(500000, 3000000, 500100, 3000100)
    feature.setGeometry(qgis_core.QgsGeometry.fromRect(box))
    feature.setAttributes(["confirmed", "04.03.2026", 300 * "x"])
    assert layer.dataProvider().addFeatures([feature])[0]
    output = {"applyreview": "INVENTORY", "preparereview": "OUTPUT"}[name]
    run(name, {"INPUT": layer, output: str(tmp_path / "o.gpkg"), "LANGUAGE": "en"})
    assert "'old' holds what is no date like 2026-03-04: '04.03.2026' (1)." in run.log
    assert "1 texts are longer than their fields hold and were cut." in run.log


def test_layers_without_review_are_refused(run, tmp_path):
    path = write_candidates(tmp_path / "c.gpkg", 4)
    assert "has no field 'status'" in refused(
        run, "applyreview", {"INPUT": path, "INVENTORY": "TEMPORARY_OUTPUT"}
    )


def test_the_inventory_is_dressed_by_status(run, reviewed):
    definition = qgis_core.QgsProcessingOutputLayerDefinition(
        "TEMPORARY_OUTPUT", qgis_core.QgsProject.instance()
    )
    result = run(
        "applyreview", {"INPUT": reviewed, "LANGUAGE": "zh", "INVENTORY": definition}
    )
    (details,) = run.context.layersToLoadOnCompletion().values()
    layer = result["INVENTORY"]
    details.postProcessor().postProcessLayer(layer, run.context, run.feedback)
    assert details.name == "Landslide inventory, review"
    assert legend(layer)["审查状态"][:2] == ["待审", "确认"]


def test_what_detection_found_goes_through_the_loop(run, scene, model, tmp_path):
    found = run(
        "detect", {"INPUT": scene, "MODEL": model, "OUTPUT": str(tmp_path / "found.gpkg")}
    )["OUTPUT"]
    path = run(
        "preparereview",
        {"INPUT": found, "IMAGE": scene, "OUTPUT": str(tmp_path / "review.gpkg")},
    )["OUTPUT"]
    layer = qgis_core.QgsVectorLayer(path, "review", "ogr")
    status = layer.fields().lookupField("status")
    layer.dataProvider().changeAttributeValues(
        {f.id(): {status: "confirmed"} for f in layer.getFeatures()}
    )
    before = {f["ls_id"]: f for f in features(found)}
    result = run(
        "applyreview", {"INPUT": path, "INVENTORY": str(tmp_path / "inventory.gpkg")}
    )
    inventory = features(result["INVENTORY"])
    assert result["CONFIRMED"] == len(inventory) == len(before) == 2
    for feature in inventory:
        old = before[feature["ls_id"]]
        assert (
            feature.geometry().asWkb() == old.geometry().asWkb()
            and feature["run_utc"] == old["run_utc"]
        )
        assert all(
            feature[name] == old[name]
            for name in ("p_mean", "area_m2", "length_m", "flags", "src_img")
        )


def test_the_outlines_before_may_number_their_polygons(run, tmp_path):
    """As those of another inventory: no number was the text that the review makes of it."""
    fields = ["Polygon?crs=EPSG:32647", "field=ls_id:integer", "field=status:string"]
    layer = qgis_core.QgsVectorLayer("&".join(fields), "old", "memory")
    feature = qgis_core.QgsFeature(layer.fields())
    box = qgis_core.QgsRectangle(500000, 3000000, 500100, 3000100)
    feature.setGeometry(qgis_core.QgsGeometry.fromRect(box))
    feature.setAttributes([12, "confirmed"])
    assert layer.dataProvider().addFeatures([feature])[0]
    asked = {"INPUT": layer, "OUTPUT": str(tmp_path / "review.gpkg")}
    review = run("preparereview", asked)["OUTPUT"]
    asked = {"INPUT": review, "ORIGINAL": layer, "INVENTORY": "TEMPORARY_OUTPUT"}
    assert run("applyreview", asked)["CONFIRMED"] == 1


def test_rejected_polygons_are_so_among_the_candidates_of_a_merge_too(
    run, reviewed, tmp_path
):
    """Where those of several years are given: they came back as new candidates."""
    asked = {"INPUT": reviewed, "INVENTORY": "TEMPORARY_OUTPUT"}
    asked["REJECTED"] = str(tmp_path / "rejected.gpkg")
    result = run("applyreview", asked)
    asked = {"INPUTS": [result["REJECTED"]], "OUTPUT": "TEMPORARY_OUTPUT"}
    assert run("merge", asked)["COUNT"] == 0
