# SPDX-License-Identifier: GPL-2.0-or-later
"""Which network a model file holds, by the shapes of its convolutions: a file says nothing
of the settings that it was trained with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product

import onnx
import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from ..contract import Contract
from ..errors import InvalidModel
from .baselines import build
from .settings import CHOICES, NOTHING, Settings
from .warmstart import stored_values

SKIP_CHOICES = ((4,), (4, 8), (2, 4), (2, 4, 8))
RATE_CHOICES = ((1, 2, 3), (2, 4, 6))
# the stem of a residual encoder; that of an EfficientNet-Lite is 3
RESIDUAL_STEM = 7
# how elevation joins a network that was trained without: planes of the first layer whose
# weights begin at zero. It adds no norm that would need statistics of the ground, and no
# layer that a few outlines would have to teach from nothing
EXTENSION = "early"
MASK_UNIT = 16  # pixels, unless a cell of the network is larger
SIDE = 64  # pixels of a window on which layers are looked at


def settings_of_file(path: str, contract: Contract, base: Settings) -> Settings:
    """`base` with the network of a model file, extended by elevation where the contract
    lists it and the file does not take it. Raises InvalidModel where it is none that this
    code trains.
    """
    stored = stored_layers(path)
    base = replace(
        base,
        channels=len(contract.image_bands),
        pixel_size=contract.pixel_size or base.pixel_size,
        crop=contract.window,
        pretrained=NOTHING,
        start=path,
    )
    fusions = ("off",)
    if contract.takes_elevation:
        fusions = ("early", "mid", "off")
    if not contract.image_bands:
        fusions = ("early",)
    for changes in candidates(stored, fusions):
        settings = replace(base, **changes)
        if layers_of(settings) != stored:
            continue
        if contract.takes_elevation and settings.dem == "off":
            return replace(settings, dem=EXTENSION)
        return settings
    raise InvalidModel(
        "The network in '{}' is none that can be trained here; choose a model of this "
        "plugin in floats (not the 8-bit twin), or one that was fine-tuned from it.",
        path,
    )


def candidates(stored: list[tuple], fusions: tuple[str, ...]) -> Iterator[dict]:
    """Settings that a file may have been made with, the likeliest first; `fusions` of
    `Settings.dem`.
    """
    if not stored:
        return
    encoders = tuple(name for name in CHOICES["encoder"] if name.startswith("lite"))
    strides = (16, 8, 32)
    widths = (32,)
    if stored[0][0][-1] == RESIDUAL_STEM:
        encoders = tuple(name for name in CHOICES["encoder"] if name not in encoders)
        strides = (8, 16, 32)
        widths = (stored[0][0][0],)
    choices = product(encoders, widths, strides, RATE_CHOICES, SKIP_CHOICES, fusions)
    for encoder, width, stride, rates, skips, fusion in choices:
        if width % 8:
            continue
        yield {
            "encoder": encoder,
            "width": width,
            "output_stride": stride,
            "unit": max(MASK_UNIT, stride),
            "rates": rates,
            "skips": skips,
            "dem": fusion,
        }


def stored_layers(path: str) -> list[tuple]:
    """(shape of the weight, stride, dilation) of each convolution with a bias, in the
    order of the graph.
    """
    graph = onnx.load(path).graph
    values = stored_values(graph)
    layers = []
    for node in graph.node:
        if node.op_type != "Conv" or len(node.input) != 3:
            continue
        if node.input[1] not in values:
            return []
        attributes = {a.name: tuple(a.ints) for a in node.attribute}
        layers.append(
            (
                values[node.input[1]].shape,
                attributes["strides"],
                attributes["dilations"],
            )
        )
    return layers


def layers_of(settings: Settings) -> list[tuple]:
    """The same of the network that settings describe, without training it."""
    with torch.device("meta"), Undrawn():
        model = build(settings).eval()
    model.to_empty(device="cpu")
    layers: list[tuple] = []

    def note(conv: nn.Conv2d, *_: object) -> None:
        layers.append((tuple(conv.weight.shape), conv.stride, conv.dilation))

    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            module.register_forward_hook(note)
    with torch.no_grad():
        model(torch.zeros(1, settings.planes, SIDE, SIDE))
    return layers


class Undrawn(TorchFunctionMode):
    """Weights are not drawn: on the device meta that imports torch's compiler, which
    takes a second.
    """

    def __torch_function__(
        self,
        function: Callable,
        types: tuple,
        args: tuple = (),
        kwargs: dict | None = None,
    ) -> object:
        kwargs = kwargs or {}
        if function is nn.init.normal_:
            return kwargs["tensor"]
        if function is torch.Tensor.normal_:
            return args[0]
        return function(*args, **kwargs)
