# SPDX-License-Identifier: GPL-2.0-or-later
"""Training crops and evaluation windows, read once at the model's pixel size and kept in memory as bytes.

Crops lie anywhere in an image, never in its middle: in these data the landslide sits in the middle, and a network that
may rely on that scores without looking.
"""
from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from osgeo import gdal
from torch import Tensor
from torch.nn import functional as F

from ..errors import MrifeError
from .settings import Settings

NATIVE = 0.8    # m per pixel of the Bijie images, as published
IGNORE = 255    # label of the padding: the network sees the mirrored ground there but is not scored on it


@dataclass(frozen=True)
class Chip:
    """One image: `pixels` uint8 (C + 1, H, W), the last plane the mask (0 or 255); H and W in model pixels."""

    name: str
    landslide: bool
    pixels: Tensor


@dataclass(frozen=True)
class Window:
    """One evaluation window: `pixels` uint8 (C, h, w) in model pixels, `truth` bool (H, W) in the image's own."""

    name: str
    landslide: bool
    pixels: Tensor
    truth: np.ndarray


@dataclass(frozen=True)
class Batch:
    """Crops of one step: images float (B, C, S, S) in 0-255, labels float (B, 1, S, S) of 0, 1 or IGNORE."""

    strong: Tensor
    weak: Tensor
    label: Tensor
    index: np.ndarray


def read(path: Path, pixel_size: float, box: tuple[int, int, int, int] | None = None) -> np.ndarray:
    """(bands, h, w) uint8 of `box` (x, y, width, height), averaged down to `pixel_size` as the inference does."""
    dataset = gdal.Open(str(path)) if path.exists() else None
    if dataset is None:
        raise MrifeError(f"The image {path} is missing or cannot be read; the data folder must hold bijie/images and "
                         "bijie/masks.")
    x, y, w, h = box or (0, 0, dataset.RasterXSize, dataset.RasterYSize)
    across, down = (max(1, round(n * NATIVE / pixel_size)) for n in (w, h))
    data = dataset.ReadAsArray(x, y, w, h, buf_xsize=across, buf_ysize=down, resample_alg=gdal.GRIORA_Average)
    return data if data.ndim == 3 else data[None]


def rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        raise MrifeError(f"There is no {path}; the data folder must hold bijie/{path.name}.")
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def load_chips(data: str, split: str, pixel_size: float) -> list[Chip]:
    """All images of a split, negatives of other sensors included."""
    bijie = Path(data) / "bijie"
    return [_chip(bijie, row["id"], row["kind"] == "landslide", pixel_size)
            for row in rows(bijie / "split.csv") if row["split"] == split]


def _chip(bijie: Path, name: str, landslide: bool, pixel_size: float) -> Chip:
    image = read(bijie / "images" / f"{name}.jpg", pixel_size)
    mask = np.zeros_like(image[:1])
    if landslide:
        mask = (read(bijie / "masks" / f"{name}.png", pixel_size) > 127).astype(np.uint8) * 255
    return Chip(name, landslide, torch.from_numpy(np.concatenate([image, mask])))


def load_windows(data: str, split: str, pixel_size: float) -> list[Window]:
    """The fixed off-centre windows of `eval_windows.csv`, negatives of the main sensor included."""
    bijie, windows = Path(data) / "bijie", []
    for row in rows(bijie / "eval_windows.csv"):
        if row["split"] != split:
            continue
        box = tuple(int(row[key]) for key in ("x", "y", "width", "height"))
        image = read(bijie / "images" / f"{row['id']}.jpg", pixel_size, box)
        truth = np.zeros((box[3], box[2]), bool)
        if row["kind"] == "landslide":
            truth = read(bijie / "masks" / f"{row['id']}.png", NATIVE, box)[0] > 127
        windows.append(Window(row["id"], row["kind"] == "landslide", torch.from_numpy(image), truth))
    return windows


class Sampler:
    """Draws the batch of a step as a function of (seed, step) alone, apart from what mining has learned so far."""

    def __init__(self, settings: Settings, chips: list[Chip]) -> None:
        self.settings, self.chips = settings, chips
        self.positive = np.array([i for i, chip in enumerate(chips) if chip.landslide])
        self.negative = np.array([i for i, chip in enumerate(chips) if not chip.landslide])
        if not len(self.positive) or not len(self.negative):
            raise MrifeError(f"Training needs images with and without landslides; {len(self.positive)} and "
                             f"{len(self.negative)} were found.")
        self.alarm = np.ones(len(chips))    # running mean probability on each negative; 1 until it was seen

    def draw(self, step: int) -> Batch:
        settings = self.settings
        rng = np.random.default_rng((settings.seed, step))
        without = round(settings.batch * settings.negatives)
        odds = self.alarm[self.negative] + 0.1 if settings.mining else np.ones(len(self.negative))
        index = np.concatenate([rng.choice(self.positive, settings.batch - without),
                                rng.choice(self.negative, without, p=odds / odds.sum())])
        crops = torch.stack([cut(self.chips[i], settings.crop, rng) for i in index])     # (B, C + 1, S, S) uint8
        image, label = crops[:, :-1].float(), crops[:, -1:].float()
        return Batch(jitter(image, settings.colour, rng), jitter(image, 0.3 * settings.colour, rng), label, index)

    def learn(self, batch: Batch, probability: Tensor) -> None:
        """Remember how loudly the network still cries on the negatives of this batch."""
        known = (batch.label != IGNORE).float()
        mean = (probability * known).sum((1, 2, 3)) / known.sum((1, 2, 3)).clamp(min=1)
        for i, p in zip(batch.index, mean.tolist()):
            self.alarm[i] = 0.5 * self.alarm[i] + 0.5 * min(1.0, 4 * p)


def cut(chip: Chip, side: int, rng: np.random.Generator) -> Tensor:
    """(C + 1, side, side) uint8: a random part, zoomed by 0.5-2, flipped and turned; mirrored where it is too small.

    The last plane is 1 for landslide, 0 for background and IGNORE where the crop was padded.
    """
    _, height, width = chip.pixels.shape
    widest = np.log2(1.3 * max(height, width) / side)             # beyond it a crop would be mostly mirror
    zoom = rng.uniform(-1, min(1.0, max(0.0, widest)))
    source = side * 2 ** zoom                                     # side on the ground, in image pixels
    limit = source if rng.random() < 0.7 else source * rng.uniform(0.4, 1)   # some crops as small as a small raster
    h, w = (max(8, min(n, int(limit))) for n in (height, width))
    for _ in range(4):      # a crop of a landslide image should show some of it, but need not
        y, x = int(rng.integers(max(height - h, 0) + 1)), int(rng.integers(max(width - w, 0) + 1))
        part = chip.pixels[:, y:y + h, x:x + w]
        if not chip.landslide or part[-1].any():
            break
    size = [min(side, max(4, round(n * side / source))) for n in part.shape[1:]]
    part = F.interpolate(part[None], size=size, mode="bilinear", antialias=True, align_corners=False)[0].numpy()
    part = np.concatenate([part[:-1], (part[-1:] > 127).astype(np.uint8)])
    before = [int(rng.integers(side - n + 1)) for n in size]
    border = [(a, side - n - a) for a, n in zip(before, size)]
    image = np.pad(part[:-1], [(0, 0), *border], mode="reflect")
    label = np.pad(part[-1:], [(0, 0), *border], constant_values=IGNORE)
    crop = np.rot90(np.concatenate([image, label]), int(rng.integers(4)), (1, 2))
    return torch.from_numpy(np.ascontiguousarray(crop[:, :, ::-1] if rng.random() < 0.5 else crop))


def jitter(image: Tensor, strength: float, rng: np.random.Generator) -> Tensor:
    """Brightness, contrast, saturation, band gains, blur and noise, each crop its own; (B, C, S, S) in 0-255."""
    count, channels = image.shape[:2]

    def spread(amount: float, shape: tuple[int, ...] = (count, 1, 1, 1)) -> Tensor:
        return torch.from_numpy(rng.uniform(-amount * strength, amount * strength, shape)).float()

    mean = image.mean((2, 3), keepdim=True)
    grey = image.mean(1, keepdim=True)
    image = grey + (image - grey) * (1 + spread(0.4))                         # saturation
    image = mean + (image - mean) * (1 + spread(0.3))                         # contrast
    image = image * (1 + spread(0.1, (count, channels, 1, 1))) + spread(30)    # band gains, brightness
    blurred = F.avg_pool2d(F.pad(image, (1, 1, 1, 1), mode="replicate"), 3, 1)
    image = torch.lerp(image, blurred, torch.from_numpy(rng.uniform(0, 1, (count, 1, 1, 1)) ** 3 * strength).float())
    noise = torch.from_numpy(rng.standard_normal(image.shape, np.float32))
    return (image + noise * spread(6).abs()).clamp_(0, 255)


def statistics(chips: list[Chip]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per band mean, standard deviation, and (2nd, 98th) percentiles over all pixels; 0-255."""
    counts = sum(torch.stack([torch.bincount(band.flatten(), minlength=256) for band in chip.pixels[:-1].int()])
                 for chip in chips).double().numpy()                          # (C, 256)
    share, value = counts / counts.sum(1, keepdims=True), np.arange(256)
    mean = share @ value
    deviation = np.sqrt((share * (value - mean[:, None]) ** 2).sum(1))
    ends = np.array([[np.searchsorted(band, q) for q in (0.02, 0.98)] for band in share.cumsum(1)], float)
    return mean, deviation, ends
