# SPDX-License-Identifier: GPL-2.0-or-later
"""Samples of a lesson: a run sees nothing of its fold, which is scored where it is known."""

from __future__ import annotations

from pathlib import Path

import known_ground
import numpy as np
import pytest
from bijie import SLIM

torch = pytest.importorskip("torch")

from models.finetune.cuts import BETWEEN, SURE, TILE, Cuts
from models.training.baselines import build
from models.training.lesson_samples import LessonSamples, chip_of
from models.training.settings import Settings

torch.set_num_threads(1)  # the cores have other work
WINDOW = 32


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return Path(known_ground.make(tmp_path_factory.mktemp("samples")))


def test_a_run_sees_nothing_of_its_fold_nor_what_lies_between(folder):
    samples = LessonSamples(folder)
    chips = samples.chips(1)
    assert len(chips) == 4  # of 8: those of fold 2 hold nothing else
    for chip in chips:
        assert not chip.valid[:8].any()
        assert not chip.valid[:, -10:].any()
        assert chip.valid[8:, :-10].all()
    everything = samples.chips(None)
    assert len(everything) == 8
    assert everything[0].valid[8:].all()
    assert {chip.landslide for chip in everything} == {True, False}


def test_a_fold_is_scored_on_its_known_ground_alone(folder):
    samples = LessonSamples(folder)
    network = build(Settings(**SLIM)).eval()
    counts = samples.score(network, 0, WINDOW)
    assert counts.slide.sum() == 2 * 40 * 40
    known = 2 * (TILE - 8) * (TILE - 10)
    assert counts.background.sum() == known - 2 * 40 * 40
    # a tile that was drawn for three of its like counts as often
    samples.stand_for = np.array([3.0, 1.0, 7.0, 7.0])
    counts = samples.score(network, 0, WINDOW)
    assert counts.slide.sum() == 4 * 40 * 40
    assert counts.background.sum() == 2 * known - 4 * 40 * 40


def test_a_cut_as_a_run_sees_it():
    """A landslide in fold 0, between folds and in fold 1, beside ground of fold 1."""
    label = np.array([[[1, 1], [1, 0]]], np.uint8)
    fold = np.array([[[0, BETWEEN], [1, 1]]], np.uint8)
    weight = np.full(label.shape, SURE, np.uint8)
    cuts = Cuts(np.zeros((1, 3, 2, 2), np.uint8), label, fold, weight)
    chip = chip_of(cuts, 0, 0)
    assert chip.weight is None
    assert chip.landslide and chip.valid.tolist() == [[False, False], [True, True]]
    # what it does not see is no landslide that its crops should show
    assert chip.pixels[3].tolist() == [[0, 0], [255, 0]]
    assert chip_of(cuts, 0, None).pixels[3].tolist() == [[255, 255], [255, 0]]
    other = chip_of(cuts, 0, 1)
    assert other.landslide and other.valid.tolist() == [[True, False], [False, False]]
    weight[0, 0] = 75
    assert chip_of(cuts, 0, 0).weight.tolist() == [[75, 75], [100, 100]]
    cuts.label[0, 0, 0] = 0
    assert not chip_of(cuts, 0, 1).landslide  # of the fold it does not see
