# SPDX-License-Identifier: GPL-2.0-or-later
"""Landslide by landslide: the outlines of base and tuned network on ground left out,
matched with what was digitized there, and with each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ..contract import Contract
from ..evaluation.compare import compare
from ..evaluation.evaluate import (
    BLOCKS,
    Evaluation,
    EvaluationArea,
    Outline,
    evaluate,
)
from ..evaluation.intervals import Interval, bootstrap, of_columns, ratio
from ..evaluation.recalibrate import choose_confidence, moved_seed
from ..evaluation.scores import counts_by_block, homes_of
from ..geo.crs import Crs
from ..geo.geodesic import KM2
from ..geo.overlay import Surface, joined, squares
from ..geo.repair import areal
from ..geo.reproject import Bounds, into
from ..inventory.candidates.attributes import Collection
from ..inventory.polygonize.options import Thresholds
from ..jobs import OutlineRequest, prepare_outline
from ..pipeline import outline
from .candidate_seed import choose_seed, peaks_of
from .labels_on_images import extents
from .object_change import NetworkOutlines, ObjectChange, Record
from .prepare import TuneJob
from .searched_ground import searched_landslides, searched_m2
from .tuned import Tuned


class ObjectComparison:
    """The work; `result` is there when `run` is through."""

    def __init__(self, tuned: Tuned):
        self.tuned = tuned
        self.result: ObjectChange | None = None

    def run(self) -> Iterator[float]:
        """Outline, match and compare; yields the share that is through. Raises
        MrifeError.
        """
        tuned = self.tuned
        job = tuned.job
        area = EvaluationArea(ground_of_images(job), job.crs)
        records = []
        for number, (paths, thresholds) in enumerate(
            zip((tuned.before, tuned.after), thresholds_of(tuned))
        ):
            records.append([])
            if number == 0 and not job.has_base:
                continue
            for share in outlines_of(job, paths, thresholds, area.bounds, records[-1]):
                yield 0.45 * (number + share)
        self.result = compared(tuned, area, records)
        yield 1.0


def contract_for_use(tuned: Tuned, change: ObjectChange) -> Contract:
    """The contract of the file for use with the seed of the candidates of ground left
    out, and with the confidence of a polygon fitted to them; without a confidence where
    there are too few, right or false, or where it says no more than their share. Where
    neither network nor threshold is new, all stays as it was.
    """
    if tuned.is_base:
        return tuned.contract
    contract = replace(tuned.contract, seed=change.after.thresholds.seed)
    candidates = change.after.evaluation.candidates
    right = change.after.evaluation.survey.matches.right
    rows = [change.after.records[place][1] for place in candidates.places.tolist()]
    choice = choose_confidence(rows, right, candidates.middles, ())
    if choice is None or not choice.helps:
        return contract
    return replace(contract, objects=choice.coefficients)


def lacks_confidence(tuned: Tuned, change: ObjectChange) -> bool:
    """Whether candidates of a file that is new will have no confidence."""
    return not tuned.is_base and not contract_for_use(tuned, change).objects


def thresholds_of(tuned: Tuned) -> tuple[Thresholds, Thresholds]:
    """Of base and tuned network: each with the one that is best for it on all ground; the
    base as it is where nothing but the threshold is new.
    """
    base = tuned.job.base.contract
    cut = tuned.verdict.thresholds[0]
    before = Thresholds(cut, moved_seed(cut, base.threshold, base.seed), base.min_area)
    if tuned.model is None:
        before = Thresholds(base.threshold, base.seed, base.min_area)
    contract = tuned.contract
    after = Thresholds(contract.threshold, contract.seed, contract.min_area)
    return before, after


def ground_of_images(job: TuneJob) -> list[bytes]:
    """WKB polygons in the CRS of the labels: the reviewed area as far as it lies on the
    images.
    """
    edges = extents(job.rasters, job.labels, job.crs)
    if job.reviewed is None:
        return edges
    ground = areal(joined(edges).intersection(job.reviewed))
    if ground is None:
        return []
    return [ground.wkb]


def outlines_of(
    job: TuneJob,
    paths: Sequence[str],
    thresholds: Thresholds,
    bounds: Bounds,
    records: list[Record],
) -> Iterator[float]:
    """Outline the probability rasters of all images; fills `records`, in the CRS of the
    labels, whose `bounds` lie around the ground.
    """
    request = OutlineRequest(thresholds.threshold, thresholds.seed, thresholds.min_area)
    for number, (path, name) in enumerate(zip(paths, job.names)):
        outline_job = prepare_outline(path, request, name)
        with Collection(outline_job.inventory) as candidates:
            for progress in outline(path, outline_job, candidates):
                yield (number + progress.share) / len(paths)
            crs = outline_job.grid.crs
            for wkb, values in candidates:
                whole = joined(part.wkb for part in into([wkb], crs, bounds, job.crs))
                if whole is not None:
                    records.append((whole.wkb, values))


def compared(
    tuned: Tuned, area: EvaluationArea, records: Sequence[Sequence[Record]]
) -> ObjectChange:
    """Match the candidates of base and tuned network."""
    job = tuned.job
    labels = searched_landslides(job, tuned.before)
    searched = min(1.0, sum(map(searched_m2, tuned.before)) / area.outline.area)
    references = area.layer([Outline(label.polygon.wkb) for label in labels], job.crs)
    networks = []
    for paths, thresholds, own in zip(
        (tuned.before, tuned.after), thresholds_of(tuned), records
    ):
        candidates = area.layer([Outline(wkb) for wkb, _ in own], job.crs)
        evaluation = evaluate(candidates, references, area.outline)
        network = NetworkOutlines(thresholds, tuple(own), evaluation, searched)
        if tuned.model is not None:
            network = surest(network, paths, area, job.crs)
        networks.append(network)
    before, after = networks
    changes = None
    if before.records or after.records:
        outlines = ([wkb for wkb, _ in network.records] for network in networks)
        changes = compare(*outlines, job.crs)
    return ObjectChange(
        before,
        after,
        tuple(labels[place] for place in references.places.tolist()),
        *gains([network.evaluation for network in networks], area, searched),
        changes,
    )


def surest(
    network: NetworkOutlines, paths: Sequence[str], area: EvaluationArea, crs: Crs
) -> NetworkOutlines:
    """What is left of the outlines (in `crs`, of the probability rasters `paths`) at the
    highest seed that loses no landslide.
    """
    evaluation = network.evaluation
    polygons = [joined([geometry]) for geometry, _ in network.records]
    peaks = peaks_of(polygons, crs, paths)
    owners = evaluation.candidates.owners
    seed = choose_seed(evaluation, peaks[owners], network.thresholds.seed)
    kept = tuple(record for record, peak in zip(network.records, peaks) if peak >= seed)
    candidates = area.layer([Outline(geometry) for geometry, _ in kept], crs)
    return replace(
        network,
        thresholds=replace(network.thresholds, seed=seed),
        records=kept,
        evaluation=evaluate(candidates, evaluation.references, area.outline),
    )


class BlockSums(NamedTuple):
    """Of one evaluation, over squares of ground that were drawn, (...,) each."""

    km2: np.ndarray  # that were looked at
    right: np.ndarray  # candidates
    candidates: np.ndarray
    found: np.ndarray  # landslides
    landslides: np.ndarray


def gains(
    evaluations: Sequence[Evaluation], area: EvaluationArea, searched: float
) -> tuple[Interval, Interval, Interval]:
    """How much more precise, complete, and false in km2 the second evaluation is than the
    first, from squares of ground that are drawn anew for both together; `searched` is the
    share of the ground that was looked at.
    """
    blocks = squares(area.outline, BLOCKS)
    areas = [[searched * block.area / KM2] for block in blocks]
    before, after = (_counts(each, blocks) for each in evaluations)
    counts = np.concatenate([areas, before, after], axis=1)  # (b, 1 + 4 + 4)

    def gain(score: Callable[[BlockSums], np.ndarray]) -> Interval:
        def of_both(km2: np.ndarray, *columns: np.ndarray) -> np.ndarray:
            first = BlockSums(km2, *columns[:4])
            second = BlockSums(km2, *columns[4:])
            return score(second) - score(first)

        return bootstrap(counts, of_columns(of_both))

    landslides = len(evaluations[0].references.objects)
    return (
        gain(lambda sums: ratio(sums.right, sums.candidates)),
        gain(lambda sums: ratio(sums.found, sums.landslides)).drawn_from(landslides),
        gain(lambda sums: ratio(sums.candidates - sums.right, sums.km2)),
    )


def _counts(evaluation: Evaluation, blocks: Sequence[Surface]) -> np.ndarray:
    """Of each square what BlockSums sum up, but for its area: (b, 4)."""
    candidates = homes_of(evaluation.candidates.objects, blocks)
    references = homes_of(evaluation.references.objects, blocks)
    matches = evaluation.survey.matches
    return counts_by_block(matches, (candidates, references), len(blocks))
