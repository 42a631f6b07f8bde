# SPDX-License-Identifier: GPL-2.0-or-later
"""Means of the weights of networks that went on from one another, or from the same one."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import torch
from torch import nn

from .network import terrain_weights
from .settings import Settings


def mixed(begun: dict, learned: dict, share: float) -> dict:
    """Weights that hold a share of what was learned; counters are those of the end."""
    return {
        name: value.lerp(learned[name], share)
        if value.is_floating_point()
        else learned[name]
        for name, value in begun.items()
    }


def mixed_with_new_elevation(
    begun: dict, learned: dict, share: float, settings: Settings
) -> dict:
    """As `mixed`, for networks that see elevation early: what looks at it, of which
    `begun` knew nothing, is that of the end.
    """
    state = mixed(begun, learned, share)
    terrain_weights(state, settings).copy_(terrain_weights(learned, settings))
    return state


def mean_network(networks: Sequence[nn.Module]) -> nn.Module:
    """The mean of networks that went on from one file (arXiv 2203.05482).

    Their batch-norm statistics differ where `unfold` looked at other crops, and scale and
    bias differ with them. So the mean is taken of what a norm multiplies and adds, and
    written for the statistics of the last network.
    """
    mean = copy.deepcopy(networks[-1])
    if len(networks) == 1:
        return mean
    parts = [dict(network.named_modules()) for network in networks]
    with torch.no_grad():
        for name, module in mean.named_modules():
            alike = [modules[name] for modules in parts]
            if isinstance(module, nn.BatchNorm2d):
                _set_mean_norm(module, alike)
                continue
            for key, weight in module.named_parameters(recurse=False):
                every = [getattr(other, key) for other in alike]
                weight.copy_(torch.stack(every).double().mean(0))
    return mean


def _set_mean_norm(norm: nn.BatchNorm2d, alike: Sequence[nn.BatchNorm2d]) -> None:
    """Scale and shift such that it multiplies and adds what `alike` do on the average."""
    factors = [(n.weight / (n.running_var + n.eps).sqrt()).double() for n in alike]
    added = [n.bias - n.running_mean * factor for n, factor in zip(alike, factors)]
    factor = torch.stack(factors).mean(0)
    norm.weight.copy_(factor * (norm.running_var + norm.eps).sqrt())
    norm.bias.copy_(torch.stack(added).mean(0) + norm.running_mean * factor)
