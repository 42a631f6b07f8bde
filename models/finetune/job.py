# SPDX-License-Identifier: GPL-2.0-or-later
"""Fine-tuning from the rasters and polygons of a geologist to a model file and what it is
worth: the one way that dialog, command line and benchmarks go.

The base searches the labelled ground; the polygons are checked against what it sees; a
worker teaches; what was taught on one part of the ground is judged on the other; and the
model file for use is written with the threshold that held there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

from shapely.geometry import Polygon

from ..contract import Contract
from ..errors import MrifeError, Note
from ..evaluation.recalibrate import moved_seed
from ..geo.crs import Crs
from ..geo.geodesic import Geodesic
from ..geo.overlay import joined
from ..geo.repair import areal
from ..geo.reproject import into, meets
from ..inference.raster import Raster
from ..onnxfile import ModelFile, describe, with_metadata
from .folds import Folds
from .ground import Ground, ground_of
from .held_out import merge_probabilities, search_area, write_probability
from .labels import (
    LANDSLIDE,
    MIN_PIXELS,
    UNDECIDED,
    Label,
    LabelCount,
    Surface,
    of_kind,
    on_grid,
    reviewed_ground,
)
from .samples import write_samples
from .shift import Shift, estimate_shift
from .stages import AUTO, RECALIBRATE, TuneStage, stage_for
from .verdict import SquareCounts, Verdict, judged_pixels, pass_verdict, square_side

NAME_LENGTH = 14  # of the base's name in that of the model
MAX_SHIFT_M = 10.0  # between outlines and image, beyond which nothing is taught
PROVENANCE = {"MRIFE_PURPOSE": "fine-tuning"}  # of rasters that nobody keeps

# a model file's detector for a while
OpenDetector = Callable[[ModelFile], AbstractContextManager]
# what the worker is asked for (see training.finetune.Lesson), to its messages
Teach = Callable[[dict], Iterator[dict]]


class Step(NamedTuple):
    """Where the work stands: share of it, and a sentence where there is something to
    say.
    """

    share: float
    note: Note | None = None


@dataclass(frozen=True)
class TuneRequest:
    """What the user asks for."""

    area: list[bytes] | None = None  # WKB of the reviewed area, in the labels' CRS
    whole: bool = False  # all of the rasters was reviewed
    stage: str = AUTO  # one of stages.STAGES
    steps: int | None = None  # of training; None: the stage's own
    seed: int = 0
    max_shift_m: float = MAX_SHIFT_M


@dataclass(frozen=True)
class TuneJob:
    """All that fine-tuning needs, examined and found right; labels and reviewed area are
    in `crs`, `reviewed` None where all of the rasters was.
    """

    base: ModelFile
    rasters: tuple[Raster, ...]
    names: tuple[str, ...]  # of the rasters
    labels: tuple[Label, ...]
    count: LabelCount
    reviewed: Surface | None
    crs: Crs
    stage: TuneStage
    seed: int
    max_shift_m: float
    notes: tuple[Note, ...]

    @property
    def landslides(self) -> list[Surface]:
        """Those that are taught."""
        return of_kind(self.labels, LANDSLIDE)

    @property
    def learns_nothing(self) -> bool:
        """Whether the threshold alone is set anew."""
        return self.stage.learn == RECALIBRATE

    @property
    def digest(self) -> str:
        """12 hex digits that two jobs share only if they teach the same."""
        facts = hashlib.sha256()
        for label in self.labels:
            facts.update(label.kind.encode() + label.polygon.wkb)
        if self.reviewed is not None:
            facts.update(self.reviewed.wkb)
        prints = [raster.fingerprint for raster in self.rasters]
        facts.update(repr((self.base.model_id, prints, self.stage, self.seed)).encode())
        return facts.hexdigest()[:12]


@dataclass(frozen=True)
class Tuned:
    """What came of it: the model files of the folds and the one for use, the verdict on
    ground left out, and per raster the probabilities of base and folds.
    """

    job: TuneJob
    folds: Folds
    shift: Shift | None
    verdict: Verdict
    contract: Contract
    model: str | None  # the worker's file for use; None: the base's network stays
    laps: tuple[dict, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]


def prepare_tune(
    base: ModelFile,
    rasters: Sequence[Raster],
    names: Sequence[str],
    labels: Sequence[Label],
    count: LabelCount,
    crs: Crs,
    request: TuneRequest,
) -> TuneJob:
    """Examine what is to be taught: labels in `crs` on rasters of these names. Raises
    MrifeError for all that is wrong before anything is computed.
    """
    kept, count = on_images(labels, count, rasters, crs, base.contract)
    landslides = of_kind(kept, LANDSLIDE)
    if len(landslides) < 2:
        raise MrifeError(
            "Only {} landslide lies on the images; at least 2 are needed, one to learn "
            "from and one to judge by.",
            len(landslides),
        )
    reviewed = reviewed_ground(kept, request.area, request.whole)
    if reviewed is not None:
        check_reviewed(reviewed, landslides, rasters, crs)
    return TuneJob(
        base=base,
        rasters=tuple(rasters),
        names=tuple(names),
        labels=tuple(kept),
        count=count,
        reviewed=without_undecided(reviewed, kept, rasters, crs),
        crs=crs,
        stage=stage_for(len(landslides), request.stage, request.steps),
        seed=request.seed,
        max_shift_m=request.max_shift_m,
        notes=count.notes(),
    )


def on_images(
    labels: Sequence[Label],
    count: LabelCount,
    rasters: Sequence[Raster],
    crs: Crs,
    contract: Contract,
) -> tuple[list[Label], LabelCount]:
    """The labels that lie on a raster and are large enough, and how many do not. Raises
    MrifeError where none does.
    """
    outside = 0
    small = 0
    kept = []
    measure = Geodesic(crs)
    grids = [raster.grid for raster in rasters]
    least = MIN_PIXELS * min(pixel_area(raster, contract) for raster in rasters)
    for label in labels:
        pieces = (on_grid([label.polygon], crs, grid) for grid in grids)
        if not any(meets(piece, grid.bounds) for piece, grid in zip(pieces, grids)):
            outside += 1
        elif label.kind == LANDSLIDE and measure.area(label.polygon) < least:
            small += 1
        else:
            kept.append(label)
    if not kept:
        raise MrifeError(
            "None of the {} polygons lies on an image; look at the coordinate systems "
            "of both.",
            len(labels),
        )
    return kept, replace(count, outside=outside, small=small, least_m2=least)


def pixel_area(raster: Raster, contract: Contract) -> float:
    """m2 of a pixel as the network sees it."""
    if contract.pixel_size:
        return contract.pixel_size**2
    across, down = raster.grid.pixel_metres()
    return across * down


def check_reviewed(
    reviewed: Surface, landslides: list[Surface], rasters: Sequence[Raster], crs: Crs
) -> None:
    """Raises MrifeError where the reviewed area lies elsewhere."""
    if not any(
        meets(on_grid([reviewed], crs, raster.grid), raster.grid.bounds)
        for raster in rasters
    ):
        raise MrifeError(
            "The reviewed area lies on none of the images; look at its coordinate system."
        )
    if not any(reviewed.intersects(polygon) for polygon in landslides):
        raise MrifeError(
            "No landslide lies in the reviewed area; draw it around landslides that are "
            "digitized completely."
        )


def without_undecided(
    reviewed: Surface | None,
    labels: Sequence[Label],
    rasters: Sequence[Raster],
    crs: Crs,
) -> Surface | None:
    """The reviewed area without what nobody has decided: what is not known to be a
    landslide or none can neither be taught nor judged.
    """
    undecided = joined(polygon.wkb for polygon in of_kind(labels, UNDECIDED))
    if undecided is None:
        return reviewed
    landslides = joined(polygon.wkb for polygon in of_kind(labels, LANDSLIDE))
    open_ground = areal(undecided.difference(landslides))
    ground = reviewed or joined(extents(rasters, labels, crs))
    if open_ground is None:
        return reviewed
    return areal(ground.difference(open_ground))


def extents(rasters: Sequence[Raster], labels: Sequence[Label], crs: Crs) -> list[bytes]:
    """WKB of the rasters' outer edges in the CRS of the labels."""
    bounds = joined(label.polygon.wkb for label in labels).bounds
    edges = []
    for raster in rasters:
        grid = raster.grid
        edge = Polygon(grid.corners).wkb
        edges += [part.wkb for part in into([edge], grid.crs, bounds, crs)]
    return edges


@dataclass
class Work:
    """What has come of a fine-tuning so far."""

    folder: Path
    made: Path
    folds: Folds
    before: list[str] = field(default_factory=list)  # probability rasters
    after: list[str] = field(default_factory=list)
    shift: Shift | None = None
    models: tuple[str, ...] = ()  # of the folds, then the one for use
    laps: list[dict] = field(default_factory=list)

    @property
    def samples(self) -> Path:
        """The folder of what the worker reads."""
        return self.folder / "samples"


class FineTuning:
    """The work; `result` is there when `run` is through."""

    def __init__(self, job: TuneJob, open_detector: OpenDetector, teach: Teach):
        self.job = job
        self.result: Tuned | None = None
        self._open = open_detector
        self._teach = teach

    def run(self, folder: Path, made: Path) -> Iterator[Step]:
        """Do it, step by step; `folder` is for what nobody keeps, `made` for what a
        killed run leaves to the next one. Raises MrifeError.
        """
        job = self.job
        work = Work(folder, made, Folds(job.landslides, job.crs))
        yield from (Step(0.0, note) for note in job.notes)
        if not job.learns_nothing:
            for _ in self._teach({**self._lesson(work), "check": True}):
                yield Step(0.0)
        yield from self._look_first(work)
        if not job.learns_nothing:
            yield from self._learn(work)
            yield from self._search_left_out(work)
        self.result = self._judged(work)
        yield Step(1.0, said_verdict(self.result))

    def _look_first(self, work: Work) -> Iterator[Step]:
        """What the base sees: where the outlines lie by it, what its threshold brings."""
        place = work.folder / "base"
        for share in self._search_all(
            self.job.base, None, work.folds, place, work.before
        ):
            yield Step(0.1 * share)
        work.after = work.before
        work.shift = self._shift(work.before)
        yield Step(0.1, said_shift(work.shift))
        first = self._counts(work.before, work.before, work.folds)
        yield Step(0.12, said_threshold(first, self.job.base.contract))

    def _learn(self, work: Work) -> Iterator[Step]:
        """Samples to the folder, and the worker's messages."""
        work.samples.mkdir()
        grounds = self._grounds(work.folds)
        for share in write_samples(grounds, work.samples, self.job.seed):
            yield Step(0.12 + 0.03 * share)
        for message in self._teach(self._lesson(work)):
            if "models" in message:
                work.models = tuple(message["models"])
                continue
            if "average_precision" in message:
                work.laps.append(message)
            share = taught_share(message, work.folds.count)
            yield Step(0.15 + 0.75 * share, said(message))

    def _search_left_out(self, work: Work) -> Iterator[Step]:
        """Each fold's ground with the network that did not see it."""
        work.after = []
        models = work.models[: work.folds.count]
        for share in self._search_folds(models, work.folds, work.folder, work.after):
            yield Step(0.9 + 0.08 * share)

    def _judged(self, work: Work) -> Tuned:
        verdict = self._counts(work.before, work.after, work.folds)
        model = None
        if work.models:
            model = work.models[-1]
        return Tuned(
            self.job,
            work.folds,
            work.shift,
            verdict,
            self._contract(verdict, work.models),
            model,
            tuple(work.laps),
            tuple(work.before),
            tuple(work.after),
        )

    def write_model(self, path: Path, contract: Contract) -> None:
        """The file for use, with its contract. Raises OSError."""
        source = self.result.model or self.job.base.path
        path.write_bytes(with_metadata(source, contract.to_metadata()))

    def _lesson(self, work: Work) -> dict:
        job = self.job
        return {
            "base": job.base.path,
            "contract": job.base.contract.to_json(),
            "samples": str(work.samples),
            "out": str(work.made),
            "folds": work.folds.count,
            "seed": job.seed,
            "steps": job.stage.steps,
            "learn": job.stage.learn,
            "lr": job.stage.lr,
        }

    def _grounds(self, folds: Folds) -> list[Ground]:
        job = self.job
        contract = job.base.contract
        return [
            ground_of(raster, contract, job.labels, job.reviewed, job.crs, folds)
            for raster in job.rasters
        ]

    def _search_all(
        self,
        model: ModelFile,
        fold: int | None,
        folds: Folds,
        folder: Path,
        paths: list[str],
    ) -> Iterator[float]:
        """Search all rasters with one model, in a fold's ground alone where one is
        named; fills `paths`.
        """
        job = self.job
        folder.mkdir()
        with self._open(model) as detector:
            for number, raster in enumerate(job.rasters):
                path = str(folder / f"searched_{number}.tif")
                area = search_area(raster.grid, job.reviewed, job.crs, folds, fold)
                for share in write_probability(
                    raster, model, detector, area, path, PROVENANCE
                ):
                    yield (number + share) / len(job.rasters)
                paths.append(path)

    def _search_folds(
        self, models: Sequence[str], folds: Folds, folder: Path, paths: list[str]
    ) -> Iterator[float]:
        """Search each fold's ground with the model that did not see it."""
        by_fold = []
        for fold, model in enumerate(models):
            made: list[str] = []
            place = folder / f"fold-{fold}"
            for share in self._search_all(describe(model), fold, folds, place, made):
                yield (fold + share) / folds.count
            by_fold.append(made)
        for number in range(len(self.job.rasters)):
            path = str(folder / f"after-{number}.tif")
            merge_probabilities((made[number] for made in by_fold), path, PROVENANCE)
            paths.append(path)

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
                "The outlines lie {} m beside the landslides of the image ({} m to the "
                "west, {} m to the south of them, by what the model sees under {} of "
                "them); move them, check their datum, or allow a larger shift.",
                f"{shift.length:.0f}",
                f"{shift.east:.0f}",
                f"{shift.north:.0f}",
                shift.polygons,
            )
        return shift

    def _counts(
        self, before: Sequence[str], after: Sequence[str], folds: Folds
    ) -> Verdict:
        """The verdict on two searches of all rasters. Raises MrifeError where no
        landslide was searched.
        """
        job = self.job
        areas = [
            search_area(raster.grid, job.reviewed, job.crs, folds, None)
            for raster in job.rasters
        ]
        pixels = sum(
            judged_pixels(raster.grid, area) for raster, area in zip(job.rasters, areas)
        )
        squares = SquareCounts(square_side(pixels))
        for number, raster in enumerate(job.rasters):
            grid = raster.grid
            squares.add(
                number,
                (before[number], after[number]),
                [polygon.wkb for polygon in on_grid(job.landslides, job.crs, grid)],
                areas[number],
                [folds.on(fold, grid, buffered=False) for fold in range(folds.count)],
            )
        return pass_verdict(*squares.table())

    def _contract(self, verdict: Verdict, models: Sequence[str] | None) -> Contract:
        """Of the file for use."""
        job = self.job
        contract = job.base.contract
        threshold = verdict.thresholds[1]
        day = datetime.now(timezone.utc).strftime("%Y-%m-%d")
        text = f"{len(job.landslides)} landslides, {', '.join(job.names)}, {day}"
        changes = {
            "threshold": threshold,
            "seed": moved_seed(threshold, contract.threshold, contract.seed),
            "objects": (),
            "calibrated_on": text,
        }
        if models:
            changes["name"] = f"{contract.name.partition('+')[0][:NAME_LENGTH]}+tuned"
            changes["trained_on"] = (
                f"{contract.trained_on} Fine-tuned on {text}; base {job.base.model_id}."
            )
        return replace(contract, **changes)


def taught_share(message: dict, folds: int) -> float:
    """How far the worker is, from where one of its runs stands."""
    runs = folds + 1
    name = str(message.get("run", ""))
    number = folds
    if name.startswith("fold-"):
        number = int(name.removeprefix("fold-")) - 1
    return min(1.0, (number + message["step"] / max(1, message["steps"])) / runs)


def said(message: dict) -> Note | None:
    """An epoch as a sentence."""
    if "average_precision" not in message:
        return None
    if message["average_precision"] is None:
        return Note("All ground: step {} of {}.", message["step"], message["steps"])
    return Note(
        "{}: step {} of {}, on ground left out IoU {} and average precision {}.",
        message["run"],
        message["step"],
        message["steps"],
        f"{message['iou']:.3f}",
        f"{message['average_precision']:.3f}",
    )


def said_shift(shift: Shift | None) -> Note | None:
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


def said_threshold(verdict: Verdict, contract: Contract) -> Note:
    """The first answer: what the threshold alone brings."""
    own = verdict.counts[0].at(contract.threshold)
    return Note(
        "The base on this ground: IoU {} at its own threshold {}, {} with one that the "
        "other part of the ground chooses; average precision {}.",
        f"{own.iou:.3f}",
        f"{contract.threshold:g}",
        f"{verdict.base.iou.value:.3f}",
        f"{verdict.base.average_precision.value:.3f}",
    )


def said_verdict(tuned: Tuned) -> Note:
    """The one plain sentence."""
    verdict = tuned.verdict
    if tuned.model is None:
        return Note(
            "From {} landslides only the threshold was chosen anew ({}); 10 or more are "
            "needed to teach a network.",
            len(tuned.job.landslides),
            f"{tuned.contract.threshold:g}",
        )
    gain = verdict.iou_gain
    figures = (
        f"{verdict.base.iou.value:.3f}",
        f"{verdict.tuned.iou.value:.3f}",
        f"{gain.value:+.3f}",
        f"{gain.low:+.3f}",
        f"{gain.high:+.3f}",
    )
    if verdict.is_better:
        return Note(
            "Better on ground it did not learn from: IoU {} before, {} after; gain {}, "
            "95 % interval {} to {}.",
            *figures,
        )
    if verdict.is_worse:
        return Note(
            "Worse on ground it did not learn from: IoU {} before, {} after; gain {}, "
            "95 % interval {} to {}. Keep the base model.",
            *figures,
        )
    return Note(
        "Not shown to be better on ground it did not learn from: IoU {} before, {} "
        "after; gain {}, 95 % interval {} to {}. The base model stays the safe choice.",
        *figures,
    )
