# SPDX-License-Identifier: GPL-2.0-or-later
"""Made-up scenes as training images: made once, kept beside the run's folder, in tiles."""

from __future__ import annotations

import os
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from shapely.geometry import Polygon
from torch.nn import functional as F

from ..geo.grid import Grid
from ..geo.rasterize import mask_of
from ..geo.whole_files import whole_or_nothing
from ..scenes.files import DEM_NODATA
from ..scenes.files import VERSION as SCENE_VERSION
from ..scenes.scene import Scene, SceneSettings, make_scene
from .blocks import parts
from .settings import Settings
from .terrain_channels import MISSING

TILE = 192  # side of the pieces of a made-up scene, in pixels
LONGEST = 3840.0  # m, side of a scene: more slides than lie there take minutes
COARSE = 5.0  # m, of pixels of elevation models of whole countries
# seeds and styles of the parts; those of the test were fixed before anything was trained
# on scenes
SCENES = {"train": range(100, 124), "val": range(200, 206), "test": range(9000, 9010)}
SCENE_BLOCKS = (range(100, 110), range(110, 120), (*range(120, 124), *range(200, 206)))


def scene_tiles(
    settings: Settings, split: str, pixel_size: float | None = None
) -> list[tuple[str, np.ndarray, np.ndarray, np.ndarray]]:
    """Pieces of TILE pixels of `pixel_size` m, by default the model's, like `mars_tiles`;
    a scene is made once and kept beside the run's folder.
    """
    tiles = []
    size = pixel_size or settings.pixel_size
    for seed in chain(*parts(settings, split, SCENES, SCENE_BLOCKS)):
        image, height, mask = stored_scene(
            Path(settings.out).parent / "scenes", seed, size
        )
        for y in range(0, mask.shape[0], TILE):
            for x in range(0, mask.shape[1], TILE):
                part = np.s_[..., y : y + TILE, x : x + TILE]
                tiles.append(
                    (f"scene {seed} {y} {x}", image[part], height[part], mask[part])
                )
    return tiles


def stored_scene(
    folder: Path, seed: int, pixel_size: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(bands uint8 (3, H, W), elevation (H, W) m, mask bool (H, W)) of a made-up
    scene, kept in `folder`.
    """
    image, dem, mask = kept_scene(folder, seed, pixel_size, ("image", "dem", "mask"))
    dem = np.where(dem == DEM_NODATA, MISSING, dem).astype(np.float32)
    height = F.interpolate(
        torch.from_numpy(dem)[None, None],
        size=mask.shape,
        mode="bilinear",
        align_corners=False,
    )
    return image, height[0, 0].numpy(), mask


def kept_scene(
    folder: Path,
    seed: int,
    pixel_size: float,
    names: tuple[str, ...],
    recipe: SceneSettings | None = None,
) -> tuple[np.ndarray, ...]:
    """The named arrays of a scene (see `scene_arrays`), made on the first call; anew
    where a kept one lacks one. `recipe` is what it is made from, by default that of
    `scene_settings`.
    """
    path = scene_path(folder, seed, pixel_size)
    if not _holds(path, names):
        folder.mkdir(parents=True, exist_ok=True)
        scene = make_scene(recipe or scene_settings(seed, pixel_size))
        # two runs may make it at once
        with whole_or_nothing(path, f".{os.getpid()}.part.npz") as part:
            np.savez_compressed(part, **scene_arrays(scene))
    with np.load(path) as stored:
        return tuple(stored[name] for name in names)


def scene_path(folder: Path, seed: int, pixel_size: float) -> Path:
    """Where a scene is kept."""
    return folder / f"{SCENE_VERSION}-{seed}-{pixel_size:g}.npz"


def _holds(path: Path, names: tuple[str, ...]) -> bool:
    if not path.exists():
        return False
    with np.load(path) as stored:
        return set(names) <= set(stored.files)


def scene_arrays(scene: Scene) -> dict[str, np.ndarray]:
    """What is kept of a scene. Planes: image, dem, mask as in `Scene`, and label,
    look_alikes (H, W) int16, 0 for none and i + 1 in slide or look-alike i; per slide:
    kind, visibility (0-1), age (years), area (m2).
    """
    return {
        "image": scene.image,
        "dem": scene.dem,
        "mask": scene.mask,
        "label": numbered(scene.outlines, scene),
        "look_alikes": numbered(scene.look_alikes, scene),
        "kind": np.array([worn.slide.kind for worn in scene.slides], dtype="U16"),
        "visibility": np.array([worn.visibility for worn in scene.slides]),
        "age": np.array([worn.slide.age for worn in scene.slides]),
        "area": np.array([polygon.area for polygon in scene.outlines]),
    }


def numbered(polygons: list[Polygon], scene: Scene) -> np.ndarray:
    """(H, W) int16: i + 1 where a pixel's centre lies in polygon i, 0 in none."""
    rows, cols = scene.mask.shape
    plane = np.zeros((rows, cols), np.int16)
    grid = Grid(cols, rows, scene.geotransform, "")
    for number, polygon in enumerate(polygons, 1):
        plane[mask_of([polygon], grid)] = number
    return plane


def scene_settings(seed: int, pixel_size: float) -> SceneSettings:
    """Mountain and loess by turns; 768 pixels a side, or as many as LONGEST holds. Heights
    have two pixels a cell, or one where pixels are as coarse as elevation models are.
    """
    side = min(768, round(LONGEST / pixel_size))
    return SceneSettings(
        seed=seed,
        width=side,
        height=side,
        pixel_size=pixel_size,
        dem_factor=1 if pixel_size >= COARSE else 2,
        style=("mountain", "loess")[seed % 2],
    )
