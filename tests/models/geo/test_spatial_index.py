# SPDX-License-Identifier: GPL-2.0-or-later
"""The index finds what a search through all bounds finds."""

from __future__ import annotations

import numpy as np
from shapely.geometry import Point, box

from models.geo.spatial_index import SpatialIndex


def test_the_index_finds_what_lies_near():
    rng = np.random.default_rng(0)
    shapes = [Point(x, y).buffer(3) for x, y in rng.uniform(0, 100, (80, 2))]
    index = SpatialIndex(shapes)
    for x, y in rng.uniform(0, 90, (20, 2)):
        area = box(x, y, x + 10, y + 10)
        near = [
            i for i, shape in enumerate(shapes) if area.intersects(box(*shape.bounds))
        ]
        assert index.near(area) == near
    assert SpatialIndex([]).near(box(0, 0, 1, 1)) == []
