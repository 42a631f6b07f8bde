# SPDX-License-Identifier: GPL-2.0-or-later
"""How sure one may be of a polygon: a logistic regression, put into the model file, and
how well it holds elsewhere.

Fitted on the polygons of the validation county and, at the same weight, of one stretch of
another landscape, where the network is wrong more often than it thinks: a user's ground
is more likely to be foreign to it than not. Judged on the test counties and on another
stretch.

A polygon counts as right where at least half of it lies on a landslide. Those of windows
without landslide weigh so much more that landslides make up `SHARE` of the ground, as
they would in a scene (`evaluate.window_weights`).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import onnx

from ..contract import Contract
from ..errors import MrifeError
from ..geo.grid import Strip
from ..geo.rasterize import burn, rings_of
from ..inference.detector import Detector
from ..inference.raster import Raster
from ..inventory.candidates.attributes import Inventory, Run
from ..inventory.confidence import confidence, predictors
from ..training.evaluate import window_weights
from .benchmark import Case, answer, gorge, on_disk, outlines, windows

SHARE = 0.05  # of the ground under landslides, as for every other choice on validation
# penalty on the standardised coefficients; of 0.3 to 100 the best, each polygon left out
# in turn
RIDGE = 3.0
BINS = 5
UNKNOWN = 255  # label of the gorge's pixels that nobody looked at


class Seen(NamedTuple):
    """The polygons of a split: `values` their attributes, `right` (n,) bool, `weight`
    (n,).
    """

    values: list[dict]
    right: np.ndarray
    weight: np.ndarray


def see(cases: list[Case], detector: Detector) -> Seen:
    """What the plugin would draw on each image, and whether it is right."""
    values = []
    right = []
    weight = []
    weights = window_weights(cases, SHARE)
    for case, per_pixel in zip(cases, weights):
        for found, share in drawn(
            *answer(case, detector), case.truth.astype(float), detector
        ):
            values.append(found)
            right.append(share >= 0.5)
            weight.append(per_pixel * case.truth.size)
    return Seen(values, np.array(right), np.array(weight))


def see_gorge(data: str, region: str, detector: Detector) -> Seen:
    """The same on a stretch of the Jinsha gorge; polygons of which nothing is known
    are left out.
    """
    raster, strips, label = gorge(data, region, detector)
    truth = np.where(label == UNKNOWN, np.nan, (label == 1) | (label == 2))
    found = [
        (values, share)
        for values, share in drawn(raster, strips, truth, detector)
        if np.isfinite(share)
    ]
    return Seen(
        [values for values, _ in found],
        np.array([share >= 0.5 for _, share in found]),
        np.ones(len(found)),
    )


def together(*grounds: Seen) -> Seen:
    """Several grounds, each of the same weight."""
    return Seen(
        [values for ground in grounds for values in ground.values],
        np.concatenate([ground.right for ground in grounds]),
        np.concatenate([ground.weight / ground.weight.sum() for ground in grounds]),
    )


def drawn(
    raster: Raster, strips: list[Strip], truth: np.ndarray, detector: Detector
) -> Iterator[tuple[dict, float]]:
    """Attributes of each polygon and the share of it that lies on a landslide; `truth`
    (H, W) is 0, 1, or nan.
    """
    c = detector.contract
    grid = raster.grid
    inventory = Inventory(grid, Run("", ""), min_area=c.min_area)
    with on_disk(raster, strips) as probability:
        for candidate in outlines(probability, strips, c):
            inside = truth[burn(rings_of(candidate.polygon, grid), grid.whole)]
            known = inside[np.isfinite(inside)]
            yield (
                inventory.describe(candidate, probability),
                float(known.mean()) if len(known) else np.nan,
            )


def fit(seen: Seen) -> tuple[float, ...]:
    """Coefficients of `predictors` by weighted, ridge-penalised maximum likelihood
    (Newton's method).

    Raises MrifeError where there are not both right and wrong polygons to tell apart.
    """
    kept = [i for i, found in enumerate(seen.values) if predictors(found)]
    if len(set(seen.right[kept].tolist())) < 2:
        raise MrifeError(
            "Of {} polygons all are right or all are wrong; a confidence needs both. "
            "Take more images, or a lower threshold.",
            len(kept),
        )
    x = np.array([predictors(seen.values[i]) for i in kept])
    y = seen.right[kept].astype(float)
    w = seen.weight[kept] / seen.weight[kept].mean()
    middle = x[:, 1:].mean(0)
    spread = x[:, 1:].std(0) + 1e-9
    z = np.column_stack((np.ones(len(x)), (x[:, 1:] - middle) / spread))
    penalty = np.diag([0.0] + [RIDGE] * (z.shape[1] - 1))
    b = np.zeros(z.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-z @ b))
        slope = z.T @ (w * (y - p)) - penalty @ b
        b += np.linalg.solve((z * (w * p * (1 - p))[:, None]).T @ z + penalty, slope)
    plain = b[1:] / spread
    return tuple(round(float(value), 4) for value in (b[0] - plain @ middle, *plain))


def holds(seen: Seen, coefficients: tuple[float, ...]) -> dict:
    """Weighted calibration error over BINS equal-weight classes, Brier score beside
    that of the mean, and the classes: mean confidence, share that is right, polygons.
    """
    p = np.array([confidence(found, coefficients) or 0.0 for found in seen.values])
    order = np.argsort(p, kind="stable")
    y = seen.right[order].astype(float)
    w = seen.weight[order] / seen.weight.sum()
    p = p[order]
    which = np.minimum((np.cumsum(w) - w / 2) * BINS, BINS - 1).astype(int)
    bins = [which == i for i in range(BINS) if (which == i).any()]
    rows = [tuple(float(np.average(x[b], weights=w[b])) for x in (p, y)) for b in bins]
    error = sum(w[b].sum() * abs(said - is_) for b, (said, is_) in zip(bins, rows))
    mean = float(np.average(y, weights=w))
    return {
        "polygons": len(y),
        "right": int(y.sum()),
        "share_right": round(mean, 3),
        "calibration_error": round(float(error), 3),
        "brier": round(float(np.average((p - y) ** 2, weights=w)), 3),
        "brier_of_mean": round(mean * (1 - mean), 3),
        "classes": [
            (round(said, 2), round(is_, 2), int(b.sum()))
            for b, (said, is_) in zip(bins, rows)
        ],
    }


def put(path: str, coefficients: tuple[float, ...]) -> None:
    """Write the coefficients into the contract of a model file."""
    model = onnx.load(path)
    known = {entry.key: entry.value for entry in model.metadata_props}
    stored = Contract.from_metadata(known, *_shape(model))
    onnx.helper.set_model_props(
        model, known | replace(stored, objects=coefficients).to_metadata()
    )
    onnx.save(model, path)


def _shape(model: onnx.ModelProto) -> tuple[int, int]:
    dims = model.graph.input[0].type.tensor_type.shape.dim
    return dims[1].dim_value, dims[2].dim_value


def main(argv: list[str] | None = None) -> None:
    """`python -m models objects --model FILE --data DIR [--put FILE ...]`: fit, judge,
    and write.
    """
    parser = argparse.ArgumentParser(prog="objects", description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument(
        "--put", nargs="*", default=[], help="model files that get the coefficients"
    )
    chosen = parser.parse_args(argv)
    detector = Detector(chosen.model, device="cpu")
    seen = {
        split: see(list(windows(chosen.data, split)), detector)
        for split in ("val", "test")
    }
    seen |= {
        f"jinsha_{region}": see_gorge(chosen.data, region, detector) for region in "AB"
    }
    coefficients = fit(together(seen["val"], seen["jinsha_A"]))
    print(json.dumps({"coefficients": coefficients}), flush=True)
    for split, found in seen.items():
        print(json.dumps({"split": split, **holds(found, coefficients)}), flush=True)
    for path in chosen.put:
        put(path, coefficients)
