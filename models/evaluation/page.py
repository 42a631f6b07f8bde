# SPDX-License-Identifier: GPL-2.0-or-later
"""An evaluation as one HTML page: no script, no network, all drawings inside."""

from __future__ import annotations

import math
from collections.abc import Callable

from ..geo.geodesic import HECTARE
from ..inventory.language import Language
from ..inventory.markup import template
from ..inventory.report.charts import Figure
from ..inventory.report.contents import KeyNumber, ReportTable
from . import charts
from .cells import density, percent, score
from .intervals import MIN_BLOCKS, Interval
from .pixel_metrics import ConfusionCounts
from .ranking import Cut, Ranking
from .raster import WHOLE
from .result import Result

FEW_LANDSLIDES = 30  # a recall of 0.6 has an interval of about 0.42 to 0.75 there


def page(result: Result, language: str = "en") -> str:
    """The whole page in a language (its code), well-formed as XML too."""
    reader = Language.of(language)
    values = {
        "language": reader,
        "result": result,
        "keys": key_numbers(result, reader),
        "remarks": remarks(result, reader),
        "ground": ground_table(result, reader),
        "objects": object_table(result, reader),
        "notes": object_notes(result, reader),
        "sizes": size_table(result, reader),
        "thresholds": threshold_table(result, reader),
        "figures": figures(result, reader),
        "rules": [reader(f"ev_rule_{rule}") for rule in ("strict", "survey", "audit")],
    }
    return template("evaluation.html").render(values)


def key_numbers(result: Result, language: Language) -> list[KeyNumber]:
    """What everybody asks for first."""
    evaluation = result.evaluation
    survey = evaluation.survey
    found_count = int(survey.matches.found.sum())
    keys = [
        (f"{found_count} / {len(survey.matches.found)}", "", "ev_found"),
        (percent(survey.precision.value, language), "%", "ev_right_candidates"),
        (score(evaluation.areas.iou.value, language), "", "ev_iou"),
        (density(evaluation.false_per_100_km2.value, language), "", "ev_false_density"),
    ]
    if result.effort is not None:
        keys.append((language.significant(result.effort, 2), "", "ev_effort"))
    return [KeyNumber(value, unit, language(label)) for value, unit, label in keys]


def remarks(result: Result, language: Language) -> list[str]:
    """What a reader must know before the numbers are used."""
    sentences = []
    evaluation = result.evaluation
    references = len(evaluation.references.objects)
    if result.is_bounding_box:
        sentences.append(language("ev_no_area"))
    if not references:
        sentences.append(language("ev_no_reference"))
    elif references < FEW_LANDSLIDES:
        sentences.append(language("ev_few", n=references))
    if 0 < references < MIN_BLOCKS:
        sentences.append(language("ev_fewest", n=MIN_BLOCKS))
    if evaluation.blocks < MIN_BLOCKS:
        sentences.append(language("ev_no_interval"))
    if result.searched is not None and result.searched < WHOLE:
        share = percent(result.searched, language)
        sentences.append(language("ev_searched", share=share))
        if evaluation.searched < 1:
            sentences.append(language("ev_false_searched"))
    return sentences


def ground_table(result: Result, language: Language) -> ReportTable:
    """Scores by ground, with their intervals."""
    areas = result.evaluation.areas
    head = ["", language("ev_value"), language("ev_interval")]
    rows = []
    for label, interval in (
        ("ev_iou", areas.iou),
        ("ev_precision", areas.precision),
        ("ev_recall", areas.recall),
        ("ev_f1", areas.f1),
        ("ev_false_share", areas.false_share),
    ):
        rows.append([language(label), *_with_interval(interval, language)])
    for label, square_metres in (
        ("ev_ground_ha", areas.ground_m2),
        ("ev_reference_ha", areas.reference_m2),
        ("ev_candidate_ha", areas.candidate_m2),
        ("ev_both_ha", areas.both_m2),
    ):
        hectares = language.number(square_metres / HECTARE, ",.2f")
        rows.append([language(label), hectares, ""])
    return ReportTable(head, rows, kind="short")


def object_table(result: Result, language: Language) -> ReportTable:
    """The rules side by side."""
    head = [
        language("ev_rule"),
        language("ev_found"),
        language("ev_recall"),
        language("ev_interval"),
        language("ev_right"),
        language("ev_precision"),
        language("ev_interval"),
        language("ev_f1"),
        language("ev_interval"),
    ]
    rows = []
    for scores in result.evaluation.rules:
        matches = scores.matches
        rows.append(
            [
                language(f"ev_name_{matches.rule}"),
                f"{int(matches.found.sum())} / {len(matches.found)}",
                *_with_interval(scores.recall, language),
                f"{int(matches.right.sum())} / {len(matches.right)}",
                *_with_interval(scores.precision, language),
                *_with_interval(scores.f1, language),
            ]
        )
    return ReportTable(head, rows, kind="short")


def object_notes(result: Result, language: Language) -> list[str]:
    """Pieces, merged landslides, distance of outlines."""
    evaluation = result.evaluation
    relations = evaluation.relations
    sentences = [
        language(
            "ev_relations",
            fragmented=evaluation.found_in_pieces,
            merging=int((relations.merged > 1).sum()),
        )
    ]
    boundary = evaluation.boundary
    if boundary:
        sentences.append(
            language(
                "ev_boundary",
                n=boundary.pairs,
                median=language.significant(boundary.median, 2),
                high=language.significant(boundary.percentile_90, 2),
            )
        )
    value, ends = _with_interval(evaluation.false_per_100_km2, language, density)
    sentences.append(language("ev_density_note", value=value, ends=ends))
    return sentences


def size_table(result: Result, language: Language) -> ReportTable:
    """By class of size, each landslide and each candidate in that of its own area."""
    names = ("ev_size", "ev_found", "ev_recall", "ev_right", "ev_precision")
    rows = []
    for size in result.evaluation.sizes:
        rows.append(
            [
                _size_name(size.low, size.high),
                f"{size.found} / {size.references}",
                _share(size.found, size.references, language),
                f"{size.right} / {size.candidates}",
                _share(size.right, size.candidates, language),
            ]
        )
    return ReportTable([language(name) for name in names], rows, kind="short")


def threshold_table(result: Result, language: Language) -> ReportTable | None:
    """Recommended thresholds; None where nothing has a threshold."""
    recommended = result.recommendations
    if not recommended:
        return None
    labels = (
        "ev_purpose",
        "ev_scale",
        "ev_threshold",
        "ev_precision",
        "ev_recall",
        "ev_f1",
        "ev_left",
    )
    rows = []
    for purpose, scale, cut in recommended:
        count = language.number(result.per_100_km2, ",.0f")
        label = language(f"ev_purpose_{purpose}", n=count)
        cells = [language("none")] * 5
        if cut is not None:
            cells = _cells(cut, language)
        rows.append([label, language(f"ev_scale_{scale}"), *cells])
    return ReportTable(
        [language(label) for label in labels], rows, texts=(0, 1), kind="short"
    )


def _cells(cut: Cut, language: Language) -> list[str]:
    count = language("none")
    if cut.count:
        count = language.number(cut.count)
    scores = (cut.precision, cut.recall, cut.f1)
    threshold = language.number(cut.threshold, ".3f")
    return [threshold, *(score(value, language) for value in scores), count]


def figures(result: Result, language: Language) -> list[list[Figure]]:
    """Pairs of figures: pixels, then polygons."""
    pairs = []
    pixels = result.pixels
    if pixels is not None and pixels.slide.any():
        marks = _marks(result, "probability", language)
        pairs.append(_pixel_figures(pixels, marks, language))
    ranking = result.evaluation.ranking
    if ranking is not None:
        marks = _marks(result, "confidence", language)
        pairs.append(_polygon_figures(ranking, marks, language))
    return pairs


def _marks(result: Result, scale: str, language: Language) -> list[tuple[Cut, str]]:
    """Recommended thresholds on a curve, with their words."""
    word = language("ev_threshold")
    return [
        (each.cut, f"{word} {language.number(each.cut.threshold, '.2f')}")
        for each in result.recommendations
        if each.scale == scale and each.purpose != "count" and each.cut is not None
    ]


def _pixel_figures(
    pixels: ConfusionCounts, marks: list[tuple[Cut, str]], language: Language
) -> list[Figure]:
    precision, recall, _, _ = pixels.curve()
    curve = charts.precision_recall(recall, precision, marks, language)
    note = language("ev_ap", value=language.number(pixels.average_precision(), ".3f"))
    bins = charts.pixel_bins(pixels)
    error = pixels.calibration_error()
    return [
        Figure(language("ev_pixels"), curve, (note,)),
        _trust(bins, error, "ev_scale_probability", language),
    ]


def _polygon_figures(
    ranking: Ranking, marks: list[tuple[Cut, str]], language: Language
) -> list[Figure]:
    curve = charts.precision_recall(ranking.recall, ranking.precision, marks, language)
    pair = [Figure(language("ev_polygons"), curve, (language("ev_by_survey"),))]
    trust = ranking.reliability
    if trust:
        error = trust.calibration_error
        pair.append(_trust(trust.bins, error, "ev_scale_confidence", language))
    return pair


def _trust(
    bins: list[tuple[float, float, int]], error: float, scale: str, language: Language
) -> Figure:
    """Whether what is stated on a scale (key of its words) means what it says."""
    drawing = charts.reliability_chart(bins, language(scale), language)
    note = language("ev_error", value=language.number(error, ".3f"))
    return Figure(language("ev_reliability"), drawing, (note,))


def _with_interval(
    interval: Interval, language: Language, write: Callable = score
) -> list[str]:
    ends = language("none")
    if math.isfinite(interval.low):
        ends = f"{write(interval.low, language)} – {write(interval.high, language)}"
    return [write(interval.value, language), ends]


def _share(part: int, whole: int, language: Language) -> str:
    if whole:
        return language.number(part / whole, ".2f")
    return language("none")


def _size_name(low: float, high: float) -> str:
    if math.isinf(high):
        return f"≥ {low:g}"
    if not low:
        return f"< {high:g}"
    return f"{low:g} – {high:g}"
