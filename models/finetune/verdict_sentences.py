# SPDX-License-Identifier: GPL-2.0-or-later
"""What a fine-tuning says of its networks on ground left out: better, worse or not known."""

from __future__ import annotations

import math

from ..contract import Contract
from ..errors import Note
from .stages import FEWEST_TO_TEACH
from .tuned import Tuned
from .verdict import PixelScores, Verdict

SCORES = {"iou": Note("IoU"), "average_precision": Note("average precision")}


def threshold_sentence(verdict: Verdict, contract: Contract) -> Note:
    """The first answer: what the threshold alone brings."""
    own = f"{verdict.counts[0].at(contract.threshold).iou:.3f}"
    threshold = f"{contract.threshold:g}"
    ranking = f"{verdict.base.average_precision.value:.3f}"
    if verdict.thresholds[0] == contract.threshold:
        return Note(
            "The base on this ground: IoU {} at its own threshold {}, and none that one "
            "part of the ground chooses is better on the other; average precision {}.",
            own,
            threshold,
            ranking,
        )
    return Note(
        "The base on this ground: IoU {} at its own threshold {}, {} with one that the "
        "other part of the ground chooses; average precision {}.",
        own,
        threshold,
        f"{verdict.base.iou.value:.3f}",
        ranking,
    )


def verdict_sentence(verdict: Verdict) -> Note:
    """The one plain sentence on a network that was taught."""
    figures = _deciding_figures(verdict, verdict.base, verdict.tuned)
    if not _has_interval(verdict):
        return Note(
            "Whether it is better is not known: {} {} before, {} after, from so few "
            "landslides, or so little ground left out, that there is no interval. The "
            "base model stays the safe choice.",
            *figures[:3],
        )
    if verdict.is_better:
        return Note(
            "Better on ground it did not learn from: {} {} before, {} after; gain {}, "
            "95 % interval {} to {}.",
            *figures,
        )
    if verdict.is_worse:
        return Note(
            "Worse on ground it did not learn from: {} {} before, {} after; gain {}, "
            "95 % interval {} to {}. Keep the base model.",
            *figures,
        )
    return Note(
        "Not shown to be better on ground it did not learn from: {} {} before, {} "
        "after; gain {}, 95 % interval {} to {}. The base model stays the safe choice.",
        *figures,
    )


def new_verdict_sentence(verdict: Verdict) -> Note:
    """The one plain sentence on a network without a base."""
    figures = _deciding_figures(verdict, verdict.tuned, verdict.base)
    if not _has_interval(verdict):
        return Note(
            "Whether it is better than painting everything is not known: {} {}, and {} "
            "for painting everything, from so few landslides, or so little ground left "
            "out, that there is no interval. Do not use it.",
            *figures[:3],
        )
    if verdict.is_better:
        return Note(
            "Better than painting everything, on ground it did not learn from: {} {}, "
            "and {} for painting everything; gain {}, 95 % interval {} to {}. That is "
            "the lowest floor: look at what it finds.",
            *figures,
        )
    return Note(
        "Not shown to be better than painting everything, on ground it did not learn "
        "from: {} {}, and {} for painting everything; gain {}, 95 % interval {} to {}. "
        "Do not use it.",
        *figures,
    )


def _deciding_figures(verdict: Verdict, *outcomes: PixelScores) -> tuple[str, ...]:
    """Name of the score that decides, its value of each outcome in that order, and the
    gain with the ends of its interval.
    """
    score, gain = verdict.deciding
    values = [getattr(outcome, score).value for outcome in outcomes]
    return (
        SCORES[score],
        *(f"{value:.3f}" for value in values),
        *(f"{value:+.3f}" for value in (gain.value, gain.low, gain.high)),
    )


def _has_interval(verdict: Verdict) -> bool:
    """Whether enough ground was left out for one."""
    _, gain = verdict.deciding
    return math.isfinite(gain.low)


def recalibrated_sentence(tuned: Tuned) -> Note:
    """Where nothing but the threshold is new, if that is: so asked for, or because of too
    few landslides.
    """
    verdict = tuned.verdict
    landslides = len(tuned.job.landslides)
    own = tuned.job.base.contract.threshold
    if verdict.is_chance[1]:
        return Note(
            "On this ground the base is not clearly better than painting everything (IoU "
            "{} at its own threshold, {} for painting everything): no threshold can "
            "help, and its own ({}) stays. Teach a network, or choose another base.",
            f"{verdict.counts[1].at(own).iou:.3f}",
            f"{verdict.landslide_share:.3f}",
            f"{own:g}",
        )
    asked_for = landslides >= FEWEST_TO_TEACH
    threshold = f"{verdict.thresholds[1]:g}"
    if verdict.thresholds[1] != own:
        first = Note(
            "From {} landslides only the threshold was chosen anew ({}); 10 or more are "
            "needed to teach a network.",
            landslides,
            threshold,
        )
        if asked_for:
            first = Note(
                "From {} landslides the threshold alone was chosen anew ({}), as it was "
                "asked for.",
                landslides,
                threshold,
            )
        return Note("{} {}", first, _threshold_verdict(tuned))
    if asked_for:
        return Note(
            "No threshold was found that holds better than the model's own ({}), which "
            "stays.",
            threshold,
        )
    return Note(
        "No threshold was found that holds better than the model's own ({}), which "
        "stays; to teach a network 10 landslides or more are needed, not {}.",
        threshold,
        landslides,
    )


def _threshold_verdict(tuned: Tuned) -> Note:
    """What a new threshold is worth on ground that did not choose it."""
    before, after = (f"{scores.iou.value:.3f}" for scores in tuned.scores)
    gain = [f"{end:+.3f}" for end in tuned.iou_gain]
    if tuned.is_better is None:
        return Note(
            "On ground that did not choose it IoU is {} instead of {}; whether that is "
            "more than chance is not known from so few landslides, or so little ground. "
            "The base model stays the safe choice.",
            after,
            before,
        )
    if tuned.is_better:
        return Note(
            "Better on ground that did not choose it: IoU {} before, {} after; gain {}, "
            "95 % interval {} to {}.",
            before,
            after,
            *gain,
        )
    return Note(
        "Not shown to be better on ground that did not choose it: IoU {} before, {} "
        "after; gain {}, 95 % interval {} to {}. The base model stays the safe choice.",
        before,
        after,
        *gain,
    )
