# SPDX-License-Identifier: GPL-2.0-or-later
"""The figures of the page of a fine-tuning with their captions: curves over thresholds and
steps, and places to look at.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..evaluation.cells import score
from ..inventory.language import Language
from ..inventory.report.charts import Figure
from . import charts
from .previews import Preview
from .tables import steps_taken
from .tune_report import TuneReport


def figures(report: TuneReport, language: Language) -> list[Figure]:
    """Curves over all thresholds, and over the steps where a network learned."""
    verdict = report.tuned.verdict
    both = charts.base_and_tuned(verdict.counts, verdict.thresholds, language)
    before = score(verdict.counts[0].average_precision(), language)
    after = score(verdict.counts[1].average_precision(), language)
    note = language("ft_curve_note", before=before, after=after)
    if not report.has_base:
        both = both[1:]
        note = language("ft_curve_one", before=after)
    elif not report.is_taught:
        both = both[:1]
        note = language("ft_curve_one", before=before)
    drawing = charts.curves_chart(both, language)
    pair = [Figure(language("ft_curve"), drawing, (note,))]
    runs = runs_of(report.tuned.laps, language)
    if runs:
        stop = steps_taken(report.tuned)
        drawing = charts.learning_chart(runs, stop, language)
        note = language("ft_learning_note")
        pair.append(Figure(language("ft_learning"), drawing, (note,)))
    return pair


def runs_of(laps: Sequence[dict], language: Language) -> dict[str, list[dict]]:
    """Scored laps by the name of their run."""
    by_run: dict[str, list[dict]] = {}
    for lap in laps:
        if lap["average_precision"] is not None:
            by_run.setdefault(lap["run"], []).append(lap)
    return {
        language("ft_stretch", n=number): own
        for number, own in enumerate(by_run.values(), 1)
    }


def places(shown: Sequence[Preview], language: Language) -> list[list[Figure]]:
    """Pairs of places to look at."""
    made = []
    for number, preview in enumerate(shown):
        metres = language.number(preview.metres, ",.0f")
        note = language("ft_place", raster=preview.raster, metres=metres)
        title = language(f"ft_place_{preview.kind}")
        drawing = charts.place_drawing(preview, number, language)
        made.append(Figure(title, drawing, (note,)))
    return [made[first : first + 2] for first in range(0, len(made), 2)]
