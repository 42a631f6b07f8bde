# SPDX-License-Identifier: GPL-2.0-or-later
"""mrife:proposewater: a layer that says what it is, and what it does as an exclusion."""

from __future__ import annotations

import json

import pytest
from lakes import LAKE, LAKE_M2, LEVEL, SIDE, heights, image
from levels import levels
from osgeo import ogr
from running import polygons, refused
from samples import write_raster

pytest.importorskip("qgis.core")
from models.__main__ import main


@pytest.fixture
def scene_with_lake(tmp_path):
    return image(tmp_path / "gorge.tif")


def test_water_is_named_a_proposal_everywhere(run, provider, scene_with_lake, tmp_path):
    path = str(tmp_path / "w.gpkg")
    result = run("proposewater", {"INPUT": scene_with_lake, "OUTPUT": path})
    layer, (water,) = polygons(result["OUTPUT"])
    assert result["COUNT"] == 1
    assert result["AREA_M2"] == water["area_m2"] == pytest.approx(LAKE_M2, rel=0.05)
    assert (water["water_by"], layer.crs().authid()) == ("image", "EPSG:32647")
    assert "This is a proposal: nothing is excluded before you check them" in run.log
    algorithm = provider.algorithm("proposewater")
    assert "(check before use)" in algorithm.parameterDefinition("OUTPUT").description()
    metadata = (tmp_path / "w.qmd").read_text(encoding="utf-8")
    assert "Proposed water (check before use), gorge" in metadata


def test_the_elevation_model_is_read_in_its_unit(run, scene_with_lake, tmp_path):
    slope = heights(tmp_path / "z.tif", LAKE, LEVEL, degrees=12)
    out = str(tmp_path / "w.gpkg")
    asked = {"INPUT": scene_with_lake, "DEM": slope, "OUTPUT": out}
    metres = run("proposewater", asked)
    sources = [one["water_by"] for one in polygons(metres["OUTPUT"])[1]]
    assert sorted(sources) == ["both", "dem"]
    # 12 m in 100 m is steep, 12 feet are not
    slope = heights(tmp_path / "s.tif", degrees=18)
    asked = {**asked, "DEM": slope}
    assert run("proposewater", asked)["COUNT"] == 0
    feet = run("proposewater", {**asked, "DEM_UNIT": "feet"})
    assert feet["COUNT"] == 1


def test_as_an_exclusion_it_takes_the_lake_from_a_candidate(
    run, scene_with_lake, tmp_path
):
    water = run(
        "proposewater", {"INPUT": scene_with_lake, "OUTPUT": str(tmp_path / "w.gpkg")}
    )
    column, row, radius = LAKE
    blob = levels(SIDE, SIDE, (column, row, radius + 15))
    probability = write_raster(tmp_path / "p.tif", (blob / 250).astype("float32"))
    asked = {"INPUT": probability, "MIN_AREA": 0, "OUTPUT": "memory:"}
    before = run("vectorize", asked)["AREA_M2"]
    after = run("vectorize", {**asked, "EXCLUDE": [water["OUTPUT"]]})["AREA_M2"]
    assert after == pytest.approx(before - water["AREA_M2"], rel=0.01)
    assert 0 < after < before / 2


def test_the_command_line_gives_the_same_layer(run, scene_with_lake, tmp_path, capsys):
    slope = heights(tmp_path / "z.tif", LAKE, LEVEL, degrees=40)
    dialog = str(tmp_path / "dialog.gpkg")
    line = str(tmp_path / "line.gpkg")
    more = {"DEM": slope, "DEM_UNIT": "feet", "MIN_AREA": 800}
    run("proposewater", {"INPUT": scene_with_lake, "OUTPUT": dialog, **more})
    options = ["--dem", slope, "--dem-unit", "feet", "--min-area", "800"]
    assert main(["proposewater", scene_with_lake, line, *options]) == 0
    assert rows(dialog) == rows(line) and len(rows(line)) > 1
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said["proposal"] is True and said["count"] == len(rows(line))


def rows(path):
    source = ogr.Open(path)
    return [
        (bytes(feature.GetGeometryRef().ExportToWkb()), feature.items())
        for feature in source.GetLayer(0)
    ]


def test_what_cannot_be_searched_is_refused_before_the_work(run, tmp_path):
    asked = {"OUTPUT": "memory:"}
    nowhere = image(tmp_path / "n.tif", epsg=None)
    said = refused(run, "proposewater", {**asked, "INPUT": nowhere})
    assert "no coordinate reference system" in said
    far = image(tmp_path / "f.tif")
    dem = heights(tmp_path / "z.tif", geotransform=(0.0, 1.0, 0, 9e6, 0, -1.0))
    said = refused(run, "proposewater", {**asked, "INPUT": far, "DEM": dem})
    assert "does not overlap the image" in said
    said = refused(run, "proposewater", {**asked, "INPUT": far, "MIN_AREA": -1})
    assert "must be at least 0" in said
