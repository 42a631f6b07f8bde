# SPDX-License-Identifier: GPL-2.0-or-later
"""Made-up old landslides in real terrain: the scenes' physics in elevation tiles of other
mountains, of which only the elevation is shown.

The tiles may hold real landslides that nobody drew: nothing is ever scored on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
from shapely.affinity import scale
from shapely.geometry import box

from ..geo.files import grid_of
from ..geo.grid import Grid
from ..geo.rasterize import mask_of
from ..inference.fill import filled
from ..scenes.fields import SceneGrid
from ..scenes.outlines import Site
from ..scenes.slides import Slide, emplace, place_slides
from ..scenes.terrain import SceneTerrain
from .chips import Chip
from .images import opened, overlapping_chips, planes
from .landscapes import heights_on
from .settings import Settings
from .terrain_channels import NO_HEIGHT

RELIEF = 5.0  # m per pixel
TILES = ("tyrol_alr_5m", "tyrol_gar_5m", "tyrol_hit_5m", "tyrol_kot_5m", "tyrol_wog_5m")
TILES += ("slovenia_1m",)
DRAWS = 3  # sets of landslides in each tile
DENSITY = 4.0  # a square kilometre, of either class
# of the area of mapped relict slides, whose median is 0.5 ha: the second class has one of
# 2.6 ha, as on the Moldavian Plateau (1.9) and in the Beskydy (2.8)
LARGE = 5.0
AGES = (40.0, 30_000.0)  # years
COARSE = 5  # cells of a tile by one of its drainage
NO_RIVER = 1e6  # m to it


def relief_chips(settings: Settings, split: str) -> list[Chip]:
    """Overlapping chips of elevation alone; no split but train has any."""
    chips = []
    for path, draw in drawn_tiles(settings, split):
        heights, mask = old_slides(path, draw)
        label = mask[None].astype(np.uint8) * 255
        pixels = planes(settings, None, heights, label, RELIEF)
        valid = pixels[-2] > NO_HEIGHT
        chips += overlapping_chips(f"{path.stem}-{draw}", pixels, valid)
    return chips


def drawn_tiles(settings: Settings, split: str) -> Iterator[tuple[Path, int]]:
    """Each tile of the data folder, and each seed of the landslides in it."""
    if split == "train":
        folder = Path(settings.data) / "dem-backgrounds"
        for tile in TILES:
            for draw in range(DRAWS):
                yield folder / f"{tile}.tif", draw


@lru_cache(maxsize=len(TILES) * DRAWS)
def old_slides(path: Path, draw: int) -> tuple[np.ndarray, np.ndarray]:
    """Metres (H, W) of a tile at RELIEF with landslides in it, and where these are, bool;
    `draw` is the seed.
    """
    whole = grid_of(opened(path))
    across, down = whole.pixel_metres()
    grid = whole.resized(
        round(whole.width * across / RELIEF), round(whole.height * down / RELIEF)
    )
    heights = heights_on(path, grid)
    valid = heights > NO_HEIGHT
    scene = SceneGrid(grid.height, grid.width, RELIEF, RELIEF)
    terrain = real_terrain(filled(heights[None], valid)[0], scene)
    slides = slides_in(terrain, scene, valid, np.random.default_rng(draw))
    worn, _ = emplace(slides, terrain, scene)
    return np.where(valid, worn, heights), outlined(slides, scene) & valid


def outlined(slides: list[Slide], grid: SceneGrid) -> np.ndarray:
    """(H, W) bool: where landslides are."""
    across = (0.0, grid.dx, 0.0, 0.0, 0.0, grid.dy)
    pixels = Grid(grid.width, grid.height, across, "")
    return mask_of([slide.outline.polygon() for slide in slides], pixels)


def real_terrain(z: np.ndarray, grid: SceneGrid) -> SceneTerrain:
    """Heights (H, W) in metres as a terrain of the scenes: without river or wetness, what
    runs off leaves by the border.
    """
    rows, cols = (-(-n // COARSE) for n in grid.shape)
    drainage = SceneGrid(rows, cols, grid.dx * COARSE, grid.dy * COARSE)
    base = np.ones((rows, cols), bool)
    base[1:-1, 1:-1] = False
    far = np.full(grid.shape, NO_RIVER, np.float32)
    dry = np.zeros(grid.shape, np.float32)
    return SceneTerrain(z, dry, far, far > 0, 0.0, drainage, base)


def slides_in(
    terrain: SceneTerrain, grid: SceneGrid, valid: np.ndarray, rng: np.random.Generator
) -> list[Slide]:
    """Landslides of both classes, the large ones first, all of whose ground is valid."""
    wide = grid.width_m
    high = grid.height_m
    site = Site.of(terrain, grid, scale(box(0, 0, wide, high), 0.98, 0.98))
    count = round(DENSITY * wide * high / 1e6)
    slides = []
    obstacles = []
    for size in (LARGE, 1.0):
        placed = place_slides(site, rng, count, "mountain", AGES, obstacles, size)
        slides += [slide for slide in placed if _is_inside(slide, grid, valid)]
    return sorted(slides, key=lambda slide: -slide.age)


def _is_inside(slide: Slide, grid: SceneGrid, valid: np.ndarray) -> bool:
    """Whether no corner of the outline lies in missing ground."""
    edge = np.array(slide.outline.polygon().exterior.coords)
    return bool(grid.sample(valid, edge[:, 0], edge[:, 1]).all())
