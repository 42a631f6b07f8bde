# SPDX-License-Identifier: GPL-2.0-or-later
"""The runs of a lesson, of which each learns without one fold of the known ground or from
all of it, and the model files that they end as.
"""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
from torch import nn

from ..contract import Contract
from ..errors import MrifeError
from ..evaluation.calibration import Calibration, calibrate
from ..evaluation.pixel_metrics import ConfusionCounts, pooled
from ..geo.whole_files import whole_or_nothing
from .baselines import build
from .checkpoint import read_weights, write_weights
from .lesson import EPOCHS, PARTS, WHOLE, Lap, Lesson, epoch_file, run_name
from .lesson_samples import LessonSamples
from .model_file import export_onnx
from .settings import Settings
from .trainer import Trainer
from .unfinished import counts_in
from .weight_averaging import mean_network, mixed, mixed_with_new_elevation

TELL_SECONDS = 1.0  # between two words of progress


class School:
    """The runs that learn from the samples of a lesson."""

    def __init__(self, lesson: Lesson, settings: Settings) -> None:
        self.lesson = lesson
        self.settings = settings
        self.share = lesson.share
        if not lesson.base:
            self.share = 1.0
        self.samples = LessonSamples(Path(lesson.samples))
        self.counts: list[list[ConfusionCounts]] = []  # by fold and epoch

    def run(self, fold: int | None, last: int = EPOCHS) -> Iterator[Lap | dict]:
        """One run, without a fold's ground (None: with all): a Lap an epoch, and progress
        between.
        """
        name = run_name(fold)
        out = Path(self.lesson.out) / name
        out.mkdir(parents=True, exist_ok=True)
        settings = replace(self.settings, out=str(out))
        if (out / "done.json").exists():
            for lap in json.loads((out / "done.json").read_text()):
                yield Lap(**lap)
            self._count(fold)
            return
        chips = self.samples.chips(fold)
        if not any(chip.landslide for chip in chips):
            raise MrifeError(
                "The known ground is too small: beside the stretch that is left out to "
                "judge on, and a margin between, no landslide is left to learn from. "
                "Digitize on more ground, or choose the threshold alone."
            )
        if all(chip.landslide for chip in chips):
            settings = replace(settings, negatives=0.0)
        trainer = Trainer(settings, chips)
        begun = copy.deepcopy(trainer.student.state_dict())
        if (out / "last.pt").exists():
            trainer.load(out / "last.pt")
        yield {"run": name, "step": trainer.step, "steps": settings.steps}
        laps = [Lap(**lap) for lap in trainer.history]
        yield from laps
        while len(laps) < last:
            losses = yield from self.learn_epoch(trainer, name)
            lap = replace(self._lap(trainer, begun, name, fold), losses=losses)
            laps.append(lap)
            trainer.history.append(asdict(lap))
            trainer.save(out / "last.pt")
            yield lap
        with whole_or_nothing(out / "done.json") as part:
            Path(part).write_text(json.dumps([asdict(lap) for lap in laps]))
        (out / "last.pt").unlink()
        self._count(fold)

    def learn_epoch(
        self, trainer: Trainer, name: str
    ) -> Generator[dict, None, dict[str, float]]:
        """Learn until the next epoch ends; returns `Lap.losses`."""
        settings = trainer.settings
        until = (trainer.step // settings.epoch_steps + 1) * settings.epoch_steps
        said = 0.0
        saved = time.monotonic()
        sums: dict[str, float] = {}
        first = trainer.step
        while trainer.step < until:
            begin = time.monotonic()
            for part, loss in trainer.train_step().items():
                if part in PARTS:
                    sums[part] = sums.get(part, 0.0) + loss
            now = time.monotonic()
            trainer.seconds += now - begin
            if now - said > TELL_SECONDS:
                yield {"run": name, "step": trainer.step, "steps": settings.steps}
                said = now
            # the end of an epoch is kept with its lap: a run that went on from it without
            # would pass the lap over
            if now - saved > 60 * settings.save_minutes and trainer.step < until:
                trainer.save(Path(settings.out) / "last.pt")
                saved = now
        return {part: total / (until - first) for part, total in sums.items()}

    def _lap(self, trainer: Trainer, begun: dict, name: str, fold: int | None) -> Lap:
        """Score the averaged weights, mixed with those that the run began with, on the
        fold, and keep them.
        """
        model = trainer.scored()
        model.load_state_dict(self.mixed(begun, model.state_dict()))
        state = {"model": model.state_dict()}
        iou = None
        average_precision = None
        if fold is not None:
            counts = self.samples.score(model, fold, self.settings.crop)
            iou = counts.best().iou
            average_precision = counts.average_precision()
            both = np.stack([counts.background, counts.slide])
            state["counts"] = torch.from_numpy(both)
        epoch = len(trainer.history) + 1
        write_weights(state, epoch_file(self.lesson.out, fold, epoch))
        steps = trainer.settings.steps
        return Lap(
            name,
            trainer.step,
            steps,
            iou,
            average_precision,
            round(trainer.seconds, 1),
        )

    def mixed(self, begun: dict, learned: dict) -> dict:
        """The weights that are scored and kept. Elevation that the base knew nothing of
        has nothing to be mixed with.
        """
        if self.lesson.extended:
            return mixed_with_new_elevation(begun, learned, self.share, self.settings)
        return mixed(begun, learned, self.share)

    def _count(self, fold: int | None) -> None:
        """The counts of each epoch, as they were kept with its weights."""
        if fold is None:
            return
        files = [epoch_file(self.lesson.out, fold, n + 1) for n in range(EPOCHS)]
        self.counts.append(list(map(counts_in, files)))

    def network(self, fold: int | None, epoch: int) -> nn.Module:
        """The network of a fold at an epoch; of None that for use: where the runs went on
        from one base the mean of all of them, which is steadier than the one of all
        ground. An experiment's arm may begin afresh beside a base.
        """
        runs = [fold]
        if fold is None and self.lesson.base and self.settings.start:
            runs = [*range(self.lesson.folds), None]
        return mean_network([self._kept(run, epoch) for run in runs])

    def _kept(self, fold: int | None, epoch: int) -> nn.Module:
        """The network of the weights that a run kept after an epoch."""
        model = build(self.settings)
        state = read_weights(epoch_file(self.lesson.out, fold, epoch))
        model.load_state_dict(state["model"])
        return model.eval()

    def export(self, contract: Contract, epochs: list[int], last: int) -> list[str]:
        """Model files: of each fold at the epoch that the others chose, calibrated on
        those; then the one for use, calibrated on all folds.
        """
        paths = []
        for fold, epoch in enumerate(epochs):
            rest = [place for place in range(len(epochs)) if place != fold] or [fold]
            counts = [self.counts[place][epoch - 1] for place in rest]
            paths.append(self.export_one(fold, epoch, contract, counts))
        counts = [counts[last - 1] for counts in self.counts]
        paths.append(self.export_one(None, last, contract, counts))
        self._write_checkpoint(contract, last)
        return paths

    def _write_checkpoint(self, contract: Contract, last: int) -> None:
        """What `model_file.load` and `Settings.start` read, beside the file for use."""
        state = {
            "model": self.network(None, last).state_dict(),
            "settings": asdict(replace(self.settings, start="", out="")),
            "step": last * self.settings.epoch_steps,
        }
        if contract.stretch is not None:
            state["stretch"] = torch.tensor(contract.stretch)
        write_weights(state, Path(self.lesson.out) / f"{WHOLE}.pt")

    def export_one(
        self,
        fold: int | None,
        epoch: int,
        contract: Contract,
        counts: list[ConfusionCounts],
    ) -> str:
        """The model file of a run at an epoch, calibrated on counts."""
        model = self.network(fold, epoch)
        path = Path(self.lesson.out) / f"{run_name(fold)}.onnx"
        side = contract.window
        samples = np.array(self.samples.tiles.pixels[:16, :, :side, :side], np.float32)
        short = (0, side - samples.shape[-1])  # of a window larger than a tile
        samples = np.pad(samples, ((0, 0), (0, 0), short, short), "symmetric")
        export_onnx(model, path, contract, fitted(counts), samples)
        return str(path)


def fitted(counts: Sequence[ConfusionCounts]) -> Calibration:
    """The calibration that makes the probability mean what it says on some ground; none
    where it holds one class alone, or landslides are the less likely ones there: it would
    turn around what a network has learned.
    """
    total = pooled(counts)
    if not total.slide.any() or not total.background.any():
        return Calibration()
    calibration = calibrate(total)
    if calibration.scale <= 0:
        return Calibration()
    return calibration
