# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores of an evaluation, by ground and by object, with intervals from squares of ground:
how much is right, found and false, by size, and how well outlines agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..geo.geodesic import HECTARE, KM2
from ..geo.overlay import Surface, outline_distances, overlay, uncut_outlines
from ..watch import Watch, unwatched
from .intervals import Interval, f1, of_columns, ratio, score_interval
from .matching import Matches

AREA_DIGITS = 1  # of m2
SIZES_HA = (0.25, 1, 5, 20)  # between the classes of size
OUTLINE_STEP_M = 1.0  # between the points at which outlines are compared
OF_LANDSLIDES = ("recall", "f1", "iou")  # scores that say how much of them is found
BORDER_WIDTH_M = 0.01  # of the area's border: rounding lays what it cuts beside it


class ObjectScores(NamedTuple):
    """How many candidates are right and landslides found under one rule."""

    matches: Matches
    precision: Interval
    recall: Interval
    f1: Interval


class SizeScores(NamedTuple):
    """The same of a class of size, from `low` to below `high` (ha), by the survey rule."""

    low: float
    high: float
    references: int
    found: int
    candidates: int
    right: int


class AreaScores(NamedTuple):
    """By ground: square metres, and scores of it."""

    ground_m2: float
    candidate_m2: float
    reference_m2: float
    both_m2: float
    precision: Interval
    recall: Interval
    f1: Interval
    iou: Interval
    false_share: Interval  # of the ground without landslide


class BoundaryDistances(NamedTuple):
    """Between the outlines of strict pairs, both ways, metres."""

    pairs: int
    median: float
    percentile_90: float


def area_scores(by_block: np.ndarray, landslides: int) -> AreaScores:
    """From (b, 4) square metres of ground, candidates, so many landslides, and both."""
    scores = {
        "precision": lambda ground, guess, truth, both: ratio(both, guess),
        "recall": lambda ground, guess, truth, both: ratio(both, truth),
        "f1": lambda ground, guess, truth, both: ratio(2 * both, guess + truth),
        "iou": lambda ground, guess, truth, both: ratio(both, guess + truth - both),
        "false_share": lambda ground, guess, truth, both: ratio(
            guess - both, ground - truth
        ),
    }
    intervals = {
        name: score_interval(by_block, of_columns(score))
        for name, score in scores.items()
    }
    for name in OF_LANDSLIDES:
        intervals[name] = intervals[name].drawn_from(landslides)
    return AreaScores(*by_block.sum(0).tolist(), **intervals)


def object_scores(
    matches: Matches, homes: tuple[np.ndarray, np.ndarray], blocks: int
) -> ObjectScores:
    """Precision, recall and F1 of a rule; `homes`: the block of each candidate and of
    each landslide.
    """
    counts = counts_by_block(matches, homes, blocks)
    landslides = len(homes[1])

    def harmonic(right, candidates, found, landslides) -> np.ndarray:
        return f1(ratio(right, candidates), ratio(found, landslides))

    return ObjectScores(
        matches,
        score_interval(counts[:, :2], of_columns(ratio)),
        score_interval(counts[:, 2:], of_columns(ratio)).drawn_from(landslides),
        score_interval(counts, of_columns(harmonic)).drawn_from(landslides),
    )


def counts_by_block(
    matches: Matches, homes: tuple[np.ndarray, np.ndarray], blocks: int
) -> np.ndarray:
    """(b, 4): candidates of each block that are right, all of them, landslides that are
    found, all of them.
    """
    return np.stack(
        [
            np.bincount(homes[0][matches.right], minlength=blocks),
            np.bincount(homes[0], minlength=blocks),
            np.bincount(homes[1][matches.found], minlength=blocks),
            np.bincount(homes[1], minlength=blocks),
        ],
        axis=1,
    )


def sizes(
    candidate_areas: np.ndarray, reference_areas: np.ndarray, matches: Matches
) -> tuple[SizeScores, ...]:
    """By class of size, each polygon in that of its own area to 0.1 m2: on the plane
    1 ha may be a little short.
    """
    reference_areas, candidate_areas = (
        np.round(areas, AREA_DIGITS) for areas in (reference_areas, candidate_areas)
    )
    edges = np.array([0, *SIZES_HA, np.inf])
    scores = []
    for low, high in zip(edges[:-1].tolist(), edges[1:].tolist()):
        of_size = [
            (areas >= low * HECTARE) & (areas < high * HECTARE)
            for areas in (reference_areas, candidate_areas)
        ]
        scores.append(
            SizeScores(
                low,
                high,
                int(of_size[0].sum()),
                int(matches.found[of_size[0]].sum()),
                int(of_size[1].sum()),
                int(matches.right[of_size[1]].sum()),
            )
        )
    return tuple(scores)


def boundary_distances(
    candidates: Sequence,
    references: Sequence,
    pairs: np.ndarray,
    area: Surface,
    watch: Watch,
) -> BoundaryDistances | None:
    """Between the outlines of pairs (p, 2); None where there is no pair. Where the border
    of the evaluation area cut both there is no outline to compare.
    """
    guesses = uncut_outlines([candidates[i] for i in pairs[:, 0]], area, BORDER_WIDTH_M)
    truths = uncut_outlines([references[j] for j in pairs[:, 1]], area, BORDER_WIDTH_M)
    distances = []
    for guess, truth in watch(list(zip(guesses, truths))):
        if not (guess.is_empty or truth.is_empty):
            distances.append(outline_distances(guess, truth, OUTLINE_STEP_M))
            distances.append(outline_distances(truth, guess, OUTLINE_STEP_M))
    if not distances:
        return None
    median, high = np.percentile(np.concatenate(distances), (50, 90)).tolist()
    return BoundaryDistances(len(distances) // 2, median, high)


def false_density(matches: Matches, homes: np.ndarray, grounds: np.ndarray) -> Interval:
    """False candidates in 100 km2 of searched ground (b,) m2."""
    false = np.bincount(homes[~matches.right], minlength=len(grounds))
    counts = np.stack([false, grounds / (100 * KM2)], axis=1)
    return score_interval(counts, of_columns(ratio))


def homes_of(objects: Sequence, blocks: Sequence, watch: Watch = unwatched) -> np.ndarray:
    """(n,) the block that holds most of each polygon."""
    shares = overlay(objects, blocks, watch)
    homes = np.zeros(len(objects), int)
    order = np.argsort(shares.common, kind="stable")
    homes[shares.first[order]] = shares.second[order]
    return homes
