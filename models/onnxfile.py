# SPDX-License-Identifier: GPL-2.0-or-later
"""What an ONNX file says about itself, read without onnxruntime: QGIS's own process never
imports it.

ONNX files are protocol buffers; only the handful of fields needed is decoded, by the
field numbers of onnx.proto.
"""

from __future__ import annotations

import hashlib
import mmap
from dataclasses import dataclass
from pathlib import Path

from .contract import Contract
from .errors import InvalidModel
from .protobuf import field, fields_of, spans, text_of
from .regular_file import check_regular

FLOAT = 1  # TensorProto.DataType
METADATA = 14  # ModelProto's metadata_props


@dataclass(frozen=True)
class Port:
    """An input or output of a graph; a dimension is None where the graph leaves it open."""

    name: str
    elem_type: int
    shape: tuple[int | None, ...]


@dataclass(frozen=True)
class ModelFile:
    """A model file and the contract it carries."""

    path: str
    contract: Contract
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    digest: str  # first eight hex digits of the file's SHA-256
    size: int  # bytes

    @property
    def model_id(self) -> str:
        """Name, version and weights in at most 40 characters: what an inventory cites."""
        return f"{self.contract.name[:20]}-{self.contract.version[:10]}-{self.digest}"


FOLDER = Path(__file__).parent  # of the models that come with the plugin


def shipped_model(
    fast: bool = False,
    elevation: bool = False,
    folder: Path = FOLDER,
    alone: bool = False,
) -> str:
    """Path of the model that comes with the plugin, or of its 8-bit twin where it has one;
    `elevation`: of the one that takes it beside an image, `alone`: in the place of one.
    """
    kinds = ["mrife"]
    if alone:
        kinds.insert(0, "mrife-terrain")
    elif elevation:
        kinds.insert(0, "mrife-dem")
    twins = [""]
    if fast:
        twins.insert(0, "-int8")
    for kind in kinds:
        for twin in twins:
            path = folder / f"{kind}{twin}.onnx"
            if path.exists():
                return str(path)
    return str(folder / "mrife.onnx")


def shipped_models() -> list[str]:
    """Paths of all models that come with the plugin, the one for images first."""
    return sorted(map(str, FOLDER.glob("mrife*.onnx")), key=len)


def chosen_model(
    path: str | None, fast: bool, elevation: bool = False, alone: bool = False
) -> str:
    """Path of the model to run: the user's, else the shipped one, for a search with
    elevation, or by elevation `alone`, that which takes it; raises InvalidModel where
    both were asked for.
    """
    if path and fast:
        raise InvalidModel(
            "The fast 8-bit model is the shipped one's twin and knows nothing of '{}'; "
            "leave the model empty, or switch fast off.",
            path,
        )
    return path or shipped_model(fast, elevation, alone=alone)


def contract_of(path: str) -> Contract:
    """What a model says of itself, in a few milliseconds: its weights are not read.
    Raises InvalidModel.
    """
    contract, _, _ = _read(path, _bytes(path))
    return contract


def fixed_batch_of(path: str) -> int | None:
    """Windows that a model takes at once, None where that is open; as quick. Raises
    InvalidModel.
    """
    _, inputs, _ = _read(path, _bytes(path))
    return inputs[0].shape[0]


def describe(path: str) -> ModelFile:
    """Read a model's contract from its file; raises InvalidModel saying what it is or
    what it lacks.
    """
    data = _bytes(path)
    contract, inputs, outputs = _read(path, data)
    return ModelFile(
        str(path),
        contract,
        inputs,
        outputs,
        hashlib.sha256(data).hexdigest()[:8],
        len(data),
    )


def _read(
    path: str, data: bytes | mmap.mmap
) -> tuple[Contract, tuple[Port, ...], tuple[Port, ...]]:
    """Contract, inputs and outputs of a model's bytes."""
    try:
        metadata, inputs, outputs = _model(memoryview(data))
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise InvalidModel(
            "'{}' is not an ONNX model; choose a file exported as .onnx.", path
        ) from error
    channels, window = _image_input(path, inputs)
    _check_one_map(path, outputs)
    return Contract.from_metadata(metadata, channels, window), inputs, outputs


def with_metadata(path: str, items: dict[str, str]) -> bytes:
    """The bytes of a model file whose metadata say something else under some keys, its
    graph untouched. Raises InvalidModel.
    """
    data = memoryview(_bytes(path))
    parts = []
    begin = 0
    for number, value, end in spans(data):
        replaced = number == METADATA and text_of(dict(fields_of(value))[1]) in items
        if not replaced:
            parts.append(bytes(data[begin:end]))
        begin = end
    for key, text in items.items():
        entry = field(1, key.encode()) + field(2, text.encode())
        parts.append(field(METADATA, entry))
    return b"".join(parts)


def _bytes(path: str) -> bytes | mmap.mmap:
    check_regular(path)
    try:
        with open(path, "rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise InvalidModel(
            "The model file '{}' cannot be read ({}); choose an existing .onnx file.",
            path,
            error,
        ) from error


def _image_input(path: str, inputs: tuple[Port, ...]) -> tuple[int, int | None]:
    """Channels and window of the one image input (N, C, H, W)."""
    if len(inputs) != 1 or len(inputs[0].shape) != 4 or inputs[0].elem_type != FLOAT:
        raise InvalidModel(
            "'{}' must take one float image (N, bands, height, width), but takes: {}.",
            path,
            _listed(inputs),
        )
    _, channels, height, width = inputs[0].shape
    if not channels:
        raise InvalidModel(
            "'{}' leaves its number of bands open; export it with a fixed number of "
            "bands.",
            path,
        )
    if height != width:
        raise InvalidModel(
            "'{}' takes windows of {} x {} pixels; export it with square windows.",
            path,
            height,
            width,
        )
    return channels, height


def _check_one_map(path: str, outputs: tuple[Port, ...]) -> None:
    if len(outputs) != 1 or not _is_map(outputs[0].shape):
        raise InvalidModel(
            "'{}' must give one probability map (N, 1 or 2 classes, height, width), but "
            "gives: {}.",
            path,
            _listed(outputs),
        )


def _is_map(shape: tuple[int | None, ...]) -> bool:
    """Whether it is (N, H, W), or (N, C, H, W) of 1 or 2 classes; C may be open."""
    if len(shape) == 4:
        return shape[1] in (1, 2, None)
    return len(shape) == 3


def _listed(ports: tuple[Port, ...]) -> str:
    return ", ".join(f"{port.name} {port.shape}" for port in ports) or "none"


def _model(data: memoryview) -> tuple[dict[str, str], tuple[Port, ...], tuple[Port, ...]]:
    """ModelProto: ir_version 1, graph 7, metadata_props 14."""
    fields = list(fields_of(data))
    graphs = [value for number, value in fields if number == 7]
    if len(graphs) != 1 or not any(number == 1 for number, _ in fields):
        raise ValueError("no graph")
    metadata = {}
    for number, value in fields:
        if number == METADATA:
            entry = dict(fields_of(value))
            metadata[text_of(entry.get(1, b""))] = text_of(entry.get(2, b""))
    graph = list(fields_of(graphs[0]))  # GraphProto: initializer 5, input 11, output 12
    weights = {
        text_of(dict(fields_of(value)).get(8, b""))
        for number, value in graph
        if number == 5
    }
    inputs = (_port(value) for number, value in graph if number == 11)
    return (
        metadata,
        tuple(p for p in inputs if p.name not in weights),
        tuple(_port(value) for number, value in graph if number == 12),
    )


def _port(data: memoryview) -> Port:
    """ValueInfoProto: name 1, type 2 (tensor_type 1: elem_type 1, shape 2: dim 1:
    dim_value 1).
    """
    info = dict(fields_of(data))
    if 2 in info:
        tensor = dict(fields_of(dict(fields_of(info[2]))[1]))
    else:
        tensor = {}
    if 2 in tensor:
        dims = [
            dict(fields_of(dim)) for number, dim in fields_of(tensor[2]) if number == 1
        ]
    else:
        dims = []
    return Port(
        text_of(info.get(1, b"")), tensor.get(1, 0), tuple(d.get(1) or None for d in dims)
    )
