# SPDX-License-Identifier: GPL-2.0-or-later
"""The shipped weights from the data, in one command that goes on where it was stopped.

A run of the plain path on several grounds, from ImageNet weights; where `--more` asks for
it, three seeds each of the plain path and of self-distillation go on from it for a short
while, and the mean of the six takes its place. The result is calibrated, exported, and
turned into its 8-bit twin, and both get the operating point that the plugin's own path
chooses, with the confidence of polygons. `--ground scenes` makes the same from generated
scenes alone, without them.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ..training.export import ship
from ..training.halve import halve
from ..training.quantise import quantise
from ..training.soup import average
from . import operating_point
from . import run_matrix as matrix
from .ablations import DATASETS

ARMS = ("A0", "D")
NAMES = {"bijie": "mrife", "many": "mrife", "elevation": "mrife-dem"}
SHIPPED = ("bijie", "many")  # grounds with validation windows that the plugin can search


def main(argv: list[str] | None = None) -> None:
    """`python -m models weights --data DIR --runs DIR --path FILE [--ground GROUND]
    [--any-setting VALUE]`
    """
    parser = argparse.ArgumentParser(prog="weights", description=__doc__)
    parser.add_argument("--data", default="")
    for name in ("runs", "path"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument(
        "--ground", "--dataset", dest="dataset", default="many", choices=tuple(DATASETS)
    )
    parser.add_argument("--first", default="1300", help="steps of the long run")
    parser.add_argument("--first-seed", default="1", help="of the long run")
    parser.add_argument(
        "--more", default="0", help="steps of each run that goes on; 0: none does"
    )
    parser.add_argument("--seeds", default="0,1,2", help="of those that go on")
    parser.add_argument("--epoch-steps", default="325")
    parser.add_argument("--version", default="1")
    parser.add_argument(
        "--half", action="store_true", help="store the weights in half the bytes"
    )
    arguments, settings = parser.parse_known_args(argv)
    checkpoint = trained(arguments, settings)
    name = NAMES.get(arguments.dataset, f"mrife-{arguments.dataset}")
    say(ship(checkpoint, arguments.data, arguments.path, name, arguments.version))
    twin = Path(arguments.path).with_name(Path(arguments.path).stem + "-int8.onnx")
    sources = DATASETS[arguments.dataset].get("sources")
    out = str(checkpoint.parent)
    say(quantise(arguments.path, arguments.data, twin, sources=sources, out=out))
    if arguments.dataset in SHIPPED:
        files = [arguments.path, str(twin)]
        options = ["--data", arguments.data, "--write", *files]
        if "jinsha" in (sources or ()):
            options.append("--learned-gorge")
        operating_point.main(["--model", arguments.path, *options])
    if arguments.half:
        say(halve(arguments.path, arguments.path))


def trained(arguments: argparse.Namespace, settings: list[str]) -> Path:
    """The checkpoint to be shipped."""
    common = ["--data", arguments.data, "--runs", arguments.runs]
    common += ["--ground", arguments.dataset, "--epoch-steps", arguments.epoch_steps]
    common += settings
    first = ["--arms", "A0", "--seeds", arguments.first_seed, "--steps", arguments.first]
    matrix.main([*common, *first])
    folder = Path(arguments.runs) / arguments.dataset
    start = folder / arguments.first / f"A0-{arguments.first_seed}" / "best.pt"
    if arguments.more == "0":
        return start
    going_on = ["--arms", ",".join(ARMS), "--seeds", arguments.seeds]
    going_on += ["--steps", arguments.more, "--lr", "2e-4", "--ramp", "0,0.1"]
    matrix.main([*common, *going_on, "--start", str(start)])
    runs = [f"{arm}-{seed}" for arm in ARMS for seed in arguments.seeds.split(",")]
    mean = folder / "mean.pt"
    average([str(folder / arguments.more / run / "best.pt") for run in runs], str(mean))
    return mean


def say(result: dict) -> None:
    print(json.dumps(result), flush=True)
