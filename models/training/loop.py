# SPDX-License-Identifier: GPL-2.0-or-later
"""The training loop, one report an epoch, on images and evaluation windows that lie in
memory; needs no library that reads files of others.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from .checkpoint import write_weights
from .eval_tile import EvalTile
from .evaluate import counts_of, detector, probabilities, scores_by_source
from .trainer import Trainer

MIN_SPREAD = 0.02  # cosine distance of the teacher's cells from their mean
MIN_ENTROPY = 1.0  # nat, of the prototypes' assignments


@dataclass(frozen=True)
class Epoch:
    """One epoch's report; the scores are of the averaged weights on the validation
    windows, negatives included, in the weights that `evaluate.confusion_counts` gives them for
    choices.
    """

    step: int
    seconds: float  # over all sessions of the run, without validation
    # of the epoch's steps: the weighted terms of L, and the collapse figures
    means: dict[str, float]
    threshold: float  # the one with the best IoU
    precision: float
    recall: float
    f1: float
    iou: float
    miou: float
    false_windows: float
    average_precision: float
    calibration_error: float
    pixel_iou: float  # the same with every pixel counting the same
    best: bool  # of all epochs so far, by IoU; it is now in best.pt
    alarm: str  # what looks like a collapse of the branch; empty where nothing does
    # of several judges each (see `evaluate.scores_by_source`)
    sources: dict[str, dict[str, float]]


def epochs(run: Trainer, windows: list[EvalTile]) -> Iterator[Epoch]:
    """Train, one `Epoch` at a time; goes on from `out/last.pt` where there is one.

    Raises MrifeError naming the images when a loss is not finite, or when the folder
    holds a run of other settings. `out/best.pt` is the epoch with the best validation
    IoU.
    """
    settings = run.settings
    torch.set_num_threads(settings.threads)
    out = Path(settings.out)
    if (out / "last.pt").exists():
        run.load(out / "last.pt")
    watched: dict[str, list[float]] = {}  # of the epoch's steps
    clock = saved = time.monotonic()
    while not run.finished():
        for name, value in run.train_step().items():
            watched.setdefault(name, []).append(value)
        before = clock
        clock = time.monotonic()
        run.seconds += clock - before
        if run.step % settings.epoch_steps == 0 or run.finished():
            means = {name: sum(values) / len(values) for name, values in watched.items()}
            yield report(run, windows, means)
            watched = {}
            saved = time.monotonic()
            clock = time.monotonic()
        elif clock - saved > 60 * settings.save_minutes:
            run.save(out / "last.pt")
            saved = clock


def report(run: Trainer, windows: list[EvalTile], means: dict[str, float]) -> Epoch:
    """Score the averaged weights on validation, then write the checkpoints."""
    settings = run.settings
    out = Path(run.settings.out)
    model = run.scored()
    maps = list(probabilities(detector(model, settings.bf16), windows, settings.crop))
    pixels, scored = counts_of(maps, windows, settings.share)
    score = scored.best()
    best = score.iou > run.best
    run.best = max(score.iou, run.best)
    if best:
        state = {
            "settings": asdict(settings),
            "model": model.state_dict(),
            "step": run.step,
            "seconds": run.seconds,
            "stretch": torch.from_numpy(run.stretch),
        }
        write_weights(state, out / "best.pt")
    epoch = Epoch(
        run.step,
        round(run.seconds, 1),
        means,
        *asdict(score).values(),
        scored.false_windows(score.threshold),
        scored.average_precision(),
        scored.calibration_error(),
        pixels.at(score.threshold).iou,
        best,
        collapse_warning(means),
        scores_by_source(maps, windows, settings.share, score.threshold),
    )
    run.history.append(asdict(epoch))
    run.save(out / "last.pt")
    return epoch


def collapse_warning(means: dict[str, float]) -> str:
    """A sentence where an epoch's figures look like a collapse of the branch, else
    empty.
    """
    spread = means.get("spread", 1.0)
    if spread < MIN_SPREAD:
        return (
            f"All cells of the teacher look alike (spread {spread:.3f}): the branch has "
            "collapsed."
        )
    entropy = means.get("entropy", 9.0)
    if entropy < MIN_ENTROPY:
        return (
            f"The prototypes have collapsed (entropy {entropy:.2f} nat; more than 1 is "
            "wanted)."
        )
    return ""
