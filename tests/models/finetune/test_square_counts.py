# SPDX-License-Identifier: GPL-2.0-or-later
"""Judged pixels by squares of ground, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from samples import PLACE
from shapely.geometry import box
from tuned_by_hand import write_levels

from models.errors import MrifeError
from models.evaluation.pixel_metrics import LEVELS
from models.finetune.square_counts import SquareCounts, judged_pixels, square_side
from models.geo.grid import Grid
from models.inference.levels import NODATA


def test_pixels_are_counted_by_square_fold_class_and_level(tmp_path):
    """Two squares of 24 pixels side by side, a landslide over 4 rows of both; the last
    row was not searched by the tuned network, the first lies outside the area.
    """
    base = np.full((24, 48), 30, np.uint8)
    tuned = np.full((24, 48), 60, np.uint8)
    base[8:12] = 150
    tuned[8:12] = 240
    tuned[23] = NODATA
    paths = [
        write_levels(tmp_path / "base.tif", base),
        write_levels(tmp_path / "tuned.tif", tuned),
    ]
    x, y = PLACE[0], PLACE[3]
    slide = box(x, y - 12, x + 48, y - 8).wkb
    area = [box(x, y - 24, x + 48, y - 1).wkb]
    folds = [[box(x, y - 24, x + 24, y).wkb], [box(x + 24, y - 24, x + 48, y).wkb]]
    squares = SquareCounts(24, [1.0])
    squares.add(0, tuple(paths), [slide], area, folds)
    counts, numbers = squares.table()
    assert numbers.tolist() == [0, 1] and counts.shape == (2, 2, 2, LEVELS + 1)
    for square in counts:
        assert square[0, 1, 150] == square[1, 1, 240] == 4 * 24
        assert square[0, 0, 30] == square[1, 0, 60] == 18 * 24
        assert square.sum() == 2 * 22 * 24


def test_squares_are_those_of_their_own_image_and_rows(tmp_path):
    """Two images of 22 squares below each other, read in several strips."""
    values = np.full((22 * 24, 24), 30, np.uint8)
    path = write_levels(tmp_path / "p.tif", values)
    x, y = PLACE[0], PLACE[3]
    everywhere = [box(x, y - 22 * 24, x + 24, y).wkb]
    squares = SquareCounts(24, [1.0, 1.0])
    for number in range(2):
        squares.add(number, (path, path), everywhere, None, [everywhere])
    counts, _ = squares.table()
    assert len(counts) == 2 * 22 and (counts[:, :, 1, 30] == 24 * 24).all()


@pytest.mark.parametrize("missing", [8, 24], ids=["under the landslide", "all"])
def test_landslides_without_pixels_are_refused_in_words_of_fine_tuning(tmp_path, missing):
    values = np.full((24, 24), 30, np.uint8)
    values[:missing] = NODATA
    path = write_levels(tmp_path / "p.tif", values)
    x, y = PLACE[0], PLACE[3]
    squares = SquareCounts(24, [1.0])
    slide = box(x, y - 8, x + 24, y).wkb
    squares.add(0, (path, path), [slide], None, [[box(x, y - 24, x + 24, y).wkb]])
    with pytest.raises(MrifeError, match="no pixels where the landslides lie"):
        squares.table()


def test_squares_are_about_as_many_as_wanted_but_never_tiny():
    assert square_side(1000 * 1000) == 91  # of which 120 are 993,720 pixels
    assert square_side(100) == 24


def test_judged_pixels_lie_in_the_area():
    grid = Grid(300, 600, PLACE, "")
    x, y = PLACE[0], PLACE[3]
    assert judged_pixels(grid, None) == 300 * 600
    area = [box(x - 50, y - 500, x + 100, y - 10).wkb]
    assert judged_pixels(grid, area) == 100 * 490
    beyond = [box(x - 50, y - 1000, x + 100, y - 10).wkb]
    assert judged_pixels(grid, beyond) == 100 * 590
