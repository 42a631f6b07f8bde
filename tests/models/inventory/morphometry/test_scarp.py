# SPDX-License-Identifier: GPL-2.0-or-later
"""Head scarps of known height, and slopes that have none; what size estimates make of
them.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from shapely import affinity
from shapely.geometry import Point, Polygon, box
from slopes import IMAGE, X, Y, dem

from models.geo.dem import ElevationModel
from models.inventory.morphometry.terrain import Terrain
from models.inventory.morphometry.volume import sizes
from models.inventory.schema import SIZE, SIZES

LENGTH, WIDTH, BODY, STEEP = 240.0, 160.0, 9.0, 35.0


def slide(azimuth: float):
    """Crown at the upper end."""
    return affinity.translate(
        affinity.rotate(
            box(-WIDTH / 2, -LENGTH / 2, WIDTH / 2, LENGTH / 2), -azimuth, origin=(0, 0)
        ),
        X,
        Y,
    )


def ground(azimuth: float, height: float, noise: float = 0.0, steepness: float = STEEP):
    """From the crown `height` metres down at 35 degrees, then 9 degrees to the toe."""
    run, rng = height / math.tan(math.radians(steepness)), np.random.default_rng(0)

    def z(east, north):
        along = (
            LENGTH / 2
            + east * math.sin(math.radians(azimuth))
            + north * math.cos(math.radians(azimuth))
        )
        steep = along.clip(0, run)
        return (
            1000
            - math.tan(math.radians(BODY)) * (along - steep)
            - math.tan(math.radians(steepness)) * steep
            + rng.normal(0, noise, east.shape)
        )

    return z


@pytest.mark.parametrize(
    "cell, azimuth, height, noise",
    [
        (2, 0, 20, 0),
        (2, 130, 12, 0.1),
        (1, 250, 30, 0.1),
        (5, 40, 30, 0.2),
        (0.5, 90, 15, 0.05),
    ],
)
def test_a_scarp_of_known_height(tmp_path, cell, azimuth, height, noise):
    found = Terrain(
        ElevationModel(
            dem(tmp_path / "d.tif", ground(azimuth, height, noise), cell, half=200)
        ),
        IMAGE.crs,
    ).measure(slide(azimuth))
    assert found["scarp_h"] == pytest.approx(height, rel=0.15, abs=2)


@pytest.mark.parametrize("seed", range(8))
def test_a_landslide_has_the_scarp_of_its_mirror_image(tmp_path, seed):
    rng = np.random.default_rng(seed)
    turns = np.arange(14) / 14 * 2 * math.pi
    radii = 90 * rng.uniform(0.7, 1, 14)
    outline = Polygon(np.stack((radii * np.sin(turns), radii * np.cos(turns)), axis=1))
    waves = rng.uniform(-0.08, 0.08, (8, 2))

    def rough(east, north):
        along = waves[:, 0, None] * east + waves[:, 1, None] * north
        return ground(0, 15)(east, north) + 2 * np.sin(along).sum(axis=0)

    scarps = []
    for side in (1, -1):
        path = dem(
            tmp_path / f"{side}.tif", lambda e, n, s=side: rough(s * e, n), 5, half=200
        )
        shape = affinity.scale(outline, side, 1, origin=(0, 0))
        polygon = affinity.translate(shape, X, Y)
        found = Terrain(ElevationModel(path), IMAGE.crs).measure(polygon)
        scarps.append(found["scarp_h"])
    assert scarps[0] == pytest.approx(scarps[1], abs=0.2)


@pytest.mark.parametrize("first, is_known", [(-200, True), (-40, False), (0, False)])
def test_an_elevation_model_that_begins_below_the_crown_knows_no_scarp(
    tmp_path, first, is_known
):
    """The body gets gentler downhill: what is left of it begins steep."""

    def z(east, north):
        along = LENGTH / 2 + east
        hollow = 0.45 * along - along**2 / 1200
        return np.where(east < first, -9999, 1000 - along.clip(0, 20) - hollow)

    path = dem(tmp_path / "d.tif", z, 2, half=200)
    measured = Terrain(ElevationModel(path), IMAGE.crs).measure(slide(90))
    assert (measured["scarp_h"] is not None) == is_known


@pytest.mark.parametrize("cell, height", [(6, 30), (12.5, 60)])
def test_coarse_cells_say_nothing_of_a_scarp(tmp_path, cell, height):
    found = Terrain(
        ElevationModel(dem(tmp_path / "d.tif", ground(20, height), cell)), IMAGE.crs
    ).measure(slide(20))
    assert found["scarp_h"] is None and found["slope_mean"] is not None


@pytest.mark.parametrize(
    "cell, height, noise", [(2, 0, 0), (2, 0, 0.2), (5, 4, 0), (2, 1, 0)]
)
def test_an_even_slope_and_a_step_below_three_cells_are_no_scarp(
    tmp_path, cell, height, noise
):
    found = Terrain(
        ElevationModel(dem(tmp_path / "d.tif", ground(75, height, noise), cell)),
        IMAGE.crs,
    ).measure(slide(75))
    assert found["scarp_h"] is None


def test_an_upper_part_hardly_steeper_than_the_body_is_no_scarp(tmp_path):
    found = Terrain(
        ElevationModel(dem(tmp_path / "d.tif", ground(0, 12, steepness=10.5))), IMAGE.crs
    ).measure(slide(0))
    assert found["scarp_h"] is None


def test_a_step_at_the_toe_is_no_head_scarp(tmp_path):
    upside_down = ground(180, 20)
    found = Terrain(
        ElevationModel(dem(tmp_path / "d.tif", lambda e, n: 2000 - upside_down(e, n))),
        IMAGE.crs,
    ).measure(slide(0))
    assert found["azim_deg"] == pytest.approx(0, abs=1) and found["scarp_h"] is None


def test_volume_from_the_scarp_else_from_the_area():
    with_scarp = sizes({"area_m2": 40000.0, "scarp_h": 20.0, "slope_pln": 60.0})
    assert with_scarp == {
        "depth_est": 10.0,
        "vol_est": 400000.0,
        "vol_meth": "scarp",
        "size_cls": "medium",
    }
    without = sizes({"area_m2": 10000.0, "scarp_h": None, "slope_pln": 20.0})
    assert without == {
        "depth_est": None,
        "vol_est": 47000.0,
        "vol_meth": "scaling",
        "size_cls": "small",
    }
    assert list(sizes({"area_m2": 1.0})) == [field.name for field in SIZE]


@pytest.mark.parametrize(
    "area, size", [(1e4, "small"), (1e5, "large"), (1e6, "very_large"), (3e4, "medium")]
)
def test_classes_of_volume(area, size):
    assert sizes({"area_m2": area})["size_cls"] == size
    assert size in set(SIZES)


@pytest.mark.parametrize("limit, size", [(1e5, "medium"), (1e6, "large")])
def test_the_class_of_a_volume_is_that_of_the_number_beside_it(limit, size):
    area = (0.999 * limit / 0.074) ** (1 / 1.45)
    found = sizes({"area_m2": area})
    assert (found["vol_est"], found["size_cls"]) == (limit, size)


def test_a_round_slide_on_a_cone_has_no_direction_and_no_scarp(tmp_path):
    found = Terrain(
        ElevationModel(dem(tmp_path / "d.tif", lambda e, n: 1000 - 0.3 * np.hypot(e, n))),
        IMAGE.crs,
    ).measure(Point(X, Y).buffer(150))
    assert found["scarp_h"] is None and found["dem_chk"] == "divide"


def arcuate(azimuth: float):
    """A slide with a half-circle as its crown."""
    crown = Point(0, WIDTH / 2 - LENGTH / 2).buffer(WIDTH / 2, 64)
    body = box(-WIDTH / 2, WIDTH / 2 - LENGTH / 2, WIDTH / 2, LENGTH / 2)
    turned = affinity.rotate(crown.union(body), -azimuth, origin=(0, 0))
    return affinity.translate(turned, X, Y)


def scarp_along(azimuth: float, height: float, noise: float):
    """`height` metres down at 35 degrees from the half-circle towards its middle, in a
    slope of 9 degrees.
    """
    fall, body = math.tan(math.radians(STEEP)), math.tan(math.radians(BODY))
    run, rng = height / fall, np.random.default_rng(0)
    east_of, north_of = math.sin(math.radians(azimuth)), math.cos(math.radians(azimuth))

    def z(east, north):
        along = LENGTH / 2 + east * east_of + north * north_of
        across = east * north_of - north * east_of
        inward = WIDTH / 2 - np.hypot(along - WIDTH / 2, across)
        inward = np.where(along < WIDTH / 2, inward, run).clip(0, run)
        rough = rng.normal(0, noise, east.shape)
        return 1000 - body * along - (fall - body) * inward + rough

    return z


@pytest.mark.parametrize("height", [3, 10, 25])
@pytest.mark.parametrize("cell, azimuth, noise", [(1, 0, 0), (1, 40, 0.05)])
def test_an_arcuate_crown_adds_nothing(tmp_path, cell, azimuth, noise, height):
    """What the crown falls itself along the movement is no scarp."""
    surface = scarp_along(azimuth, height, noise)
    model = ElevationModel(dem(tmp_path / "d.tif", surface, cell, half=150))
    found = Terrain(model, IMAGE.crs).measure(arcuate(azimuth))
    assert found["scarp_h"] == pytest.approx(height, abs=1)


@pytest.mark.parametrize("height", [3, 10, 25])
def test_a_straight_crown_loses_nothing(tmp_path, height):
    """A profile of long steps began and ended inside the scarp."""
    model = ElevationModel(dem(tmp_path / "d.tif", ground(0, height), 1, half=150))
    found = Terrain(model, IMAGE.crs).measure(slide(0))
    assert found["scarp_h"] == pytest.approx(height, abs=1)
