# SPDX-License-Identifier: GPL-2.0-or-later
"""Missing ground continues what is known, mirrored at its border."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from models.inference.fill import filled
from models.training.chips import IGNORE
from models.training.islands import as_island, random_island


def test_an_island_shows_its_own_ground_only_and_is_scored_there_alone():
    side = 32
    crop = torch.arange(side * side, dtype=torch.float32).view(1, side, side)
    crop = torch.cat([crop, torch.ones(1, side, side)])
    missing = 0
    for seed in range(20):
        island = as_island(crop, np.random.default_rng(seed), IGNORE)
        said = island[1] == 1
        assert torch.equal(island[0][said], crop[0][said])
        assert (island[1][~said] == IGNORE).all()
        assert set(island[0].unique().tolist()) <= set(crop[0][said].tolist())
        missing += int((~said).sum())
    assert 0.1 < missing / (20 * side * side) < 0.9


def test_an_island_is_what_the_plugin_shows_the_network():
    crop = torch.rand(4, 24, 24)
    for seed in range(5):
        known = random_island(24, np.random.default_rng(seed))
        island = as_island(crop, np.random.default_rng(seed), IGNORE)
        assert np.array_equal(island[:3].numpy(), filled(crop[:3].numpy(), known))


def test_islands_differ_and_keep_some_ground():
    islands = [random_island(24, np.random.default_rng(seed)) for seed in range(30)]
    shares = [island.mean() for island in islands]
    assert min(shares) >= 0.1 and np.std(shares) > 0.1
