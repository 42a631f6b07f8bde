# SPDX-License-Identifier: GPL-2.0-or-later
"""A network adapts to images that nobody labelled: it changes, goes on where it was
killed, and the runs on labels begin with what it learned.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from bijie import SLIM

torch = pytest.importorskip("torch")

from models.finetune.cuts import TILE, Cuts
from models.training.adapt import settings_without_labels, unlabelled_chips
from models.training.settings import MRIFE_LOSSES, Settings
from models.training.trainer import Trainer

WINDOW = 32


@pytest.fixture
def chips():
    pixels = np.random.default_rng(0).integers(0, 255, (3, 3, TILE // 2, TILE // 2))
    nothing = np.zeros((3, TILE // 2, TILE // 2), np.uint8)
    return unlabelled_chips(Cuts(pixels.astype(np.uint8), nothing, nothing, nothing))


def test_no_pixel_says_anything(chips):
    assert len(chips) == 3
    assert not any(chip.landslide or chip.valid.any() for chip in chips)


@pytest.mark.parametrize(
    "change", [{**MRIFE_LOSSES, "regions": True}, {"second": "clean"}]
)
def test_what_the_runs_on_labels_are_asked_for_is_no_hindrance(tmp_path, change):
    settings = settings_without_labels(Settings(crop=WINDOW, **SLIM, **change), tmp_path)
    assert (settings.recover, settings.contrast, settings.second) == (
        "cosine",
        "off",
        "off",
    )


def test_it_learns_to_recover_and_not_to_segment(chips, tmp_path):
    torch.set_num_threads(1)
    base = Settings(crop=WINDOW, batch=2, pretrained="none", steps=4, **SLIM)
    settings = settings_without_labels(replace(base, frozen_norms=True), tmp_path)
    trainer = Trainer(settings, chips)
    before = trainer.student.encoder.conv1.weight.clone()
    head = trainer.student.decoder.head.bias.clone()
    terms = trainer.train_step()
    assert {"rec", "sd"} <= set(terms) and "seg" not in terms
    assert not torch.equal(before, trainer.student.encoder.conv1.weight)
    assert settings.epoch_steps == 4 and torch.isfinite(head).all()
