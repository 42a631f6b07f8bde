# SPDX-License-Identifier: GPL-2.0-or-later
"""What is to be taught, examined before anything is computed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from glob import escape
from pathlib import Path

from ..contract import Contract
from ..errors import MrifeError, Note
from ..geo.crs import Crs
from ..geo.overlay import Surface
from ..inference.plan import plan
from ..inference.raster import Raster
from ..onnxfile import ModelFile
from .elevation import elevation_notes, has_elevation
from .labels import LANDSLIDE, Label, LabelCount, of_kind, reviewed_ground
from .labels_on_images import check_reviewed, on_images, without_undecided
from .new_model import NoBase
from .stages import AUTO, RECALIBRATE, TuneStage, new_stage, stage_for

MAX_SHIFT_M = 10.0  # between outlines and image, beyond which nothing is taught


@dataclass(frozen=True)
class TuneRequest:
    """What the user asks for."""

    area: list[bytes] | None = None  # WKB of the reviewed area, in the labels' CRS
    whole: bool = False  # all of the rasters was reviewed
    stage: str = AUTO  # one of stages.STAGES
    steps: int | None = None  # of training; None: the stage's own
    seed: int = 0
    max_shift_m: float = MAX_SHIFT_M
    mrife_losses: bool = False
    # further settings of the training, by the names of `training.settings.Settings`
    options: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class TuneJob:
    """All that fine-tuning needs, examined and found right; labels and reviewed area are
    in `crs`, `reviewed` None where all of the rasters was.
    """

    base: ModelFile | NoBase
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
    unlabelled: tuple[Raster, ...] = ()  # to adapt to first
    options: tuple[tuple[str, object], ...] = ()  # further settings of the training

    @property
    def landslides(self) -> list[Surface]:
        """Those that are taught."""
        return of_kind(self.labels, LANDSLIDE)

    @property
    def has_base(self) -> bool:
        """Whether a network goes on learning, and does not begin from nothing."""
        return bool(self.base.path)

    @property
    def learns_nothing(self) -> bool:
        """Whether the threshold alone is set anew."""
        return self.stage.learn == RECALIBRATE

    @property
    def contract(self) -> Contract:
        """Of what is taught: the base's, with elevation where a model of it lies beside
        the images.
        """
        if self.learns_nothing or not has_elevation(self.rasters):
            return self.base.contract
        return self.base.contract.with_elevation()

    @property
    def digest(self) -> str:
        """12 hex digits that two jobs share only if they teach the same."""
        facts = hashlib.sha256()
        for label in self.labels:
            facts.update(label.kind.encode() + label.polygon.wkb)
            facts.update(f"{label.weight:g}".encode())
        if self.reviewed is not None:
            facts.update(self.reviewed.wkb)
        asked = (
            self.crs.text,
            self.base.model_id,
            self.contract.to_json(),
            [seen(raster) for raster in self.rasters],
            [seen(raster) for raster in self.unlabelled],
            self.stage,
            self.seed,
            sorted(self.options),
        )
        facts.update(repr(asked).encode())
        return facts.hexdigest()[:12]

    def checkpoints_beside(self, model: Path) -> Path:
        """The folder of what a run that ends early leaves to the next one of the same
        job, which writes the same `model`.
        """
        return model.parent / f".{model.stem}-{self.digest}.training"

    def others_beside(self, checkpoints: Path) -> list[Path]:
        """What runs with other inputs have left that were to write the same model."""
        before, _, after = checkpoints.name.partition(self.digest)
        if not before:  # a folder that may hold those of other models
            return []
        pattern = f"{escape(before)}*{escape(after)}"
        return sorted(set(checkpoints.parent.glob(pattern)) - {checkpoints})

    def checkpoints_in(self, work: Path) -> Path:
        """That folder in one which may hold those of other jobs, too."""
        return work / self.digest

    def unfinished_beside(self, model: Path) -> Path:
        """Where the best network of a run goes that ends before `model` is there."""
        return model.with_name(f"{model.stem}-unfinished-{self.digest}.onnx")


def prepare_tune(
    base: ModelFile | NoBase,
    rasters: Sequence[Raster],
    names: Sequence[str],
    labels: Sequence[Label],
    count: LabelCount,
    crs: Crs,
    request: TuneRequest,
    unlabelled: Sequence[Raster] = (),
) -> TuneJob:
    """Examine what is to be taught: labels in `crs` on rasters of these names, which are
    opened with `opened_contract`, as the `unlabelled` ones that the network adapts to
    first. Raises MrifeError for all that is wrong before anything is computed.
    """
    grids = [raster.grid for raster in rasters]
    on_image, count = on_images(labels, count, grids, crs, base.contract)
    landslides = of_kind(on_image, LANDSLIDE)
    choose_stage = stage_for if base.path else new_stage
    stage = choose_stage(
        len(landslides), request.stage, request.steps, request.mrife_losses
    )
    if len(landslides) < 2:
        raise MrifeError(
            "Only {} landslide lies on the images; at least 2 are needed, one to learn "
            "from and one to judge by.",
            len(landslides),
        )
    reviewed = reviewed_ground(on_image, crs, request.area, request.whole)
    if reviewed is not None:
        check_reviewed(reviewed, landslides, rasters, crs)
    job = TuneJob(
        base=base,
        rasters=tuple(rasters),
        names=tuple(names),
        labels=tuple(on_image),
        count=count,
        reviewed=without_undecided(reviewed, on_image, rasters, crs),
        crs=crs,
        stage=stage,
        seed=request.seed,
        max_shift_m=request.max_shift_m,
        notes=count.notes(),
        unlabelled=tuple(unlabelled),
        options=request.options,
    )
    for raster in unlabelled:
        plan(raster, job.contract)  # refuses pixels that are too coarse
    notes = job.notes + elevation_notes(job) + unlabelled_notes(job)
    return replace(job, notes=notes)


def opened_contract(base: Contract, dem: str | None) -> Contract:
    """What rasters are opened with, to be taught with an elevation model or without."""
    if dem is None:
        return base
    return base.with_elevation()


def seen(raster: Raster) -> tuple:
    """What tells rasters apart: pixels, which bands of them, and where they lie. What was
    learned is not lost where an image was copied or renamed.
    """
    return raster.likeness, raster.bands, raster.grid


def unlabelled_notes(job: TuneJob) -> tuple[Note, ...]:
    """What the log says of images without labels."""
    count = len(job.unlabelled)
    if not count:
        return ()
    if job.learns_nothing:
        return (
            Note(
                "The {} images without labels are not looked at: the threshold alone is "
                "set anew.",
                count,
            ),
        )
    return (
        Note(
            "First the network adapts to {} images without labels, in {} steps.",
            count,
            job.stage.steps,
        ),
    )
