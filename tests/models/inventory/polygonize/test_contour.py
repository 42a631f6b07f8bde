# SPDX-License-Identifier: GPL-2.0-or-later
"""Laws of outlines between pixel centres: valid, apart, and back to the mask, whatever
moves their vertices.
"""

from __future__ import annotations

import numpy as np
import pytest
from masks import flood
from samples import wkt
from shapely.geometry import Point

from models.geo.grid import Grid
from models.geo.rasterize import burn, rings_of
from models.inference.levels import NODATA, Strip
from models.inventory.polygonize.components import components
from models.inventory.polygonize.contour import contours_of, corners_of
from models.inventory.polygonize.rings import trace
from models.inventory.polygonize.smoothing import simplify, smooth

LOWEST = 125


def grid_of(values):
    return Grid(values.shape[1], values.shape[0], (0, 1, 0, 0, 0, -1), wkt(32647))


def random_levels(number):
    rng = np.random.default_rng(number)
    shape = tuple(rng.integers(1, 14, 2))
    if number % 3 == 0:
        return rng.integers(0, 256, shape).astype(np.uint8)
    if number % 3 == 1:
        return np.where(rng.random(shape) < rng.random(), 200, 0).astype(np.uint8)
    values = np.kron(rng.integers(0, 251, (4, 4)), np.ones((4, 4), int))[
        : shape[0], : shape[1]
    ].astype(np.uint8)
    values[rng.random(values.shape) < 0.1] = NODATA
    return values


def outlines(values, contour=True):
    """Outlines and pixels of all components."""
    padded = np.pad(values, 1, constant_values=NODATA)
    (found,) = (
        components([Strip(0, values)], grid_of(values), LOWEST, 0, 1)
        if inside(values).any()
        else [None]
    )
    if found is None:
        return None, None
    rings = trace(found.edges, found.owner, apart=True)
    pixels = corners_of(trace(found.edges, found.owner)).areas()
    return contours_of(
        rings, lambda row, col: padded[row + 1, col + 1], LOWEST, contour
    ), pixels


def inside(values):
    return (values >= LOWEST) & (values <= 250)


def assert_laws(made, values):
    """Valid, not overlapping, holding exactly the centres of the mask, one polygon a
    component.
    """
    polygons = made.polygons(grid_of(values))
    owner = np.zeros(values.shape, int)
    for number, polygon in enumerate(polygons, 1):
        assert polygon.is_valid and polygon.area > 0 and polygon.exterior.is_ccw
        mask = burn(rings_of(polygon, grid_of(values)), grid_of(values).whole)
        assert not owner[mask].any()
        owner[mask] = number
        assert all(
            polygon.intersection(other).area < 1e-12 for other in polygons[: number - 1]
        )
    assert np.array_equal(owner > 0, inside(values))
    labels = flood(inside(values))
    assert (
        len(polygons)
        == labels.max()
        == len({(a, b) for a, b in zip(labels[labels > 0], owner[labels > 0])})
    )
    assert made.areas() == pytest.approx([polygon.area for polygon in polygons])


def in_one_batch(values):
    """Only rasters whose components all end in one step of the sweep: here, all of them."""
    return list(components([Strip(0, values)], grid_of(values), LOWEST, 0, 1))


@pytest.mark.parametrize("number", range(60))
@pytest.mark.parametrize("contour", [True, False])
def test_any_raster_keeps_the_laws_through_all_steps(number, contour):
    values = random_levels(number)
    values[-1] = np.where(
        inside(values[-1]), 0, values[-1]
    )  # so that all components end together
    made, _ = outlines(values, contour)
    if made is None:
        return
    assert_laws(made, values)
    areas = made.areas()
    for most in (0.02, 9.0):
        smoothed, _ = smooth(made, 15, areas, most)
        assert_laws(smoothed, values)
        for tolerance in (0.3, 5.0):
            thinned, _ = simplify(smoothed, tolerance, (1, 1), areas, most)
            assert_laws(thinned, values)
            assert (np.abs(thinned.areas() - areas) <= most * areas + 1e-9).all()


def disc(radius, soft):
    size = 2 * radius + 11
    row, col = np.mgrid[:size, :size]
    away = np.hypot(col + 0.5 - size / 2 - 0.3, row + 0.5 - size / 2 + 0.1) - radius
    return (
        np.clip(124.5 - 25 * away, 0, 250) if soft else np.where(away < 0, 200, 0)
    ).astype(np.uint8)


@pytest.mark.parametrize("radius", [20, 50])
@pytest.mark.parametrize("soft", [True, False])
@pytest.mark.parametrize("contour", [True, False])
def test_a_disc_keeps_its_perimeter_and_area(radius, soft, contour):
    made, pixels = outlines(disc(radius, soft), contour)
    areas = made.areas() if contour else pixels.astype(float)
    smoothed, used = smooth(made, 15, areas, 0.02)
    thinned, share = simplify(smoothed, 0.25, (1, 1), areas, 0.02)
    (round_trip,) = thinned.polygons(grid_of(disc(radius, soft)))
    assert used == [15] and share == [1]
    assert round_trip.length == pytest.approx(
        2 * np.pi * radius, rel=0.015
    )  # pixel edges: 27 % more
    assert round_trip.area == pytest.approx(np.pi * radius**2, rel=0.02)
    assert len(thinned.offset) < len(made.offset) / 3


def test_smoothing_does_not_shrink_small_polygons():
    made, _ = outlines(disc(5, False))
    smoothed, used = smooth(made, 15, made.areas(), 9)
    assert used == [15] and smoothed.areas() == pytest.approx(made.areas(), rel=0.015)


def test_the_contour_lies_where_the_probability_says():
    made, _ = outlines(disc(30, True))
    points = made.points - 71 / 2 - (0.3, -0.1)
    assert (
        np.abs(np.hypot(*points.T) - 30).max() < 0.06
    )  # levels are whole numbers: 1/25 of a pixel
    stairs, _ = outlines(disc(30, True), contour=False)
    assert np.abs(np.hypot(*(stairs.points - 71 / 2 - (0.3, -0.1)).T) - 30).max() > 0.3


def test_the_outline_reaches_the_border_and_nodata():
    values = np.full((8, 9), 200, np.uint8)
    values[3:5, 4:6] = NODATA
    values[7] = 0
    (polygon,) = outlines(values)[0].polygons(grid_of(values))
    assert polygon.bounds[:1] + polygon.bounds[2:] == (0, 9, 0)
    (hole,) = polygon.interiors
    assert (
        set(hole.coords) >= {(4, -3), (6, -3), (6, -5), (4, -5)}
        and hole.envelope.area == 4
    )
    assert polygon.bounds[1] == pytest.approx(
        -6.5 - 75.5 / 200
    )  # towards low values it follows them
    smoothed, _ = smooth(outlines(values)[0], 15, outlines(values)[0].areas(), 9)
    assert (
        smoothed.polygons(grid_of(values))[0].interiors[0].envelope.area == 4
    )  # fixed vertices stay


def test_smoothing_that_would_change_an_area_takes_fewer_passes_or_none():
    values = np.zeros((9, 40), np.uint8)
    values[1:6, 1:6] = 200
    values[3, 10:30] = 200
    made, _ = outlines(values, contour=False)
    areas = np.array([25.0, 20.0])
    smoothed, used = smooth(made, 16, areas, 1e-6)
    assert used.tolist() == [0, 0] and np.array_equal(smoothed.offset, made.offset)
    _, used = smooth(made, 16, made.areas(), 0.02)
    assert (used > 0).any()


def test_simplifying_moves_the_outline_by_no_more_than_asked():
    made, _ = outlines(disc(50, False))
    smoothed, _ = smooth(made, 15, made.areas(), 0.02)
    (full,) = smoothed.polygons(grid_of(disc(50, False)))
    counts = []
    for metres in (0.1, 0.4):
        thinned, _ = simplify(
            smoothed, metres, (2, 2), made.areas(), 0.02
        )  # pixels of 2 m
        (polygon,) = thinned.polygons(grid_of(disc(50, False)))
        assert (
            max(polygon.exterior.distance(Point(p)) for p in full.exterior.coords)
            <= metres / 2 + 1e-9
        )
        counts.append(len(thinned.offset))
    assert counts[1] < counts[0] < len(made.offset)


def test_corners_stay_on_pixel_edges():
    values = disc(20, False)
    (found,) = in_one_batch(values)
    made = corners_of(trace(found.edges, found.owner))
    smoothed, _ = smooth(made, 15, made.areas(), 9)
    assert np.array_equal(smoothed.points, made.points) and made.areas() == pytest.approx(
        [inside(values).sum()]
    )
