# SPDX-License-Identifier: GPL-2.0-or-later
"""What a polygon says of its evaluation, as fields of the layers of right, missed and
false ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..inventory.schema import Choices, Field
from .evaluate import Evaluation
from .matching import best_iou

RESULT = Choices(
    "evaluation",
    (
        ("right", "right"),
        ("merging", "right, over several landslides"),
        ("missed", "missed"),
        ("false", "false"),
    ),
)
EVALUATION_FIELDS = (
    Field(
        "ev_result",
        "text",
        8,
        "",
        "What the evaluation says of it, by the survey rule",
        "Evaluation",
        RESULT,
    ),
    Field(
        "ev_cover",
        "real",
        0,
        "",
        "Share of its area in the evaluation area that the other layer covers",
        "Covered",
    ),
    Field(
        "ev_iou",
        "real",
        0,
        "",
        "Highest intersection over union with a polygon of the other layer",
        "Best IoU",
    ),
)

# layer: whose polygons it holds, and with which results
LAYERS = {
    "hits": ("candidates", ("right", "merging")),
    "missed": ("reference", ("missed",)),
    "false": ("candidates", ("false",)),
}


def candidate_values(evaluation: Evaluation) -> list[dict]:
    """The fields' values of each candidate that counts."""
    table = evaluation.ground.among(first=evaluation.candidates.counted)
    covered = table.first_covered / table.first_areas
    best = best_iou(table, table.first, len(covered))
    right = evaluation.survey.matches.right
    several = evaluation.relations.merged > 1
    results = np.where(right, np.where(several, "merging", "right"), "false")
    return _rows(results.tolist(), covered, best)


def reference_values(evaluation: Evaluation) -> list[dict]:
    """The same of each landslide of the reference; one that is found is right."""
    table = evaluation.on_landslides
    covered = table.second_covered / table.second_areas
    best = best_iou(table, table.second, len(covered))
    is_found = evaluation.survey.matches.found
    results = np.where(is_found, "right", "missed")
    return _rows(results.tolist(), covered, best)


def rows_by_layer(
    evaluation: Evaluation, candidates: Sequence, references: Sequence
) -> dict[str, list[tuple[bytes, dict]]]:
    """(WKB, values) of the layers hits, missed and false, from those of the candidates and
    of the landslides that were evaluated.
    """
    layers = {}
    ours = candidate_values(evaluation), reference_values(evaluation)
    all_rows = {
        "candidates": _with_values(candidates, evaluation.candidates.places, ours[0]),
        "reference": _with_values(references, evaluation.references.places, ours[1]),
    }
    for name, (source, results) in LAYERS.items():
        rows = all_rows[source]
        layers[name] = [row for row in rows if row[1]["ev_result"] in results]
    return layers


def _with_values(
    rows: Sequence, places: np.ndarray, ours: Sequence[dict]
) -> list[tuple[bytes, dict]]:
    """Those that count, with what the evaluation says of each."""
    rows_with_values = []
    for place, own in zip(places.tolist(), ours):
        wkb, values = rows[place]
        rows_with_values.append((wkb, {**values, **own}))
    return rows_with_values


def _rows(results: list[str], covered: np.ndarray, best: np.ndarray) -> list[dict]:
    columns = zip(results, covered.round(4).tolist(), best.round(4).tolist())
    names = [field.name for field in EVALUATION_FIELDS]
    return [dict(zip(names, row)) for row in columns]
