# SPDX-License-Identifier: GPL-2.0-or-later
"""Tiles of a probability raster: what each holds, counted by hand and whatever the strips."""

from __future__ import annotations

import numpy as np
import pytest
from samples import wkt
from shapely.geometry import box

from models.errors import MrifeError
from models.evaluation import tiles
from models.evaluation.tiles import TileSurvey
from models.geo.grid import Grid
from models.inference.levels import Strip
from models.inference.probability import Probability
from models.inference.probability_writer import ProbabilityWriter

PLACE = (500000.0, 2.0, 0.0, 3000000.0, 0.0, -2.0)
GRID = Grid(50, 30, PLACE, wkt(32647))  # tiles of 40 m: 20 pixels, 3 across, 2 down


def write(path, values, spread=None, grid=GRID):
    has_spread = spread is not None
    with ProbabilityWriter(str(path), grid, has_spread=has_spread) as writer:
        writer.write(Strip(0, values, spread))
    return str(path)


def surveyed(path, side=40.0, inside=None, without=(), grid=GRID):
    survey = TileSurvey(grid, side, 0.4, inside, without)
    with Probability(path) as probability:
        shares = list(survey.run(probability))
    assert shares[-1] == 1 and sorted(shares) == shares
    return survey


def bounds(survey, place):
    ring = survey.ring(place)
    return [*ring.min(axis=0), *ring.max(axis=0)]


def test_each_tile_is_summed_up(tmp_path):
    values = np.zeros((30, 50), np.uint8)
    values[:20, :20] = 50  # 0.2
    values[:10, 20:40] = 200  # 0.8 on half of it
    survey = surveyed(write(tmp_path / "p.tif", values))
    # the last column and row are half as wide and half as high
    assert survey.places.tolist() == [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1]]
    assert survey.doubt == pytest.approx([0.4, 0.2, 0, 0, 0])
    assert survey.mean == pytest.approx([0.2, 0.4, 0, 0, 0])
    assert survey.landslide_share == pytest.approx([0, 0.5, 0, 0, 0])
    assert survey.landslide_m2 == pytest.approx([0, 800, 0, 0, 0])
    assert bounds(survey, 1) == [500040, 2999960, 500080, 3000000]
    assert bounds(survey, 2) == [500080, 2999960, 500100, 3000000]
    assert bounds(survey, 4) == [500040, 2999940, 500080, 2999960]
    assert survey.middles[4].tolist() == [60, 60]


def test_tiles_of_oblong_pixels_are_square_on_the_ground(tmp_path):
    """Pixels of 2 by 1 m; what has the threshold's own probability is landslide."""
    grid = Grid(50, 60, (500000.0, 2.0, 0.0, 3000000.0, 0.0, -1.0), wkt(32647))
    values = np.zeros((60, 50), np.uint8)
    values[:20, 20:40] = 100  # 0.4, on half of the second tile
    survey = surveyed(write(tmp_path / "p.tif", values, grid=grid), grid=grid)
    assert bounds(survey, 1) == [500040, 2999960, 500080, 3000000]
    assert survey.landslide_share[:3].tolist() == [0, 0.5, 0]
    assert survey.landslide_m2[:3] == pytest.approx([0, 800, 0], rel=1e-3)
    assert survey.middles[1].tolist() == [60, 20]


def test_landslides_of_a_tall_raster_in_degrees_have_the_area_of_their_latitude(tmp_path):
    """Pixels of half a degree from 72 to 60 north: the ground of the uppermost row and of
    the lowest by Karney's geodesics, the parallels in pieces of some metres.
    """
    grid = Grid(3, 24, (15.0, 0.5, 0.0, 72.0, 0.0, -0.5), wkt(4326))
    values = np.zeros((24, 3), np.uint8)
    values[[0, -1]] = 200
    survey = surveyed(write(tmp_path / "p.tif", values, grid=grid), 60_000.0, grid=grid)
    assert survey.landslide_m2[[0, -1]] == pytest.approx([2.9263e9, 4.6275e9], rel=1e-4)
    assert not survey.landslide_m2[1:-1].any()


def test_a_spread_counts_as_much_as_the_probability(tmp_path):
    values = np.full((30, 50), 50, np.uint8)  # doubt 0.4
    spread = np.full((30, 50), 25, np.uint8)  # 0.1, of at most 0.5: 0.2
    survey = surveyed(write(tmp_path / "p.tif", values, spread))
    assert survey.doubt == pytest.approx([0.3] * 5)


def test_what_was_not_searched_reviewed_or_lies_outside_does_not_count(tmp_path):
    values = np.full((30, 50), 100, np.uint8)
    values[:11, :20] = 255  # more than half of the first tile
    path = write(tmp_path / "p.tif", values)
    assert [0, 0] not in surveyed(path).places.tolist()
    values[10, :20] = 100  # half of it
    path = write(tmp_path / "q.tif", values)
    assert [0, 0] in surveyed(path).places.tolist()
    second = box(500040, 2999960, 500080, 3000000)
    left = surveyed(path, without=[second.wkb])
    assert [0, 1] not in left.places.tolist() and len(left.places) == 4
    assert surveyed(path, inside=[second.wkb]).places.tolist() == [[0, 1]]
    half = box(500040, 2999960, 500080, 2999982)  # 11 of 20 rows
    assert len(surveyed(path, without=[half.wkb]).places) == 4


def test_what_is_masked_has_no_part_in_the_sums(tmp_path):
    values = np.full((30, 50), 25, np.uint8)
    values[:10] = 125
    spread = values // 5
    upper = box(500000, 2999980, 500100, 3000000)
    path = write(tmp_path / "p.tif", values, spread)
    survey = surveyed(path, without=[upper.wkb])
    assert survey.mean == pytest.approx([0.1] * len(survey.places))
    assert survey.doubt == pytest.approx([(0.2 + 0.04) / 2] * len(survey.places))


def test_the_height_of_strips_changes_nothing(tmp_path):
    grid = Grid(90, 700, PLACE, wkt(32647))
    values = np.random.default_rng(0).integers(0, 251, (700, 90)).astype(np.uint8)
    path = write(tmp_path / "p.tif", values, grid=grid)
    survey = surveyed(path, side=60.0, grid=grid)  # 30 pixels, strips of 256 rows
    assert len(survey.places) == 3 * 23
    blocks = values[:690].reshape(23, 30, 3, 30).mean(axis=(1, 3)) / 250
    assert survey.mean == pytest.approx(blocks.ravel())


def test_too_many_tiles_are_refused_with_a_side_that_would_do():
    grid = Grid(100_000, 100_000, PLACE, wkt(32647))
    with pytest.raises(MrifeError, match="at least 139 m"):
        TileSurvey(grid, 2.0, 0.5)
    assert 200_000**2 / 139**2 < tiles.MAX_TILES
