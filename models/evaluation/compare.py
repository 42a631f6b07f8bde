# SPDX-License-Identifier: GPL-2.0-or-later
"""Two runs, models or editions of an inventory beside each other: what was gained, lost,
changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import MrifeError
from ..geo.crs import Crs
from ..geo.overlay import Surface, bounding_rectangle, joined, overlay
from ..geo.reproject import into
from ..inventory.schema import Choices, Field
from ..watch import Watch, unwatched
from .evaluate import REACH, plane_around
from .matching import SURVEY_SHARE, best_iou

SAME_IOU = 0.8  # from which on two outlines are one

CHANGE = Choices(
    "change_of_run",
    (
        ("same", "same"),
        ("changed", "changed"),
        ("gained", "gained"),
        ("lost", "lost"),
    ),
)
COMPARISON_FIELDS = (
    Field(
        "cmp_change",
        "text",
        8,
        "",
        "What the later run made of it",
        "Change",
        CHANGE,
    ),
    Field(
        "cmp_iou",
        "real",
        0,
        "",
        "Highest intersection over union with a polygon of the other run",
        "Best IoU of the runs",
    ),
)


@dataclass(frozen=True)
class Comparison:
    """Of each polygon of the earlier run (n,) and of the later one (m,) what became of
    it, by the words of CHANGE, the best IoU and the area in square metres. Places are
    those of what was given; polygons without an area are left out.
    """

    earlier: np.ndarray  # (n,) same, changed or lost
    later: np.ndarray  # (m,) same, changed or gained
    earlier_iou: np.ndarray
    later_iou: np.ndarray
    earlier_m2: np.ndarray
    later_m2: np.ndarray
    earlier_places: np.ndarray
    later_places: np.ndarray


def compare(
    earlier: Sequence[bytes],
    later: Sequence[bytes],
    crs: Crs,
    watch: Watch = unwatched,
) -> Comparison:
    """Polygons (WKB in one system) of two runs.

    A polygon is lost, or gained, where the other run covers less than half of it; the
    same where one of the other run has an IoU of SAME_IOU with it. Raises MrifeError
    where both are empty.
    """
    ground = joined(bounding_rectangle(watch([*earlier, *later])))
    if ground is None:
        raise MrifeError(
            "Neither layer holds a polygon with an area; choose the candidates of two "
            "runs."
        )
    plane = plane_around(ground.bounds, crs)
    first, first_places = _laid_on(plane, earlier, crs, watch)
    second, second_places = _laid_on(plane, later, crs, watch)
    table = overlay(first, second, watch)
    first_iou = best_iou(table, table.first, len(first))
    second_iou = best_iou(table, table.second, len(second))
    return Comparison(
        _words(table.first_covered, table.first_areas, first_iou, "lost"),
        _words(table.second_covered, table.second_areas, second_iou, "gained"),
        first_iou,
        second_iou,
        table.first_areas,
        table.second_areas,
        first_places,
        second_places,
    )


def _laid_on(
    plane: Crs, polygons: Sequence[bytes], crs: Crs, watch: Watch
) -> tuple[list[Surface], np.ndarray]:
    """(polygons on the plane, the place of each in what was given)."""
    shapes = []
    places = []
    for place, polygon in enumerate(watch(polygons)):
        for shape in into([polygon], crs, REACH, plane):
            shapes.append(shape)
            places.append(place)
    return shapes, np.array(places, int)


def _words(
    covered: np.ndarray, areas: np.ndarray, best: np.ndarray, alone: str
) -> np.ndarray:
    """By polygon: same, changed, or the word for what stands alone."""
    words = np.where(best >= SAME_IOU, "same", "changed").astype(object)
    words[covered < SURVEY_SHARE * areas] = alone
    return words


def changed_rows(
    comparison: Comparison, earlier: Sequence, later: Sequence
) -> Iterator[tuple[bytes, dict]]:
    """(WKB, values) of the later run, then of what it lost, with what became of each; from
    those that were compared. The rank of what is lost is of another order, and goes.
    """
    yield from _with_change(
        later, comparison.later_places, comparison.later, comparison.later_iou
    )
    lost = comparison.earlier == "lost"
    for wkb, values in _with_change(
        earlier,
        comparison.earlier_places[lost],
        comparison.earlier[lost],
        comparison.earlier_iou[lost],
    ):
        yield wkb, {**values, "rev_rank": None}


def _with_change(
    rows: Sequence, places: np.ndarray, changes: np.ndarray, best: np.ndarray
) -> Iterator[tuple[bytes, dict]]:
    for place, change, value in zip(places.tolist(), changes, best.tolist()):
        wkb, values = rows[place]
        yield wkb, {**values, "cmp_change": change, "cmp_iou": round(value, 4)}


def figures_of(comparison: Comparison) -> dict[str, float]:
    """How many polygons became what, and their areas, by name."""
    gained = comparison.later == "gained"
    lost = comparison.earlier == "lost"
    return {
        "same": int((comparison.later == "same").sum()),
        "changed": int((comparison.later == "changed").sum()),
        "gained": int(gained.sum()),
        "lost": int(lost.sum()),
        "gained_m2": float(comparison.later_m2[gained].sum()),
        "lost_m2": float(comparison.earlier_m2[lost].sum()),
    }
