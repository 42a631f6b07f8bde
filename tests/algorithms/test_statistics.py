# SPDX-License-Identifier: GPL-2.0-or-later
"""The numbers of an inventory's report, each of which can be reproduced by hand; and
the algorithm by its id.
"""

from __future__ import annotations

import csv
import io
import math
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from delivered import read
from osgeo import gdal, ogr, osr
from running import left, refused
from samples import wkt, write_raster
from shapely import wkb
from shapely.geometry import MultiPolygon, Polygon, box

from models.geo.crs import Crs
from models.geo.geodesic import Geodesic
from models.inventory.report.columns import collect
from models.inventory.report.statistics import SIZES_HA, rose, summarize
from models.inventory.report.study_area import StudyArea
from models.inventory.report.table import table
from models.inventory.values import finite

UTM = Crs(wkt(32648))
RELICT = (
    Path(__file__).resolve().parents[3]
    / "shared"
    / "data"
    / "relict-polygons"
    / "serra_do_mar_relict_landslides_epsg32723.geojson"
)
STATUSES = ("candidate", "confirmed", "modified", "field_check")
SIDES = (30, 40, 50, 60, 80, 100, 150, 200, 250, 500)  # m: 0.09 to 25 ha


def squares():
    """Ten squares in a row, as (WKB, values)."""
    kinds = [
        "confirmed",
        "rejected",
        "candidate",
        "Confirmed ",
        None,
        "modified",
        "field_check",
        "candidate",
        "",
        "confirmed",
    ]
    return [
        (
            wkb.dumps(box(500000 + 1000 * i, 4e6, 500000 + 1000 * i + side, 4e6 + side)),
            {
                "ls_id": f"s{i}",
                "status": kind,
                "conf_cls": ("high", "low")[i % 2],
                "azim_deg": 36.0 * i,
                "azim_r": 0.9,
                "slope_mean": 10.0 + i,
            },
        )
        for i, (side, kind) in enumerate(zip(SIDES, kinds))
    ]


def rows(text):
    return {
        (r["table"], r["item"], r["quantity"]): r["value"]
        for r in csv.DictReader(io.StringIO(text))
    }


@pytest.fixture
def ten():
    return collect(squares(), UTM)


def test_ten_squares_by_hand(ten):
    found = summarize(ten, STATUSES, investigated_m2=2e8)
    areas = [
        side**2 / 0.9996**2 for i, side in enumerate(SIDES) if i != 1
    ]  # scale at the central meridian
    assert found.n == 9
    assert found.area == pytest.approx(sum(areas), rel=1e-4)
    assert found.statuses == {
        "candidate": 2,
        "confirmed": 3,
        "modified": 1,
        "rejected": 1,
        "field_check": 1,
        "": 2,
    }
    assert (found.reviewed, found.decided) == (6, 5)
    assert found.density == pytest.approx(9 / 200) and found.share == pytest.approx(
        sum(areas) / 2e8, rel=1e-4
    )
    assert [group.count for group in found.sizes] == [
        1,
        3,
        3,
        1,
        1,
    ]  # 0.09 | .25 .36 .64 | 1 2.25 4 | 6.25 | 25 ha
    assert [SIDES[i if i < 1 else i + 1] for i in found.largest] == sorted(
        (s for s in SIDES if s != 40), reverse=True
    )
    assert {group.name: group.count for group in found.classes} == {
        "confirmed": 4,
        "network_high": 4,
        "network_low": 1,
    }  # of a confirmed one no network's class
    assert found.tail is None and found.rollover is None  # nine are too few


def test_size_classes_add_up_and_hold_their_lower_limit():
    from models.inventory.report.statistics import size_classes

    areas = np.array([limit * 1e4 for limit in SIZES_HA[1:-1]])
    groups = size_classes(areas)
    assert [group.count for group in groups] == [0, 1, 1, 1, 1] and sum(
        g.area for g in groups
    ) == areas.sum()


def test_the_chosen_statuses_count_and_those_without_always(ten):
    assert summarize(ten, ("rejected",)).n == 3
    assert summarize(ten, ()).n == 2


def test_measures_the_layer_lacks_are_measured_and_what_it_says_is_kept():
    shape = wkb.dumps(box(500000, 4e6, 500200, 4000100))
    bare, told = collect(
        [(shape, {}), (shape, {"lw_ratio": 0.5, "length_m": "80", "relief_m": math.nan})],
        UTM,
    ).numbers["lw_ratio"]
    assert bare == pytest.approx(2, rel=1e-3) and told == 0.5
    lengths = collect([(shape, {"lw_ratio": 0.5, "length_m": "80"})], UTM).numbers
    assert (
        lengths["length_m"][0] == 80
        and np.isnan(lengths["relief_m"][0])
        and np.isnan(lengths["slope_mean"][0])
    )


def test_areas_are_those_of_the_outline_and_stale_ones_are_counted():
    shape = wkb.dumps(box(500000, 4e6, 500100, 4000100))
    found = summarize(
        collect(
            [(shape, {"area_m2": 10008.0}), (shape, {"area_m2": 9000.0}), (shape, {})],
            UTM,
        ),
        (),
    )
    assert found.stale == 1
    assert found.areas == pytest.approx(
        [Geodesic(UTM).area(wkb.loads(shape))] * 3, rel=1e-6
    )


def test_any_outline_is_read_and_what_has_no_area_is_counted():
    bow = Polygon([(500000, 4e6), (500100, 4000100), (500100, 4e6), (500000, 4000100)])
    high = ogr.CreateGeometryFromWkt(
        "POLYGON Z((500000 4000000 9,500100 4000000 9,500100 4000100 9,500000 4000000 9))"
    )
    both = MultiPolygon(
        [box(500000, 4e6, 500010, 4000010), box(500020, 4e6, 500030, 4000010)]
    )
    flat = Polygon([(500000, 4e6), (500100, 4000100), (500000, 4e6)])
    shapes = [wkb.dumps(bow), bytes(high.ExportToWkb()), wkb.dumps(both), wkb.dumps(flat)]
    found = collect([(shape, {}) for shape in shapes], UTM)
    assert found.broken == 1
    assert found.numbers["area_m2"] == pytest.approx([5000, 5000, 200], rel=1e-3)


@pytest.mark.parametrize(
    "value, expected",
    [
        (None, None),
        ("", None),
        ("a", None),
        (True, None),
        (math.inf, None),
        ("1.5", 1.5),
        (2, 2.0),
        (math.nan, None),
    ],
)
def test_numbers_in_any_dress(value, expected):
    assert finite(value) == expected


def test_a_rose_counts_each_reliable_direction_once():
    angles = np.array([0, 11.24, 348.76, 11.26, 90, 180, 359.9, 720 + 45, np.nan, 200])
    found = rose(angles, np.array([1.0] * 9 + [0.4]))
    assert sum(found.counts) == found.n == 8 and found.unreliable == 1
    assert (
        found.counts[0] == 4
        and found.counts[1] == 1
        and found.counts[2] == 1
        and found.counts[4] == 1
    )
    assert rose(np.array([np.nan]), np.array([np.nan])) is None
    assert rose(np.array([10.0]), np.array([np.nan])).n == 1  # agreement unknown: taken


def test_mean_direction_resultant_and_rayleigh():
    narrow = rose(np.array([350.0, 10.0] * 10), np.ones(20))
    assert min(narrow.mean, 360 - narrow.mean) < 1e-6
    assert narrow.length == pytest.approx(math.cos(math.radians(10))) and narrow.p < 1e-4
    even = rose(np.arange(0, 360, 10.0), np.ones(36))
    assert even.length < 1e-9 and even.p == pytest.approx(1, abs=0.02)
    drawn = np.random.default_rng(5).uniform(0, 360, (400, 30))
    assert np.mean([rose(a, np.ones(30)).p < 0.05 for a in drawn]) == pytest.approx(
        0.05, abs=0.03
    )


def test_an_investigated_area_in_another_system_holds_the_inner_points(ten):
    degrees = ogr.CreateGeometryFromWkb(wkb.dumps(box(499900, 3.9999e6, 504500, 4.001e6)))
    source, target = osr.SpatialReference(), osr.SpatialReference()
    source.ImportFromEPSG(32648)
    target.ImportFromEPSG(4490)
    for srs in (source, target):
        srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    degrees.Transform(osr.CoordinateTransformation(source, target))
    area = StudyArea([bytes(degrees.ExportToWkb())], Crs(wkt(4490)))
    assert list(area.holds(ten)) == [True] * 5 + [False] * 5
    assert area.m2 == pytest.approx(4600 * 1100 / 0.9996**2, rel=1e-3)


def test_the_table_says_what_the_numbers_are(ten):
    found = rows(table(summarize(ten, STATUSES, 2e8)))
    assert found["summary", "landslides", "number"] == "9"
    assert float(found["size_class_ha", "≥ 20", "area"]) == pytest.approx(
        250200, rel=1e-3
    )
    assert (
        found["status", "not_stated", "number"] == "2"
        and found["largest", "1", "ls_id"] == "s9"
    )
    assert (
        sum(int(v) for (t, i, q), v in found.items() if t == "rose" and i != "all") == 9
    )
    areas = [float(v) for (t, _, _), v in found.items() if t == "frequency_area"]
    assert areas == sorted(areas, reverse=True) and len(areas) == 9


# --- through the registry ---------------------------------------------------------------
# -----------------------------


def layer(path, records, epsg=32648):
    """A GeoPackage of (WKB, values)."""
    source = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(epsg)
    made = source.CreateLayer(Path(path).stem, srs, ogr.wkbPolygon)
    names = sorted({name for _, values in records for name in values})
    for name in names:
        real = any(isinstance(values.get(name), float) for _, values in records)
        made.CreateField(ogr.FieldDefn(name, ogr.OFTReal if real else ogr.OFTString))
    for data, values in records:
        feature = ogr.Feature(made.GetLayerDefn())
        feature.SetGeometry(ogr.CreateGeometryFromWkb(data))
        for name in names:
            if values.get(name) is not None:
                feature.SetField(name, values[name])
        made.CreateFeature(feature)
    return str(path)


@pytest.fixture
def slope(tmp_path):
    """A plane of 5 m cells that falls to the south by one in four."""
    rows, cols = np.mgrid[:200, :2100]
    return write_raster(
        tmp_path / "dem.tif",
        (1000.0 - rows * 1.25 + 0 * cols).astype(np.float32),
        (499900.0, 5.0, 0.0, 4000700.0, 0.0, -5.0),
        32648,
    )


def test_a_report_and_a_table(run, tmp_path, slope):
    bare = [
        (data, {"LS_ID": values["ls_id"], "Status": values["status"], "other": 1.0})
        for data, values in squares()
    ]
    source = layer(tmp_path / "影像 1.gpkg", bare)
    area = layer(
        tmp_path / "sheet.gpkg", [(wkb.dumps(box(499950, 3.9999e6, 508500, 4.001e6)), {})]
    )
    page, numbers = str(tmp_path / "报告.html"), str(tmp_path / "numbers.csv")
    result = run(
        "statistics",
        {
            "INPUT": source,
            "AREA": area,
            "DEM": slope,
            "OUTPUT": page,
            "CSV": numbers,
            "TITLE": "<图幅 & 1>",
        },
    )
    assert (result["COUNT"], result["REVIEWED"]) == (8, 5)
    assert result["DENSITY"] == pytest.approx(8 / (result["KNOWN_M2"] / 1e6))
    assert result["SHARE"] == pytest.approx(result["AREA_M2"] / result["KNOWN_M2"])
    assert "ALPHA" not in result and "10 polygons read, 8 of them count; 1 lie" in run.log
    found = rows(Path(numbers).read_text(encoding="utf-8-sig"))
    assert float(found["rose", "all", "mean"]) == pytest.approx(180, abs=1)
    assert float(found["summary", "slope_mean", "median"]) == pytest.approx(
        math.degrees(math.atan(0.25)), abs=0.2
    )
    assert (
        found["source", "dem_src", ""] == "dem.tif"
        and found["largest", "1", "ls_id"] == "s8"
    )
    heading = ElementTree.fromstring(Path(page).read_text(encoding="utf-8")).find(
        ".//{*}h1"
    )
    assert heading.text == "<图幅 & 1>"
    # two rejected ones inside the area, one beyond
    rejected = layer(
        tmp_path / "rejected.gpkg",
        [
            (wkb.dumps(box(x, 4e6, x + 50, 4e6 + 50)), {"ls_id": f"r{x}"})
            for x in (500100, 500300, 700000)
        ],
    )
    given = {"INPUT": source, "AREA": area, "OUTPUT": page, "REJECTED": rejected}
    assert run("statistics", given)["REVIEWED"] == 7
    assert left(tmp_path) >= {"报告.html", "numbers.csv"} and not [
        n for n in left(tmp_path) if n.endswith(".part")
    ]


@pytest.mark.parametrize(
    "given, locale, shown",
    [
        ("zh", "en", True),
        ("en", "zh_CN", False),
        ("auto", "zh_CN", True),
        ("auto", "de", False),
    ],
)
def test_the_report_speaks_the_language_asked_for(
    run, tmp_path, set_locale, given, locale, shown
):
    set_locale(locale)
    page = tmp_path / "r.html"
    run(
        "statistics",
        {
            "INPUT": layer(tmp_path / "s.gpkg", squares()),
            "OUTPUT": str(page),
            "LANGUAGE": given,
        },
    )
    assert ("滑坡编目统计报告" in page.read_text(encoding="utf-8")) == shown


def test_of_a_review_that_is_given_as_rejected_only_what_was_rejected_counts(
    run, tmp_path
):
    """All ten counted as rejected: one was, and two do not say."""
    review = layer(tmp_path / "review.gpkg", squares())
    kept = [row for row in squares() if row[1]["status"] in ("confirmed", "modified")]
    kept.append(squares()[3])
    inventory = layer(tmp_path / "inventory.gpkg", kept)
    given = {"INPUT": inventory, "REJECTED": review}
    result = run("statistics", {**given, "OUTPUT": str(tmp_path / "r.html")})
    assert (result["COUNT"], result["REVIEWED"]) == (4, 4 + 3)
    assert "7 polygons of 'review' do not count as rejected" in run.log


def test_the_report_opens_in_the_results_viewer(provider):
    algorithm = provider.algorithm("statistics")
    assert algorithm.outputDefinition("OUTPUT").type() == "outputHtml"


def test_an_empty_layer_gives_a_report(run, tmp_path):
    page = tmp_path / "r.html"
    result = run(
        "statistics",
        {
            "INPUT": layer(tmp_path / "none.gpkg", []),
            "OUTPUT": str(page),
            "CSV": str(tmp_path / "r.csv"),
        },
    )
    assert (
        result["COUNT"] == 0
        and result["AREA_M2"] == 0
        and "No landslides" in page.read_text(encoding="utf-8")
    )


def test_what_is_wrong_is_said_before_the_work(run, tmp_path):
    source = layer(tmp_path / "s.gpkg", squares())
    page = str(tmp_path / "r.html")
    assert "same name" in refused(
        run, "statistics", {"INPUT": source, "OUTPUT": page, "CSV": page}
    )
    assert "does not exist" in refused(
        run, "statistics", {"INPUT": source, "OUTPUT": str(tmp_path / "no" / "r.html")}
    )
    area = layer(tmp_path / "area.gpkg", squares())
    for own in (source, area):
        said = refused(run, "statistics", {"INPUT": source, "AREA": area, "OUTPUT": own})
        assert "is one of the inputs" in said
    empty = layer(tmp_path / "empty.gpkg", [])
    assert "investigated area" in refused(
        run, "statistics", {"INPUT": source, "AREA": empty, "OUTPUT": page}
    )
    far = write_raster(
        tmp_path / "far.tif",
        np.zeros((50, 50), np.float32),
        (0.0, 5.0, 0.0, 100.0, 0.0, -5.0),
        32648,
    )
    assert "overlap" in refused(
        run, "statistics", {"INPUT": source, "DEM": far, "OUTPUT": page}
    )
    assert not Path(page).exists()


@pytest.mark.skipif(not RELICT.is_file(), reason=f"real outlines are not at {RELICT}")
def test_real_outlines(run, tmp_path):
    page = tmp_path / "r.html"
    result = run("statistics", {"INPUT": str(RELICT), "OUTPUT": str(page)})
    source = gdal.OpenEx(str(RELICT))  # kept: its layer lives no longer
    outlines = source.GetLayer(0)
    measure = Geodesic(Crs(outlines.GetSpatialRef().ExportToWkt()))
    areas = [
        measure.area(wkb.loads(bytes(f.GetGeometryRef().ExportToWkb()))) for f in outlines
    ]
    assert result["COUNT"] == len(areas) == 276
    assert result["AREA_M2"] == pytest.approx(sum(areas), rel=1e-3)
    assert 1.9 < result["ALPHA"] < 2.9 and 1500 < result["ROLLOVER_M2"] < 4000
    text = page.read_text(encoding="utf-8")
    ElementTree.fromstring(text)
    assert (
        len(re.findall("<svg", text)) == 4
    )  # map, two of frequency, L/W; the others say why not


# --- the density map ---


def cells_of(path):
    return [values for _, values in read(path)]


def test_density_by_hand(run, tmp_path):
    """Squares of 1,000 x 1,000 m hold one landslide each, of 0.09 to 25 % of it."""
    source = layer(tmp_path / "s.gpkg", squares())
    row = [(box(500_000, 4e6, 510_000, 4_001_500).wkb, {})]
    area = layer(tmp_path / "a.gpkg", row)
    path = tmp_path / "d.gpkg"
    given = {"INPUT": source, "AREA": area, "OUTPUT": str(tmp_path / "r.html")}
    run("statistics", {**given, "DENSITY_MAP": str(path), "CELL": 1000})
    cells = cells_of(path)
    assert len(cells) == 20  # the upper row half as high
    lower = [cell for cell in cells if cell["ls_share"] or cell["cell_m2"] > 7e5]
    shares = [cell["ls_share"] for cell in sorted(lower, key=lambda c: c["ls_share"])]
    # the rejected one does not count
    sides = [side for place, side in enumerate(SIDES) if place != 1]
    assert shares == pytest.approx([0, *(side**2 / 1e4 for side in sides)], abs=2e-3)
    assert sum(cell["ls_count"] for cell in cells) == 9
    assert {round(cell["ls_per_km2"] * cell["cell_m2"] / 1e6) for cell in cells} == {0, 1}
    assert sum(cell["cell_m2"] for cell in cells) == pytest.approx(
        15e6 / 0.9996**2, rel=1e-3
    )
    assert "20 cells of 1000 m." in run.log


def test_density_counts_ground_under_several_landslides_once(run, tmp_path):
    twice = [(box(500_000, 4e6, 500_100, 4_000_100).wkb, {})] * 2
    area = layer(tmp_path / "a.gpkg", [(box(500_000, 4e6, 500_200, 4_000_200).wkb, {})])
    given = {"INPUT": layer(tmp_path / "s.gpkg", twice), "AREA": area}
    path = tmp_path / "d.gpkg"
    run(
        "statistics",
        {**given, "OUTPUT": "TEMPORARY_OUTPUT", "DENSITY_MAP": str(path), "CELL": 200},
    )
    (cell,) = cells_of(path)
    assert (cell["ls_count"], cell["ls_share"]) == (2, pytest.approx(25))


@pytest.mark.parametrize("turn", [0, -360])
def test_density_of_an_area_in_degrees(run, tmp_path, turn):
    """Squares of metres also there, whichever way its longitudes count."""
    place = 105.0 + turn
    outline = box(place, 36.13, place + 0.12, 36.17).wkb
    path = tmp_path / "d.gpkg"
    source = layer(tmp_path / "s.gpkg", squares())
    area = layer(tmp_path / "a.gpkg", [(outline, {})], epsg=4326)
    given = {"INPUT": source, "AREA": area, "OUTPUT": str(tmp_path / "r.html")}
    result = run("statistics", {**given, "DENSITY_MAP": str(path), "CELL": 500})
    cells = cells_of(path)
    assert sum(cell["ls_count"] for cell in cells) == result["COUNT"] > 5
    under = sum(cell["ls_share"] / 100 * cell["cell_m2"] for cell in cells)
    assert under == pytest.approx(result["AREA_M2"], rel=0.01)
    assert max(cell["cell_m2"] for cell in cells) == pytest.approx(250_000, rel=1e-3)


def test_density_across_the_antimeridian_counted_either_way(run, tmp_path):
    east = [(box(179.99, 10, 180.01, 10.01).wkb, {})]
    west = [(box(-180.01, 10, -179.99, 10.01).wkb, {})]
    given = {"INPUT": layer(tmp_path / "e.gpkg", east, epsg=4326)}
    given["AREA"] = layer(tmp_path / "w.gpkg", west, epsg=4326)
    path = tmp_path / "d.gpkg"
    page = str(tmp_path / "r.html")
    run("statistics", {**given, "OUTPUT": page, "DENSITY_MAP": str(path), "CELL": 200})
    cells = cells_of(path)
    assert sum(cell["ls_count"] for cell in cells) == 1
    assert [cell["ls_share"] for cell in cells] == pytest.approx([100] * len(cells))


def test_a_density_map_needs_an_area_and_cells_of_some_size(run, tmp_path):
    source = layer(tmp_path / "s.gpkg", squares())
    given = {
        "INPUT": source,
        "OUTPUT": str(tmp_path / "r.html"),
        "DENSITY_MAP": "memory:",
    }
    assert "needs the area that was investigated" in refused(run, "statistics", given)
    area = layer(tmp_path / "a.gpkg", squares())
    assert "give a larger size" in refused(
        run, "statistics", {**given, "AREA": area, "CELL": 0.5}
    )
    assert not (tmp_path / "r.html").exists()
