# SPDX-License-Identifier: GPL-2.0-or-later
"""Fine-tuning from the rasters and polygons of a geologist to a model file and what it is
worth: the one way that dialog, command line and benchmarks go.

The base searches the labelled ground; the polygons are checked against what it sees; a
worker teaches; what was taught on one part of the ground is judged on the other; and the
model file for use is written with the threshold that held there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ..contract import Contract
from ..errors import MrifeError, Note
from ..geo.whole_files import whole_or_nothing
from ..onnxfile import with_metadata
from .cuts import REGION
from .folds import Folds
from .ground import Ground, ground_of
from .ground_search import GroundSearch, OpenDetector
from .held_out import write_everything
from .judged import verdict_of
from .labels import on_grid
from .prepare import TuneJob
from .samples import write_region, write_samples
from .sentences import (
    begins_anew_sentence,
    begins_sentence,
    lap_sentence,
    shift_sentence,
    stopped_sentence,
    taught_share,
    unfinished_sentence,
)
from .shift import Shift, estimate_shift
from .tuned import Tuned
from .tuned_contract import tuned_contract, unfinished_contract
from .verdict_sentences import (
    new_verdict_sentence,
    recalibrated_sentence,
    threshold_sentence,
    verdict_sentence,
)

CHECKPOINT = "whole.pt"  # of the weights for use, in the folder of checkpoints
# what the worker is asked for (see training.lesson.Lesson), to its messages
Teach = Callable[[dict], Iterator[dict]]


class Step(NamedTuple):
    """Where the work stands: share of it, and a sentence where there is something to
    say.
    """

    share: float
    note: Note | None = None


@dataclass
class Work:
    """What has come of a fine-tuning so far."""

    folder: Path
    checkpoints: Path
    folds: Folds
    before: list[str] = field(default_factory=list)  # probability rasters
    after: list[str] = field(default_factory=list)
    shift: Shift | None = None
    models: tuple[str, ...] = ()  # of the folds, then the one for use
    laps: list[dict] = field(default_factory=list)
    begins: str = ""  # what a network without a base begins with
    has_samples: bool = False  # that a worker could read

    @property
    def samples(self) -> Path:
        """The folder of what the worker reads."""
        return self.folder / "samples"


class FineTuning:
    """The work; `result` is there when `run` is through."""

    def __init__(self, job: TuneJob, open_detector: OpenDetector, teach: Teach):
        self.job = job
        self.result: Tuned | None = None
        self._work: Work | None = None
        self._open = open_detector
        self._teach = teach

    def run(self, folder: Path, checkpoints: Path) -> Iterator[Step]:
        """Do it, step by step; `folder` is for what nobody keeps, `checkpoints` for what a
        killed run leaves to the next one. Raises MrifeError.
        """
        job = self.job
        work = Work(folder, checkpoints, Folds(job.landslides, job.crs))
        self._work = work
        yield from (Step(0.0, note) for note in job.notes)
        if not job.learns_nothing:
            others = job.others_beside(checkpoints)
            yield from (Step(0.0, begins_anew_sentence(other)) for other in others)
            yield from self._check(work)
        if job.has_base:
            yield from self._look_first(work)
        if not job.learns_nothing:
            yield from self._learn(work)
            yield from self._search_left_out(work)
        if not job.has_base:
            self._paint_everything(work)
        self.result = self._judged(work)
        yield Step(1.0, self._verdict_sentence())

    def _check(self, work: Work) -> Iterator[Step]:
        """Whether the worker can teach this, before the ground is searched."""
        for message in self._teach({**self._lesson(work), "check": True}):
            work.begins = message.get("begins", "")
            yield Step(0.0)
        if not self.job.has_base:
            yield Step(0.0, begins_sentence(work.begins, self.job.contract))

    def _look_first(self, work: Work) -> Iterator[Step]:
        """What the base sees: where the outlines lie by it, what its threshold brings."""
        place = work.folder / "base"
        search = GroundSearch(self.job, work.folds, self._open)
        for share in search.everywhere(self.job.base, place, work.before):
            yield Step(0.1 * share)
        work.after = work.before
        work.shift = self._shift(work.before)
        yield Step(0.1, shift_sentence(work.shift))
        first = verdict_of(self.job, work.before, work.before, work.folds)
        yield Step(0.12, threshold_sentence(first, self.job.base.contract))

    def _learn(self, work: Work) -> Iterator[Step]:
        """Samples to the folder, and the worker's messages."""
        work.samples.mkdir()
        job = self.job
        grounds = self._grounds(work.folds)
        for share in write_samples(grounds, work.samples, job.seed):
            yield Step(0.12 + 0.03 * share)
        if job.unlabelled:
            for _ in write_region(self._region(), work.samples / REGION, job.seed):
                yield Step(0.15)
        work.has_samples = True
        for message in self._teach(self._lesson(work)):
            if "models" in message:
                work.models = tuple(message["models"])
                continue
            if "average_precision" in message:
                work.laps.append(message)
            share = taught_share(message, work.folds.count, bool(job.unlabelled))
            yield Step(0.15 + 0.75 * share, lap_sentence(message))

    def _search_left_out(self, work: Work) -> Iterator[Step]:
        """Each fold's ground with the network that did not see it."""
        work.after = []
        models = work.models[: work.folds.count]
        search = GroundSearch(self.job, work.folds, self._open)
        for share in search.left_out(models, work.folder, work.after):
            yield Step(0.9 + 0.08 * share)

    def _paint_everything(self, work: Work) -> None:
        """What stands in the place of the search by a base that is not there."""
        for number, path in enumerate(work.after):
            floor = str(work.folder / f"everything-{number}.tif")
            write_everything(path, floor)
            work.before.append(floor)

    def _verdict_sentence(self) -> Note:
        result = self.result
        if not self.job.has_base:
            return new_verdict_sentence(result.verdict)
        if result.model is None:
            return recalibrated_sentence(result)
        return verdict_sentence(result.verdict)

    def _judged(self, work: Work) -> Tuned:
        verdict = verdict_of(self.job, work.before, work.after, work.folds)
        model = None
        if work.models:
            model = work.models[-1]
        return Tuned(
            self.job,
            work.folds,
            work.shift,
            verdict,
            tuned_contract(self.job, verdict, bool(work.models), work.begins),
            model,
            tuple(work.laps),
            tuple(work.before),
            tuple(work.after),
        )

    def write_model(self, path: Path, contract: Contract) -> None:
        """The file for use, with its contract. Raises OSError."""
        source = self.result.model or self.job.base.path
        path.write_bytes(with_metadata(source, contract.to_metadata()))

    def write_unfinished(self, model: Path, teach: Teach | None = None) -> Note:
        """Of a run that was stopped, the best network that was judged so far, for as long
        as its folders are there; it lies beside the `model` that was to come, never in its
        place. `teach` asks a worker that nobody has stopped. Returns what the log should
        say. Raises MrifeError, OSError.
        """
        work = self._work
        # an earlier run may have kept what this one came to be stopped before
        if work is None or not work.has_samples:
            return stopped_sentence()
        if not any(work.checkpoints.glob("fold-*/epoch-*.pt")):
            return stopped_sentence()
        teach = teach or self._teach
        (message,) = teach({**self._lesson(work), "unfinished": True})
        contract = unfinished_contract(self.job, message["step"], message["steps"])
        path = self.job.unfinished_beside(model)
        (network,) = message["models"]
        with whole_or_nothing(path) as part:
            Path(part).write_bytes(with_metadata(network, contract.to_metadata()))
        return unfinished_sentence(message, path)

    def _lesson(self, work: Work) -> dict:
        job = self.job
        return {
            "base": job.base.path,
            "contract": job.contract.to_json(),
            "extended": job.contract != job.base.contract,
            "samples": str(work.samples),
            "out": str(work.checkpoints),
            "folds": work.folds.count,
            "seed": job.seed,
            "steps": job.stage.steps,
            "learn": job.stage.learn,
            "lr": job.stage.lr,
            "mrife_losses": job.stage.mrife_losses,
            "adapt": bool(job.unlabelled),
            "options": job.options,
        }

    def _grounds(self, folds: Folds) -> list[Ground]:
        job = self.job
        return [
            ground_of(raster, job.contract, job.labels, job.reviewed, job.crs, folds)
            for raster in job.rasters
        ]

    def _region(self) -> list[Ground]:
        """What nobody labelled."""
        job = self.job
        nowhere = Folds(job.landslides, job.crs)
        return [
            ground_of(raster, job.contract, (), None, job.crs, nowhere)
            for raster in job.unlabelled
        ]

    def _shift(self, paths: Sequence[str]) -> Shift | None:
        """Raises MrifeError where the outlines surely lie beside the image."""
        job = self.job
        shift = estimate_shift(
            [
                (path, on_grid(job.landslides, job.crs, raster.grid))
                for path, raster in zip(paths, job.rasters)
            ]
        )
        if shift is not None and shift.is_sure and shift.length > job.max_shift_m:
            raise MrifeError(
                "The outlines lie {} m beside the landslides of the image ({}, {} of "
                "them, by what the model sees under {} of them); move them, check their "
                "datum, or allow a larger shift.",
                f"{shift.length:.0f}",
                *shift.from_image,
                shift.polygons,
            )
        return shift
