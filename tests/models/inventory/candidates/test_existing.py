# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygons that others drew are measured together, each as if it were alone."""

from __future__ import annotations

from samples import wkt
from shapely import wkb
from shapely.geometry import Point, Polygon

from models.geo.crs import Crs
from models.inventory.candidates.batches import MAX_POLYGONS
from models.inventory.candidates.existing import ExistingInventory
from models.inventory.morphometry.morphometry import Morphometry

DEGREES = Crs(wkt(4326))
NOWHERE = Polygon([(104, 95), (104.01, 95), (104.01, 95.01)])
CROSSED = Polygon([(104, 30), (104.01, 30.01), (104.01, 30), (104, 30.01)])


def inventory():
    return ExistingInventory(Morphometry(DEGREES), DEGREES, "old", identify=True)


def drawn(count):
    """Ellipses side by side, of as many vertices as they are far; each third one twice."""
    for number in range(count):
        place = Point(104 + 0.01 * (number - number % 3 // 2), 30)
        yield place.buffer(0.003, 1 + number % 20).wkb


def alone(geometries):
    """Each measured by itself; the identifiers go on."""
    one = inventory()
    return [polygon for data in geometries for polygon in one.take([data])]


def test_many_together_are_as_each_alone():
    geometries = list(drawn(2 * MAX_POLYGONS + 9))
    geometries[5:5] = [b"", CROSSED.wkb, Point(104, 30).wkb]
    together = list(inventory().take(geometries))
    assert together == alone(geometries)
    assert [polygon.geometry is None for polygon in together[4:9]] == [0, 1, 0, 1, 0]
    assert together[6].done == ("crossing",) and together[6].changed
    names = [polygon.values["ls_id"] for polygon in together if polygon.geometry]
    assert len(set(names)) == len(names)


def test_one_that_lies_nowhere_leaves_the_others_their_measures():
    geometries = list(drawn(20))
    geometries.insert(7, NOWHERE.wkb)
    together = list(inventory().take(geometries))
    assert together == alone(geometries)
    assert [n for n, polygon in enumerate(together) if polygon.problem] == [7]
    assert wkb.loads(together[7].geometry).equals(NOWHERE)
    assert all("area_m2" in p.values for n, p in enumerate(together) if n != 7)


def test_no_more_is_read_than_is_measured_together():
    read = []

    def reading():
        for number, data in enumerate(drawn(5 * MAX_POLYGONS)):
            read.append(number)
            yield data

    polygons = inventory().take(reading())
    next(polygons)
    assert len(read) == MAX_POLYGONS
