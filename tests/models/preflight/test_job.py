# SPDX-License-Identifier: GPL-2.0-or-later
"""Images beside each other, an elevation model and polygons: right verdicts, and the page
and the rows that come of them.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from samples import write_raster
from shapely import wkb
from shapely.geometry import Polygon, box

from models.contract import Contract
from models.errors import MrifeError, Note
from models.geo.crs import Crs
from models.geo.grid import Grid
from models.inventory.language import Language
from models.onnxfile import ModelFile
from models.preflight.checked import (
    DEM,
    FAIL,
    IMAGE,
    IMAGES,
    INPUT_FIELDS,
    PASSED,
    POLYGONS,
    WARN,
    CheckedInput,
)
from models.preflight.elevation import ElevationSource
from models.preflight.image import ImageSource, name_of
from models.preflight.job import InputRequest, check_inputs
from models.preflight.outlines import PolygonSource
from models.preflight.page import page
from models.preflight.together import check_together

CONTRACT = Contract(name="grey", version="1", bands=("grey",), window=64, pixel_size=1.0)
MODEL = ModelFile("grey.onnx", CONTRACT, (), (), "00000000", 1)
UTM = Crs("EPSG:32647")
ENGLISH = Language.of("en")


def image(folder, name, west=0, north=0, pixel=1.0, epsg=32647, shift=0, dtype="uint8"):
    """100 x 100 pixels of noise; `west` and `north` in metres of the place of all."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(50, 151, (100, 100)) + shift
    place = (500000.0 + west, pixel, 0.0, 3000000.0 + north, 0.0, -pixel)
    return write_raster(folder / f"{name}.tif", pixels.astype(dtype), place, epsg)


def report_of(paths, **more):
    sources = [ImageSource(path, name_of(path)) for path in paths]
    steps = check_inputs(InputRequest(sources, MODEL, **more))
    shares = []
    while True:
        try:
            shares.append(next(steps))
        except StopIteration as end:
            assert shares == sorted(shares) and shares[-1] == 1
            return end.value


def of_kind(report, kind):
    (one,) = [each for each in report.inputs if each.kind == kind]
    return one


def by_topic(checked):
    return {check.topic: check for check in checked.checks}


def warnings(checked):
    return {check.topic for check in checked.checks if check.verdict == WARN}


def test_sheets_that_abut_are_right(tmp_path):
    paths = [image(tmp_path, f"s{n}", west=100 * n) for n in range(3)]
    report = report_of(paths)
    assert report.counts == {"passed": 4, "warned": 0, "failed": 0}
    together = by_topic(of_kind(report, IMAGES))
    assert str(together["place"].value) == "3 of 3 images: WGS 84 / UTM zone 47N"
    words = "pairs that overlap: 0; ground shown twice: 0.0%"
    assert str(together["overlap"].value) == words
    assert str(together["gaps"].value) == "pieces of ground: 1; holes in them: 0"


def test_one_image_is_compared_with_nothing(tmp_path):
    report = report_of([image(tmp_path, "a")])
    assert [each.kind for each in report.inputs] == ["image"]


def test_overlap_and_wide_gaps_are_no_fault_and_narrow_ones_are(tmp_path):
    paths = [image(tmp_path, f"s{n}", west=west) for n, west in enumerate((0, 80, 300))]
    report = report_of(paths)
    together = by_topic(of_kind(report, IMAGES))
    assert of_kind(report, IMAGES).verdict == PASSED
    # 20 x 100 of (180 + 100) x 100
    assert str(together["overlap"].value).endswith("twice: 7.1%")
    assert str(together["gaps"].value) == "pieces of ground: 2; holes in them: 0"
    paths.append(image(tmp_path, "near", west=404))
    check = by_topic(of_kind(report_of(paths), IMAGES))["gaps"]
    assert check.verdict == WARN and "less than 10 pixels (1 of them)" in str(
        check.advice[0]
    )


@pytest.mark.parametrize(
    "epsg, west, north, side, across, first",
    [
        (4326, 104.1, 30.3, 1.1e-5, 1000, None),
        (4326, 104.1, 30.3, 1.1e-5, 20_000, (32648, 700000.0, 1.0)),
        (32648, 400000.3, 3300000.7, 2.1, 10_000, (4326, 110.0, 1e-5)),
    ],
    ids=["degrees", "degrees beside metres", "metres beside degrees"],
)
def test_edges_that_meet_to_rounding_leave_no_gap(epsg, west, north, side, across, first):
    """A border of two sheets in degrees was off by the last digit, or by less than a
    thousandth of a pixel in the system of another image.
    """
    grids = [
        Grid(
            across,
            across,
            (west + col * across * side, side, 0, north - row * across * side, 0, -side),
            f"EPSG:{epsg}",
        )
        for row in range(4)
        for col in range(4)
    ]
    if first is not None:
        code, x, pixel = first
        grids.insert(0, Grid(10, 10, (x, pixel, 0, 30.0, 0, -pixel), f"EPSG:{code}"))
    images = [CheckedInput(str(n), IMAGE, (), grid) for n, grid in enumerate(grids)]
    _, together = check_together(images)
    check = by_topic(together)["gaps"]
    pieces = 1 + (first is not None)
    assert str(check.value) == f"pieces of ground: {pieces}; holes in them: 0"
    assert check.verdict == PASSED


def test_each_that_differs_is_named_and_the_others_are_right(tmp_path):
    paths = [image(tmp_path, f"s{n}", west=100 * n) for n in range(3)]
    paths += [
        image(tmp_path, "coarse", west=1000, pixel=2.0),
        image(tmp_path, "zone", west=2000, epsg=32648),
        image(tmp_path, "bits", west=3000, dtype="uint16"),
        image(tmp_path, "bright", west=4000, shift=60),
        image(tmp_path, "again", west=200.5),
    ]
    report = report_of(paths)
    told = {each.name: warnings(each) for each in report.inputs[:-1]}
    assert told == {
        **{f"s{n}": set() for n in range(3)},
        "coarse": {"pixels"},
        "zone": {"place"},
        "bits": {"bands"},
        "bright": {"balance"},
        "again": {"overlap"},
    }
    together = of_kind(report, IMAGES)
    assert warnings(together) == {"place", "pixels", "bands", "balance", "overlap"}
    words = str(by_topic(report.inputs[6])["balance"].value)
    assert words == "61%"  # 60 of the 98 between the 2nd and the 98th percentile
    advice = " ".join(ENGLISH.sentence(each) for each in report.inputs[7].advice)
    assert "It shows the ground of 's2' once more" in advice
    assert "'Detect on map sheets' takes each pixel from the first by file name" in advice
    assert "searched one by one, what lies there is found twice" in advice
    advice = str(report.inputs[4].advice[0])
    assert "'Detect on map sheets' lays all on one grid" in advice
    assert "searched one by one, they give layers in both systems" in advice


def test_what_cannot_be_opened_stops_no_other(tmp_path):
    broken = tmp_path / "broken.tif"
    broken.write_bytes(b"II*\0")
    paths = [str(broken), image(tmp_path, "a"), image(tmp_path, "b", west=100)]
    report = report_of(paths)
    assert [each.verdict for each in report.inputs] == [FAIL, PASSED, PASSED, PASSED]
    assert report.counts == {"passed": 3, "warned": 0, "failed": 1}
    (words,) = report.inputs[0].advice
    assert "cannot be opened as a raster" in str(words)


def test_nothing_to_check_is_refused():
    with pytest.raises(MrifeError, match="nothing to check"):
        report_of([])


# --- elevation model -------------------------------------------------------------------


def heights(folder, west=0, cols=40, cell=5.0, unit=None, nodata=None, epsg=32647):
    """A plane that falls to the east, from 500 m."""
    z = np.tile(500 - 0.3 * cell * np.arange(cols), (40, 1)).astype(np.float32)
    place = (500000.0 + west, cell, 0.0, 3000000.0, 0.0, -cell)
    path = write_raster(folder / "heights.tif", z, place, epsg, nodata)
    if unit:
        from osgeo import gdal

        dataset = gdal.Open(path, gdal.GA_Update)
        dataset.GetRasterBand(1).SetUnitType(unit)
        dataset = None
    return path


def dem_of(folder, path, paths=None, unit="auto"):
    paths = paths or [image(folder, "a")]
    return of_kind(report_of(paths, dem=ElevationSource(path, "h", unit)), DEM)


def test_an_elevation_model_that_covers_passes(tmp_path):
    dem = dem_of(tmp_path, heights(tmp_path, unit="m"))
    assert dem.verdict == PASSED
    checks = by_topic(dem)
    assert str(checks["heights"].value) == "a unit is 1 m"
    assert str(checks["pixels"].value) == "5 m"
    assert str(checks["cover"].value) == "100.0% of the images, 100.0% of a"


def test_feet_are_said(tmp_path):
    path = heights(tmp_path)
    words = str(by_topic(dem_of(tmp_path, path))["heights"].value)
    assert words == "no unit stated; one unit is taken as 1 m"
    words = str(by_topic(dem_of(tmp_path, path, unit="feet"))["heights"].value)
    assert words == "no unit stated; one unit is taken as 0.3048 m"


def test_cover_is_that_of_each_image(tmp_path):
    paths = [image(tmp_path, "a"), image(tmp_path, "b", west=150)]
    dem = dem_of(tmp_path, heights(tmp_path), paths)
    check = by_topic(dem)["cover"]  # of 200 m, b has the first half
    assert check.verdict == WARN
    assert str(check.value) == "75.0% of the images, 50.0% of b"
    assert "gaps or ends on 1 of the images (b)" in str(check.advice[0])


def test_an_elevation_model_elsewhere_fails(tmp_path):
    check = by_topic(dem_of(tmp_path, heights(tmp_path, west=5000)))["cover"]
    assert check.verdict == FAIL
    assert "has no height on any image" in str(check.advice[0])


def test_heights_on_a_datum_without_a_way_to_the_images_are_a_warning(tmp_path):
    """Xian 1980, on the meridian of the images."""
    place = (33_499_000.0, 50.0, 0.0, 3_002_200.0, 0.0, -50.0)
    path = write_raster(tmp_path / "h.tif", np.ones((60, 60), np.float32), place, 2357)
    check = by_topic(dem_of(tmp_path, path))["cover"]
    assert check.verdict == WARN
    assert "its heights may lie some 100 m beside" in str(check.advice[0])


def test_coarse_cells_are_said_with_what_they_measure(tmp_path):
    check = by_topic(dem_of(tmp_path, heights(tmp_path, cell=30.0)))["pixels"]
    assert check.verdict == WARN
    assert "Landslides below 22,500 m² hold fewer than 25" in str(check.advice[0])


def test_undeclared_voids_are_a_doubt(tmp_path):
    path = heights(tmp_path)
    from osgeo import gdal

    dataset = gdal.Open(path, gdal.GA_Update)
    z = dataset.ReadAsArray()
    z[:10] = -9999
    dataset.WriteArray(z)
    dataset = None
    check = by_topic(dem_of(tmp_path, path))["heights"]
    assert check.verdict == WARN and "holds -9999" in str(check.advice[0])


def test_no_elevation_model_and_one_without_a_system_fail(tmp_path):
    dem = dem_of(tmp_path, str(tmp_path / "nothing.tif"))
    assert (dem.verdict, dem.checks[0].topic) == (FAIL, "file")
    dem = dem_of(tmp_path, heights(tmp_path, epsg=None))
    assert "has no coordinate reference system" in str(dem.advice[0])


# --- polygons --------------------------------------------------------------------------


def square(west, north, side=20):
    x = 500000 + west
    y = 3000000 - north
    return box(x, y - side, x + side, y).wkb


def polygons_of(folder, shapes, crs=UTM, error=None):
    source = PolygonSource("labels", [(shape, {}) for shape in shapes], crs, error)
    paths = [image(folder, "a")]
    return of_kind(report_of(paths, polygons=source), POLYGONS)


def test_right_polygons_pass(tmp_path):
    labels = polygons_of(tmp_path, [square(10, 10), square(50, 50)])
    assert labels.verdict == PASSED
    checks = by_topic(labels)
    assert str(checks["outlines"].value) == "2 polygons, 2 of them landslides"
    words = "WGS 84 / UTM zone 47N; 2 of 2 on the images"
    assert str(checks["place"].value) == words


def test_a_datum_without_a_way_to_the_images_is_a_warning(tmp_path):
    """Xian 1980, whose zone has UTM's meridian: 33 is part of its eastings."""
    x, y = 33_500_010, 3_001_200  # northings there are not scaled
    rows = [(box(x + place, y - 60, x + place + 20, y - 40).wkb, {}) for place in (0, 25)]
    crs = Crs("EPSG:2357")
    source = PolygonSource("labels", rows, crs)
    report = report_of([image(tmp_path, "a")], polygons=source)
    place = by_topic(of_kind(report, POLYGONS))["place"]
    assert place.verdict == WARN
    assert any("PROJ knows no transformation" in str(words) for words in place.advice)


def test_that_a_shift_is_not_measured_is_said_and_is_no_warning(tmp_path):
    labels = polygons_of(tmp_path, [square(10, 10), square(50, 50)])
    place = by_topic(labels)["place"]
    assert place.verdict == PASSED and labels.advice == []
    (remark,) = place.advice
    assert "is not measured here; 'Fine-tune on digitized polygons'" in str(remark)


def test_wrong_outlines_are_counted(tmp_path):
    x, y = 500050, 2999950
    bow = Polygon([(x, y), (x + 20, y - 20), (x + 20, y), (x, y - 20)]).wkb
    labels = polygons_of(tmp_path, [square(10, 10), square(10, 10), bow])
    words = " ".join(map(str, by_topic(labels)["outlines"].advice))
    assert words == (
        "1 polygons were invalid and are mended for this. "
        "1 polygons stand twice; one of each counts."
    )


def test_polygons_elsewhere(tmp_path):
    away = [square(5000 + 30 * n, 10) for n in range(3)]
    labels = polygons_of(tmp_path, [square(10, 10), *away])
    check = by_topic(labels)["place"]
    assert check.verdict == WARN and str(check.value).endswith("1 of 4 on the images")
    check = by_topic(polygons_of(tmp_path, away))["place"]
    assert check.verdict == FAIL
    assert "None of the 3 polygons lies on an image" in str(check.advice[0])


def test_small_ones_no_system_none_at_all_and_an_error(tmp_path):
    labels = polygons_of(tmp_path, [square(10, 10), square(50, 50, side=2)])
    check = by_topic(labels)["pixels"]
    assert check.verdict == WARN and str(check.expected) == "at least 9 m²"
    labels = polygons_of(tmp_path, [square(10, 10)], Crs(""))
    assert "'labels' has no coordinate reference system" in str(labels.advice[0])
    assert polygons_of(tmp_path, []).verdict == FAIL
    error = MrifeError("Not to be read.")
    assert polygons_of(tmp_path, [], error=error).advice == [error]


# --- what comes of it ------------------------------------------------------------------


@pytest.fixture
def mixed(tmp_path):
    (tmp_path / "<b>.tif").write_bytes(b"")
    paths = [str(tmp_path / "<b>.tif"), image(tmp_path, "a"), image(tmp_path, "c")]
    source = PolygonSource("labels", [(square(10, 10), {})], UTM)
    dem = ElevationSource(heights(tmp_path), "h")
    return report_of(paths, dem=dem, polygons=source)


def test_rows_hold_outer_edges_and_verdicts(mixed):
    rows = mixed.rows(ENGLISH)
    assert {name for _, values in rows for name in values} == {
        field.name for field in INPUT_FIELDS
    }
    words = [(v["in_name"], v["in_kind"], v["in_verdict"]) for _, v in rows]
    assert words == [
        ("<b>", "image", FAIL),
        ("a", "image", PASSED),
        ("c", "image", WARN),
        (None, "images", WARN),
        ("h", "dem", PASSED),
        ("labels", "polygons", PASSED),
    ]
    assert {outline[:5] for outline, _ in rows} == {bytes([1, 6, 0, 0, 0])}
    edges = [wkb.loads(outline) for outline, _ in rows]
    assert [edge.is_empty for edge in edges] == [True, False, False, True, False, True]
    assert edges[1].bounds == (500000, 2999900, 500100, 3000000)
    assert edges[4].area == 200 * 200
    assert (rows[0][1]["in_fails"], rows[2][1]["in_warns"]) == (1, 1)
    assert rows[1][1]["in_advice"] is None


def test_rows_lie_in_the_system_of_the_first(tmp_path):
    paths = [image(tmp_path, "a"), image(tmp_path, "degrees", epsg=32648)]
    report = report_of(paths)
    assert report.crs.is_same(UTM)
    edge = wkb.loads(report.rows(ENGLISH)[1][0])
    # 6 degrees to the east at 27 degrees north
    assert edge.centroid.x == pytest.approx(1_095_000, abs=3000)


def test_the_page_tells_all_in_both_languages(mixed):
    english = page(mixed, "en")
    chinese = page(mixed, "zh")
    for text in (english, chinese):
        root = ElementTree.fromstring(text.replace("<!DOCTYPE html>", ""))
        space = "{http://www.w3.org/1999/xhtml}"
        rows = root.findall(f".//{space}tbody/{space}tr")
        assert len(rows) == 6 + sum(len(each.checks) for each in mixed.inputs)
        assert "&lt;b&gt;" in text and "<script" not in text
    assert "1 of 6 inputs cannot be used as they are, 2 more have warnings." in english
    assert "6 项输入中有 1 项不能直接使用，另有 2 项带有警告。" in chinese
    assert "作为栅格打开" in chinese
    body = re.sub("<style>.*?</style>", "", chinese, flags=re.S)
    left = set(re.findall(r"[A-Za-z]{4,}(?: [a-z]{3,})+", re.sub("<[^>]*>", " ", body)))
    assert left <= {"supported file format"}  # of GDAL, about the broken file


def test_sentences_in_a_language_are_those_of_the_plugin():
    chinese = Language.of("zh")
    note = Note("{}; turned by {} degrees", Note("none"), "3")
    assert chinese.sentence(note) == "无；旋转 3 度"
    assert ENGLISH.sentence(note) == "none; turned by 3 degrees"
    assert chinese.sentence("0–255") == "0–255"
    unknown = MrifeError("Nobody translated {}", 5)
    assert chinese.sentence(unknown) == "Nobody translated 5"
    assert chinese.sentence(MrifeError("{} as it is")) == "{} as it is"
