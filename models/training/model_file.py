# SPDX-License-Identifier: GPL-2.0-or-later
"""A network as the file that the plugin runs, checked against the network itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from ..contract import Contract
from ..errors import InvalidModel, MrifeError
from ..evaluation.calibration import Calibration
from ..geo.whole_files import whole_or_nothing
from ..inference.detector import Detector
from .baselines import build
from .checkpoint import read_checkpoint
from .settings import NOTHING, Settings

TOLERANCE = 1e-3  # of a probability, between torch and the exported file
UNCALIBRATED = Calibration()


class Exported(nn.Module):
    """(N, C, S, S) raw values to (N, 1, S, S) probabilities."""

    def __init__(self, model: nn.Module, calibration: Calibration) -> None:
        super().__init__()
        self.model = model
        self.calibration = calibration

    def forward(self, image: Tensor) -> Tensor:
        return torch.sigmoid(
            self.calibration.scale * self.model(image) + self.calibration.shift
        )


def load(path: str | Path) -> tuple[nn.Module, Settings, dict]:
    """(network in eval mode, its settings, the whole checkpoint) of a `best.pt`. Raises
    MrifeError where it is none, OSError.
    """
    state = read_checkpoint(path)
    if "model" not in state:
        raise MrifeError("'{}' is the state of a run; name the best.pt beside it.", path)
    settings = Settings(**state["settings"])
    model = build(replace(settings, pretrained=NOTHING))
    model.load_state_dict(state["model"])
    return model.eval(), settings, state


def export_onnx(
    model: nn.Module,
    path: str | Path,
    contract: Contract,
    calibration: Calibration = UNCALIBRATED,
    samples: np.ndarray | None = None,
    tolerance: float = TOLERANCE,
) -> float:
    """Write the graph with its contract, or nothing; returns the largest difference between
    torch and the file in probability.

    `samples` (N, C, S, S) in 0-255 are what the two are compared on; noise without them.
    Raises InvalidModel where they differ by `tolerance` or more.
    """
    exported = Exported(model, calibration).eval()
    shape = (2, len(contract.bands), contract.window, contract.window)
    if samples is None:
        samples = np.random.default_rng(0).uniform(0, 255, shape)
    samples = np.asarray(samples, np.float32)
    with torch.no_grad():
        expected = exported(torch.from_numpy(samples))[:, 0].numpy()
    with whole_or_nothing(path) as part:
        _write_graph(exported, shape, part, contract)
        answer = Detector(part, device="cpu")(samples)
        difference = float(np.abs(answer - expected).max())
        if not difference < tolerance:
            raise InvalidModel(
                "{} differs from the network by {} in probability; less than {} is "
                "wanted. Export it from another version of torch.",
                path,
                f"{difference:.2g}",
                tolerance,
            )
    return difference


def _write_graph(
    exported: Exported, shape: tuple[int, ...], path: str, contract: Contract
) -> None:
    """ONNX for any number of windows; `shape` (N, C, S, S) of those it is traced with."""
    torch.onnx.export(
        exported,
        (torch.zeros(shape),),
        path,
        dynamo=False,
        opset_version=17,
        input_names=["image"],
        output_names=["probability"],
        dynamic_axes={"image": {0: "batch"}, "probability": {0: "batch"}},
    )
    graph = onnx.load(path)
    onnx.helper.set_model_props(graph, contract.to_metadata())
    onnx.save(graph, path)


def report(path: str | Path, gap: np.ndarray) -> dict:
    """Of a file that was made of another: its size, and by how much its probabilities
    differ from the other's.
    """
    return {
        "file": str(path),
        "bytes": Path(path).stat().st_size,
        "largest_difference": float(gap.max()),
        "mean_difference": float(gap.mean()),
    }


def update_contract(path: str | Path, **changes: object) -> Contract:
    """Change facts of the contract inside a model file, and nothing of its graph;
    returns the new contract.
    """
    graph = onnx.load(str(path))
    metadata = {entry.key: entry.value for entry in graph.metadata_props}
    dims = graph.graph.input[0].type.tensor_type.shape.dim
    stored = Contract.from_metadata(metadata, dims[1].dim_value, dims[2].dim_value)
    contract = replace(stored, **changes)
    onnx.helper.set_model_props(graph, metadata | contract.to_metadata())
    with whole_or_nothing(path) as part:
        onnx.save(graph, part)
    return contract
