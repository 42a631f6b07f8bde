# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare two runs, through the registry."""

from __future__ import annotations

import pytest

pytest.importorskip("qgis.core")
from odd import write_layer
from osgeo import ogr
from qgis.core import QgsVectorLayer
from running import refused

from models.__main__ import main


def layer(path, boxes, epsg=32647, **values):
    rows = []
    for place, (x, y, width, height) in enumerate(boxes):
        x, y = x + 500_000, y + 3_000_000
        ring = (
            f"{x} {y},{x + width} {y},{x + width} {y + height},{x} {y + height},{x} {y}"
        )
        rows.append((f"POLYGON (({ring}))", {"ls_id": f"{path.stem}{place}", **values}))
    return write_layer(path, rows, epsg, kind=ogr.wkbPolygon)


def test_a_datum_that_no_transformation_leads_from_is_said(run, tmp_path, capsys):
    """Xian 1980, on the meridian of UTM 47."""
    old = layer(tmp_path / "a.gpkg", [(33_000_000, 0, 100, 100)], 2357)
    new = layer(tmp_path / "b.gpkg", [(0, 0, 100, 100)])
    places = {"OUTPUT": str(tmp_path / "o.gpkg")}
    run("compare", {"EARLIER": old, "LATER": new, **places})
    doubt = "PROJ knows no transformation between the datums of 'a'"
    assert doubt in run.log
    run("merge", {"INPUTS": [new], "EXISTING": old, "CRS": "EPSG:32647", **places})
    assert doubt in run.log
    report = {"REPORT": str(tmp_path / "r.html")}
    run("evaluate", {"INPUT": new, "REFERENCE": old, **report})
    assert doubt in run.log
    changes = str(tmp_path / "line.gpkg")
    page = str(tmp_path / "line.html")
    for command in (
        ["compare", old, new, changes],
        ["evaluate", old, page, "--input", new],
    ):
        assert main(command) == 0
        assert doubt in capsys.readouterr().out
    run("compare", {"EARLIER": new, "LATER": new, **places})
    assert "PROJ knows" not in run.log


def test_all_of_the_later_run_and_what_it_lost(run, tmp_path):
    earlier = layer(tmp_path / "a.gpkg", [(0, 0, 100, 100), (300, 0, 100, 100)], OLD="x")
    later = layer(tmp_path / "b.gpkg", [(0, 0, 100, 95), (600, 0, 50, 100)], new="y")
    out = str(tmp_path / "o.gpkg")
    result = run("compare", {"EARLIER": earlier, "LATER": later, "OUTPUT": out})
    assert [result[n] for n in ("SAME", "CHANGED", "GAINED", "LOST")] == [1, 0, 1, 1]
    assert result["LOST_M2"] == pytest.approx(10_000, rel=2e-3)
    rows = {
        feature["ls_id"]: feature
        for feature in QgsVectorLayer(out, "o", "ogr").getFeatures()
    }
    changes = {name: feature["cmp_change"] for name, feature in rows.items()}
    assert changes == {"b0": "same", "b1": "gained", "a1": "lost"}
    assert rows["a1"]["old"] == "x" and rows["b0"]["new"] == "y"
    assert rows["b0"]["cmp_iou"] == pytest.approx(0.95, abs=1e-3)
    assert "1 the same, 0 changed, 1 gained, 1 lost." in run.log
    assert "No polygon of one run" not in run.log


def test_runs_that_have_nothing_in_common_are_said(run, tmp_path):
    earlier = layer(tmp_path / "a.gpkg", [(0, 0, 100, 100)])
    later = layer(tmp_path / "b.gpkg", [(9000, 0, 100, 100)])
    run("compare", {"EARLIER": earlier, "LATER": later, "OUTPUT": "memory:"})
    assert "No polygon of one run is in the other" in run.log


def test_runs_in_two_systems(run, tmp_path):
    """The same square in UTM 47 and in degrees."""
    from qgis.core import QgsProcessingContext  # noqa: F401

    utm = layer(tmp_path / "a.gpkg", [(0, 0, 1000, 1000)])
    degrees = str(tmp_path / "d.gpkg")
    run("export", {"INPUT": utm, "TARGET": "usgs", "OUTPUT": degrees})
    given = {"EARLIER": degrees, "LATER": utm, "OUTPUT": "memory:"}
    assert run("compare", given)["SAME"] == 1
    given = {"EARLIER": utm, "LATER": degrees, "OUTPUT": "memory:"}
    assert run("compare", given)["SAME"] == 1


def test_two_empty_layers_are_refused(run, tmp_path):
    empty = layer(tmp_path / "e.gpkg", [])
    given = {"EARLIER": empty, "LATER": empty, "OUTPUT": str(tmp_path / "o.gpkg")}
    assert "Neither layer holds a polygon" in refused(run, "compare", given)
    assert not (tmp_path / "o.gpkg").exists()
