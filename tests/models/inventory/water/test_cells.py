# SPDX-License-Identifier: GPL-2.0-or-later
import math

import numpy as np
import pytest
from samples import wkt

from models.geo.grid import Grid
from models.inventory.water.cells import WaterCells, window_minima, window_sums


def windows(values, rows, cols):
    height, width = values.shape
    return [
        [
            values[r - rows : r + rows + 1, c - cols : c + cols + 1]
            for c in range(cols, width - cols)
        ]
        for r in range(rows, height - rows)
    ]


@pytest.mark.parametrize("rows, cols", [(1, 2), (0, 1), (2, 0)])
def test_windows_hold_what_lies_in_them(rows, cols):
    values = np.random.default_rng(1).normal(size=(9, 8))
    of = windows(values, rows, cols)
    sums = np.array([[part.sum() for part in line] for line in of])
    minima = np.array([[part.min() for part in line] for line in of])
    assert window_sums(values, rows, cols) == pytest.approx(sums)
    both = window_sums(np.stack([values, -values]), rows, cols)
    assert both == pytest.approx(np.stack([sums, -sums]))
    assert (window_minima(values, rows, cols) == minima).all()


@pytest.mark.parametrize(
    "grid, across, down, size",
    [
        (Grid(101, 50, (0, 0.5, 0, 0, 0, -0.5), wkt(32648)), 4, 4, (26, 13)),
        (Grid(10, 10, (0, 0.5, 0, 0, 0, -1), wkt(32648)), 4, 2, (3, 5)),
        (Grid(7, 9, (0, 10, 0, 0, 0, -10), wkt(32648)), 1, 1, (7, 9)),
        # metres of Web Mercator at 60 degrees north are half as long
        (Grid(8, 8, (0, 1, 0, 8399738, 0, -1), wkt(3857)), 4, 4, (2, 2)),
    ],
)
def test_cells_are_whole_pixels_of_about_two_metres(grid, across, down, size):
    cells = WaterCells.of(grid)
    assert (cells.across, cells.down) == (across, down)
    assert (cells.grid.width, cells.grid.height) == size
    width = cells.grid.geotransform[1]
    assert width == across * grid.geotransform[1]
    assert cells.metres[0] == pytest.approx(across * grid.pixel_metres()[0])


def test_reach_is_half_a_window():
    cells = WaterCells.of(Grid(99, 99, (0, 2, 0, 0, 0, -2), wkt(32648)))
    assert cells.reach(20.0) == (5, 5)
    assert cells.reach(1.0, least=2) == (2, 2)
    assert math.prod(cells.metres) == pytest.approx(4, rel=0.01)
