# SPDX-License-Identifier: GPL-2.0-or-later
"""The state of a training run: networks, optimiser, sampler, queue; one step forward,
and checkpoints.
"""

from __future__ import annotations

import copy
from dataclasses import asdict, fields, replace
from pathlib import Path

import torch
from torch import nn
from torch.optim.swa_utils import get_ema_multi_avg_fn, update_bn

from ..errors import MrifeError
from .baselines import build
from .checkpoint import read_checkpoint, write_weights
from .chips import Chip, statistics
from .contrast import Queue
from .encoder import imagenet_encoder
from .network import PROJECTED, terrain_weights
from .optimiser import freeze, learning_rate, parameter_groups
from .sampler import Batch, Sampler
from .settings import NOTHING, Settings
from .step import StepResult, branch_weight, full_step, segment_step

# a run may move to another place
MAY_DIFFER = ("data", "out", "threads", "device", "compile", "save_minutes", "start")
FIRST_BN_STEP = 10**9  # of the batches that statistics are taken anew on: no step's own


class Trainer:
    """All that a checkpoint must hold for a killed run to go on as if nothing had
    happened.
    """

    def __init__(self, settings: Settings, chips: list[Chip]) -> None:
        torch.manual_seed(settings.seed)
        self.settings = settings
        self.device = device_of(settings)
        mean, deviation, self.stretch = statistics(chips, settings.channels)
        self.sampler = Sampler(settings, chips, self.device)
        self.student = self._begun(
            torch.tensor(mean).float(), torch.tensor(deviation).float()
        )
        self.teacher = teacher_of(self.student)
        if settings.compile:
            self._compile()
        self.optimiser = torch.optim.AdamW(
            parameter_groups(self.student, settings),
            settings.lr,
            foreach=True,
        )
        self.queue = None
        if settings.contrast not in ("off", "intra") and settings.queue:
            self.queue = Queue(settings.queue, PROJECTED, self.device)
        self.imagenet = None
        if settings.lambda_imagenet:
            self.imagenet = imagenet_encoder(settings).to(self.device)
        self.guides = None
        if settings.guides:
            from .guides import Guides  # onnx only where it is wanted

            self.guides = Guides.of(settings, self.sampler, self.device)
        self.step = 0
        self.seconds = 0.0
        self.best = -1.0
        self.history: list[dict] = []  # the epochs so far

    def _begun(self, mean: torch.Tensor, deviation: torch.Tensor) -> nn.Module:
        """The network as it begins to learn; `mean` and `deviation` (channels,) of the
        pixels that it will see.
        """
        settings = self.settings
        first = settings
        if settings.start:
            first = replace(settings, pretrained=NOTHING)
        student = build(first, mean, deviation)
        if settings.start:
            from .warmstart import begin_from  # onnx only where it is wanted

            begin_from(student, settings.start, self.sampler)
        freeze(student, settings.learn, settings.frozen_norms)
        return student.to(self.device, memory_format=torch.channels_last)

    def _compile(self) -> None:
        for name in ("segment", "features"):
            if hasattr(self.student, name):
                compiled = torch.compile(getattr(self.student, name))
                setattr(self.student, name, compiled)

    def forward(self, batch: Batch) -> StepResult:
        """The terms of L for a batch, of the branch as far as it is switched on."""
        settings = self.settings
        w = branch_weight(settings, self.progress())
        segmentation_alone = w == 0
        if settings.interact == "alternate" and (self.step // settings.turn) % 2 == 0:
            segmentation_alone = True
        if segmentation_alone:
            return segment_step(self.student, batch, settings)
        return full_step(
            self.student, self.teacher, batch, settings, self.queue, w, self.imagenet
        )

    def update_teacher(self) -> None:
        """Averaged weights follow the student, at first closely; buffers are copied."""
        decay = min(1 - 10 / (self.step + 10), self.settings.ema)
        average = get_ema_multi_avg_fn(decay)
        teacher = list(self.teacher.parameters())
        average(teacher, list(self.student.parameters()), self.step)
        with torch.no_grad():
            for buffer, source in zip(self.teacher.buffers(), self.student.buffers()):
                buffer.copy_(source)

    def scored(self) -> nn.Module:
        """The network that is scored and stored: averaged or last weights, in eval mode."""
        source = self.teacher
        if self.settings.weights == "student":
            source = self.student
        model = build(replace(self.settings, pretrained=NOTHING)).to(self.device)
        model.load_state_dict(source.state_dict())
        batches = range(FIRST_BN_STEP, FIRST_BN_STEP + self.settings.reestimate)
        if batches:
            update_bn((self.sampler.draw(step).weak for step in batches), model)
        return model.eval()

    def train_step(self) -> dict[str, float]:
        """One step: batch, losses, gradient, averaged weights; returns the weighted
        terms and the figures.
        """
        settings = self.settings
        # dropout and masks: a function of the step alone
        torch.manual_seed(settings.seed * 1_000_003 + self.step)
        for group in self.optimiser.param_groups:
            group["lr"] = group["share"] * learning_rate(settings, self.progress())
        batch = self.sampler.draw(self.step)
        if self.guides is not None:
            batch = replace(batch, guided=self.guides.answer(batch.plain, self.step))
        outcome = self.forward(batch)
        total = sum(outcome.terms.values())
        if not torch.isfinite(total):
            raise not_finite(self, batch, outcome)
        self.optimiser.zero_grad(set_to_none=True)
        total.backward()
        nn.utils.clip_grad_norm_(self.student.parameters(), settings.clip)
        self._optimise()
        self.sampler.update_scores(batch, outcome.probability)
        self.step += 1
        self.update_teacher()
        watched = outcome.terms | outcome.figures
        return {name: float(value.detach()) for name, value in watched.items()}

    @torch.no_grad()
    def _optimise(self) -> None:
        """One step of the optimiser, longer where the first layer looks at elevation:
        AdamW moves each weight by its own gradients alone, so that a step of so many
        times the length is one at so many times the rate.
        """
        faster = self.settings.dem_lr != 1 and self.settings.dem == "early"
        if not faster:
            self.optimiser.step()
            return
        weights = terrain_weights(self.student.state_dict(), self.settings)
        before = weights.clone()
        self.optimiser.step()
        weights.add_(weights - before, alpha=self.settings.dem_lr - 1)

    def progress(self) -> float:
        """Share of the run, by the clock where it has minutes, else by steps; 0-1."""
        settings = self.settings
        if settings.minutes:
            return min(1.0, self.seconds / (60 * settings.minutes))
        return min(1.0, self.step / settings.steps)

    def finished(self) -> bool:
        """Whether there is no step left."""
        return self.progress() >= 1 or self.step >= self.settings.steps

    def save(self, path: Path) -> None:
        """All that `load` needs, in one file."""
        state = {
            "settings": asdict(self.settings),
            "step": self.step,
            "seconds": self.seconds,
            "best": self.best,
            "student": self.student.state_dict(),
            "teacher": self.teacher.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "alarm": torch.from_numpy(self.sampler.hard_negative_score),
            "history": self.history,
        }
        if self.queue is not None:
            state |= {"queue": self.queue.keys, "filled": self.queue.filled}
        write_weights(state, path)

    def load(self, path: Path) -> None:
        """Go on from a checkpoint; raises MrifeError where it was made with other
        settings.
        """
        state = read_checkpoint(path, self.device)
        stored = state["settings"]
        differing = [
            field.name
            for field in fields(self.settings)
            if field.name not in MAY_DIFFER
            and stored.get(field.name, field.default)
            != getattr(self.settings, field.name)
        ]
        if differing:
            raise MrifeError(
                "The run in {} was begun with another {}; choose another output folder "
                "or the same settings.",
                path.parent,
                ", ".join(differing),
            )
        self.step = state["step"]
        self.seconds = state["seconds"]
        self.best = state["best"]
        self.history = state["history"]
        self.student.load_state_dict(state["student"])
        self.teacher.load_state_dict(state["teacher"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.sampler.hard_negative_score = state["alarm"].cpu().numpy()
        if self.queue is not None:
            self.queue.keys = state["queue"]
            self.queue.filled = state["filled"]


def teacher_of(student: nn.Module) -> nn.Module:
    """A copy that learns by averaging alone. Its batch norm is in the student's modes:
    where the student's uses the batch at hand, so does the teacher's.
    """
    teacher = copy.deepcopy(student).requires_grad_(False).eval()
    for module, copied in zip(student.modules(), teacher.modules()):
        if isinstance(module, nn.BatchNorm2d):
            copied.train(module.training)
    return teacher


def device_of(settings: Settings) -> torch.device:
    """The device that trains; raises MrifeError where CUDA is asked for and absent."""
    available = torch.cuda.is_available()
    if settings.device == "cuda" and not available:
        raise MrifeError(
            "CUDA was asked for but PyTorch finds no GPU; use device cpu or auto."
        )
    if available and settings.device != "cpu":
        return torch.device("cuda")
    return torch.device("cpu")


def not_finite(run: Trainer, batch: Batch, outcome: StepResult) -> MrifeError:
    """What to say of a loss that is not a number."""
    terms = [name for name, loss in outcome.terms.items() if not torch.isfinite(loss)]
    return MrifeError(
        "The loss ({}) is not finite at step {}, images {}; let less of the network "
        "learn (or more slowly, where a rate can be set), or look for values far off in "
        "the images.",
        ", ".join(terms),
        run.step,
        ", ".join(run.sampler.chips[i].name for i in batch.index),
    )
