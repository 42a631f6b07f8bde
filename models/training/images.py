# SPDX-License-Identifier: GPL-2.0-or-later
"""Images and heights of the data folder, read at the model's pixel size and laid out as
the network takes them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from osgeo import gdal
from torch import Tensor
from torch.nn import functional as F

from ..contract import NO_IMAGE
from ..errors import MrifeError, UnsuitableRaster
from ..geo.block import read_block
from ..geo.files import open_raster
from ..geo.grid import Window
from .chips import Chip
from .settings import Settings
from .terrain_channels import MISSING

# side of the chips in model pixels: room for every zoom around landslides, little
# enough elsewhere to miss them
WITH_LANDSLIDE = 160
WITHOUT = 96
MIN_KNOWN = 0.2  # share of a chip


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table; raises MrifeError where it is not there."""
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
    try:
        # without the smaller copies that GDAL makes up of a JPEG: a box of one lies
        # beside its place
        return open_raster(str(path))
    except UnsuitableRaster as error:
        raise MrifeError(
            "The image {} is missing or cannot be read; the data folder must hold it.",
            path,
        ) from error


def read(
    path: Path, shrink: float, box: tuple[int, int, int, int] | None = None
) -> np.ndarray:
    """(bands, h, w) of `box` (x, y, width, height), `shrink` times smaller by
    averaging, as the inference does. Raises MrifeError, UnsuitableRaster.
    """
    dataset = opened(path)
    x, y, w, h = box or (0, 0, dataset.RasterXSize, dataset.RasterYSize)
    across, down = (max(1, round(n / shrink)) for n in (w, h))
    data = read_block(
        dataset,
        Window(y, x, h, w),
        str(path),
        (across, down),
        resample_alg=gdal.GRIORA_Average,
    )
    if data.ndim == 3:
        return data
    return data[None]


def averaged(mask: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Share (h, w) of a mask (H, W) in each larger pixel."""
    whole = torch.from_numpy(mask.astype(np.float32))[None, None]
    return F.interpolate(whole, size, mode="area")[0, 0].numpy()


def planes(
    settings: Settings,
    image: np.ndarray | None,
    elevation: np.ndarray | None,
    mask: np.ndarray | None = None,
    pixel_size: float | None = None,
) -> Tensor:
    """Bands, elevation where the network takes it, and the mask (1, h, w), in one
    tensor. A part that is None is missing: NO_IMAGE, MISSING.

    Heights are metres on pixels of `pixel_size` m, by default the model's; on others
    they are made as much smaller as the pixels are larger, so that slopes stay what they
    are. Raises MrifeError where a network without elevation is to see nothing else.
    """
    if settings.dem == "off":
        if image is None:
            raise MrifeError(
                "The ground has elevation and no image; train with dem early or mid, or "
                "leave its source out."
            )
        parts = [image[: settings.channels]]
    else:
        size = (image if elevation is None else elevation).shape[-2:]
        if image is None:
            image = np.full((settings.channels, *size), NO_IMAGE)
        height = np.full(size, MISSING)
        if elevation is not None:
            scale = settings.pixel_size / (pixel_size or settings.pixel_size)
            height = np.where(elevation > MISSING, elevation * scale, MISSING)
        parts = [image[: settings.channels], height[None]]
    if mask is not None:
        parts.append(mask)
    if settings.dem != "off":
        parts = [part.astype(np.float32) for part in parts]
    return torch.from_numpy(np.concatenate(parts))


def overlapping_chips(name: str, pixels: Tensor, valid: Tensor) -> Iterator[Chip]:
    """Chips of a stretch of ground, half of each seen by the next: larger ones that hold
    landslides, smaller ones without. `pixels` (planes + 1, H, W), the mask last; `valid`
    (H, W) bool where it says anything.
    """
    for side, landslide in ((WITH_LANDSLIDE, True), (WITHOUT, False)):
        for y in range(0, max(1, valid.shape[0] - side // 2), side // 2):
            for x in range(0, max(1, valid.shape[1] - side // 2), side // 2):
                box = (..., slice(y, y + side), slice(x, x + side))
                box_valid = valid[box]
                holds = bool((pixels[-1][box] * box_valid).any())
                if holds == landslide and box_valid.float().mean() >= MIN_KNOWN:
                    yield Chip(f"{name}-{x}-{y}", landslide, pixels[box], box_valid)
