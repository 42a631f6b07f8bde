# SPDX-License-Identifier: GPL-2.0-or-later
"""The state of a training run: networks, optimiser, sampler, queue; one step forward,
and checkpoints.
"""

from __future__ import annotations

import copy
import math
from dataclasses import asdict, fields, replace
from pathlib import Path

import torch
from torch import nn

from ..errors import MrifeError
from .baselines import build
from .chips import Batch, Sampler, statistics
from .contrast import Queue
from .datasets import load_chips
from .network import PROJECTED
from .settings import Settings
from .step import StepResult, full_step, segment_step, weight


class Trainer:
    """All that a checkpoint must hold for a killed run to go on as if nothing had
    happened.
    """

    def __init__(self, settings: Settings) -> None:
        torch.manual_seed(settings.seed)
        self.settings = settings
        self.device = device_of(settings)
        chips = load_chips(settings, "train")
        mean, deviation, self.stretch = statistics(chips, settings.channels)
        self.sampler = Sampler(settings, chips, self.device)
        self.student = build(
            settings, torch.tensor(mean).float(), torch.tensor(deviation).float()
        )
        if settings.start:
            from .warmstart import begin_from  # onnx only where it is wanted

            begin_from(self.student, settings.start, self.sampler)
        self.student.to(self.device, memory_format=torch.channels_last)
        self.teacher = copy.deepcopy(self.student).requires_grad_(False).eval()
        if settings.compile:
            for name in ("segment", "features"):
                if hasattr(self.student, name):
                    setattr(
                        self.student, name, torch.compile(getattr(self.student, name))
                    )
        self.optimiser = torch.optim.AdamW(
            groups(self.student, settings.weight_decay), settings.lr, foreach=True
        )
        self.queue = None
        if settings.contrast not in ("off", "intra") and settings.queue:
            self.queue = Queue(settings.queue, PROJECTED, self.device)
        self.step = 0
        self.seconds = 0.0
        self.best = -1.0
        # whether the teacher runs, and so gathers batch-norm statistics of its own
        self.teaching = False
        self.history: list[dict] = []  # the epochs so far

    def forward(self, batch: Batch) -> StepResult:
        settings = self.settings
        w = weight(self.settings, self.progress())
        mine = (
            settings.interact == "alternate" and (self.step // settings.turn) % 2 == 0
        )  # the segmentation's turn
        self.teaching = w > 0
        if w == 0 or mine:
            return segment_step(self.student, batch, settings)
        return full_step(self.student, self.teacher, batch, settings, self.queue, w)

    def update_teacher(self) -> None:
        """Averaged weights follow the student, at first closely; buffers are copied,
        but for the batch-norm statistics of a teacher that runs and gathers its own.
        """
        keep = min(1 - 10 / (self.step + 10), self.settings.ema)
        own = self.teaching and self.settings.teacher == "ema"
        with torch.no_grad():
            torch._foreach_lerp_(
                list(self.teacher.parameters()), list(self.student.parameters()), 1 - keep
            )
            for (name, mine), theirs in zip(
                self.teacher.named_buffers(), self.student.buffers()
            ):
                if not (
                    own
                    and name.rsplit(".", 1)[-1]
                    in ("running_mean", "running_var", "num_batches_tracked")
                ):
                    mine.copy_(theirs)

    def scored(self) -> nn.Module:
        """The network that is scored and stored: averaged or last weights, in eval mode."""
        if self.settings.weights == "student":
            source = self.student
        else:
            source = self.teacher
        model = build(replace(self.settings, pretrained="")).to(self.device)
        model.load_state_dict(source.state_dict())
        if self.settings.reestimate:
            reestimate(model, self.sampler, self.settings)
        return model.eval()

    def advance(self) -> dict[str, float]:
        """One step: batch, losses, gradient, averaged weights; returns the weighted
        terms and the figures.
        """
        settings = self.settings
        torch.manual_seed(
            settings.seed * 1_000_003 + self.step
        )  # dropout and masks: a function of the step alone
        for group in self.optimiser.param_groups:
            group["lr"] = rate(settings, self.progress())
        batch = self.sampler.draw(self.step)
        outcome = self.forward(batch)
        total = sum(outcome.terms.values())
        if not torch.isfinite(total):
            raise MrifeError(broken(self, batch, outcome))
        self.optimiser.zero_grad(set_to_none=True)
        total.backward()
        nn.utils.clip_grad_norm_(self.student.parameters(), settings.clip)
        self.optimiser.step()
        self.sampler.learn(batch, outcome.probability)
        self.step += 1
        self.update_teacher()
        return {
            name: float(value.detach())
            for name, value in (outcome.terms | outcome.figures).items()
        }

    def progress(self) -> float:
        settings = self.settings
        return min(
            1.0,
            self.seconds / (60 * settings.minutes)
            if settings.minutes
            else self.step / settings.steps,
        )

    def finished(self) -> bool:
        return self.progress() >= 1 or self.step >= self.settings.steps

    def save(self, path: Path) -> None:
        state = {
            "settings": asdict(self.settings),
            "step": self.step,
            "seconds": self.seconds,
            "best": self.best,
            "student": self.student.state_dict(),
            "teacher": self.teacher.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "alarm": torch.from_numpy(self.sampler.alarm),
            "history": self.history,
        }
        if self.queue is not None:
            state |= {"queue": self.queue.keys, "filled": self.queue.filled}
        write(state, path)

    def load(self, path: Path) -> None:
        """Go on from a checkpoint; raises MrifeError where it was made with other
        settings.
        """
        state = torch.load(path, weights_only=True, map_location=self.device)
        was = state["settings"]
        now = self.settings
        names = [f.name for f in fields(now) if f.name not in ELSEWHERE]
        other = [name for name in names if was.get(name) != getattr(now, name)]
        if other:
            raise MrifeError(
                "The run in {} was begun with another {}; choose another output folder "
                "or the same settings.",
                path.parent,
                ", ".join(other),
            )
        self.step = state["step"]
        self.seconds = state["seconds"]
        self.best = state["best"]
        self.history = state["history"]
        self.student.load_state_dict(state["student"])
        self.teacher.load_state_dict(state["teacher"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.sampler.alarm = state["alarm"].cpu().numpy()
        if self.queue is not None:
            self.queue.keys = state["queue"]
            self.queue.filled = state["filled"]


ELSEWHERE = (
    "data",
    "out",
    "threads",
    "device",
    "compile",
    "save_minutes",
    "start",
)  # a run may move elsewhere


def device_of(settings: Settings) -> torch.device:
    """The device that trains; raises MrifeError where CUDA is asked for and absent."""
    found = torch.cuda.is_available()
    if settings.device == "cuda" and not found:
        raise MrifeError(
            "CUDA was asked for but PyTorch finds no GPU; use device cpu or auto."
        )
    return torch.device("cuda" if found and settings.device != "cpu" else "cpu")


def reestimate(model: nn.Module, sampler: Sampler, settings: Settings) -> None:
    """Batch-norm statistics taken anew as the plain mean over `settings.reestimate`
    batches of clean crops.
    """
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
        norm.train()
    with torch.no_grad():
        for i in range(settings.reestimate):
            model(sampler.draw(10**9 + i).weak)


def write(state: dict, path: Path) -> None:
    """A kill while writing leaves the older file whole."""
    torch.save(state, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)


def groups(model: nn.Module, weight_decay: float) -> list[dict]:
    """Decay for weights only: a decayed norm, bias or gate would just shrink its layer."""
    weights = [p for p in model.parameters() if p.ndim > 1 and p.shape[0] > 1]
    others = [p for p in model.parameters() if p.ndim <= 1 or p.shape[0] == 1]
    return [
        {"params": weights, "weight_decay": weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]


def rate(settings: Settings, progress: float) -> float:
    """Linear warm-up, then half a cosine to zero."""
    if progress < settings.warmup:
        return settings.lr * max(progress / settings.warmup, 0.01)
    return (
        settings.lr
        * 0.5
        * (1 + math.cos(math.pi * (progress - settings.warmup) / (1 - settings.warmup)))
    )


def broken(run: Trainer, batch: Batch, outcome: StepResult) -> str:
    names = ", ".join(run.sampler.chips[i].name for i in batch.index)
    terms = ", ".join(
        name for name, value in outcome.terms.items() if not torch.isfinite(value)
    )
    return f"The loss ({terms}) is not finite at step {run.step}, images {names}; lower the learning rate."
