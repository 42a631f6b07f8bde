# SPDX-License-Identifier: GPL-2.0-or-later
"""mrife:export to Shapefile: everything kept, in both encodings, and old ones read right."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from delivered import BARE, FULL, TRICKY, area, read, truth, write_inventory
from osgeo import ogr
from running import left
from samples import wkt
from shapely import wkb
from shapely.geometry import box

from models.errors import MrifeError
from models.inventory.export.column import same
from models.inventory.export.shapefile import short_names, write_shapefile
from models.inventory.export.vector_file import recoding
from models.inventory.schema import ALL

pytest.importorskip("qgis.core")


def test_labels_are_not_laid_on_an_image_of_the_same_name(run, inventory, folder):
    """QGIS takes sheet.qml for the style of sheet.tif, too."""
    (folder / "sheet.tif").touch()
    asked = {
        "INPUT": inventory,
        "TARGET": "shapefile",
        "OUTPUT": str(folder / "sheet.shp"),
    }
    run("export", asked)
    assert (folder / "sheet.shp").exists() and not (folder / "sheet.qml").exists()


@pytest.mark.parametrize(
    "encoding, page, byte", [("UTF-8", "UTF-8", 0), ("GBK", "936", 77)]
)
def test_shapefile_keeps_everything(run, inventory, folder, encoding, page, byte):
    from qgis.core import QgsVectorLayer

    path = folder / "交付 滑坡.shp"
    result = run(
        "export",
        {
            "INPUT": inventory,
            "TARGET": "shapefile",
            "LANGUAGE": "en",
            "ENCODING": encoding,
            "OUTPUT": str(path),
        },
    )
    assert result["COUNT"] == 3 and result["OUTPUT"] == str(path)
    assert left(folder) == {
        f"交付 滑坡{end}" for end in (".shp", ".shx", ".dbf", ".prj", ".cpg", ".qml")
    }
    assert (
        path.with_suffix(".cpg").read_text() == page
        and path.with_suffix(".dbf").read_bytes()[29] == byte
    )
    assert FULL["remarks"].encode(encoding) in path.with_suffix(".dbf").read_bytes()
    layer = QgsVectorLayer(str(path), "x", "ogr")
    assert [feature["remarks"] for feature in layer.getFeatures()][0] == TRICKY
    found = read(path, encoding=encoding)
    full, bare = found[0][1], found[1][1]
    assert list(full) == [field.name for field in ALL] and all(
        len(name) <= 10 for name in full
    )
    written = {name: full[name] for name in FULL}
    written["run_utc"] = written["run_utc"].rstrip("Z")  # newer GDAL keeps the zone
    assert written == {
        **FULL,
        "img_date": "2024/05/06",
        "rev_date": "2026/11/25",
        "run_utc": "2026-11-24T08:09:10",
    }
    assert full["remarks"] == TRICKY and full["azim_deg"] == 0
    assert {name for name, value in bare.items() if value is not None} == set(BARE)
    assert bare["usgs_conf"] == 3 and "lowered to 3" in run.log
    for (geometry, _), expected in zip(found, truth(inventory)):
        assert geometry.IsValid() and area(geometry, 32648) == pytest.approx(
            expected, rel=1e-9
        )
    assert (
        found[1][0].GetGeometryName() == "MULTIPOLYGON"
        and found[1][0].GetGeometryCount() == 2
    )


def test_shapefile_in_chinese_words(run, inventory, folder):
    from qgis.core import QgsVectorLayer

    path = folder / "x.shp"
    run("export", {"INPUT": inventory, "LANGUAGE": "zh", "OUTPUT": str(path)})
    values = read(path)[0][1]
    assert (values["status"], values["movement"], values["remarks"]) == (
        "确认",
        "旋转滑动",
        TRICKY,
    )
    layer = QgsVectorLayer(str(path), "x", "ogr")
    assert layer.attributeAlias(layer.fields().lookupField("area_m2")) == "面积（平方米）"
    assert next(layer.getFeatures())["reviewer"] == "王工"


def test_projection_is_esri_wkt(run, tmp_path, folder):
    for epsg, words in (
        (4490, "GCS_China_Geodetic_Coordinate_System_2000"),
        (4547, "Gauss_Kruger"),
    ):
        origin, scale = (
            ((104.0, 35.0), 1e-5) if epsg == 4490 else ((500000.0, 3900000.0), 1.0)
        )
        inventory = write_inventory(
            tmp_path / f"{epsg}.gpkg", epsg=epsg, origin=origin, scale=scale
        )
        run("export", {"INPUT": inventory, "OUTPUT": str(folder / f"{epsg}.shp")})
        text = (folder / f"{epsg}.prj").read_text()
        assert words in text and "AUTHORITY" not in text
        for (before, _), (after, _) in zip(read(inventory), read(folder / f"{epsg}.shp")):
            assert area(after, epsg) == pytest.approx(area(before, epsg), rel=1e-6)


def test_a_legacy_layer_keeps_its_own_fields(run, tmp_path, folder):
    path = tmp_path / "旧.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"统一编号":"滑001",'
        '"A very long name":1.5,"A very long other":12345678901,"AREA_M2":"n/a","note":"'
        + "长"
        * 200
        + '"},"geometry":{"type":"Polygon","coordinates":[[[104,35,9],[104.001,35,9],[104.001,35.001,9],'
        "[104,35.001,9],[104,35,9]]]}}]}",
        encoding="utf-8",
    )
    run("export", {"INPUT": str(path), "OUTPUT": str(folder / "x.shp")})
    geometry, values = read(folder / "x.shp")[0]
    assert (
        list(values.values())[:3] == ["滑001", 1.5, 12345678901]
        and values["area_m2"] == "n/a"
    )
    assert (
        values["note"] == "长" * 84
        and "1 texts cut" in run.log
        and "A very long other > " in run.log
    )
    assert len({name.lower() for name in values}) == 5 and not geometry.Is3D()
    run(
        "export", {"INPUT": str(path), "TARGET": "iffi", "OUTPUT": str(folder / "y.gpkg")}
    )
    assert (
        read(folder / "y.gpkg")[0][1]["AREA"] is None
        and "area_m2: 1 values could not be read" in run.log
    )


def test_an_old_shapefile_in_gbk_is_read_right(run, tmp_path, folder):
    with recoding("CP936"):
        source = ogr.GetDriverByName("ESRI Shapefile").CreateDataSource(
            str(tmp_path / "旧.shp")
        )
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
    assert [values for _, values in read(folder / "x.shp")] == [
        {"名称": "黄土滑坡"},
        {"名称": "老滑坡"},
    ]
    assert "are read as GB18030" in run.log
    layer = QgsVectorLayer(str(tmp_path / "旧.shp"), "旧", "ogr")
    QgsProject.instance().addMapLayer(layer)
    layer.selectByIds([1])
    run(
        "export",
        {
            "INPUT": QgsProcessingFeatureSourceDefinition(layer.id(), True),
            "OUTPUT": str(folder / "y.shp"),
        },
    )
    assert [values for _, values in read(folder / "y.shp")] == [{"名称": "老滑坡"}]
    QgsProject.instance().removeMapLayer(layer.id())


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
def test_short_names(encoding):
    names = [
        "ls_id",
        "A very long name",
        "a very long name",
        "A very long other",
        "统一编号与名称",
        "统一编号与地名",
        "x",
    ]
    short = short_names(names, encoding)
    assert list(short) == names and len({name.lower() for name in short.values()}) == len(
        names
    )
    assert all(0 < len(name.encode(encoding)) <= 10 for name in short.values())
    assert (short["ls_id"], short["x"]) == ("ls_id", "x")


def test_what_would_be_too_large_is_said_before_it_is_written(tmp_path):
    columns = [same("ls_id", "text", 24, "ls_id")]
    rows = [(wkb.dumps(box(0, 0, 1, 1)), {"ls_id": "a"})] * 20
    path = str(tmp_path / "x.shp")
    written = write_shapefile(
        path, rows, columns, wkt(32648), "UTF-8", Counter(), max_bytes=1000
    )
    with pytest.raises(MrifeError, match="would exceed 2 GB"):
        list(written)
    assert list(tmp_path.iterdir()) == []


def test_numbers_that_dbase_has_no_room_for_are_empty(tmp_path):
    columns = [same(name, "real", 0, name) for name in ("p_mean", "own")]
    numbers = [0.5, -1e17, 3.4028234663852886e38, -1.7976931348623157e308, math.inf]
    rows = [(wkb.dumps(box(0, 0, 1, 1)), {"p_mean": n, "own": n}) for n in numbers]
    notes = Counter()
    path = str(tmp_path / "x.shp")
    list(write_shapefile(path, rows, columns, wkt(32648), "UTF-8", notes))
    for name in ("p_mean", "own"):
        found = [values[name] for _, values in read(path)]
        assert found == [0.5, -1e17, None, None, None]
    assert notes["large"] == 6
