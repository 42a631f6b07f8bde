# SPDX-License-Identifier: GPL-2.0-or-later
"""mrife:merge through the registry: layers of any CRS and schema in, one inventory and
the conflicts out.
"""

from __future__ import annotations

import math
import os
from pathlib import Path

import numpy as np
import pytest
from delivered import read
from looks import labels
from running import left, refused
from shapely.geometry import box

pytest.importorskip("qgis.core")

SHARED = Path(
    os.environ.get("MRIFE_SHARED", Path(__file__).resolve().parents[3] / "shared")
)
RELICT = (
    SHARED
    / "data"
    / "relict-polygons"
    / "serra_do_mar_relict_landslides_epsg32723.geojson"
)
X, Y = 500000.0, 3000000.0


def memory(rows, fields, epsg=32647, name="layer", encoding="utf-8"):
    """A layer of memory from (shape or WKT, attributes)."""
    from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

    layer = QgsVectorLayer(
        f"MultiPolygon?crs=EPSG:{epsg}&" + "&".join(f"field={field}" for field in fields),
        name,
        "memory",
    )
    features = []
    for shape, values in rows:
        feature = QgsFeature(layer.fields())
        geometry = QgsGeometry.fromWkt(shape if isinstance(shape, str) else shape.wkt)
        geometry.convertToMultiType()
        feature.setGeometry(geometry)
        feature.setAttributes(list(values))
        features.append(feature)
    assert layer.dataProvider().addFeatures(features)[0]
    return layer


def saved(layer, path, driver="GPKG", encoding="UTF-8", epsg=None):
    from qgis.core import QgsCoordinateReferenceSystem as Crs
    from qgis.core import (
        QgsCoordinateTransform,
        QgsCoordinateTransformContext,
        QgsVectorFileWriter,
    )

    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.fileEncoding = driver, encoding
    if epsg:
        options.ct = QgsCoordinateTransform(
            layer.crs(), Crs(f"EPSG:{epsg}"), QgsCoordinateTransformContext()
        )
    QgsVectorFileWriter.writeAsVectorFormatV3(
        layer, str(path), QgsCoordinateTransformContext(), options
    )
    return str(path)


def square(x, y, side=100.0):
    return box(X + x, Y + y, X + x + side, Y + y + side)


def candidates(*squares, epsg=32647, **more):
    fields = [
        "ls_id:string(24)",
        "p_mean:double",
        "edge:integer",
        "sheet:string(24)",
        "fid:integer",
    ]
    return memory(
        [
            (s, (f"c{i}", 0.7, 0, more.get("sheet", "s"), 1))
            for i, s in enumerate(squares)
        ],
        fields,
        epsg,
    )


@pytest.fixture
def opened():
    from qgis.core import QgsVectorLayer

    def opener(path):
        layer = QgsVectorLayer(str(path), "result", "ogr")
        assert layer.isValid()
        return layer, list(layer.getFeatures())

    return opener


def test_the_existing_inventory_comes_out_byte_for_byte(run, tmp_path, opened):
    from qgis.core import NULL, QgsVectorLayer
    from qgis.PyQt.QtCore import QDate

    fields = [
        "NAME:string(80)",
        "surveyed:date",
        "EDGE:string(10)",
        "area_m2:integer",
        "depth:double",
        "remarks:string(10)",
    ]
    rows = [
        (square(0, 0), ("老滑坡", QDate(2009, 5, 1), "no", 7, 3.25, "x")),
        (square(0.123456789, 500.987654321), ("b", NULL, NULL, NULL, NULL, NULL)),
        (
            "MultiPolygon(((500900 3000000, 501000 3000000, 501000 3000100, 500900 "
            "3000000)),((501100 3000000, 501200 3000000, 501200 3000100, 501100 "
            "3000000)))",
            ("c", NULL, "yes", 5, 1.5, "z"),
        ),
    ]
    old = saved(memory(rows, fields), tmp_path / "已有.gpkg")
    out, clash = tmp_path / "out 结果.gpkg", tmp_path / "clash.gpkg"
    result = run(
        "merge",
        {
            "INPUTS": [candidates(square(5, 5), square(0, 500, 40), square(3000, 0))],
            "EXISTING": old,
            "OUTPUT": str(out),
            "CONFLICTS": str(clash),
        },
    )
    assert {
        key: result[key] for key in ("COUNT", "NEW", "KNOWN", "MODIFIED", "CONFLICTS_N")
    } == {"COUNT": 4, "NEW": 1, "KNOWN": 1, "MODIFIED": 1, "CONFLICTS_N": 1}
    before = list(QgsVectorLayer(old, "old", "ogr").getFeatures())
    layer, after = opened(out)
    for a, b in zip(before, after):
        assert bytes(a.geometry().asWkb()) == bytes(b.geometry().asWkb())
        for name in ("fid", "NAME", "surveyed", "EDGE", "depth", "remarks"):
            assert (
                a[name] == b[name if name in layer.fields().names() else name.lower()]
            ), name
        assert (a["area_m2"] == b["area_m2"]) or (
            a["area_m2"] == NULL and b["area_m2"] == NULL
        )
    assert [f["inv_rel"] for f in after] == ["known", "modified", NULL, "new"]
    assert [f["ls_id"] for f in after] == ["1", "2", "3", "c2"] and after[3][
        "status"
    ] == "candidate"
    assert "edge" in layer.fields().names() and after[3]["edge"] == "0"
    (conflict,) = opened(clash)[1]
    assert (conflict["conflict"], conflict["with_ids"], conflict["inv_id"]) == (
        "modified",
        "2",
        "2",
    )
    assert "1 are new and 1 known" in run.log
    assert "decide: differs from an existing outline (1)." in run.log


@pytest.mark.parametrize(
    "kind, numbers",
    [
        ("string", ("A-1", "A-2")),
        ("double", (1.5, 2.0)),
        ("integer", (7, 7)),
        ("integer", (-5, 9)),  # which QGIS takes for one that is not saved
        ("integer", (7, 9)),
    ],
)
def test_row_numbers_of_an_inventory_are_kept_where_a_geopackage_takes_them(
    run, tmp_path, opened, kind, numbers
):
    old = memory(
        [(square(0, 0), numbers[:1]), (square(500, 0), numbers[1:])], [f"FID:{kind}"]
    )
    run(
        "merge",
        {
            "INPUTS": [candidates(square(900, 0))],
            "EXISTING": old,
            "OUTPUT": str(tmp_path / "out.gpkg"),
        },
    )
    layer, found = opened(tmp_path / "out.gpkg")
    own = "fid_own" if "fid_own" in layer.fields().names() else "fid"
    assert tuple(feature[own] for feature in found[:2]) == numbers and len(found) == 3
    assert [feature.id() for feature in found] == (
        [7, 9, 10] if numbers == (7, 9) else [1, 2, 3]
    )


def test_what_nothing_matches_may_be_left_out_and_identifiers_chosen(
    run, tmp_path, opened
):
    old = memory(
        [(square(0, 0), ("A", 9)), (square(500, 0), ("B", 9))],
        ["编号:string(10)", "id:integer"],
    )
    given = {
        "INPUTS": [candidates(square(5, 5))],
        "EXISTING": old,
        "OUTPUT": str(tmp_path / "out.gpkg"),
    }
    assert run("merge", {**given, "KEEP": False})["COUNT"] == 1
    assert "编号" in run.log  # id is 9 everywhere
    assert "1 existing polygons that nothing matches are left out." in run.log
    assert "All existing polygons stay" not in run.log
    assert opened(tmp_path / "out.gpkg")[1][0]["inv_id"] == "A"
    run("merge", {**given, "ID_FIELD": "id"})
    assert [f["inv_id"] for f in opened(tmp_path / "out.gpkg")[1]][:1] == ["9"]


@pytest.mark.parametrize("name", ["编号", "code"])
def test_a_number_of_the_row_names_a_landslide_only_where_nothing_else_does(
    run, tmp_path, opened, name
):
    """A GeoPackage shows its fid as a field, which differs on all polygons."""
    rows = [(square(0, 0), ("HX007", 71)), (square(500, 0), ("HX009", 72))]
    old = saved(memory(rows, [f"{name}:string(10)", "OBJECTID:integer"]), tmp_path / "old.gpkg")
    given = {"INPUTS": [candidates(square(5, 5))], "OUTPUT": str(tmp_path / "out.gpkg")}
    run("merge", {**given, "EXISTING": old})
    assert f"Identifiers of the existing inventory: {name}." in run.log
    found = opened(tmp_path / "out.gpkg")[1]
    assert [feature["ls_id"] for feature in found[:2]] == ["HX007", "HX009"]
    bare = saved(memory([(square(0, 0), ())], []), tmp_path / "bare.gpkg")
    run("merge", {**given, "EXISTING": bare})
    assert "Identifiers of the existing inventory: fid." in run.log


def test_sheets_of_other_systems_and_encodings(run, tmp_path, opened):
    """Two halves of a slide, one in the next Gauss-Kruger zone; a GBK Shapefile as
    inventory.
    """
    from qgis.core import QgsVectorLayer

    fields = ["edge:integer", "sheet:string", "p_mean:double", "gsd_m:double"]
    west = memory([(square(-100, 0), (1, "西", 0.6, 1.0))], fields)
    east = memory([(square(0, 0), (1, "东", 0.8, 1.0))], fields)
    east = QgsVectorLayer(saved(east, tmp_path / "east.gpkg", epsg=4490), "东", "ogr")
    west = QgsVectorLayer(saved(west, tmp_path / "west.gpkg", epsg=4544), "西", "ogr")
    bow = f"MultiPolygon((({X + 900} {Y}, {X + 1000} {Y + 100}, {X + 1000} {Y}, {X + 900} {Y + 100}, {X + 900} {Y})))"
    old = saved(
        memory([(bow, ("黄土滑坡",))], ["名称:string(20)"]),
        tmp_path / "旧.shp",
        "ESRI Shapefile",
        "GBK",
    )
    (tmp_path / "旧.cpg").unlink()  # as in 2009
    result = run(
        "merge",
        {"INPUTS": [west, east], "EXISTING": old, "OUTPUT": str(tmp_path / "out.gpkg")},
    )
    assert (
        result["UNITED"] == 1
        and result["COUNT"] == 2
        and "1 invalid polygons were repaired" in run.log
    )
    layer, (kept, found) = opened(tmp_path / "out.gpkg")
    assert layer.crs().authid() == "EPSG:32647" and kept["名称"] == "黄土滑坡"
    assert all(f.geometry().isGeosValid() for f in (kept, found))
    assert found["area_m2"] == pytest.approx(20000 / 0.9996**2, rel=1e-3)
    assert found["p_mean"] == pytest.approx(0.7, abs=0.01)
    assert (
        found.geometry().constGet().partCount() == 1
        and found.geometry().constGet().nCoordinates() < 12
    )
    assert (
        run(
            "merge",
            {
                "INPUTS": [west, east],
                "CRS": "EPSG:4490",
                "OUTPUT": str(tmp_path / "deg.gpkg"),
            },
        )["UNITED"]
        == 1
    )
    assert opened(tmp_path / "deg.gpkg")[0].crs().authid() == "EPSG:4490"


def test_rejected_polygons_stay_away(run, tmp_path):
    rejected = memory(
        [(square(3, 3), ("r1", "terrace", 0.65))],
        ["ls_id:string", "rej_why:string", "p_mean:double"],
    )
    given = {
        "INPUTS": [candidates(square(0, 0))],
        "REJECTED": rejected,
        "OUTPUT": str(tmp_path / "out.gpkg"),
    }
    assert run("merge", given)["SUPPRESSED"] == 1
    assert run("merge", {**given, "RISE": 0.04})["NEW"] == 1


def test_terrain_of_what_is_put_together_needs_an_elevation_model(run, tmp_path, opened):
    import numpy as np
    from qgis.core import NULL
    from samples import write_raster

    dem = write_raster(
        tmp_path / "dem.tif",
        np.add.outer(np.arange(200.0), np.zeros(400)).astype("float32"),
        (X - 400, 2.0, 0, Y + 200, 0, -2.0),
    )
    fields = ["edge:integer", "sheet:string", "z_max:double"]
    halves = [
        memory([(square(x, 0), (1, name, 99.0))], fields)
        for x, name in ((-100, "a"), (0, "b"))
    ]
    given = {"INPUTS": halves, "OUTPUT": str(tmp_path / "out.gpkg")}
    run("merge", given)
    assert opened(tmp_path / "out.gpkg")[1][0]["z_max"] == NULL
    run("merge", {**given, "DEM": dem})
    (found,) = opened(tmp_path / "out.gpkg")[1]
    assert found["z_max"] - found["z_min"] == pytest.approx(49, abs=2) and found[
        "azim_deg"
    ] == pytest.approx(0, abs=1)
    run("merge", {**given, "DEM": dem, "DEM_UNIT": "feet"})
    (in_feet,) = opened(tmp_path / "out.gpkg")[1]
    assert in_feet["z_max"] == pytest.approx(0.3048 * found["z_max"], abs=0.1)


@pytest.mark.skipif(not RELICT.exists(), reason=f"no real outlines at {RELICT}")
def test_276_real_outlines_pass_without_a_loss(run, tmp_path, opened):
    out = tmp_path / "out.gpkg"
    for given in (
        {"INPUTS": [str(RELICT)]},
        {"INPUTS": [str(RELICT)], "EXISTING": str(RELICT)},
    ):
        result = run(
            "merge",
            {**given, "OUTPUT": str(out), "CONFLICTS": str(tmp_path / "clash.gpkg")},
        )
        features = opened(out)[1]
        assert result["COUNT"] == len(features) == 276 and result["CONFLICTS_N"] == 0
        assert all(f.geometry().isGeosValid() for f in features)
    assert result["KNOWN"] == 276


@pytest.mark.parametrize(
    "change, words",
    [
        ({"INPUTS": []}, "Candidate layers"),
        ({"INPUTS": ["/no/such.gpkg"]}, "such.gpkg"),
        ({"IOU": 1.5}, "between 0 and 1"),
        ({"EXISTING": "/no/such.gpkg"}, "such.gpkg"),
        ({"CRS": "EPSG:nothing"}, "nothing"),
        ({"ID_FIELD": "naught"}, "naught"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_written(run, tmp_path, change, words):
    given = {
        "INPUTS": [candidates(square(0, 0))],
        "OUTPUT": str(tmp_path / "out.gpkg"),
        "EXISTING": candidates(square(0, 0)),
        **change,
    }
    assert words in refused(run, "merge", given)
    assert left(tmp_path) == set()


def test_conflicts_are_drawn_by_their_reason(provider, run):
    from mrife.algorithms.layers.classes import show_conflicts
    from mrife.algorithms.layers.styles import with_style

    layer = memory(
        [(square(0, 0), ("split", None, None, None))],
        ["conflict:string(10)", "with_ids:string", "conf_old:double", "resolve:string"],
    )
    with_style(show_conflicts)(layer)
    words = labels(layer, "conflict")
    (heading,) = layer.renderer().rootRule().children()
    rules = heading.children()
    assert heading.label() == "Conflict"
    assert [rule.label() for rule in rules] == list(words.values())
    assert [rule.filterExpression() for rule in rules] == [
        f"\"conflict\" = '{reason}'" for reason in words
    ]
    colours = {rule.symbol().symbolLayers()[-1].strokeColor().name() for rule in rules}
    assert len(colours) == 7
    assert words["split"] == "one of several in an existing outline"
    assert labels(layer, "resolve")["replace"] == "takes its place"


def test_a_decided_conflict_is_taken_up(run, tmp_path, opened):
    """A person corrects the outline of a conflict and says that it takes the place of the
    existing one.
    """
    from qgis.core import NULL, QgsGeometry, QgsVectorLayer

    fields = ["name:string", "movement:string", "area_m2:double"]
    old = [(square(0, 0), ("a", NULL, 10000.0)), (square(500, 0), ("b", "flow", 1e4))]
    person = memory(
        [
            (square(0, 0), ("confirmed", "auto", "fall", "Li", "2026-03-04")),
            (square(500, 0), ("confirmed", "auto", "fall", "Li", "2026-03-04")),
        ],
        ["status:string", "method:string", "movement:string"]
        + ["reviewer:string", "rev_date:date"],
    )
    first, clash = tmp_path / "first.gpkg", tmp_path / "clash.gpkg"
    given = {
        "INPUTS": [candidates(square(0, 0, 40)), person],
        "EXISTING": memory(old, fields),
        "OUTPUT": str(first),
        "CONFLICTS": str(clash),
        "ID_FIELD": "name",
    }
    result = run("merge", given)
    assert [result[key] for key in ("COUNT", "KNOWN", "CONFLICTS_N")] == [2, 2, 2]
    assert "Movement (1)" in run.log and "2 of 2 existing" in run.log
    one, two = opened(first)[1]
    recorded = (one["movement"], one["reviewer"], one["status"])
    assert recorded == ("fall", "Li", "confirmed")
    assert one["rev_date"].toString("yyyy-MM-dd") == "2026-03-04"
    assert (two["movement"], two["inv_rel"], two["inv_iou"]) == ("flow", "known", 1.0)
    layer = QgsVectorLayer(str(clash), "clash", "ogr")
    assert layer.startEditing()
    conflicts = {feature["conflict"]: feature for feature in layer.getFeatures()}
    assert {f["resolve"] for f in conflicts.values()} == {NULL}
    corrected = QgsGeometry.fromWkt(square(10, 10, 60).wkt)
    corrected.convertToMultiType()
    index = layer.fields().lookupField("resolve")
    for reason, word in (("modified", "替换已有轮廓"), ("attributes", "keep")):
        assert layer.changeAttributeValue(conflicts[reason].id(), index, word)
    assert layer.changeGeometry(conflicts["modified"].id(), corrected)
    assert layer.commitChanges()
    again = tmp_path / "again.gpkg"
    result = run(
        "merge",
        {
            "INPUTS": [layer, candidates(square(0, 0, 40)), person],
            "EXISTING": str(first),
            "ID_FIELD": "name",
            "OUTPUT": str(again),
            "CONFLICTS": str(tmp_path / "rest.gpkg"),
        },
    )
    assert "1 existing outlines stay, 1 are replaced" in run.log
    found, features = opened(again)
    assert not {"resolve", "conflict", "with_ids"} & set(found.fields().names())
    assert [f["name"] for f in features] == ["a", "b"]
    assert features[0].geometry().area() == pytest.approx(3600)
    assert features[0]["area_m2"] == pytest.approx(3600 / 0.9996**2, rel=1e-3)
    assert (features[0]["movement"], features[0]["status"]) == ("fall", "modified")
    rest = {f["conflict"]: f["resolve"] for f in opened(tmp_path / "rest.gpkg")[1]}
    assert rest["attributes"] == "keep"


def test_relations_are_those_of_this_merge(run, tmp_path, opened):
    """The second season takes the first one's result as the existing inventory; a field
    that only has the name of a relation is somebody's own.
    """
    from qgis.core import NULL

    first, second = tmp_path / "first.gpkg", tmp_path / "second.gpkg"
    old = memory([(square(0, 0), ("A",)), (square(500, 0), ("B",))], ["INV_ID:string(9)"])
    found = candidates(square(5, 5), square(900, 0))
    run("merge", {"INPUTS": [found], "EXISTING": old, "OUTPUT": str(first)})
    names = ("inv_rel", "inv_id")
    rows = [tuple(f[name] for name in names) for f in opened(first)[1]]
    assert rows == [("known", "A"), (NULL, "B"), ("new", NULL)]
    found = candidates(square(500, 5), square(1500, 0))
    run("merge", {"INPUTS": [found], "EXISTING": str(first), "OUTPUT": str(second)})
    rows = [tuple(f[name] for name in names) for f in opened(second)[1]]
    assert rows == [(NULL, "A"), ("known", "B"), (NULL, NULL), ("new", NULL)]
    conflicts = [(square(2000, 0), ("add",)), (square(500, 10), ("",))]
    decided = memory(conflicts, ["resolve:string"])  # in part
    third = tmp_path / "third.gpkg"  # no season of its own: what the second said stays
    run("merge", {"INPUTS": [decided], "EXISTING": str(second), "OUTPUT": str(third)})
    assert [tuple(f[name] for name in names) for f in opened(third)[1]][:4] == rows


def test_relations_by_long_identifiers_are_those_of_this_merge(run, tmp_path, opened):
    """Of which the field holds the beginning."""
    from qgis.core import NULL

    first, second = tmp_path / "first.gpkg", tmp_path / "second.gpkg"
    old = [(square(500 * i, 0), (f"{i} {'x' * 50}",)) for i in range(2)]
    given = {"EXISTING": memory(old, ["name:string"]), "ID_FIELD": "name"}
    run("merge", {"INPUTS": [candidates(square(5, 5))], **given, "OUTPUT": str(first)})
    given["EXISTING"] = str(first)
    run("merge", {"INPUTS": [candidates(square(500, 5))], **given, "OUTPUT": str(second)})
    names = [feature["inv_id"] for feature in opened(second)[1]]
    assert names == [NULL, f"1 {'x' * 38}"]


def test_rejected_candidates_are_counted(run, tmp_path):
    person = [
        (square(0, 0), ("rejected", "road")),
        (square(500, 0), ("confirmed", "")),
        (square(505, 5), ("rejected", "field")),
    ]
    layers = [memory([row], ["status:string", "rej_why:string"]) for row in person]
    given = {"INPUTS": layers, "OUTPUT": str(tmp_path / "out.gpkg")}
    result = run("merge", {**given, "CONFLICTS": str(tmp_path / "conflicts.gpkg")})
    assert "2 candidates of status rejected count as rejected polygons. What" in run.log
    assert (result["COUNT"], result["NEW"], result["CONFLICTS_N"]) == (1, 1, 1)
    assert "recorded otherwise than what stands (1)" in run.log


def test_the_order_of_review_is_one(run, tmp_path, opened):
    """An unreviewed list with one that was reviewed in part: neither's ranks are left."""
    from qgis.core import NULL, QgsExpression, QgsExpressionContext

    fields = ["status:string", "REV_RANK:integer", "p_mean:double", "area_m2:double"]
    rows = [("待审", 1, 0.5, 1e4), ("confirmed", 2, 0.9, 1e4), ("candidate", 3, 0.8, 1e4)]
    old = memory([(square(500 * i, 0), row) for i, row in enumerate(rows)], fields)
    new = memory([(square(0, 500), ("candidate", 1, 0.7, 1e4))], fields)
    out = tmp_path / "out.gpkg"
    run("merge", {"INPUTS": [new], "EXISTING": old, "OUTPUT": str(out)})
    layer, found = opened(out)
    assert [f["rev_rank"] for f in found] == [3, NULL, 1, 2]
    order = QgsExpression(layer.attributeTableConfig().sortExpression())
    context = QgsExpressionContext()
    keys = []
    for feature in found:
        context.setFeature(feature)
        keys.append(order.evaluate(context))
    assert keys.index(max(keys)) == 1 and sorted(keys)[:3] == [1, 2, 3]


def test_cancelling_leaves_nothing(run, tmp_path):
    from qgis.core import QgsProcessingFeedback

    feedback = QgsProcessingFeedback(False)
    feedback.cancel()
    run(
        "merge",
        {"INPUTS": [candidates(square(0, 0))], "OUTPUT": str(tmp_path / "out.gpkg")},
        feedback,
    )
    assert left(tmp_path) == set()


def test_four_sheets_vectorized_one_by_one_give_the_outline_of_the_mosaic(
    run, tmp_path, opened
):
    """Scenario 3: a slide across four sheets, with its outline within one pixel, and
    whatever the order.
    """
    import numpy as np
    from samples import write_raster
    from shapely import wkb

    y, x = np.mgrid[:200, :240]
    bearing = np.arctan2(y - 103, x - 117)
    probability = 1 / (
        1 + np.exp((np.hypot(y - 103, x - 117) / (45 + 9 * np.sin(3 * bearing)) - 1) * 6)
    )
    probability = probability.astype("float32")

    def vectorized(name, row, col, rows, cols):
        place = (X + 2.0 * col, 2.0, 0, Y - 2.0 * row, 0, -2.0)
        raster = write_raster(
            tmp_path / f"{name}.tif",
            probability[row : row + rows, col : col + cols],
            place,
        )
        return run(
            "vectorize",
            {"INPUT": raster, "SHEET": name, "OUTPUT": str(tmp_path / f"{name}.gpkg")},
        )["OUTPUT"]

    def outlines(path):
        return [
            wkb.loads(bytes(feature.geometry().asWkb())) for feature in opened(path)[1]
        ]

    (whole,) = outlines(vectorized("mosaic", 0, 0, 200, 240))
    sheets = [
        vectorized(f"s{row}{col}", row, col, 110, 130)
        for row in (0, 90)
        for col in (0, 110)
    ]
    results = []
    for order in (sheets, sheets[::-1], sheets[2:] + sheets[:2]):
        result = run("merge", {"INPUTS": order, "OUTPUT": str(tmp_path / "out.gpkg")})
        assert result["COUNT"] == result["UNITED"] == 1
        (feature,) = opened(tmp_path / "out.gpkg")[1]
        results.append(
            (bytes(feature.geometry().asWkb()), [v for v in feature.attributes() if v])
        )
    assert results[1:] == results[:1] * 2
    (united,) = outlines(tmp_path / "out.gpkg")
    assert feature["edge"] == 0 and not feature["flags"]
    assert whole.boundary.hausdorff_distance(united.boundary) < 2.0
    assert united.symmetric_difference(whole).area < 0.005 * whole.area


def test_an_inventory_in_which_a_person_drew_is_still_told_apart_by_its_identifiers(
    run, tmp_path, opened
):
    """What was drawn since has no ls_id. The conflicts of before name the others by it."""
    from qgis.core import NULL, QgsVectorLayer

    names = ["7", "b"]
    old = [(square(500 * i, 0), (name, NULL)) for i, name in enumerate(names)]
    fields = ["ls_id:string(24)", "status:string"]
    clash = str(tmp_path / "clash.gpkg")
    found = candidates(square(0, 0, 60), square(500, 0, 60))
    given = {"INPUTS": [found], "EXISTING": memory(old, fields), "OUTPUT": "memory:"}
    run("merge", {**given, "CONFLICTS": clash})
    layer = QgsVectorLayer(clash, "clash", "ogr")
    resolve = layer.fields().lookupField("resolve")
    words = {feature.id(): {resolve: "replace"} for feature in layer.getFeatures()}
    assert layer.dataProvider().changeAttributeValues(words)
    drawn = [(square(2000 + 200 * i, 0), (NULL, "confirmed")) for i in range(8)]
    again = str(tmp_path / "again.gpkg")
    given = {"INPUTS": [layer], "EXISTING": memory(old + drawn, fields), "OUTPUT": again}
    run("merge", given)
    assert "inventory: ls_id" in run.log and "2 are replaced" in run.log
    features = opened(again)[1]
    assert [f["ls_id"] for f in features] == [*names, *[NULL] * 8]
    areas = [round(f.geometry().area()) for f in features]
    assert areas == [3600, 3600, *[10000] * 8]


def test_numbers_that_stand_for_identifiers_are_no_other_polygons(provider):
    from mrife.algorithms.layers.merge_sources import names_of

    rows = [(square(200 * i, 0), (name,)) for i, name in enumerate(["3", "b", ""])]
    features = list(memory(rows, ["ls_id:string"]).getFeatures())
    assert [feature.id() for feature in features] == [1, 2, 3]
    assert list(names_of(features, "ls_id")) == ["3", "b", "3+"]
    assert list(names_of(features, None)) == ["1", "2", "3"]


def test_a_confidence_that_is_no_number_is_none(run, folder):
    confidences = [0.2, math.nan, 0.9, math.nan, 0.8]
    rows = [
        (box(X + 500 * i, Y, X + 500 * i + 200, Y + 200), [conf, 40000.0, "candidate"])
        for i, conf in enumerate(confidences)
    ]
    layer = memory(rows, ["conf:double", "area_m2:double", "status:string"])
    run("merge", {"INPUTS": [layer], "OUTPUT": str(folder / "merged.gpkg")})
    found = [values for _, values in read(folder / "merged.gpkg")]
    assert [values["rev_rank"] for values in found] == [3, 4, 1, 5, 2]
    run("export", {"INPUT": layer, "TARGET": "kml", "OUTPUT": str(folder / "x.kml")})
    assert ">nan<" not in (folder / "x.kml").read_text()


def test_what_crosses_180_degrees_is_merged_into_a_layer_in_degrees(run, folder):
    fields = ["ls_id:string"]
    layer = memory([(box(833000, 10000, 835000, 11000), ["a"])], fields, epsg=32660)
    existing = memory([(box(170, 1, 170.01, 1.01), ["e"])], fields, epsg=4326)
    given = {"INPUTS": [layer], "EXISTING": existing}
    run("merge", {**given, "OUTPUT": str(folder / "merged.gpkg")})
    widths = [
        np.ptp(geometry.GetEnvelope()[:2]) for geometry, _ in read(folder / "merged.gpkg")
    ]
    assert widths == pytest.approx([0.01, 0.018], abs=1e-4)


def test_words_of_an_inventory_that_are_no_status_are_said(run):
    """They stand for landslides."""
    old = memory([(square(0, 0), ("verworfen",))], ["status:string(20)"])
    run("merge", {"INPUTS": [candidates()], "EXISTING": old, "OUTPUT": "TEMPORARY_OUTPUT"})
    assert "holds words that are none of its vocabulary: 'verworfen' (1)" in run.log


def test_who_is_overruled_by_a_decision_is_named(run):
    fields = [f"{name}:string(24)" for name in ("ls_id", "status", "reviewer")]
    decided = [*fields, *(f"{name}:string(24)" for name in ("conflict", "with_ids", "resolve"))]
    row = ("a", "rejected", "Li", "attributes", "a", "reject")
    layers = [
        memory([(square(0, 0), ("a", "confirmed", "Wei"))], fields),
        memory([(square(0, 0), row)], decided),
    ]
    assert run("merge", {"INPUTS": layers, "OUTPUT": "TEMPORARY_OUTPUT"})["COUNT"] == 0
    assert "1 outlines that people have as landslides stay out" in run.log
    assert "a (Wei)." in run.log


def test_of_a_review_that_is_given_as_rejected_only_what_was_rejected_is(run):
    """What was confirmed there kept new candidates away, too."""
    fields = ["ls_id:string(24)", "status:string(20)"]
    rows = [(square(0, 0), ("a", "confirmed")), (square(500, 0), ("b", "Rejected"))]
    rows.append((square(1000, 0), ("c", None)))
    asked = {"INPUTS": [candidates(*(row[0] for row in rows))], "OUTPUT": "TEMPORARY_OUTPUT"}
    result = run("merge", {**asked, "REJECTED": memory(rows, fields)})
    assert (result["COUNT"], result["SUPPRESSED"]) == (1, 2)
    assert "1 polygons of 'layer' do not count as rejected" in run.log


def test_an_inventory_of_which_one_polygon_was_split_keeps_its_identifiers(run, opened, tmp_path):
    """QGIS copies the identifier to both pieces: all were called by the number of the row."""
    rows = [(square(500 * i, 0), (name,)) for i, name in enumerate("abcc")]
    old = saved(memory(rows, ["ls_id:string(24)"]), tmp_path / "old.gpkg")
    drawn = [(square(10, 10), ("a", "modified")), (square(1510, 10), ("x", "modified"))]
    drawn = memory(drawn, ["ls_id:string(24)", "status:string(11)"])
    asked = {"INPUTS": [drawn], "EXISTING": old, "OUTPUT": "TEMPORARY_OUTPUT"}
    clash = run("merge", {**asked, "CONFLICTS": str(tmp_path / "c.gpkg")})["CONFLICTS"]
    assert sorted(f["with_ids"] for f in opened(clash)[1]) == ["4", "a"]
