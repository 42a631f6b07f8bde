# SPDX-License-Identifier: GPL-2.0-or-later
"""mrife:export in the fields of SLIDO, USGS, IFFI, INSPIRE and the Chinese record form."""

from __future__ import annotations

import csv
from xml.etree import ElementTree

import numpy as np
import pytest
from delivered import FULL, TRICKY, area, read, truth, write_inventory
from nz_core import valid
from odd import write_layer
from running import left
from samples import wkt
from shapely.geometry import Polygon

from models.geo.crs import Crs
from models.inventory.export.crosswalk import TABLES

pytest.importorskip("qgis.core")


def test_slido(run, inventory, folder):
    path = folder / "俄勒冈.shp"
    assert (
        run("export", {"INPUT": inventory, "TARGET": "slido", "OUTPUT": str(path)})[
            "COUNT"
        ]
        == 2
    )  # no rejected ones
    full, bare = (values for _, values in read(path))
    assert full == {
        "UNIQUE_ID": FULL["ls_id"],
        "TYPE_MOVE": "Slide",
        "MOVE_CLASS": "Earth Slide - Rotational",
        "MOVE_CODE": "ES-R",
        "CONFIDENCE": "Moderate (11-29)",
        "AGE": "Pre-Historic (>150yrs)",
        "SLOPE": 25.5,
        "DIRECT": 0,
        "HS_HEIGHT": 10,
        "FAIL_DEPTH": 20,
        "DEEP_SHAL": "Deep",
        "AREA": pytest.approx(107639.104),
        "VOL": pytest.approx(2152782.083),
        "NAME": None,
        "DESCRIPTIO": TRICKY,
        "DATE_MOVE": None,
        "YEAR": None,
        "REACTIVATI": None,
        "REF_ID_COD": None,
    }
    assert {name for name, value in bare.items() if value is not None} == {
        "UNIQUE_ID",
        "AREA",
    }
    assert "Not verified" in run.log and "HS_HEIGHT" in run.log.split("Not verified")[1]
    assert "slope_mean" in run.log.split("without a place there")[1]


@pytest.mark.parametrize("suffix", [".gpkg", ".shp"])
def test_slido_has_lines_of_head_scarps_and_flanks(run, folder, suffix):
    """Of those whose direction is known: the movement goes north, so the crown lies in
    the south, and the left flank, as seen from there, in the west.
    """
    known = {"ls_id": "a", "azim_deg": 0.0, "azim_r": 0.8, "activity": "reactivated"}
    shapes = [
        ("POLYGON ((0 0,0 300,100 300,100 0,0 0))", known),
        ("POLYGON ((200 0,200 300,300 300,300 0,200 0))", {**known, "azim_r": 0.2}),
    ]
    inventory = write_inventory(folder / "in.gpkg", shapes)
    path = folder / f"slido{suffix}"
    run("export", {"INPUT": inventory, "TARGET": "slido", "OUTPUT": str(path)})
    if suffix == ".shp":
        deposits = read(path)
        lines = read(folder / "slido_scarps.shp")
    else:
        deposits = read(path, layer="slido")
        lines = read(path, layer="slido_scarps")
    again = [v.get("REACTIVATION", v.get("REACTIVATI")) for _, v in deposits]
    assert again == ["Yes", "Yes"]
    feet = {values["PART"]: values["LENGTH_ft"] for _, values in lines}
    metre = 1 / 0.9996 / 0.3048
    assert feet == pytest.approx(
        {
            "head scarp (crown line)": 100 * metre,
            "left flank": 300 * metre,
            "right flank": 300 * metre,
        },
        rel=1e-3,
    )
    assert {values["UNIQUE_ID"] for _, values in lines} == {"a"}
    west = {values["PART"]: line.Centroid().GetX() - 500_000 for line, values in lines}
    assert west["left flank"] == pytest.approx(0) and west[
        "right flank"
    ] == pytest.approx(100)


def test_the_name_that_people_gave_a_landslide_goes_to_slido(run, folder):
    rows = [("POLYGON ((0 0,0 9,9 9,9 0,0 0))", {"Name": "Mühlberg", "LS_ID": "7"})]
    layer = write_layer(folder / "old.gpkg", rows)
    run("export", {"INPUT": layer, "TARGET": "slido", "OUTPUT": str(folder / "s")})
    ((_, values),) = read(folder / "s.gpkg")
    assert (values["NAME"], values["UNIQUE_ID"]) == ("Mühlberg", "7")
    assert "name > NAME" in run.log


def test_usgs_iffi(run, inventory, folder):
    run("export", {"INPUT": inventory, "TARGET": "usgs", "OUTPUT": str(folder / "u")})
    full, bare = (values for _, values in read(folder / "u.gpkg"))
    assert full == {
        "USGS_ID": None,
        "Date_Min": None,
        "Date_Max": None,
        "Fatalities": None,
        "Confidence": 8,
        "LS_Type": "rotational slide",
        "Inventory": None,
        "Inv_URL": None,
        "Info_Source": "影像 一.tif (2024-05-06)",
        "Notes": FULL["remarks"],
        "Lat_N": 35.654321,
        "Lon_W": 104.123456,
        "Source_ID": FULL["ls_id"],
        "Material": "loess",
    }
    assert bare["Confidence"] == 3 and bare["LS_Type"] is None
    assert "name of the inventory is empty" in run.log
    run(
        "export", {"INPUT": inventory, "TARGET": "iffi", "OUTPUT": str(folder / "i.gpkg")}
    )
    full, bare = (values for _, values in read(folder / "i.gpkg", layer="i_piff"))
    names = ("TIPO_MOV", "STATO_ATT", "Q_CORONA", "AZIMUT", "METODO", "ID_FRANA")
    assert [full[name] for name in names] == [
        "scivolamento rotazionale/traslativo",
        "relitto",
        1500,
        0,
        "fotointerpretazione",
        None,
    ]
    assert (full["ls_id"], bare["METODO"]) == (FULL["ls_id"], None)


def test_usgs_names_the_inventory_of_each_polygon(run, folder):
    """That of the parameter, where the layer names none itself."""
    square = "POLYGON ((0 0,0 9,9 9,9 0,0 0))"
    rows = [(square, {"Inventory": "WGS (2018)"}), (square, {"ls_id": "7"})]
    layer = write_layer(folder / "two.gpkg", rows)
    named = {"INVENTORY": "测 (2026)", "INVENTORY_URL": "https://example.org/i"}
    run(
        "export",
        {"INPUT": layer, "TARGET": "usgs", "OUTPUT": str(folder / "n.gpkg"), **named},
    )
    inventories = [values["Inventory"] for _, values in read(folder / "n.gpkg")]
    assert inventories == ["WGS (2018)", "测 (2026)"]
    links = {values["Inv_URL"] for _, values in read(folder / "n.gpkg")}
    assert links == {"https://example.org/i"}
    assert "inventory is empty" not in run.log


@pytest.mark.parametrize("suffix", [".gpkg", ".shp"])
def test_iffi_has_points_lines_and_polygons(run, folder, suffix):
    """Below 1 ha only the point; narrow ones as a line from the crown down."""
    slide = {"azim_deg": 0.0, "status": "confirmed"}
    wide = {**slide, "ls_id": "wide", "length_m": 150.0, "width_m": 100.0}
    narrow = {**slide, "ls_id": "narrow", "length_m": 900.0, "width_m": 30.0}
    small = {**slide, "ls_id": "small", "length_m": 50.0, "width_m": 50.0}
    shapes = [
        ("POLYGON ((0 0,0 150,100 150,100 0,0 0))", wide),
        ("POLYGON ((200 0,230 0,230 900,200 900,200 0))", narrow),
        ("POLYGON ((300 0,300 50,350 50,350 0,300 0))", small),
    ]
    inventory = write_inventory(folder / "in.gpkg", shapes)
    path = folder / f"frane{suffix}"
    run("export", {"INPUT": inventory, "TARGET": "iffi", "OUTPUT": str(path)})

    def layer(ending):
        if suffix == ".shp":
            return read(folder / f"frane{ending}.shp")
        return read(path, layer=f"frane{ending}")

    assert [values["ls_id"] for _, values in layer("")] == ["wide"]
    points = layer("_piff")
    assert [values["ls_id"] for _, values in points] == ["wide", "narrow", "small"]
    # the movement goes north, so the crown lies in the south
    assert {round(point.GetY() - 3.9e6) for point, _ in points} == {0}
    ((line, values),) = layer("_linee")
    assert values["ls_id"] == "narrow"
    x, y = zip(*(point[:2] for point in line.GetPoints()))
    assert list(y) == sorted(y) and line.Length() == pytest.approx(
        900 * 11 / 13, rel=0.01
    )
    assert set(round(place - 500000) for place in x) == {215}


@pytest.mark.parametrize("epsg", [32633, 4326, 3035])
def test_iffi_finds_the_crown_by_true_north_and_metres(run, folder, epsg):
    """600 m across and 200 m along a movement towards 60 degrees, at 60 degrees north and
    12 east, where the grid of Europe is turned.
    """
    azimuth = 60.0
    turn = np.radians(np.arange(0, 360, 2))
    along, across = 100 * np.cos(turn), 300 * np.sin(turn)
    ahead = np.radians(azimuth)
    east = along * np.sin(ahead) + across * np.cos(ahead)
    north = along * np.cos(ahead) - across * np.sin(ahead)
    lon = 12 + np.degrees(east / 6_394_000 / np.cos(np.radians(60)))
    lat = 60 + np.degrees(north / 6_384_000)
    places = np.stack((lon, lat), axis=1)
    places = Crs("EPSG:4326").transform(places, Crs(wkt(epsg)))
    records = [(Polygon(places).wkt, {"azim_deg": azimuth})]
    inventory = write_inventory(folder / "in.gpkg", records, epsg, origin=(0, 0))
    path = folder / "frane.gpkg"
    run("export", {"INPUT": inventory, "TARGET": "iffi", "OUTPUT": str(path)})
    ((point, _),) = read(path, layer="frane_piff")
    assert (point.GetX(), point.GetY()) == pytest.approx(tuple(places[90]), rel=1e-12)


def test_iffi_takes_no_crown_from_slopes_that_do_not_agree(run, folder):
    """As the lines of SLIDO and the report's rose: the point lies inside."""
    corners = "0 0,0 150,100 150,100 0,0 0"
    slide = {"azim_deg": 0.0, "azim_r": 0.3}
    shapes = [(f"POLYGON (({corners}))", slide)]
    inventory = write_inventory(folder / "in.gpkg", shapes)
    path = folder / "frane.gpkg"
    run("export", {"INPUT": inventory, "TARGET": "iffi", "OUTPUT": str(path)})
    ((point, _),) = read(path, layer="frane_piff")
    ((outline, _),) = read(path, layer="frane")
    assert outline.Contains(point)


@pytest.mark.parametrize("target, name", [("kml", "x.kml"), ("inspire", "x.gml")])
@pytest.mark.parametrize(
    "corners, place, square_degrees",
    [
        ("0 0,0 40,100 40,100 0,0 0", (32660, (830000, 10000), 100.0), 0.00324),
        ("0 0,0 1,1 1,1 0,0 0", (4326, (179.95, 1), 0.1), 0.01),
    ],
    ids=["in metres", "in degrees that go on beyond"],
)
def test_across_180_degrees_both_halves_are_written(
    run, folder, target, name, corners, place, square_degrees
):
    records = [(f"POLYGON (({corners}))", FULL)]
    inventory = write_inventory(folder / "in.gpkg", records, *place)
    path = str(folder / name)
    run("export", {"INPUT": inventory, "TARGET": target, "OUTPUT": path})
    ((geometry, _),) = read(path)
    assert geometry.GetArea() == pytest.approx(square_degrees, rel=2e-3)
    assert geometry.GetEnvelope()[:2] == (-180, 180)


def test_inspire(run, inventory, folder):
    path = folder / "nz.gml"
    run("export", {"INPUT": inventory, "TARGET": "inspire", "OUTPUT": str(path)})
    assert "namespace is empty" in run.log
    run(
        "export",
        {
            "INPUT": inventory,
            "TARGET": "inspire",
            "NAMESPACE": "IT.测试 & co",
            "OUTPUT": str(path),
        },
    )
    places = [
        node.text.split()
        for node in ElementTree.parse(path).iter(
            "{http://www.opengis.net/gml/3.2}posList"
        )
    ]
    assert len(places) == 4 and all(
        35.1 < float(latitude) < 35.3 for latitude, *_ in places
    )  # ETRS89 has it first
    found = read(path)
    assert [values["localId"] for _, values in found] == [FULL["ls_id"], "b"]
    assert found[0][1]["namespace"] == "IT.测试 & co"
    assert f"<nz-core:beginLifeSpanVersion>{FULL['run_utc']}<" in path.read_text(
        encoding="utf-8"
    )
    assert found[0][1]["determinationMethod"] == "indirectDetermination"
    for (geometry, _), expected in zip(found, truth(inventory)):
        assert geometry.IsValid() and area(geometry, 4258) == pytest.approx(
            expected, rel=1e-3
        )
    assert left(folder) == {"nz.gml"} or left(folder) == {"nz.gml", "nz.gfs"}


def test_inspire_is_valid_by_the_types_of_nz_core_4(run, tmp_path):
    """Against a minimal copy of what nz-core 4.0 says of these elements: one surface a
    geometry, specificHazardType always there, determinationMethod never nil.
    """
    pytest.importorskip("lxml")
    drawn = {"ls_id": "d", "rev_date": "2026-11-25"}
    parts = "MULTIPOLYGON (((0 0,9 0,9 9,0 0)),((20 0,29 0,29 9,20 0)))"
    inventory = write_inventory(
        tmp_path / "in.gpkg",
        [(parts, FULL), ("POLYGON ((0 20,9 20,9 29,0 20))", drawn)],
    )
    path = tmp_path / "nz.gml"
    run("export", {"INPUT": inventory, "TARGET": "inspire", "OUTPUT": str(path)})
    name = "{http://inspire.ec.europa.eu/schemas/nz-core/4.0}HazardArea"
    areas = list(ElementTree.parse(path).iter(name))
    assert len(areas) == 2
    assert [valid(area, tmp_path) for area in areas] == [True, True]
    assert "2026-11-25T00:00:00Z" in path.read_text(encoding="utf-8")
    # what was written before is refused
    geometry = areas[0].find("{*}geometry")
    wrong = '<gml:MultiSurface xmlns:gml="http://www.opengis.net/gml/3.2" gml:id="x"/>'
    geometry[:] = [ElementTree.fromstring(wrong)]
    areas[1].remove(areas[1].find("{*}determinationMethod"))
    assert [valid(area, tmp_path) for area in areas] == [False, False]
    assert "version 5.0" in run.log and "Not verified, hold" not in run.log


def test_china(run, inventory, folder):
    path = folder / "记录表.gpkg"
    run("export", {"INPUT": inventory, "TARGET": "china", "OUTPUT": str(path)})
    assert left(folder) == {"记录表.gpkg", "记录表.csv", "记录表.html"}
    values = read(path)[0][1]
    assert list(values) == [column.name for column in TABLES["china"]]
    assert (
        values["解译编号"],
        values["可靠程度"],
        values["形成年代"],
        values["规模"],
    ) == (FULL["ls_id"], "中", "古滑坡（全新世以前）", "小型")
    # what the authority gives, and a judgement of today's stability, stay empty
    assert values["统一编号"] is None and values["稳定状态"] is None
    assert (values["活动状态"], values["体积依据"]) == ("古老残留", "面积与厚度")
    assert (values["解译人"], values["影像"]) == ("王工", "影像 一.tif")
    assert values["影像日期"] == "2024/05/06"
    assert values["体积(10⁴m³)"] == pytest.approx(6.096) and values["经度"] == FULL["lon"]
    assert values["解译日期"] == "2026/11/25"  # of the review, not of the run
    assert (folder / "记录表.csv").read_bytes().startswith("\ufeff统一编号,".encode())
    with open(folder / "记录表.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert (
        len(rows) == 2
        and rows[1]["滑坡类型"] == ""
        and rows[1]["可靠程度"] == "低（机器）"
        and rows[0]["滑向(°)"] == "0.0"
    )
    page = (folder / "记录表.html").read_text(encoding="utf-8")
    assert page.count("<section>") == 2 and "旋转滑动" in page and "http" not in page
