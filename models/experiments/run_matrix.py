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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from ..answers import say
from ..evaluation.calibration import Calibration, calibrate
from ..evaluation.pixel_metrics import ConfusionCounts, boundary, boundary_f1, called
from ..training.datasets import load_windows
from ..training.eval_tile import EvalTile
from ..training.evaluate import Detector, confusion_counts, detector, probabilities
from ..training.export import facts
from ..training.model_file import Exported, export_onnx, load
from ..training.settings import Settings
from ..training.train import as_type, train, trainer
from .ablations import ARMS, DATASETS, seed_numbers, settings_of
from .result_files import write_result


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
    return {
        "validation": asdict(validation.best())
        | {"average_precision": validation.average_precision()},
        "calibration": asdict(calibration),
        **_test_scores(detect, settings, threshold),
    }


def _test_scores(detect: Detector, settings: Settings, threshold: float) -> dict:
    windows = load_windows(settings, "test")
    counts = ConfusionCounts()
    outline = np.zeros(4)
    images = []
    for window, p in zip(windows, probabilities(detect, windows, settings.crop)):
        counts.add(p, window.truth, negative=not window.landslide)
        guess = called(p, threshold)
        outline += boundary(guess, window.truth)
        images.append(by_window(window, guess))
    false_windows = counts.false_windows(threshold)
    if np.isnan(false_windows):
        false_windows = None
    return {
        "test": asdict(counts.at(threshold))
        | {
            "average_precision": counts.average_precision(),
            "boundary_f1": boundary_f1(outline),
            "false_windows": false_windows,
            "calibration_error": counts.calibration_error(),
        },
        "images": images,
        "slide": counts.slide.tolist(),
        "background": counts.background.tolist(),
    }


def by_window(window: EvalTile, guess: np.ndarray) -> list:
    """Name of a window, and its landslide pixels found, wrongly called and missed, as
    `run_summary.by_image` reads them; `guess` (H, W) bool.
    """
    hit = int((guess & window.truth).sum())
    return [window.name, hit, int(guess.sum()) - hit, int(window.truth.sum()) - hit]


def cost(model: nn.Module, settings: Settings) -> dict:
    """Millions of parameters that the exported file needs, and 10^9 multiply-adds per
    window.
    """
    used = set()

    def mark(module: nn.Module, *_: object) -> None:
        used.update(id(p) for p in module.parameters(recurse=False))

    hooks = [module.register_forward_hook(mark) for module in model.modules()]
    window = torch.zeros(1, settings.planes, settings.crop, settings.crop)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(window)
    for hook in hooks:
        hook.remove()
    parameters = sum(p.numel() for p in model.parameters() if id(p) in used)
    multiply_adds = counter.get_total_flops() / 2
    return {
        "parameters": round(parameters / 1e6, 3),
        "gmac": round(multiply_adds / 1e9, 3),
    }


def seconds_per_step(settings: Settings, steps: int = 8) -> float:
    """Median over a few steps with the branch fully on; measure on an idle machine."""
    torch.set_num_threads(settings.threads)
    run = trainer(replace(settings, ramp=(-1.0, 0.0)))
    seconds = []
    for _ in range(steps):
        begun = time.perf_counter()
        run.train_step()
        seconds.append(time.perf_counter() - begun)
    return float(np.median(seconds[2:]))  # the first ones warm up


def paced(
    settings: Settings,
    seconds: float,
    folder: Path,
    name: str,
    time_step: Callable[[Settings], float] = seconds_per_step,
) -> Settings:
    """As many steps as fit into `seconds` of computing; a step's time is measured once
    and kept in speed.json.
    """
    file = folder / "speed.json"
    speed = {}
    if file.exists():
        speed = json.loads(file.read_text())
    if name not in speed:
        speed[name] = round(time_step(settings), 4)
        file.write_text(json.dumps(speed, indent=1))
    steps = max(settings.epoch_steps, round(seconds / speed[name]))
    return replace(settings, steps=steps)


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


def main(argv: list[str] | None = None) -> None:
    """`python -m models matrix --data DIR --runs DIR --arms A0,A8 --seeds 0,1,2
    --ground bijie [--seconds T] [--any-setting VALUE]`: one JSON line an epoch, a
    result.json a run.
    """
    options = vars(_parser().parse_args(argv))
    given = {name: value for name, value in options.items() if value is not None}
    runs = Path(given.pop("runs"))
    arms = given.pop("arms").split(",")
    seeds = given.pop("seeds")
    dataset = given.pop("dataset")
    seconds = given.pop("seconds")
    for seed in seeds:
        for arm in arms:
            settings = settings_of(arm, dataset, Settings())
            settings = replace(settings, **given, seed=seed)
            if seconds:
                runs.mkdir(parents=True, exist_ok=True)
                settings = replace(settings, out=str(runs))
                settings = paced(settings, seconds, runs, f"{dataset} {arm}")
            folder = runs / folder_name(dataset, settings, seconds) / f"{arm}-{seed}"
            complete(replace(settings, out=str(folder)), arm)


def _parser() -> argparse.ArgumentParser:
    """The comparison, and every setting but those that an arm has of its own."""
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
    parser.add_argument("--seeds", type=seed_numbers, default="0,1,2")
    parser.add_argument(
        "--ground", "--dataset", dest="dataset", default="bijie", choices=tuple(DATASETS)
    )
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
    return parser


def folder_name(dataset: str, settings: Settings, seconds: float) -> str:
    """DATASET/BUDGET, the share of the images behind the data set where it is not 1."""
    if settings.portion != 1:
        dataset = f"{dataset}-{settings.portion:g}"
    if seconds:
        return f"{dataset}/{seconds:g}s"
    return f"{dataset}/{settings.steps}"


def complete(settings: Settings, arm: str) -> None:
    """Do one run unless it is done or somebody else does it."""
    folder = Path(settings.out)
    with claimed(folder) as mine:
        if not mine or (folder / "result.json").exists():
            return
        result = {"arm": arm, **measure(settings)}
        write_result(folder / "result.json", result)
        rounded = {
            name: value and round(value, 4) for name, value in result["test"].items()
        }
        say(run=folder.name, test=rounded)
