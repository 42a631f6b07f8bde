# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether looking at each window in flips and rotations pays: how much better the mean
probability is, and whether the spread ranks errors better than the probability itself.

Everything goes through the plugin's own path, at the thresholds of the file. A ranking is
judged by the area under the curve of hits against false alarms: the chance that of two
pixels (or polygons), one wrong and one right, the wrong one comes first; 0.5 says nothing.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from ..answers import say
from ..evaluation.pixel_metrics import ConfusionCounts
from ..inference.levels import LEVELS
from ..inference.symmetries import ALL, AS_IT_LIES, Symmetry
from ..training.landscapes import UNKNOWN
from .benchmark import gorge, polygon_row, row
from .cases import windows
from .object_calibration import MIN_OVERLAP
from .plugin_run import Detection, PluginRun

WAYS: dict[str, tuple[Symmetry, ...]] = {
    "as it lies": AS_IT_LIES,
    "4 rotations": tuple(symmetry for symmetry in ALL if not symmetry.mirrored),
    "all 8": ALL,
}
DRAWS = 1000  # of the bootstrap, over images
BLOCK = 256  # pixels a side of what counts as an image in a scene

# what may rank pixels by how likely they are wrong, from probability, spread, threshold
PIXEL_SCORES: dict[str, Callable] = {
    "distance from the threshold": lambda p, s, t: 1 - np.abs(p - t),
    "error that the probability expects": lambda p, s, t: np.where(p < t, p, 1 - p),
    "spread": lambda p, s, t: s,
}
USED = ("p_mean", "conf", "p_std")
# the same for polygons, from their attributes by name, (n,) each
OBJECT_SCORES: dict[str, Callable] = {
    "p_mean": lambda v: -v["p_mean"],
    "conf": lambda v: -v["conf"],
    "p_std": lambda v: v["p_std"],
    "p_std by p_mean": lambda v: v["p_std"] / v["p_mean"],
    "ranks of p_mean and p_std together": lambda v: (
        _ranks(-v["p_mean"]) + _ranks(v["p_std"])
    ),
}


@dataclass(frozen=True)
class Sample:
    """One image: what the plugin says of it, and the truth (H, W) bool; `has_truth` (H, W)
    bool is where the truth is known.
    """

    detection: Detection
    truth: np.ndarray
    has_truth: np.ndarray
    landslide: bool


@dataclass
class Errors:
    """Wrong and right ones per level of a score: (images, 2, levels)."""

    counts: list[np.ndarray] = field(default_factory=list)

    def add(self, score: np.ndarray, wrong: np.ndarray) -> None:
        """Of one image: scores (n,) 0-1 and whether each is wrong (n,) bool."""
        level = np.rint(np.clip(score, 0, 1) * LEVELS).astype(np.int64)
        halves = (level[wrong], level[~wrong])
        self.counts.append([np.bincount(h, minlength=LEVELS + 1) for h in halves])

    def area(self, weights: np.ndarray | None = None) -> float:
        """Area under the curve, images weighted (images,)."""
        counts = np.array(self.counts)
        if weights is None:
            weights = np.ones(len(counts))
        return area_under_curve(*np.tensordot(weights, counts, 1))


def area_under_curve(wrong: np.ndarray, right: np.ndarray) -> float:
    """The chance that a wrong one has a higher score than a right one, ties by half, from
    how many have each score, (levels,) rising. NaN where one kind is missing.
    """
    total = wrong.sum() * right.sum()
    if not total:
        return float("nan")
    below = np.cumsum(right) - right
    return float((wrong * (below + right / 2)).sum() / total)


def area_of(scores: np.ndarray, wrong: np.ndarray) -> float:
    """The same of single scores (n,) and whether each is wrong (n,) bool."""
    _, level = np.unique(scores, return_inverse=True)
    size = level.max(initial=0) + 1
    halves = (np.bincount(level[half], minlength=size) for half in (wrong, ~wrong))
    return area_under_curve(*halves)


def bijie(plugin: PluginRun, data: str, split: str) -> Iterator[Sample]:
    """The fixed windows of a split."""
    for case in windows(data, split):
        detection = plugin.on_image(case.image)
        has_truth = np.ones_like(case.truth)
        yield Sample(detection, case.truth, has_truth, case.landslide)


def jinsha(plugin: PluginRun, data: str, region: str) -> Iterator[Sample]:
    """A stretch of the gorge, all of it."""
    detection, label = gorge(data, region, plugin)
    yield Sample(detection, (label == 1) | (label == 2), label != UNKNOWN, True)


def score_maps(name: str, samples: list[Sample], threshold: float) -> list[dict]:
    """How good maps and polygons are, a line each."""
    pixels = ConfusionCounts()
    inside_polygons = ConfusionCounts()
    for sample in samples:
        truth = sample.truth[sample.has_truth]
        negative = not sample.landslide
        pixels.add(sample.detection.probability[sample.has_truth], truth, negative)
        inside = sample.detection.mask()[sample.has_truth]
        inside_polygons.add(inside.astype(float), truth, negative)
    return [
        row(f"{name}, pixels", pixels, pixels.at(threshold)),
        row(f"{name}, pixels at their best threshold", pixels, pixels.best()),
        polygon_row(f"{name}, polygons", inside_polygons),
    ]


def rank_pixels(samples: list[Sample], threshold: float) -> Iterator[dict]:
    """How well each score ranks wrong pixels: of all, of those under the threshold (missed
    ground) and of those above (false alarms).
    """
    sides = {
        "all": lambda p: np.ones(p.shape, bool),
        "under the threshold": lambda p: p < threshold,
        "above the threshold": lambda p: p >= threshold,
    }
    for side, belongs in sides.items():
        errors = {name: Errors() for name in PIXEL_SCORES}
        for sample in samples:
            for probability, spread, truth in _blocks(sample):
                wrong = (probability >= threshold) != truth
                of_side = belongs(probability)
                for name, score in PIXEL_SCORES.items():
                    values = score(probability, spread, threshold)
                    errors[name].add(values[of_side], wrong[of_side])
        yield {"pixels": side, **_areas(errors)}


def _blocks(sample: Sample) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Probability, spread and truth (n,) of the pixels of known truth of an image, or of parts of a
    scene, whose errors hang together less.
    """
    planes = (sample.detection.probability, sample.detection.spread, sample.truth)
    rows, cols = sample.truth.shape
    for top in range(0, rows, BLOCK):
        for left in range(0, cols, BLOCK):
            part = (slice(top, top + BLOCK), slice(left, left + BLOCK))
            has_truth = sample.has_truth[part]
            yield tuple(plane[part][has_truth] for plane in planes)


def _areas(errors: dict[str, Errors]) -> dict:
    """Area of each score, and the 95 % interval of what the spread has more than the best
    of the others.
    """
    areas = {name: each.area() for name, each in errors.items()}
    best = max((name for name in areas if name != "spread"), key=areas.get)
    rng = np.random.default_rng(0)
    images = len(errors[best].counts)
    gains = []
    for _ in range(DRAWS):
        weights = np.bincount(rng.integers(images, size=images), minlength=images)
        gains.append(errors["spread"].area(weights) - errors[best].area(weights))
    rounded = {name: round(area, 4) for name, area in areas.items()}
    return {**rounded, "spread less the best other, 95 %": _interval(gains)}


def rank_objects(samples: list[Sample]) -> dict:
    """How well each attribute ranks false candidates: those that lie on landslides by less
    than half.
    """
    rows = []
    wrong = []
    for sample in samples:
        detection = sample.detection
        for attributes, polygon in zip(detection.attributes, detection.polygons):
            ground = detection.mask_of(polygon) & sample.has_truth
            if ground.any():
                rows.append(attributes)
                wrong.append(sample.truth[ground].mean() < MIN_OVERLAP)
    wrong = np.array(wrong, bool)
    values = {name: np.array([r[name] for r in rows], float) for name in USED}
    scores = {name: score(values) for name, score in OBJECT_SCORES.items()}
    areas = {name: round(area_of(score, wrong), 4) for name, score in scores.items()}
    gain = _gain(scores["p_std"], scores["p_mean"], wrong)
    return {
        "candidates": len(rows),
        "false": int(wrong.sum()),
        **areas,
        "p_std less p_mean, 95 %": gain,
    }


def _gain(
    scores: np.ndarray, others: np.ndarray, wrong: np.ndarray
) -> tuple[float, float]:
    """95 % interval of what one ranking (n,) has more than another."""
    rng = np.random.default_rng(0)
    gains = []
    for _ in range(DRAWS):
        resample = rng.integers(len(wrong), size=len(wrong))
        ours, theirs = (
            area_of(each[resample], wrong[resample]) for each in (scores, others)
        )
        gains.append(ours - theirs)
    return _interval(gains)


def _interval(gains: list[float]) -> tuple[float, float]:
    low, high = np.nanpercentile(gains, (2.5, 97.5))
    return round(float(low), 4), round(float(high), 4)


def _ranks(values: np.ndarray) -> np.ndarray:
    """(n,) places in rising order, of equal ones the lowest."""
    return np.searchsorted(np.sort(values), values)


def measure(model: str, data: str, split: str, threads: int = 0) -> Iterator[dict]:
    """All tables on one split, line by line: val, test, jinsha_A or jinsha_B."""
    place, _, region = split.partition("_")
    for name, symmetries in WAYS.items():
        plugin = PluginRun(model, threads, symmetries=symmetries)
        threshold = plugin.contract.threshold
        samples: Iterable[Sample]
        if region:
            samples = jinsha(plugin, data, region)
        else:
            samples = bijie(plugin, data, place)
        samples = list(samples)
        for line in score_maps(name, samples, threshold):
            yield {"split": split, **line}
        if len(symmetries) > 1:
            for line in rank_pixels(samples, threshold):
                yield {"split": split, "what": name, **line}
            yield {"split": split, "what": name, **rank_objects(samples)}


def main(argv: list[str] | None = None) -> None:
    """`python -m models uncertainty --model FILE --data DIR --split SPLIT`: one JSON line a
    row.
    """
    parser = argparse.ArgumentParser(prog="uncertainty", description=__doc__)
    for name in ("model", "data", "split"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--threads", type=int, default=0)
    arguments = parser.parse_args(argv)
    lines = measure(arguments.model, arguments.data, arguments.split, arguments.threads)
    for line in lines:
        say(**line)
