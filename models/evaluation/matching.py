# SPDX-License-Identifier: GPL-2.0-or-later
"""Which candidates are right and which landslides of an inventory are found, under stated
rules: a score means nothing without its rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..geo.overlay import Overlay

STRICT_IOU = 0.5
SURVEY_SHARE = 0.5
AUDIT_SHARE = 2 / 3


@dataclass(frozen=True)
class Matches:
    """Under one rule: `right` (n,) bool of the candidates, `found` (m,) bool of the
    reference landslides; `pairs` (p, 2) their places where the rule is one to one.
    """

    rule: str  # strict, survey, audit
    right: np.ndarray
    found: np.ndarray
    pairs: np.ndarray


class Relations(NamedTuple):
    """What is not one to one: `fragments` (m,) candidates that lie on a landslide by half
    of their own area and more; `merged` (n,) landslides of which a candidate covers half
    and more.
    """

    fragments: np.ndarray
    merged: np.ndarray


def iou(table: Overlay) -> np.ndarray:
    """(k,) intersection over union of each pair."""
    together = table.first_areas[table.first] + table.second_areas[table.second]
    return table.common / (together - table.common)


def best_iou(table: Overlay, places: np.ndarray, count: int) -> np.ndarray:
    """(count,) the highest IoU of each polygon of a layer, 0 without a pair; `places` are
    `table.first` or `table.second`.
    """
    best = np.zeros(count)
    np.maximum.at(best, places, iou(table))
    return best


def strict(table: Overlay) -> Matches:
    """One to one: a candidate and a landslide whose IoU is at least STRICT_IOU, the best
    pair first (SpaceNet's rule). Candidates are the first layer, landslides the second.
    """
    values = iou(table)
    order = np.lexsort((table.second, table.first, -values))
    return _one_to_one("strict", table, order[values[order] >= STRICT_IOU])


def survey(table: Overlay) -> Matches:
    """Many to many: a landslide is found where candidates cover SURVEY_SHARE of it, a
    candidate is right where landslides cover as much of it.
    """
    return Matches(
        "survey",
        table.first_covered >= SURVEY_SHARE * table.first_areas,
        table.second_covered >= SURVEY_SHARE * table.second_areas,
        np.zeros((0, 2), int),
    )


def audit(table: Overlay) -> Matches:
    """One to one: what both cover is at least two thirds of the candidate and of the
    landslide (the rule of an Italian audit of inventories, Daunia 1:5,000).
    """
    larger = np.maximum(table.first_areas[table.first], table.second_areas[table.second])
    share = table.common / larger
    order = np.lexsort((table.second, table.first, -share))
    return _one_to_one("audit", table, order[share[order] >= AUDIT_SHARE])


def _one_to_one(rule: str, table: Overlay, order: np.ndarray) -> Matches:
    """Pairs taken in an order, each polygon once."""
    right = np.zeros(len(table.first_areas), bool)
    found = np.zeros(len(table.second_areas), bool)
    pairs = []
    for i, j in zip(table.first[order].tolist(), table.second[order].tolist()):
        if not (right[i] or found[j]):
            right[i] = True
            found[j] = True
            pairs.append((i, j))
    return Matches(rule, right, found, np.array(pairs, int).reshape(-1, 2))


def relations(table: Overlay) -> Relations:
    """Landslides in several pieces, and candidates over several landslides."""
    piece = table.common >= SURVEY_SHARE * table.first_areas[table.first]
    whole = table.common >= SURVEY_SHARE * table.second_areas[table.second]
    return Relations(
        np.bincount(table.second[piece], minlength=len(table.second_areas)),
        np.bincount(table.first[whole], minlength=len(table.first_areas)),
    )


def found_at(table: Overlay, confidence: np.ndarray) -> np.ndarray:
    """(m,) the highest confidence such that the candidates of at least that much, each of
    `confidence` (n,), cover SURVEY_SHARE of a landslide; -inf where all do not.

    Candidates do not lie over each other; where they do, a landslide may seem found by a
    somewhat higher confidence, but none that all of them leave unfound.
    """
    level = np.full(len(table.second_areas), -np.inf)
    order = np.lexsort((table.first, -confidence[table.first], table.second))
    owners = table.second[order]
    landslides, begins = np.unique(owners, return_index=True)
    for landslide, own in zip(landslides.tolist(), np.split(order, begins[1:])):
        covered = np.cumsum(table.common[own]) / table.second_areas[landslide]
        enough = np.flatnonzero(covered >= SURVEY_SHARE)
        if len(enough):
            level[landslide] = confidence[table.first[own[enough[0]]]]
    level[~survey(table).found] = -np.inf
    return level
