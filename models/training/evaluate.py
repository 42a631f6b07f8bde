# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores of a network on evaluation windows, predicted the way the plugin predicts a
raster of that size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from ..evaluation.pixel_metrics import ConfusionCounts
from ..inference.tiling import blend_weights, starts
from .eval_tile import EvalTile
from .operating_point import window_weights

# raw values (N, C, S, S) to probabilities (N, S, S), as of a model file
Detector = Callable[[np.ndarray], np.ndarray]

# of a window with the next, in every exported file: better than 0.25 on validation, and
# windows leave no straight edges on ground the network doubts
OVERLAP = 0.5  # share of a window that it has in common with the next
BATCH = 16  # windows that a detector is given at once


class Tiles(NamedTuple):
    """The detector's windows over one evaluation window: first rows and columns, and the
    pixels (len(rows) * len(cols), C, S, S).
    """

    rows: list[int]
    cols: list[int]
    pixels: np.ndarray


def confusion_counts(
    detect: Detector,
    windows: list[EvalTile],
    side: int,
    share: float,
) -> tuple[ConfusionCounts, ConfusionCounts]:
    """(pooled, weighted): scores with every pixel counting the same, and those on which
    choices are made (see `operating_point.window_weights`).

    `side` is the detector's window in model pixels.
    """
    return counts_of(probabilities(detect, windows, side), windows, share)


def counts_of(
    maps: Iterable[np.ndarray], windows: list[EvalTile], share: float
) -> tuple[ConfusionCounts, ConfusionCounts]:
    """The same of probability maps (H, W) that are there."""
    pooled = ConfusionCounts()
    weighted = ConfusionCounts()
    weights = window_weights(windows, share)
    for window, weight, probability in zip(windows, weights, maps):
        negative = not window.landslide
        pooled.add(probability, window.truth, negative)
        weighted.add(probability, window.truth, negative, weight)
    return pooled, weighted


def scores_by_source(
    maps: list[np.ndarray], windows: list[EvalTile], share: float, threshold: float
) -> dict[str, dict[str, float]]:
    """IoU at a threshold and at the source's own best one, and average precision, of
    each source's windows, weighted for choices; nothing where there is one source.
    """
    names = sorted({window.source for window in windows})
    scores = {}
    for name in names if len(names) > 1 else ():
        members = [i for i, window in enumerate(windows) if window.source == name]
        part = [windows[i] for i in members]
        weighted = counts_of([maps[i] for i in members], part, share)[1]
        scores[name] = {
            "iou": weighted.at(threshold).iou,
            "best_iou": weighted.best().iou,
            "average_precision": weighted.average_precision(),
        }
    return scores


def probabilities(
    detect: Detector,
    windows: list[EvalTile],
    side: int,
    overlap: float = OVERLAP,
) -> Iterator[np.ndarray]:
    """(H, W) float32 per window at its own pixels: tiled, blended and brought back from
    the model's pixels as `inference.predict` does.
    """
    tiled = [tiles_of(window.pixels.numpy(), side, overlap) for window in windows]
    pixels = np.concatenate([tiles.pixels for tiles in tiled])
    answers = np.concatenate(
        [detect(pixels[i : i + BATCH]) for i in range(0, len(pixels), BATCH)]
    )
    first = 0
    for window, tiles in zip(windows, tiled):
        count = len(tiles.pixels)
        blended = blend(answers[first : first + count], tiles, overlap)
        first += count
        height, width = window.pixels.shape[1:]
        on_model_grid = torch.from_numpy(blended[:height, :width])
        full = F.interpolate(
            on_model_grid[None, None],
            window.truth.shape,
            mode="bilinear",
            align_corners=False,
        )
        yield full[0, 0].numpy()


def tiles_of(pixels: np.ndarray, side: int, overlap: float) -> Tiles:
    """Windows of `side` spread over pixels (C, h, w), mirrored where these are narrower."""
    missing = [(0, max(0, side - length)) for length in pixels.shape[1:]]
    padded = np.pad(pixels, [(0, 0), *missing], mode="reflect")
    rows, cols = (starts(length, side, overlap) for length in padded.shape[1:])
    tiles = [padded[:, y : y + side, x : x + side] for y in rows for x in cols]
    return Tiles(rows, cols, np.stack(tiles))


def blend(answers: np.ndarray, tiles: Tiles, overlap: float) -> np.ndarray:
    """Weighted sum (h, w) of the tiles' probabilities (n, S, S)."""
    side = answers.shape[1]
    down = blend_weights(tiles.rows, side, overlap)
    across = blend_weights(tiles.cols, side, overlap)
    total = np.zeros((tiles.rows[-1] + side, tiles.cols[-1] + side), np.float32)
    remaining = iter(answers)
    for y, by_row in zip(tiles.rows, down):
        for x, by_col in zip(tiles.cols, across):
            weighted = next(remaining) * by_col * by_row[:, None]
            total[y : y + side, x : x + side] += weighted
    return total


def detector(model: nn.Module, bf16: bool = False, logits: bool = True) -> Detector:
    """The network as the plugin sees it: raw values in, probabilities out, no gradient."""
    device = next(model.parameters()).device

    def detect(raw: np.ndarray) -> np.ndarray:
        image = torch.from_numpy(raw).float().to(device)
        image = image.contiguous(memory_format=torch.channels_last)
        with torch.no_grad(), torch.autocast(device.type, torch.bfloat16, enabled=bf16):
            answer = model(image)[:, 0].float()  # (N, S, S)
        if logits:
            answer = answer.sigmoid()
        return answer.cpu().numpy()

    return detect
