# SPDX-License-Identifier: GPL-2.0-or-later
"""mrife:export in the fields of SLIDO, USGS, IFFI, INSPIRE and the Chinese record form."""

from __future__ import annotations

import csv
from xml.etree import ElementTree

import pytest
from delivered import FULL, area, read, truth
from running import left

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
        "SLOPE": 22.5,
        "DIRECT": 0,
        "HS_HEIGHT": 10,
        "FAIL_DEPTH": 20,
        "DEEP_SHAL": "Deep",
        "AREA": pytest.approx(107639.104),
        "VOL": pytest.approx(2152782.083),
    }
    assert {name for name, value in bare.items() if value is not None} == {
        "UNIQUE_ID",
        "AREA",
    }
    assert "Not verified" in run.log and "MOVE_CODE" in run.log.split("Not verified")[1]
    assert "remarks" in run.log.split("without a place there")[1]


def test_usgs_iffi(run, inventory, folder):
    run("export", {"INPUT": inventory, "TARGET": "usgs", "OUTPUT": str(folder / "u")})
    full, bare = (values for _, values in read(folder / "u.gpkg"))
    assert full == {
        "USGS_ID": None,
        "SOURCE_ID": FULL["ls_id"],
        "CONFIDENCE": 8,
        "LS_TYPE": "rotational slide",
        "MATERIAL": "loess",
        "DATE_MIN": None,
        "DATE_MAX": None,
    }
    assert bare["CONFIDENCE"] == 3 and bare["LS_TYPE"] is None
    run(
        "export", {"INPUT": inventory, "TARGET": "iffi", "OUTPUT": str(folder / "i.gpkg")}
    )
    full = read(folder / "i.gpkg")[0][1]
    assert (full["TIPO_MOV"], full["STATO_ATT"], full["Q_CORONA"], full["AZIMUT"]) == (
        "scivolamento rotazionale",
        "relitto",
        1500,
        0,
    )


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


def test_china(run, inventory, folder):
    path = folder / "记录表.gpkg"
    run("export", {"INPUT": inventory, "TARGET": "china", "OUTPUT": str(path)})
    assert left(folder) == {"记录表.gpkg", "记录表.csv", "记录表.html"}
    values = read(path)[0][1]
    assert list(values) == [column.name for column in TABLES["china"]]
    assert (
        values["统一编号"],
        values["可靠程度"],
        values["形成年代"],
        values["规模"],
    ) == (FULL["ls_id"], "中", "古滑坡（全新世以前）", "小型")
    assert values["体积(10⁴m³)"] == pytest.approx(6.096) and values["经度"] == FULL["lon"]
    assert values["解译日期"] == "2026/11/24"
    assert (folder / "记录表.csv").read_bytes().startswith("\ufeff统一编号,".encode())
    with open(folder / "记录表.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert (
        len(rows) == 2
        and rows[1]["滑坡类型"] == ""
        and rows[1]["可靠程度"] == "低"
        and rows[0]["滑向(°)"] == "0.0"
    )
    page = (folder / "记录表.html").read_text(encoding="utf-8")
    assert page.count("<section>") == 2 and "旋转滑动" in page and "http" not in page
