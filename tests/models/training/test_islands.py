# SPDX-License-Identifier: GPL-2.0-or-later
"""Missing ground continues what is known, mirrored at its border."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from models.training.chips import IGNORE
from models.training.islands import as_island, mirrored, nearest_known, random_island


def test_the_nearest_known_pixel_is_the_nearest():
    known = np.random.default_rng(0).random((12, 17)) < 0.1
    rows, cols = nearest_known(known)
    places = np.argwhere(known)
    for row in range(12):
        for col in range(17):
            best = ((places - (row, col)) ** 2).sum(1).min()
            assert known[rows[row, col], cols[row, col]]
            assert (rows[row, col] - row) ** 2 + (cols[row, col] - col) ** 2 == best


def test_a_straight_border_is_numpy_s_reflection():
    known = np.zeros((3, 10), bool)
    known[:, :6] = True
    _, cols = mirrored(known)
    assert cols[1].tolist() == np.pad(np.arange(6), (0, 4), mode="reflect").tolist()


def test_where_the_mirror_image_is_missing_too_the_border_is_repeated():
    known = np.zeros((1, 7), bool)
    known[0, 2:4] = True
    _, cols = mirrored(known)
    assert cols[0].tolist() == [2, 3, 2, 3, 2, 3, 3]


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


def test_islands_differ_and_keep_some_ground():
    islands = [random_island(24, np.random.default_rng(seed)) for seed in range(30)]
    shares = [island.mean() for island in islands]
    assert min(shares) >= 0.1 and np.std(shares) > 0.1
