# SPDX-License-Identifier: GPL-2.0-or-later
"""A network goes on learning on ground that a geologist knows: once for each fold of that
ground, to be judged on the fold that it did not see, and once on all of it, for use.
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
from ..finetune.cuts import (
    BETWEEN,
    LARGE,
    SMALL,
    SURE,
    TILE,
    UNKNOWN,
    Cuts,
    read_cuts,
    read_stand_for,
)
from ..geo.whole_files import whole_or_nothing
from .adapt import adapt
from .baselines import build
from .chips import Chip
from .encoder import begins_pretrained
from .eval_tile import EvalTile
from .evaluate import detector, probabilities
from .lesson import EPOCHS, PARTS, SOURCE, Lap, Lesson, settings_of_lesson
from .model_file import export_onnx
from .settings import Settings
from .trainer import Trainer, write
from .unfinished import counts_in, unfinished
from .weight_averaging import mean_network, mixed, mixed_with_new_elevation

WHOLE = "whole"
MIN_KNOWN = 64  # pixels of a cut that a run may see
TELL_SECONDS = 1.0  # between two words of progress


def tune(lesson: Lesson) -> Iterator[dict]:
    """Teach, as dicts of progress; at the end `{"models": [...]}`: for each fold the file
    that did not see it, then the one for use.

    Goes on where a killed run of the same lesson stopped. Raises MrifeError where a
    loss is not finite or the base is no network of ours.
    """
    contract = Contract.from_json(lesson.contract)
    settings = settings_of_lesson(lesson, contract)
    if lesson.check:
        yield {"models": [], "begins": beginning(settings)}
        return
    school = School(lesson, settings)
    if lesson.unfinished:
        yield from unfinished(school, contract)
        return
    yield from teach(school, contract)


def beginning(settings: Settings) -> str:
    """With what a network begins: base, imagenet or random."""
    if settings.start:
        return "base"
    return "imagenet" if begins_pretrained(settings) else "random"


def teach(school: School, contract: Contract) -> Iterator[dict]:
    """The runs of a lesson, as `tune` has them; `contract` is that of the files."""
    lesson = school.lesson
    torch.set_num_threads(lesson.threads)
    if lesson.adapt:
        yield from adapt(school)
    curves = []
    for fold in range(lesson.folds):
        laps = []
        for message in school.run(fold):
            if isinstance(message, Lap):
                laps.append(message)
                message = asdict(message)
            yield message
        curves.append(laps)
    epochs = [best_epoch(others(curves, fold)) for fold in range(lesson.folds)]
    last = best_epoch(curves)
    for message in school.run(None, last):
        yield asdict(message) if isinstance(message, Lap) else message
    yield {"models": school.export(contract, epochs, last), "epoch": last}


def others(curves: Sequence[list[Lap]], fold: int) -> list[list[Lap]]:
    """The curves of all folds but one; of a single one itself."""
    if len(curves) < 2:
        return list(curves)
    return [curve for place, curve in enumerate(curves) if place != fold]


def best_epoch(curves: Sequence[list[Lap]]) -> int:
    """The epoch, from 1, with the highest mean average precision on ground not seen; the
    last one where there is none.
    """
    scores = np.array([[lap.average_precision for lap in curve] for curve in curves])
    if not scores.size:
        return EPOCHS
    return int(np.argmax(scores.mean(0))) + 1


class School:
    """The samples of a lesson in memory, and the runs that learn from them."""

    def __init__(self, lesson: Lesson, settings: Settings) -> None:
        self.lesson = lesson
        self.settings = settings
        self.share = lesson.share
        if not lesson.base:
            self.share = 1.0
        folder = Path(lesson.samples)
        self.large = read_cuts(folder, LARGE)
        self.small = read_cuts(folder, SMALL)
        self.tiles = read_cuts(folder, TILE)
        self.stand_for = read_stand_for(folder)
        self.counts: list[list[ConfusionCounts]] = []  # by fold and epoch

    def run(self, fold: int | None, last: int = EPOCHS) -> Iterator[Lap | dict]:
        """One run, without a fold's ground (None: with all): a Lap an epoch, and progress
        between.
        """
        name = name_of(fold)
        out = Path(self.lesson.out) / name
        out.mkdir(parents=True, exist_ok=True)
        settings = replace(self.settings, out=str(out))
        if (out / "done.json").exists():
            yield from self._again(fold, out)
            return
        chips = self.chips(fold)
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
        self._count(fold, out)

    def _again(self, fold: int | None, out: Path) -> Iterator[Lap]:
        """A run that is through."""
        for lap in json.loads((out / "done.json").read_text()):
            yield Lap(**lap)
        self._count(fold, out)

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
            if now - saved > 60 * settings.save_minutes:
                trainer.save(Path(settings.out) / "last.pt")
                saved = now
        return {part: total / (until - first) for part, total in sums.items()}

    def _lap(self, trainer: Trainer, begun: dict, name: str, fold: int | None) -> Lap:
        """Score the averaged weights, mixed with those that the run began with, on the
        fold, and keep them.
        """
        model = trainer.scored()
        model.load_state_dict(self.mixed(begun, model.state_dict()))
        out = Path(trainer.settings.out)
        epoch = len(trainer.history) + 1
        state = {"model": model.state_dict()}
        iou = None
        average_precision = None
        if fold is not None:
            counts = self.score(model, fold)
            iou = counts.best().iou
            average_precision = counts.average_precision()
            both = np.stack([counts.background, counts.slide])
            state["counts"] = torch.from_numpy(both)
        write(state, out / f"epoch-{epoch}.pt")
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

    def _count(self, fold: int | None, out: Path) -> None:
        """The counts of each epoch, as they were kept with its weights."""
        if fold is None:
            return
        epochs = range(1, EPOCHS + 1)
        self.counts.append([counts_in(out / f"epoch-{epoch}.pt") for epoch in epochs])

    def network(self, fold: int | None, epoch: int) -> nn.Module:
        """The network of a fold at an epoch; of None that for use: where the runs went on
        from one base the mean of all of them, which is steadier than the one of all
        ground.
        """
        runs = [fold]
        if fold is None and self.lesson.base:
            runs = [*range(self.lesson.folds), None]
        return mean_network([self._kept(run, epoch) for run in runs])

    def _kept(self, fold: int | None, epoch: int) -> nn.Module:
        """The network of the weights that a run kept after an epoch."""
        path = Path(self.lesson.out) / name_of(fold) / f"epoch-{epoch}.pt"
        model = build(self.settings)
        state = torch.load(path, weights_only=True, map_location="cpu")
        model.load_state_dict(state["model"])
        return model.eval()

    def chips(self, fold: int | None) -> list[Chip]:
        """What a run may see: nothing of its fold, and nothing of the ground between."""
        chips = []
        for cuts in (self.large, self.small):
            for place in range(len(cuts.label)):
                chip = chip_of(cuts, place, fold)
                if chip.valid.sum() >= MIN_KNOWN:
                    chips.append(chip)
        return chips

    def score(self, model: nn.Module, fold: int) -> ConfusionCounts:
        """Pixels of a fold by probability, tiled and blended as the plugin does; of tiles
        that were drawn, as often as there is ground like theirs.
        """
        counts = ConfusionCounts()
        tiles = self.tiles
        for place in range(len(tiles.label)):
            counted = (tiles.fold[place] == fold) & (tiles.label[place] != UNKNOWN)
            if not counted.any():
                continue
            pixels = torch.from_numpy(np.array(tiles.pixels[place]))
            truth = tiles.label[place] == 1
            window = EvalTile(str(place), True, pixels, truth)
            detect = detector(model)
            (answer,) = probabilities(detect, [window], self.settings.crop)
            if not np.isfinite(answer).all():
                raise MrifeError(
                    "The network's answers are not finite; let less of it learn, or look "
                    "for values far off in the images."
                )
            weight = float(self.stand_for[place])
            counts.add(answer[counted], truth[counted], weight=weight)
        return counts

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
        write(state, Path(self.lesson.out) / f"{WHOLE}.pt")

    def export_one(
        self,
        fold: int | None,
        epoch: int,
        contract: Contract,
        counts: list[ConfusionCounts],
    ) -> str:
        """The model file of a run at an epoch, calibrated on counts."""
        out = Path(self.lesson.out)
        name = name_of(fold)
        model = self.network(fold, epoch)
        path = out / f"{name}.onnx"
        side = contract.window
        samples = np.array(self.tiles.pixels[:16, :, :side, :side], np.float32)
        export_onnx(model, path, contract, fitted(counts), samples)
        return str(path)


def name_of(fold: int | None) -> str:
    """Of a run, and of its folder."""
    if fold is None:
        return WHOLE
    return f"fold-{fold + 1}"


def chip_of(cuts: Cuts, place: int, fold: int | None) -> Chip:
    """One cut as a run sees it."""
    label = cuts.label[place]
    is_labelled = label != UNKNOWN
    if fold is not None:
        is_labelled &= (cuts.fold[place] != fold) & (cuts.fold[place] != BETWEEN)
    pixels = np.array(cuts.pixels[place])
    mask = ((label == 1) * 255)[None].astype(pixels.dtype)
    holds = bool(((label == 1) & is_labelled).any())
    stacked = torch.from_numpy(np.concatenate([pixels, mask]))
    weight = None
    if (cuts.weight[place] < SURE).any():
        weight = torch.from_numpy(np.array(cuts.weight[place]))
    valid = torch.from_numpy(is_labelled)
    return Chip(f"cut {place}", holds, stacked, valid, SOURCE, weight)


def fitted(counts: Sequence[ConfusionCounts]) -> Calibration:
    """The calibration that makes the probability mean what it says on some ground; none
    where it holds one class alone.
    """
    total = pooled(counts)
    if not total.slide.any() or not total.background.any():
        return Calibration()
    return calibrate(total)
