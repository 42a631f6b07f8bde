# SPDX-License-Identifier: GPL-2.0-or-later
"""What fine-tuning on a stretch of a gorge is worth on the next one, and at home: the
command of the plugin on the outlines of Jinsha A, scored on Jinsha B and on the test
counties.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from pathlib import Path

from ..training import tune_command
from .benchmark import bijie, jinsha

COLUMNS = (
    "model",
    "seconds",
    "B_iou",
    "B_average_precision",
    "B_found",
    "B_false_per_km2",
    "home_iou",
    "home_average_precision",
    "home_negatives_painted",
)
HOME = "windows with negatives"  # row of the benchmark


def main(argv: list[str] | None = None) -> None:
    """`python -m models finetuning --base FILE.onnx --data DIR --out DIR [--seeds 0 1 2]
    [--settings JSON]`: one JSON line a model; goes on where it was stopped.
    """
    parser = argparse.ArgumentParser(prog="finetuning", description=__doc__)
    for name in ("base", "data", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    parser.add_argument("--settings", default="{}", help="as of finetune")
    options = parser.parse_args(argv)
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    lines = [scored(options.base, options.data, out / "base.json", "base", 0.0)]
    for seed in options.seeds:
        path, seconds = tuned(options, seed, out)
        place = out / f"seed-{seed}.json"
        lines.append(scored(path, options.data, place, f"seed {seed}", seconds))
    with (out / "fine-tuning.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)


def tuned(options: argparse.Namespace, seed: int, out: Path) -> tuple[str, float]:
    """The model file of a seed, and the seconds that it took."""
    path = out / f"seed-{seed}.onnx"
    timing = out / f"seed-{seed}.seconds"
    if timing.exists():
        return str(path), float(timing.read_text())
    begin = time.monotonic()
    folder = Path(options.data) / "jinsha"
    arguments = {
        "--inputs": folder / "region_A_rgb.tif",
        "--polygons": folder / "region_A_landslides.geojson",
        "--base-model": options.base,
        "--output": path,
        "--seed-number": seed,
        "--work": out / f"seed-{seed}",
        "--settings": options.settings,
        "--device": "cpu",
    }
    argv = [str(part) for pair in arguments.items() for part in pair]
    tune_command.main([*argv, "--whole-extent"])
    seconds = round(time.monotonic() - begin, 1)
    timing.write_text(str(seconds))
    return str(path), seconds


def scored(path: str, data: str, place: Path, name: str, seconds: float) -> dict:
    """A line of the table; kept at `place`."""
    if place.exists():
        line = json.loads(place.read_text())
    else:
        gorge = jinsha(path, data, "B")
        home = next(line for line in bijie(path, data, "test") if line["what"] == HOME)
        line = {
            "model": name,
            "seconds": seconds,
            "B_iou": gorge["iou"],
            "B_average_precision": gorge["average_precision"],
            "B_found": gorge["found"],
            "B_false_per_km2": gorge["false_per_km2"],
            "home_iou": home["iou"],
            "home_average_precision": home["average_precision"],
            "home_negatives_painted": home["negatives_painted"],
        }
        place.write_text(json.dumps(line))
    print(json.dumps(line), flush=True)
    return line
