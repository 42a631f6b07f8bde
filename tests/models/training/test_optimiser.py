# SPDX-License-Identifier: GPL-2.0-or-later
"""What learns, and at what rate."""

from __future__ import annotations

import pytest
from bijie import SLIM

torch = pytest.importorskip("torch")

from models.training.baselines import build
from models.training.optimiser import freeze, learning_rate
from models.training.settings import Settings


def test_the_rate_warms_up_and_ends_at_nothing():
    settings = Settings()
    assert learning_rate(settings, settings.warmup) == pytest.approx(settings.lr)
    assert learning_rate(settings, 0.01) < learning_rate(settings, 0.04)
    assert learning_rate(settings, 1.0) == pytest.approx(0)


def test_freezing_reaches_the_norms():
    model = build(Settings(**SLIM)).train()
    freeze(model, "decoder")
    norms = {
        name: module.training
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.BatchNorm2d)
    }
    assert not any(on for name, on in norms.items() if name.startswith("encoder"))
    assert all(on for name, on in norms.items() if name.startswith("decoder"))


@pytest.mark.parametrize("learn", ["decoder", "late"])
@pytest.mark.parametrize("network", ["mrife", "unet", "encoder-unet", "deeplab"])
def test_a_network_of_each_kind_has_a_decoder_that_learns(network, learn):
    model = build(Settings(**{**SLIM, "skips": (2, 4, 8)}, network=network))
    freeze(model, learn)
    learning = {
        name.split(".")[0] for name, p in model.named_parameters() if p.requires_grad
    }
    assert learning and "down" not in learning
    assert ("encoder" in learning) == (learn == "late" and network != "unet")
