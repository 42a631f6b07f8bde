# SPDX-License-Identifier: GPL-2.0-or-later
"""Crops under clouds, snow and shade."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from models.training.chips import IGNORE, Chip
from models.training.cover import GRAIN, TINT, as_covered, may_be_covered
from models.training.sampler import Sampler
from models.training.settings import Settings

CHANNELS = 3
SIDE = 32


def crop(label: float = 0.0) -> torch.Tensor:
    """(5, S, S): bands of coarse grain, heights, and a label alike everywhere."""
    generator = torch.Generator().manual_seed(1)
    bands = 255 * torch.rand(CHANNELS, SIDE, SIDE, generator=generator)
    heights = torch.full((1, SIDE, SIDE), 700.0)
    return torch.cat([bands, heights, torch.full((1, SIDE, SIDE), label)])


def covered_pixels(result: torch.Tensor) -> torch.Tensor:
    """(S, S) bool."""
    return (result[:CHANNELS] != crop()[:CHANNELS]).any(0)


def test_a_cover_is_even_in_every_band_and_hides_the_bands_alone():
    for seed in range(20):
        result = as_covered(crop(), CHANNELS, np.random.default_rng(seed))
        assert torch.equal(result[CHANNELS:], crop()[CHANNELS:])
        hidden = result[:CHANNELS, covered_pixels(result)]  # (3, covered)
        assert 0 <= hidden.min() and hidden.max() <= 255
        assert (hidden.std(1) < 1.5 * GRAIN).all()
        means = hidden.mean(1)
        assert means.max() - means.min() < 2 * TINT + 1


def test_half_of_the_covers_leave_some_ground():
    rng = np.random.default_rng(0)
    shares = [
        float(covered_pixels(as_covered(crop(), CHANNELS, rng)).float().mean())
        for _ in range(200)
    ]
    whole = np.mean(np.array(shares) > 0.99)
    assert 0.4 < whole < 0.75
    assert min(shares) < 0.5


def test_covers_are_dark_and_bright():
    rng = np.random.default_rng(0)
    tones = [
        float(as_covered(crop(), CHANNELS, rng)[:CHANNELS].median()) for _ in range(100)
    ]
    assert min(tones) < 30 and max(tones) > 225


def test_no_landslide_is_covered_and_nothing_without_an_image():
    assert may_be_covered(crop(0.0), CHANNELS)
    assert may_be_covered(crop(IGNORE), CHANNELS)
    assert not may_be_covered(crop(1.0), CHANNELS)
    one_pixel = crop(0.0)
    one_pixel[-1, 5, 5] = 1
    assert not may_be_covered(one_pixel, CHANNELS)
    no_image = crop(0.0)
    no_image[:CHANNELS] = -1
    assert not may_be_covered(no_image, CHANNELS)
    assert not may_be_covered(crop(0.0)[CHANNELS:], 0)


def test_the_sampler_covers_the_share_that_is_asked_for_of_crops_without_landslides():
    bands = crop()[:CHANNELS].to(torch.uint8)
    nothing = torch.zeros(1, SIDE, SIDE, dtype=torch.uint8)
    chips = [
        Chip("ground", False, torch.cat([bands, nothing])),
        Chip("landslide", True, torch.cat([bands, nothing + 255])),
    ]
    settings = Settings(
        crop=32, batch=8, covers=0.5, islands=0.0, sensors=0.0, colour=0.0, seed=3
    )
    even = {True: [], False: []}
    for step in range(30):
        batch = Sampler(settings, chips).draw(step)
        for image, number in zip(batch.weak, batch.index):
            deviation = float(image.std((1, 2)).max())
            even[chips[number].landslide].append(deviation < 2 * GRAIN)
    assert not any(even[True])
    assert 0.15 < np.mean(even[False]) < 0.4  # half of the covered ones are wholly so
    plain = replace(settings, covers=0.0)
    without = Sampler(plain, chips).draw(0)
    assert all(float(image.std((1, 2)).max()) > 2 * GRAIN for image in without.weak)
