# SPDX-License-Identifier: GPL-2.0-or-later
"""A training set of a few drawn images, laid out as the real one: bright discs on dark
ground, stripes as negatives.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from osgeo import gdal

from models.training.settings import Settings

SIDE = 96


def picture(rng: np.random.Generator, landslide: bool) -> tuple[np.ndarray, np.ndarray]:
    """(3, SIDE, SIDE) uint8 and its mask (SIDE, SIDE) of 0 and 255."""
    y, x = np.mgrid[:SIDE, :SIDE]
    ground = 60 + 10 * rng.standard_normal((3, SIDE, SIDE))
    mask = np.zeros((SIDE, SIDE), bool)
    if landslide:
        cy, cx = rng.uniform(30, 66, 2)
        mask = (y - cy) ** 2 + (x - cx) ** 2 < rng.uniform(14, 24) ** 2
        ground[:, mask] += 110
    else:
        ground[:, (x // 6 + y // 30) % 4 == 0] += 40
    return ground.clip(0, 255).astype(np.uint8), mask.astype(np.uint8) * 255


def county(part: str, number: int) -> str:
    """Of a landslide image, as in the real data."""
    if part == "train":
        return ("dafang", "hezhang", "qianxi", "qixingguan")[number % 4]
    return {"val": "nayong", "test": "weining"}[part]


def write(path: Path, array: np.ndarray, driver: str) -> None:
    memory = gdal.GetDriverByName("MEM").Create(
        "", array.shape[-1], array.shape[-2], array.size // SIDE**2
    )
    memory.WriteArray(array)
    gdal.GetDriverByName(driver).CreateCopy(str(path), memory)
    path.with_name(path.name + ".aux.xml").unlink(missing_ok=True)


def make(folder: Path, per_kind: int = 6, seed: int = 0) -> str:
    """Write the images of both splits and the two tables; returns the data folder."""
    root, rng = folder / "bijie", np.random.default_rng(seed)
    for name in ("images", "masks", "masks_original"):
        (root / name).mkdir(parents=True)
    split, windows = [], []
    for part in ("train", "val", "test"):
        for i in range(2 * per_kind):
            landslide, name = i < per_kind, f"{part}_{i:02}"
            image, mask = picture(rng, landslide)
            write(root / "images" / f"{name}.jpg", image, "JPEG")
            if landslide:
                write(root / "masks" / f"{name}.png", mask, "PNG")
                write(root / "masks_original" / f"{name}.png", mask, "PNG")
            kind = "landslide" if landslide else "negative"
            split.append(
                {
                    "id": name,
                    "kind": kind,
                    "county_group": county(part, i) if landslide else "unknown",
                    "sensor_group": "main",
                    "split": part,
                    "width": SIDE,
                    "height": SIDE,
                }
            )
            windows.append(
                {
                    "id": name,
                    "kind": kind,
                    "split": part,
                    "x": 8,
                    "y": 4,
                    "width": 70,
                    "height": 80,
                }
            )
    for name, table in (
        ("split", split),
        ("eval_windows", [w for w in windows if w["split"] != "train"]),
    ):
        with (root / f"{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, table[0])
            writer.writeheader()
            writer.writerows(table)
    return str(folder)


# the smallest network, at once and from nothing
SLIM = {"encoder": "slim", "width": 8, "output_stride": 8, "rates": (2, 4, 6)}
# a run of seconds, for a command
TINY_OPTIONS = (
    "--crop 32 --batch 4 --encoder slim --output-stride 8 --width 8 "
    "--steps 4 --threads 1"
).split()


def tiny(data: str, out: Path | str, **changes) -> Settings:
    """A run of seconds on these images."""
    return Settings(
        **{
            "data": data,
            "out": str(out),
            "crop": 32,
            "batch": 4,
            **SLIM,
            "steps": 4,
            "epoch_steps": 2,
            "threads": 1,
            "queue": 16,
            **changes,
        }
    )


def lived(settings: Settings, seed: int = 3):
    """A network whose batch norms are not those of a fresh one, and whose answers spread."""
    import torch
    from torch import nn

    from models.training.baselines import build

    torch.manual_seed(seed)
    model = build(
        settings, torch.tensor([60.0, 70.0, 80.0]), torch.tensor([30.0, 40.0, 50.0])
    )
    for m in model.modules():
        if isinstance(m, nn.BatchNorm2d):
            for value, low, high in (
                (m.running_mean, -0.3, 0.3),
                (m.running_var, 0.5, 2),
                (m.bias, -0.3, 0.5),
                (m.weight, 0.7, 1.4),
            ):
                nn.init.uniform_(value, low, high)
    nn.init.normal_(
        model.decoder.head.weight if hasattr(model, "decoder") else model.head.weight,
        std=1.0,
    )
    return model.eval()
