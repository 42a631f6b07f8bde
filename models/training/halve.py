# SPDX-License-Identifier: GPL-2.0-or-later
"""The weights of a model file in 16 bits each: half the bytes. The network still reckons
in 32, to which a session brings them once, when it is made.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from ..contract import ELEVATION
from ..geo.whole_files import whole_or_nothing
from ..inference.detector import Detector

MIN_VALUES = 256  # in a tensor that is worth it
LARGEST = 6e4  # that 16 bits hold


def halve(model: str | Path, path: str | Path) -> dict:
    """Write the file with the same graph and contract; returns its size and by how much
    its probabilities differ on noise.
    """
    before = Detector(str(model), device="cpu")
    samples = noise(before.contract.bands, before.contract.window)
    expected = before(samples)
    stored = onnx.load(str(model))
    casts = [node for t in stored.graph.initializer if (node := stored_half(t))]
    nodes = [*casts, *stored.graph.node]
    del stored.graph.node[:]
    stored.graph.node.extend(nodes)
    with whole_or_nothing(Path(path)) as part:
        onnx.save(stored, part)
    gap = np.abs(Detector(str(path), device="cpu")(samples) - expected)
    return {
        "file": str(path),
        "bytes": Path(path).stat().st_size,
        "largest_difference": float(gap.max()),
        "mean_difference": float(gap.mean()),
    }


def stored_half(tensor: TensorProto) -> onnx.NodeProto | None:
    """Turn a large tensor of floats into one of 16 bits under another name; returns what
    brings it back under its own, None where it stays.
    """
    values = numpy_helper.to_array(tensor)
    if values.dtype != np.float32 or values.size < MIN_VALUES:
        return None
    if np.abs(values).max() > LARGEST:
        return None
    name = tensor.name
    half = numpy_helper.from_array(values.astype(np.float16), f"{name} in 16 bits")
    tensor.CopyFrom(half)
    return helper.make_node(
        "Cast", [half.name], [name], f"{name} in 32 bits", to=TensorProto.FLOAT
    )


def noise(bands: tuple[str, ...], window: int) -> np.ndarray:
    """(4, C, window, window) float32 that a model may see: bytes, and heights of a slope."""
    rng = np.random.default_rng(0)
    samples = rng.uniform(0, 255, (4, len(bands), window, window))
    if ELEVATION in bands:
        samples[:, -1] = 0.5 * np.arange(window) + 0.01 * samples[:, -1]
    return samples.astype(np.float32)


def main(argv: list[str] | None = None) -> None:
    """`python -m models halve --model FILE --path FILE`"""
    parser = argparse.ArgumentParser(prog="halve", description=__doc__)
    for name in ("model", "path"):
        parser.add_argument(f"--{name}", required=True)
    print(json.dumps(halve(**vars(parser.parse_args(argv)))))
