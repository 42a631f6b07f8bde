# SPDX-License-Identifier: GPL-2.0-or-later
"""Where images and labels come from: Bijie, a stretch of the Jinsha gorge, the Moldavian
Plateau, Mars (MMLSv2), made-up scenes, and made-up slides in real relief, with or without
images of it; read once, each at the model's pixel size or, where it shows nothing at
that, at its own.

Every source has a training, a validation and a test part that share no ground; the gorge
has a stretch to learn from and one that the benchmark alone reads. Elevation comes with
the gorge, Mars, scenes and images of relief, and is all there is of the plateau and of
the relief itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from ..errors import MrifeError
from .bijie import bijie_chips, bijie_windows
from .blocks import parts
from .chips import Chip
from .eval_tile import EvalTile
from .images import planes, read, rows
from .landscapes import (
    MOLDAVIA,
    jinsha_chips,
    moldavia_chips,
    moldavia_windows,
)
from .relief import RELIEF, relief_chips
from .relief_images import relief_image_chips
from .scene_dataset import scene_tiles
from .settings import Settings
from .textures import PIXEL

MARS = 232.0  # m per pixel of the Mars tiles
# of tiles, a gap of one between them
MARS_COLUMNS = {
    "train": (0, 40),
    "val": (42, 45),
    "test": (47, 51),
}
MARS_BLOCKS = ((0, 14), (16, 30), (32, 45))


@dataclass(frozen=True)
class Source:
    """Readers of chips and of evaluation windows, each of settings and split;
    `pixel_size` in m, None where images are brought to the model's.
    """

    chips: Callable[[Settings, str], list[Chip]]
    windows: Callable[[Settings, str], list[EvalTile]]
    pixel_size: float | None = None
    has_image: bool = True
    has_elevation: bool = True


def load_chips(settings: Settings, split: str) -> list[Chip]:
    """All images of a split of the settings' sources, negatives of other sensors
    included.
    """
    return [
        replace(chip, source=name)
        for name in settings.sources
        for chip in source(name).chips(settings, split)
    ]


def load_windows(settings: Settings, split: str) -> list[EvalTile]:
    """The fixed evaluation windows of a split of the sources that judge."""
    judges = settings.judges or settings.sources
    return [
        replace(window, source=name)
        for name in judges
        for window in source(name).windows(settings, split)
    ]


def source(name: str) -> Source:
    """The source of a name; raises MrifeError for one that is unknown."""
    known = sources()
    if name not in known:
        raise MrifeError(
            "There is no source '{}'; choose from {}.", name, ", ".join(known)
        )
    return known[name]


def sources() -> dict[str, Source]:
    """All that a network can learn from, by their names."""
    return {
        "bijie": Source(bijie_chips, bijie_windows, has_elevation=False),
        "jinsha": Source(jinsha_chips, no_windows),
        "moldavia": Source(moldavia_chips, moldavia_windows, MOLDAVIA, has_image=False),
        "mars": tiled(mars_tiles, MARS),
        "scenes": tiled(scene_tiles),
        "scenes-5m": tiled(partial(scene_tiles, pixel_size=5.0), 5.0),
        "scenes-10m": tiled(partial(scene_tiles, pixel_size=10.0), 10.0),
        "relief": Source(relief_chips, no_windows, RELIEF, has_image=False),
        "relief-images": Source(relief_image_chips, no_windows, PIXEL),
    }


def no_windows(settings: Settings, split: str) -> list[EvalTile]:
    """None: choices are made on the other sources."""
    return []


def pixel_sizes(settings: Settings) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The pixel sizes (m) at which the settings' network sees images, and elevation
    without an image, the smallest first.
    """
    images = set()
    alone = set()
    for name in settings.sources:
        ground = source(name)
        size = ground.pixel_size or settings.pixel_size
        if ground.has_image and settings.channels:
            images.add(size)
        never_alone = settings.channels and not settings.image_dropout
        shown_alone = not never_alone or not ground.has_image
        if settings.dem != "off" and ground.has_elevation and shown_alone:
            alone.add(size)
    return tuple(sorted(images)), tuple(sorted(alone))


def tiled(tiles: Callable, pixel_size: float | None = None) -> Source:
    """A source that comes in tiles; a window is a whole tile, as nothing is centred in
    them.
    """

    def chips(settings: Settings, split: str) -> list[Chip]:
        images = []
        for name, image, height, mask in tiles(settings, split):
            label = mask[None].astype(np.uint8) * 255
            pixels = planes(settings, image, height, label, pixel_size)
            images.append(Chip(name, bool(mask.any()), pixels))
        return images

    def windows(settings: Settings, split: str) -> list[EvalTile]:
        whole = []
        for name, image, height, mask in tiles(settings, split):
            pixels = planes(settings, image, height, None, pixel_size)
            whole.append(EvalTile(name, bool(mask.any()), pixels, mask))
        return whole

    return Source(chips, windows, pixel_size)


# --- Mars -----------------------------------------------------------------------------


def mars_tiles(
    settings: Settings, split: str
) -> list[tuple[str, np.ndarray, np.ndarray, np.ndarray]]:
    """(name, bands uint8 (3, 128, 128), elevation (128, 128) m, mask bool)."""
    folder = Path(settings.data) / "mars-mmlsv2"
    tiles = []
    columns = parts(settings, split, MARS_COLUMNS, MARS_BLOCKS)
    for row in rows(folder / "split.csv"):
        place = float(row["tile_column"])
        if any(first <= place <= last for first, last in columns):
            image = read(folder / "images" / row["file"], 1)
            mask = read(folder / "masks" / row["file"], 1)[0] > 0
            tiles.append(
                (
                    row["file"],
                    image[:3].clip(0, 255).astype(np.uint8),
                    image[4].astype(np.float32),
                    mask,
                )
            )
    return tiles
