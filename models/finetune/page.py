# SPDX-License-Identifier: GPL-2.0-or-later
"""A fine-tuning as one HTML page: no script, no network, all pictures inside."""

from __future__ import annotations

import math

from ..evaluation.cells import density, score
from ..evaluation.intervals import MIN_BLOCKS
from ..evaluation.page import FEW_LANDSLIDES
from ..inventory.language import Language
from ..inventory.markup import template
from ..inventory.report.contents import KeyNumber
from .figures import figures, places
from .object_change import ObjectChange
from .objects import lacks_confidence
from .stages import FEWEST_TO_TEACH
from .tables import (
    base_name,
    ground_table,
    label_table,
    model_table,
    object_table,
    shift_text,
)
from .tune_report import TuneReport

FEW_SQUARES = 30


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
            base=base_name(job, reader),
            made=reader.moment(report.moment),
        ),
        "sentence": verdict_sentence(report, reader),
        "keys": key_numbers(report, reader),
        "remarks": remarks(report, reader),
        "judged": judged(report, reader),
        "ground": ground_table(report, reader),
        "objects": object_table(report.change, reader, report.has_base),
        "figures": figures(report, reader),
        "changes": changes(report.change, reader, report.has_base),
        "places": places(report.places, reader),
        "labels": label_table(report, reader),
        "model": model_table(report, reader),
        "limits": limits(report, reader),
    }
    return template("finetune.html").render(values)


# by average precision instead of IoU
RANKED = {"ft_better": "ft_better_ranked", "ft_worse": "ft_worse_ranked"}
# beside painting everything
WITHOUT_BASE = {
    "ft_better": "ft_new_better",
    "ft_better_ranked": "ft_new_better_ranked",
    "ft_worse": "ft_new_not_shown",
    "ft_worse_ranked": "ft_new_not_shown",
    "ft_not_shown": "ft_new_not_shown",
    "ft_no_interval": "ft_new_no_interval",
}


def verdict_sentence(report: TuneReport, language: Language) -> str:
    """The one plain sentence: better, worse, not shown to be better, or the threshold
    alone.
    """
    verdict = report.tuned.verdict
    if not report.is_taught:
        return threshold_sentence(report, language)
    name, gain = verdict.deciding
    key = "ft_not_shown"
    if verdict.is_better:
        key = "ft_better"
    elif verdict.is_worse:
        key = "ft_worse"
    elif not math.isfinite(gain.low):
        key = "ft_no_interval"
    if name != "iou":
        key = RANKED[key]
    if not report.has_base:
        key = WITHOUT_BASE[key]
    return language(
        key,
        before=score(getattr(verdict.base, name).value, language),
        after=score(getattr(verdict.tuned, name).value, language),
        gain=_signed(gain.value, language),
        low=_signed(gain.low, language),
        high=_signed(gain.high, language),
    )


def threshold_sentence(report: TuneReport, language: Language) -> str:
    """Where no network learned."""
    tuned = report.tuned
    threshold = tuned.contract.threshold
    own = tuned.job.base.contract.threshold
    values = {
        "own": language.number(own, "g"),
        "before": score(report.before.iou.value, language),
    }
    if tuned.verdict.is_chance[1]:
        everything = score(tuned.verdict.landslide_share, language)
        return language("ft_threshold_chance", everything=everything, **values)
    if threshold == own:
        return language("ft_threshold_kept", **values)
    first = language(
        "ft_threshold_only",
        threshold=language.number(threshold, "g"),
        after=score(report.after.iou.value, language),
        **values,
    )
    key = {
        None: "ft_threshold_not_known",
        True: "ft_threshold_better",
        False: "ft_threshold_not_shown",
    }[tuned.is_better]
    gain, low, high = (_signed(end, language) for end in tuned.iou_gain)
    return language("ft_two", one=first, two=language(key, gain=gain, low=low, high=high))


def key_numbers(report: TuneReport, language: Language) -> list[KeyNumber]:
    """What everybody asks for first, before and after."""
    before = report.change.before
    after = report.change.after
    pairs = [
        ("ev_iou", score, report.before.iou.value, report.after.iou.value),
        (
            "ft_ap",
            score,
            report.before.average_precision.value,
            report.after.average_precision.value,
        ),
        ("ft_found", _count, int(before.is_found.sum()), int(after.is_found.sum())),
        (
            "ft_false_km2",
            density,
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
    taught = len(tuned.job.landslides)
    if not report.is_taught and taught < FEWEST_TO_TEACH:
        sentences.append(language("ft_too_few_to_teach", n=taught))
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
    if lacks_confidence(tuned, report.change):
        sentences.append(language("ft_no_confidence"))
    return sentences


def judged(report: TuneReport, language: Language) -> list[str]:
    """How scores came about."""
    key = "ft_judged_threshold"
    if report.is_taught:
        key = "ft_judged_folds"
    tuned = report.tuned
    cuts = (report.change.before.thresholds, report.change.after.thresholds)
    before, after = (language.number(cut.threshold, "g") for cut in cuts)
    seeds = [language.number(cut.seed, "g") for cut in cuts]
    if not report.has_base:
        squares = tuned.verdict.squares
        return [
            language("ft_new_judged", n=tuned.folds.count, squares=squares),
            language("ft_new_outlines", after=after, seed_after=seeds[1]),
        ]
    return [
        language(key, n=tuned.folds.count, squares=tuned.verdict.squares),
        language(
            "ft_judged_outlines",
            before=before,
            after=after,
            seed_before=seeds[0],
            seed_after=seeds[1],
        ),
    ]


def changes(change: ObjectChange, language: Language, has_base: bool = True) -> list[str]:
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
    if not has_base:
        text = language("ft_new_candidates", n=len(later), false=len(false))
        return [*sentences, text]
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


def limits(report: TuneReport, language: Language) -> list[str]:
    """What the numbers cannot say."""
    keys = ["ft_limit_images", "ft_limit_seen", "ft_limit_outlines"]
    file = "ft_limit_file"
    if not report.has_base:
        keys = ["ft_limit_images", "ft_new_limit", "ft_limit_outlines"]
        file = "ft_new_limit_file"
    if report.is_taught:
        keys.insert(0, file)
    return [language(key) for key in keys]


def _signed(value: float, language: Language) -> str:
    return language.known(value, "+.3f").replace("-", "−")


def _count(value: int, language: Language) -> str:
    return language.number(value)
