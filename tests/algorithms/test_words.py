# SPDX-License-Identifier: GPL-2.0-or-later
"""Words of an inventory mean the same in every algorithm, whoever wrote them: stored
values, English or Chinese, capitals, blanks, the plugin's own Chinese Shapefile.
"""

from __future__ import annotations

import pytest
from delivered import write_inventory
from odd import SQUARE, geometry, write_layer
from running import refused

pytest.importorskip("qgis.core")
from qgis.core import QgsVectorLayer

STORED = ("confirmed", "modified", "rejected", "field_check", "candidate")


def layer(path, words, **more):
    rows = [
        (
            geometry(f"POLYGON {SQUARE.format(x=100 * number, e=100 * number + 40)}"),
            {"ls_id": f"w_{number}", "Status": word, **more},
        )
        for number, word in enumerate(words)
    ]
    return write_layer(path, rows)


def counts(run, path, folder):
    """What every algorithm that asks for words makes of a layer."""
    numbers = {}
    outputs = {"OUTPUT": str(folder / "o.html")}
    numbers["statistics"] = run("statistics", {"INPUT": path, **outputs})["COUNT"]
    for target in ("usgs", "slido"):
        delivery = str(folder / f"counted_{target}.gpkg")
        given = {"INPUT": path, "TARGET": target, "OUTPUT": delivery}
        numbers[target] = run("export", given)["COUNT"]
    given = {"INPUT": path, "ONLY_REVIEWED": True, "OUTPUT": str(folder / "o.kml")}
    numbers["reviewed"] = run("export", {**given, "TARGET": "kml"})["COUNT"]
    merged = str(folder / "merged.gpkg")
    numbers["merge"] = run("merge", {"INPUTS": [path], "OUTPUT": merged})["COUNT"]
    inventory = str(folder / "inventory.gpkg")
    applied = run("applyreview", {"INPUT": path, "INVENTORY": inventory})
    for name in ("CONFIRMED", "MODIFIED", "REJECTED_N", "FIELD_CHECK", "OPEN"):
        numbers[name] = applied[name]
    return numbers


@pytest.mark.parametrize(
    "words",
    [
        STORED,
        [word.upper() for word in STORED],
        ["Confirmed", " Modified ", "REJECTED", "Field check", "Candidate"],
        ["确认", "修改后确认", "剔除", "需野外核查", "待审"],
        ["已确认", "已修改", "已剔除", "野外核查", "待审查"],
        ["confirmed", "modified", "rejected", "Field-Check", ""],
    ],
)
def test_a_status_means_the_same_everywhere(run, tmp_path, words):
    path = layer(tmp_path / "words.gpkg", words)
    assert counts(run, path, tmp_path) == {
        "statistics": 4,
        "usgs": 4,
        "slido": 4,
        "reviewed": 2,
        "merge": 4,
        "CONFIRMED": 1,
        "MODIFIED": 1,
        "REJECTED_N": 1,
        "FIELD_CHECK": 1,
        "OPEN": 1,
    }


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
def test_our_own_chinese_shapefile_comes_back(run, tmp_path, encoding):
    """Also every other vocabulary: what the bodies get of them is the same."""
    stored = write_inventory(tmp_path / "stored.gpkg")
    chinese = str(tmp_path / "chinese.shp")
    run(
        "export",
        {
            "INPUT": stored,
            "TARGET": "shapefile",
            "LANGUAGE": "zh",
            "ENCODING": encoding,
            "OUTPUT": chinese,
        },
    )
    first = next(QgsVectorLayer(chinese, "c", "ogr").getFeatures())
    assert (first["status"], first["movement"]) == ("确认", "旋转滑动")
    assert counts(run, chinese, tmp_path) == counts(run, stored, tmp_path)
    for target in ("slido", "usgs", "iffi", "china", "shapefile"):
        rows = []
        for path in (stored, chinese):
            out = str(tmp_path / f"{target}.gpkg")
            if target == "shapefile":
                out = str(tmp_path / "again.shp")
            given = {"INPUT": path, "TARGET": target, "LANGUAGE": "en", "OUTPUT": out}
            run("export", given)
            table = QgsVectorLayer(out, target, "ogr")
            names = [n for n in table.fields().names() if n not in ("fid", "run_utc")]
            rows.append([[str(f[name]) for name in names] for f in table.getFeatures()])
        assert rows[0] == rows[1]


def test_what_is_none_of_the_words_is_said(run, tmp_path):
    words = ["done", "done", "confirmed"]
    path = layer(tmp_path / "words.gpkg", words, conf="very", material="peat")
    outputs = {"OUTPUT": str(tmp_path / "o.html")}
    assert run("statistics", {"INPUT": path, **outputs})["COUNT"] == 3
    sentence = "Field status of 'words' holds words that are none of its vocabulary"
    assert f"{sentence}: 'done' (2)" in run.log
    outputs = {"OUTPUT": str(tmp_path / "o.gpkg")}
    for name, given in (
        ("export", {"INPUT": path, "TARGET": "usgs"}),
        ("merge", {"INPUTS": path}),
        ("preparereview", {"INPUT": path}),
    ):
        given["OUTPUT"] = str(tmp_path / f"{name}.gpkg")
        run(name, given)
        assert f"{sentence}: 'done' (2)" in run.log
        assert "Field material of 'words' holds words" in run.log
        assert "Field conf of 'words' holds what is no number: 'very' (3)" in run.log
    given = {"INPUT": path, "INVENTORY": str(tmp_path / "i.gpkg")}
    assert "The field 'status' holds 'done'" in refused(run, "applyreview", given)
