# SPDX-License-Identifier: GPL-2.0-or-later
"""Every parameter that takes polygons takes those that QGIS's own check would end the
process for, and all that stands for a polygon.
"""

from __future__ import annotations

import math

import pytest
from damaged import damage, polygons
from odd import ODD, ODD_AREA, ODD_COUNT, SQUARE, geometry, write_layer, write_odd
from osgeo import ogr, osr
from running import refused
from samples import PLACE

pytest.importorskip("qgis.core")
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessing,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterMultipleLayers,
    QgsProject,
    QgsVectorLayer,
)


@pytest.fixture
def odd(tmp_path):
    return write_odd(tmp_path / "odd.gpkg", status="confirmed")


@pytest.fixture
def refused_ones(tmp_path):
    """The odd ones as a person rejected them."""
    return write_odd(tmp_path / "refused.gpkg", status="rejected")


@pytest.fixture
def plain(tmp_path):
    """One square in which the circle of the odd ones lies."""
    rows = [(geometry(PLAIN), {"ls_id": "odd_1", "status": "confirmed"})]
    return write_layer(tmp_path / "plain.gpkg", rows)


@pytest.fixture
def candidate(tmp_path):
    """The same square, which nobody has seen yet."""
    rows = [(geometry(PLAIN), {"ls_id": "odd_1"})]
    return write_layer(tmp_path / "candidate.gpkg", rows)


@pytest.fixture
def unseen(tmp_path):
    """The odd ones before a person has seen them."""
    return write_odd(tmp_path / "unseen.gpkg", status="candidate")


def layer_parameters(provider):
    kinds = (QgsProcessingParameterFeatureSource, QgsProcessingParameterMultipleLayers)
    return {
        (algorithm.name(), definition.name())
        for algorithm in provider.algorithms()
        for definition in algorithm.parameterDefinitions()
        if isinstance(definition, kinds) and not takes_rasters(definition)
    }


def takes_rasters(definition):
    if not isinstance(definition, QgsProcessingParameterMultipleLayers):
        return False
    return definition.layerType() == QgsProcessing.SourceType.TypeRaster


# (algorithm, parameter): other parameters by the names of fixtures or as they are, an
# output, and what it is
TAUGHT = {"INPUTS": "image", "BASE_MODEL": "model", "STAGE": "recalibrate"}
TAKEN = {
    ("detect", "MASK"): ({"INPUT": "scene", "MODEL": "model"}, "COUNT", 4),
    ("detect", "EXCLUDE"): ({"INPUT": "scene", "MODEL": "model"}, "COUNT", 2),
    ("detectsheets", "MASK"): ({"INPUTS": "scene", "MODEL": "model"}, "COUNT", 4),
    ("detectsheets", "EXCLUDE"): ({"INPUTS": "scene", "MODEL": "model"}, "COUNT", 2),
    ("vectorize", "EXCLUDE"): ({"INPUT": "probability"}, "COUNT", 2),
    ("morphometry", "INPUT"): ({}, "AREA_M2", ODD_AREA),
    ("preparereview", "INPUT"): ({}, "COUNT", ODD_COUNT),
    ("applyreview", "INPUT"): ({}, "CONFIRMED", ODD_COUNT),
    ("applyreview", "REVIEWED_AREA"): ({"INPUT": "plain"}, "CONFIRMED", 1),
    ("applyreview", "ORIGINAL"): ({"INPUT": "plain"}, "MODIFIED", 1),
    ("merge", "INPUTS"): ({}, "COUNT", ODD_COUNT),
    ("merge", "EXISTING"): ({"INPUTS": "plain"}, "COUNT", ODD_COUNT),
    ("merge", "REJECTED"): (
        {"INPUTS": "candidate", "REJECTED": "refused_ones"},
        "SUPPRESSED",
        1,
    ),
    ("statistics", "INPUT"): ({}, "AREA_M2", ODD_AREA),
    ("statistics", "AREA"): ({"INPUT": "plain"}, "KNOWN_M2", ODD_AREA),
    ("statistics", "REJECTED"): ({"INPUT": "plain"}, "COUNT", 1),
    ("evaluate", "INPUT"): ({"REFERENCE": "odd"}, "CANDIDATES", ODD_COUNT),
    ("evaluate", "REFERENCE"): ({"INPUT": "plain"}, "REFERENCES", ODD_COUNT),
    ("evaluate", "AREA"): ({"INPUT": "plain", "REFERENCE": "plain"}, "REFERENCES", 1),
    ("calibrate", "REFERENCE"): (
        {"PROBABILITY": "made", "MODEL": "model"},
        "IOU_BEFORE",
        # what of them lies on the block of 10,000 pixels: 200 + 1,600 + 800 and the
        # quarter of the circle's height
        2846 / (10_000 + ODD_AREA - 2846),
    ),
    ("compare", "EARLIER"): ({"LATER": "plain"}, "LOST", ODD_COUNT - 1),
    ("compare", "LATER"): ({"EARLIER": "plain"}, "GAINED", ODD_COUNT - 1),
    ("looknext", "INPUT"): ({"INPUT": "unseen"}, "COUNT", ODD_COUNT),
    ("looknext", "AREA"): ({"INPUT": "unseen"}, "COUNT", ODD_COUNT),
    ("looknext", "REVIEWED_AREA"): ({"INPUT": "unseen"}, "COUNT", 0),
    ("calibrate", "AREA"): (
        {"PROBABILITY": "made", "MODEL": "model", "REFERENCE": "plain"},
        "THRESHOLD",
        0.5,
    ),
    ("checkinputs", "POLYGONS"): ({"INPUTS": "image", "MODEL": "model"}, "FAILED", 0),
    ("train", "POLYGONS"): ({**TAUGHT, "WHOLE_EXTENT": True}, "LANDSLIDES", ODD_COUNT),
    ("train", "REVIEWED_AREA"): ({**TAUGHT, "POLYGONS": "two"}, "LANDSLIDES", 2),
    ("export", "INPUT"): ({"TARGET": "usgs"}, "COUNT", ODD_COUNT),
}
FIXTURES = (
    "odd",
    "scene",
    "model",
    "plain",
    "candidate",
    "unseen",
    "refused_ones",
    "probability",
    "made",
    "image",
    "two",
)
PLAIN = f"POLYGON {SQUARE.format(x=60, e=100)}"
OUTPUTS = {
    "preparereview": {"OUTPUT": "o.gpkg"},
    "statistics": {"OUTPUT": "o.html"},
    "evaluate": {"REPORT": "o.html"},
    "calibrate": {"OUTPUT_MODEL": "o.onnx"},
    "train": {"OUTPUT_MODEL": "o.onnx"},
    "export": {"OUTPUT": "o.gpkg"},
    "applyreview": {
        "INVENTORY": "i.gpkg",
        "TRAINING": "t.gpkg",
        "REVIEWED": "a.gpkg",
        "REJECTED": "r.gpkg",
    },
}


def test_every_layer_parameter_is_here(provider):
    assert layer_parameters(provider) == set(TAKEN)


@pytest.fixture
def probability(tmp_path):
    from running import block_image
    from samples import write_raster

    return write_raster(tmp_path / "p.tif", (block_image() / 250).astype("float32"))


@pytest.fixture
def image(tmp_path):
    from running import block_image
    from samples import write_raster

    return write_raster(tmp_path / "image.tif", block_image())


@pytest.fixture
def two(tmp_path):
    from everything import two_on_the_block

    return two_on_the_block(tmp_path / "two.gpkg")


@pytest.fixture
def made(tmp_path, model):
    from everything import made_by

    return made_by(model, tmp_path / "made.tif")


def parameters_of(name, parameter, path, request, folder):
    given = {parameter: path}
    for key, value in TAKEN[name, parameter][0].items():
        given[key] = value
        if isinstance(value, str) and value in FIXTURES:
            given[key] = request.getfixturevalue(value)
    for key, value in OUTPUTS.get(name, {"OUTPUT": "o.gpkg"}).items():
        given[key] = str(folder / value)
    return given


@pytest.mark.parametrize("name, parameter", TAKEN, ids=lambda text: text)
def test_odd_polygons_are_taken(run, request, odd, tmp_path, name, parameter):
    _, output, right = TAKEN[name, parameter]
    result = run(name, parameters_of(name, parameter, odd, request, tmp_path))
    assert result[output] == pytest.approx(right, rel=0.005)
    for key in OUTPUTS.get(name, {"OUTPUT": "o.gpkg"}):
        if result[key].endswith(".gpkg"):
            layer = QgsVectorLayer(result[key], "o", "ogr")
            assert layer.isValid()
            for feature in layer.getFeatures():
                shape = feature.geometry()
                assert shape.wkbType() % 1000 in (3, 6)
                # which nobody redrew stays as it is, and the log says so
                untouched = (name, parameter) == ("applyreview", "INPUT")
                untouched |= name == "compare"  # which shows what it was given
                assert untouched or shape.isGeosValid()


@pytest.mark.parametrize("name, parameter", TAKEN, ids=lambda text: text)
def test_a_damaged_layer_is_refused(run, request, tmp_path, name, parameter):
    """QGIS ends early in silence."""
    polygons(tmp_path / "lost.shp", "ESRI Shapefile", origin=(PLACE[0], PLACE[3] - 60))
    damage(tmp_path / "lost.dbf")
    path = str(tmp_path / "lost.shp")
    given = parameters_of(name, parameter, path, request, tmp_path)
    given[parameter] = path
    if (name, parameter) == ("checkinputs", "POLYGONS"):
        assert run(name, given)["FAILED"]
        assert "'lost' cannot be read to its end" in run.log
    else:
        sentence = refused(run, name, given)
        assert (
            "'lost' cannot be read to its end, only 2249 of 3000 features (" in sentence
        )


def test_a_polygon_without_a_place_in_the_result_is_named_and_the_others_merged(
    run, tmp_path
):
    boxes = ("POLYGON ((99 27,99.01 27,99.01 27.01,99 27))",)
    far = ("POLYGON ((99 95,99.01 95,99.01 95.01,99 95))",)
    both = write_layer(tmp_path / "both.gpkg", [(w, {}) for w in boxes + far], 4326)
    result = run("merge", {"INPUTS": both, "CRS": "EPSG:32647", "OUTPUT": "memory:"})
    assert result["COUNT"] == 1
    assert "Feature 2 of 'both'" in run.log
    alone = write_layer(tmp_path / "far.gpkg", [(w, {}) for w in far], 4326)
    assert "No polygon of 'far' can be expressed in EPSG:32647" in refused(
        run, "merge", {"INPUTS": alone, "CRS": "EPSG:32647", "OUTPUT": "memory:"}
    )


def test_a_system_without_a_number_is_called_by_its_name(run, tmp_path, plain):
    far = ("POLYGON ((99 95,99.01 95,99.01 95.01,99 95))", {})
    alone = write_layer(tmp_path / "far.gpkg", [far], 4326)
    own = QgsCoordinateReferenceSystem.fromWkt(OF_NO_REGISTRY)
    layer = QgsVectorLayer(plain, "plain", "ogr")
    layer.setCrs(own)
    sentence = refused(
        run, "merge", {"INPUTS": [alone], "EXISTING": layer, "OUTPUT": "memory:"}
    )
    assert "No polygon of 'far' can be expressed in mine;" in sentence
    assert "has no outline with an area in mine and" in sentence


@pytest.mark.parametrize("driver, suffix", [("KML", "kml"), ("GeoJSON", "geojson")])
def test_polygons_after_a_note_are_taken(run, tmp_path, scene, model, driver, suffix):
    """QGIS shows a file of several kinds as points where the first one is a point."""
    note = "POINT (99 27)"
    square = "POLYGON ((98 27,100 27,100 28,98 28,98 27))"
    path = tmp_path / f"note.{suffix}"
    rows = [(note, {"name": "note"}), (square, {"name": "slide"})]
    write_layer(path, rows, 4326, driver=driver)
    result = run("morphometry", {"INPUT": str(path), "OUTPUT": "memory:"})
    assert result["COUNT"] == 1
    assert run("merge", {"INPUTS": [str(path)], "OUTPUT": "memory:"})["COUNT"] == 1
    given = {"INPUT": scene, "MODEL": model, "OUTPUT": "memory:"}
    run("detect", {**given, "MASK": str(path), "EXCLUDE": [str(path)]})
    notes = write_layer(tmp_path / "notes.gpkg", [(note, {})], 4326)
    sentence = refused(run, "morphometry", {"INPUT": notes, "OUTPUT": "memory:"})
    assert "'notes' holds no polygons (Point)" in sentence


# layers whose type is none of polygons: GDAL's type, rows
OF_OTHER_TYPES = {
    "collections": (ogr.wkbGeometryCollection, ("collection", "collection")),
    "surfaces": (ogr.wkbSurface, ("arc", "bow tie")),
    "a note first": (ogr.wkbUnknown, ("note", "collection", "arc", "line")),
}
AREA = {"collection": 1600, "arc": math.pi * 20**2, "bow tie": 800}
BESIDE = {"note": "POINT (0 0)", "line": "LINESTRING (0 0,40 40)"}


@pytest.fixture(params=OF_OTHER_TYPES)
def of_other_type(tmp_path, request):
    """Path, names of what it holds."""
    kind, names = OF_OTHER_TYPES[request.param]
    texts = {**ODD, **BESIDE}
    rows = [(geometry(texts[name]), {"name": name, "ls_id": name}) for name in names]
    return write_layer(tmp_path / "others.gpkg", rows, kind=kind), names


def test_polygons_of_layers_of_other_types_are_taken_and_the_rest_named(
    run, of_other_type
):
    path, names = of_other_type
    result = run("morphometry", {"INPUT": path, "OUTPUT": "memory:"})
    assert result["COUNT"] == len([name for name in names if name in AREA])
    assert result["AREA_M2"] == pytest.approx(
        sum(AREA.get(name, 0) for name in names), rel=0.005
    )
    collections = names.count("collection")
    assert (f"{collections} features of 'others' hold points" in run.log) == bool(
        collections
    )
    merged = run("merge", {"INPUTS": [path], "OUTPUT": "memory:"})
    assert merged["COUNT"] == result["COUNT"]
    assert merged["OUTPUT"].crs().authid() == "EPSG:32647"


def test_what_holds_no_polygon_is_counted(run, tmp_path, of_other_type):
    path, names = of_other_type
    result = run("statistics", {"INPUT": path, "OUTPUT": str(tmp_path / "o.html")})
    beside = len([name for name in names if name in BESIDE])
    assert result["COUNT"] == len(names) - beside
    sentence = f"{beside} features of 'others' hold no polygon and are left out"
    assert (sentence in run.log) == bool(beside)


def test_selected_collections_alone_are_taken(run, tmp_path):
    texts = (ODD["collection"], ODD["arc"], ODD["collection"])
    rows = [(geometry(text), {"name": str(n)}) for n, text in enumerate(texts)]
    path = write_layer(tmp_path / "all.gpkg", rows, kind=ogr.wkbGeometryCollection)
    layer = QgsVectorLayer(path, "all", "ogr")
    layer.selectByIds([2, 3])
    QgsProject.instance().addMapLayer(layer)
    try:
        source = QgsProcessingFeatureSourceDefinition(layer.id(), True)
        result = run("morphometry", {"INPUT": source, "OUTPUT": "memory:"})
    finally:
        QgsProject.instance().removeMapLayer(layer.id())
    assert result["AREA_M2"] == pytest.approx(1600 + AREA["arc"], rel=0.005)


OF_NO_REGISTRY = (
    'PROJCS["mine",GEOGCS["g",DATUM["d",SPHEROID["s",6378137,298.257223563]],'
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],'
    'PROJECTION["Transverse_Mercator"],PARAMETER["central_meridian",99.01],'
    'PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",500000],UNIT["metre",1]]'
)
NOWHERE = (
    "POLYGON ((0 -4e7,4e7 -4e7,4e7 0,0 0,0 -4e7))"  # of UTM's plane, not on the Earth
)


def with_nowhere(path, *texts):
    rows = [
        (geometry(text), {"ls_id": f"a{number}", "status": "confirmed"})
        for number, text in enumerate(texts)
    ]
    return write_layer(path, rows)


@pytest.mark.parametrize(
    "name, others, output",
    [
        ("statistics", {"OUTPUT": "o.html"}, "COUNT"),
        ("applyreview", {"INVENTORY": "i.gpkg", "TRAINING": "t.gpkg"}, "CONFIRMED"),
        ("preparereview", {"OUTPUT": "r.gpkg"}, "COUNT"),
        ("export", {"OUTPUT": "e.gpkg", "TARGET": "iffi"}, "COUNT"),
        ("export", {"OUTPUT": "e.kml", "TARGET": "kml"}, "COUNT"),
    ],
)
def test_a_polygon_that_lies_nowhere_is_counted_and_the_others_read(
    run, tmp_path, name, others, output
):
    others = {
        key: str(tmp_path / value) if "." in value else value
        for key, value in others.items()
    }
    both = with_nowhere(tmp_path / "both.gpkg", PLAIN, NOWHERE)
    assert run(name, {"INPUT": both, **others})[output] == 1
    assert "1 features of 'both' lie where its coordinate reference system" in run.log
    for path in tmp_path.glob("r.gpkg"):
        path.unlink()
    alone = with_nowhere(tmp_path / "far.gpkg", NOWHERE)
    assert "All polygons of 'far' lie where" in refused(
        run, name, {"INPUT": alone, **others}
    )


def test_a_review_without_polygons_is_all_background(run, plain):
    empty = QgsVectorLayer(
        "Polygon?crs=EPSG:32647&field=status:string&field=ls_id:string", "e", "memory"
    )
    given = {"INVENTORY": "memory:", "TRAINING": "memory:", "REVIEWED": "memory:"}
    result = run("applyreview", {"INPUT": empty, "REVIEWED_AREA": plain, **given})
    (area,) = result["REVIEWED"].getFeatures()
    assert area.geometry().area() == pytest.approx(1600)


def test_outlines_before_a_review_need_identifiers(run, tmp_path, plain):
    other = write_layer(tmp_path / "other.gpkg", [(geometry(PLAIN), {"name": "a"})])
    sentence = refused(
        run, "applyreview", {"INPUT": plain, "ORIGINAL": other, "INVENTORY": "memory:"}
    )
    assert "'other' has no field 'ls_id'" in sentence


def test_outlines_before_a_review_may_have_names_in_capitals(run, tmp_path):
    path = tmp_path / "capitals.gpkg"
    rows = [(geometry(PLAIN), {"LS_ID": "a", "STATUS": "confirmed"})]
    given = {"INPUT": write_layer(path, rows), "ORIGINAL": str(path)}
    result = run("applyreview", {**given, "INVENTORY": "memory:"})
    assert (result["CONFIRMED"], result["MODIFIED"]) == (1, 0)


def test_why_a_layer_cannot_be_opened(run, tmp_path, plain):
    rows = [(geometry(PLAIN), {"name": "a"})]
    path = tmp_path / "old.shp"
    write_layer(path, rows, driver="ESRI Shapefile")
    path.with_suffix(".shx").unlink()
    for name, parameter in (("morphometry", "INPUT"), ("merge", "EXISTING")):
        given = {"INPUTS": [plain], parameter: str(path), "OUTPUT": "memory:"}
        assert "Unable to open" in refused(run, name, given)
    given = {"INPUT": str(tmp_path / "none.gpkg"), "OUTPUT": "memory:"}
    assert "no file of this name" in refused(run, "morphometry", given)


def test_a_path_that_qgis_reads_as_another_one_is_said(run, tmp_path, plain):
    folder = tmp_path / "a%20b"
    folder.mkdir()
    path = write_layer(folder / "l.gpkg", [(geometry(PLAIN), {"name": "a"})])
    if QgsVectorLayer(path, "l", "ogr").isValid():
        pytest.skip("this QGIS reads it")
    words = "QGIS reads '%20' in its path as another letter"
    assert words in refused(run, "morphometry", {"INPUT": path, "OUTPUT": "memory:"})
    given = {"INPUT": plain, "OUTPUT": str(folder / "o.gpkg")}
    assert words in refused(run, "morphometry", given)
    assert [entry.name for entry in folder.iterdir()] == ["l.gpkg"]


@pytest.mark.parametrize("name", ["two.gpkg", "two.kml"])
def test_of_several_layers_in_a_file_the_one_that_is_read_is_named(run, tmp_path, name):
    """As a file of tables has, and a KML with a folder for each class: the polygons of the
    others were missing in the result, without a word.
    """
    driver = {"two.gpkg": "GPKG", "two.kml": "KML"}[name]
    source = ogr.GetDriverByName(driver).CreateDataSource(str(tmp_path / name))
    for table, count in (("old", 1), ("new", 2)):
        layer = source.CreateLayer(table, geom_type=ogr.wkbPolygon, srs=wgs84())
        for place in range(count):
            feature = ogr.Feature(layer.GetLayerDefn())
            ring = f"{place} 0, {place}.01 0, {place}.01 0.01, {place} 0"
            feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POLYGON (({ring}))"))
            layer.CreateFeature(feature)
    del layer, source
    for layer, count in (("", 1), ("|layername=old", 1), ("|layername=new", 2)):
        given = {"INPUT": f"{tmp_path / name}{layer}", "OUTPUT": "memory:"}
        assert run("morphometry", given)["COUNT"] == count
        said = (
            f"'{name}' holds several layers of polygons, of which only 'old'" in run.log
        )
        assert said == (not layer)


def wgs84():
    system = osr.SpatialReference()
    system.ImportFromEPSG(4326)
    system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return system
