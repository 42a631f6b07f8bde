# SPDX-License-Identifier: GPL-2.0-or-later
"""What half floats cost in exactness, without a GPU: a model file whose numbers are rounded
to 16 bits wherever they would be so on one, and summed in 32.

    python tests/tools/half_rounding.py models/mrife.onnx rounded.onnx
    python -m models benchmark --model rounded.onnx --data DATA --split test

onnxruntime runs half floats on a processor in floats and leaves most of the rounding out,
so that each rounding stands in this file as a pair of casts.
"""

from __future__ import annotations

import sys
from pathlib import Path

import onnx
from onnx import NodeProto, TensorProto, helper

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from models.inference.half_floats import in_half_floats


def rounded(model: bytes) -> bytes:
    """The bytes of a model that computes in 32 bits what its half would hold in 16."""
    half = onnx.load_from_string(in_half_floats(model))
    graph = half.graph
    halves = {
        port.name
        for port in onnx.shape_inference.infer_shapes(half).graph.value_info
        if port.type.tensor_type.elem_type == TensorProto.FLOAT16
    }
    nodes: list[NodeProto] = []
    for node in graph.node:
        name = node.output[0]
        nodes.append(node)
        if name in halves:
            node.output[0] = f"{name}, exact"
            nodes += _rounding(node.output[0], name)
    del graph.node[:]
    graph.node.extend(nodes)
    return half.SerializeToString()


def _rounding(exact: str, name: str) -> list[NodeProto]:
    return [
        helper.make_node("Cast", [exact], [f"{name}, half"], to=TensorProto.FLOAT16),
        helper.make_node("Cast", [f"{name}, half"], [name], to=TensorProto.FLOAT),
    ]


def main(path: str, result: str) -> None:
    """A file of the model with the roundings."""
    Path(result).write_bytes(rounded(Path(path).read_bytes()))


if __name__ == "__main__":
    main(*sys.argv[1:])
