# SPDX-License-Identifier: GPL-2.0-or-later
"""How sure one may be of a polygon: a logistic regression, put into the model file, and
how well it holds elsewhere.

Fitted on the polygons of the validation county and, at the same weight, of one stretch of
another landscape, where the network is wrong more often than it thinks: a user's ground
is more likely to be foreign to it than not. A network that learned from that stretch is
too sure there, and is fitted on the county alone. Judged on the test counties and on
another stretch.

A polygon counts as right where at least half of it lies on a landslide. Those of windows
without landslide weigh so much more that landslides make up `SHARE` of the ground, as
they would in a scene (`operating_point.window_weights`).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..answers import say
from ..errors import MrifeError
from ..evaluation.calibration import fit_logistic, reliability
from ..evaluation.recalibrate import RIDGE
from ..inventory.confidence import confidence, predictors
from ..training.landscapes import UNKNOWN
from ..training.model_file import update_contract
from ..training.operating_point import window_weights
from .benchmark import gorge
from .cases import Case, windows
from .plugin_run import PluginRun

SHARE = 0.05  # of the ground under landslides, as for every other choice on validation
MIN_OVERLAP = 0.5  # of a polygon with landslides, from which on it is right


@dataclass(frozen=True)
class ScoredPolygons:
    """The polygons of a split: `values` their attributes, `right` (n,) bool, `weight`
    (n,).
    """

    values: list[dict]
    right: np.ndarray
    weight: np.ndarray


def collect(cases: Iterable[Case], plugin: PluginRun) -> ScoredPolygons:
    """What the plugin would draw on each image, and whether it is right."""
    cases = list(cases)
    values = []
    right = []
    weight = []
    for case, pixel_weight in zip(cases, window_weights(cases, SHARE)):
        detection = plugin.on_image(case.image)
        for attributes, polygon in zip(detection.attributes, detection.polygons):
            values.append(attributes)
            right.append(case.truth[detection.mask_of(polygon)].mean() >= MIN_OVERLAP)
            weight.append(pixel_weight * case.truth.size)
    return ScoredPolygons(values, np.array(right, bool), np.array(weight))


def collect_gorge(data: str, region: str, plugin: PluginRun) -> ScoredPolygons:
    """The same on a stretch of the Jinsha gorge; polygons of which nothing is known
    are left out.
    """
    detection, label = gorge(data, region, plugin)
    landslide = (label == 1) | (label == 2)
    values = []
    right = []
    for attributes, polygon in zip(detection.attributes, detection.polygons):
        ground = detection.mask_of(polygon) & (label != UNKNOWN)
        if ground.any():
            values.append(attributes)
            right.append(landslide[ground].mean() >= MIN_OVERLAP)
    return ScoredPolygons(values, np.array(right, bool), np.ones(len(values)))


def pool(*splits: ScoredPolygons) -> ScoredPolygons:
    """Several landscapes, each of the same weight."""
    return ScoredPolygons(
        [attributes for split in splits for attributes in split.values],
        np.concatenate([split.right for split in splits]),
        np.concatenate([split.weight / split.weight.sum() for split in splits]),
    )


def fit(scored: ScoredPolygons) -> tuple[float, ...]:
    """Coefficients of `confidence.predictors` by weighted, ridge-penalised maximum
    likelihood.

    Raises MrifeError where there are not both right and wrong polygons to tell apart.
    """
    complete = [i for i, values in enumerate(scored.values) if predictors(values)]
    right = scored.right[complete]
    if right.all() or not right.any():
        raise MrifeError(
            "Of {} polygons all are right or all are wrong; a confidence needs both. "
            "Take more images, or a lower threshold.",
            len(complete),
        )
    weight = scored.weight[complete]
    x = np.array([predictors(scored.values[i])[1:] for i in complete])  # (n, 4)
    coefficients = fit_logistic(x, right * weight, weight, RIDGE)
    return tuple(round(float(value), 4) for value in coefficients)


def judge(scored: ScoredPolygons, coefficients: tuple[float, ...]) -> dict:
    """How well the confidence holds on other polygons, rounded for people; bins are
    (mean confidence, share that is right, polygons).
    """
    p = [confidence(values, coefficients) or 0.0 for values in scored.values]
    judged = reliability(np.array(p), scored.right, scored.weight)
    return {
        "polygons": len(p),
        "right": int(scored.right.sum()),
        "share_right": round(judged.mean, 3),
        "calibration_error": round(judged.calibration_error, 3),
        "brier": round(judged.brier, 3),
        "brier_of_mean": round(judged.brier_of_mean, 3),
        "classes": [
            (round(mean, 2), round(share, 2), count) for mean, share, count in judged.bins
        ],
    }


def calibrate_objects(
    plugin: PluginRun, data: str, foreign: bool, given: tuple[float, ...] = ()
) -> Iterator[dict]:
    """The coefficients, then how well they hold on each split, one dictionary each.
    `foreign`: stretch A is ground that the network has not learned from. Nothing is
    fitted where coefficients are `given`, as those of counties left out.
    """
    scored = {split: collect(windows(data, split), plugin) for split in ("val", "test")}
    for region in "AB":
        scored[f"jinsha_{region}"] = collect_gorge(data, region, plugin)
    coefficients = given
    if not given:
        learned_from = scored["val"]
        if foreign:
            learned_from = pool(learned_from, scored["jinsha_A"])
        coefficients = fit(learned_from)
    yield {"coefficients": coefficients}
    for split, polygons in scored.items():
        if polygons.values:
            yield {"split": split, **judge(polygons, coefficients)}
        else:
            yield {"split": split, "polygons": 0}


def main(argv: list[str] | None = None) -> None:
    """`python -m models objects --model FILE --data DIR [--folds FILE] [--put FILE ...]`:
    fit, judge, and write.
    """
    parser = argparse.ArgumentParser(prog="objects", description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument(
        "--put", nargs="*", default=[], help="model files that get the coefficients"
    )
    parser.add_argument(
        "--learned-gorge",
        action="store_true",
        help="the model was trained on stretch A, which then says nothing of it",
    )
    parser.add_argument(
        "--folds", help="what `folds` wrote: its confidence is judged, none is fitted"
    )
    arguments = parser.parse_args(argv)
    plugin = PluginRun(arguments.model)
    foreign = not arguments.learned_gorge
    given = ()
    if arguments.folds:
        folds = json.loads(Path(arguments.folds).read_text(encoding="utf-8"))
        given = tuple(folds["confidence"])
    for line in calibrate_objects(plugin, arguments.data, foreign, given):
        say(**line)
        if "coefficients" in line:
            for path in arguments.put:
                update_contract(path, objects=line["coefficients"])
