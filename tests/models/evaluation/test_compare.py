# SPDX-License-Identifier: GPL-2.0-or-later
"""What became of polygons from one run to the next."""

from __future__ import annotations

import pytest
from shapely.geometry import box

from models.errors import MrifeError
from models.evaluation.compare import changed_rows, compare, figures_of
from models.evaluation.evaluate import plane_around
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


def test_what_exactly_reaches_a_limit():
    """On the plane itself, where nothing is rounded: 8 of 10 in common are the same, 79 of
    100 are not; half covered is changed, less is lost.
    """
    plane = plane_around((100, 30, 100, 30), Crs("EPSG:4326"))
    whole = shapes((-5, -1, 10, 2))
    for width, height, earlier, later in (
        (8, 2, "same", "same"),
        (7.9, 2, "changed", "changed"),
        (5, 2, "changed", "changed"),
        (4.9, 2, "lost", "changed"),
    ):
        result = compare(whole, shapes((-5, -1, width, height)), plane)
        assert result.earlier_iou == pytest.approx([width * height / 20])
        assert (result.earlier.tolist(), result.later.tolist()) == ([earlier], [later])
    larger = compare(shapes((-5, -1, 5, 2)), whole, plane)
    assert larger.later.tolist() == ["changed"]
    assert compare(shapes((-5, -1, 4.9, 2)), whole, plane).later.tolist() == ["gained"]


def test_the_order_of_the_runs_is_their_own():
    earlier = shapes((0, 0, 100, 100), (300, 0, 100, 100))
    later = shapes((300, 0, 100, 90), (600, 0, 100, 50), (0, 0, 100, 70))
    result = compare(earlier, later, CRS)
    assert result.later_iou == pytest.approx([0.9, 0, 0.7])
    assert result.earlier_iou == pytest.approx([0.7, 0.9])
    assert result.later.tolist() == ["same", "gained", "changed"]


@pytest.fixture
def runs():
    """One is the same, two are lost; one in two pieces is changed, three are gained."""
    earlier = shapes(
        (900, 0, 10, 10), (0, 0, 100, 100), (300, 0, 100, 100), (950, 0, 10, 30)
    )
    later = shapes(
        (0, 0, 100, 93.333),
        (300, 0, 40, 100),
        (350, 0, 50, 100),
        *((600 + 50 * place, 0, 10, 20) for place in range(3)),
    )
    return earlier, later


def test_how_many_became_what(runs):
    figures = figures_of(compare(*runs, CRS))
    assert (figures["same"], figures["changed"]) == (1, 2)
    assert (figures["gained"], figures["lost"]) == (3, 2)
    assert figures["gained_m2"] == pytest.approx(3 * 200, rel=1e-6)
    assert figures["lost_m2"] == pytest.approx(100 + 300, rel=1e-6)


def test_polygons_of_the_later_run_are_counted():
    """One of the earlier run, drawn twice in the later one."""
    one = shapes((0, 0, 100, 100))
    assert figures_of(compare(one, one * 2, CRS))["same"] == 2


def test_rows_of_the_later_run_and_of_what_it_lost(runs):
    earlier, later = (
        [
            (wkb, {"id": f"{run}{place}", "rev_rank": place + 1})
            for place, wkb in enumerate(shapes)
        ]
        for run, shapes in zip("ab", runs)
    )
    rows = list(changed_rows(compare(*runs, CRS), earlier, later))
    assert [values["id"] for _, values in rows] == [
        *(f"b{place}" for place in range(6)),
        "a0",
        "a3",
    ]
    assert [values["cmp_change"] for _, values in rows] == [
        *("same", "changed", "changed"),
        *["gained"] * 3,
        *["lost"] * 2,
    ]
    assert rows[6][0] == runs[0][0]
    assert [values["cmp_iou"] for _, values in rows] == [0.9333, 0.4, 0.5, *[0] * 5]
    ranks = [values["rev_rank"] for _, values in rows]
    assert ranks == [1, 2, 3, 4, 5, 6, None, None]  # the later run's
