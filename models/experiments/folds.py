# SPDX-License-Identifier: GPL-2.0-or-later
"""Counties, or blocks of ground without counties, left out one at a time: a run each, and
what all of them say together of threshold, seed and calibration, on ground that none of
them had seen; then of the length of a run, averaged weights and the size of windows, and
where they are counties of the confidence of polygons.

Several of these commands may work on one folder, as of `matrix`; a killed one goes on
where it was. Nothing is chosen within a fold: its last weights are scored.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path

import numpy as np

from ..answers import say
from ..errors import MrifeError
from ..evaluation.calibration import Calibration, calibrate
from ..evaluation.pixel_metrics import LEVELS, ConfusionCounts, pooled
from ..training.checkpoint import read_checkpoint
from ..training.datasets import load_windows
from ..training.eval_tile import EvalTile
from ..training.evaluate import counts_of, detector, probabilities
from ..training.operating_point import (
    best_seed,
    object_counts,
    object_f1,
    seeds_from,
)
from ..training.settings import BLOCKS, COUNTIES, Settings
from ..training.train import as_type, train
from .ablations import ARMS, DATASETS, settings_of
from .fold_networks import confidence_of, last_network
from .result_files import write_result
from .run_matrix import claimed

COUNTS = ("slide", "background")
RESULT = "folds.json"  # in the folder of the runs
WINDOWS = (1, 1.5, 2)  # by the side of a crop


def fold_scores(settings: Settings) -> dict:
    """Train the fold of the settings and count the windows left out, negatives included:
    `pooled` with every pixel alike, `weighted` for choices, and pixels per level of each
    window without landslide.
    """
    for epoch in train(settings):
        say(fold=Path(settings.out).name, step=epoch.step, iou=round(epoch.iou, 4))
    alike, weighted = counts_of(*answers(settings), settings.share)
    counts = {
        name: {part: getattr(count, part).tolist() for part in COUNTS}
        for name, count in (("pooled", alike), ("weighted", weighted))
    }
    return counts | {"negatives": [count.tolist() for count in alike.negatives]}


def answers(settings: Settings) -> tuple[list[np.ndarray], list[EvalTile]]:
    """Probability maps (H, W) of a fold that is through, in windows of `crop` pixels, and
    the windows left out that they are of.
    """
    windows = load_windows(settings, "val")
    network = detector(last_network(settings))
    return list(probabilities(network, windows, settings.crop)), windows


def without(base: Settings, name: str, runs: Path) -> Settings:
    """The fold that leaves out a county or a block."""
    fold = replace(base, fold=name, out=str(runs / name))
    if name in COUNTIES:
        return replace(fold, judges=("bijie",))
    return fold


def together(folds: dict[str, dict]) -> dict:
    """Threshold and calibration from all counties, each of which counts the same, and
    what each scores with them; `error_by_others` is the calibration error of a county
    with the calibration of all others. Raises MrifeError where one holds no landslide.
    """
    shares = {name: of_one_landslide(fold, name) for name, fold in folds.items()}
    total = pooled(shares.values())
    threshold = total.best().threshold
    calibration = calibrate(total)
    counties = {}
    for county, fold in folds.items():
        counts = stored(fold, "pooled")
        scores = counts.at(threshold)
        counties[county] = {
            "iou": scores.iou,
            "precision": scores.precision,
            "recall": scores.recall,
            "average_precision": counts.average_precision(),
            "calibration_error": counts.calibration_error(),
            "error_by_others": error_by_others(shares, county),
            "painted": counts.false_windows(threshold),
        }
    return {
        "threshold": threshold,
        "calibration": asdict(calibration),
        # what a calibrated network says where theirs say `threshold`
        "calibrated_threshold": calibration.of(threshold),
        "mean_iou": float(np.mean([county["iou"] for county in counties.values()])),
        "counties": counties,
    }


def of_one_landslide(fold: dict, name: str) -> ConfusionCounts:
    """The weighted counts of a fold such that its landslides sum up to one."""
    weighted = stored(fold, "weighted")
    slides = weighted.slide.sum()
    if not slides:
        raise MrifeError("Nothing of what {} left out is a landslide.", name)
    return ConfusionCounts(weighted.background / slides, weighted.slide / slides)


def error_by_others(counties: dict[str, ConfusionCounts], name: str) -> float:
    """Calibration error of a county whose network the other counties have calibrated."""
    others = [counts for county, counts in counties.items() if county != name]
    if not others:
        return float("nan")
    calibration = calibrate(pooled(others))
    moved = np.array([calibration.of(level / LEVELS) for level in range(1, LEVELS)])
    levels = np.concatenate(([0], np.rint(moved * LEVELS), [LEVELS])).astype(int)
    after = ConfusionCounts()
    for part in COUNTS:
        np.add.at(getattr(after, part), levels, getattr(counties[name], part))
    return after.calibration_error()


def by_seed(
    folds: Sequence[Settings], threshold: float
) -> tuple[np.ndarray, np.ndarray]:
    """(seeds (s,), counts (4, s) as of `object_counts`) beside a threshold, both before
    calibration; what each run left out counts the same.
    """
    seeds = seeds_from(threshold)
    total = np.zeros((4, len(seeds)))
    for settings in folds:
        counts = object_counts(*answers(settings), settings.share, threshold, seeds)
        total += counts / np.maximum(counts[1], 1e-12)
    return seeds, total


def by_length(folds: Sequence[Settings]) -> list[dict]:
    """What the runs score on what they left out after each epoch, in the mean; IoU at the
    best threshold of each.
    """
    histories = [
        read_checkpoint(Path(settings.out) / "last.pt")["history"] for settings in folds
    ]
    rows = []
    for epochs in zip(*histories):
        row = {"step": epochs[0]["step"]}
        for name in ("iou", "average_precision"):
            row[name] = round(float(np.mean([epoch[name] for epoch in epochs])), 4)
        rows.append(row)
    return rows


def by_last_weights(folds: Sequence[Settings]) -> dict:
    """The same of the last epoch with the weights of the last step, not averaged ones."""
    return mean_scores([replace(settings, weights="student") for settings in folds])


def by_window(folds: Sequence[Settings]) -> list[dict]:
    """The same of the last epoch in windows as large as the crops, and larger ones."""
    rows = []
    for factor in WINDOWS:
        wider = [replace(settings, crop=int(factor * settings.crop)) for settings in folds]
        rows.append({"window": wider[0].crop, **mean_scores(wider)})
    return rows


def mean_scores(folds: Sequence[Settings]) -> dict:
    """Of the networks of the folds in windows of `crop` pixels on what they left out."""
    scores = []
    for settings in folds:
        weighted = counts_of(*answers(settings), settings.share)[1]
        scores.append((weighted.best().iou, weighted.average_precision()))
    iou, average_precision = np.mean(scores, 0)
    return {
        "iou": round(float(iou), 4),
        "average_precision": round(float(average_precision), 4),
    }


def stored(fold: dict, name: str) -> ConfusionCounts:
    """The counts that `fold_scores` gave."""
    slide = np.array(fold[name]["slide"], float)
    background = np.array(fold[name]["background"], float)
    return ConfusionCounts(
        background, slide, [np.array(count) for count in fold["negatives"]]
    )


def complete(settings: Settings) -> None:
    """Do one fold unless it is done or somebody else does it."""
    folder = Path(settings.out)
    with claimed(folder) as mine:
        if mine and not (folder / "fold.json").exists():
            scores = fold_scores(settings)
            write_result(folder / "fold.json", scores)


def members(base: Settings) -> tuple[str, ...]:
    """The counties, or the blocks of a run without them."""
    if "bijie" in base.sources:
        return COUNTIES
    return BLOCKS


def left_out(base: Settings, runs: Path, names: Sequence[str]) -> dict | None:
    """Do these folds, one a folder in `runs`, and say and keep what all of them say
    together; None while some are not through.
    """
    each = {name: without(base, name, runs) for name in members(base)}
    for name in names:
        complete(each[name])
    files = {name: runs / name / "fold.json" for name in each}
    if not all(file.exists() for file in files.values()):
        return None
    result = together(
        {c: json.loads(f.read_text(encoding="utf-8")) for c, f in files.items()}
    )
    folds = tuple(each.values())
    seeds, counts = by_seed(folds, result["threshold"])
    calibrated = [Calibration(**result["calibration"]).of(seed) for seed in seeds]
    result["calibrated_seed"] = calibrated[best_seed(counts)]
    result["by_seed"] = list(zip(calibrated, object_f1(counts).round(4).tolist()))
    result["by_length"] = by_length(folds)
    result["by_last_weights"] = by_last_weights(folds)
    result["by_window"] = by_window(folds)
    if members(base) == COUNTIES:
        result["confidence"] = confidence_of(folds, result)
    write_result(runs / RESULT, result)
    say(**result)
    return result


def main(argv: list[str] | None = None) -> None:
    """`python -m models folds --data DIR --runs DIR [--arm A0] [--ground many]
    [--folds nayong,qianxi] [--any-setting VALUE]`: one JSON line an epoch, RUNS/folds.json
    and a last line when all counties are through.
    """
    parser = argparse.ArgumentParser(prog="folds", description=__doc__)
    parser.add_argument("--runs", required=True, help="folder of the runs, one a fold")
    parser.add_argument("--arm", default="A0", choices=tuple(ARMS))
    parser.add_argument(
        "--ground", "--dataset", dest="dataset", default="many", choices=tuple(DATASETS)
    )
    parser.add_argument("--folds", help="counties, or blocks, in turn; default: all")
    for field in fields(Settings):
        if field.name not in ("out", "fold"):
            parser.add_argument(
                f"--{field.name.replace('_', '-')}", type=as_type(field.default)
            )
    options = vars(parser.parse_args(argv))
    given = {name: value for name, value in options.items() if value is not None}
    runs = Path(given.pop("runs"))
    base = settings_of(given.pop("arm"), given.pop("dataset"), Settings())
    names = given.pop("folds", None)
    base = replace(base, **given)
    left_out(base, runs, names.split(",") if names else members(base))
