# SPDX-License-Identifier: GPL-2.0-or-later
"""mrife:export to KML and KMZ, parsed and read back."""

from __future__ import annotations

import zipfile
from xml.etree import ElementTree

import pytest
from delivered import FULL, area, truth, write_inventory
from osgeo import ogr
from running import left
from shapely.geometry import box

from models.inventory.export.kml import parts_on_earth, write_kml
from models.inventory.language import Language

pytest.importorskip("qgis.core")
KML = "{http://www.opengis.net/kml/2.2}"


def test_kml(run, inventory, folder):
    path = folder / "谷歌.kml"
    assert (
        run(
            "export",
            {"INPUT": inventory, "TARGET": "kml", "LANGUAGE": "zh", "OUTPUT": str(path)},
        )["COUNT"]
        == 3
    )
    assert left(folder) == {"谷歌.kml"}
    root = ElementTree.parse(path).getroot()
    folders = {
        node.findtext(f"{KML}name"): len(node.findall(f"{KML}Placemark"))
        for node in root.iter(f"{KML}Folder")
    }
    assert folders == {
        "可信度: 中（人工）": 1,
        "可信度: 中（机器）": 1,
        "可信度: 低（机器）": 1,
    }  # the geologist's class before the network's, which is named as such
    placemarks = {
        node.findtext(f"{KML}name"): node for node in root.iter(f"{KML}Placemark")
    }
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
    assert len(polygons) == 4 and all(
        node.findtext(f"{KML}tessellate") == "1" for node in polygons
    )


def test_kml_is_in_wgs_84(run, tmp_path, folder):
    inventory = write_inventory(
        tmp_path / "ed50.gpkg", epsg=23030, origin=(500000.0, 4600000.0)
    )
    run("export", {"INPUT": inventory, "TARGET": "kml", "OUTPUT": str(folder / "x.kml")})
    first = next(
        ElementTree.parse(folder / "x.kml").iter(f"{KML}coordinates")
    ).text.split()
    lon = min(float(pair.split(",")[0]) for pair in first)
    assert -3.0025 < lon < -3.0008  # ED50's -3 lies 100 m and more further west


def test_kml_read_back(run, inventory, folder):
    run("export", {"INPUT": inventory, "TARGET": "kml", "OUTPUT": str(folder / "x.kmz")})
    with zipfile.ZipFile(folder / "x.kmz") as package:
        (folder / "doc.kml").write_bytes(package.read("doc.kml"))
    source = ogr.Open(str(folder / "doc.kml"))
    found = {
        feature.GetField("Name"): feature.GetGeometryRef().Clone()
        for layer in source
        for feature in layer
    }
    for name, expected in zip((FULL["ls_id"], "b", "c"), truth(inventory)):
        assert area(found[name], 4326) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("beyond, parts", [(0.0, 1), (1e-12, 1), (1e-3, 2)])
def test_what_passes_180_degrees_by_a_rounding_stays_whole(beyond, parts):
    found = parts_on_earth(box(179.5, 0, 180 + beyond, 1).wkb)
    assert len(found) == parts
    assert sum(part.area for part in found) == pytest.approx(0.5 + beyond)


def test_balloons_say_what_codes_mean(tmp_path):
    path = tmp_path / "codes.kml"
    values = {"ls_id": "a", "tri_why": "C,U", "flags": "E"}
    for code, doubts, flag in (
        ("en", "low confidence; uncertain", "cut by the edge"),
        ("zh", "可信度低；不确定", "被边界截断"),
    ):
        row = (box(104, 35, 104.1, 35.1).wkb, values)
        assert list(write_kml(str(path), [row], Language.of(code))) == [1]
        text = path.read_text(encoding="utf-8")
        assert f"<td>{doubts}</td>" in text and f"<td>{flag}</td>" in text
        assert "<value>C,U</value>" in text  # as it is stored
