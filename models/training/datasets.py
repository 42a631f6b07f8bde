# SPDX-License-Identifier: GPL-2.0-or-later
"""Where images and labels come from: Bijie, a stretch of the Jinsha gorge, Mars (MMLSv2),
and made-up scenes; read once, at the model's pixel size.

Every source has a training, a validation and a test part that share no ground; the gorge
has a stretch to learn from and one that the benchmark alone reads. Elevation comes with
Mars and scenes.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from osgeo import gdal
from torch import Tensor
from torch.nn import functional as F

from ..errors import MrifeError
from ..inference.fill import filled
from .chips import Chip
from .scene_dataset import scene_tiles
from .settings import Settings
from .terrain_channels import MISSING

NATIVE = 0.8  # m per pixel of the Bijie images, as published
MARS = 232.0  # m per pixel of the Mars tiles
# of tiles, a gap of one between them
MARS_COLUMNS = {
    "train": (0, 40),
    "val": (42, 45),
    "test": (47, 51),
}


@dataclass(frozen=True)
class EvalTile:
    """One evaluation window: `pixels` (planes, h, w) in model pixels, `truth` bool (H,
    W) in the image's own.
    """

    name: str
    landslide: bool
    pixels: Tensor
    truth: np.ndarray


def load_chips(settings: Settings, split: str) -> list[Chip]:
    """All images of a split of the settings' sources, negatives of other sensors
    included.
    """
    return [
        replace(chip, source=name)
        for name in settings.sources
        for chip in source(name)[0](settings, split)
    ]


def load_windows(settings: Settings, split: str) -> list[EvalTile]:
    """The fixed evaluation windows of a split of the sources that judge."""
    judges = settings.judges or settings.sources
    return [window for name in judges for window in source(name)[1](settings, split)]


def source(name: str) -> tuple:
    """(reader of chips, reader of windows), each of settings and split; raises
    MrifeError for an unknown name.
    """
    sources = {
        "bijie": (bijie_chips, bijie_windows),
        "jinsha": (jinsha_chips, jinsha_windows),
        "mars": tiled(mars_tiles),
        "scenes": tiled(scene_tiles),
    }
    if name not in sources:
        raise MrifeError(
            "There is no source '{}'; choose from {}.", name, ", ".join(sources)
        )
    return sources[name]


def tiled(tiles: Callable) -> tuple:
    """The two readers of a source that comes in tiles; a window is a whole tile, as
    nothing is centred in them.
    """

    def chips(settings: Settings, split: str) -> list[Chip]:
        return [
            Chip(
                name,
                bool(mask.any()),
                planes(settings, image, height, mask[None].astype(np.uint8) * 255),
            )
            for name, image, height, mask in tiles(settings, split)
        ]

    def windows(settings: Settings, split: str) -> list[EvalTile]:
        return [
            EvalTile(name, bool(mask.any()), planes(settings, image, height), mask)
            for name, image, height, mask in tiles(settings, split)
        ]

    return chips, windows


def rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        raise MrifeError(
            "There is no {}; the data folder must hold {}/{}.",
            path,
            path.parent.name,
            path.name,
        )
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def opened(path: Path) -> gdal.Dataset:
    """An image of the data folder; raises MrifeError where it is not there."""
    dataset = None
    if path.exists():
        dataset = gdal.Open(str(path))
    if dataset is None:
        raise MrifeError(
            "The image {} is missing or cannot be read; the data folder must hold it.",
            path,
        )
    return dataset


def read(
    path: Path, shrink: float, box: tuple[int, int, int, int] | None = None
) -> np.ndarray:
    """(bands, h, w) of `box` (x, y, width, height), `shrink` times smaller by
    averaging, as the inference does.
    """
    dataset = opened(path)
    x, y, w, h = box or (0, 0, dataset.RasterXSize, dataset.RasterYSize)
    across, down = (max(1, round(n / shrink)) for n in (w, h))
    data = dataset.ReadAsArray(
        x, y, w, h, buf_xsize=across, buf_ysize=down, resample_alg=gdal.GRIORA_Average
    )
    if data.ndim == 3:
        return data
    return data[None]


# --- Bijie ----------------------------------------------------------------------------


def bijie_chips(settings: Settings, split: str) -> list[Chip]:
    bijie = Path(settings.data) / "bijie"
    shrink = settings.pixel_size / NATIVE
    chips = []
    for row in rows(bijie / "split.csv"):
        if row["split"] != split:
            continue
        image = read(bijie / "images" / f"{row['id']}.jpg", shrink)
        landslide = row["kind"] == "landslide"
        mask = np.zeros_like(image[:1])
        if landslide:
            mask = (read(bijie / "masks" / f"{row['id']}.png", shrink) > 127).astype(
                np.uint8
            ) * 255
        chips.append(Chip(row["id"], landslide, planes(settings, image, None, mask)))
    return chips


def bijie_windows(settings: Settings, split: str) -> list[EvalTile]:
    """The fixed off-centre windows of `eval_windows.csv`, negatives of the main sensor
    included.
    """
    bijie = Path(settings.data) / "bijie"
    windows = []
    for row in rows(bijie / "eval_windows.csv"):
        if row["split"] != split:
            continue
        box = tuple(int(row[key]) for key in ("x", "y", "width", "height"))
        image = read(
            bijie / "images" / f"{row['id']}.jpg", settings.pixel_size / NATIVE, box
        )
        truth = np.zeros((box[3], box[2]), bool)
        if row["kind"] == "landslide":
            truth = read(bijie / "masks" / f"{row['id']}.png", 1, box)[0] > 127
        windows.append(
            EvalTile(
                row["id"],
                row["kind"] == "landslide",
                planes(settings, image, None),
                truth,
            )
        )
    return windows


def planes(
    settings: Settings,
    image: np.ndarray,
    elevation: np.ndarray | None,
    mask: np.ndarray | None = None,
) -> Tensor:
    """Bands, elevation (MISSING without one) where the network takes it, and the mask,
    in one tensor.
    """
    image = image[: settings.channels]
    if mask is None:
        parts = [image]
    else:
        parts = [image, mask]
    if settings.dem != "off":
        if elevation is None:
            height = np.full(image.shape[1:], MISSING)
        else:
            height = elevation
        parts = [part.astype(np.float32) for part in (parts[0], height[None], *parts[1:])]
    return torch.from_numpy(np.concatenate(parts))


# --- Jinsha ---------------------------------------------------------------------------

UNKNOWN = 255  # label of the gorge's pixels that nobody looked at: its missing ground
# side of the chips in model pixels: room for every zoom around landslides, little
# enough elsewhere to miss them
WITH_LANDSLIDE = 160
WITHOUT = 96
MIN_KNOWN = 0.2  # share of a chip


def jinsha_chips(settings: Settings, split: str) -> list[Chip]:
    """Overlapping chips of stretch A, river and collar among those without landslide;
    missing ground continues what is beside it, as in the inference. No split but train
    has any.
    """
    if split != "train":
        return []
    pixels, valid = gorge_stretch(settings, "A")
    chips = []
    for side, landslide in ((WITH_LANDSLIDE, True), (WITHOUT, False)):
        for y in range(0, valid.shape[0] - side // 2, side // 2):
            for x in range(0, valid.shape[1] - side // 2, side // 2):
                box = (..., slice(y, y + side), slice(x, x + side))
                box_valid = valid[box]
                holds = bool((pixels[-1][box] * box_valid).any())
                if holds == landslide and box_valid.float().mean() >= MIN_KNOWN:
                    chips.append(Chip(f"A-{x}-{y}", landslide, pixels[box], box_valid))
    return chips


def jinsha_windows(settings: Settings, split: str) -> list[EvalTile]:
    """None: choices are made on the other sources."""
    return []


def gorge_stretch(settings: Settings, region: str) -> tuple[Tensor, Tensor]:
    """Bands and mask (planes + 1, H, W) of a stretch in model pixels, and where anybody
    looked (H, W) bool.
    """
    folder = Path(settings.data) / "jinsha"
    place = folder / f"region_{region}_rgb.tif"
    shrink = settings.pixel_size / pixel_metres(place)
    image = read(place, shrink)[:3]
    label = read(folder / f"region_{region}_labels.tif", 1)[0]
    size = image.shape[1:]
    valid = averaged(label != UNKNOWN, size) > 0.5
    slide = averaged((label == 1) | (label == 2), size) > 0.5
    mask = slide[None].astype(np.uint8) * 255
    return planes(settings, filled(image, valid), None, mask), torch.from_numpy(valid)


def pixel_metres(path: Path) -> float:
    """Mean side of the pixels of a raster in a projected system."""
    _, across, _, _, _, down = opened(path).GetGeoTransform()
    return (abs(across) * abs(down)) ** 0.5


def averaged(mask: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Share (h, w) of a mask (H, W) in each larger pixel."""
    whole = torch.from_numpy(mask.astype(np.float32))[None, None]
    return F.interpolate(whole, size, mode="area")[0, 0].numpy()


# --- Mars -----------------------------------------------------------------------------


def mars_tiles(
    settings: Settings, split: str
) -> list[tuple[str, np.ndarray, np.ndarray, np.ndarray]]:
    """(name, bands uint8 (3, 128, 128), elevation (128, 128) m, mask bool)."""
    if abs(settings.pixel_size / MARS - 1) > 0.01:
        raise MrifeError(
            "Mars tiles have pixels of {} m, not {}; set pixel_size to it.",
            f"{MARS:g}",
            f"{settings.pixel_size:g}",
        )
    folder = Path(settings.data) / "mars-mmlsv2"
    tiles = []
    first, last = MARS_COLUMNS[split]
    for row in rows(folder / "split.csv"):
        if first <= float(row["tile_column"]) <= last:
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
