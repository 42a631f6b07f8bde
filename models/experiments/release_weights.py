# SPDX-License-Identifier: GPL-2.0-or-later
"""The shipped weights from the data, in one command that goes on where it was stopped.

A long run of the plain path; from it three seeds each of the plain path and of
self-distillation go on for a short while; the mean of the six is calibrated, exported,
and turned into its 8-bit twin, and both get the operating point that the plugin's own
path chooses, with the confidence of polygons where there are two landscapes to fit it
on. `--ground scenes` makes the same from generated scenes alone, without them.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ..training.export import ship
from ..training.quantise import quantise
from ..training.soup import average
from . import operating_point
from . import run_matrix as matrix
from .ablations import DATASETS

ARMS = ("A0", "D")


def main(argv: list[str] | None = None) -> None:
    """`python -m models weights --data DIR --runs DIR --path FILE [--ground GROUND]
    [--any-setting VALUE]`
    """
    parser = argparse.ArgumentParser(prog="weights", description=__doc__)
    parser.add_argument("--data", default="")
    for name in ("runs", "path"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument(
        "--ground", "--dataset", dest="dataset", default="bijie", choices=tuple(DATASETS)
    )
    parser.add_argument("--first", default="9400", help="steps of the long run")
    parser.add_argument("--more", default="400", help="steps of each that goes on")
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--version", default="1")
    arguments, settings = parser.parse_known_args(argv)
    common = [
        "--data",
        arguments.data,
        "--runs",
        arguments.runs,
        "--ground",
        arguments.dataset,
        *settings,
    ]
    matrix.main([*common, "--arms", "A0", "--seeds", "0", "--steps", arguments.first])
    folder = Path(arguments.runs) / arguments.dataset
    start = folder / arguments.first / "A0-0" / "best.pt"
    matrix.main(
        [
            *common,
            "--arms",
            ",".join(ARMS),
            "--seeds",
            arguments.seeds,
            "--steps",
            arguments.more,
            "--lr",
            "2e-4",
            "--ramp",
            "0,0.1",
            "--start",
            str(start),
        ]
    )
    runs = [f"{arm}-{seed}" for arm in ARMS for seed in arguments.seeds.split(",")]
    parts = [str(folder / arguments.more / run / "best.pt") for run in runs]
    mean = folder / "mean.pt"
    average(parts, str(mean))
    if arguments.dataset == "bijie":
        name = "mrife"
    else:
        name = f"mrife-{arguments.dataset}"
    print(
        json.dumps(ship(mean, arguments.data, arguments.path, name, arguments.version)),
        flush=True,
    )
    twin = Path(arguments.path).with_name(Path(arguments.path).stem + "-int8.onnx")
    sources = DATASETS[arguments.dataset].get("sources")
    print(
        json.dumps(
            quantise(arguments.path, arguments.data, twin, sources=sources, out=str(mean))
        )
    )
    if arguments.dataset == "bijie":
        files = [arguments.path, str(twin)]
        operating_point.main(
            ["--model", arguments.path, "--data", arguments.data, "--write", *files]
        )
