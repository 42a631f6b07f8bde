# SPDX-License-Identifier: GPL-2.0-or-later
"""Head scarp, flanks and toe of outlines whose crown and toe are known."""

import math

import numpy as np
import pytest
from samples import wkt
from shapely import affinity, wkb
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box
from shapely.ops import linemerge

from models.geo.crs import Crs
from models.inventory.morphometry.lines import OutlineLines, known_direction

X, Y = 500000.0, 3300000.0  # on the central meridian: grid north is true north
SCALE = 0.9996  # of the projection there
UTM = Crs(wkt(32648))


def turned(shape, azimuth):
    """A shape that moves south, turned to move towards `azimuth`."""
    return affinity.rotate(shape, 180 - azimuth, origin=(X, Y))


def parts(polygon, azimuth, crs=UTM):
    return {part.name: part for part in OutlineLines(crs).split(polygon, azimuth)}


@pytest.mark.parametrize("azimuth", [0, 45, 90, 180, 233, 359])
@pytest.mark.parametrize("clockwise", [False, True])
def test_sides_of_a_rectangle(azimuth, clockwise):
    slide = box(X - 40, Y - 100, X + 40, Y + 100)
    if clockwise:
        slide = Polygon(slide.exterior.coords[::-1])
    found = parts(turned(slide, azimuth), azimuth)
    sides = {
        "scarp": ((-40, 100), (40, 100)),
        "toe": ((-40, -100), (40, -100)),
        # it moves south: the right hand of who looks down from the crown is west
        "right": ((-40, 100), (-40, -100)),
        "left": ((40, 100), (40, -100)),
    }
    assert set(found) == set(sides)
    for name, ends in sides.items():
        side = turned(LineString([(X + x, Y + y) for x, y in ends]), azimuth)
        assert found[name].line.hausdorff_distance(side) < 1e-6
        assert found[name].length == pytest.approx(side.length / SCALE, rel=1e-5)


@pytest.mark.parametrize("azimuth", [10, 180, 275])
def test_an_ellipse_parts_at_its_shoulders(azimuth):
    ellipse = affinity.scale(Point(X, Y).buffer(1, 64), 50, 120)
    polygon = turned(ellipse, azimuth)
    found = parts(polygon, azimuth)
    lines = [part.line for part in found.values()]
    assert linemerge(lines).length == pytest.approx(polygon.length, rel=1e-9)
    shoulder = turned(Point(X - 50 / math.sqrt(2), Y + 120 / math.sqrt(2)), azimuth)
    for name in ("scarp", "right"):
        assert found[name].line.distance(shoulder) < 2
        assert min(Point(c).distance(shoulder) for c in ends(found[name].line)) < 3
    assert found["scarp"].length == pytest.approx(found["toe"].length, rel=0.02)
    assert found["left"].length > 1.5 * found["scarp"].length


def ends(line):
    return line.coords[0], line.coords[-1]


def test_the_polygon_lies_on_the_left_hand():
    """Where the ticks of the style point."""
    for part in parts(Point(X, Y).buffer(100), 120).values():
        begin, end = (np.array(c) for c in ends(part.line))
        along = end - begin
        to_middle = np.array([X, Y]) - begin
        assert along[0] * to_middle[1] - along[1] * to_middle[0] > 0


def test_a_rough_outline_has_each_part_once():
    random = np.random.default_rng(5)
    angles = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    radius = 100 * (1 + 0.15 * random.normal(size=200))
    ring = [
        (X + r * math.cos(a), Y + 2 * r * math.sin(a)) for r, a in zip(radius, angles)
    ]
    polygon = Polygon(ring).buffer(0)
    found = parts(polygon, 180)
    highest = max(ring, key=lambda c: c[1])
    lowest = min(ring, key=lambda c: c[1])
    assert found["scarp"].line.distance(Point(highest)) < 1e-6
    assert found["toe"].line.distance(Point(lowest)) < 1e-6
    total = sum(part.line.length for part in found.values())
    assert total == pytest.approx(Polygon(ring).exterior.length, rel=1e-9)


def test_a_triangle_has_no_toe_line_and_holes_none():
    spike = Polygon([(X - 50, Y + 50), (X + 50, Y + 50), (X, Y - 80)])
    assert set(parts(spike, 180)) == {"scarp", "left", "right"}
    holed = box(X, Y, X + 100, Y + 200).difference(box(X + 40, Y + 50, X + 60, Y + 90))
    two = MultiPolygon([holed, box(X + 300, Y, X + 310, Y + 10)])
    found = parts(two, 180)
    assert sum(part.line.length for part in found.values()) == pytest.approx(600)


def test_metres_where_the_system_counts_in_degrees():
    degrees = Polygon([(105, 30), (105.001, 30), (105.001, 30.002), (105, 30.002)])
    found = parts(degrees, 180, Crs(wkt(4326)))
    assert found["scarp"].length == pytest.approx(96.5, abs=0.1)
    assert found["left"].length == pytest.approx(221.7, abs=0.2)


@pytest.mark.parametrize(
    "measured, own, direction",
    [
        ({"azim_deg": 90.0, "azim_r": 0.9}, {}, (90.0, "dem")),
        ({"azim_deg": 90.0, "azim_r": 0.4}, {"azim_deg": 80, "azim_r": 1}, None),
        ({"azim_deg": None, "azim_r": None}, {"azim_deg": 80, "azim_r": 1}, None),
        ({"area_m2": 1.0}, {"azim_deg": "80,5", "azim_r": 0.5}, (80.5, "layer")),
        ({}, {"azim_deg": 80}, None),
        ({}, {}, None),
    ],
)
def test_a_direction_is_known_where_slopes_agree(measured, own, direction):
    assert known_direction(measured, own) == direction


def test_rows_say_whose_they_are():
    lines = OutlineLines(UTM)
    slide = box(X - 40, Y - 100, X + 40, Y + 100).wkb
    lines.add(slide, {}, {"LS_ID": "a_1", "Azim_Deg": 180.0, "AZIM_R": 0.8})
    lines.add(slide, {"ls_id": "b_2", "azim_deg": None, "azim_r": None}, {})
    assert lines.without == 1 and len(lines.rows) == 4
    line, values = lines.rows[0]
    assert wkb.loads(line).geom_type == "LineString"
    assert values == {
        "ls_id": "a_1",
        "ls_part": "scarp",
        "line_m": 80.0,
        "dir_from": "layer",
        "azim_deg": 180.0,
    }
