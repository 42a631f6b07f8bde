# SPDX-License-Identifier: GPL-2.0-or-later
"""Every number of an evaluation as one long table: table, item, quantity, value, unit."""

from __future__ import annotations

from collections.abc import Iterator

from ..tables import Row, long_table
from .intervals import Interval
from .ranking import Ranking
from .result import Result


def table(result: Result) -> str:
    """The table as CSV; numbers that are not defined are empty."""
    return long_table(rows(result))


def rows(result: Result) -> Iterator[Row]:
    """All rows, in the order of the page."""
    evaluation = result.evaluation
    areas = evaluation.areas
    for quantity in ("ground", "candidate", "reference", "both"):
        yield "ground", "all", quantity, getattr(areas, f"{quantity}_m2"), "m2"
    for quantity in ("precision", "recall", "f1", "iou", "false_share"):
        yield from _interval("ground", "all", quantity, getattr(areas, quantity))
    for scores in evaluation.rules:
        rule = scores.matches.rule
        yield "objects", rule, "candidates", len(scores.matches.right), ""
        yield "objects", rule, "right", int(scores.matches.right.sum()), ""
        yield "objects", rule, "references", len(scores.matches.found), ""
        yield "objects", rule, "found", int(scores.matches.found.sum()), ""
        for quantity in ("precision", "recall", "f1"):
            yield from _interval("objects", rule, quantity, getattr(scores, quantity))
    relations = evaluation.relations
    yield "objects", "survey", "fragmented", evaluation.found_in_pieces, ""
    yield "objects", "survey", "merging", int((relations.merged > 1).sum()), ""
    density = evaluation.false_per_100_km2
    yield from _interval("objects", "survey", "false_per_100_km2", density)
    yield "objects", "survey", "candidates_per_found", result.effort, ""
    for size in evaluation.sizes:
        item = f"{size.low:g}-{size.high:g} ha"
        for quantity in ("references", "found", "candidates", "right"):
            yield "sizes", item, quantity, getattr(size, quantity), ""
    if evaluation.boundary:
        yield "boundary", "strict", "pairs", evaluation.boundary.pairs, ""
        yield "boundary", "strict", "median", evaluation.boundary.median, "m"
        high = evaluation.boundary.percentile_90
        yield "boundary", "strict", "percentile_90", high, "m"
    yield from _recommended(result)
    yield from _pixels(result)
    if evaluation.ranking:
        yield from _ranking(evaluation.ranking)


def _interval(name: str, item: str, quantity: str, interval: Interval) -> Iterator[Row]:
    yield name, item, quantity, interval.value, ""
    yield name, item, f"{quantity}_low_95", interval.low, ""
    yield name, item, f"{quantity}_high_95", interval.high, ""


def _recommended(result: Result) -> Iterator[Row]:
    for purpose, scale, cut in result.recommendations:
        item = f"{purpose} {scale}"
        if cut is None:
            yield "thresholds", item, "threshold", None, ""
            continue
        for quantity in ("threshold", "precision", "recall", "f1"):
            yield "thresholds", item, quantity, getattr(cut, quantity), ""
        if cut.count:
            yield "thresholds", item, "candidates", cut.count, ""


def _pixels(result: Result) -> Iterator[Row]:
    counts = result.pixels
    if counts is None:
        return
    yield "pixels", "all", "landslide", int(counts.slide.sum()), ""
    yield "pixels", "all", "other", int(counts.background.sum()), ""
    yield "pixels", "all", "searched_share", result.searched, ""
    if not counts.slide.any():
        return
    yield "pixels", "all", "average_precision", counts.average_precision(), ""
    yield "pixels", "all", "calibration_error", counts.calibration_error(), ""
    precision, recall, iou, _ = counts.curve()
    levels = len(precision)
    for place in range(levels):
        item = f"{(place + 1) / levels:.3f}"
        yield "pixel_curve", item, "precision", float(precision[place]), ""
        yield "pixel_curve", item, "recall", float(recall[place]), ""
        yield "pixel_curve", item, "iou", float(iou[place]), ""


def _ranking(ranking: Ranking) -> Iterator[Row]:
    trust = ranking.reliability
    if trust:
        yield "confidence", "all", "calibration_error", trust.calibration_error, ""
        yield "confidence", "all", "brier", trust.brier, ""
        yield "confidence", "all", "brier_of_mean", trust.brier_of_mean, ""
        for stated, share, count in trust.bins:
            item = f"{stated:.3f}"
            yield "reliability", item, "right_share", share, ""
            yield "reliability", item, "candidates", count, ""
    for place, threshold in enumerate(ranking.thresholds.tolist()):
        item = f"{threshold:.4f}"
        yield "confidence_curve", item, "precision", float(ranking.precision[place]), ""
        yield "confidence_curve", item, "recall", float(ranking.recall[place]), ""
        yield "confidence_curve", item, "candidates", int(ranking.counts[place]), ""
