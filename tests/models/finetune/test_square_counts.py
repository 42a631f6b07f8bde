# SPDX-License-Identifier: GPL-2.0-or-later
"""Judged pixels by squares of ground, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from samples import PLACE
from shapely.geometry import MultiPolygon, box
from tuned_by_hand import write_levels

from models.errors import MrifeError
from models.evaluation.pixel_metrics import LEVELS
from models.finetune.square_counts import SquareCounts, square_side
from models.inference.levels import NODATA


def test_pixels_are_counted_by_square_fold_class_and_level(tmp_path):
    """Two squares of 24 pixels side by side, a landslide over 4 rows of each; the last
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
    slides = [box(x + col, y - 12, x + col + 24, y - 8).wkb for col in (0, 24)]
    area = [box(x, y - 24, x + 48, y - 1).wkb]
    folds = [[box(x, y - 24, x + 24, y).wkb], [box(x + 24, y - 24, x + 48, y).wkb]]
    squares = SquareCounts(24, [1.0])
    squares.add(0, tuple(paths), slides, area, folds)
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
    slides = [box(x, y - 24 * (row + 1), x + 24, y - 24 * row).wkb for row in range(22)]
    squares = SquareCounts(24, [1.0, 1.0])
    for number in range(2):
        squares.add(number, (path, path), slides, None, [everywhere])
    counts, _ = squares.table()
    assert len(counts) == 2 * 22 and (counts[:, :, 1, 30] == 24 * 24).all()


def test_a_landslide_counts_in_the_square_of_its_middle(tmp_path):
    """One of 30 x 60 pixels lies over twelve squares, in both strips that are read; the
    ground beside it stays where it is, and parts that lie apart are landslides each.
    """
    values = np.full((24 * 12, 24 * 5), 30, np.uint8)
    path = write_levels(tmp_path / "p.tif", values)
    x, y = PLACE[0], PLACE[3]
    everywhere = [box(x, y - 24 * 12, x + 24 * 5, y).wkb]
    long = box(x + 20, y - 280, x + 50, y - 220)
    apart = MultiPolygon([box(x + 72, y - 4, x + 76, y), box(x, y - 100, x + 4, y - 96)])
    squares = SquareCounts(24, [1.0])
    squares.add(0, (path, path), [long.wkb, apart.wkb], None, [everywhere])
    counts, _ = squares.table()
    slides = counts[:, 0, 1, 30]
    assert sorted(slides[slides > 0].tolist()) == [16, 16, 30 * 60]
    (home,) = counts[slides == 30 * 60]
    assert home[0, 0, 30] == 0  # columns 24 to 47, rows 240 to 263 are all landslide
    assert 24 * 24 - 4 * 20 in counts[:, 0, 0, 30]  # the square of rows 216 to 239
    assert counts[:, 0].sum() == values.size


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
