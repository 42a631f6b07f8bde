# SPDX-License-Identifier: GPL-2.0-or-later
"""What fine-tuning is worth on a county that is new, by the number of its crops that are
known: as the plugin does it, beside other ways to learn from the same crops.

The base must not have seen the county; those of Bijie's test part are seen by none.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from ..answers import say
from ..errors import MrifeError
from ..evaluation.intervals import bootstrap
from ..evaluation.pixel_metrics import ConfusionCounts, pooled
from ..finetune.verdict import gain_of_average_precision
from ..geo.scratch import scratch_folder
from ..onnxfile import describe
from ..training.finetune import teach
from ..training.lesson import settings_of_lesson
from ..training.school import School, fitted
from .cases import Case, whole, windows
from .curve_arms import ARMS, BASE, THRESHOLD, Point, lesson_of, settings_of
from .curve_plot import draw_curve
from .new_county import NewCounty, Row, is_landslide, new_county, write_county_samples
from .plugin_run import PluginRun
from .result_files import write_result, write_rows

COLUMNS = (
    "arm",
    "crops",
    "landslides",
    "seed",
    "threshold",
    "iou",
    "best_iou",
    "average_precision",
    "negatives_painted",
    "seconds",
)
GAIN = ("gain", "gain_low", "gain_high")  # of average precision, against the base


def main(argv: list[str] | None = None) -> None:
    """`python -m models curve --base FILE.onnx --data DIR --out DIR [--county weining]
    [--arms tuned decoder] [--sizes 10 25 50 100] [--seeds 0] [--steps 300] [--folds 2]
    [--unet best.pt] [--settings JSON]`: one JSON line and one file a run, then
    OUT/curve.csv and OUT/curve.png of all files there; goes on where it was stopped.
    """
    options = parser().parse_args(argv)
    if "unet" in options.arms and not options.unet:
        raise MrifeError(
            "The arm unet needs a U-Net to begin with; give --unet the checkpoint of one "
            "that was trained without the county."
        )
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    county = new_county(options.data, options.county, options.pool)
    first = Point(BASE, 0, 0)
    once(out / f"{BASE}.json", partial(line_of, options, county, first))
    for seed in options.seeds:
        for arm in (THRESHOLD, *options.arms):
            for size in options.sizes:
                point = Point(arm, size, seed)
                once(out / f"{point.name}.json", partial(line_of, options, county, point))
    write_table(out)


def parser() -> argparse.ArgumentParser:
    """The arguments of the command."""
    parser = argparse.ArgumentParser(prog="curve", description=__doc__)
    for name in ("base", "data", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--county", default="weining")
    parser.add_argument("--arms", nargs="*", default=["tuned"], choices=tuple(ARMS))
    parser.add_argument("--sizes", type=int, nargs="*", default=[10, 25, 50, 100])
    parser.add_argument("--seeds", type=int, nargs="*", default=[0])
    parser.add_argument("--pool", type=int, default=100, help="crops to draw from")
    parser.add_argument("--steps", type=int, help="as of finetune")
    parser.add_argument(
        "--folds",
        type=int,
        default=2,
        help="runs to choose by; 0: no threshold is chosen",
    )
    parser.add_argument(
        "--unet", default="", help="checkpoint that the U-Net begins with"
    )
    parser.add_argument("--settings", type=json.loads, default={}, help="as of finetune")
    return parser


def write_table(out: Path) -> None:
    """Table and picture of all lines in a folder."""
    lines = [json.loads(path.read_text()) for path in out.glob("*.json")]
    lines.sort(key=lambda line: (line["arm"], line["crops"], line["seed"]))
    base = next(line for line in lines if line["arm"] == BASE)
    rows = [
        {name: line[name] for name in COLUMNS} | gain_of(base, line) for line in lines
    ]
    write_rows(out / "curve.csv", rows)
    draw_curve(lines).savefig(out / "curve.png", dpi=90)


def gain_of(base: dict, line: dict) -> dict:
    """What a line has more than the base in average precision, with the interval over
    crops that are drawn anew, the same for both.
    """
    pairs = [(base["images"][name], line["images"][name]) for name in base["images"]]
    counts = np.array(pairs, float).reshape(len(pairs), -1)
    gain = bootstrap(counts, gain_of_average_precision)
    return {name: round(value, 4) for name, value in zip(GAIN, gain)}


def once(path: Path, make: Callable[[], dict]) -> None:
    """Make the line of a file unless it is there."""
    if path.exists():
        return
    line = make()
    write_result(path, line)
    say(**{name: line[name] for name in COLUMNS})


def line_of(options: argparse.Namespace, county: NewCounty, point: Point) -> dict:
    """The line of a run: the base as it is, with another threshold, or what learned."""
    if point.arm not in (BASE, THRESHOLD):
        return taught_line(options, county, point)
    plugin = PluginRun(options.base, 1)
    if point.arm == BASE:
        return scored(options, county, point, plugin, plugin.contract.threshold)
    rows = county.subset(point.size, point.seed)
    names = {row["id"] for row in rows}
    counts = by_crop(plugin, whole(options.data, "test", names=names))
    threshold = pooled(list(counts.values())).best().threshold
    return scored(options, county, point, plugin, threshold, rows)


def taught_line(options: argparse.Namespace, county: NewCounty, point: Point) -> dict:
    """A network that learned from the crops."""
    rows = county.subset(point.size, point.seed)
    run_folder = Path(options.out) / point.name
    run_folder.mkdir(exist_ok=True)
    contract = describe(options.base).contract
    with scratch_folder(tempfile.gettempdir()) as scratch:
        folds = write_county_samples(options.data, rows, contract, scratch, point.seed)
        lesson = lesson_of(options, point, rows, scratch, min(folds, options.folds))
        settings = settings_of_lesson(lesson, contract)
        school = School(lesson, settings_of(point.arm, settings, options.unet))
        seconds = {}
        for message in teach(school, contract):
            if "average_precision" in message:
                seconds[message["run"]] = message["seconds"]
                say(point=point.name, **message)
    threshold = None
    if school.counts:
        left_out = [epochs[message["epoch"] - 1] for epochs in school.counts]
        threshold = fitted(left_out).of(pooled(left_out).best().threshold)
    plugin = PluginRun(message["models"][-1], 1)
    line = scored(options, county, point, plugin, threshold, rows)
    shutil.rmtree(run_folder)
    return line | {"seconds": sum(seconds.values())}


def scored(
    options: argparse.Namespace,
    county: NewCounty,
    point: Point,
    plugin: PluginRun,
    threshold: float | None,
    learned: Sequence[Row] = (),
) -> dict:
    """The line of a network: pixels of the county's other windows pooled, negatives among
    them; `images` holds the counts of each crop, `learned` what it learned from.
    """
    names = {row["id"] for row in county.rest}
    counts = by_crop(plugin, windows(options.data, "test", names))
    total = pooled(list(counts.values()))
    best = total.best()
    at_threshold = {"iou": None, "negatives_painted": None}
    if threshold is not None:
        at_threshold = {
            "iou": round(total.at(threshold).iou, 4),
            "negatives_painted": round(total.false_windows(threshold), 4),
        }
    return {
        "arm": point.arm,
        "crops": point.size,
        "landslides": sum(map(is_landslide, learned)),
        "seed": point.seed,
        "threshold": threshold,
        **at_threshold,
        "best_iou": round(best.iou, 4),
        "average_precision": round(total.average_precision(), 4),
        "seconds": 0.0,
        "learned": [row["id"] for row in learned],
        "images": {
            name: np.stack([count.background, count.slide]).astype(int).tolist()
            for name, count in counts.items()
        },
    }


def by_crop(plugin: PluginRun, cases: Iterable[Case]) -> dict[str, ConfusionCounts]:
    """Pixels by probability of each image."""
    counts: dict[str, ConfusionCounts] = {}
    for case in cases:
        probability = plugin.on_image(case.image).probability
        count = counts.setdefault(case.name, ConfusionCounts())
        count.add(probability, case.truth, not case.landslide)
    return counts
