# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygons with many vertices among small ones, and how often shapes are laid over each
other, which takes as long as they have vertices.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from shapely.geometry import Point, Polygon, box
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

LAKE = Point(0, 0).buffer(1000, 500)  # of 2,000 vertices


def boxes_in_a_lake() -> list[Polygon]:
    """Fifty within it, thirty in the corners of its bounds, and one on its shore."""
    within = [
        box(x, y, x + 9, y + 9) for x in range(-50, 50, 10) for y in range(0, 50, 10)
    ]
    beside = [box(x, 900, x + 9, 909) for x in range(700, 1000, 10)]
    return [*within, *beside, box(990, 0, 1010, 10)]


def random_boxes(count: int) -> list[Polygon]:
    """Of 1 to 30 on a square of 100, many of them over each other."""
    rng = np.random.default_rng(7)
    corners = rng.uniform(0, 100, (count, 2))
    sides = rng.uniform(1, 30, (count, 2))
    return [box(*low, *high) for low, high in zip(corners, corners + sides)]


def intersections(monkeypatch: pytest.MonkeyPatch) -> list[BaseGeometry]:
    """What is cut by another shape from now on."""
    cut = []
    plain = BaseGeometry.intersection

    def noted(shape, *others, **options):
        cut.append(shape)
        return plain(shape, *others, **options)

    monkeypatch.setattr(BaseGeometry, "intersection", noted)
    return cut


def joined_in(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[BaseGeometry]:
    """All shapes that a module joins from now on, as to lay them over a polygon."""
    joined = []

    def noted(shapes):
        joined.extend(shapes)
        return unary_union(shapes)

    monkeypatch.setattr(module, "unary_union", noted)
    return joined
