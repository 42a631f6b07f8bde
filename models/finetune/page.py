# SPDX-License-Identifier: GPL-2.0-or-later
"""A fine-tuning as one HTML page: no script, no network, all pictures inside."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..evaluation.intervals import MIN_BLOCKS, Interval
from ..inventory.language import Language
from ..inventory.markup import template
from ..inventory.report.contents import KeyNumber, ReportTable
from ..inventory.report.figures import Figure
from . import charts
from .job import Tuned
from .labels import LOOK_ALIKE, UNDECIDED, of_kind
from .objects import ObjectChange
from .previews import Preview, previews
from .shift import FEWEST, Shift
from .stages import RECALIBRATE
from .verdict import PixelScores

FEW_LANDSLIDES = 30
FEW_SQUARES = 30
NO_INTERVAL = Interval(math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class TuneReport:
    """What the page tells; `file` is the name of the model file, `moment` that of its
    making in UTC.
    """

    tuned: Tuned
    change: ObjectChange
    places: Sequence[Preview]
    file: str
    moment: datetime

    @classmethod
    def of(
        cls, tuned: Tuned, change: ObjectChange, file: str, moment: datetime
    ) -> TuneReport:
        """With the places to look at, read from images and probability rasters, which
        must still be there.
        """
        return cls(tuned, change, tuple(previews(tuned, change)), file, moment)

    @property
    def is_taught(self) -> bool:
        """Whether a network learned, and not the threshold alone was chosen anew."""
        return self.tuned.model is not None

    @property
    def before(self) -> PixelScores:
        """Of the base by ground: where the threshold alone is new, at its own one, for
        which there is no interval.
        """
        verdict = self.tuned.verdict
        if self.is_taught:
            return verdict.base
        own = verdict.counts[0].at(self.tuned.job.base.contract.threshold)
        scores = (own.precision, own.recall, own.f1, own.iou)
        return PixelScores(
            *(Interval(score, math.nan, math.nan) for score in scores),
            verdict.base.average_precision,
        )

    @property
    def after(self) -> PixelScores:
        """Of what came of it."""
        return self.tuned.verdict.tuned


def page(report: TuneReport, language: str = "en") -> str:
    """The whole page in a language (its code), well-formed as XML too."""
    reader = Language.of(language)
    job = report.tuned.job
    values = {
        "language": reader,
        "report": report,
        "made": reader(
            "ft_made",
            images=reader.listed(job.names),
            base=job.base.model_id,
            made=reader.moment(report.moment),
        ),
        "sentence": verdict_sentence(report, reader),
        "keys": key_numbers(report, reader),
        "remarks": remarks(report, reader),
        "judged": judged(report, reader),
        "ground": ground_table(report, reader),
        "objects": object_table(report.change, reader),
        "figures": figures(report, reader),
        "changes": changes(report.change, reader),
        "places": places(report.places, reader),
        "labels": label_table(report, reader),
        "model": model_table(report, reader),
        "limits": limits(report, reader),
    }
    return template("finetune.html").render(values)


def verdict_sentence(report: TuneReport, language: Language) -> str:
    """The one plain sentence: better, worse, not shown to be better, or the threshold
    alone.
    """
    verdict = report.tuned.verdict
    if not report.is_taught:
        return threshold_sentence(report, language)
    scores = ("iou", verdict.iou_gain)
    ranked = ("average_precision", verdict.average_precision_gain)
    key = "ft_not_shown"
    if verdict.is_better:
        key = "ft_better"
        if verdict.iou_gain.low <= 0:
            key = "ft_better_ranked"
            scores = ranked
    elif verdict.is_worse:
        key = "ft_worse"
        if verdict.iou_gain.high >= 0:
            key = "ft_worse_ranked"
            scores = ranked
    elif not math.isfinite(verdict.iou_gain.low):
        key = "ft_no_interval"
    name, gain = scores
    return language(
        key,
        before=_score(getattr(verdict.base, name).value, language),
        after=_score(getattr(verdict.tuned, name).value, language),
        gain=_signed(gain.value, language),
        low=_signed(gain.low, language),
        high=_signed(gain.high, language),
    )


def threshold_sentence(report: TuneReport, language: Language) -> str:
    """Where no network learned."""
    tuned = report.tuned
    return language(
        "ft_threshold_only",
        threshold=language.number(tuned.contract.threshold, "g"),
        own=language.number(tuned.job.base.contract.threshold, "g"),
        n=len(tuned.job.landslides),
        before=_score(report.before.iou.value, language),
        after=_score(report.after.iou.value, language),
    )


def key_numbers(report: TuneReport, language: Language) -> list[KeyNumber]:
    """What everybody asks for first, before and after."""
    before = report.change.before
    after = report.change.after
    pairs = [
        ("ev_iou", _score, report.before.iou.value, report.after.iou.value),
        (
            "ft_ap",
            _score,
            report.before.average_precision.value,
            report.after.average_precision.value,
        ),
        ("ft_found", _count, int(before.is_found.sum()), int(after.is_found.sum())),
        (
            "ft_false_km2",
            _density,
            before.false_per_km2.value,
            after.false_per_km2.value,
        ),
    ]
    numbers = []
    for label, form, first, second in pairs:
        values = {"before": form(first, language), "after": form(second, language)}
        numbers.append(KeyNumber(language("ft_arrow", **values), "", language(label)))
    return numbers


def remarks(report: TuneReport, language: Language) -> list[str]:
    """What a reader must know before the numbers are used."""
    tuned = report.tuned
    sentences = []
    landslides = len(report.change.landslides)
    if landslides < FEW_LANDSLIDES:
        sentences.append(language("ft_few_landslides", n=landslides))
    if MIN_BLOCKS <= tuned.verdict.squares < FEW_SQUARES:
        sentences.append(language("ft_few_squares", n=tuned.verdict.squares))
    shift = tuned.shift
    if shift is not None and shift.is_sure:
        sentences.append(
            language(
                "ft_shifted",
                length=language.number(shift.length, ".0f"),
                value=shift_text(shift, language),
            )
        )
    return sentences


def judged(report: TuneReport, language: Language) -> list[str]:
    """How scores came about."""
    key = "ft_judged_threshold"
    if report.is_taught:
        key = "ft_judged_folds"
    tuned = report.tuned
    cuts = (report.change.before.thresholds, report.change.after.thresholds)
    before, after = (language.number(cut.threshold, "g") for cut in cuts)
    return [
        language(key, n=tuned.folds.count, squares=tuned.verdict.squares),
        language("ft_judged_outlines", before=before, after=after),
    ]


def ground_table(report: TuneReport, language: Language) -> ReportTable:
    """Scores by pixel."""
    verdict = report.tuned.verdict
    gains = {"iou": NO_INTERVAL, "average_precision": NO_INTERVAL}
    if report.is_taught:
        gains["iou"] = verdict.iou_gain
        gains["average_precision"] = verdict.average_precision_gain
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
        rows.append(_row(label, before, after, gain, _score, language))
    return ReportTable(_head(language), rows, kind="short")


def object_table(change: ObjectChange, language: Language) -> ReportTable:
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
        _row("ev_recall", *recalls, change.recall_gain, _score, language),
        _counted("ft_right", right, total, language),
        _row("ev_precision", *precisions, change.precision_gain, _score, language),
        _row("ft_false_km2", *densities, change.false_gain, _density, language),
    ]
    return ReportTable(_head(language), rows, kind="short")


def _head(language: Language) -> list[str]:
    interval = language("ev_interval")
    names = map(language, ("ft_before", "ft_after", "ft_gain"))
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


def figures(report: TuneReport, language: Language) -> list[Figure]:
    """Curves over all thresholds, and over the steps where a network learned."""
    verdict = report.tuned.verdict
    both = charts.base_and_tuned(verdict.counts, verdict.thresholds, language)
    before = _score(verdict.counts[0].average_precision(), language)
    after = _score(verdict.counts[1].average_precision(), language)
    note = language("ft_curve_note", before=before, after=after)
    if not report.is_taught:
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


def steps_taken(tuned: Tuned) -> int | None:
    """Of the network for use, which sees all ground and has no score; None: none
    learned.
    """
    steps = [lap["step"] for lap in tuned.laps if lap["average_precision"] is None]
    return max(steps, default=None)


def changes(change: ObjectChange, language: Language) -> list[str]:
    """What was gained and lost, in sentences."""
    sentences = [
        language(
            "ft_changes_landslides",
            n=len(change.landslides),
            gained=len(change.gained()),
            lost=len(change.lost()),
            missed=change.after.missed,
        )
    ]
    if change.changes is None:
        return [*sentences, language("ft_changes_none")]
    later = change.changes.later
    false = change.false()
    new = sum(values["cmp_change"] == "gained" for _, values in false)
    words = ("same", "changed", "gained")
    return [
        *sentences,
        language(
            "ft_changes_candidates",
            n=len(later),
            **{word: int((later == word).sum()) for word in words},
            lost=int((change.changes.earlier == "lost").sum()),
            false=len(false),
            new=new,
        ),
    ]


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
        (language("ft_unsearched"), unsearched),
    ]
    cells = [[label, language.number(number)] for label, number in rows]
    cells.append([language("ft_shift"), shift_cell(report.tuned.shift, language)])
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
    rows = [
        ("ft_path", report.file),
        ("ft_name", f"{contract.name} {contract.version}"),
        ("ft_threshold", threshold),
        ("ft_base", job.base.model_id),
        ("ft_base_taught", job.base.contract.trained_on or language("none")),
        ("ft_learned", language(f"ft_learned_{learned}")),
    ]
    taken = steps_taken(tuned)
    if learned != RECALIBRATE and taken is not None:
        most = max(lap["steps"] for lap in tuned.laps)
        steps = language("ft_steps_value", n=taken, most=most)
        rows.append(("ft_taught_steps", steps))
        rows.append(("ft_seed_number", str(job.seed)))
    cells = [[language(key), text] for key, text in rows]
    return ReportTable((), cells, texts=(0, 1), kind="facts")


def limits(report: TuneReport, language: Language) -> list[str]:
    """What the numbers cannot say."""
    keys = ["ft_limit_images", "ft_limit_seen", "ft_limit_outlines"]
    if report.is_taught:
        keys.insert(0, "ft_limit_file")
    return [language(key) for key in keys]


def _score(value: float, language: Language) -> str:
    if math.isfinite(value):
        return language.number(value, ".3f")
    return language("none")


def _signed(value: float, language: Language) -> str:
    if math.isfinite(value):
        return language.number(value, "+.3f").replace("-", "−")
    return language("none")


def _density(value: float, language: Language) -> str:
    if math.isfinite(value):
        return language.significant(value, 2)
    return language("none")


def _metres(value: float, language: Language) -> str:
    return language.number(value, ".0f").replace("-", "−")


def _count(value: int, language: Language) -> str:
    return language.number(value)
