# SPDX-License-Identifier: GPL-2.0-or-later
"""A network that computes in floats of 16 bits, made of the bytes of one that computes in
32: the file stays what it is.

Nothing of the graph changes but casts that are put between its nodes:

- in 16 bits compute convolutions behind the first one that has learnt, up to the last
  one, and what lies between them, as far as IN_HALF names it;
- in 32 bits stays all else: what is before, where values have units (metres of elevation
  are beyond what 16 bits hold to the decimetre), the first convolution, which sees them;
  what follows the last one, calibration and sigmoid; and what IN_HALF does not name,
  between two casts.

A convolution of few weights, which filters elevation, has not learnt. What a node takes
that is no float (sizes, padding) is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from ..contract import Contract
from ..protobuf import field, fields_of, number_field, numbers_of, spans, text_of

FLOAT = 1  # TensorProto.DataType
FLOAT16 = 10
BITS = {FLOAT: 32, FLOAT16: 16}
# field numbers of onnx.proto
GRAPH = 7  # of ModelProto
NODE = 1  # of GraphProto
INITIALIZER = 5
VALUE_INFO = 13
INPUT = 1  # of NodeProto
OUTPUT = 2
NAME = 3
OP_TYPE = 4
ATTRIBUTE = 5
DOMAIN = 7
DIMS = 1  # of TensorProto
TENSOR_NAME = 8
LEARNT = 256  # weights of a convolution, from which on it is no filter of a fixed kind
PATCH = 8  # pixels
CONVOLUTIONS = ("Conv", "ConvTranspose")
# operations that compute in 16 bits, and which of their inputs are floats; (): all
IN_HALF: dict[str, tuple[int, ...]] = {
    "Conv": (),
    "ConvTranspose": (),
    "Relu": (),
    "Clip": (),
    "Add": (),
    "Mul": (),
    "Concat": (),
    "MaxPool": (),
    "AveragePool": (),
    "Pad": (0, 2),
    "Resize": (0,),
    "Expand": (0,),
}
# those that stay in 32 among them: sums over whole maps, and what is steep
BETWEEN: dict[str, tuple[int, ...]] = {
    "ReduceMean": (0,),
    "GlobalAveragePool": (),
    "Sigmoid": (),
    "HardSigmoid": (),
    "BatchNormalization": (),
}
OF_BYTES = ("QuantizeLinear", "DequantizeLinear")  # operations of an 8-bit network


def windows_to_try(contract: Contract, count: int) -> np.ndarray:
    """(count, C, H, W) float32 that a model may be shown: patches of grey within the range
    of each band, and heights of a slope.
    """
    rng = np.random.default_rng(0)
    side = contract.window
    ends = contract.stretch or [(0, 255)] * len(contract.bands)
    planes = np.zeros((count, len(contract.bands), side, side), np.float32)
    for band, (low, high) in enumerate(ends):
        patches = rng.uniform(low, high, (count, -(-side // PATCH), -(-side // PATCH)))
        grey = patches.repeat(PATCH, axis=1).repeat(PATCH, axis=2)
        planes[:, band] = grey[:, :side, :side]
    if contract.takes_elevation:
        roughness = rng.uniform(0, 1, (count, side, side))
        planes[:, -1] = 1000 + 0.5 * np.arange(side) + roughness
    return planes


@dataclass
class Node:
    """A node of a graph: its bytes, its operation, and the names it takes and gives."""

    data: memoryview
    operation: str
    inputs: list[str]
    outputs: list[str]

    def floats(self) -> list[str]:
        """Names among its inputs that are floats, where it is an operation known here."""
        places = {**IN_HALF, **BETWEEN}[self.operation]
        names = self.inputs
        if places:
            names = [self.inputs[at] for at in places if at < len(self.inputs)]
        return [name for name in names if name]


def in_half_floats(data: bytes | memoryview) -> bytes | None:
    """The bytes of a model that takes and gives the same floats and computes in 16 bits
    between them; None where nothing of it can, or it is an 8-bit one. Raises ValueError,
    IndexError or KeyError where the bytes are no model.
    """
    parts = []
    begin = 0
    data = memoryview(data)
    for number, value, end in spans(data):
        part = bytes(data[begin:end])
        if number == GRAPH:
            graph = _graph(value)
            if graph is None:
                return None
            part = field(GRAPH, graph)
        parts.append(part)
        begin = end
    return b"".join(parts)


def _graph(data: memoryview) -> bytes | None:
    """The same of a graph. What it says of types in between (value_info) is left out."""
    nodes = []
    sizes = {}  # values in a stored tensor, by its name
    rest = []
    begin = 0
    for number, value, end in spans(data):
        if number == NODE:
            nodes.append(_node(value))
        elif number != VALUE_INFO:
            rest.append(bytes(data[begin:end]))
        if number == INITIALIZER:
            sizes.update(_size(value))
        begin = end
    if any(node.operation in OF_BYTES for node in nodes):
        return None
    half = half_nodes(nodes, sizes)
    if not half:
        return None
    return b"".join([*(field(NODE, node) for node in _with_casts(nodes, half)), *rest])


def half_nodes(nodes: list[Node], sizes: dict[str, int]) -> set[int]:
    """Places of the nodes that compute in 16 bits; `sizes` of the stored tensors."""
    sizes = dict(sizes)
    behind: set[str] = set()  # values that come from a convolution that has learnt
    able = set()
    for place, node in enumerate(nodes):
        given = [name for name in node.inputs if name]
        if all(name in sizes for name in given):  # Constant, or a weight being unpacked
            largest = max((sizes[name] for name in given), default=0)
            sizes.update(dict.fromkeys(node.outputs, largest))
            continue
        if _is_behind(node, behind, sizes):
            behind.update(node.outputs)
            if node.operation in IN_HALF:
                able.add(place)
        elif _has_learnt(node, sizes):
            behind.update(node.outputs)
    return able & _before_the_last(nodes)


def _is_behind(node: Node, behind: set[str], constants: dict[str, int]) -> bool:
    """Whether all floats that a node takes come from such a convolution."""
    if node.operation not in IN_HALF and node.operation not in BETWEEN:
        return False
    varying = [name for name in node.floats() if name not in constants]
    return bool(varying) and all(name in behind for name in varying)


def _has_learnt(node: Node, sizes: dict[str, int]) -> bool:
    if node.operation not in CONVOLUTIONS:
        return False
    return sizes.get(node.inputs[1], 0) >= LEARNT


def _before_the_last(nodes: list[Node]) -> set[int]:
    """Places of the convolutions, and of all nodes that one of them needs."""
    needed: set[str] = set()
    places = set()
    for place, node in reversed(list(enumerate(nodes))):
        if node.operation in CONVOLUTIONS or needed.intersection(node.outputs):
            needed.update(node.inputs)
            places.add(place)
    return places


def _with_casts(nodes: list[Node], half: set[int]) -> list[bytes]:
    """The bytes of all nodes, those at `half` in 16 bits, and of the casts between."""
    written = []
    in_half: set[str] = set()
    cast: dict[tuple[str, int], str] = {}
    for place, node in enumerate(nodes):
        if place in half:
            kind = FLOAT16
            wanted = [name for name in node.floats() if name not in in_half]
            in_half.update(node.outputs)
        else:
            kind = FLOAT
            wanted = [name for name in node.inputs if name in in_half]
        renamed = {}
        for name in wanted:
            if (name, kind) not in cast:
                cast[name, kind] = f"{name}, {BITS[kind]} bits"
                written.append(_cast(name, cast[name, kind], kind))
            renamed[name] = cast[name, kind]
        written.append(_taking(node, renamed))
    return written


def _cast(name: str, result: str, kind: int) -> bytes:
    """A node Cast; its attribute `to` is a whole number (type 2)."""
    to = field(1, b"to") + number_field(3, kind) + number_field(20, 2)
    return b"".join(
        [
            field(INPUT, name.encode()),
            field(OUTPUT, result.encode()),
            field(NAME, f"cast to {result}".encode()),
            field(OP_TYPE, b"Cast"),
            field(ATTRIBUTE, to),
        ]
    )


def _taking(node: Node, renamed: dict[str, str]) -> bytes:
    """The bytes of a node that takes other names."""
    if not renamed:
        return bytes(node.data)
    parts = [field(INPUT, renamed.get(name, name).encode()) for name in node.inputs]
    begin = 0
    for number, _, end in spans(node.data):
        if number != INPUT:
            parts.append(bytes(node.data[begin:end]))
        begin = end
    return b"".join(parts)


def _node(data: memoryview) -> Node:
    node = Node(data, "", [], [])
    domain = ""
    for number, value in fields_of(data):
        if number == INPUT:
            node.inputs.append(text_of(value))
        elif number == OUTPUT:
            node.outputs.append(text_of(value))
        elif number == OP_TYPE:
            node.operation = text_of(value)
        elif number == DOMAIN:
            domain = text_of(value)
    if domain not in ("", "ai.onnx"):  # an operation of another kind, whatever its name
        node.operation = f"{domain}.{node.operation}"
    return node


def _size(tensor: memoryview) -> dict[str, int]:
    """Values in a stored tensor, by its name."""
    name = ""
    size = 1
    for number, value in fields_of(tensor):
        if number == TENSOR_NAME:
            name = text_of(value)
        elif number == DIMS:
            size *= prod(numbers_of(value))
    return {name: size}
