# SPDX-License-Identifier: GPL-2.0-or-later
"""Square cells of an investigated area: how long their side is, and what they hold."""

from __future__ import annotations

import pytest
from overlays import LAKE, intersections
from samples import wkt
from shapely import wkb
from shapely.affinity import scale, translate
from shapely.geometry import Point, box

from models.errors import MrifeError
from models.geo.crs import Crs
from models.inventory.report.columns import collect
from models.inventory.report.density import DensityCells, round_length
from models.inventory.report.study_area import StudyArea

UTM = Crs(wkt(32648))
SCALE = 0.9996  # of its map along the middle


def area(width, height):
    return StudyArea([box(500_000, 4e6, 500_000 + width, 4e6 + height).wkb], UTM)


def cells(ground, outlines, side=1000):
    """Values of the cells from west to east."""
    records = [(outline.wkb, {}) for outline in outlines]
    landslides = collect(records, UTM, keep_whole=True)
    made = DensityCells(ground, side).density(landslides)
    by_place = sorted(made, key=lambda cell: wkb.loads(cell[0]).bounds)
    return [values for _, values in by_place]


@pytest.mark.parametrize(
    "length, side",
    [(1, 1), (1.41, 1), (1.42, 2), (3.1, 2), (3.3, 5), (7, 5), (7.1, 10), (720, 1000)],
)
def test_a_round_length_is_the_nearest_by_its_ratio(length, side):
    assert round_length(length) == pytest.approx(side)


def test_without_a_side_twenty_cells_lie_across():
    assert DensityCells(area(10_000, 10_000)).side == 500
    assert DensityCells(area(40_000, 10_000)).side == 1000  # of 20 x 20 km


def test_landslides_by_square_kilometre_of_half_a_cell():
    (cell,) = cells(area(1000, 500), [box(500_100, 4e6, 500_200, 4_000_100)])
    assert cell["cell_m2"] == pytest.approx(5e5 / SCALE**2, rel=1e-4)
    assert cell["ls_per_km2"] == pytest.approx(2 * SCALE**2, rel=1e-3)
    assert cell["ls_share"] == pytest.approx(2)


def test_a_landslide_counts_in_the_cell_of_its_inner_point():
    """The last 100 m of the first of three cells."""
    made = cells(area(3000, 1000), [box(500_850, 4_000_850, 500_990, 4_000_990)])
    assert [cell["ls_count"] for cell in made] == [1, 0, 0]


def test_the_share_is_that_of_the_whole_outline():
    """A circle, which the map draws with fewer corners: 3 % less of it."""
    circle = Point(500_500, 4_000_500).buffer(200, 64)
    (cell,) = cells(area(1000, 1000), [circle])
    assert cell["ls_share"] == pytest.approx(100 * circle.area / 1e6, abs=1e-3)


def test_ground_under_two_is_that_of_their_whole_outlines():
    """Circles, which the map draws with fewer corners."""
    circle = Point(500_500, 4_000_500).buffer(200, 64)
    (cell,) = cells(area(1000, 1000), [circle, circle])
    assert cell["ls_count"] == 2
    assert cell["ls_share"] == pytest.approx(100 * circle.area / 1e6, abs=1e-3)


def test_cells_in_degrees_are_square_on_the_ground():
    """A degree at 60 degrees north: 55.8 km to the east, 111.4 km to the north."""
    degrees = Crs(wkt(4326))
    ground = StudyArea([box(100, 60, 100.1, 60.05).wkb], degrees)
    outline = box(100.05, 60.02, 100.051, 60.021).wkb
    landslides = collect([(outline, {})], degrees, keep_whole=True)
    made = list(DensityCells(ground, 1000).density(landslides))
    assert sum(values["ls_count"] for _, values in made) == 1
    cell, values = max(made, key=lambda cell: cell[1]["cell_m2"])
    west, south, east, north = wkb.loads(cell).bounds
    assert (east - west) * 55_800 == pytest.approx(1000, rel=0.01)
    assert (north - south) * 111_400 == pytest.approx(1000, rel=0.01)
    assert values["cell_m2"] == pytest.approx(1e6, rel=0.01)


@pytest.mark.parametrize("epsg", [4326, 3857])
def test_the_share_is_that_of_the_ground_in_large_cells(epsg):
    """The northern tenth of a degree at 70 north, 2 % narrower there than in the middle:
    of the zone on the ellipsoid 9.779 %, by Karney's geodesics in pieces of some metres.
    """
    crs = Crs(wkt(epsg))

    def between(south, north):
        corners = Crs(wkt(4326)).transform([(15, south), (18, north)], crs)
        return box(*corners.ravel())

    landslides = collect([(between(70.9, 71).wkb, {})], crs, keep_whole=True)
    ground = StudyArea([between(70, 71).wkb], crs)
    made = [values for _, values in DensityCells(ground, 300_000).density(landslides)]
    under = sum(values["cell_m2"] * values["ls_share"] / 100 for values in made)
    assert under / ground.m2 == pytest.approx(0.097787, abs=1e-5)


def test_a_border_along_cells_makes_no_cell_of_nothing():
    """Three cells of 33.3 m, which no binary number holds to its last digit."""
    outline = box(499_999.5, 2_499_997.5, 500_099.4, 2_500_097.4)
    made = cells(StudyArea([outline.wkb], UTM), [outline], 33.3)
    assert [values["ls_share"] for values in made] == [100] * 9


def test_too_many_cells_are_refused():
    with pytest.raises(MrifeError, match="Cells of 1 m would be 1000000"):
        DensityCells(area(1000, 1000), 1)


def test_the_longitude_of_a_layer_from_0_to_360_is_west_of_greenwich():
    landslides = collect([(box(250, 10, 250.01, 10.01).wkb, {})], Crs("EPSG:4326"))
    assert landslides.numbers["lon"].tolist() == [-109.995]


def test_only_cells_on_the_border_are_cut(monkeypatch):
    """Of an area with thousands of vertices, and of a landslide as large as a cell."""
    ground = StudyArea([translate(scale(LAKE, 10, 10), 500_000, 4e6).wkb], UTM)
    slide = box(499_990, 4e6 - 10, 501_010, 4_001_010)
    landslides = collect([(slide.wkb, {})], UTM, keep_whole=True)
    density = DensityCells(ground, 1000).density(landslides)
    cut = intersections(monkeypatch)
    assert sum(1 for _ in density) == 344
    border = 76  # cells
    beside = 8  # cells that the landslide reaches
    assert len(cut) == border + beside
