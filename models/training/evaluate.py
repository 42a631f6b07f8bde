# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores of a network on evaluation windows, predicted the way the plugin predicts a
raster of that size.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..evaluation.pixel_metrics import ConfusionCounts
from .datasets import EvalTile

Detector = Callable[
    [Tensor], Tensor
]  # raw values (N, C, S, S) to probabilities (N, S, S)


def tallies(
    detect: Detector, windows: list[EvalTile], side: int, share: float
) -> tuple[ConfusionCounts, ConfusionCounts]:
    """(pooled, chosen by): scores with every pixel counting the same, and those on which
    choices are made.

    For choices every window counts the same, as one image holds a third of the validation
    county's landslide pixels; and windows without landslide count so much more that
    landslides make up `share` of the ground, as they would in a scene. `side` is the
    detector's window in model pixels.
    """
    pooled = ConfusionCounts()
    chosen_by = ConfusionCounts()
    weights = window_weights(windows, share)
    for window, weight, probability in zip(
        windows, weights, probabilities(detect, windows, side)
    ):
        pooled.add(probability, window.truth, negative=not window.landslide)
        chosen_by.add(
            probability, window.truth, negative=not window.landslide, weight=weight
        )
    return pooled, chosen_by


def window_weights(windows: list[EvalTile], share: float) -> list[float]:
    """What a pixel of each window counts for a choice, see `tallies`."""
    slides = sum(window.landslide for window in windows)
    cover = sum(float(window.truth.mean()) for window in windows)
    negative = max(1.0, (cover / share - slides) / max(1, len(windows) - slides))
    return [
        (1.0 if window.landslide else negative) / window.truth.size for window in windows
    ]


def probabilities(
    detect: Detector, windows: list[EvalTile], side: int, batch: int = 16
) -> Iterator[np.ndarray]:
    """(H, W) per window at its own pixels: even-spread overlapping tiles, mirrored
    where it is narrower than one.
    """
    tiles = [_tiles(window.pixels, side) for window in windows]
    flat = torch.stack([tile for _, pieces in tiles for tile in pieces])
    answers = iter(torch.cat([detect(part.float()) for part in flat.split(batch)]))
    weight = _weight(side)
    for window, (places, _) in zip(windows, tiles):
        height, width = (max(n, side) for n in window.pixels.shape[1:])
        total = torch.zeros(height, width)
        share = torch.zeros(height, width)
        for y, x in places:
            total[y : y + side, x : x + side] += weight * next(answers)
            share[y : y + side, x : x + side] += weight
        merged = (total / share)[: window.pixels.shape[1], : window.pixels.shape[2]]
        yield (
            F.interpolate(
                merged[None, None],
                size=window.truth.shape,
                mode="bilinear",
                align_corners=False,
            )[0, 0]
            .clamp(0, 1)
            .numpy()
        )


def _tiles(pixels: Tensor, side: int) -> tuple[list[tuple[int, int]], list[Tensor]]:
    border = [(0, 0), *((0, max(0, side - n)) for n in pixels.shape[1:])]
    padded = torch.from_numpy(np.pad(pixels.numpy(), border, mode="reflect"))
    places = [
        (y, x)
        for y in _starts(padded.shape[1], side)
        for x in _starts(padded.shape[2], side)
    ]
    return places, [padded[:, y : y + side, x : x + side] for y, x in places]


def _starts(length: int, side: int, overlap: float = 0.25) -> list[int]:
    count = max(1, math.ceil((length - side * overlap) / (side * (1 - overlap))))
    return [round(start) for start in np.linspace(0, length - side, count)]


def _weight(side: int) -> Tensor:
    wave = torch.hann_window(side + 2, periodic=False)[1:-1]
    return wave[:, None] * wave[None] + 1e-3


def detector(model: nn.Module, bf16: bool = False, logits: bool = True) -> Detector:
    """The network as the plugin sees it: raw values in, probabilities out, no gradient."""
    place = next(model.parameters()).device

    def detect(raw: Tensor) -> Tensor:
        with torch.no_grad(), torch.autocast(place.type, torch.bfloat16, enabled=bf16):
            answer = (
                model(raw.to(place).contiguous(memory_format=torch.channels_last))[:, 0]
                .float()
                .cpu()
            )
            if logits:
                return answer.sigmoid()
            return answer

    return detect
