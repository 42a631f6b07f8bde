# SPDX-License-Identifier: GPL-2.0-or-later
"""An 8-bit twin of an exported model: a quarter of its size, and faster on processors
with 8-bit instructions.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx

from ..contract import ELEVATION, Contract
from ..geo.whole_files import whole_or_nothing
from ..inference.detector import Detector
from .datasets import load_chips
from .model_file import report
from .sampler import Sampler
from .settings import Settings
from .train import as_type

# isort: split
# after the detector, with whom onnxruntime comes without its telemetry
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

FLOAT_LAYERS = 14
PERCENTILE = 99.99  # of an activation's values that its range holds


class Crops(CalibrationDataReader):
    """Batches of clean training crops in the model's window, from which the ranges of
    all layers are read.
    """

    def __init__(
        self,
        data: str,
        contract: Contract,
        batches: int,
        sources: tuple[str, ...],
        out: str,
    ) -> None:
        # a ground of one image has as many crops as one of hundreds
        shares = (1 / len(sources),) * len(sources)
        settings = Settings(
            data=data,
            pixel_size=contract.pixel_size,
            crop=contract.window,
            out=out,
            sources=sources,
            shares=shares,
            channels=len(contract.image_bands),
        )
        if ELEVATION in contract.bands:
            settings = replace(settings, dem="early")
        if contract.elevation_alone:
            settings = replace(settings, image_dropout=0.3)
        if settings.sources == ("mars",):  # it has no images without landslides
            settings = replace(settings, negatives=0.0)
        self.sampler = Sampler(settings, load_chips(settings, "train"))
        self.left = batches

    def get_next(self) -> dict[str, np.ndarray] | None:
        """One batch (16, C, S, S) in 0-255; None after the last."""
        if not self.left:
            return None
        self.left -= 1
        return {"image": self.sampler.draw(self.left).weak.numpy()}


def before_first_layer(path: str) -> list[str]:
    """Names of the nodes that make the planes which the first layer sees; the stencils
    among them are convolutions without a bias.
    """
    graph = onnx.load(path).graph
    maker = {name: node for node in graph.node for name in node.output}
    first = next(n for n in graph.node if n.op_type == "Conv" and len(n.input) == 3)
    waiting = [first.input[0]]
    names = set()
    while waiting:
        node = maker.get(waiting.pop())
        if node is not None and node.name not in names:
            names.add(node.name)
            waiting += node.input
    return sorted(names)


def first_layers(path: str) -> list[str]:
    """Names of the FLOAT_LAYERS first convolutions of a network."""
    graph = onnx.load(path).graph
    layers = [n.name for n in graph.node if n.op_type == "Conv" and len(n.input) == 3]
    return layers[:FLOAT_LAYERS]


def quantise(
    model: str | Path,
    data: str,
    path: str | Path,
    batches: int = 8,
    sources: tuple[str, ...] = ("bijie",),
    out: str = Settings.out,
) -> dict:
    """Write the twin with the same contract; returns its size and by how much its
    probabilities differ.

    Crops come from `sources` as in training; made-up scenes are kept beside `out`.

    Weights per channel in signed, activations in unsigned 8 bits, in the QDQ form that
    every provider reads; ranges leave out the outermost ten-thousandth. What comes before
    the first layer stays in floats, as no 8 bits hold heights and the mark of those that
    are missing; so do the FLOAT_LAYERS first ones, whose rounding all others carry on.
    """
    contract = Detector(str(model), device="cpu").contract
    with tempfile.TemporaryDirectory() as folder:
        ready = str(Path(folder) / "ready.onnx")
        twin = str(Path(folder) / "twin.onnx")
        quant_pre_process(str(model), ready)
        quantize_static(
            ready,
            twin,
            Crops(data, contract, batches, sources, out),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=before_first_layer(ready) + first_layers(ready),
            calibrate_method=CalibrationMethod.Percentile,
            extra_options={"CalibPercentile": PERCENTILE},
        )
        graph = onnx.load(twin)
    onnx.helper.set_model_props(graph, contract.to_metadata())
    with whole_or_nothing(path) as part:
        onnx.save(graph, part)
    sample = Crops(data, contract, 1, sources, out).sampler.draw(999).weak.numpy()
    gap = np.abs(
        Detector(str(path), device="cpu")(sample)
        - Detector(str(model), device="cpu")(sample)
    )
    return report(path, gap)


def main(argv: list[str] | None = None) -> None:
    """`python -m models quantise --model models/mrife.onnx --data DIR --path
    models/mrife-int8.onnx`
    """
    parser = argparse.ArgumentParser(prog="quantise", description=__doc__)
    for name in ("model", "data", "path"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument(
        "--sources",
        type=as_type(("bijie",)),
        default=("bijie",),
        help="where the crops come from; default: bijie",
    )
    print(json.dumps(quantise(**vars(parser.parse_args(argv)))))
