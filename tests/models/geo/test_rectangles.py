# SPDX-License-Identifier: GPL-2.0-or-later
"""Many rectangles of pixels, held against one."""

import numpy as np

from models.geo.grid import Window
from models.geo.rectangles import Rectangles, common


def test_those_on_a_window_are_those_that_share_pixels_with_it():
    rng = np.random.default_rng(1)
    corners = rng.integers(-50, 50, (300, 2)).tolist()
    sides = rng.integers(0, 25, (300, 2)).tolist()
    windows = [Window(*corner, *side) for corner, side in zip(corners, sides)]
    rectangles = Rectangles(windows)
    for window in windows:
        shared = [(i, common(other, window)) for i, other in enumerate(windows)]
        wanted = [(i, piece) for i, piece in shared if piece is not None]
        assert list(rectangles.on(window)) == wanted


def test_of_none_there_is_none_on_a_window():
    assert list(Rectangles([]).on(Window(0, 0, 9, 9))) == []
