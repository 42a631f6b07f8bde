# SPDX-License-Identifier: GPL-2.0-or-later
"""The operating point of a model file as it stands: threshold, seed, and the confidence
of polygons that depends on both, chosen on validation windows that go through the
plugin's own path.

Nothing is trained and the graph stays as it is; how far its sigmoid is from calibrated is
said.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import torch

from ..answers import say
from ..evaluation.calibration import calibrate
from ..evaluation.pixel_metrics import ConfusionCounts
from ..jobs import OutlineRequest
from ..training.model_file import update_contract
from ..training.operating_point import (
    OperatingPoint,
    choose,
    choose_seed,
    weighted_counts,
)
from .cases import windows
from .object_calibration import SHARE, calibrate_objects
from .plugin_run import PluginRun


def scores(counts: ConfusionCounts, point: OperatingPoint) -> dict:
    """Weighted validation scores by pixel at a point, rounded for people."""
    at = counts.at(point.threshold)
    return {
        **asdict(point),
        "precision": round(at.precision, 4),
        "recall": round(at.recall, 4),
        "iou": round(at.iou, 4),
        "average_precision": round(counts.average_precision(), 4),
        "calibration_error": round(counts.calibration_error(), 4),
    }


def choose_again(
    path: str,
    data: str,
    threads: int,
    foreign: bool,
    threshold: float | None,
    seed: float | None,
) -> Iterator[tuple[dict, dict[str, object]]]:
    """(line for people, facts of the contract that it settles): what was, what is chosen,
    what a calibration of the sigmoid would add, then those of the objects (see
    `calibrate_objects`). A `threshold` that more ground has chosen stands, and with it a
    `seed`.
    """
    plugin = PluginRun(path, threads)
    cases = list(windows(data, "val"))
    maps = [plugin.on_image(case.image).probability for case in cases]
    counts = weighted_counts(maps, cases, SHARE)
    old = OperatingPoint(plugin.contract.threshold, plugin.contract.seed)
    new = choose(maps, cases, SHARE)
    yield {"before": scores(counts, old)}, {}
    if threshold is not None:
        yield {"by validation alone": scores(counts, new)}, {}
        if seed is None:
            seed = choose_seed(maps, cases, SHARE, threshold)
        new = OperatingPoint(threshold, max(threshold, seed))
    yield {"chosen": scores(counts, new)}, asdict(new)
    yield {"sigmoid": asdict(calibrate(counts))}, {}
    if (Path(data) / "jinsha").exists():
        request = OutlineRequest(threshold=new.threshold, seed=new.seed)
        for line in calibrate_objects(PluginRun(path, threads, request), data, foreign):
            if "coefficients" in line:
                yield line, {"objects": line["coefficients"]}
            else:
                yield line, {}


def main(argv: list[str] | None = None) -> None:
    """`python -m models operating-point --model FILE --data DIR [--folds FILE]
    [--write FILE ...]`: one JSON line a result.
    """
    parser = argparse.ArgumentParser(prog="operating-point", description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument(
        "--write", nargs="*", default=[], help="model files that get what was chosen"
    )
    parser.add_argument(
        "--folds", help="what `folds` wrote: threshold and seed of counties left out"
    )
    parser.add_argument(
        "--threshold", type=float, help="one that other folds chose than these"
    )
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--learned-gorge",
        action="store_true",
        help="the model was trained on stretch A, which then says nothing of it",
    )
    arguments = parser.parse_args(argv)
    torch.set_num_threads(arguments.threads)
    threshold = arguments.threshold
    seed = None
    if arguments.folds:
        folds = json.loads(Path(arguments.folds).read_text(encoding="utf-8"))
        threshold = threshold or folds["calibrated_threshold"]
        seed = folds.get("calibrated_seed")
    changes: dict[str, object] = {}
    foreign = not arguments.learned_gorge
    for line, facts in choose_again(
        arguments.model, arguments.data, arguments.threads, foreign, threshold, seed
    ):
        say(**line)
        changes |= facts
    for path in arguments.write:
        update_contract(path, **changes)
