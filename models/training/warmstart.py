# SPDX-License-Identifier: GPL-2.0-or-later
"""A run that begins with what another one learned: from its checkpoint, or from an
exported file such as mrife.onnx.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional as F

from ..errors import MrifeError
from .checkpoint import read_checkpoint
from .sampler import Sampler
from .terrain_channels import CHANNELS

UNFOLD_BATCHES = 20  # of clean crops, that statistics of batch norm are taken of
# parts that every network must find
PATH = {"encoder", "aspp", "decoder", "terrain", "down", "up", "join", "head"}


def begin_from(model: nn.Module, path: str, sampler: Sampler) -> None:
    """Give the model the weights in `path`; a branch that they do not hold starts fresh,
    one that only they hold is left behind.

    Raises MrifeError where the file is missing or of another network.
    """
    if not Path(path).exists():
        raise MrifeError(
            "There is no file {} to start from; name a checkpoint (.pt) or a model "
            "(.onnx).",
            path,
        )
    if path.endswith(".onnx"):
        from_onnx(model, path, sampler)
        return
    stored = read_checkpoint(path, with_settings=False)
    state = weights_of(stored)
    mine = model.state_dict()
    other = [n for n, v in state.items() if n in mine and mine[n].shape != v.shape]
    if other:
        missing = []
        unknown = []
    else:
        missing, unknown = model.load_state_dict(state, strict=False)
    other += [name for name in (*missing, *unknown) if name.split(".")[0] in PATH]
    if other:
        raise MrifeError(
            "The checkpoint {} is of another network: {} does not fit.", path, other[0]
        )


def weights_of(state: dict) -> dict[str, Tensor]:
    """Of a best.pt, or the averaged ones of a last.pt."""
    if "model" in state:
        return state["model"]
    return state["teacher"]


def from_onnx(model: nn.Module, path: str, sampler: Sampler) -> None:
    """Weights of an exported file of the same network, in the order in which its
    convolutions run; one of an image alone may start a network with early elevation.

    The export folds batch norm into the convolutions. It is unfolded with the statistics
    of UNFOLD_BATCHES batches of clean crops, so that the network answers as the file does
    and can learn on.
    """
    layers = convolutions(model, sampler)
    stored_layers = stored_convolutions(path)
    if model.settings.dem == "early":
        stored_layers = extended(stored_layers, layers[0][0])
    if [tuple(w.shape) for w, _ in stored_layers] != [
        tuple(conv.weight.shape) for conv, _ in layers
    ]:
        raise MrifeError(
            "The model {} is of another network: its convolutions do not fit. Give the "
            "encoder and the other settings of the network that it was made with "
            "(models of releases up to 0.3: --encoder slim --output-stride 8 --rates "
            "2,4,6).",
            path,
        )
    values = stored_values(onnx.load(path).graph)
    with torch.no_grad():
        # what is not folded: mean and std, gates, U-Net's way up
        for name, value in model.state_dict().items():
            if f"model.{name}" in values:
                value.copy_(torch.from_numpy(values[f"model.{name}"].copy()))
        for (conv, norm), (w, b) in zip(layers, stored_layers):
            conv.weight.copy_(w)
            if norm is None:
                conv.bias.copy_(b)
                continue
            norm.running_mean.zero_()
            norm.running_var.fill_(1 - norm.eps)
            norm.weight.fill_(1)
            norm.bias.copy_(b)
    unfold(model, [norm for _, norm in layers if norm is not None], sampler)


def extended(
    stored: list[tuple[Tensor, Tensor]], first: nn.Conv2d
) -> list[tuple[Tensor, Tensor]]:
    """Layers of a file without elevation for a network with: what the first layer makes
    of the planes of elevation begins at zero, so that its answers stay as they are.
    """
    (weight, bias), *rest = stored
    if first.in_channels != weight.shape[1] + CHANNELS:
        return stored
    return [(F.pad(weight, (0, 0, 0, 0, 0, CHANNELS)), bias), *rest]


def unfold(model: nn.Module, norms: list[nn.BatchNorm2d], sampler: Sampler) -> None:
    """Batch norms that only add a bias get the mean and variance of what they see, and
    undo them exactly.
    """
    total = {
        norm: torch.zeros(3, norm.num_features, dtype=torch.float64) for norm in norms
    }

    def look(norm: nn.BatchNorm2d, inputs: tuple[Tensor]) -> None:
        x = inputs[0].double()
        total[norm] += torch.stack(
            [
                torch.full_like(x[0, :, 0, 0], x[:, 0].numel()),
                x.sum((0, 2, 3)),
                (x**2).sum((0, 2, 3)),
            ]
        )

    hooks = [norm.register_forward_pre_hook(look) for norm in norms]
    model.eval()
    with torch.no_grad():
        for i in range(UNFOLD_BATCHES):
            model(sampler.draw(2 * 10**9 + i).weak.cpu())
        for norm in norms:
            count, first, second = total[norm]
            mean = first / count
            square = second / count
            norm.running_mean.copy_(mean)
            norm.running_var.copy_((square - mean**2).clamp(min=1e-8))
            norm.weight.copy_((norm.running_var + norm.eps).sqrt())
            norm.bias.add_(norm.running_mean)
    for hook in hooks:
        hook.remove()
    model.train()


def convolutions(
    model: nn.Module, sampler: Sampler
) -> list[tuple[nn.Conv2d, nn.BatchNorm2d | None]]:
    """The convolutions of the segmentation path in the order they run, each with the
    norm that follows it.
    """
    ran: list[nn.Module] = []
    kinds = (nn.Conv2d, nn.BatchNorm2d)
    hooks = [
        m.register_forward_hook(lambda m, *_: ran.append(m))
        for name, m in model.named_modules()
        if isinstance(m, kinds) and name.split(".")[0] in PATH
    ]
    model.eval()
    with torch.no_grad():
        model(sampler.draw(0).weak[:1].cpu())
    for hook in hooks:
        hook.remove()
    model.train()
    follow = [*ran[1:], None]
    return [
        (m, n if isinstance(n, nn.BatchNorm2d) else None)
        for m, n in zip(ran, follow)
        if isinstance(m, nn.Conv2d)
    ]


def stored_values(graph: onnx.GraphProto) -> dict[str, np.ndarray]:
    """The numbers in a graph by the names that its layers read them by, float32 also
    where they are stored in 16 or 8 bits (see `compact`).
    """
    values = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    for node in graph.node:
        if node.op_type == "Cast" and node.input[0] in values:
            values[node.output[0]] = values[node.input[0]].astype(np.float32)
        if node.op_type == "Mul" and all(name in values for name in node.input):
            values[node.output[0]] = values[node.input[0]] * values[node.input[1]]
        if node.op_type == "Identity" and node.input[0] in values:
            values[node.output[0]] = values[node.input[0]]  # two layers' alike numbers
    return values


def stored_convolutions(path: str) -> list[tuple[Tensor, Tensor]]:
    """(weight, bias) of every convolution of the file, in the order of its graph; the
    stencils of the terrain planes have no bias.
    """
    graph = onnx.load(path).graph
    values = stored_values(graph)
    return [
        tuple(torch.from_numpy(values[name].copy()) for name in node.input[1:])
        for node in graph.node
        if node.op_type == "Conv" and len(node.input) == 3
    ]
