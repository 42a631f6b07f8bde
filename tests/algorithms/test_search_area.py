# SPDX-License-Identifier: GPL-2.0-or-later
"""Areas to search, to exclude, investigated and reviewed: of any system and geometry,
said in the log, refused where they cannot be meant.
"""

from __future__ import annotations

import pytest
from odd import ODD, SQUARE, geometry, write_layer
from osgeo import ogr
from running import refused
from samples import read_raster

pytest.importorskip("qgis.core")
from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsProcessingFeatureSourceDefinition,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)

# a survey's own grid, whose meridian is no zone's
OWN_GRID = (
    'PROJCS["Own grid",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,'
    '298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION['
    '"Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER['
    '"central_meridian",113.7],PARAMETER["scale_factor",1],PARAMETER["false_easting",'
    '500000],PARAMETER["false_northing",0],UNIT["metre",1]]'
)
WORLD = "POLYGON ((-180 -90,180 -90,180 90,-180 90,-180 -90))"
# in metres from the corner of the scene, which is 200 x 160 m
WEST_HALF = "POLYGON ((0 -160,100 -160,100 0,0 0,0 -160))"
ALL_OF_IT = "POLYGON ((-10 -170,210 -170,210 10,-10 10,-10 -170))"


@pytest.fixture
def detect(run, scene, model, tmp_path):
    """Searched pixels and log of a search."""

    def search(**given):
        path = str(tmp_path / "p.tif")
        fixed = {"INPUT": scene, "MODEL": model, "OUTPUT": "memory:"}
        run("detect", {**fixed, "PROBABILITY": path, **given})
        return (read_raster(path) != 255).mean(), run.log

    return search


def layer(path, texts, epsg=32647, **more):
    rows = [(geometry(text) if epsg == 32647 else text, {}) for text in texts]
    return write_layer(path, rows, epsg, **more)


@pytest.mark.parametrize(
    "texts, epsg, share",
    [
        ([WEST_HALF], 32647, 0.5),
        ([WEST_HALF, WEST_HALF], 32647, 0.5),
        ([WORLD], 4326, 1.0),
        (["POLYGON ((0 -90,360 -90,360 90,0 90,0 -90))"], 4326, 1.0),
        ([ODD["arc"]], 32647, 0.0393),
        # from 3.40 on QGIS reads faces of a layer of other surfaces as an empty polygon
        (
            [ODD["straight"], ODD["faces"]],
            32647,
            0.1 if Qgis.versionInt() < 34000 else 0.05,
        ),
        ([None, "POLYGON EMPTY", WEST_HALF], 32647, 0.5),
        ([ALL_OF_IT], 32647, 1.0),
    ],
)
def test_the_share_that_is_searched_is_said(detect, tmp_path, texts, epsg, share):
    searched, log = detect(MASK=layer(tmp_path / "mask.gpkg", texts, epsg))
    assert searched == pytest.approx(share, abs=2e-3)
    assert f"{share:.1%} of the image lies in the area to search" in log


@pytest.mark.parametrize(
    "texts, kind, words",
    [
        (["LINESTRING (0 0,100 0,100 -100,0 0)"], ogr.wkbLineString, "holds no polygons"),
        ([None], ogr.wkbPolygon, "holds no polygon"),
        (["POLYGON ((0 0,100 0,50 0,0 0))"], ogr.wkbPolygon, "holds no polygon"),
        (["POLYGON ((9e4 0,9.1e4 0,9.1e4 10,9e4 0))"], ogr.wkbPolygon, "do not overlap"),
        ([], ogr.wkbPolygon, "holds no polygon"),
        (["POLYGON ((9 -9,9.5 -9,9.5 -9.5,9 -9))"], ogr.wkbPolygon, "than a pixel"),
    ],
)
def test_what_cannot_be_searched_is_refused(
    run, scene, model, tmp_path, texts, kind, words
):
    mask = layer(tmp_path / "mask.gpkg", texts, kind=kind)
    given = {"INPUT": scene, "MODEL": model, "MASK": mask, "OUTPUT": "memory:"}
    assert words in refused(run, "detect", given)


def test_filters_and_selections_of_a_mask_count(detect, run, scene, model, tmp_path):
    path = write_layer(
        tmp_path / "mask.gpkg",
        [(geometry(WEST_HALF), {"n": 1}), (geometry(ALL_OF_IT), {"n": 2})],
    )
    mask = QgsVectorLayer(path, "mask", "ogr")
    QgsProject.instance().addMapLayer(mask)
    chosen = QgsProcessingFeatureSourceDefinition(mask.id(), selectedFeaturesOnly=True)
    given = {"INPUT": scene, "MODEL": model, "MASK": chosen, "OUTPUT": "memory:"}
    assert "look at its filter and selection" in refused(run, "detect", given)
    mask.selectByIds([1])
    assert detect(MASK=chosen)[0] == pytest.approx(0.5)
    mask.removeSelection()
    mask.setSubsetString("n = 1")
    assert detect(MASK=mask)[0] == pytest.approx(0.5)
    QgsProject.instance().removeMapLayer(mask.id())


@pytest.mark.parametrize("name", ["detect", "vectorize"])
def test_exclusions_of_any_system_and_elsewhere(run, scene, model, tmp_path, name):
    from running import block_image
    from samples import write_raster

    given = {"INPUT": scene, "MODEL": model, "OUTPUT": "memory:"}
    if name == "vectorize":
        image = (block_image() / 250).astype("float32")
        given = {"INPUT": write_raster(tmp_path / "p.tif", image), "OUTPUT": "memory:"}
    world = layer(tmp_path / "world.gpkg", [WORLD], 4326)
    noted = {**given, "EXCLUDE": [world], "EXCLUDE_MODE": "drop"}
    result = run(name, noted)
    assert {f["excl_fr"] for f in result["OUTPUT"].getFeatures()} == {1.0}
    assert "nothing is excluded" not in run.log
    assert run(name, {**given, "EXCLUDE": [world]})["COUNT"] == 0  # cut out, all of it
    far = "POLYGON ((9e4 0,9.1e4 0,9.1e4 10,9e4 0))"
    result = run(name, {**given, "EXCLUDE": [layer(tmp_path / "far.gpkg", [far])]})
    assert {f["excl_fr"] for f in result["OUTPUT"].getFeatures()} == {0.0}
    assert "No exclusion lies on the raster: nothing is excluded." in run.log


@pytest.fixture
def slides(tmp_path):
    rows = [
        (geometry(f"POLYGON {SQUARE.format(x=x, e=x + 40)}"), {"status": "confirmed"})
        for x in (0, 100)
    ]
    return write_layer(tmp_path / "slides.gpkg", rows)


def test_investigated_areas(run, tmp_path, slides):
    given = {"INPUT": slides, "OUTPUT": str(tmp_path / "o.html")}
    world = layer(tmp_path / "world.gpkg", [WORLD], 4326)
    assert run("statistics", {**given, "AREA": world})["COUNT"] == 2
    turned = "POLYGON ((0 -90,360 -90,360 90,0 90,0 -90))"
    turned = layer(tmp_path / "turned.gpkg", [turned], 4326)
    assert run("statistics", {**given, "AREA": turned})["COUNT"] == 2
    half = layer(tmp_path / "half.gpkg", ["POLYGON ((-9 9,60 9,60 -99,-9 -99,-9 9))"])
    assert run("statistics", {**given, "AREA": half})["COUNT"] == 1
    far = "POLYGON ((9e4 0,9.1e4 0,9.1e4 10,9e4 0))"
    far = layer(tmp_path / "far.gpkg", [far])
    sentence = refused(run, "statistics", {**given, "AREA": far})
    assert "The investigated area 'far' lies elsewhere than 'slides'" in sentence


def test_reviewed_areas(run, tmp_path, slides):
    reviewed = str(tmp_path / "a.gpkg")
    given = {"INPUT": slides, "INVENTORY": str(tmp_path / "i.gpkg"), "REVIEWED": reviewed}
    world = layer(tmp_path / "world.gpkg", [WORLD], 4326)
    run("applyreview", {**given, "REVIEWED_AREA": world})
    (area,) = QgsVectorLayer(reviewed, "a", "ogr").getFeatures()
    assert area.geometry().isGeosValid() and area.geometry().area() > 2 * 1600
    far = layer(tmp_path / "far.gpkg", ["POLYGON ((9e4 0,9.1e4 0,9.1e4 10,9e4 0))"])
    sentence = refused(run, "applyreview", {**given, "REVIEWED_AREA": far})
    assert "The reviewed area 'far' holds nothing of 'slides'" in sentence


# --- extents ----------------------------------------------------------------------------

# as QGIS's dialog takes it from a layer or the map of a grid without an identifier
OF_OWN_GRID = "500000.0,500100.0,2999840.0,3000000.0 []"


def test_an_extent_of_a_survey_s_own_grid_is_taken(run, scene, model, tmp_path):
    layer = QgsRasterLayer(scene, "in the own grid")
    layer.setCrs(QgsCoordinateReferenceSystem.fromWkt(OWN_GRID))
    assert layer.crs().isValid() and not layer.crs().authid()
    path = str(tmp_path / "p.tif")
    given = {"INPUT": layer, "MODEL": model, "OUTPUT": "memory:", "PROBABILITY": path}
    run("detect", {**given, "EXTENT": OF_OWN_GRID})
    assert read_raster(path).shape == (160, 100)


def test_an_extent_of_a_survey_s_own_grid_on_another_image_is_refused(run, scene, model):
    """QGIS takes its numbers for those of the image."""
    given = {"INPUT": scene, "MODEL": model, "OUTPUT": "memory:", "EXTENT": OF_OWN_GRID}
    words = "without an identifier, and the image in EPSG:32647; give it in that one"
    assert words in refused(run, "detect", given)
