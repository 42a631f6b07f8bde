# SPDX-License-Identifier: GPL-2.0-or-later
"""The tables of the page of a fine-tuning."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from ..contract import band_word
from ..errors import listed
from ..evaluation.cells import density, score
from ..evaluation.intervals import Interval
from ..inventory.language import Language
from ..inventory.report.contents import ReportTable
from .labels import LOOK_ALIKE, UNDECIDED, of_kind
from .object_change import ObjectChange
from .prepare import TuneJob
from .shift import FEWEST, Shift
from .stages import RECALIBRATE
from .tune_report import TuneReport
from .tuned import Tuned

NO_INTERVAL = Interval(math.nan, math.nan, math.nan)


def ground_table(report: TuneReport, language: Language) -> ReportTable:
    """Scores by pixel."""
    tuned = report.tuned
    gains = {"iou": tuned.iou_gain, "average_precision": NO_INTERVAL}
    if report.is_taught:
        gains["average_precision"] = tuned.verdict.average_precision_gain
    rows = []
    for label, name in (
        ("ev_iou", "iou"),
        ("ft_ap", "average_precision"),
        ("ev_precision", "precision"),
        ("ev_recall", "recall"),
        ("ev_f1", "f1"),
    ):
        before = getattr(report.before, name)
        after = getattr(report.after, name)
        gain = gains.get(name, NO_INTERVAL)
        gain = gain._replace(value=after.value - before.value)
        rows.append(_row(label, before, after, gain, score, language))
    return ReportTable(_head(language, report.has_base), rows, kind="short")


def object_table(
    change: ObjectChange, language: Language, has_base: bool = True
) -> ReportTable:
    """Scores by landslide and candidate."""
    both = (change.before, change.after)
    surveys = [each.evaluation.survey for each in both]
    found = [int(each.is_found.sum()) for each in both]
    right = [each.right for each in both]
    total = [each.right + each.false for each in both]
    recalls = [survey.recall for survey in surveys]
    precisions = [survey.precision for survey in surveys]
    densities = [each.false_per_km2 for each in both]
    landslides = [len(change.landslides)] * 2
    rows = [
        _counted("ev_found", found, landslides, language),
        _row("ev_recall", *recalls, change.recall_gain, score, language),
        _counted("ft_right", right, total, language),
        _row("ev_precision", *precisions, change.precision_gain, score, language),
        _row("ft_false_km2", *densities, change.false_gain, density, language),
    ]
    return ReportTable(_head(language, has_base), rows, kind="short")


def _head(language: Language, has_base: bool) -> list[str]:
    interval = language("ev_interval")
    first = "ft_before" if has_base else "ft_no_model"
    names = map(language, (first, "ft_after", "ft_gain"))
    return ["", *(cell for name in names for cell in (name, interval))]


def _counted(
    label: str, numbers: Sequence[int], totals: Sequence[int], language: Language
) -> list[str]:
    """Counts of a whole, before and after."""
    before, after = (f"{n} / {total}" for n, total in zip(numbers, totals))
    gain = language.number(numbers[1] - numbers[0], "+").replace("-", "−")
    return [language(label), before, "", after, "", gain, ""]


def _row(
    label: str,
    before: Interval,
    after: Interval,
    gain: Interval,
    form: Callable[[float, Language], str],
    language: Language,
) -> list[str]:
    """A score as `form` writes numbers."""

    def signed(value: float, language: Language) -> str:
        sign = ""
        if value > 0:
            sign = "+"
        elif value < 0:
            sign = "−"
        return sign + form(abs(value), language)

    cells = []
    for interval, write in ((before, form), (after, form), (gain, signed)):
        ends = language("none")
        if math.isfinite(interval.low):
            low = write(interval.low, language)
            ends = language("ft_to", low=low, high=write(interval.high, language))
        cells += [write(interval.value, language), ends]
    return [language(label), *cells]


def label_table(report: TuneReport, language: Language) -> ReportTable:
    """What was found in the polygons before anything was learned."""
    job = report.tuned.job
    count = job.count
    unsearched = len(job.landslides) - len(report.change.landslides)
    rows = [
        (language("ft_given"), count.given),
        (language("ft_landslides"), len(job.landslides)),
        (language("ft_look_alikes"), len(of_kind(job.labels, LOOK_ALIKE))),
        (language("ft_undecided"), len(of_kind(job.labels, UNDECIDED))),
        (language("ft_without_area"), count.without_area),
        (language("ft_mended"), count.mended),
        (language("ft_duplicates"), count.duplicates),
        (language("ft_outside"), count.outside),
        (
            language("ft_small", least=language.number(count.least_m2, ",.0f")),
            count.small,
        ),
        (language("ft_unsure"), count.unsure),
        (language("ft_unsearched"), unsearched),
    ]
    cells = [[label, language.number(number)] for label, number in rows]
    shift = language("ft_shift_no_base")
    if report.has_base:
        shift = shift_cell(report.tuned.shift, language)
    cells.append([language("ft_shift"), shift])
    return ReportTable((), cells, texts=(0, 1), kind="facts")


def shift_cell(shift: Shift | None, language: Language) -> str:
    """How far the image lies beside the outlines, and whether that is more than chance."""
    if shift is None:
        return language("ft_shift_unknown", least=FEWEST)
    value = shift_text(shift, language)
    if shift.is_sure:
        return value
    return language("ft_shift_chance", value=value)


def shift_text(shift: Shift, language: Language) -> str:
    """Metres with their spread."""
    return language(
        "ft_shift_value",
        east=_metres(shift.east, language),
        north=_metres(shift.north, language),
        spread=_metres(shift.spread, language),
        n=shift.polygons,
    )


def model_table(report: TuneReport, language: Language) -> ReportTable:
    """What the file is."""
    tuned = report.tuned
    job = tuned.job
    contract = tuned.contract
    learned = job.stage.learn
    threshold = language(
        "ft_threshold_value",
        threshold=language.number(contract.threshold, "g"),
        seed=language.number(contract.seed, "g"),
    )
    bands = language.sentence(listed([band_word(name) for name in contract.bands]))
    rows = [
        ("ft_path", report.file),
        ("ft_name", f"{contract.name} {contract.version}"),
        ("ft_bands", bands),
        ("ft_threshold", threshold),
        ("ft_base", base_name(job, language)),
        ("ft_base_taught", job.base.contract.trained_on or language("none")),
        ("ft_learned", language(f"ft_learned_{learned}")),
    ]
    count = steps_taken(tuned)
    if learned != RECALIBRATE and count is not None:
        most = max(lap["steps"] for lap in tuned.laps)
        steps = language("ft_steps_value", n=count, most=most)
        rows.append(("ft_taught_steps", steps))
        rows.append(("ft_seed_number", str(job.seed)))
    cells = [[language(key), text] for key, text in rows]
    return ReportTable((), cells, texts=(0, 1), kind="facts")


def base_name(job: TuneJob, language: Language) -> str:
    """What inventories cite of the base, or that there is none."""
    if job.has_base:
        return job.base.model_id
    return language("ft_no_base")


def steps_taken(tuned: Tuned) -> int | None:
    """Of the network for use, which sees all ground and has no score; None: none
    learned.
    """
    steps = [lap["step"] for lap in tuned.laps if lap["average_precision"] is None]
    return max(steps, default=None)


def _metres(value: float, language: Language) -> str:
    return language.number(value, ".0f").replace("-", "−")
