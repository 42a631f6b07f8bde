# SPDX-License-Identifier: GPL-2.0-or-later
"""What the log of a fine-tuning says."""

from __future__ import annotations

import math
from pathlib import Path

from ..contract import Contract, band_word
from ..errors import Note, listed
from .cuts import REGION
from .shift import Shift
from .stages import FEWEST_TO_TEACH
from .tuned import Tuned
from .verdict import Verdict

SCORES = {"iou": Note("IoU"), "average_precision": Note("average precision")}
# parts of the loss, by their names in `training.lesson.PARTS`
LOSSES = {
    "seg": Note("segmentation"),
    "rec": Note("recovery"),
    "con": Note("contrast"),
    "sd": Note("distillation"),
}


def taught_share(message: dict, folds: int, adapts: bool = False) -> float:
    """How far the worker is, from where one of its runs stands; `adapts`: whether one
    without labels comes first.
    """
    runs = folds + 1 + adapts
    name = str(message.get("run", ""))
    number = folds + adapts
    if name == REGION:
        number = 0
    elif name.startswith("fold-"):
        number = int(name.removeprefix("fold-")) - 1 + adapts
    return min(1.0, (number + message["step"] / max(1, message["steps"])) / runs)


def lap_sentence(message: dict) -> Note | None:
    """An epoch as a sentence; None for what is said within one."""
    if "losses" not in message:
        return None
    run = str(message["run"])
    values = (message["step"], message["steps"], loss_words(message["losses"]))
    if run == REGION:
        return Note(
            "Images without polygons: step {} of {}, training loss {}.",
            *values,
        )
    if message["average_precision"] is None:
        return Note("All ground: step {} of {}, training loss {}.", *values)
    return Note(
        "Stretch {} left out: step {} of {}, training loss {}; on that stretch IoU {} "
        "and average precision {}.",
        run.removeprefix("fold-"),
        *values,
        f"{message['iou']:.3f}",
        f"{message['average_precision']:.3f}",
    )


def loss_words(losses: dict[str, float]) -> Note | str:
    """The sum of an epoch's losses, and its parts where it is more than that of
    segmentation; an earlier version has kept none.
    """
    if not losses:
        return Note("not known")
    total = f"{sum(losses.values()):.3f}"
    if losses.keys() == {"seg"}:
        return total
    parts = [Note("{} {}", LOSSES[name], f"{loss:.3f}") for name, loss in losses.items()]
    return Note("{} ({})", total, listed(parts))


def shift_sentence(shift: Shift | None) -> Note | None:
    """What the outlines' place is."""
    if shift is None or not shift.is_sure:
        return None
    return Note(
        "The outlines lie {} m beside what the model sees ({} m to the west, {} m to the "
        "south of it).",
        f"{shift.length:.0f}",
        f"{shift.east:.0f}",
        f"{shift.north:.0f}",
    )


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
    score, gain = verdict.deciding
    name = SCORES[score]
    figures = (
        f"{getattr(verdict.base, score).value:.3f}",
        f"{getattr(verdict.tuned, score).value:.3f}",
        f"{gain.value:+.3f}",
        f"{gain.low:+.3f}",
        f"{gain.high:+.3f}",
    )
    if not math.isfinite(gain.low):
        return Note(
            "Whether it is better is not known: {} {} before, {} after, on too little "
            "ground left out for an interval. The base model stays the safe choice.",
            name,
            *figures[:2],
        )
    if verdict.is_better:
        return Note(
            "Better on ground it did not learn from: {} {} before, {} after; gain {}, "
            "95 % interval {} to {}.",
            name,
            *figures,
        )
    if verdict.is_worse:
        return Note(
            "Worse on ground it did not learn from: {} {} before, {} after; gain {}, "
            "95 % interval {} to {}. Keep the base model.",
            name,
            *figures,
        )
    return Note(
        "Not shown to be better on ground it did not learn from: {} {} before, {} "
        "after; gain {}, 95 % interval {} to {}. The base model stays the safe choice.",
        name,
        *figures,
    )


def begins_anew_sentence(folder: Path) -> Note:
    """Where a run was stopped that taught something else."""
    return Note(
        "A run that was stopped had other images, polygons, elevation model or options: "
        "nothing of it is gone on with. What it left lies in '{}'.",
        folder,
    )


def begins_sentence(begins: str, contract: Contract) -> Note:
    """What a network without a base begins with, and what it will see."""
    bands = listed([band_word(name) for name in contract.bands])
    values = (bands, f"{contract.pixel_size:.3g}")
    if begins == "imagenet":
        return Note(
            "A new network for {}, pixels of {} m; its encoder begins with ImageNet's "
            "weights.",
            *values,
        )
    return Note(
        "A new network for {}, pixels of {} m; it begins with random numbers, as "
        "ImageNet's weights are for colours and come with a Python package.",
        *values,
    )


def new_verdict_sentence(verdict: Verdict) -> Note:
    """The one plain sentence on a network without a base."""
    score, gain = verdict.deciding
    figures = (
        SCORES[score],
        f"{getattr(verdict.tuned, score).value:.3f}",
        f"{getattr(verdict.base, score).value:.3f}",
        f"{gain.value:+.3f}",
        f"{gain.low:+.3f}",
        f"{gain.high:+.3f}",
    )
    if not math.isfinite(gain.low):
        return Note(
            "Whether it is better than painting everything is not known: {} {}, and {} "
            "for painting everything, on too little ground left out for an interval. Do "
            "not use it.",
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


def stopped_sentence() -> Note:
    """Where a run was stopped before any network was judged."""
    return Note(
        "Stopped before a network was judged: no model is kept. The same inputs and the "
        "same output file go on from here."
    )


def unfinished_sentence(message: dict, path: Path) -> Note:
    """Where a run was stopped and its best network is kept."""
    return Note(
        "Stopped. The best network so far is kept in '{}': step {} of {}, on ground it "
        "did not see IoU {} and average precision {}. It is unfinished and was not "
        "compared with its base; the same inputs and the same output file go on from "
        "here.",
        path,
        message["step"],
        message["steps"],
        f"{message['iou']:.3f}",
        f"{message['average_precision']:.3f}",
    )


def no_checkpoint_sentence() -> Note:
    """Where a checkpoint was asked for and nothing but the threshold is new."""
    return Note("No checkpoint is written: no network learned.")


def no_confidence_sentence() -> Note:
    """Where no confidence could be fitted to what is new."""
    return Note(
        "Candidates of this model will have no confidence: of those outlined here too few "
        "are right, or wrong, to fit one (five of each are needed), or it says no more "
        "than their share."
    )


def recalibrated_sentence(tuned: Tuned) -> Note:
    """Where nothing but the threshold is new, if that is: so asked for, or because of too
    few landslides.
    """
    verdict = tuned.verdict
    landslides = len(tuned.job.landslides)
    own = tuned.job.base.contract.threshold
    if verdict.is_chance[1]:
        return Note(
            "On this ground the base is no better than painting everything (IoU {} at "
            "its own threshold, {} for painting everything): no threshold can help, and "
            "its own ({}) stays. Teach a network, or choose another base.",
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
