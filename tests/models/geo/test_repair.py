# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever was drawn comes out valid, planar and with the area that was meant."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from osgeo import ogr
from shapely import wkb
from shapely.geometry import MultiPolygon, Polygon, box, shape

from models.geo.repair import areal, plain, polygon_from_wkb, repaired, sound
from models.inventory.export.shapefile_encoding import ANY_BYTES, guessed_encoding

REAL = Path(__file__).resolve().parents[4] / "shared/data/relict-polygons"
SQUARE = "((0 0,10 0,10 10,0 10,0 0))"
CASES = {  # WKT: area, number of parts, what was done
    f"POLYGON {SQUARE}": (100, 1, ()),
    "POLYGON ZM ((0 0 1 2,10 0 2 2,10 10 3 2,0 10 4 2,0 0 1 2))": (100, 1, ("height",)),
    "MULTIPOLYGON Z (((0 0 5,10 0 5,10 10 5,0 0 5)),((20 0 5,30 0 5,30 10 5,20 0 5)))": (
        100,
        2,
        ("height",),
    ),
    "POLYGON ((0 0,10 10,10 0,0 10,0 0))": (50, 2, ("crossing",)),  # bow tie
    "POLYGON ((0 0,10 0,10 10,10.1 10,10 10.1,10 9.9,0 10,0 0))": (
        99.5,
        1,
        ("crossing",),
    ),  # a slip at a corner
    "POLYGON ((0 0,10 0,10 10,5 10,5 15,5 10,0 10,0 0))": (
        100,
        1,
        ("crossing",),
    ),  # a spike
    "POLYGON ((0 0,10 0,10 10,0 10,0 0),(8 8,12 8,12 12,8 12,8 8))": (
        96,
        1,
        ("crossing",),
    ),  # a hole half outside
    "POLYGON ((0 0,10 0,10 10,0 10))": (100, 1, ("open",)),
    "POLYGON ((0 0,10 0,10 0,10 10,0 10,0 0))": (100, 1, ("duplicate",)),
    "POLYGON ((0 0,10 0,10 10,0 10,0 0),(1 1,2 2,1 1))": (100, 1, ("degenerate",)),
    f"MULTIPOLYGON ({SQUARE},((5 5,15 5,15 15,5 15,5 5)))": (175, 1, ("overlap",)),
    f"MULTIPOLYGON ({SQUARE},((10 0,20 0,20 10,10 10,10 0)))": (200, 1, ("overlap",)),
    f"MULTIPOLYGON ({SQUARE},((2 2,4 2,4 4,2 4,2 2)))": (100, 1, ("overlap",)),
    f"MULTIPOLYGON ({SQUARE},((3 30,4 30,3 30)))": (100, 1, ("degenerate",)),
    "CURVEPOLYGON (CIRCULARSTRING (10 0,0 10,-10 0,0 -10,10 0))": (
        math.pi * 100,
        1,
        ("curve",),
    ),
    f"GEOMETRYCOLLECTION (POINT (1 1),POLYGON {SQUARE},LINESTRING (0 0,1 1))": (
        100,
        1,
        (),
    ),
    "POLYGON ((0 0,1 1,2 2,0 0))": (None, 0, ("degenerate",)),
    "POLYGON ((0 0,10 0,0 0))": (None, 0, ("degenerate",)),
    "POLYGON EMPTY": (None, 0, ()),
}


def as_wkb(text: str) -> bytes:
    return bytes(ogr.CreateGeometryFromWkt(text).ExportToIsoWkb())


@pytest.mark.parametrize("text", CASES)
def test_known_faults(text):
    area, parts, done = CASES[text]
    found = repaired(as_wkb(text))
    assert found.done == done
    if area is None:
        assert found.polygon is None
        return
    assert found.polygon.is_valid and not found.polygon.has_z
    assert found.polygon.area == pytest.approx(area, rel=1e-3)
    assert len(getattr(found.polygon, "geoms", [found.polygon])) == parts
    assert found.changed == bool(set(done) - {"height", "duplicate"})


def test_what_is_sound_keeps_every_vertex():
    text = "POLYGON ((0.1 0.2,10 0,10 10,5 10,0 10,0.1 0.2),(1 1,1 2,2 2,1 1))"
    assert repaired(as_wkb(text)).polygon.equals_exact(wkb.loads(as_wkb(text)), 0)


@pytest.mark.parametrize("absurd", [math.nan, math.inf, -math.inf, 1.7e308, 1e13])
def test_vertices_that_lie_nowhere_are_dropped_and_said(absurd):
    square = as_wkb("POLYGON ((0 0,10 0,10 10,7 7,0 10,0 0))")
    data = square.replace(
        np.array([7.0, 7.0]).tobytes(), np.array([absurd, 7.0]).tobytes()
    )
    repair = repaired(data)
    assert repair.done == ("nowhere",) and repair.changed
    assert repair.polygon.is_valid and repair.polygon.area == pytest.approx(100)
    assert polygon_from_wkb(data).equals(repair.polygon) and sound(
        data
    ).area == pytest.approx(100)
    assert wkb.loads(plain(data)).area == pytest.approx(100)


@pytest.mark.parametrize(
    "text, area",
    [
        ("MULTISURFACE (((0 0,10 0,10 10,0 10,0 0)))", 100),
        ("CURVEPOLYGON ((0 0,10 0,10 10,0 10,0 0))", 100),
        (
            "MULTISURFACE (CURVEPOLYGON (CIRCULARSTRING (10 0,0 10,-10 0,0 -10,10 0)))",
            314,
        ),
        ("TIN (((0 0 1,10 0 1,10 10 2,0 0 1)),((0 0 1,10 10 2,0 10 1,0 0 1)))", 100),
        ("POLYHEDRALSURFACE (((0 0 1,10 0 1,10 10 2,0 10 1,0 0 1)))", 100),
        ("GEOMETRYCOLLECTION (POINT (1 1),POLYGON ((0 0,10 0,10 10,0 10,0 0)))", 100),
    ],
)
def test_all_that_has_a_surface_becomes_polygons_with_straight_sides(text, area):
    polygon = wkb.loads(plain(as_wkb(text)))
    assert polygon.geom_type in ("Polygon", "MultiPolygon")
    assert polygon.area == pytest.approx(area, rel=1e-3)
    assert polygon_from_wkb(as_wkb(text)).area == pytest.approx(area, rel=1e-3)


def test_what_is_plain_stays_to_the_last_byte():
    bow = as_wkb("POLYGON ((0 0,10 10,10 0,0 10,0 0))")
    assert plain(bow) == bow and not polygon_from_wkb(bow).is_valid
    assert sound(bow).area == pytest.approx(50)
    high = as_wkb("POLYGON Z ((0 0 5,10 0 5,10 10 5,0 0 5))")
    assert plain(high) == high and not polygon_from_wkb(high).has_z


@pytest.mark.parametrize(
    "data", [b"", b"nonsense", as_wkb("POINT (1 1)"), as_wkb("LINESTRING (0 0,1 1)")]
)
def test_no_surface_is_nothing(data):
    assert repaired(data).polygon is None
    assert polygon_from_wkb(data) is None and sound(data) is None and plain(data) == b""


@pytest.mark.parametrize("seed", range(30))
def test_any_scribble_comes_out_valid(seed):
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 8, (rng.integers(3, 15), 2)).astype(float)
    ring = ",".join(f"{x} {y}" for x, y in [*points, points[0]])
    found = repaired(as_wkb(f"POLYGON (({ring}))"))
    assert found.polygon is None or (found.polygon.is_valid and found.polygon.area > 0)
    again = repaired(wkb.dumps(found.polygon)) if found.polygon else found
    assert again.polygon is None or again.done == ()


def test_real_outlines_pass_unharmed():
    files = list(REAL.glob("*.geojson"))
    if not files:
        pytest.skip("no real outlines beside this checkout (shared/data/relict-polygons)")
    drawn = [
        shape(feature["geometry"])
        for feature in json.loads(files[0].read_text("utf-8"))["features"]
    ]
    found = [repaired(wkb.dumps(polygon)).polygon for polygon in drawn]
    assert len(found) == 276 and all(polygon.is_valid for polygon in found)
    assert all(
        a.area == pytest.approx(b.area, rel=1e-6)
        for a, b in zip(drawn, found)
        if a.is_valid
    )


def table(
    path: Path, codec: str, texts: list[str], name: str = "name", width: int = 12
) -> str:
    """A dBASE table as an old GIS wrote it, beside a .shp that is only named; its path."""
    head = (
        bytearray(32)
        + name.encode(codec).ljust(11, b"\0")
        + b"C"
        + bytes(4)
        + bytes([width])
        + bytes(15)
        + b"\r"
    )
    head[0], head[4:8] = 3, len(texts).to_bytes(4, "little")
    head[8:10], head[10:12] = (
        len(head).to_bytes(2, "little"),
        (width + 1).to_bytes(2, "little"),
    )
    body = b"".join(b" " + text.encode(codec)[:width].ljust(width) for text in texts)
    path.with_suffix(".dbf").write_bytes(bytes(head) + body + b"\x1a")
    return str(path)


@pytest.mark.parametrize(
    "codec, texts, expected",
    [
        (
            "gbk",
            ["老滑坡", "landslide", "巴东县信陵镇滑坡"],
            "GB18030",
        ),  # the last one cut amid a character
        ("utf-8", ["老滑坡", "巴东县信陵"], "UTF-8"),
        ("ascii", ["old slide"], None),
        ("latin-1", ["Éboulis", "Glissement né", "Erdrutsch Tönî"], ANY_BYTES),
        ("cp1251", ["оползень", "древний"], ANY_BYTES),
    ],
)
def test_the_encoding_of_old_tables(tmp_path, codec, texts, expected):
    assert guessed_encoding(table(tmp_path / "a.shp", codec, texts)) == expected


def test_chinese_field_names_say_it_too_and_a_cpg_has_the_last_word(tmp_path):
    path = table(tmp_path / "a.shp", "gbk", ["x"], "名称")
    assert guessed_encoding(path) == "GB18030"
    data = bytearray((tmp_path / "a.dbf").read_bytes())
    for page, expected in (
        (0x4D, "GB18030"),
        (0x57, "GB18030"),
        (0xC9, None),
    ):  # GBK, "ANSI", Cyrillic
        data[29] = page
        (tmp_path / "a.dbf").write_bytes(bytes(data))
        assert guessed_encoding(path) == expected
    page = tmp_path / "a.cpg"
    page.write_text("ISO-8859-1")
    assert guessed_encoding(path) is None
    for wrong in ("UTF-8", "utf8", "65001", "ascii"):  # what the bytes are not
        page.write_text(wrong)
        assert guessed_encoding(path) == "GB18030"
    for right in ("936", "GBK"):
        page.write_text(right)
        assert guessed_encoding(path) is None
    for unknown in ("ANSI 936", "what nobody knows"):
        page.write_text(unknown)
        assert guessed_encoding(path) == "GB18030"
    assert guessed_encoding(str(tmp_path / "b.shp")) is None


def test_threads_that_rounding_leaves_have_no_area():
    """One a millimetre wide stays: it is what somebody drew."""
    square = box(3e5, 3e6, 300100, 3000100)
    thread = Polygon([(3e5, 2.9e6), (300100, 2.9e6), (3e5, 2.9e6 + 1e-8)])
    narrow = box(4e5, 3e6, 400100, 3000000.001)
    assert areal(MultiPolygon([square, thread])).equals(square)
    assert areal(thread) is None
    assert areal(MultiPolygon([square, narrow])).area == square.area + narrow.area
