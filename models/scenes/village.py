# SPDX-License-Identifier: GPL-2.0-or-later
"""What people build in a valley: a road along the river and houses beside it."""

from __future__ import annotations

import numpy as np

from .fields import SceneGrid, gradient, noise
from .terrain import SceneTerrain

ROAD = (0.36, 0.345, 0.32)
ROOFS = (
    (0.42, 0.40, 0.38),
    (0.24, 0.23, 0.23),
    (0.36, 0.20, 0.15),
    (0.20, 0.28, 0.45),
    (0.52, 0.51, 0.50),
)
HOUSES = 260.0  # tried a square kilometre
STEEPEST = 14.0  # degrees under a house


def settle_people(
    image: np.ndarray,
    canopy: np.ndarray,
    z: np.ndarray,
    terrain: SceneTerrain,
    grid: SceneGrid,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Reflectance (3, H, W) and canopy height (m) with a road and houses in them."""
    away = terrain.river - terrain.river_half_width
    path = np.abs(
        np.maximum(away - 6.0, 0)
        - np.abs(22.0 + 14.0 * noise(grid, rng, 4.0, 500.0, 120.0))
    )
    path = np.where(terrain.right_bank & (away > 4.0), path, 99.0)
    road = np.clip((3.4 - path) / 1.2, 0, 1)
    colour = np.array(ROAD, np.float32)[:, None, None]
    image = image + (colour - image) * road
    canopy = canopy * (1 - road)
    slope = np.where(
        away > 14.0, np.degrees(np.arctan(np.hypot(*gradient(z, grid)))), 90.0
    )
    area = grid.width * grid.dx * grid.height * grid.dy / 1e6
    for _ in range(rng.poisson(HOUSES * area)):
        _house(image, canopy, slope, path, grid, rng)
    return image, canopy


def _house(
    image: np.ndarray,
    canopy: np.ndarray,
    slope: np.ndarray,
    path: np.ndarray,
    grid: SceneGrid,
    rng: np.random.Generator,
) -> None:
    """One gabled roof, if the drawn place is gentle and near the road; draws the same
    numbers either way.
    """
    x = rng.uniform(0, grid.width_m)
    y = rng.uniform(0, grid.height_m)
    turn = rng.uniform(0, np.pi)
    half = rng.uniform(4.0, 9.0)
    deep = rng.uniform(3.0, 5.0)
    roof = np.array(ROOFS[rng.integers(len(ROOFS))], np.float32)[:, None]
    far = rng.exponential(60.0)
    if (
        not 7.0 < grid.sample(path, x, y) < 7.0 + far
        or grid.sample(slope, x, y) > STEEPEST
    ):
        return
    cut = grid.window((x, y, x, y), half + deep)
    part = grid.cut(*cut)
    east = part.x[None, :] - x
    south = part.y - y
    along = np.abs(east * np.cos(turn) + south * np.sin(turn))
    across = east * np.sin(turn) - south * np.cos(turn)
    under = (along < half) & (np.abs(across) < deep)
    image[:, cut[0], cut[1]][:, under] = roof * np.where(across[under] > 0, 1.15, 0.85)
    canopy[cut][under] = 4.0 + 2.0 * (1 - np.abs(across[under]) / deep)
