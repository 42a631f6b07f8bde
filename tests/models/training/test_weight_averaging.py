# SPDX-License-Identifier: GPL-2.0-or-later
"""Means of networks: shares of weights, and batch norm that saw other crops."""

from __future__ import annotations

import copy

import pytest
from bijie import SLIM

torch = pytest.importorskip("torch")

from models.training.network import Mrife
from models.training.settings import Settings
from models.training.weight_averaging import mean_network, mixed


def with_other_statistics(model: Mrife, seed: int) -> Mrife:
    """The same answers from other batch-norm statistics."""
    other = copy.deepcopy(model)
    generator = torch.Generator().manual_seed(seed)
    for norm in other.modules():
        if isinstance(norm, torch.nn.BatchNorm2d):
            factor = norm.weight / (norm.running_var + norm.eps).sqrt()
            added = norm.bias - norm.running_mean * factor
            norm.running_mean.normal_(generator=generator)
            norm.running_var.uniform_(0.2, 4, generator=generator)
            with torch.no_grad():
                norm.weight.copy_(factor * (norm.running_var + norm.eps).sqrt())
                norm.bias.copy_(added + norm.running_mean * factor)
    return other


def test_the_mean_of_networks_that_answer_alike_answers_as_they_do():
    torch.manual_seed(0)
    model = Mrife(Settings(**SLIM)).eval()
    for norm in model.modules():
        if isinstance(norm, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(norm.weight, 0.5, 1.5)
    x = 255 * torch.rand(1, 3, 64, 64)
    alike = [with_other_statistics(model, seed) for seed in range(3)]
    assert torch.allclose(alike[0](x), model(x), atol=1e-4)
    assert torch.allclose(mean_network(alike)(x), model(x), atol=1e-4)
    assert torch.equal(mean_network([model])(x), model(x))


def test_the_mean_of_two_networks_holds_half_of_what_each_has_learned():
    torch.manual_seed(0)
    model = Mrife(Settings(**SLIM)).eval()
    learned = with_other_statistics(model, 1)
    norm = next(m for m in learned.modules() if isinstance(m, torch.nn.BatchNorm2d))
    with torch.no_grad():
        norm.bias.add_(3.0)
        learned.encoder.conv1.weight.add_(0.5)
    mean = mean_network([learned, model])
    begun = model.encoder.conv1.weight
    assert torch.allclose(mean.encoder.conv1.weight, begun + 0.25)
    own = next(m for m in model.modules() if isinstance(m, torch.nn.BatchNorm2d))
    of_mean = next(m for m in mean.modules() if isinstance(m, torch.nn.BatchNorm2d))
    assert torch.allclose(of_mean.bias, own.bias + 1.5, atol=1e-5)


def test_weights_hold_a_share_of_what_was_learned():
    """And counters are those of the end."""
    begun = {"weight": torch.tensor([0.0, 4.0]), "count": torch.tensor(3)}
    learned = {"weight": torch.tensor([2.0, 8.0]), "count": torch.tensor(9)}
    made = mixed(begun, learned, 0.25)
    assert made["weight"].tolist() == [0.5, 5.0] and made["count"] == 9
