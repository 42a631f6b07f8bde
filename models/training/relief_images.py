# SPDX-License-Identifier: GPL-2.0-or-later
"""Made-up old landslides in real terrain, as images show them: real elevation, real
textures of other ground, and the light that falls on both.

Land use of other ground follows some of the landslides, and as often outlines like theirs
where there are none. Nothing is ever scored on these images.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np
import torch
from shapely.affinity import scale
from shapely.geometry import box

from ..errors import MrifeError
from ..geo.files import grid_of
from ..scenes.fields import SceneGrid, cells, diffuse, noise, resample
from ..scenes.light import SKY, SUN, Camera, direct, draw_camera, shadow, sky
from ..scenes.outlines import Site, SlideOutline
from ..scenes.slides import Slide, emplace, place_slides
from ..scenes.terrain import SceneTerrain
from .chips import Chip
from .images import opened, overlapping_chips, planes
from .landscapes import heights_on
from .relief import (
    AGES,
    DENSITY,
    DRAWS,
    LARGE,
    TILES,
    drawn_tiles,
    outlined,
    real_terrain,
    slides_in,
)
from .settings import Settings
from .terrain_channels import NO_HEIGHT
from .textures import PIXEL, Texture, land_use, of_one_day, quilt, textures

SIDE = 1200.0  # m, of a square
LEAST_SIDE = 500.0  # m, where a tile has no larger one without missing ground
# m, of the forms that cells of 5 m leave out; those of slides would else be the only ones
ROUGH = (0.1, 0.3)
LAND_USES = 5  # in a square
PARCEL = (150.0, 400.0)  # m
OTHER_USE = 0.5  # share of the slides on which the ground is used otherwise
# m, what a border of land use strays from the outline, and how soft it is
STRAYS = 6.0
SOFT = 3.0
FAINT = 0.2  # visibility (0-1) below which nobody could see a slide: not scored


def relief_image_chips(settings: Settings, split: str) -> list[Chip]:
    """Overlapping chips of image and elevation; no split but train has any."""
    chips = []
    for path, draw in drawn_tiles(settings, split):
        image, heights, mask, valid = photographed(
            path, settings.data, settings.fold, draw
        )
        label = mask[None].astype(np.uint8) * 255
        pixels = planes(settings, image, heights, label, PIXEL)
        known = torch.from_numpy(valid)
        chips += overlapping_chips(f"{path.stem}-{draw}", pixels, known)
    return chips


@lru_cache(maxsize=len(TILES) * DRAWS)
def photographed(
    path: Path, data: str, fold: str, draw: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A square of a tile with landslides in it: image uint8 (3, H, W), heights (H, W) m,
    where the landslides are and where that says anything, bool; `draw` is the seed.
    """
    seed = crc32(path.stem.encode()), draw
    # a generator for each stage: other slides do not change the ground
    ground, places, plants, sensor = (np.random.default_rng((*seed, k)) for k in range(4))
    heights = square(path, ground)
    grid = SceneGrid(*heights.shape, PIXEL, PIXEL)
    heights = heights + ground.uniform(*ROUGH) * noise(grid, ground, 3.0, 50.0, 2 * PIXEL)
    terrain = real_terrain(heights.astype(np.float32), grid)
    slides = slides_in(terrain, grid, np.ones(grid.shape, bool), places)
    worn, left = emplace(slides, terrain, grid)
    uses = land_uses(terrain, grid, slides, plants)
    picture = textured(uses, kept_textures(data, fold), plants)
    image = lit(picture, worn, grid, draw_camera(sensor))
    seen = [one.slide for one in left if one.visibility >= FAINT]
    mask = outlined(seen, grid)
    worn = worn.astype(np.float32)
    return image, worn, mask, mask | ~outlined(slides, grid)


@lru_cache(maxsize=2)
def kept_textures(data: str, fold: str) -> list[Texture]:
    """The textures of a data folder and a fold, read once."""
    return textures(Settings(data=data, fold=fold))


# --- Ground ---------------------------------------------------------------------------


def square(path: Path, rng: np.random.Generator) -> np.ndarray:
    """Metres (H, W) at PIXEL of a square of a tile without missing ground, coarser tiles
    interpolated smoothly. Raises MrifeError where there is none.
    """
    grid = grid_of(opened(path))
    own = max(grid.pixel_metres())
    if own < PIXEL:
        shrink = own / PIXEL
        grid = grid.resized(round(grid.width * shrink), round(grid.height * shrink))
        own = PIXEL
    heights = heights_on(path, grid)
    heights = heights[_whole_part(heights > NO_HEIGHT, own, path, rng)]
    if own == PIXEL:
        return heights
    coarse = SceneGrid(*heights.shape, own, own)
    fine = SceneGrid(*(round(n * own / PIXEL) for n in heights.shape), PIXEL, PIXEL)
    mean = heights.mean()
    return resample(heights - mean, coarse, fine) + mean


def _whole_part(
    valid: np.ndarray, cell: float, path: Path, rng: np.random.Generator
) -> tuple[slice, slice]:
    """Any square of cells (m) that are all valid: of SIDE, or the largest there is."""
    sums = np.pad(valid, ((1, 0), (1, 0))).astype(int).cumsum(0).cumsum(1)
    largest = min(round(SIDE / cell), *valid.shape)
    for side in range(largest, round(LEAST_SIDE / cell) - 1, -1):
        known = sums[side:, side:] - sums[:-side, side:]
        known = known - sums[side:, :-side] + sums[:-side, :-side]
        corners = np.argwhere(known == side * side)
        if len(corners):
            y, x = corners[int(rng.integers(len(corners)))].tolist()
            return slice(y, y + side), slice(x, x + side)
    raise MrifeError(
        "The elevation model {} has no square of {} m without missing heights; slides are "
        "made in such ground.",
        path,
        round(LEAST_SIDE),
    )


# --- Land use -------------------------------------------------------------------------


def land_uses(
    terrain: SceneTerrain, grid: SceneGrid, slides: list[Slide], rng: np.random.Generator
) -> np.ndarray:
    """Which land use is where, (H, W) int of 0 to LAND_USES - 1: parcels, and on some
    slides, and on as many outlines like theirs without any, another one.
    """
    size = rng.uniform(*PARCEL)
    parcels = cells(grid, rng, size, 0.2 * size)
    uses = np.minimum((parcels.value * LAND_USES).astype(int), LAND_USES - 1)
    outlines = [slide.outline for slide in slides if rng.random() < OTHER_USE]
    outlines += decoys(terrain, grid, slides, rng)
    x, y = (
        side + STRAYS * noise(grid, rng, 2.5, 80.0, 8.0)
        for side in (grid.x[None], grid.y)
    )
    for outline in outlines:
        u, r = outline.local(x, y)
        # of some only what lies below the scarp
        first = float(rng.choice((0.0, 0.35)))
        inside = (u > first) & (u < 1) & (r < 1)
        before = int(grid.sample(uses, *outline.point(0.5)))
        uses[inside] = (before + int(rng.integers(1, LAND_USES))) % LAND_USES
    return uses


def decoys(
    terrain: SceneTerrain, grid: SceneGrid, slides: list[Slide], rng: np.random.Generator
) -> list[SlideOutline]:
    """Outlines like those of the slides, where slides could be and are not."""
    footprint = scale(box(0, 0, grid.width_m, grid.height_m), 0.98, 0.98)
    site = Site.of(terrain, grid, footprint)
    count = round(OTHER_USE * DENSITY * footprint.area / 1e6)
    taken = [slide.outline.polygon().buffer(8.0) for slide in slides]
    placed = [
        slide
        for size in (LARGE, 1.0)
        for slide in place_slides(site, rng, count, "mountain", AGES, taken, size)
    ]
    return [slide.outline for slide in placed]


def textured(
    uses: np.ndarray, found: list[Texture], rng: np.random.Generator
) -> np.ndarray:
    """(3, H, W) float32 of 0-255: a texture for each land use, with soft borders."""
    picture = np.zeros((3, *uses.shape), np.float32)
    pixels = SceneGrid(*uses.shape, PIXEL, PIXEL)
    softness = rng.uniform(0.2, 1.0) * SOFT
    alike = of_one_day(found, rng)
    for use in range(LAND_USES):
        share = diffuse((uses == use).astype(np.float32), pixels, softness**2 / 2)
        share = np.clip(share, 0, 1)
        picture += share * quilt(land_use(alike, rng), share > 0.001, rng)
    return picture


# --- Light ----------------------------------------------------------------------------


def lit(
    picture: np.ndarray, z: np.ndarray, grid: SceneGrid, camera: Camera
) -> np.ndarray:
    """The picture (3, H, W) in the light of sun and sky on heights (H, W), about as
    bright as it was; uint8.
    """
    sunny = direct(z, grid, camera) * (1 - 0.9 * shadow(z, grid, camera, 400.0))
    ambient = sky(z, grid)
    image = np.empty(picture.shape, np.uint8)
    for band in range(3):
        light = SUN[band] * sunny + SKY[band] * ambient
        light /= light.mean()
        # bands are about the square root of what a camera receives
        image[band] = np.clip(picture[band] * np.sqrt(light), 0, 255)
    return image
