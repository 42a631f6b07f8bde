# SPDX-License-Identifier: GPL-2.0-or-later
"""What became of polygons from one run to the next."""

from __future__ import annotations

import pytest
from shapely.geometry import box

from models.errors import MrifeError
from models.evaluation.compare import compare
from models.geo.crs import Crs

CRS = Crs("+proj=laea +lat_0=30 +lon_0=100 +datum=WGS84 +units=m")


def shapes(*rectangles):
    return [box(x, y, x + w, y + h).wkb for x, y, w, h in rectangles]


def test_gained_lost_changed_same():
    earlier = shapes((0, 0, 100, 100), (300, 0, 100, 100), (600, 0, 100, 100))
    later = shapes((0, 0, 100, 90), (300, 0, 100, 60), (900, 0, 100, 100))
    result = compare(earlier, later, CRS)
    assert result.earlier.tolist() == ["same", "changed", "lost"]
    assert result.later.tolist() == ["same", "changed", "gained"]
    assert result.later_iou == pytest.approx([0.9, 0.6, 0])
    assert result.later_m2 == pytest.approx([9000, 6000, 10000], rel=1e-6)


def test_a_polygon_in_two_pieces_is_changed_not_lost():
    earlier = shapes((0, 0, 100, 100))
    later = shapes((0, 0, 45, 100), (55, 0, 45, 100))
    result = compare(earlier, later, CRS)
    assert result.earlier.tolist() == ["changed"]
    assert result.later.tolist() == ["changed", "changed"]


def test_a_small_rest_of_a_large_one_is_lost_and_not_gained():
    result = compare(shapes((0, 0, 100, 100)), shapes((0, 0, 30, 100)), CRS)
    assert (result.earlier.tolist(), result.later.tolist()) == (["lost"], ["changed"])


def test_one_empty_layer_and_two():
    result = compare([], shapes((0, 0, 10, 10)), CRS)
    assert result.later.tolist() == ["gained"] and not len(result.earlier)
    with pytest.raises(MrifeError, match="Neither layer holds a polygon"):
        compare([], [], CRS)


def test_what_has_no_area_is_left_out_and_places_stay():
    later = [b"", *shapes((0, 0, 10, 10))]
    result = compare([], later, CRS)
    assert result.later_places.tolist() == [1]
