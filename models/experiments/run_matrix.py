# SPDX-License-Identifier: GPL-2.0-or-later
"""The comparison: arms times seeds, each trained, then scored on test with what
validation chose; resumable run by run.

Several of these commands may work on one folder: each takes the runs that nobody else
has. A killed one loses at most `save_minutes` of its run.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from pathlib import Path

import numpy as np
import torch
from torch import nn

from ..evaluation.calibration import Calibration, calibrate
from ..evaluation.pixel_metrics import LEVELS, ConfusionCounts, boundary, boundary_f1
from ..training.datasets import load_windows
from ..training.evaluate import confusion_counts, detector, probabilities
from ..training.export import Exported, export_onnx, facts, load
from ..training.settings import Settings
from ..training.train import as_type, train
from ..training.trainer import Trainer
from .ablations import ARMS, GROUNDS, settings_of


def measure(settings: Settings) -> dict:
    """Train one run to its end and score it; the dictionary that becomes its result.json."""
    begun = time.time()
    for epoch in train(settings):
        say(
            run=Path(settings.out).name,
            step=epoch.step,
            seconds=epoch.seconds,
            iou=round(epoch.iou, 4),
            average_precision=round(epoch.average_precision, 4),
            alarm=epoch.alarm,
        )
    last = torch.load(
        Path(settings.out) / "last.pt", weights_only=True, map_location="cpu"
    )
    model, _, state = load(Path(settings.out) / "best.pt")
    result = {
        "settings": asdict(settings),
        "steps": last["step"],
        "best_step": state["step"],
        "seconds": last["seconds"],
        "seconds_per_step": last["seconds"] / max(1, last["step"]),
        "device": describe_device(),
        "curve": last["history"],
        **cost(model, settings),
        **scored(model, settings),
    }
    if (
        "bijie" in settings.sources
        and (Path(settings.data) / "jinsha").exists()
        and settings.dem == "off"
    ):
        result["jinsha_B"] = whole_scene(model, settings, state, result)
    return result | {"minutes": round((time.time() - begun) / 60, 1)}


def whole_scene(model: nn.Module, settings: Settings, state: dict, result: dict) -> dict:
    """Jinsha B the way the plugin runs it: the exported file, the whole scene, polygons."""
    from .benchmark import jinsha

    file = Path(settings.out) / "model.onnx"
    threshold = result["test"]["threshold"]
    contract = replace(
        facts(model, state),
        pixel_size=settings.pixel_size,
        window=settings.crop,
        threshold=threshold,
        seed=threshold,
    )
    export_onnx(model, file, contract, Calibration(**result["calibration"]))
    return jinsha(str(file), settings.data, "B")


def scored(model: nn.Module, settings: Settings) -> dict:
    """Threshold and calibration from validation, everything else on test; counts are
    kept for tables and bootstrap.
    """
    validation = confusion_counts(
        detector(model), load_windows(settings, "val"), settings.crop, settings.share
    )[1]
    calibration = calibrate(validation)
    threshold = calibration.of(validation.best().threshold)
    detect = detector(Exported(model, calibration), logits=False)
    windows = load_windows(settings, "test")
    tally = ConfusionCounts()
    outline = np.zeros(4)
    images = []
    for window, p in zip(windows, probabilities(detect, windows, settings.crop)):
        tally.add(p, window.truth, negative=not window.landslide)
        guess = np.rint(p * LEVELS) >= round(threshold * LEVELS)  # as the tally counts
        outline += boundary(guess, window.truth)
        both = int((guess & window.truth).sum())
        images.append(
            [window.name, both, int(guess.sum()) - both, int(window.truth.sum()) - both]
        )
    false = tally.false_windows(threshold)
    return {
        "validation": asdict(validation.best())
        | {"average_precision": validation.average_precision()},
        "calibration": asdict(calibration),
        "test": asdict(tally.at(threshold))
        | {
            "average_precision": tally.average_precision(),
            "boundary_f1": boundary_f1(outline),
            "false_windows": None if np.isnan(false) else false,
            "calibration_error": tally.calibration_error(),
        },
        "images": images,
        "slide": tally.slide.tolist(),
        "background": tally.background.tolist(),
    }


def cost(model: nn.Module, settings: Settings) -> dict:
    """Millions of parameters that the exported file needs, and 10^9 multiply-adds per
    window.
    """
    total = 0.0
    used = set()

    def count(conv: nn.Conv2d, _: tuple, out: torch.Tensor) -> None:
        nonlocal total
        total += out[0].numel() * conv.weight[0].numel()

    def mark(module: nn.Module, *_: object) -> None:
        used.update(id(p) for p in module.parameters(recurse=False))

    def count_up(conv: nn.ConvTranspose2d, inputs: tuple, _: torch.Tensor) -> None:
        nonlocal total
        total += inputs[0][0].numel() * conv.weight[0].numel()

    hooks = [
        m.register_forward_hook(count)
        for m in model.modules()
        if isinstance(m, nn.Conv2d)
    ]
    hooks += [
        m.register_forward_hook(count_up)
        for m in model.modules()
        if isinstance(m, nn.ConvTranspose2d)
    ]
    hooks += [m.register_forward_hook(mark) for m in model.modules()]
    with torch.no_grad():
        model(torch.zeros(1, settings.planes, settings.crop, settings.crop))
    for hook in hooks:
        hook.remove()
    numbers = sum(p.numel() for p in model.parameters() if id(p) in used)
    return {"parameters": round(numbers / 1e6, 3), "gmac": round(total / 1e9, 3)}


def seconds_per_step(settings: Settings, steps: int = 8) -> float:
    """Median over a few steps with the branch fully on; measure on an idle machine."""
    torch.set_num_threads(settings.threads)
    run = Trainer(replace(settings, ramp=(-1.0, 0.0)))
    taken = []
    for step in range(steps):
        begun = time.perf_counter()
        run.advance()
        if step > 1:
            taken.append(time.perf_counter() - begun)
    return float(np.median(taken))


def paced(settings: Settings, seconds: float, folder: Path, name: str) -> Settings:
    """As many steps as fit into `seconds` of computing; a step's time is measured once
    and kept in speed.json.
    """
    file = folder / "speed.json"
    if file.exists():
        known = json.loads(file.read_text())
    else:
        known = {}
    if name not in known:
        known[name] = round(seconds_per_step(settings), 4)
        file.write_text(json.dumps(known, indent=1))
    return replace(
        settings, steps=max(settings.epoch_steps, round(seconds / known[name]))
    )


@contextmanager
def claimed(folder: Path) -> Iterator[bool]:
    """Whether this process may work in the folder; a claim ends with its process."""
    import fcntl  # not on Windows, where the plugin runs and this benchmark does not

    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "claim").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def describe_device() -> str:
    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    return f"cpu, {torch.get_num_threads()} thread(s)"


def say(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


def main(argv: list[str] | None = None) -> None:
    """`python -m models matrix --data DIR --runs DIR --arms A0,A8 --seeds 0,1,2
    --ground bijie [--seconds T] [--any-setting VALUE]`: one JSON line an epoch, a
    result.json a run.
    """
    parser = argparse.ArgumentParser(
        prog="matrix", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--runs",
        required=True,
        help="folder of all runs; each gets GROUND/BUDGET/ARM-SEED",
    )
    parser.add_argument(
        "--arms", required=True, help=f"comma-separated, of {', '.join(ARMS)}"
    )
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--ground", default="bijie", choices=tuple(GROUNDS))
    parser.add_argument(
        "--seconds",
        type=float,
        default=0.0,
        help="equal computing time instead of equal steps",
    )
    skipped = ("out", "seed")
    for field in fields(Settings):
        if field.name not in skipped:
            parser.add_argument(
                f"--{field.name.replace('_', '-')}", type=as_type(field.default)
            )
    given = {
        name: value
        for name, value in vars(parser.parse_args(argv)).items()
        if value is not None
    }
    runs, arms, seeds, ground, seconds = (
        given.pop(key) for key in ("runs", "arms", "seeds", "ground", "seconds")
    )
    for seed in seeds.split(","):
        for arm in arms.split(","):
            settings = replace(
                settings_of(arm, ground, Settings()), **given, seed=int(seed)
            )
            if seconds:
                Path(runs).mkdir(parents=True, exist_ok=True)
                settings = paced(
                    replace(settings, out=runs), seconds, Path(runs), f"{ground} {arm}"
                )
            if seconds:
                budget = f"{seconds:g}s"
            else:
                budget = f"{settings.steps}"
            if settings.portion == 1:
                share = ""
            else:
                share = f"-{settings.portion:g}"
            complete(
                replace(
                    settings,
                    out=str(Path(runs) / (ground + share) / budget / f"{arm}-{seed}"),
                ),
                arm,
            )


def complete(settings: Settings, arm: str) -> None:
    """Do one run unless it is done or somebody else does it."""
    folder = Path(settings.out)
    with claimed(folder) as mine:
        if not mine or (folder / "result.json").exists():
            return
        result = {"arm": arm, **measure(settings)}
        (folder / "result.part").write_text(json.dumps(result))
        (folder / "result.part").replace(folder / "result.json")
        say(
            run=folder.name,
            test={k: v and round(v, 4) for k, v in result["test"].items()},
        )
