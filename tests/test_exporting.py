# SPDX-License-Identifier: GPL-2.0-or-later
"""mrife:export: every target read back by GDAL, and what it refuses."""
from __future__ import annotations

import csv
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import left, refused
from delivered import BARE, FULL, SQUARE, TRICKY, read, write_inventory
from osgeo import ogr
from samples import wkt
from shapely import wkb

from models.inventory.crosswalk import TABLES
from models.inventory.measures import Measure
from models.inventory.schema import ALL

pytest.importorskip("qgis.core")
KML = "{http://www.opengis.net/kml/2.2}"
RELICT = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "relict-polygons"


@pytest.fixture
def folder(tmp_path):
    """Chinese, with a blank, as on the desks of surveys."""
    made = tmp_path / "滑坡 成果"
    made.mkdir()
    return made


@pytest.fixture
def inventory(tmp_path):
    return write_inventory(tmp_path / "编目 一.gpkg")


def area(geometry: ogr.Geometry, epsg: int) -> float:
    return Measure(wkt(epsg)).area(wkb.loads(bytes(geometry.ExportToWkb())))


def truth(path: str) -> list[float]:
    return [area(geometry, 32648) for geometry, _ in read(path)]


# --- Shapefile -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("encoding, page, byte", [("UTF-8", "UTF-8", 0), ("GBK", "936", 77)])
def test_shapefile_keeps_everything(run, inventory, folder, encoding, page, byte):
    from qgis.core import QgsVectorLayer
    path = folder / "交付 滑坡.shp"
    result = run("export", {"INPUT": inventory, "TARGET": "shapefile", "LANGUAGE": "en", "ENCODING": encoding,
                            "OUTPUT": str(path)})
    assert result["COUNT"] == 3 and result["OUTPUT"] == str(path)
    assert left(folder) == {f"交付 滑坡{end}" for end in (".shp", ".shx", ".dbf", ".prj", ".cpg", ".qml")}
    assert path.with_suffix(".cpg").read_text() == page and path.with_suffix(".dbf").read_bytes()[29] == byte
    assert FULL["remarks"].encode(encoding) in path.with_suffix(".dbf").read_bytes()
    layer = QgsVectorLayer(str(path), "x", "ogr")
    assert [feature["remarks"] for feature in layer.getFeatures()][0] == TRICKY
    found = read(path, encoding=encoding)
    full, bare = found[0][1], found[1][1]
    assert list(full) == [field.name for field in ALL] and all(len(name) <= 10 for name in full)
    assert {name: full[name] for name in FULL} == {
        **FULL, "img_date": "2024/05/06", "rev_date": "2026/11/25", "run_utc": "2026-11-24T08:09:10"}
    assert full["remarks"] == TRICKY and full["azim_deg"] == 0
    assert {name for name, value in bare.items() if value is not None} == set(BARE)
    assert bare["usgs_conf"] == 3 and "lowered to 3" in run.log
    for (geometry, _), expected in zip(found, truth(inventory)):
        assert geometry.IsValid() and area(geometry, 32648) == pytest.approx(expected, rel=1e-9)
    assert found[1][0].GetGeometryName() == "MULTIPOLYGON" and found[1][0].GetGeometryCount() == 2


def test_shapefile_in_chinese_words(run, inventory, folder):
    from qgis.core import QgsVectorLayer
    path = folder / "x.shp"
    run("export", {"INPUT": inventory, "LANGUAGE": "zh", "OUTPUT": str(path)})
    values = read(path)[0][1]
    assert (values["status"], values["movement"], values["remarks"]) == ("确认", "旋转滑动", TRICKY)
    layer = QgsVectorLayer(str(path), "x", "ogr")
    assert layer.attributeAlias(layer.fields().lookupField("area_m2")) == "面积（平方米）"
    assert next(layer.getFeatures())["reviewer"] == "王工"


def test_projection_is_esri_wkt(run, tmp_path, folder):
    for epsg, words in ((4490, "GCS_China_Geodetic_Coordinate_System_2000"), (4547, "Gauss_Kruger")):
        origin, scale = ((104.0, 35.0), 1e-5) if epsg == 4490 else ((500000.0, 3900000.0), 1.0)
        inventory = write_inventory(tmp_path / f"{epsg}.gpkg", epsg=epsg, origin=origin, scale=scale)
        run("export", {"INPUT": inventory, "OUTPUT": str(folder / f"{epsg}.shp")})
        text = (folder / f"{epsg}.prj").read_text()
        assert words in text and "AUTHORITY" not in text
        for (before, _), (after, _) in zip(read(inventory), read(folder / f"{epsg}.shp")):
            assert area(after, epsg) == pytest.approx(area(before, epsg), rel=1e-6)


def test_a_legacy_layer_keeps_its_own_fields(run, tmp_path, folder):
    path = tmp_path / "旧.geojson"
    path.write_text('{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"统一编号":"滑001",'
                    '"A very long name":1.5,"A very long other":12345678901,"AREA_M2":"n/a","note":"' + "长" * 200
                    + '"},"geometry":{"type":"Polygon","coordinates":[[[104,35,9],[104.001,35,9],[104.001,35.001,9],'
                    '[104,35.001,9],[104,35,9]]]}}]}', encoding="utf-8")
    run("export", {"INPUT": str(path), "OUTPUT": str(folder / "x.shp")})
    geometry, values = read(folder / "x.shp")[0]
    assert list(values.values())[:3] == ["滑001", 1.5, 12345678901] and values["area_m2"] == "n/a"
    assert values["note"] == "长" * 84 and "1 texts cut" in run.log and "A very long other > " in run.log
    assert len({name.lower() for name in values}) == 5 and not geometry.Is3D()
    run("export", {"INPUT": str(path), "TARGET": "iffi", "OUTPUT": str(folder / "y.gpkg")})
    assert read(folder / "y.gpkg")[0][1]["AREA"] is None and "area_m2: 1 values could not be read" in run.log


def test_an_old_shapefile_in_gbk_is_read_right(run, tmp_path, folder):
    from models.inventory.vectorfile import _recoding
    with _recoding("CP936"):
        source = ogr.GetDriverByName("ESRI Shapefile").CreateDataSource(str(tmp_path / "旧.shp"))
        layer = source.CreateLayer("旧", None, ogr.wkbPolygon, ["ENCODING=LDID/77"])
    layer.CreateField(ogr.FieldDefn("名称", ogr.OFTString))
    for name in ("黄土滑坡", "老滑坡"):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetField(0, name)
        feature.SetGeometry(ogr.CreateGeometryFromWkt("POLYGON ((0 0,1 0,1 1,0 1,0 0))"))
        layer.CreateFeature(feature)
    layer = source = None
    table = bytearray((tmp_path / "旧.dbf").read_bytes())
    table[29] = 0  # as ArcView left it: no language, no .cpg
    (tmp_path / "旧.dbf").write_bytes(table)
    (tmp_path / "旧.prj").write_text(wkt(32648))
    from qgis.core import QgsProcessingFeatureSourceDefinition, QgsProject, QgsVectorLayer
    run("export", {"INPUT": str(tmp_path / "旧.shp"), "OUTPUT": str(folder / "x.shp")})
    assert [values for _, values in read(folder / "x.shp")] == [{"名称": "黄土滑坡"}, {"名称": "老滑坡"}]
    assert "Texts are read as GB18030" in run.log
    layer = QgsVectorLayer(str(tmp_path / "旧.shp"), "旧", "ogr")
    QgsProject.instance().addMapLayer(layer)
    layer.selectByIds([1])
    run("export", {"INPUT": QgsProcessingFeatureSourceDefinition(layer.id(), True), "OUTPUT": str(folder / "y.shp")})
    assert [values for _, values in read(folder / "y.shp")] == [{"名称": "老滑坡"}]
    QgsProject.instance().removeMapLayer(layer.id())


# --- KML -------------------------------------------------------------------------------------------------------------

def test_kml(run, inventory, folder):
    path = folder / "谷歌.kml"
    assert run("export", {"INPUT": inventory, "TARGET": "kml", "LANGUAGE": "zh", "OUTPUT": str(path)})["COUNT"] == 3
    assert left(folder) == {"谷歌.kml"}
    root = ElementTree.parse(path).getroot()
    folders = {node.findtext(f"{KML}name"): len(node.findall(f"{KML}Placemark")) for node in root.iter(f"{KML}Folder")}
    assert folders == {"可信度等级: 中": 2, "可信度等级: 低": 1}  # the geologist's class before the network's
    placemarks = {node.findtext(f"{KML}name"): node for node in root.iter(f"{KML}Placemark")}
    balloon = placemarks[FULL["ls_id"]].findtext(f"{KML}description")
    assert "<td>滑动类型</td><td>旋转滑动</td>" in balloon and "面积（平方米）" in balloon
    assert "&lt;new line&gt; &amp; more" in balloon
    styles = {node.get("id") for node in root.iter(f"{KML}Style")}
    assert {node.findtext(f"{KML}styleUrl")[1:] for node in placemarks.values()} <= styles
    assert placemarks["c"].findtext(f"{KML}visibility") == "0"
    for text in (node.text for node in root.iter(f"{KML}coordinates")):
        lon, lat = (float(number) for number in text.split()[0].split(","))
        assert 104.9 < lon < 105.1 and 35.1 < lat < 35.3
    polygons = list(root.iter(f"{KML}Polygon"))
    assert len(polygons) == 4 and all(node.findtext(f"{KML}tessellate") == "1" for node in polygons)


def test_kml_is_in_wgs_84(run, tmp_path, folder):
    inventory = write_inventory(tmp_path / "ed50.gpkg", epsg=23030, origin=(500000.0, 4600000.0))
    run("export", {"INPUT": inventory, "TARGET": "kml", "OUTPUT": str(folder / "x.kml")})
    first = next(ElementTree.parse(folder / "x.kml").iter(f"{KML}coordinates")).text.split()
    lon = min(float(pair.split(",")[0]) for pair in first)
    assert -3.0025 < lon < -3.0008  # ED50's -3 lies 100 m and more further west


def test_kml_read_back(run, inventory, folder):
    run("export", {"INPUT": inventory, "TARGET": "kml", "OUTPUT": str(folder / "x.kmz")})
    with zipfile.ZipFile(folder / "x.kmz") as package:
        (folder / "doc.kml").write_bytes(package.read("doc.kml"))
    source = ogr.Open(str(folder / "doc.kml"))
    found = {feature.GetField("Name"): feature.GetGeometryRef().Clone() for layer in source for feature in layer}
    for name, expected in zip((FULL["ls_id"], "b", "c"), truth(inventory)):
        assert area(found[name], 4326) == pytest.approx(expected, rel=1e-3)


# --- bodies ----------------------------------------------------------------------------------------------------------

def test_slido(run, inventory, folder):
    path = folder / "俄勒冈.shp"
    assert run("export", {"INPUT": inventory, "TARGET": "slido", "OUTPUT": str(path)})["COUNT"] == 2  # no rejected ones
    full, bare = (values for _, values in read(path))
    assert full == {
        "UNIQUE_ID": FULL["ls_id"], "TYPE_MOVE": "Slide", "MOVE_CLASS": "Earth Slide - Rotational",
        "MOVE_CODE": "ES-R", "CONFIDENCE": "Moderate (11-29)", "AGE": "Pre-Historic (>150yrs)", "SLOPE": 22.5,
        "DIRECT": 0, "HS_HEIGHT": 10, "FAIL_DEPTH": 20, "DEEP_SHAL": "Deep", "AREA": pytest.approx(107639.104),
        "VOL": pytest.approx(2152782.083)}
    assert {name for name, value in bare.items() if value is not None} == {"UNIQUE_ID", "AREA"}
    assert "Not verified" in run.log and "MOVE_CODE" in run.log.split("Not verified")[1]
    assert "remarks" in run.log.split("without a place there")[1]


def test_usgs_iffi(run, inventory, folder):
    run("export", {"INPUT": inventory, "TARGET": "usgs", "OUTPUT": str(folder / "u")})
    full, bare = (values for _, values in read(folder / "u.gpkg"))
    assert full == {"USGS_ID": None, "SOURCE_ID": FULL["ls_id"], "CONFIDENCE": 8, "LS_TYPE": "rotational slide",
                    "MATERIAL": "loess", "DATE_MIN": None, "DATE_MAX": None}
    assert bare["CONFIDENCE"] == 3 and bare["LS_TYPE"] is None
    run("export", {"INPUT": inventory, "TARGET": "iffi", "OUTPUT": str(folder / "i.gpkg")})
    full = read(folder / "i.gpkg")[0][1]
    assert (full["TIPO_MOV"], full["STATO_ATT"], full["Q_CORONA"], full["AZIMUT"]) == (
        "scivolamento rotazionale", "relitto", 1500, 0)


def test_inspire(run, inventory, folder):
    path = folder / "nz.gml"
    run("export", {"INPUT": inventory, "TARGET": "inspire", "OUTPUT": str(path)})
    assert "namespace is empty" in run.log
    run("export", {"INPUT": inventory, "TARGET": "inspire", "NAMESPACE": "IT.测试 & co", "OUTPUT": str(path)})
    places = [node.text.split() for node in ElementTree.parse(path).iter("{http://www.opengis.net/gml/3.2}posList")]
    assert len(places) == 4 and all(35.1 < float(latitude) < 35.3 for latitude, *_ in places)  # ETRS89 has it first
    found = read(path)
    assert [values["localId"] for _, values in found] == [FULL["ls_id"], "b"]
    assert found[0][1]["namespace"] == "IT.测试 & co"
    assert f"<nz-core:beginLifeSpanVersion>{FULL['run_utc']}<" in path.read_text(encoding="utf-8")
    assert found[0][1]["determinationMethod"] == "indirectDetermination"
    for (geometry, _), expected in zip(found, truth(inventory)):
        assert geometry.IsValid() and area(geometry, 4258) == pytest.approx(expected, rel=1e-3)
    assert left(folder) == {"nz.gml"} or left(folder) == {"nz.gml", "nz.gfs"}


def test_china(run, inventory, folder):
    path = folder / "记录表.gpkg"
    run("export", {"INPUT": inventory, "TARGET": "china", "OUTPUT": str(path)})
    assert left(folder) == {"记录表.gpkg", "记录表.csv", "记录表.html"}
    values = read(path)[0][1]
    assert list(values) == [column.name for column in TABLES["china"]]
    assert (values["统一编号"], values["可靠程度"], values["形成年代"], values["规模"]) == (
        FULL["ls_id"], "中", "古滑坡（全新世以前）", "小型")
    assert values["体积(10⁴m³)"] == pytest.approx(6.096) and values["经度"] == FULL["lon"]
    assert values["解译日期"] == "2026/11/24"
    assert (folder / "记录表.csv").read_bytes().startswith("\ufeff统一编号,".encode())
    with open(folder / "记录表.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 and rows[1]["滑坡类型"] == "" and rows[1]["可靠程度"] == "低" and rows[0]["滑向(°)"] == "0.0"
    page = (folder / "记录表.html").read_text(encoding="utf-8")
    assert page.count("<section>") == 2 and "旋转滑动" in page and "http" not in page


# --- selection, refusals, half-written things ------------------------------------------------------------------------

def test_only_reviewed(run, inventory, folder, tmp_path):
    result = run("export", {"INPUT": inventory, "ONLY_REVIEWED": True, "OUTPUT": str(folder / "x.shp")})
    assert result["COUNT"] == 1 and "nobody has confirmed" not in run.log
    run("export", {"INPUT": inventory, "OUTPUT": str(folder / "x.shp")})
    assert "1 polygons were found by a machine and nobody has confirmed" in run.log
    bare = tmp_path / "bare.geojson"
    bare.write_text('{"type":"FeatureCollection","features":[]}')
    assert "no polygons" in refused(run, "export", {"INPUT": str(bare), "OUTPUT": str(folder / "y.shp")})


def test_refusals(run, inventory, folder):
    assert "'x.shp' does not fit the target kml; its name must end in .kml / .kmz" in refused(run, "export", {
        "INPUT": inventory, "TARGET": "kml", "OUTPUT": str(folder / "x.shp")})
    assert "is one of the inputs" in refused(run, "export", {"INPUT": inventory, "TARGET": "usgs", "OUTPUT": inventory})
    assert "does not exist" in refused(run, "export", {"INPUT": inventory, "OUTPUT": str(folder / "no" / "x.shp")})
    run("export", {"INPUT": inventory, "TARGET": "usgs", "OUTPUT": str(folder / "plain.gpkg")})
    assert "has no field 'status'" in refused(run, "export", {
        "INPUT": str(folder / "plain.gpkg"), "ONLY_REVIEWED": True, "OUTPUT": str(folder / "x.shp")})
    assert left(folder) == {"plain.gpkg"}


def test_a_temporary_output_gets_the_right_extension(run, inventory):
    assert run("export", {"INPUT": inventory, "TARGET": "china", "OUTPUT": "TEMPORARY_OUTPUT"})["OUTPUT"].endswith(
        ".gpkg")


def test_more_than_2_gb_is_said_before(run, inventory, folder, monkeypatch):
    import importlib
    monkeypatch.setattr(importlib.import_module("mrife.models.inventory.shapefile"), "LIMIT", 1000)
    assert "would exceed 2 GB" in refused(run, "export", {"INPUT": inventory, "OUTPUT": str(folder / "x.shp")})
    assert left(folder) == set()


def test_cancelled_leaves_nothing_and_an_old_file_stays(run, inventory, folder):
    from qgis.core import QgsProcessingFeedback
    path = folder / "x.shp"
    run("export", {"INPUT": inventory, "OUTPUT": str(path)})
    (folder / "x.sbn").write_text("an index of what was there")
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    feedback = QgsProcessingFeedback(False)
    feedback.progressChanged.connect(lambda value: feedback.cancel() if value > 60 else None)
    assert run("export", {"INPUT": inventory, "LANGUAGE": "zh", "OUTPUT": str(path)}, feedback) == {}
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    run("export", {"INPUT": inventory, "LANGUAGE": "zh", "OUTPUT": str(path)})
    assert left(folder) == set(before) - {"x.sbn"} and read(path)[0][1]["status"] == "确认"


def test_invalid_outlines_are_repaired(run, tmp_path, folder):
    bow = "POLYGON ((0 0,100 100,100 0,0 100,0 0))"
    inventory = write_inventory(tmp_path / "bow.gpkg", [(bow, {"ls_id": "bow"}), (SQUARE.format(x=0, e=9), {})])
    assert run("export", {"INPUT": inventory, "OUTPUT": str(folder / "x.shp")})["COUNT"] == 2
    geometry = read(folder / "x.shp")[0][0]
    assert geometry.IsValid() and geometry.GetArea() == pytest.approx(5000) and "1 invalid outlines" in run.log


def test_processing_does_not_stop_at_an_invalid_outline(run, tmp_path, folder):
    import processing
    from qgis.core import QgsFeatureRequest, QgsProcessingContext
    bow = write_inventory(tmp_path / "bow.gpkg", [("POLYGON ((0 0,100 100,100 0,0 100,0 0))", {"ls_id": "bow"})])
    context = QgsProcessingContext()
    context.setInvalidGeometryCheck(QgsFeatureRequest.InvalidGeometryCheck.GeometryAbortOnInvalid)  # QGIS's default
    found = processing.run("mrife:export", {"INPUT": bow, "OUTPUT": str(folder / "x.shp")}, context=context)
    assert found["COUNT"] == 1


@pytest.mark.skipif(not RELICT.is_dir(), reason="no relict polygons beside this checkout")
@pytest.mark.parametrize("target, suffix", [("shapefile", ".shp"), ("kml", ".kml"), ("slido", ".gpkg"),
                                            ("inspire", ".gml"), ("china", ".gpkg")])
def test_real_outlines_pass_without_loss(run, folder, target, suffix):
    source = next(RELICT.glob("*.geojson"))
    result = run("export", {"INPUT": str(source), "TARGET": target, "OUTPUT": str(folder / f"x{suffix}")})
    before = sum(area(geometry.MakeValid(), 32723) for geometry, _ in read(source))
    opened = ogr.Open(str(folder / f"x{suffix}"))
    after = [feature.GetGeometryRef().Clone() for layer in opened for feature in layer]
    assert result["COUNT"] == len(after) == 276 and all(geometry.IsValid() for geometry in after)
    if target in ("kml", "inspire"):
        total = sum(area(g, 4326) for g in after)
    else:
        total = sum(area(g, 32723) for g in after)
    assert total == pytest.approx(before, rel=1e-3)
