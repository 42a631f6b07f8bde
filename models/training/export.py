# SPDX-License-Identifier: GPL-2.0-or-later
"""A checkpoint becomes the file that the plugin runs: raw values in, calibrated
probabilities out, contract inside.
"""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..contract import MISSING_ELEVATION, Contract
from ..errors import InvalidModel
from ..evaluation.pixel_metrics import LEVELS, ConfusionCounts
from ..inference.detector import Detector
from .baselines import build
from .datasets import EvalTile, load_windows
from .evaluate import detector, probabilities, tallies, window_weights
from .settings import Settings

TOLERANCE = 1e-3


@dataclass(frozen=True)
class Calibration:
    """Logits become scale * logit + shift; fitted on validation so that a probability
    means what it says.
    """

    scale: float = 1.0
    shift: float = 0.0

    def of(self, probability: float) -> float:
        """A probability before calibration to the one after it, on the grid of the
        probability rasters, never 0.
        """
        logit = math.log(probability / max(1e-9, 1 - probability))
        return (
            max(1, round(LEVELS / (1 + math.exp(-self.scale * logit - self.shift))))
            / LEVELS
        )


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
    """(network in eval mode, its settings, the whole checkpoint) of a `best.pt`."""
    state = torch.load(path, weights_only=True, map_location="cpu")
    settings = Settings(**state["settings"])
    model = build(replace(settings, pretrained=""))
    model.load_state_dict(state["model"])
    return model.eval(), settings, state


def export_onnx(
    model: nn.Module,
    path: str | Path,
    contract: Contract,
    calibration: Calibration = Calibration(),
    samples: np.ndarray | None = None,
) -> float:
    """Write the graph with its contract; returns the largest difference between torch and
    the file in probability.

    `samples` (N, C, S, S) in 0-255 are what the two are compared on; noise without them.
    Raises InvalidModel where they differ by 1e-3 or more.
    """
    exported = Exported(model, calibration).eval()
    shape = (2, len(contract.bands), contract.window, contract.window)
    torch.onnx.export(
        exported,
        (torch.zeros(shape),),
        str(path),
        dynamo=False,
        opset_version=17,
        input_names=["image"],
        output_names=["probability"],
        dynamic_axes={"image": {0: "batch"}, "probability": {0: "batch"}},
    )
    graph = onnx.load(str(path))
    onnx.helper.set_model_props(graph, contract.to_metadata())
    onnx.save(graph, str(path))
    if samples is None:
        samples = np.random.default_rng(0).uniform(0, 255, shape)
    samples = np.asarray(samples, np.float32)
    with torch.no_grad():
        expected = exported(torch.from_numpy(samples))[:, 0].numpy()
    difference = float(
        np.abs(Detector(str(path), device="cpu")(samples) - expected).max()
    )
    if not difference < TOLERANCE:
        raise InvalidModel(
            "{} differs from the network by {} in probability; less than {} is wanted. "
            "Export it from another version of torch.",
            path,
            f"{difference:.2g}",
            TOLERANCE,
        )
    return difference


def calibrate(tally: ConfusionCounts) -> Calibration:
    """Platt's scale and shift of the logit by Newton's method on the counts of a
    validation tally.
    """
    p = np.clip(np.arange(LEVELS + 1) / LEVELS, 0.25 / LEVELS, 1 - 0.25 / LEVELS)
    features = np.stack([np.log(p / (1 - p)), np.ones_like(p)])  # (2, 251)
    total = tally.slide + tally.background
    w = np.array([1.0, 0.0])

    def cost(w: np.ndarray) -> float:
        z = w @ features
        return float(np.sum(total * np.logaddexp(0, z) - tally.slide * z))

    for _ in range(50):
        q = 0.5 * (1 + np.tanh(0.5 * (w @ features)))
        slope = features @ (total * q - tally.slide)
        curve = (features * (total * q * (1 - q))) @ features.T
        step = np.linalg.solve(curve + 1e-9 * np.eye(2) * total.sum(), slope)
        while (
            cost(w - step) > cost(w) and np.abs(step).max() > 1e-9
        ):  # Newton alone may overshoot
            step = step / 2
        w = w - step
    return Calibration(float(w[0]), float(w[1]))


def ship(
    checkpoint: str | Path,
    data: str,
    path: str | Path,
    name: str = "mrife",
    version: str = "1",
    side: int | None = None,
) -> dict:
    """Calibrate, choose threshold and seed on the validation windows, export; returns
    the choices and their scores.
    """
    torch.set_num_threads(2)
    model, settings, state = load(checkpoint)
    side = side or settings.crop
    windows = load_windows(replace(settings, data=data), "val")
    calibration = calibrate(tallies(detector(model), windows, side, settings.share)[1])
    detect = detector(Exported(model, calibration), logits=False)
    pixels, tally = tallies(detect, windows, side, settings.share)
    threshold = tally.best().threshold
    seed = choose_seed(
        list(probabilities(detect, windows, side)), windows, settings.share, threshold
    )
    contract = replace(
        facts(model, state),
        name=name,
        version=version,
        pixel_size=settings.pixel_size,
        window=side,
        threshold=threshold,
        seed=seed,
    )
    difference = export_onnx(model, path, contract, calibration, samples(windows, side))
    return {
        "file": str(path),
        "bytes": Path(path).stat().st_size,
        "step": state["step"],
        "seconds": state.get("seconds"),
        "difference": difference,
        "calibration": asdict(calibration),
        "seed": seed,
        **asdict(tally.at(threshold)),
        "average_precision": tally.average_precision(),
        "calibration_error": tally.calibration_error(),
        "false_windows": tally.false_windows(threshold),
        "pixel_iou": pixels.at(threshold).iou,
    }


def facts(model: nn.Module, state: dict) -> Contract:
    """What the contract says whatever the operating point is."""
    elevated = model.settings.dem != "off"
    sources = model.settings.sources
    return Contract(
        bands=("red", "green", "blue", *(("elevation",) if elevated else ())),
        stretch=tuple(
            tuple(float(v) for v in ends) for ends in state["stretch"].tolist()
        ),
        fill=(
            *(round(float(v), 1) for v in model.mean.flatten()),
            *((MISSING_ELEVATION,) if elevated else ()),
        ),
        overlap=OVERLAP,
        min_area=MIN_AREA,
        trained_on=" ".join(TRAINED_ON[name] for name in sources),
        not_seen="Relic landslides on Earth; other regions, seasons and sensors; snow, "
        "desert, rainforest" + ("." if elevated else "; terrain."),
        licence=" ".join(
            ["Weights GPL-2.0-or-later.", *(LICENCES[name] for name in sources)]
        ),
    )


TRAINED_ON = {
    "bijie": "Bijie, Guizhou, China (Ji et al. 2020): 0.8 m satellite images of karst "
    "hills, counties Dafang, Hezhang, Qianxi and Qixingguan; mostly fresh or "
    "partly revegetated landslides.",
    "mars": "MMLSv2, Valles Marineris, Mars: 232 m tiles of ancient landslides.",
    "scenes": "Made-up scenes of this project, worn landslides among look-alikes.",
}
LICENCES = {
    "bijie": "The training images state no licence and are not redistributed; cite Ji "
    "et al. 2020, Landslides 17, 1337-1352.",
    "mars": "The Mars tiles are MIT-licensed (MAIN-Lab, MMLS_v2).",
    "scenes": "The scenes are generated by the plugin's own code.",
}

# better than 0.25 on validation, and windows leave no straight edges on ground the
# network doubts
OVERLAP = 0.5
MIN_AREA = 300.0  # m2: one in twenty mapped landslides of the training set is smaller


def choose_seed(
    maps: list[np.ndarray], windows: list[EvalTile], share: float, threshold: float
) -> float:
    """The level that one pixel of a landslide must reach: best IoU when patches without
    it are dropped.

    Every second pixel will do for this.
    """
    gain = {}
    for level in np.linspace(threshold, max(threshold, 0.9), 6).tolist():
        tally = ConfusionCounts()
        for p, window, weight in zip(maps, windows, window_weights(windows, share)):
            kept = reach(p[::2, ::2] >= threshold, p[::2, ::2] >= level).astype(float)
            tally.add(kept, window.truth[::2, ::2], weight=weight)
        gain[level] = tally.at(0.5).iou
    return round(max(gain, key=gain.get), 3)


def reach(mask: np.ndarray, seeds: np.ndarray) -> np.ndarray:
    """The patches (eight neighbours) of `mask` that hold a seed; all (H, W) bool."""
    m = torch.from_numpy(mask)[None, None].float()
    grown = torch.from_numpy(seeds & mask)[None, None].float()
    while True:
        wider = F.max_pool2d(grown, 3, 1, 1) * m
        if torch.equal(wider, grown):
            return grown[0, 0].bool().numpy()
        grown = wider


def samples(windows: list[EvalTile], side: int, count: int = 16) -> np.ndarray:
    """(N, C, side, side) float32: real windows, for comparing torch with the exported
    file.
    """
    tiles = [
        np.pad(
            w.pixels.numpy(),
            [(0, 0), *((0, max(0, side - n)) for n in w.pixels.shape[1:])],
            mode="reflect",
        )
        for w in windows[:count]
    ]
    return np.stack([tile[:, :side, :side] for tile in tiles]).astype(np.float32)


def main(argv: list[str] | None = None) -> None:
    """`python -m models export --checkpoint RUN/best.pt --data DIR --path FILE`:
    prints the choices as JSON.
    """
    parser = argparse.ArgumentParser(prog="export", description=__doc__)
    for name, default in (
        ("checkpoint", None),
        ("data", None),
        ("path", None),
        ("name", "mrife"),
        ("version", "1"),
    ):
        parser.add_argument(f"--{name}", default=default, required=default is None)
    parser.add_argument(
        "--side",
        type=int,
        default=None,
        help="window in model pixels; the training crop by default",
    )
    print(json.dumps(ship(**vars(parser.parse_args(argv)))))
