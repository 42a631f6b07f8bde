# SPDX-License-Identifier: GPL-2.0-or-later
"""What lies on the ground: classes from slope, aspect and wetness, drawn as crowns,
terraces, fields and soil.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .distractors import BARE, Distractor, soften
from .fields import Cells, SceneGrid, cells, gradient, noise
from .palette import PALETTES, Palette, crops, mix
from .slides import Slide
from .terrain import SceneTerrain
from .village import settle_people

FOREST, GRASS, TERRACES, FIELDS, ROCK, WATER = range(6)
# years after which a failed slope is bare on 1/e of its face; scarps stay bare longer
BARE_YEARS = 150.0
SCARP_YEARS = 500.0


@dataclass(frozen=True)
class Cover:
    """Reflectance (3, H, W) in 0-1, canopy height (m), class numbers (H, W) and light
    let through by clouds (0-1).
    """

    reflectance: np.ndarray
    canopy: np.ndarray
    classes: np.ndarray
    light: np.ndarray


def classify(
    z: np.ndarray,
    terrain: SceneTerrain,
    grid: SceneGrid,
    style: str,
    rng: np.random.Generator,
) -> np.ndarray:
    """Class number (H, W) of each pixel: the likeliest by slope, aspect, wetness and
    patchy noise.
    """
    dzdx, dzdy = gradient(z, grid)
    slope = np.degrees(np.arctan(np.hypot(dzdx, dzdy)))
    # y grows south: rising southwards faces north
    north = dzdy / np.maximum(np.hypot(dzdx, dzdy), 1e-6)
    wet = terrain.wetness - 2.5
    patch = [noise(grid, rng, 2.2, size) for size in (260.0, 320.0, 220.0, 200.0, 60.0)]
    if style == "mountain":
        lean = 0.5
    else:
        lean = -0.5
    score = np.stack(
        [
            lean + 0.55 * north + 0.35 * wet + 0.012 * (slope - 20) + 0.85 * patch[0],
            0.25 - 0.25 * north + 0.8 * patch[1],
            0.75 - 0.7 * lean - np.abs(slope - 17) / 13 + 0.9 * patch[2],
            1.8 - slope / 6 + 0.6 * patch[3],
            (slope - 47) / 8 + 0.55 * patch[4],
        ]
    )
    classes = score.argmax(0).astype(np.uint8)
    classes[terrain.river < terrain.river_half_width] = WATER
    return classes


def make_cover(
    z: np.ndarray,
    terrain: SceneTerrain,
    grid: SceneGrid,
    style: str,
    slides: list[Slide],
    distractors: list[Distractor],
    rng: np.random.Generator,
) -> Cover:
    """Cover of the worn ground z (H, W, metres): the same rules inside slides as
    outside, but for bare young ones.
    """
    palette = PALETTES[style]
    classes = classify(z, terrain, grid, style, rng)
    broad = noise(grid, rng, 2.0, 200.0)
    fine = noise(grid, rng, 1.2, 12.0)
    crowns = cells(grid, rng, 6.5)
    image = _ground(grid, palette, broad, fine, rng)
    image = _terraces(
        image, z, classes == TERRACES, cells(grid, rng, 70.0, warp=12.0), palette, grid
    )
    parcels = cells(grid, rng, 34.0, warp=6.0)
    image = _fields(image, classes == FIELDS, parcels, palette, grid)
    image = np.where(classes == ROCK, _rock(palette, broad, fine), image)
    image, canopy = _trees(image, classes, crowns, palette, grid, rng)
    bare = _bareness(slides, distractors, grid)
    # tilled or dug at different times
    plots = np.where(parcels.border < 0.8, 0.75, 0.80 + 0.35 * parcels.value)
    image = mix(
        image,
        np.multiply.outer(
            np.array(palette.soil), plots * (1 + 0.14 * fine + 0.10 * broad)
        ),
        bare,
    )
    canopy = canopy * (1 - bare)
    image = _river(image, terrain, palette, broad, fine)
    image, canopy = settle_people(image, canopy, z, terrain, grid, rng)
    return Cover(
        np.clip(image, 0.01, 0.9).astype(np.float32),
        canopy.astype(np.float32),
        classes,
        _clouds(distractors, grid),
    )


def _ground(
    grid: SceneGrid,
    palette: Palette,
    broad: np.ndarray,
    fine: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Grass and shrub over soil."""
    dry = np.clip(0.30 + 0.22 * broad + 0.10 * fine, 0, 1)
    image = mix(
        np.multiply.outer(np.array(palette.grass, np.float32), 1 + 0.10 * fine),
        palette.soil,
        dry,
    )
    shrubs = cells(grid, rng, 3.2)
    tuft = np.clip(1 - shrubs.distance / 1.3, 0, 1) * (shrubs.value < 0.45 + 0.15 * broad)
    return mix(image, palette.forest, 0.7 * tuft)


def _terraces(
    image: np.ndarray,
    z: np.ndarray,
    where: np.ndarray,
    parcels: Cells,
    palette: Palette,
    grid: SceneGrid,
) -> np.ndarray:
    """Treads and risers along the contours of the ground as it is now, colours
    changing from plot to plot.
    """
    step = 3.2
    level = z / step + 0.1 * np.sin(parcels.value * 40)
    bench = np.floor(level)
    steep = np.hypot(*gradient(z, grid))
    share = np.clip(
        np.maximum(1.6 * steep * max(grid.dx, grid.dy), 1.0 * steep) / step, 0.08, 0.55
    )
    riser = ((level - bench) < share) & where
    plot = (
        np.abs(
            np.sin(bench * 12.9898 + np.floor(parcels.value * 64) * 78.233) * 43758.5453
        )
        % 1.0
    )
    image = np.where(where, crops(plot, palette), image)
    return mix(image, np.array(palette.forest) * 1.2, 0.70 * riser)


def _fields(
    image: np.ndarray,
    where: np.ndarray,
    parcels: Cells,
    palette: Palette,
    grid: SceneGrid,
) -> np.ndarray:
    """Plots with furrows and hedges on flat ground."""
    turn = np.floor(parcels.value * 5) * 0.7
    furrow = np.sin(
        (grid.x[None, :] * np.cos(turn) + grid.y * np.sin(turn)) * 2 * np.pi / 4.0
    )
    image = np.where(
        where, crops((parcels.value * 7.3) % 1.0, palette) * (1 + 0.06 * furrow), image
    )
    return mix(image, palette.forest, 0.8 * (where & (parcels.border < 1.2)))


def _rock(palette: Palette, broad: np.ndarray, fine: np.ndarray) -> np.ndarray:
    return np.multiply.outer(
        np.array(palette.rock, np.float32),
        np.clip(1 + 0.22 * fine + 0.10 * broad, 0.4, 1.6),
    )


def _trees(
    image: np.ndarray,
    classes: np.ndarray,
    crowns: Cells,
    palette: Palette,
    grid: SceneGrid,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Crowns as domes: dense in forest, scattered elsewhere; returns the image and
    canopy heights (m).
    """
    density = np.choose(classes, (0.88, 0.10, 0.05, 0.03, 0.10, 0.0)).astype(np.float32)
    density += (
        (classes != WATER)
        * np.where(classes == FOREST, 0.10, 0.05)
        * noise(grid, rng, 2.0, 80.0)
    )
    radius = 2.4 + 2.6 * ((crowns.value * 17.7) % 1.0)
    there = (crowns.value < density) & (crowns.distance < radius)
    dome = np.sqrt(np.clip(1 - (crowns.distance / radius) ** 2, 0, 1)) * there
    kind = (crowns.value * 91.3) % 1.0
    image = mix(image, np.array(palette.forest) * 0.9, 0.65 * (classes == FOREST))
    colour = np.multiply.outer(np.array(palette.forest, np.float32), 0.75 + 0.6 * kind)
    colour[0] *= 0.85 + 0.5 * (kind > 0.8)
    return np.where(there, colour, image), dome * (2.5 + 2.2 * (radius - 2.4))


def _bareness(
    slides: list[Slide], distractors: list[Distractor], grid: SceneGrid
) -> np.ndarray:
    """0-1: bare soil of young slides, fading with age to nothing, and of look-alikes."""
    bare = np.zeros(grid.shape, np.float32)
    for item in (*slides, *distractors):
        if isinstance(item, Slide):
            strength = max(
                np.exp(-item.age / BARE_YEARS), np.exp(-item.age / SCARP_YEARS)
            )
        else:
            strength = BARE.get(item.kind, 0.0)
        if strength < 0.004:
            continue
        cut = grid.window(item.outline.polygon().bounds, 5.0)
        part = grid.cut(*cut)
        face = soften(item.outline, part, np.random.default_rng(item.seed), 3.0, 1.5)
        if isinstance(item, Slide):
            u, _ = item.outline.local(part.x[None, :], part.y)
            body = np.exp(-item.age / BARE_YEARS)
            strength = np.where(u < 1.6 * item.scarp, strength, body)
        patchy = noise(part, np.random.default_rng(item.seed + 1), 2.0, 30.0)
        patches = np.clip(0.5 + 1.2 * strength + 0.5 * patchy, 0, 1)
        np.maximum(bare[cut], face * strength * patches, out=bare[cut])
    return bare


def _river(
    image: np.ndarray,
    terrain: SceneTerrain,
    palette: Palette,
    broad: np.ndarray,
    fine: np.ndarray,
) -> np.ndarray:
    """Water with a gravel bank."""
    out = terrain.river / terrain.river_half_width + 0.05 * fine
    bank = np.clip(1 - np.abs(out - 1.05) / (0.18 + 0.10 * np.clip(broad, -1, 2)), 0, 1)
    image = mix(
        image,
        np.multiply.outer(np.array((0.36, 0.33, 0.29)), 1 + 0.08 * fine),
        0.9 * bank,
    )
    shade = 1 + 0.03 * fine + 0.08 * broad
    return mix(
        image,
        np.multiply.outer(np.array(palette.water), shade),
        np.clip((1 - out) / 0.06, 0, 1),
    )


def _clouds(distractors: list[Distractor], grid: SceneGrid) -> np.ndarray:
    """Share of direct light that clouds let through."""
    light = np.ones(grid.shape, np.float32)
    for item in distractors:
        if item.kind == "cloud_shadow":
            cut = grid.window(item.outline.polygon().bounds, 10.0)
            shade = soften(
                item.outline, grid.cut(*cut), np.random.default_rng(item.seed), 8.0, 5.0
            )
            light[cut] = np.minimum(light[cut], 1 - 0.85 * shade)
    return light
