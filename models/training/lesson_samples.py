# SPDX-License-Identifier: GPL-2.0-or-later
"""The samples of a lesson in memory: what a run may see of them, and what a network is
worth on the fold that it did not see.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import nn

from ..errors import MrifeError
from ..evaluation.pixel_metrics import ConfusionCounts
from ..finetune.cuts import (
    BETWEEN,
    LARGE,
    SMALL,
    SURE,
    TILE,
    UNKNOWN,
    Cuts,
    read_cuts,
    read_stand_for,
)
from .chips import Chip
from .eval_tile import EvalTile
from .evaluate import detector, probabilities
from .lesson import SOURCE

MIN_KNOWN = 64  # pixels of a cut that a run may see


class LessonSamples:
    """Cuts to learn from, `large` and `small`, and `tiles` to be judged on, each with how
    many tiles of the ground it stands for.
    """

    def __init__(self, folder: Path) -> None:
        self.large = read_cuts(folder, LARGE)
        self.small = read_cuts(folder, SMALL)
        self.tiles = read_cuts(folder, TILE)
        self.stand_for = read_stand_for(folder)

    def chips(self, fold: int | None) -> list[Chip]:
        """What a run may see: nothing of its fold, and nothing of the ground between."""
        chips = []
        for cuts in (self.large, self.small):
            for place in range(len(cuts.label)):
                chip = chip_of(cuts, place, fold)
                if chip.valid.sum() >= MIN_KNOWN:
                    chips.append(chip)
        return chips

    def score(self, model: nn.Module, fold: int, crop: int) -> ConfusionCounts:
        """Pixels of a fold by probability, tiled and blended as the plugin does; of tiles
        that were drawn, as often as there is ground like theirs.
        """
        counts = ConfusionCounts()
        tiles = self.tiles
        for place in range(len(tiles.label)):
            counted = (tiles.fold[place] == fold) & (tiles.label[place] != UNKNOWN)
            if not counted.any():
                continue
            pixels = torch.from_numpy(np.array(tiles.pixels[place]))
            truth = tiles.label[place] == 1
            window = EvalTile(str(place), True, pixels, truth)
            detect = detector(model)
            (answer,) = probabilities(detect, [window], crop)
            if not np.isfinite(answer).all():
                raise MrifeError(
                    "The network's answers are not finite; let less of it learn, or look "
                    "for values far off in the images."
                )
            weight = float(self.stand_for[place])
            counts.add(answer[counted], truth[counted], weight=weight)
        return counts


def chip_of(cuts: Cuts, place: int, fold: int | None) -> Chip:
    """One cut as a run sees it."""
    label = cuts.label[place]
    is_labelled = label != UNKNOWN
    if fold is not None:
        is_labelled &= (cuts.fold[place] != fold) & (cuts.fold[place] != BETWEEN)
    pixels = np.array(cuts.pixels[place])
    # of others neither the labels nor where they are: crops are drawn to show landslides
    slide = (label == 1) & is_labelled
    mask = (slide * 255)[None].astype(pixels.dtype)
    stacked = torch.from_numpy(np.concatenate([pixels, mask]))
    weight = None
    if (cuts.weight[place] < SURE).any():
        weight = torch.from_numpy(np.array(cuts.weight[place]))
    valid = torch.from_numpy(is_labelled)
    return Chip(f"cut {place}", bool(slide.any()), stacked, valid, SOURCE, weight)
