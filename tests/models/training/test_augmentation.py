# SPDX-License-Identifier: GPL-2.0-or-later
"""Crops: never in the middle, label and image moved together, mirrored and unscored
where the ground ends; their colours.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from models.training.augmentation import colour_jitter, mirror_indices, random_crop
from models.training.chips import IGNORE, Chip


def labelled(height: int, width: int) -> Chip:
    """A chip whose first band is 200 where the mask is 255, 50 elsewhere; one square
    in its middle.
    """
    mask = torch.zeros(height, width, dtype=torch.uint8)
    mask[height // 4 : 3 * height // 4, width // 4 : 3 * width // 4] = 255
    band = torch.where(mask > 0, 200, 50).to(torch.uint8)
    return Chip("drawn", True, torch.stack([band, band, band, mask]))


@pytest.mark.parametrize("size", [(40, 200), (64, 64), (300, 250)])
def test_label_follows_the_image(size):
    chip = labelled(*size)
    for seed in range(20):
        crop = random_crop(chip, 64, np.random.default_rng(seed))
        assert crop.shape == (4, 64, 64)
        known = crop[3] != IGNORE
        bright = crop[0] >= 125
        assert (bright == (crop[3] == 1))[
            known
        ].float().mean() > 0.97  # all but the blurred rim
        assert known.any()


def test_padding_is_mirrored_ground_and_is_not_scored():
    crop = random_crop(labelled(20, 20), 64, np.random.default_rng(0))
    assert (crop[3] == IGNORE).float().mean() > 0.5
    assert set(crop[0][crop[3] == IGNORE].unique().tolist()) <= set(range(50, 201))
    assert (crop[0][crop[3] == IGNORE] > 150).any()  # the mirrored square


def test_the_landslide_is_not_always_in_the_middle():
    """Centres of the landslide in many crops of one centred chip spread over more than
    half a crop.
    """
    chip, centres = labelled(120, 120), []
    for seed in range(60):
        slide = (random_crop(chip, 64, np.random.default_rng(seed))[3] == 1).nonzero()
        if len(slide):
            centres.append(slide.float().mean(0))
    spread = torch.stack(centres).quantile(torch.tensor([0.05, 0.95]), 0)
    assert (spread[1] - spread[0] > 24).all()


@pytest.mark.parametrize(
    "length, before, side",
    [(5, 0, 5), (5, 3, 20), (7, 0, 30), (9, 11, 21), (2, 4, 9), (1, 2, 6)],
)
def test_padding_is_numpy_s_reflection(length, before, side):
    index, inside = mirror_indices(length, before, side)
    pad = (before, side - before - length)
    assert index.tolist() == np.pad(np.arange(length), pad, mode="reflect").tolist()
    assert inside.tolist() == np.pad(np.ones(length, bool), pad).tolist()


def test_ground_that_nobody_looked_at_is_not_scored():
    whole = labelled(60, 60)
    known = torch.ones(60, 60, dtype=torch.bool)
    known[:, :30] = False
    chip = Chip("half", True, whole.pixels, known)
    for seed in range(20):
        crops = [
            random_crop(c, 64, np.random.default_rng(seed))[-1] for c in (whole, chip)
        ]
        said = crops[1] != IGNORE
        assert torch.equal(crops[1][said], crops[0][said])
    assert said.float().mean() < (crops[0] != IGNORE).float().mean()


def test_what_counts_three_quarters_is_seen_in_three_draws_of_four():
    whole = replace(labelled(40, 40), valid=torch.ones(40, 40, dtype=torch.bool))
    rng = np.random.default_rng(0)
    for percent, least, most in ((100, 1, 1), (75, 0.68, 0.82)):
        weight = torch.full((40, 40), percent, dtype=torch.uint8)
        chip = replace(whole, weight=weight)
        seen = [(random_crop(chip, 32, rng)[-1] != IGNORE).any() for _ in range(400)]
        assert least <= np.mean(seen) <= most


def test_jitter_keeps_the_range_and_zero_strength_changes_nothing():
    image = torch.rand(4, 3, 16, 16) * 255
    loud = colour_jitter(image.clone(), 1.0, np.random.default_rng(0))
    assert (
        0 <= loud.min() and loud.max() <= 255 and not torch.allclose(loud, image, atol=1)
    )
    assert torch.allclose(
        colour_jitter(image.clone(), 0.0, np.random.default_rng(0)), image, atol=1e-3
    )
