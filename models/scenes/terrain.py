# SPDX-License-Identifier: GPL-2.0-or-later
"""Made-up hillslopes: a trunk river, noise, then uplift, stream-power lowering,
threshold slopes and creep.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .drainage import fill, lower, route
from .fields import SceneGrid, diffuse, noise, resample

LONGEST = 150  # cells of the coarse grid along the longer side of the scene
FINEST = 5.0  # m, smallest coarse cell
# share of the scene added around it, so that borders of the coarse grid stay outside
MARGIN = 0.08


@dataclass(frozen=True)
class Style:
    """Uplift (m a step), erodibility times step, creep (m2 a step), threshold slopes
    (degrees), plateau height (m).
    """

    uplift: float
    erodibility: float
    creep: float
    slopes: tuple[float, float]
    plateau: float
    steps: int


STYLES = {
    "mountain": Style(
        uplift=7.0,
        erodibility=0.30,
        creep=160.0,
        slopes=(18.0, 37.0),
        plateau=0.0,
        steps=28,
    ),
    "loess": Style(
        uplift=0.0,
        erodibility=0.045,
        creep=14.0,
        slopes=(20.0, 40.0),
        plateau=110.0,
        steps=24,
    ),
}


@dataclass(frozen=True)
class River:
    """A winding trunk river: base level of the scene. Angles in radians, lengths in
    metres.
    """

    x: float
    y: float
    angle: float
    swings: tuple[tuple[float, float, float], ...]  # amplitude, wavelength, phase
    half_width: float
    fall: float  # m per m along the river

    def along(self, grid: SceneGrid) -> np.ndarray:
        return (grid.x - self.x) * np.cos(self.angle) + (grid.y - self.y) * np.sin(
            self.angle
        )

    def distance(self, grid: SceneGrid) -> np.ndarray:
        """About the distance to the middle of the river, m."""
        return np.abs(self.offset(grid))

    def offset(self, grid: SceneGrid) -> np.ndarray:
        """The distance with a sign: positive on the right bank of the way the river is
        drawn.
        """
        s = self.along(grid)
        across = (grid.y - self.y) * np.cos(self.angle) - (grid.x - self.x) * np.sin(
            self.angle
        )
        bend = np.zeros_like(s)
        lean = np.zeros_like(s)
        for amplitude, wavelength, phase in self.swings:
            turn = 2 * np.pi * s / wavelength + phase
            bend += amplitude * np.sin(turn)
            lean += amplitude * 2 * np.pi / wavelength * np.cos(turn)
        return (across - bend) / np.sqrt(1 + lean**2)


@dataclass(frozen=True)
class SceneTerrain:
    """Heights (m) on the scene's grid, wetness (log10 of contributing m2) and what the
    drainage was computed on.
    """

    z: np.ndarray
    wetness: np.ndarray
    river: np.ndarray  # m to the middle of the trunk river
    right_bank: np.ndarray  # bool: which side of it
    river_half_width: float
    drainage: SceneGrid  # the coarser grid of routing, wider than the scene
    base: np.ndarray  # on the drainage grid: cells at base level


def erode(
    z: np.ndarray,
    grid: SceneGrid,
    base: np.ndarray,
    style: Style,
    steps: int,
    rng: np.random.Generator,
    steepest: np.ndarray,
) -> np.ndarray:
    """Steps of uplift, lowering and creep; base cells keep their height."""
    level = z[base]
    for _ in range(steps):
        z = z + style.uplift * ~base
        filled = fill(z, base)
        z = lower(filled, route(filled, grid.dx, base, rng), style.erodibility, steepest)
        z = diffuse(z, grid, style.creep).astype(float)
        z[base] = level
    return z


def make_terrain(
    grid: SceneGrid, style_name: str, rng: np.random.Generator
) -> SceneTerrain:
    """Terrain for a scene; the same generator state gives the same heights."""
    style = STYLES[style_name]
    river = _draw_river(grid, rng)
    coarse = _around(grid, max(max(grid.width_m, grid.height_m) / LONGEST, FINEST))
    z, base = _start(coarse, river, style, rng)
    low, high = np.tan(np.radians(style.slopes))
    steepest = np.clip(
        (low + high) / 2 + (high - low) / 3 * noise(coarse, rng, 2.5, 500.0), low, high
    )
    z = erode(z, coarse, base, style, style.steps, rng, steepest)
    fine = _around(grid, coarse.dx / 2)
    z = resample(z, coarse, fine).astype(float) + 0.05 * fine.dx * noise(
        fine, rng, 2.4, 80.0
    )
    steepest = resample(steepest, coarse, fine)
    base = resample(base, coarse, fine) > 0.5
    gentle = Style(
        style.uplift / 4, style.erodibility / 4, style.creep / 12, style.slopes, 0.0, 0
    )
    z = erode(z, fine, base, gentle, 3, rng, steepest)
    filled = fill(z, base)
    wetness = np.log10(route(filled, fine.dx, base, rng).area).reshape(fine.shape)
    detail = noise(grid, rng, 3.0, 50.0, 2.0 * max(grid.dx, grid.dy))
    distance = river.distance(grid)
    away = np.clip(distance / (4 * river.half_width) - 0.25, 0, 1)
    surface = resample(z, fine, grid) + 0.25 * away * detail
    return SceneTerrain(
        _bed(surface, grid, river, distance),
        resample(wetness, fine, grid),
        distance,
        river.offset(grid) > 0,
        river.half_width,
        fine,
        base,
    )


def _around(grid: SceneGrid, cell: float) -> SceneGrid:
    """Square cells over the scene and a margin."""
    wide = grid.width_m
    high = grid.height_m
    margin = max(MARGIN * max(wide, high), 6 * cell)
    return SceneGrid(
        int((high + 2 * margin) / cell),
        int((wide + 2 * margin) / cell),
        cell,
        cell,
        -margin,
        -margin,
    )


def _draw_river(grid: SceneGrid, rng: np.random.Generator) -> River:
    wide = grid.width_m
    high = grid.height_m
    size = max(wide, high)
    swings = tuple(
        (
            size * share * rng.uniform(0.6, 1.2),
            size * wave * rng.uniform(0.8, 1.2),
            rng.uniform(0, 2 * np.pi),
        )
        for share, wave in ((0.07, 1.1), (0.02, 0.37))
    )
    return River(
        wide * rng.uniform(0.25, 0.75),
        high * rng.uniform(0.25, 0.75),
        rng.uniform(0, 2 * np.pi),
        swings,
        float(np.clip(size * rng.uniform(0.006, 0.013), 3.0, 25.0)),
        rng.uniform(0.008, 0.02),
    )


def _start(
    grid: SceneGrid, river: River, style: Style, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """First heights and the base cells: the river and a flood plain of changing width."""
    distance = river.distance(grid)
    plain = river.half_width * (1.2 + 3.0 * np.clip(noise(grid, rng, 2.5, 600.0), 0, 1.5))
    base = distance < np.maximum(plain, grid.dx)
    level = river.fall * river.along(grid)
    rough = noise(grid, rng, rng.uniform(2.0, 2.6), 900.0)
    rough = 0.03 * distance + (4.0 if style.plateau else 10.0) * rough
    z = level + style.plateau * np.clip((distance - plain) / 40.0, 0, 1) + rough
    return np.where(base, level, np.maximum(z, level + 0.5)).astype(float), base


def _bed(
    z: np.ndarray, grid: SceneGrid, river: River, distance: np.ndarray
) -> np.ndarray:
    """The surface with a level river in it and banks that rise from it."""
    level = river.fall * river.along(grid)
    bank = np.clip((distance - river.half_width) / (1.5 * river.half_width), 0, 1)
    return (level + np.maximum(z - level, 0.4) * bank**0.7 * (bank > 0)).astype(
        np.float32
    )
