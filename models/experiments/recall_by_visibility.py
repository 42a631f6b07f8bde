# SPDX-License-Identifier: GPL-2.0-or-later
"""How well a run finds old landslides: painted share of each slide of the made-up test
scenes against its visibility.

The scenes are a fixture: the numbers compare runs with each other and say nothing about
real ground.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from ..answers import say
from ..errors import MrifeError
from ..evaluation.calibration import Calibration, calibrate
from ..evaluation.components import label_components
from ..evaluation.pixel_metrics import called
from ..training import scene_dataset as scenes
from ..training.datasets import load_windows
from ..training.eval_tile import EvalTile
from ..training.evaluate import Detector, confusion_counts, detector, probabilities
from ..training.images import planes
from ..training.model_file import Exported, load
from ..training.settings import Settings
from .ablations import seed_numbers
from .recall_plot import draw_recall
from .result_files import write_rows

MIN_OBJECT_M2 = 300.0  # of a component that counts as an object
MAX_PIXEL_M = 20.0  # at which a scene of metres still shows something


@dataclass(frozen=True)
class RunRecall:
    """What one run painted on all test scenes: `slides` one row a slide, `facts` its
    scores.
    """

    arm: str
    seed: int
    slides: list[dict]
    facts: dict

    def column(self, name: str) -> np.ndarray:
        return np.array([row[name] for row in self.slides])


def finished_runs(
    folder: Path, arms: list[str], seeds: list[int]
) -> list[tuple[str, int, Path]]:
    """(arm, seed, folder) of the runs that are done; raises MrifeError where none is."""
    runs = [(arm, seed, folder / f"{arm}-{seed}") for arm in arms for seed in seeds]
    done = [
        run
        for run in runs
        if (run[2] / "best.pt").exists() and (run[2] / "result.json").exists()
    ]
    if not done:
        raise MrifeError(
            "No finished run of {} with seeds {} in {}; make them with python -m models "
            "matrix.",
            ", ".join(arms),
            ", ".join(map(str, seeds)),
            folder,
        )
    return done


def open_run(folder: Path, data: str) -> tuple[Detector, Settings, float]:
    """(calibrated detector, settings, threshold) of a finished run.

    A result.json from before calibrations were kept has it fitted anew on validation, as
    `matrix` did.
    """
    model, settings, _ = load(folder / "best.pt")
    if settings.pixel_size > MAX_PIXEL_M:
        raise MrifeError(
            "{} sees pixels of {} m; scenes need {} or finer.",
            folder.name,
            f"{settings.pixel_size:g}",
            f"{MAX_PIXEL_M:g}",
        )
    result = json.loads((folder / "result.json").read_text())
    if "calibration" in result:
        calibration = Calibration(**result["calibration"])
    else:
        windows = load_windows(
            replace(settings, data=data or settings.data, out=str(folder)), "val"
        )
        calibration = calibrate(
            confusion_counts(detector(model), windows, settings.crop, settings.share)[1]
        )
    return (
        detector(Exported(model, calibration), logits=False),
        settings,
        result["test"]["threshold"],
    )


def score_run(arm: str, seed: int, folder: Path, data: str = "") -> RunRecall:
    """Predict all test scenes, each as a whole, with one run."""
    detect, settings, threshold = open_run(folder, data)
    slides = []
    total = np.zeros(8)
    for scene in scenes.SCENES["test"]:
        place = (folder.parent / "scenes", scene, settings.pixel_size)
        image, height, mask = scenes.stored_scene(*place)
        window = EvalTile(f"scene {scene}", True, planes(settings, image, height), mask)
        probability = next(probabilities(detect, [window], settings.crop))
        painted = called(probability, threshold)
        names = ("label", "look_alikes", "kind", "visibility", "age", "area")
        label, others, *table = scenes.kept_scene(*place, names)
        slides += [
            {"arm": arm, "seed": seed, "scene": scene, **row}
            for row in slide_rows(painted, label, *table)
        ]
        total += counts(painted, mask, others, settings.pixel_size)
    return RunRecall(arm, seed, slides, facts(slides, total))


def slide_rows(
    painted: np.ndarray,
    label: np.ndarray,
    kind: np.ndarray,
    visibility: np.ndarray,
    age: np.ndarray,
    area: np.ndarray,
) -> list[dict]:
    """One row a slide that covers a pixel: visibility (0-1), age (years), area (m2),
    share of its pixels painted.
    """
    pixels, hit = (
        np.bincount(plane.ravel(), minlength=len(kind) + 1)
        for plane in (label, label * painted)
    )
    return [
        {
            "slide": i,
            "kind": str(kind[i]),
            "visibility": round(float(visibility[i]), 4),
            "age_years": round(float(age[i])),
            "area_m2": round(float(area[i])),
            "painted": round(float(hit[i + 1] / pixels[i + 1]), 4),
        }
        for i in range(len(kind))
        if pixels[i + 1]
    ]


def counts(
    painted: np.ndarray, mask: np.ndarray, look_alikes: np.ndarray, pixel_size: float
) -> np.ndarray:
    """(8,) of one scene: pixels hit, missed, false, of ground without slide, of
    look-alikes, painted of these; false objects; km2.
    """
    other = look_alikes > 0
    return np.array(
        [
            (painted & mask).sum(),
            (mask & ~painted).sum(),
            (painted & ~mask).sum(),
            (~mask).sum(),
            other.sum(),
            (painted & other).sum(),
            true_and_false(painted, mask, pixel_size**2)[1],
            mask.size * pixel_size**2 / 1e6,
        ]
    )


def true_and_false(painted: np.ndarray, mask: np.ndarray, cell: float) -> np.ndarray:
    """(2,) components of at least MIN_OBJECT_M2 that lie on slides with half of their
    pixels, and with less; `cell` in m2.
    """
    label = label_components(painted)
    bins = label.max() + 1
    size = np.bincount(label.ravel(), minlength=bins)[1:]
    inside = np.bincount((label * mask).ravel(), minlength=bins)[1:]
    counted = size * cell >= MIN_OBJECT_M2
    right = inside >= 0.5 * size
    return np.array([(counted & right).sum(), (counted & ~right).sum()])


def facts(slides: list[dict], total: np.ndarray) -> dict:
    """Scores of a run from its slides and its summed `counts`; shares unless the name
    says otherwise.
    """
    hit, missed, false, ground, other, fooled, objects, km2 = total
    share = np.array([row["painted"] for row in slides])
    return {
        "slides": len(slides),
        "recall_half": float((share >= 0.5).mean()),
        "painted": float(share.mean()),
        "iou": hit / max(1, hit + missed + false),
        "background": false / max(1, ground),
        "look_alikes": fooled / max(1, other),
        "false_per_km2": objects / km2,
    }


def means(runs: list[RunRecall]) -> dict:
    """The scores of an arm: mean over its seeds, and the lowest and highest of the
    recall.
    """
    recall = [run.facts["recall_half"] for run in runs]
    average = {
        name: round(float(np.mean([run.facts[name] for run in runs])), 4)
        for name in runs[0].facts
    }
    return {
        "arm": runs[0].arm,
        "seeds": len(runs),
        **average,
        "recall_half_range": [round(min(recall), 4), round(max(recall), 4)],
    }


def main(argv: list[str] | None = None) -> None:
    """`python -m models ageing --runs DIR --ground GROUND --budget BUDGET --arms A0,A8
    --out DIR`: ageing-….csv and ageing-….png, a JSON line a run and an arm.
    """
    parser = argparse.ArgumentParser(
        prog="ageing", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    for name in ("runs", "budget", "arms", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--ground", "--dataset", dest="dataset", required=True)
    parser.add_argument("--seeds", type=seed_numbers, default="0,1,2")
    parser.add_argument(
        "--data",
        default="",
        help="only for runs of images whose result.json has no calibration",
    )
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args(argv)
    torch.set_num_threads(arguments.threads)
    folder = Path(arguments.runs) / arguments.dataset / arguments.budget
    out = Path(arguments.out)
    by_arm: dict[str, list[RunRecall]] = {}
    for arm, seed, run in finished_runs(
        folder, arguments.arms.split(","), arguments.seeds
    ):
        by_arm.setdefault(arm, []).append(score_run(arm, seed, run, arguments.data))
        say(
            run=run.name,
            **{name: round(value, 4) for name, value in by_arm[arm][-1].facts.items()},
        )
    for runs in by_arm.values():
        say(**means(runs))
    out.mkdir(parents=True, exist_ok=True)
    name = f"ageing-{arguments.dataset}-{arguments.budget}"
    slides = [slide for runs in by_arm.values() for run in runs for slide in run.slides]
    write_rows(out / f"{name}.csv", slides)
    figure = draw_recall(
        by_arm,
        f"Made-up test scenes, runs on {arguments.dataset} ({arguments.budget}): recall of old "
        "landslides",
    )
    figure.savefig(out / f"{name}.png", dpi=150)
    say(csv=str(out / f"{name}.csv"), figure=str(out / f"{name}.png"))
