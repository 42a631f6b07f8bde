# SPDX-License-Identifier: GPL-2.0-or-later
"""Images of Bijie with their outlines, each to be scored as one case: windows of them, or
whole ones.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..training.bijie import window_boxes
from ..training.images import read, rows
from ..training.settings import Settings


@dataclass(frozen=True)
class Case:
    """One image to be scored: `image` (C, H, W) uint8 and `truth` (H, W) bool at 0.8 m;
    `name` of the image that it is, or is a window of.
    """

    landslide: bool
    image: np.ndarray
    truth: np.ndarray
    source: str = "bijie"
    name: str = ""


def windows(data: str, split: str, names: Container[str] | None = None) -> Iterator[Case]:
    """The fixed off-centre windows of a split, negatives included; of these images alone
    where `names` are given.
    """
    for row, box in window_boxes(Settings(data=data), split):
        if names is None or row["id"] in names:
            yield _case(data, row, box)


def left_out(fold: Settings) -> Iterator[Case]:
    """The windows of the county that a fold leaves out, negatives included."""
    for row, box in window_boxes(fold, "val"):
        yield _case(fold.data, row, box)


def whole(
    data: str, split: str, masks: str = "masks", names: Container[str] | None = None
) -> Iterator[Case]:
    """Whole images of the main sensor, with the corrected (`masks`) or the published
    (`masks_original`) outlines; these alone where `names` are given.
    """
    for row in rows(Path(data) / "bijie" / "split.csv"):
        if row["split"] != split or row["sensor_group"] != "main":
            continue
        if names is None or row["id"] in names:
            yield _case(data, row, None, masks)


def _case(data: str, row: dict, box: tuple | None, masks: str = "masks") -> Case:
    image = read(Path(data) / "bijie" / "images" / f"{row['id']}.jpg", 1, box)
    truth = np.zeros(image.shape[1:], bool)
    if row["kind"] == "landslide":
        truth = read(Path(data) / "bijie" / masks / f"{row['id']}.png", 1, box)[0] > 127
    return Case(row["kind"] == "landslide", image, truth, name=row["id"])
