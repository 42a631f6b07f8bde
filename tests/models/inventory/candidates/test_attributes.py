# SPDX-License-Identifier: GPL-2.0-or-later
"""The fields of a polygon: frozen names, stable identifiers, numbers as they are
reported, doubts as flags.
"""

from __future__ import annotations

import hashlib
import re

import numpy as np
import pytest
from masks import trace_strips
from samples import wkt
from shapely.affinity import rotate
from shapely.geometry import LineString, Point, box

from models.errors import UnsuitableRaster
from models.geo.grid import Grid
from models.inference.levels import Strip
from models.inference.probability import Probability
from models.inference.probability_writer import ProbabilityWriter
from models.inventory.candidates.attributes import Inventory, flags
from models.inventory.candidates.batches import CandidateBatch, in_batches
from models.inventory.candidates.zonal import surroundings
from models.inventory.identity import Run, identifier, sheet, sheet_name
from models.inventory.language import CODES, Language
from models.inventory.morphometry.shape import road_like
from models.inventory.polygonize.polygonize import Candidate
from models.inventory.schema import ALL, BY_NAME, REVIEW, SIZE, TERRAIN

RUN = Run("mrife 1 0a1b2c3d", "H48E006012 ortho.tif")
SQUARE = box(500010, 3299900, 500110, 3300000)
COEFFICIENTS = (2.0, 0.0, 0.0, 0.0, 0.0)


def grid(epsg=32648, transform=(5e5, 1, 0, 3.3e6, 0, -1), size=200):
    return Grid(size, size, transform, wkt(epsg))


def probability(folder, where, levels=None):
    path = str(folder / "p.tif")
    with ProbabilityWriter(path, where) as writer:
        writer.write(
            Strip(
                0,
                np.full((where.height, where.width), 150, np.uint8)
                if levels is None
                else levels,
            )
        )
    return Probability(path)


def describe(inventory, batch, source):
    return inventory.describe(batch, surroundings(batch.polygons, source))


def described(folder, run=RUN, shape=SQUARE, **inventory):
    source = probability(folder, grid())
    batch = CandidateBatch([Candidate(shape)])
    return next(describe(Inventory(grid(), run, **inventory), batch, source))


def test_names_are_frozen_and_fit_a_shapefile():
    names = [field.name for field in ALL]
    assert len(set(names)) == len(names) == len(BY_NAME) == 71
    assert names[:10] == [
        "ls_id",
        "sheet",
        "src_img",
        "img_date",
        "gsd_m",
        "dem_src",
        "dem_res",
        "model_id",
        "run_utc",
        "method",
    ]
    for field in ALL:
        assert re.fullmatch("[a-z][a-z0-9_]{1,9}", field.name)
        assert field.kind in ("text", "real", "int", "date", "datetime")
        assert (field.length > 0) == (field.kind == "text")


def test_every_field_speaks_both_languages_and_its_values_fit():
    for field in ALL:
        assert field.description
        for value in field.choices:
            assert len(value) <= field.length if field.kind == "text" else int(value) >= 0
    for code in CODES:
        assert len({Language.of(code).label(field) for field in ALL}) == len(ALL)


def test_all_fields_are_there_and_people_s_are_left_to_people(tmp_path):
    values = described(tmp_path)
    assert list(values) == [field.name for field in ALL]
    assert values["status"] == "candidate" and values["method"] == "auto"
    people = [field.name for field in REVIEW if field.name != "status"]
    assert all(values[name] is None for name in people)
    unknown = [
        "conf",
        "conf_cls",
        "usgs_conf",
        "p_std",
        "excl_fr",
        "inv_id",
        *(f.name for f in (*TERRAIN, *SIZE)),
    ]
    assert all(values[name] is None for name in unknown)


def test_values_are_rounded_measures(tmp_path):
    values = described(tmp_path)
    assert (values["area_m2"], values["perim_m"]) == (10008.0, 400.2)
    assert (values["p_mean"], values["p_p90"], values["p_ctr"]) == (0.6, 0.6, 0.0)
    assert values["lw_meth"] == "mbr" and values["lw_ratio"] == pytest.approx(1, abs=0.01)
    assert values["model_id"] == RUN.model_id and values["src_img"] == RUN.src_img
    assert (
        values["edge"] == 1 and 0.6 < values["valid_fr"] < 0.9
    )  # its upper side is the raster's border


def test_what_the_run_says_stands_in_every_polygon(tmp_path):
    run = Run(
        "m", "a.tif", "H48E006012", "2019-04-30", 1.6, "2026-11-24T10:00:00", COEFFICIENTS
    )
    values = described(tmp_path, run)
    assert [values[name] for name in ("sheet", "img_date", "gsd_m", "run_utc")] == [
        "H48E006012",
        "2019-04-30",
        1.6,
        "2026-11-24T10:00:00",
    ]
    assert (values["conf"], values["conf_cls"], values["usgs_conf"]) == (0.881, "high", 3)


def test_a_polygon_of_several_images_says_which_it_comes_from(tmp_path):
    other = Run("mrife 1 0a1b2c3d", "other.tif", "H48E006013", gsd_m=0.5)
    values = described(tmp_path, run_of=lambda polygon: other)
    found = [values[name] for name in ("src_img", "sheet", "gsd_m")]
    assert found == ["other.tif", "H48E006013", 0.5]
    assert values["ls_id"].startswith("H48E006013_")


def test_the_share_under_masks_and_the_smallest_area_that_is_mapped(tmp_path):
    source = probability(tmp_path, grid())
    inventory = Inventory(grid(), RUN, min_area=5000.0)
    batch = CandidateBatch([Candidate(SQUARE, excluded=0.12345)])
    (values,) = describe(inventory, batch, source)
    assert values["excl_fr"] == 0.123 and "X" in values["flags"]
    # log10 of ten times the smallest
    assert inventory.priority({"conf": 0.4, "area_m2": 50_000.0}) == pytest.approx(0.4)


def test_texts_fit_their_fields(tmp_path):
    values = described(tmp_path, Run("m" * 99, "影像" * 99))
    assert all(len(values[f.name] or "") <= f.length for f in ALL if f.kind == "text")


def test_many_are_described_as_each_alone(tmp_path):
    values = np.where(np.random.default_rng(1).random((60, 60)) < 0.4, 200, 90)
    where = grid(size=60)
    source = probability(tmp_path, where, values.astype(np.uint8))
    shapes = trace_strips([Strip(0, values.astype(np.uint8))], where)
    candidates = [Candidate(shape) for shape in shapes]
    many = Inventory(where, RUN)
    together = [
        each for batch in in_batches(candidates) for each in describe(many, batch, source)
    ]
    alone = Inventory(where, RUN)
    assert len(together) == len(candidates) > 200
    assert together == [
        next(describe(alone, CandidateBatch([each]), source)) for each in candidates
    ]


# --- doubts -----------------------------------------------------------------------------
# -----------------------------

FINE = {"edge": 0, "area_m2": 10_000.0, "dem_chk": "ok", "conf": 0.9}


@pytest.mark.parametrize(
    "change, candidate, letter",
    [
        ({"edge": 1}, {}, "E"),
        ({"area_m2": 3000.0}, {}, "S"),
        ({}, {"coalesced": True}, "K"),
        ({"dem_chk": "flat"}, {}, "D"),
        ({"dem_chk": "divide"}, {}, "D"),
        ({"dem_chk": "partial"}, {}, None),
        ({"dem_chk": None}, {}, None),
        ({}, {"excluded": 0.2}, "X"),
        ({}, {"excluded": 0.0}, None),
        ({"conf": 0.349}, {}, None),
        ({"conf": 0.35}, {}, "U"),
        ({"conf": 0.5}, {}, "U"),
        ({"conf": 0.65}, {}, "U"),
        ({"conf": 0.651}, {}, None),
        ({"conf": None}, {}, None),
        ({"edge": 1, "conf": 0.4}, {"coalesced": True}, "EKU"),
        ({}, {}, None),
    ],
)
def test_each_doubt_has_its_letter(change, candidate, letter):
    assert flags({**FINE, **change}, Candidate(SQUARE, **candidate), 2500.0) == letter


def test_a_ribbon_is_road_like_straight_or_winding():
    straight = box(0, 0, 300, 12)
    winding = LineString([(0, 0), (100, 20), (150, 120), (80, 200), (150, 300)]).buffer(8)
    assert all(road_like(shape) for shape in (straight, rotate(straight, 33), winding))
    long_slide = (
        Point(0, 0)
        .buffer(10, 32)
        .union(box(0, -10, 90, 10))
        .union(Point(90, 0).buffer(22))
    )
    flared = box(0, 0, 300, 12).union(box(0, 0, 40, 60))
    for shape in (SQUARE, Point(0, 0).buffer(50), box(0, 0, 60, 12), long_slide, flared):
        assert not road_like(shape)


def test_degrees_do_not_stretch_a_slide_into_a_road(tmp_path):
    # 750 m by 150 m at 60 degrees north: ten times as wide in degrees as it is high
    metre = 1 / 111_412
    where = grid(4326, (105, 10 * metre, 0, 60, 0, -5 * metre))
    source = probability(tmp_path, where)
    west = 105 + 200 * metre
    slide = box(west, 60 - 500 * metre, west + 1500 * metre, 60 - 350 * metre)
    road = box(west, 60 - 500 * metre, west + 3000 * metre, 60 - 350 * metre)
    inventory = Inventory(where, RUN)
    flat = next(describe(inventory, CandidateBatch([Candidate(slide)]), source))
    long = next(describe(inventory, CandidateBatch([Candidate(road)]), source))
    assert (flat["length_m"], flat["width_m"]) == pytest.approx((752, 150), rel=0.01)
    assert "L" not in (flat["flags"] or "")
    assert "L" in long["flags"]


# --- identifiers ------------------------------------------------------------------------
# -----------------------------


@pytest.mark.parametrize(
    "name, given, short, whole",
    [
        ("H48E006012 ortho.tif", "", "H48E006012_orth", "H48E006012 ortho"),
        ("", "", "sheet", ""),
        ("四川 图幅.tif", "", "四川_图幅", "四川 图幅"),
        ("a.tif", "J-48", "J-48", "J-48"),
        ("...", "", "sheet", "..."),
        ("/some where/scene.v2.tif", "", "scene_v2", "scene.v2"),
    ],
)
def test_sheet_names(name, given, short, whole):
    assert (
        sheet_name(Run("m", name, given)) == short
        and sheet(Run("m", name, given)) == whole
    )


def test_identifier_depends_on_place_and_model_only():
    first = identifier(SQUARE, 1, RUN)
    place_and_model = b"500060.0 3299950.0 mrife 1 0a1b2c3d"
    digits = hashlib.sha256(place_and_model).hexdigest()[:8]
    assert first == f"H48E006012_orth_{digits}"
    assert (
        identifier(box(500010 + 1e-6, 3299900, 500110 + 1e-6, 3300000), 1, RUN) == first
    )
    assert identifier(box(500011, 3299900, 500111, 3300000), 1, RUN) != first
    assert identifier(SQUARE, 1, Run("mrife 2 0a1b2c3d", RUN.src_img)) != first


def test_degrees_are_told_apart_as_finely_as_metres():
    ids = {
        identifier(box(x, 29.0, x + 1e-5, 29.00001), 6, RUN)
        for x in 103 + 1e-5 * np.arange(50)
    }
    assert len(ids) == 50


def test_identifiers_are_unique_and_repeatable(tmp_path):
    values = np.where(np.random.default_rng(0).random((60, 60)) < 0.3, 200, 0).astype(
        np.uint8
    )
    where = grid(
        transform=(5e5, 0.01, 0, 3.3e6, 0, -0.01), size=60
    )  # many polygons share one rounded point
    runs, source = [], probability(tmp_path, where, values)
    for _ in range(2):
        inventory = Inventory(where, RUN)
        candidates = CandidateBatch(
            list(map(Candidate, trace_strips([Strip(0, values)], where)))
        )
        runs.append([each["ls_id"] for each in describe(inventory, candidates, source)])
    assert runs[0] == runs[1] and len(set(runs[0])) == len(runs[0]) > 300


def test_a_raster_without_crs_is_named():
    with pytest.raises(UnsuitableRaster, match="coordinate reference system"):
        Inventory(Grid(2, 2, (0, 1, 0, 0, 0, -1), ""), RUN)
