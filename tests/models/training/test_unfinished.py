# SPDX-License-Identifier: GPL-2.0-or-later
"""Which network of a lesson that was stopped is kept."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from models.evaluation.pixel_metrics import ConfusionCounts
from models.training.unfinished import best_so_far, counts_in, epochs_in


def counts(hits):
    """Ten pixels of landslide, of which so many lie above all background."""
    made = ConfusionCounts()
    made.slide[[200, 10]] = (hits, 10 - hits)
    made.background[100] = 90
    return made


def test_before_all_ground_is_taught_it_is_the_best_of_a_fold():
    scored = {(0, 1): counts(2), (0, 2): counts(8), (1, 1): counts(5)}
    choice = best_so_far(scored, 0, 2)
    assert choice[:2] == (0, 2) and choice.counts == [scored[0, 2]]


def test_then_it_is_that_of_all_ground_judged_by_the_folds_at_its_epoch():
    scored = {(f, e): counts(9 - e) for f in (0, 1) for e in (1, 2, 3, 4)}
    choice = best_so_far(scored, 3, 2)
    assert choice[:2] == (None, 3) and choice.counts == [scored[0, 3], scored[1, 3]]


def test_what_lies_in_the_folders_is_read(tmp_path):
    both = np.stack([counts(3).background, counts(3).slide])
    for name in ("fold-1/epoch-1", "fold-1/epoch-2", "fold-2/epoch-1", "whole/epoch-1"):
        path = tmp_path / f"{name}.pt"
        path.parent.mkdir(exist_ok=True)
        torch.save({"counts": torch.from_numpy(both)}, path)
    read = counts_in(tmp_path / "fold-1/epoch-1.pt")
    assert np.array_equal(read.slide, counts(3).slide)
    assert np.array_equal(read.background, counts(3).background)
    scored, taught = epochs_in(tmp_path, 2)
    assert sorted(scored) == [(0, 1), (0, 2), (1, 1)] and taught == 1
    assert epochs_in(tmp_path / "nowhere", 2) == ({}, 0)
