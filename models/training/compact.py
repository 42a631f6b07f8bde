# SPDX-License-Identifier: GPL-2.0-or-later
"""The weights of a model file in 16 bits each, half the bytes, or in 8, a quarter. The
network still reckons in 32, to which a session brings them once, when it is made.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, helper, numpy_helper

from ..contract import ELEVATION
from ..geo.whole_files import whole_or_nothing
from ..inference.detector import Detector
from .model_file import report

MIN_VALUES = 256  # in a tensor that is worth it
LARGEST = 6e4  # that 16 bits hold
SMALL = 8192  # values of a tensor that 8 bits are too few for: few weights move much
STEPS = 127  # from 0 to a channel's largest weight, in 8 bits


def compact(model: str | Path, path: str | Path, bits: int = 16) -> dict:
    """Write the file with the same graph and contract; returns its size and by how much
    its probabilities differ on noise.
    """
    before = Detector(str(model), device="cpu")
    samples = noise(before.contract.bands, before.contract.window)
    expected = before(samples)
    stored = onnx.load(str(model))
    nodes = []
    for tensor in list(stored.graph.initializer):
        if is_large(tensor):
            nodes += in_16_bits(tensor) if bits == 16 else in_8_bits(stored.graph, tensor)
    nodes += stored.graph.node
    del stored.graph.node[:]
    stored.graph.node.extend(nodes)
    with whole_or_nothing(Path(path)) as part:
        onnx.save(stored, part)
    gap = np.abs(Detector(str(path), device="cpu")(samples) - expected)
    return report(path, gap)


def is_large(tensor: TensorProto) -> bool:
    """Whether a tensor of floats is worth it, and not beyond what 16 bits hold."""
    values = numpy_helper.to_array(tensor)
    if values.dtype != np.float32 or values.size < MIN_VALUES:
        return False
    return bool(np.abs(values).max() <= LARGEST)


def in_16_bits(tensor: TensorProto) -> list[NodeProto]:
    """Turn a tensor into one of 16 bits under another name; returns what brings it back
    under its own.
    """
    name = tensor.name
    values = numpy_helper.to_array(tensor).astype(np.float16)
    half = numpy_helper.from_array(values, f"{name} in 16 bits")
    tensor.CopyFrom(half)
    return [in_32_bits(half.name, name)]


def in_8_bits(graph: onnx.GraphProto, tensor: TensorProto) -> list[NodeProto]:
    """The same in 8 bits, in steps of each output channel's own; the graph takes the
    steps, too. A small tensor, or one of one dimension, goes into 16 bits.
    """
    values = numpy_helper.to_array(tensor)
    if values.ndim < 2 or values.size < SMALL:
        return in_16_bits(tensor)
    name = tensor.name
    largest = np.abs(values).max(axis=tuple(range(1, values.ndim)), keepdims=True)
    step = np.where(largest > 0, largest / STEPS, 1).astype(np.float32)
    levels = np.rint(values / step).astype(np.int8)
    tensor.CopyFrom(numpy_helper.from_array(levels, f"{name} in 8 bits"))
    graph.initializer.append(numpy_helper.from_array(step, f"step of {name}"))
    whole = f"{name} in steps"
    return [
        in_32_bits(tensor.name, whole),
        helper.make_node("Mul", [whole, f"step of {name}"], [name], f"{name} in 32 bits"),
    ]


def in_32_bits(stored: str, name: str) -> NodeProto:
    """What brings a stored tensor to floats of 32 bits."""
    return helper.make_node(
        "Cast", [stored], [name], f"{stored} to 32", to=TensorProto.FLOAT
    )


def noise(bands: tuple[str, ...], window: int) -> np.ndarray:
    """(4, C, window, window) float32 that a model may see: bytes, and heights of a slope."""
    rng = np.random.default_rng(0)
    samples = rng.uniform(0, 255, (4, len(bands), window, window))
    if ELEVATION in bands:
        samples[:, -1] = 0.5 * np.arange(window) + 0.01 * samples[:, -1]
    return samples.astype(np.float32)


def main(argv: list[str] | None = None) -> None:
    """`python -m models compact --model FILE --path FILE [--bits 8]`"""
    parser = argparse.ArgumentParser(prog="compact", description=__doc__)
    for name in ("model", "path"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--bits", type=int, choices=(16, 8), default=16)
    print(json.dumps(compact(**vars(parser.parse_args(argv)))))
