# SPDX-License-Identifier: GPL-2.0-or-later
"""How well finished runs read images that are harder than those they learned from: test
windows blurred, recoloured, half in shadow, and with landslides aged. Thresholds stay as
validation chose them on images as they are.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from ..answers import say
from ..evaluation.pixel_metrics import ConfusionCounts, called
from ..training.datasets import load_windows
from ..training.eval_tile import EvalTile
from ..training.evaluate import Detector, probabilities
from . import plots
from .ablations import seed_numbers
from .alterations import ALTERATIONS, altered
from .recall_by_visibility import finished_runs, open_run
from .report import write_csv
from .run_matrix import by_window
from .run_summary import difference

UNALTERED = ("none", 0.0)


def conditions() -> Iterator[tuple[str, float]]:
    """Name and strength of all that is tried, images as they are first."""
    yield UNALTERED
    for name, alteration in ALTERATIONS.items():
        for strength in alteration.strengths:
            yield name, strength


def score(detect: Detector, windows: list[EvalTile], crop: int, threshold: float) -> dict:
    """Counts by window, as `run_summary.resample` reads them; scores over all pixels."""
    counts = ConfusionCounts()
    images = []
    for window, p in zip(windows, probabilities(detect, windows, crop)):
        counts.add(p, window.truth, negative=not window.landslide)
        images.append(by_window(window, called(p, threshold)))
    scores = counts.at(threshold)
    return {
        "images": images,
        "precision": scores.precision,
        "recall": scores.recall,
        "iou": scores.iou,
        "average_precision": counts.average_precision(),
        "painted": counts.false_windows(threshold),
    }


def scored_run(arm: str, seed: int, folder: Path, data: str) -> list[dict]:
    """The result of a run under each condition."""
    detect, settings, threshold = open_run(folder, data)
    windows = load_windows(replace(settings, data=data), "test")
    results = []
    for name, strength in conditions():
        seen = windows
        if (name, strength) != UNALTERED:
            seen = altered(windows, name, strength, settings.pixel_size)
        result = {"arm": arm, "settings": {"seed": seed}}
        result |= {"alteration": name, "strength": strength}
        result |= score(detect, seen, settings.crop, threshold)
        say(**{name: value for name, value in result.items() if name != "images"})
        results.append(result)
    return results


def table(results: list[dict]) -> list[dict]:
    """A row an arm and condition: means over seeds, and how much more IoU than the
    baseline of the same seeds, with its 95 % interval over test images.
    """
    rows = []
    for condition in conditions():
        arms: dict[str, list[dict]] = {}
        for result in results:
            if (result["alteration"], result["strength"]) == condition:
                arms.setdefault(result["arm"], []).append(result)
        for arm, runs in arms.items():
            row = {"alteration": condition[0], "strength": condition[1]}
            row |= {"arm": arm, "seeds": len(runs)}
            for name in ("precision", "recall", "iou", "average_precision", "painted"):
                row[name] = float(np.mean([run[name] for run in runs]))
            rows.append(row | difference(arm, arms))
    return rows


def main(argv: list[str] | None = None) -> None:
    """`python -m models robustness --runs DIR --ground bijie --budget 700 --arms A0,A8
    --seeds 0 --data DIR --out DIR`: robustness.csv and robustness.png, a JSON line a run
    and condition.
    """
    parser = argparse.ArgumentParser(
        prog="robustness",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    for name in ("runs", "budget", "arms", "data", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--ground", default="bijie")
    parser.add_argument("--seeds", type=seed_numbers, default="0,1,2")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args(argv)
    torch.set_num_threads(arguments.threads)
    folder = Path(arguments.runs) / arguments.ground / arguments.budget
    results = []
    for arm, seed, run in finished_runs(
        folder, arguments.arms.split(","), arguments.seeds
    ):
        results += scored_run(arm, seed, run, arguments.data)
    out = Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)
    rows = table(results)
    write_csv(out / "robustness.csv", rows)
    plots.robustness(out / "robustness.png", rows)
    say(csv=str(out / "robustness.csv"), figure=str(out / "robustness.png"))
