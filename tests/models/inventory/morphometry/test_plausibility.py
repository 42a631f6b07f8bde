# SPDX-License-Identifier: GPL-2.0-or-later
"""Each code of the terrain check on ground made to deserve it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from shapely.geometry import MultiPolygon, Point, box
from slopes import IMAGE, SLIDE, X, Y, dem, plane

from models.geo.dem import ElevationModel
from models.inventory.morphometry.ground import GroundInside
from models.inventory.morphometry.plausibility import check, slope_limit
from models.inventory.morphometry.terrain import Terrain
from models.inventory.schema import CHECKS

TWO_BENCHES = MultiPolygon(
    [box(X - 150, Y - 60, X - 20, Y + 60), box(X + 20, Y - 60, X + 150, Y + 60)]
)
GROUND = {  # code: height(east, north), polygon
    "ok": (plane(120, 15), SLIDE),
    "flat": (
        lambda e, n: plane(60, 0.5)(e, n) + 0.3 * np.sin(e / 7) * np.cos(n / 9),
        SLIDE,
    ),  # a terrace
    "low_relief": (plane(0, 12), box(X - 8, Y - 8, X + 8, Y + 8)),  # 3 m in 16
    "incoherent": (
        lambda e, n: plane(0, 5)(e, n) + 12 * np.sin(e / 12) * np.sin(n / 12),
        SLIDE,
    ),  # a heap of bumps
    "uphill": (
        lambda e, n: 1000 - 0.2 * e + np.where(e > 0, 120, 0),
        TWO_BENCHES,
    ),  # the lower one lies behind
    "divide": (lambda e, n: 1000 - 0.3 * np.abs(e - 20) - 0.02 * n, SLIDE),
    "valley": (lambda e, n: 1000 + 0.3 * np.abs(e + 30) - 0.05 * n, SLIDE),
    "partial": (lambda e, n: np.where(n > 30, np.nan, plane(90, 15)(e, n)), SLIDE),
    "none": (
        lambda e, n: np.where(np.hypot(e, n) < 170, np.nan, plane(90, 15)(e, n)),
        SLIDE,
    ),
}


@pytest.mark.parametrize("code", list(CHECKS))
def test_ground_that_deserves_it(tmp_path, code):
    height, polygon = GROUND[code]
    assert (
        Terrain(ElevationModel(dem(tmp_path / "d.tif", height)), IMAGE.crs).measure(
            polygon
        )["dem_chk"]
        == code
    )


@pytest.mark.parametrize("cell, noise", [(2, 0.3), (12.5, 1.5), (30, 3)])
@pytest.mark.parametrize("seed", range(3))
def test_a_bowl_in_a_slope_is_fine_in_any_model(tmp_path, cell, noise, seed):
    rng, slope = np.random.default_rng(seed), plane(100 * seed, 14)

    def bowl(e, n):  # 12 m deep in the middle, as an old slide leaves it
        return (
            slope(e, n)
            - 12 * np.exp(-(e**2 + n**2) / 2 / 80**2)
            + rng.normal(0, noise, e.shape)
        )

    found = Terrain(
        ElevationModel(dem(tmp_path / "d.tif", bowl, cell)), IMAGE.crs
    ).measure(SLIDE)
    assert found["dem_chk"] == "ok" and found["rough_rt"] is not None


@pytest.mark.parametrize("noise", [0, 0.5, 3])
def test_the_error_of_heights_is_seen_in_them(tmp_path, noise):
    rng = np.random.default_rng(3)
    terrain = Terrain(
        ElevationModel(
            dem(
                tmp_path / "d.tif",
                lambda e, n: plane(45, 20)(e, n) + rng.normal(0, noise, e.shape),
            )
        ),
        IMAGE.crs,
    )
    ground = GroundInside(terrain.dem.window(SLIDE, IMAGE.crs))
    assert ground.height_error == pytest.approx(noise, rel=0.05, abs=1e-3)


def test_relief_must_exceed_three_times_the_error(tmp_path):
    terrain = Terrain(ElevationModel(dem(tmp_path / "d.tif", plane(45, 10))), IMAGE.crs)
    values = terrain.measure(SLIDE)
    ground = GroundInside(terrain.dem.window(SLIDE, IMAGE.crs))
    for error, code in ((0, "ok"), (16, "ok"), (19, "low_relief")):  # 53 m of relief
        ground.height_error = error
        assert check(ground, values) == code


def test_the_limit_of_slope_falls_with_relief():
    assert [slope_limit(relief) for relief in (0, 5, 20, 60, 200)] == [6, 6, 3, 1, 1]
    assert slope_limit(12.5) == 4.5


def test_a_hummocky_slide_is_rougher_than_what_surrounds_it(tmp_path):
    def hummocky(e, n):
        return plane(30, 15)(e, n) + np.where(np.hypot(e, n) < 150, 3, 0.5) * np.sin(
            e / 6
        ) * np.sin(n / 6)

    terrain = Terrain(ElevationModel(dem(tmp_path / "d.tif", hummocky)), IMAGE.crs)
    assert terrain.measure(SLIDE)["rough_rt"] > 2
    assert terrain.measure(Point(X + 280, Y).buffer(60))["rough_rt"] == pytest.approx(
        1, abs=0.2
    )


def test_the_ring_is_half_the_equivalent_radius_wide(tmp_path):
    terrain = Terrain(
        ElevationModel(dem(tmp_path / "d.tif", plane(0, 15), half=500)), IMAGE.crs
    )
    (strip,) = terrain.dem.window(SLIDE, IMAGE.crs).strips()
    assert strip.ring.sum() * 4 == pytest.approx(math.pi * (225**2 - 150**2), rel=0.04)
