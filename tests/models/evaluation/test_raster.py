# SPDX-License-Identifier: GPL-2.0-or-later
"""Pixels of a probability raster against landslides: which count, and in which band."""

from __future__ import annotations

import numpy as np
import pytest
from samples import PLACE
from shapely.geometry import box
from tuned_by_hand import UTM, write_levels

from models.errors import MrifeError
from models.evaluation.evaluate import EvaluationArea, Outline
from models.evaluation.pixel_metrics import LEVELS, ConfusionCounts
from models.evaluation.raster import (
    best_cut,
    count_pixels,
    cut_at,
    reaching_cut,
    searched_for,
    searched_share,
)
from models.geo.crs import Crs
from models.geo.grid import Grid
from models.inference.levels import NODATA
from models.inference.probability import Probability


def ground(row, rows, col=0, cols=10):
    """WKB of whole pixels of 1 m below PLACE."""
    x = PLACE[0] + col
    y = PLACE[3] - row
    return box(x, y - rows, x + cols, y).wkb


def counted(path, landslides, area, bands):
    folds = [ConfusionCounts() for _ in range(bands)]
    with Probability(path) as probability:
        assert list(count_pixels(probability, landslides, area, folds))[-1] == 1
    return folds


def test_bands_of_ground_are_told_apart_on_a_raster_of_one_strip(tmp_path):
    """Ten rows of 0.4 above ten of 0.8, in two bands."""
    values = np.full((20, 10), 100, np.uint8)
    values[10:] = 200
    path = write_levels(tmp_path / "p.tif", values)
    folds = counted(path, [ground(5, 10)], [ground(0, 20)], 2)
    for fold, level in zip(folds, (100, 200)):
        assert (fold.slide[level], fold.background[level]) == (50, 50)
        assert fold.slide.sum() + fold.background.sum() == 100


def test_a_row_belongs_to_the_band_of_its_middle(tmp_path):
    """Three rows in two bands, the first of them of one and a half, from row 4 on."""
    values = np.repeat(np.arange(20, dtype=np.uint8), 10).reshape(20, 10)
    path = write_levels(tmp_path / "p.tif", values)
    first, second = counted(path, [ground(0, 20)], [ground(4, 3)], 2)
    assert np.flatnonzero(first.slide).tolist() == [4]
    assert np.flatnonzero(second.slide).tolist() == [5, 6]


def test_what_was_not_searched_is_neither_right_nor_wrong(tmp_path):
    values = np.full((20, 10), 100, np.uint8)
    values[:, 6:] = NODATA
    path = write_levels(tmp_path / "p.tif", values)
    (fold,) = counted(path, [ground(0, 20, 4, 6)], [ground(0, 20)], 1)
    assert (fold.slide.sum(), fold.background.sum()) == (2 * 20, 4 * 20)
    with pytest.raises(MrifeError, match="holds nothing inside the evaluation area"):
        counted(path, [], [ground(0, 20, 6, 4)], 1)


def test_the_share_that_was_searched_on_pixels_that_are_no_squares():
    """150 pixels of 1 x 2 m are 300 of 600 m2."""
    grid = Grid(10, 20, (PLACE[0], 1, 0, PLACE[3], 0, -2), UTM.srs().ExportToWkt())
    x, y = PLACE[0], PLACE[3]
    area = EvaluationArea([box(x, y - 60, x + 10, y).wkb], UTM)
    folds = [ConfusionCounts(), ConfusionCounts()]
    folds[0].slide[3] = 50
    folds[1].background[0] = 100
    assert searched_share(folds, grid, area) == pytest.approx(0.5, rel=1e-5)
    folds[1].background[0] = 1000
    assert searched_share(folds, grid, area) == 1


@pytest.mark.parametrize("system", ["EPSG:4326", "EPSG:3857"])
@pytest.mark.parametrize("south", [60.0, 61.8])
def test_a_pixel_counts_for_what_it_is_where_the_area_lies(tmp_path, system, south):
    """A raster of two degrees, and an area at either end of it, all of which it holds."""
    crs = Crs(system)
    world = Crs("EPSG:4326")
    (west, low), (east, high) = world.transform([(10.0, 60.0), (10.4, 62.0)], crs)
    place = (west, (east - west) / 40, 0, high, 0, (low - high) / 400)
    path = write_levels(tmp_path / "p.tif", np.zeros((400, 40), np.uint8), place, crs)
    area = EvaluationArea([box(10.05, south + 0.01, 10.35, south + 0.19).wkb], world)
    with Probability(path) as probability:
        grid = probability.grid
    folds = counted(path, [], area.on(grid.crs, grid.bounds), 1)
    assert searched_share(folds, grid, area) == pytest.approx(1, abs=0.005)
    half = [ConfusionCounts()]
    half[0].background[0] = folds[0].background[0] / 2
    assert searched_share(half, grid, area) == pytest.approx(0.5, abs=0.003)


@pytest.mark.parametrize(
    "places, searched, share",
    [([2, 8], 0.6, 0.6), ([2, 14], 0.6, 1.0), ([2], 0.996, 1.0), ([], 0.6, 0.6)],
)
def test_candidates_were_searched_for_on_the_raster_that_holds_all(
    places, searched, share
):
    grid = Grid(10, 10, (PLACE[0], 1, 0, PLACE[3], 0, -1), UTM.srs().ExportToWkt())
    area = EvaluationArea([ground(0, 10, 0, 20)], UTM)
    found = area.layer([Outline(ground(3, 2, place, 2)) for place in places], UTM)
    assert searched_for(found, grid, area, searched) == share


@pytest.mark.parametrize("places, share", [([2, 5, 8], 0.6), ([2, 5, 14], 1.0)])
def test_candidates_were_searched_for_on_a_raster_in_degrees(places, share):
    corners = np.array([[PLACE[0], PLACE[3]], [PLACE[0] + 10, PLACE[3] - 10]])
    (west, north), (east, south) = UTM.transform(corners, UTM.geographic)
    size = ((east - west) / 10, (south - north) / 10)
    wkt = UTM.geographic.srs().ExportToWkt()
    grid = Grid(12, 10, (west - size[0], size[0], 0, north, 0, size[1]), wkt)
    area = EvaluationArea([ground(0, 10, 0, 20)], UTM)
    found = area.layer([Outline(ground(3, 2, place, 2)) for place in places], UTM)
    assert searched_for(found, grid, area, 0.6) == share


def test_cuts_by_pixel():
    """Six landslide pixels at level 200 and four at 100, two others at 100."""
    counts = ConfusionCounts()
    counts.slide[[200, 100]] = (6, 4)
    counts.background[[100, 50]] = (2, 20)
    cut = cut_at(counts, 0.8)
    assert (cut.precision, cut.recall, cut.f1) == pytest.approx((1, 0.6, 0.75))
    best = best_cut(counts)  # 10 / 12 and 10 / 10: F1 0.91
    assert 50 / LEVELS < best.threshold <= 100 / LEVELS
    assert best.f1 == pytest.approx(10 / 11)
    assert reaching_cut(counts, 0.6).threshold == 200 / LEVELS
    assert reaching_cut(counts, 0.61).threshold == 100 / LEVELS
    counts.slide[0] = 10  # below every threshold: 10 of 20 are reached at most
    assert reaching_cut(counts, 0.51) is None
