# SPDX-License-Identifier: GPL-2.0-or-later
"""What the log of a fine-tuning says of its course."""

from __future__ import annotations

from pathlib import Path

from ..contract import Contract, band_word
from ..errors import Note, listed
from .cuts import REGION
from .shift import Shift

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
        "The outlines lie {} m beside what the model sees ({}, {} of it).",
        f"{shift.length:.0f}",
        *shift.from_image,
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
