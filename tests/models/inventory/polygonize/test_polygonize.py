# SPDX-License-Identifier: GPL-2.0-or-later
"""Each step from mask to outline by itself, and the laws of all of them together."""

from __future__ import annotations

import numpy as np
import pytest
from levels import GROWN, TWO, levels
from masks import PIXEL_EDGES, strips_of, trace
from samples import wkt, write_raster
from shapely.geometry import Point, box
from shapely.ops import unary_union

from models.geo.crs import Crs
from models.geo.dem import ElevationModel
from models.geo.geodesic import Geodesic
from models.geo.grid import Grid
from models.inference.levels import NODATA, Strip
from models.inference.probability import Probability
from models.inference.probability_writer import ProbabilityWriter
from models.inventory.polygonize.exclusion import Exclusion
from models.inventory.polygonize.options import (
    DEFAULT,
    OutlineOptions,
    Thresholds,
    minimum_area,
)
from models.inventory.polygonize.polygonize import polygonize
from models.inventory.polygonize.report import PolygonizeReport

PLACE = (500000.0, 2.0, 0.0, 3000000.0, 0.0, -2.0)


@pytest.fixture
def shaped(tmp_path):
    """All candidates of levels (rows, cols) in pixels of 2 m, and what the steps
    changed; any strips agree.
    """

    def shape(
        values,
        steps=DEFAULT,
        min_area=0.0,
        seed=0.5,
        dem=None,
        exclusion=None,
        heights=(7, 1000),
        **limits,
    ):
        grid = Grid(values.shape[1], values.shape[0], PLACE, wkt(32647))
        with ProbabilityWriter(str(tmp_path / "p.tif"), grid) as writer:
            writer.write(Strip(0, values))
        results = []
        with Probability(str(tmp_path / "p.tif")) as probability:
            for height in heights:
                report = PolygonizeReport()
                candidates = polygonize(
                    strips_of(values, height),
                    probability,
                    grid,
                    Thresholds(0.5, seed, min_area),
                    steps,
                    dem and ElevationModel(dem),
                    exclusion,
                    report,
                    **limits,
                )
                results.append((list(candidates), report))
        assert (
            len({tuple(c.polygon.wkb for c in found) for found, _ in results}) == 1
        )  # whatever the strips
        return results[0]

    return shape


def noise(number):
    rng = np.random.default_rng(number)
    coarse = rng.integers(0, 251, (12, 15))
    values = np.kron(coarse, np.ones((5, 5), int)).astype(np.uint8)
    values = np.where(
        rng.random(values.shape) < 0.1, rng.integers(0, 256, values.shape), values
    )
    return values.astype(np.uint8)


ALL = [
    OutlineOptions(),
    PIXEL_EDGES,
    OutlineOptions(contour=False),
    OutlineOptions(smooth=False, simplify=0.0),
    OutlineOptions(gap=5.0),
    OutlineOptions(split=True),
    OutlineOptions(contour=False, smooth=False, simplify=3.0),
    OutlineOptions(gap=4.0, split=True, hole_share=0.9),
]


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("steps", ALL, ids=str)
def test_polygons_are_valid_and_apart_whatever_is_done(shaped, steps, number):
    found, _ = shaped(noise(number), steps, min_area=40.0)
    polygons, measure = [c.polygon for c in found], Geodesic(Crs(wkt(32647)))
    assert polygons and all(p.is_valid and p.area > 0 for p in polygons)
    assert all(round(measure.area(p), 1) >= 40 for p in polygons)
    assert unary_union(polygons).area == pytest.approx(
        sum(p.area for p in polygons), rel=1e-7
    )


def test_without_steps_outlines_are_those_of_the_pixels(shaped):
    values = noise(9)
    found, report = shaped(values, PIXEL_EDGES, seed=0.8)
    traced = trace(values, 0.5, 0.8, transform=PLACE)
    assert [c.polygon.wkb for c in found] == [p.wkb for p in traced]
    steps = report.to_dict()
    assert not any(steps[name]["polygons"] for name in steps if name != "coalesced")


def test_small_holes_are_filled_and_large_ones_stay(shaped):
    values = levels(120, 120, (60, 60, 50))
    values[40:46, 40:46] = 0  # 144 m2
    values[60:90, 60:90] = 0  # 3600 m2, 11 % of the shell
    found, report = shaped(values, min_area=1000.0)
    (hole,) = found[0].polygon.interiors
    assert hole.envelope.area == pytest.approx(3600, rel=0.1)
    assert report.holes.holes == 1 and report.holes.area == pytest.approx(144, rel=0.2)
    assert (
        len(
            shaped(values, OutlineOptions(holes=False), min_area=1000.0)[0][
                0
            ].polygon.interiors
        )
        == 2
    )
    assert not shaped(values, OutlineOptions(hole_share=0.15), min_area=1000.0)[0][
        0
    ].polygon.interiors
    assert (
        len(
            shaped(
                values, OutlineOptions(hole_area=100.0, hole_share=0.0), min_area=1000.0
            )[0][0].polygon.interiors
        )
        == 2
    )


@pytest.mark.parametrize("steps", [DEFAULT, OutlineOptions(contour=False)], ids=str)
def test_a_thin_ring_is_as_large_as_its_filled_hole_makes_it(shaped, steps):
    """76 pixels of 304 m2 around a hole of 1296, which lies below the minimum area."""
    values = np.zeros((40, 40), np.uint8)
    values[5:25, 5:25] = 250
    values[6:24, 6:24] = 0
    found, report = shaped(values, steps, min_area=1400.0)
    assert [c.shape.area for c in found] == [pytest.approx(1600, rel=0.03)]
    assert report.holes.holes == 1 and not report.min_area.polygons
    assert not shaped(values, steps, min_area=1700.0)[0]
    assert not shaped(values, steps, min_area=1200.0)[
        0
    ]  # the hole is none of a small one


@pytest.mark.parametrize(
    "steps", [{}, {"contour": False, "smooth": False, "simplify": 0}]
)
def test_a_hole_around_a_piece_that_is_too_small_is_filled(shaped, steps):
    values = levels(120, 120, (60, 60, 50))
    values[50:70, 50:70] = 0  # 1600 m2
    values[54:66, 54:66] = 250  # 576 m2
    options = OutlineOptions(hole_share=0.5, **steps)
    (found,), _ = shaped(values, options, min_area=1000.0)
    assert not found.polygon.interiors
    assert len(shaped(values, options, min_area=500.0)[0]) == 2


def test_a_hole_with_a_polygon_inside_stays(shaped):
    values = levels(120, 120, (60, 60, 50))
    values[50:75, 50:75] = 0
    values[58:66, 58:66] = 240
    found, _ = shaped(values, OutlineOptions(hole_share=0.5), min_area=100.0)
    assert len(found) == 2 and sorted(len(c.polygon.interiors) for c in found) == [0, 1]
    values[58:66, 58:66] = 0
    values[60, 60] = 240  # a speck that is no polygon
    assert [
        len(c.polygon.interiors)
        for c in shaped(values, OutlineOptions(hole_share=0.5), min_area=100.0)[0]
    ] == [0]


def test_the_minimum_area_is_that_of_the_finished_polygon(shaped):
    values = levels(60, 200, (30, 30, 20), (100, 30, 10), (150, 30, 6))
    full, _ = shaped(values)
    areas = sorted(Geodesic(Crs(wkt(32647))).area(c.polygon) for c in full)
    assert len(areas) == 3 and areas[1] == pytest.approx(np.pi * 400, rel=0.03)
    for smallest, left in ((areas[1] - 1, 2), (areas[1] + 1, 1)):
        found, report = shaped(values, min_area=smallest)
        assert len(found) == left and report.min_area.polygons == 3 - left
    assert minimum_area(50_000) == pytest.approx(10_000) and minimum_area(
        25_000
    ) == pytest.approx(2_500)


def test_areas_change_by_two_percent_at_most(shaped):
    rng = np.random.default_rng(5)
    values = levels(
        200,
        200,
        *(
            (rng.uniform(15, 185), rng.uniform(15, 185), rng.uniform(2, 9))
            for _ in range(40)
        ),
    )
    raw, _ = shaped(values, OutlineOptions(smooth=False, simplify=0.0))
    done, report = shaped(values)
    assert len(raw) == len(done) > 10 and report.smooth.polygons > 10
    for before, after in zip(raw, done):
        assert after.polygon.area == pytest.approx(before.polygon.area, rel=0.0201)
        assert len(after.polygon.exterior.coords) <= len(before.polygon.exterior.coords)


@pytest.fixture
def slopes(tmp_path):
    """An elevation model that falls east, or to both sides of column 100 (x 500200)."""

    def write(ridge):
        col = np.arange(220, dtype=np.float32)
        heights = 100 - np.abs(col - 100) if ridge else 200 - col
        return write_raster(tmp_path / "dem.tif", np.tile(heights, (140, 1)), PLACE)

    return write


def test_gaps_are_joined_by_distance_and_slope(shaped, slopes):
    values = levels(*TWO)
    assert len(shaped(values, OutlineOptions(gap=4.0))[0]) == 2
    (joined,), report = shaped(
        values, OutlineOptions(gap=8.0), min_area=15_000.0
    )  # each has 9500
    assert joined.polygon.geom_type == "Polygon" and joined.polygon.contains(
        Point(500198, 2999900)
    )
    assert report.gaps.polygons == 2 and 0 < report.gaps.area < 400
    assert len(shaped(values, OutlineOptions(gap=8.0), dem=slopes(ridge=False))[0]) == 1
    assert len(shaped(values, OutlineOptions(gap=8.0), dem=slopes(ridge=True))[0]) == 2


def test_no_bridge_over_another_polygon_or_an_exclusion(shaped):
    values = levels(*TWO)
    strip = box(500196, 2999000, 500200, 3000000)
    assert (
        len(shaped(values, OutlineOptions(gap=8.0), exclusion=Exclusion([strip.wkb]))[0])
        == 2
    )
    values[40:60, 99] = 240
    values[:, (98, 100)] = 0
    found, _ = shaped(values, OutlineOptions(gap=8.0, smooth=False, simplify=0.0))
    assert unary_union([c.polygon for c in found]).area == pytest.approx(
        sum(c.polygon.area for c in found)
    )


def test_exclusions_are_cut_out(shaped):
    """A river through two discs: each bank is a polygon of its own, what is left of the
    smaller one below the minimum area goes.
    """
    values = levels(60, 200, (30, 30, 20), (100, 30, 6))
    x, y = 500000, 3000000
    river = [box(x + 50, y - 200, x + 70, y), box(x + 190, y - 200, x + 400, y)]
    exclusion = Exclusion([polygon.wkb for polygon in river])
    whole, _ = shaped(values)
    found, report = shaped(values, exclusion=exclusion, min_area=150.0)
    assert len(whole) == 2 and len(found) == 2
    rest = unary_union([c.polygon for c in whole]).difference(unary_union(river))
    parts = sorted(part.area for part in rest.geoms)
    assert sorted(c.polygon.area for c in found) == pytest.approx(parts[1:])
    for candidate in found:
        assert candidate.polygon.is_valid and candidate.excluded == 0.0
        assert candidate.polygon.intersection(unary_union(river)).area < 1e-6
    counts = report.excluded
    assert (counts.clipped, counts.pieces, counts.small, counts.dropped) == (2, 2, 1, 0)
    assert counts.small_area == pytest.approx(parts[0] / 0.9996**2, rel=1e-3)
    # all covered: nothing is left of it
    everything = Exclusion([box(x - 999, y - 999, x + 999, y + 999).wkb])
    assert shaped(values, exclusion=everything)[0] == []


def test_exclusions_are_shares_and_drop_only_when_asked(shaped):
    values = levels(60, 200, (30, 30, 20), (100, 30, 20))
    half = Exclusion(
        [box(499000, 2999000, 500060, 3000000).wkb] * 2 + [box(0, 0, 1, 1).wkb]
    )
    found, report = shaped(values, OutlineOptions(clip=False), exclusion=half)
    assert sorted(c.excluded for c in found) == [0, pytest.approx(0.5, abs=0.01)]
    assert report.excluded.polygons == 1 and report.excluded.area == pytest.approx(
        np.pi * 800, rel=0.03
    )
    assert [
        c.excluded
        for c in shaped(values, OutlineOptions(max_excluded=0.4), exclusion=half)[0]
    ] == [0]
    whole = OutlineOptions(max_excluded=0.6, clip=False)
    assert len(shaped(values, whole, exclusion=half)[0]) == 2
    assert [c.excluded for c in shaped(values)[0]] == [None, None]


def test_what_has_grown_together_is_flagged_and_split_on_request(shaped):
    values = levels(*GROWN)
    (whole,), report = shaped(values)
    assert whole.coalesced and report.coalesced.polygons == 1
    pieces, report = shaped(values, OutlineOptions(split=True))
    assert len(pieces) == 5 and not any(c.coalesced for c in pieces)
    assert sum(c.polygon.area for c in pieces) == pytest.approx(
        whole.polygon.area, rel=1e-9
    )
    assert unary_union([c.polygon for c in pieces]).area == pytest.approx(
        whole.polygon.area, rel=1e-9
    )
    assert report.split.polygons == 1 and report.split.pieces == 5
    assert (
        len(shaped(values, OutlineOptions(split=True), min_area=7_000.0)[0]) < 5
    )  # small pieces stay with a neighbour
    (round_one,) = shaped(levels(80, 80, (40, 40, 30)), OutlineOptions(split=True))[0]
    assert not round_one.coalesced


def test_a_ridge_parts_and_one_scarp_holds_together(shaped, tmp_path):
    values = levels(140, 220, (70, 70, 31), (130, 70, 31))
    row, col = np.mgrid[:140, :220].astype(np.float32)
    even = write_raster(tmp_path / "even.tif", 300 - row, PLACE)
    scarp = write_raster(
        tmp_path / "scarp.tif",
        np.where(row < 62, 300 - 5 * row, 300 - 5 * 62 - 0.3 * (row - 62)),
        PLACE,
    )
    ridge = write_raster(tmp_path / "ridge.tif", 300 - np.abs(col - 100), PLACE)
    assert (
        len(shaped(values, OutlineOptions(split=True), dem=even)[0]) == 2
    )  # the neck is narrow
    assert len(shaped(values, OutlineOptions(split=True), dem=ridge)[0]) == 2
    values = np.maximum(values, levels(140, 220, (100, 52, 18)))  # joined at their heads
    assert len(shaped(values, OutlineOptions(split=True), dem=even)[0]) > 1
    assert (
        len(shaped(values, OutlineOptions(split=True), dem=scarp)[0]) == 1
    )  # one head scarp runs over both
    one = levels(140, 220, (100, 70, 50))
    assert len(shaped(one, OutlineOptions(split=True), dem=even)[0]) == 1
    assert (
        len(shaped(one, OutlineOptions(split=True), dem=ridge)[0]) == 2
    )  # no neck, but two slopes


def test_a_polygon_larger_than_the_working_memory_keeps_its_pixel_edges(shaped):
    values = levels(60, 200, (30, 30, 20), (100, 30, 6))
    found, report = shaped(values, max_edges=60)
    assert report.outline.large == 1 and len(found) == 2
    corners = np.array(max(found, key=lambda c: c.polygon.area).polygon.exterior.coords)
    assert (corners % 2 == 0).all()


def test_nodata_is_never_inside(shaped):
    values = np.full((30, 30), 200, np.uint8)
    values[10:13, 10:13] = NODATA
    polygon = shaped(values, OutlineOptions(holes=False))[0][0].polygon
    assert polygon.intersection(box(500020, 2999974, 500026, 2999980)).area < 1
