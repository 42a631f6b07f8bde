# SPDX-License-Identifier: GPL-2.0-or-later
"""Crops with a shadow on a part of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from models.training.chips import Chip
from models.training.sampler import Sampler
from models.training.settings import Settings
from models.training.shadow import LEFT, as_shaded, shaded

CHANNELS = 3
SIDE = 48


def crop() -> torch.Tensor:
    """(5, S, S): bands, heights, and a label that holds a landslide."""
    generator = torch.Generator().manual_seed(1)
    bands = 100 + 100 * torch.rand(CHANNELS, SIDE, SIDE, generator=generator)
    heights = torch.full((1, SIDE, SIDE), 700.0)
    label = torch.zeros(1, SIDE, SIDE)
    label[:, 10:30, 10:30] = 1
    return torch.cat([bands, heights, label])


def test_a_shadow_darkens_a_part_of_the_bands_and_nothing_else():
    shares = []
    for seed in range(40):
        result = as_shaded(crop(), CHANNELS, np.random.default_rng(seed))
        assert torch.equal(result[CHANNELS:], crop()[CHANNELS:])
        left = (result[:CHANNELS] / crop()[:CHANNELS]).mean(0)
        assert left.max() <= 1 + 1e-5 and left.min() > LEFT[0] - 0.01
        shares.append(float((left < 0.99).float().mean()))
    assert min(shares) < 0.5 and 0.1 < np.mean(shares) < 0.9


def test_ground_in_shadow_still_shows_and_is_bluer():
    image = crop()[:CHANNELS]
    everywhere = torch.ones(SIDE, SIDE, dtype=torch.bool)
    dark = shaded(image, everywhere, 0.4)
    red, _, blue = (dark / image).mean((1, 2)).tolist()
    assert red < 0.4 < blue
    ratio = dark[0].std() / dark[0].mean()
    assert float(ratio) == pytest.approx(float(image[0].std() / image[0].mean()), rel=1e-3)


def test_a_shadow_ends_softly():
    half = torch.zeros(SIDE, SIDE, dtype=torch.bool)
    half[:, SIDE // 2 :] = True
    row = shaded(torch.full((1, SIDE, SIDE), 100.0), half, 0.5)[0, 5]
    assert row[0] == 100 and row[-1] == 50
    assert (row.diff() <= 0).all() and (row.diff() < 0).sum() == 5


def test_what_shows_nothing_stays():
    nothing = torch.full((CHANNELS, SIDE, SIDE), -1.0)
    everywhere = torch.ones(SIDE, SIDE, dtype=torch.bool)
    assert torch.equal(shaded(nothing, everywhere, 0.5), nothing)


def test_the_sampler_shades_the_share_that_is_asked_for():
    even = torch.full((CHANNELS, SIDE, SIDE), 200, dtype=torch.uint8)
    label = torch.zeros(1, SIDE, SIDE, dtype=torch.uint8)
    slide = label.clone()
    slide[:, 10:30, 10:30] = 255
    chips = [
        Chip("ground", False, torch.cat([even, label])),
        Chip("landslide", True, torch.cat([even, slide])),
    ]
    settings = Settings(
        crop=32, batch=8, shadows=0.5, islands=0.0, sensors=0.0, colour=0.0, seed=3
    )
    sampler = Sampler(settings, chips)
    dark = [
        float(image.min()) < 190
        for step in range(30)
        for image in sampler.draw(step).weak
    ]
    # a shadow may fall on none of the ground
    assert 0.3 < np.mean(dark) < 0.55
    plain = Sampler(replace(settings, shadows=0.0), chips).draw(0)
    assert float(plain.weak.min()) > 190
