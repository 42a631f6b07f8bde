# SPDX-License-Identifier: GPL-2.0-or-later
"""mrife:export: what is exported, what it refuses, and that nothing half written stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from delivered import SQUARE, area, read, write_inventory
from osgeo import ogr
from running import left, refused

pytest.importorskip("qgis.core")
RELICT = Path(__file__).resolve().parents[3] / "shared" / "data" / "relict-polygons"


def test_only_reviewed(run, inventory, folder, tmp_path):
    result = run(
        "export",
        {"INPUT": inventory, "ONLY_REVIEWED": True, "OUTPUT": str(folder / "x.shp")},
    )
    assert result["COUNT"] == 1 and "Nobody has confirmed" not in run.log
    run("export", {"INPUT": inventory, "OUTPUT": str(folder / "x.shp")})
    assert "Nobody has confirmed 1 of the polygons" in run.log
    bare = tmp_path / "bare.geojson"
    bare.write_text('{"type":"FeatureCollection","features":[]}')
    assert "no polygons" in refused(
        run, "export", {"INPUT": str(bare), "OUTPUT": str(folder / "y.shp")}
    )


def test_a_single_polygon_is_counted_as_one(run, tmp_path, folder):
    values = {"ls_id": "a", "p_mean": 0.5, "usgs_conf": 8, "status": "candidate"}
    path = write_inventory(tmp_path / "one.gpkg", [(SQUARE.format(x=0, e=100), values)])
    given = {"INPUT": path, "TARGET": "usgs", "OUTPUT": str(folder / "x.gpkg")}
    run("export", given)
    assert "Nobody has confirmed 1 of the polygons" in run.log
    assert "confidence of 1 unconfirmed" in run.log


def test_refusals(run, inventory, folder):
    assert (
        "'x.shp' does not fit the target kml; its name must end in .kml / .kmz"
        in refused(
            run,
            "export",
            {"INPUT": inventory, "TARGET": "kml", "OUTPUT": str(folder / "x.shp")},
        )
    )
    assert "is one of the inputs" in refused(
        run, "export", {"INPUT": inventory, "TARGET": "usgs", "OUTPUT": inventory}
    )
    assert "does not exist" in refused(
        run, "export", {"INPUT": inventory, "OUTPUT": str(folder / "no" / "x.shp")}
    )
    run(
        "export",
        {"INPUT": inventory, "TARGET": "usgs", "OUTPUT": str(folder / "plain.gpkg")},
    )
    assert "has no field 'status'" in refused(
        run,
        "export",
        {
            "INPUT": str(folder / "plain.gpkg"),
            "ONLY_REVIEWED": True,
            "OUTPUT": str(folder / "x.shp"),
        },
    )
    assert left(folder) == {"plain.gpkg"}


def test_a_temporary_output_gets_the_right_extension(run, inventory):
    assert run(
        "export", {"INPUT": inventory, "TARGET": "china", "OUTPUT": "TEMPORARY_OUTPUT"}
    )["OUTPUT"].endswith(".gpkg")


@pytest.mark.parametrize("share", [60, 80])  # among the rows, at the last of them
def test_cancelled_leaves_nothing_and_an_old_file_stays(run, inventory, folder, share):
    from qgis.core import QgsProcessingFeedback

    path = folder / "x.shp"
    run("export", {"INPUT": inventory, "OUTPUT": str(path)})
    (folder / "x.sbn").write_text("an index of what was there")
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    feedback = QgsProcessingFeedback(False)
    feedback.progressChanged.connect(
        lambda value: feedback.cancel() if value > share else None
    )
    assert (
        run(
            "export",
            {"INPUT": inventory, "LANGUAGE": "zh", "OUTPUT": str(path)},
            feedback,
        )
        == {}
    )
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    run("export", {"INPUT": inventory, "LANGUAGE": "zh", "OUTPUT": str(path)})
    assert (
        left(folder) == set(before) - {"x.sbn"} and read(path)[0][1]["status"] == "确认"
    )


def test_invalid_outlines_are_repaired(run, tmp_path, folder):
    bow = "POLYGON ((0 0,100 100,100 0,0 100,0 0))"
    inventory = write_inventory(
        tmp_path / "bow.gpkg", [(bow, {"ls_id": "bow"}), (SQUARE.format(x=0, e=9), {})]
    )
    assert (
        run("export", {"INPUT": inventory, "OUTPUT": str(folder / "x.shp")})["COUNT"] == 2
    )
    geometry = read(folder / "x.shp")[0][0]
    assert (
        geometry.IsValid()
        and geometry.GetArea() == pytest.approx(5000)
        and "1 invalid outlines" in run.log
    )


@pytest.mark.parametrize("target, name", [("shapefile", "x.shp"), ("kml", "x.kml")])
def test_areas_of_other_outlines_are_said(run, folder, target, name):
    """One split by hand since it was measured; one measured on the map's plane; none."""
    values = [{"area_m2": 20000.0}, {"area_m2": 10050.0}, {}]
    outlines = [SQUARE.format(x=x, e=x + 100) for x in (0, 200, 400)]
    inventory = write_inventory(folder / "in.gpkg", list(zip(outlines, values)))
    run("export", {"INPUT": inventory, "TARGET": target, "OUTPUT": str(folder / name)})
    assert "area_m2 of 1 polygons holds the area of another outline" in run.log


def test_processing_does_not_stop_at_an_invalid_outline(run, tmp_path, folder):
    import processing
    from qgis.core import QgsFeatureRequest, QgsProcessingContext

    bow = write_inventory(
        tmp_path / "bow.gpkg",
        [("POLYGON ((0 0,100 100,100 0,0 100,0 0))", {"ls_id": "bow"})],
    )
    context = QgsProcessingContext()
    context.setInvalidGeometryCheck(
        QgsFeatureRequest.InvalidGeometryCheck.GeometryAbortOnInvalid
    )  # QGIS's default
    found = processing.run(
        "mrife:export", {"INPUT": bow, "OUTPUT": str(folder / "x.shp")}, context=context
    )
    assert found["COUNT"] == 1


@pytest.mark.skipif(not RELICT.is_dir(), reason="no relict polygons beside this checkout")
@pytest.mark.parametrize(
    "target, suffix",
    [
        ("shapefile", ".shp"),
        ("kml", ".kml"),
        ("slido", ".gpkg"),
        ("inspire", ".gml"),
        ("china", ".gpkg"),
    ],
)
def test_real_outlines_pass_without_loss(run, folder, target, suffix):
    source = next(RELICT.glob("*.geojson"))
    result = run(
        "export",
        {"INPUT": str(source), "TARGET": target, "OUTPUT": str(folder / f"x{suffix}")},
    )
    before = sum(area(geometry.MakeValid(), 32723) for geometry, _ in read(source))
    opened = ogr.Open(str(folder / f"x{suffix}"))
    after = [feature.GetGeometryRef().Clone() for layer in opened for feature in layer]
    assert result["COUNT"] == len(after) == 276 and all(
        geometry.IsValid() for geometry in after
    )
    if target in ("kml", "inspire"):
        total = sum(area(g, 4326) for g in after)
    else:
        total = sum(area(g, 32723) for g in after)
    assert total == pytest.approx(before, rel=1e-3)
