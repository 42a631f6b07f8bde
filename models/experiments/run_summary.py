# SPDX-License-Identifier: GPL-2.0-or-later
"""The finished runs of `matrix` in numbers: means over seeds, and how much of a difference
the choice of test images makes.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np

from ..errors import MrifeError
from ..evaluation.pixel_metrics import ConfusionCounts
from .ablations import ARMS

SCORES = (
    "precision",
    "recall",
    "f1",
    "iou",
    "miou",
    "average_precision",
    "boundary_f1",
    "false_windows",
    "calibration_error",
)
COSTS = ("parameters", "gmac", "steps", "seconds_per_step")
BASE = "A0"  # what every arm is compared with
DRAWS = 2000  # of the bootstrap

Arms = dict[str, list[dict]]  # results of an arm, by seed
Shares = dict[float, Arms]  # by the share of the training images


def read(runs: Path) -> dict[tuple[str, str], Arms]:
    """Finished runs by (ground, budget), arms in the order of `ARMS`; raises
    MrifeError where there is none.
    """
    groups: dict[tuple[str, str], Arms] = {}
    speed = {}
    if (runs / "speed.json").exists():
        speed = json.loads((runs / "speed.json").read_text())
    for file in sorted(runs.glob("*/*/*/result.json")):
        result = json.loads(file.read_text(encoding="utf-8"))
        ground, budget = file.parts[-4:-2]
        pace(result, speed.get(f"{ground} {result['arm']}"))
        groups.setdefault((ground, budget), {}).setdefault(result["arm"], []).append(
            result
        )
    if not groups:
        raise MrifeError(
            "There is no finished run in {}; expected "
            "GROUND/BUDGET/ARM-SEED/result.json there, which python -m models matrix "
            "writes.",
            runs,
        )
    place = {arm: i for i, arm in enumerate(ARMS)}
    return {
        group: {
            arm: sorted(arms[arm], key=lambda run: run["settings"]["seed"])
            for arm in sorted(arms, key=lambda arm: (place.get(arm, len(place)), arm))
        }
        for group, arms in groups.items()
    }


def pace(result: dict, seconds_per_step: float | None) -> None:
    """Times as on an idle machine, where `matrix --seconds` has measured them: a run
    shares its machine with others.
    """
    if seconds_per_step:
        result["seconds_per_step"] = seconds_per_step
        for epoch in result["curve"]:
            epoch["seconds"] = seconds_per_step * epoch["step"]


def shares(groups: dict[tuple[str, str], Arms]) -> dict[str, dict[str, Shares]]:
    """{ground: {budget: {share of the training images: arms}}} of the budgets that
    were run with less than all.
    """
    panels: dict[str, dict[str, Shares]] = {}
    for (folder, budget), arms in groups.items():
        match = re.fullmatch(r"(.+)-(0?\.\d+)", folder)
        if match:
            ground = match[1]
            share = float(match[2])
        else:
            ground = folder
            share = 1.0
        panels.setdefault(ground, {}).setdefault(budget, {})[share] = arms
    less = {
        ground: {budget: by for budget, by in budgets.items() if min(by) < 1}
        for ground, budgets in panels.items()
    }
    return {ground: budgets for ground, budgets in less.items() if budgets}


def resample(arms: Arms, draws: int = DRAWS) -> dict[str, np.ndarray]:
    """(1 + draws,) landslide IoU of each arm, pooled over the images and averaged over
    its seeds: first of the test images as they are, then of images drawn anew with
    replacement, the same for every arm. Windows of one image stay together. Raises
    MrifeError where runs were tested on different images (Efron and Tibshirani 1993,
    chapter 13).
    """
    names = sorted(
        {window[0] for runs in arms.values() for run in runs for window in run["images"]}
    )
    resampled = np.random.default_rng(0).multinomial(
        len(names), np.full(len(names), 1 / len(names)), draws
    )
    weights = np.vstack([np.ones(len(names)), resampled])
    return {
        arm: np.mean([_iou(weights @ by_image(run, names)) for run in runs], axis=0)
        for arm, runs in arms.items()
    }


def by_image(run: dict, names: list[str]) -> np.ndarray:
    """(images, 3) landslide pixels found, wrongly called and missed, summed over the
    windows of each image.
    """
    place = {name: i for i, name in enumerate(names)}
    counts = np.zeros((len(names), 3))
    rows = [place[window[0]] for window in run["images"]]
    if len(set(rows)) != len(names):
        raise MrifeError(
            "Run {}-{} was tested on {} of the {} test images; only runs that were "
            "tested on the same images can be compared.",
            run["arm"],
            run["settings"]["seed"],
            len(set(rows)),
            len(names),
        )
    np.add.at(counts, rows, np.array([window[1:] for window in run["images"]], float))
    return counts


def _iou(counts: np.ndarray) -> np.ndarray:
    return counts[:, 0] / np.maximum(counts.sum(1), 1e-12)


def table(arms: Arms) -> list[dict]:
    """One row an arm; a number that does not exist is nan."""
    sampled = resample(arms)
    has_scene = any("jinsha_B" in run for runs in arms.values() for run in runs)
    rows = []
    for arm, runs in arms.items():
        row = {
            "arm": arm,
            "seeds": len(runs),
            **scores(runs),
            "precision_at_a0_recall": precision_at_base_recall(arm, arms),
            **interval("iou", sampled[arm]),
            **difference(arm, arms),
        }
        for name in COSTS:
            row[name] = float(np.mean([run[name] for run in runs]))
        if has_scene:
            row |= elsewhere(runs)
        rows.append(row)
    return rows


def pair(arm: str, arms: Arms) -> tuple[list[dict], list[dict]]:
    """Runs of the baseline and of an arm, of the seeds that both have: what a seed draws
    may be worth more than what arms differ by.
    """
    base, own = (
        {run["settings"]["seed"]: run for run in arms.get(name, [])}
        for name in (BASE, arm)
    )
    seeds = sorted(base.keys() & own.keys())
    return [base[seed] for seed in seeds], [own[seed] for seed in seeds]


def precision_at_base_recall(arm: str, arms: Arms) -> float:
    """Mean precision of an arm's runs at the mean recall of the baseline's."""
    base, own = pair(arm, arms)
    if not base:
        return float("nan")
    recall = np.mean([run["test"]["recall"] for run in base])
    return float(np.mean([counts_of(run).precision_at(recall) for run in own]))


def scores(runs: list[dict]) -> dict[str, float]:
    """Mean and standard deviation over seeds of every test score and of the IoU on
    validation.
    """
    columns = {name: [run["test"][name] for run in runs] for name in SCORES}
    columns["val_iou"] = [run["validation"]["iou"] for run in runs]
    result = {}
    for name, values in columns.items():
        # None, where there are no negatives, becomes nan
        values = np.array(values, float)
        result[name] = float(values.mean())
        result[f"{name}_sd"] = float("nan")
        if len(values) > 1:
            result[f"{name}_sd"] = float(values.std(ddof=1))
    return result


def counts_of(*runs: dict) -> ConfusionCounts:
    """The test pixels of one run, or of several pooled."""
    return ConfusionCounts(
        *(np.sum([run[key] for run in runs], axis=0) for key in ("background", "slide"))
    )


def interval(name: str, sampled: np.ndarray) -> dict[str, float]:
    """The 95 % percentile interval of what `resample` returns."""
    low, high = np.percentile(sampled[1:], (2.5, 97.5))
    return {f"{name}_low": float(low), f"{name}_high": float(high)}


def difference(arm: str, arms: Arms) -> dict[str, float]:
    """How much more IoU an arm has than the baseline of the same seeds on the same images,
    with its interval.
    """
    base, own = pair(arm, arms)
    gain = np.full(2, np.nan)
    if base and arm != BASE:
        sampled = resample({BASE: base, arm: own})
        gain = sampled[arm] - sampled[BASE]
    return {"difference": float(gain[0])} | interval("difference", gain)


def elsewhere(runs: list[dict]) -> dict:
    """The Jinsha scene: IoU and false polygons are means over seeds, objects found are
    sums, as "9 of 21".
    """
    answers = [run["jinsha_B"] for run in runs if "jinsha_B" in run]
    result = {}
    for name in ("iou", "false_per_km2"):
        result[f"jinsha_{name}"] = float("nan")
        if answers:
            mean = np.mean([answer[name] for answer in answers])
            result[f"jinsha_{name}"] = float(mean)
    for kind in ("found_class_1", "found_class_2"):
        counts = [[int(n) for n in a[kind].split(" of ")] for a in answers if kind in a]
        if counts:
            result[f"jinsha_{kind}"] = "{} of {}".format(*np.sum(counts, axis=0))
        else:
            result[f"jinsha_{kind}"] = ""
    return result


def each_run(arms: Arms) -> list[dict]:
    """One row a run: the scores as they were measured."""
    return [_measured(arm, run) for arm, runs in arms.items() for run in runs]


def _measured(arm: str, run: dict) -> dict:
    row = {"arm": arm, "seed": run["settings"]["seed"], "best_step": run["best_step"]}
    for name in (*SCORES, "threshold"):
        score = run["test"][name]
        row[name] = np.nan if score is None else score
    return row
