# SPDX-License-Identifier: GPL-2.0-or-later
"""The Bijie images: their own split by counties, or one of the counties to train on and
to choose on left out for validation.
"""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

import numpy as np

from .chips import Chip
from .eval_tile import EvalTile
from .images import planes, read, rows
from .settings import COUNTIES, Settings

NATIVE = 0.8  # m per pixel, as published
UNKNOWN = "unknown"  # county of the images without landslide of the main sensor
# in the order of the files: images this close may show the same ground
GAP = 6
WINDOW = 0.6  # side of a window by that of its image, as in eval_windows.csv
MIN_SHARE = 0.03  # of a window that landslides cover
DRAWS = 20


def bijie_chips(settings: Settings, split: str) -> list[Chip]:
    """All images of a split, negatives of other sensors included."""
    chips = []
    for row in split_rows(settings, split):
        image = read(path_of(settings, "images", row), settings.pixel_size / NATIVE)
        landslide = row["kind"] == "landslide"
        mask = np.zeros_like(image[:1])
        if landslide:
            shown = read(path_of(settings, "masks", row), settings.pixel_size / NATIVE)
            mask = (shown > 127).astype(np.uint8) * 255
        chips.append(Chip(row["id"], landslide, planes(settings, image, None, mask)))
    return chips


def bijie_windows(settings: Settings, split: str) -> list[EvalTile]:
    """The fixed off-centre windows of `eval_windows.csv`, or of a fold those that are
    drawn by the same rule; negatives of the main sensor included.
    """
    windows = []
    for row, box in window_boxes(settings, split):
        place = path_of(settings, "images", row)
        image = read(place, settings.pixel_size / NATIVE, box)
        truth = np.zeros((box[3], box[2]), bool)
        if row["kind"] == "landslide":
            truth = read(path_of(settings, "masks", row), 1, box)[0] > 127
        windows.append(
            EvalTile(
                row["id"],
                row["kind"] == "landslide",
                planes(settings, image, None),
                truth,
            )
        )
    return windows


def path_of(settings: Settings, folder: str, row: dict[str, str]) -> Path:
    """The image (`images`) or the outlines (`masks`) of a row."""
    suffix = "png"
    if folder == "images":
        suffix = "jpg"
    return Path(settings.data) / "bijie" / folder / f"{row['id']}.{suffix}"


def split_rows(settings: Settings, split: str) -> list[dict[str, str]]:
    """Rows of `split.csv`: of its own split or, where the settings leave a county out, of
    the county (val), of the others (train), or of none.
    """
    table = rows(Path(settings.data) / "bijie" / "split.csv")
    if settings.fold not in COUNTIES or split == "test":
        return [row for row in table if row["split"] == split]
    table = [row for row in table if row["split"] != "test"]
    number = COUNTIES.index(settings.fold)
    plain = [row["id"] for row in table if row["county_group"] == UNKNOWN]
    # images whose county nobody knows: a block of them in the place of the county's
    first, end = (round(i * len(plain) / len(COUNTIES)) for i in (number, number + 1))
    left_out = set(plain[first:end])
    near = set(plain[max(0, first - GAP) : end + GAP])
    crops = []
    for row in table:
        county = row["county_group"]
        validates = county == settings.fold or row["id"] in left_out
        trains = county != settings.fold and row["id"] not in near
        if (split == "val" and validates) or (split == "train" and trains):
            crops.append(row)
    return crops


def window_boxes(
    settings: Settings, split: str
) -> list[tuple[dict[str, str], tuple[int, ...]]]:
    """Rows and boxes (x, y, width, height) of the evaluation windows of a split."""
    if settings.fold not in COUNTIES or split == "test":
        table = rows(Path(settings.data) / "bijie" / "eval_windows.csv")
        keys = ("x", "y", "width", "height")
        return [
            (row, tuple(int(row[key]) for key in keys))
            for row in table
            if row["split"] == split
        ]
    boxes = []
    for row in split_rows(settings, split):
        if row["sensor_group"] != "main":
            continue
        count = 1
        if row["kind"] == "landslide":
            count = 2
        boxes += [(row, drawn_box(settings, row, i)) for i in range(count)]
    return boxes


def drawn_box(settings: Settings, row: dict[str, str], number: int) -> tuple[int, ...]:
    """A window anywhere in an image, the same on every call; one of a landslide image
    shows some of the landslide.
    """
    rng = np.random.default_rng((crc32(row["id"].encode()), number))
    size = [int(row[key]) for key in ("width", "height")]
    side = [max(1, round(WINDOW * n)) for n in size]
    box = (0, 0, *side)
    for _ in range(DRAWS):
        corner = [int(rng.integers(n - m + 1)) for n, m in zip(size, side)]
        box = (*corner, *side)
        if row["kind"] != "landslide":
            break
        if (read(path_of(settings, "masks", row), 1, box) > 127).mean() >= MIN_SHARE:
            break
    return box
