# SPDX-License-Identifier: GPL-2.0-or-later
"""Small made-up scenes in the places of the large ones that training makes."""

from __future__ import annotations

import shutil
from itertools import cycle
from pathlib import Path

from models.scenes.scene import SceneSettings
from models.training import scene_dataset
from models.training.scene_dataset import kept_scene, scene_path

NUMBERS = {"train": (1,), "val": (2,), "test": (3, 4)}  # of the scenes of each part


def keep(
    folder: Path, width: int, height: int, slides: int, pixel_size: float = 1.6
) -> None:
    """Fill a folder of scenes of one pixel size (m): the few of each part by turns."""
    for part, seeds in scene_dataset.SCENES.items():
        for number, first in zip(NUMBERS[part], seeds):
            recipe = SceneSettings(
                seed=number,
                width=width,
                height=height,
                pixel_size=pixel_size,
                slides=slides,
            )
            kept_scene(folder, first, pixel_size, ("label",), recipe)
        sources = seeds[: len(NUMBERS[part])]
        for seed, source in zip(seeds, cycle(sources)):
            if seed != source:
                kept, copy = (scene_path(folder, n, pixel_size) for n in (source, seed))
                shutil.copy(kept, copy)
