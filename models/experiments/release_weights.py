# SPDX-License-Identifier: GPL-2.0-or-later
"""The shipped weights from the data, in one command that goes on where it was stopped.

A long run of the plain path, from ImageNet weights; on several grounds a short one goes
on from its best epoch with other shares of them, and the mean of the two takes its place
(WiSE-FT, arXiv 2109.01903). The result is calibrated, exported, and turned into its 8-bit
twin, and both get the operating point that the plugin's own path chooses, with the
confidence of polygons. `--ground scenes` makes the same from generated scenes alone.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, fields, replace
from pathlib import Path

from ..errors import MrifeError
from ..training.compact import compact
from ..training.export import ship
from ..training.quantise import quantise
from ..training.settings import Settings
from ..training.soup import average
from ..training.train import as_type, train
from . import operating_point
from .ablations import DATASETS, settings_of

NAMES = {"bijie": "mrife", "many": "mrife", "terrain": "mrife-terrain"}
WHOLE = 32  # bits of a weight
SHIPPED = ("bijie", "many")  # grounds with validation windows that the plugin can search
LONG = {"steps": 3600, "epoch_steps": 450, "seed": 2}  # unless other ones are given
# what the finishing run of a ground changes; no ground else has one
FINISH = {
    "many": {
        "shares": (0.6, 0.4),
        "sensors": 0.3,
        "lr": 3e-4,
        "seed": 5,
        "epoch_steps": 250,
    },
    "terrain": {
        "shares": (0.5625, 0.125, 0.0625, 0.125, 0.125),
        "lr": 3e-4,
        "encoder_lr": 1.0,
        "dem_lr": 1.0,
        "seed": 2,
        "epoch_steps": 150,
    },
}


def main(argv: list[str] | None = None) -> None:
    """`python -m models weights --data DIR --runs DIR --path FILE [--ground GROUND]
    [--finish STEPS] [--weight SHARE] [--any-setting VALUE]`
    """
    arguments, given = _parsed(argv)
    base = replace(settings_of("A0", arguments.dataset, Settings()), **given)
    changes = {}
    if arguments.finish > 0 and arguments.dataset in FINISH:
        changes = {**FINISH[arguments.dataset], "steps": arguments.finish}
    folder = Path(arguments.runs) / arguments.dataset
    checkpoint = trained(base, folder, changes, arguments.weight)
    name = NAMES.get(arguments.dataset, f"mrife-{arguments.dataset}")
    say(ship(checkpoint, base.data, arguments.path, name, arguments.version))
    twin = Path(arguments.path).with_name(Path(arguments.path).stem + "-int8.onnx")
    out = str(checkpoint.parent)
    say(quantise(arguments.path, base.data, twin, sources=base.sources, out=out))
    if arguments.dataset in SHIPPED:
        files = [arguments.path, str(twin)]
        options = ["--data", base.data, "--write", *files]
        if "jinsha" in base.sources:
            options.append("--learned-gorge")
        operating_point.main(["--model", arguments.path, *options])
    if arguments.bits < WHOLE:
        say(compact(arguments.path, arguments.path, arguments.bits))


def _parsed(argv: list[str] | None) -> tuple[argparse.Namespace, dict[str, object]]:
    """The options, and those of them that are settings of both runs; raises MrifeError
    for a weight that is no share.
    """
    parser = argparse.ArgumentParser(prog="weights", description=__doc__)
    for name in ("runs", "path"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument(
        "--ground", "--dataset", dest="dataset", default="many", choices=tuple(DATASETS)
    )
    parser.add_argument("--version", default="1")
    bits = "in which a weight is stored"
    parser.add_argument(
        "--bits", type=int, choices=(8, 16, WHOLE), default=WHOLE, help=bits
    )
    finish = "steps of the finishing run, on a ground that has one; 0: none"
    parser.add_argument("--finish", type=int, default=500, help=finish)
    weight = "of the finishing run in the mean"
    parser.add_argument("--weight", type=float, default=0.67, help=weight)
    names = [f.name for f in fields(Settings) if f.name not in ("out", "start")]
    for name in names:
        kind = as_type(getattr(Settings, name))
        default = LONG.get(name)
        parser.add_argument(f"--{name.replace('_', '-')}", type=kind, default=default)
    arguments = parser.parse_args(argv)
    if not 0 <= arguments.weight <= 1:
        raise MrifeError(
            "The weight of the finishing run is {}; it must lie between 0 and 1.",
            f"{arguments.weight:g}",
        )
    options = vars(arguments)
    given = {name: options[name] for name in names if options[name] is not None}
    return arguments, given


def trained(base: Settings, folder: Path, changes: dict, weight: float) -> Path:
    """The checkpoint to be shipped: of the long run, or its mean with a finishing run of
    changed settings, which has that weight in it; all of them lie in the folder.
    """
    long = best_of(replace(base, out=str(folder / "long")))
    if not changes:
        return long
    out = str(folder / "finish")
    finish = best_of(replace(base, **changes, start=str(long), out=out))
    mean = folder / "mean.pt"
    say(average([str(long), str(finish)], str(mean), [1 - weight, weight]))
    return mean


def best_of(settings: Settings) -> Path:
    """The best epoch of a run, which goes on to its end where it was stopped."""
    for epoch in train(settings):
        say({"run": Path(settings.out).name, **asdict(epoch)})
    return Path(settings.out) / "best.pt"


def say(result: dict) -> None:
    print(json.dumps(result), flush=True)
