# SPDX-License-Identifier: GPL-2.0-or-later
"""Crops as other sensors show them."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from models.training.sensors import coarser, other_sensor, sharper


def picture(count: int = 8) -> torch.Tensor:
    return 255 * torch.rand(
        count, 3, 32, 32, generator=torch.Generator().manual_seed(count)
    )


def test_a_share_of_the_crops_is_changed_and_the_others_are_not():
    image = picture(200)
    seen = other_sensor(image, 0.3, 1.6, np.random.default_rng(0))
    untouched = (seen == image).flatten(1).all(1)
    assert 0.6 < untouched.float().mean() < 0.8
    assert seen.min() >= 0 and seen.max() <= 255
    assert torch.equal(other_sensor(image, 0.0, 1.6, np.random.default_rng(0)), image)


def test_some_are_grey():
    seen = other_sensor(picture(100), 1.0, 1.6, np.random.default_rng(1))
    grey = (seen - seen[:, :1]).abs().flatten(1).max(1).values < 1e-3
    assert 0.05 < grey.float().mean() < 0.3


def test_coarser_pixels_keep_the_mean_and_lose_detail():
    image = picture(1)
    coarse = coarser(image, 2.0)
    assert coarse.shape == image.shape
    assert coarse.mean() == pytest.approx(float(image.mean()), rel=0.02)
    assert coarse.std() < 0.7 * image.std()
    assert torch.equal(coarser(image, 1.0), image)


def test_sharper_pixels_keep_flat_ground_and_stress_edges():
    step = torch.full((1, 1, 8, 8), 50.0)
    step[..., 4:] = 150
    sharp = sharper(step, 0.3)
    assert sharp[0, 0, 4, 1] == pytest.approx(50)
    # by hand: a third of the neighbourhood lies across the edge
    assert sharp[0, 0, 4, 3] == pytest.approx(50 - 0.3 * 100 / 3)
    assert sharp[0, 0, 4, 4] == pytest.approx(150 + 0.3 * 100 / 3)
