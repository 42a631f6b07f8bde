# SPDX-License-Identifier: GPL-2.0-or-later
"""What threshold and seed are chosen by: the weights of windows, IoU, F1 of objects."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")

from models.training.eval_tile import EvalTile
from models.training.operating_point import (
    best_seed,
    choose,
    choose_seed,
    object_counts,
    window_weights,
)


def window(landslide: bool, truth: np.ndarray) -> EvalTile:
    return EvalTile("w", landslide, None, truth)


def covered(landslide: bool, share: float, side: int) -> EvalTile:
    truth = np.zeros((side, side), bool)
    truth[: round(share * side)] = True
    return window(landslide, truth)


def test_choices_see_landslides_on_the_wished_share_of_the_ground():
    windows = [covered(True, 0.5, 20), covered(True, 0.25, 80), covered(False, 0, 40)]
    weights = window_weights(windows, 0.05)
    ground = sum(w * v.truth.size for w, v in zip(weights, windows))
    slide = sum(w * v.truth.sum() for w, v in zip(weights, windows))
    assert slide / ground == pytest.approx(0.05)
    assert weights[0] * 20**2 == weights[1] * 80**2  # size does not matter
    # negatives never count less than one window
    assert window_weights(windows, 0.9)[2] * 40**2 == 1


def test_landslides_of_every_source_count_the_same():
    canyon = [replace(covered(True, 0.5, 40), source="mars") for _ in range(9)]
    hills = [covered(True, 0.25, 20), covered(False, 0, 20)]
    windows = [*canyon, *(replace(window, source="bijie") for window in hills)]
    weights = window_weights(windows, 0.05)
    slides = [w * v.truth.sum() for w, v in zip(weights, windows)]
    assert sum(slides[:9]) == pytest.approx(1) == sum(slides[9:])
    ground = sum(w * v.truth.size for w, v in zip(weights[9:], windows[9:]))
    assert 1 / ground == pytest.approx(0.05)


def scene() -> tuple[list[np.ndarray], list[EvalTile]]:
    """A landslide of 0.4 with one pixel of 0.8, a false patch of 0.4 with one of 0.55 that
    touches it by a corner, and a window without landslide.
    """
    truth = np.zeros((40, 40), bool)
    truth[5:15, 5:15] = True
    probability = np.where(truth, 0.4, 0.1)
    probability[5, 5] = 0.8
    probability[15:21, 15:21] = 0.4
    probability[20, 20] = 0.55
    empty = np.full((40, 40), 0.1)
    windows = [window(True, truth), window(False, np.zeros_like(truth))]
    return [probability, empty], windows


def test_the_seed_drops_what_the_threshold_alone_cannot_tell():
    maps, windows = scene()
    point = choose(maps, windows, 0.05)
    assert 0.1 < point.threshold <= 0.4
    assert 0.55 < point.seed <= 0.8
    assert 0.55 < choose_seed(maps, windows, 0.05, 0.4) <= 0.8


def test_a_seed_below_every_peak_is_the_threshold_itself():
    maps, windows = scene()
    maps[0] = np.where(windows[0].truth, 0.4, 0.1)
    assert choose_seed(maps, windows, 0.05, 0.4) == 0.4


def test_objects_are_counted_whatever_their_size():
    """A small landslide of 0.9 and a large one of 0.5, half covered each; beside them a
    false patch of 0.6; and one of 0.7 on ground without landslide.
    """
    truth = np.zeros((60, 60), bool)
    truth[2:6, 2:6] = True
    truth[20:50, 20:50] = True
    probability = np.full((60, 60), 0.1)
    probability[2:6, 2:4] = 0.9
    probability[20:50, 20:35] = 0.5
    probability[55:58, 5:50] = 0.6
    false = np.full((60, 60), 0.1)
    false[5:9, 5:9] = 0.7
    windows = [window(True, truth), window(False, np.zeros_like(truth))]
    share = float(truth.mean()) / 2  # so that both windows count once
    seeds = np.array([0.4, 0.55, 0.65, 0.8, 0.95])
    counts = object_counts([probability, false], windows, share, 0.4, seeds)
    found, landslides, right, candidates = counts.round(9).tolist()
    assert found == [2, 1, 1, 1, 0] and landslides == [2] * 5
    assert right == [2, 1, 1, 1, 0] and candidates == [4, 3, 2, 1, 0]
    # F1: 2/3, 0.4, 0.5, 2/3, 0; the highest of equal ones
    assert best_seed(counts) == 3 and best_seed(counts[:, :3]) == 0
    less = object_counts([probability, false], windows, share / 4, 0.4, seeds)
    assert less[3, 2] > 2  # ground without landslide weighs more
    counts[0, 3] = 0.99  # hardly less
    assert best_seed(counts) == 3
    counts[0, 3] = 0.9
    assert best_seed(counts) == 0


def test_what_is_covered_less_than_half_is_not_found():
    truth = np.zeros((20, 20), bool)
    truth[5:15, 5:15] = True
    probability = np.full((20, 20), 0.1)
    probability[5:15, 5:9] = 0.8  # on the landslide, and right
    probability[5:15, 18:20] = 0.8
    counts = object_counts(
        [probability], [window(True, truth)], 0.25, 0.4, np.array([0.4])
    )
    assert counts[:, 0].tolist() == [0, 1, 1, 2]
