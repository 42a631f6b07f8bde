# SPDX-License-Identifier: GPL-2.0-or-later
"""Crops as other sensors show them."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from models.training.sensors import coarser, coarser_heights, other_sensor, sharper
from models.training.terrain_channels import MISSING


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


def hills(count: int) -> torch.Tensor:
    """Heights (count, 1, 48, 48) of 1,000 m and rough ground, of which one pixel is
    missing.
    """
    generator = torch.Generator().manual_seed(count)
    heights = 1000 + 20 * torch.rand(count, 1, 48, 48, generator=generator)
    heights[:, :, 10, 20] = MISSING
    return heights


def test_coarser_heights_are_smoother_and_know_nothing_of_what_is_missing():
    heights = hills(200)
    seen = coarser_heights(heights, 0.4, 1.6, np.random.default_rng(0))
    untouched = (seen == heights).flatten(1).all(1)
    assert 0.5 < untouched.float().mean() < 0.7
    assert (seen[:, :, 10, 20] == MISSING).all()
    seen[:, :, 10, 20] = 1010
    assert 999 < seen.min() and seen.max() < 1021
    rough = seen[~untouched].flatten(1).std(1)
    assert rough.median() < 0.3 * heights[:, :, :10].std()


def test_pixels_as_large_as_the_coarsest_cells_stay():
    heights = hills(4)
    seen = coarser_heights(heights, 1.0, 30.0, np.random.default_rng(0))
    assert torch.allclose(seen, heights)
