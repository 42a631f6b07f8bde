# SPDX-License-Identifier: GPL-2.0-or-later
"""What fine-tuning on a stretch of a gorge is worth on the next one, and at home: the
command of the plugin on the outlines of Jinsha A, scored on Jinsha B and on the test
counties.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from ..answers import say
from ..finetune.labels import read_labels
from ..finetune.objects import ObjectComparison, contract_for_use
from ..finetune.prepare import TuneJob, TuneRequest, opened_contract, prepare_tune
from ..geo.feature_file import read_features
from ..geo.scratch import scratch_folder
from ..geo.whole_files import whole_or_nothing
from ..inference.raster import Raster
from ..onnxfile import describe
from ..training.tuning import tuning_here
from .benchmark import bijie, jinsha
from .result_files import write_rows

HOME = "windows with negatives"  # row of the benchmark


def main(argv: list[str] | None = None) -> None:
    """`python -m models finetuning --base FILE.onnx --data DIR --out DIR [--seeds 0 1 2]
    [--dem] [--unlabelled A B] [--mrife-losses] [--settings JSON]`: one JSON line a model;
    goes on where it was stopped. With `--dem` the network learns and searches with the
    gorge's surface model; at home there is none. With `--unlabelled` it first adapts to
    the images of these stretches.
    """
    parser = argparse.ArgumentParser(prog="finetuning", description=__doc__)
    for name in ("base", "data", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    parser.add_argument("--dem", action="store_true", help="with the surface model")
    parser.add_argument(
        "--unlabelled",
        nargs="*",
        default=[],
        choices=("A", "B"),
        help="to adapt to first",
    )
    parser.add_argument("--mrife-losses", action="store_true", help="as of finetune")
    parser.add_argument("--settings", type=json.loads, default={}, help="as of finetune")
    options = parser.parse_args(argv)
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    lines = [scored(options.base, options.data, out / "base.json", "base", 0.0)]
    most_false = lines[0]["B_false_per_km2"]
    for seed in options.seeds:
        path, seconds = tuned(options, seed, out)
        place = out / f"seed-{seed}.json"
        name = f"seed {seed}"
        line = scored(path, options.data, place, name, seconds, options.dem, most_false)
        lines.append(line)
    write_rows(out / "fine-tuning.csv", lines)


def tuned(options: argparse.Namespace, seed: int, out: Path) -> tuple[str, float]:
    """The model file of a seed, and the seconds that it took."""
    path = out / f"seed-{seed}.onnx"
    timing = out / f"seed-{seed}.seconds"
    if timing.exists():
        return str(path), float(timing.read_text())
    begin = time.monotonic()
    folder = Path(options.data) / "jinsha"
    image = folder / "region_A_rgb.tif"
    dem = None
    if options.dem:
        dem = str(folder / "region_A_dsm.tif")
    outlines = folder / "region_A_landslides.geojson"
    region = [folder / f"region_{name}_rgb.tif" for name in options.unlabelled]
    request = TuneRequest(
        whole=True,
        seed=seed,
        mrife_losses=options.mrife_losses,
        options=tuple(options.settings.items()),
    )
    job = tune_job(options.base, image, outlines, request, dem, region)
    tuning = tuning_here(job, "cpu", 1)
    run_folder = out / f"seed-{seed}"
    run_folder.mkdir(exist_ok=True)
    with scratch_folder(tempfile.gettempdir()) as scratch:
        for step in tuning.run(scratch, run_folder):
            if step.note is not None:
                say(note=str(step.note), progress=round(100 * step.share, 1))
        comparison = ObjectComparison(tuning.result)
        for _ in comparison.run():
            pass
        contract = contract_for_use(tuning.result, comparison.result)
        with whole_or_nothing(path) as part:
            tuning.write_model(Path(part), contract)
    seconds = round(time.monotonic() - begin, 1)
    timing.write_text(str(seconds))
    return str(path), seconds


def tune_job(
    base: str,
    image: Path,
    outlines: Path,
    request: TuneRequest,
    dem: str | None,
    region: Sequence[Path],
) -> TuneJob:
    """All landslides of an image are among the outlines; `region`: images to adapt to."""
    model = describe(base)
    features = read_features(str(outlines))
    labels, count = read_labels(features.rows)
    contract = opened_contract(model.contract, dem)
    rasters = [Raster(str(image), (), contract, dem)]
    unlabelled = [Raster(str(path), (), contract, dem) for path in region]
    names = [image.stem]
    crs = features.crs
    return prepare_tune(model, rasters, names, labels, count, crs, request, unlabelled)


def scored(
    path: str,
    data: str,
    place: Path,
    name: str,
    seconds: float,
    dem: bool = False,
    most_false: float | None = None,
) -> dict:
    """A line of the table; kept at `place`. `dem`: with the surface model of the gorge;
    `most_false` as of `jinsha`, else the model's own.
    """
    if place.exists():
        line = json.loads(place.read_text())
    else:
        gorge = jinsha(path, data, "B", dem, most_false=most_false)
        home = next(line for line in bijie(path, data, "test") if line["what"] == HOME)
        line = {
            "model": name,
            "seconds": seconds,
            "B_iou": gorge["iou"],
            "B_average_precision": gorge["average_precision"],
            "B_found": gorge["found"],
            "B_false_per_km2": gorge["false_per_km2"],
            # than the base has: by the surest candidates
            "B_found_no_more_false": gorge.get("found_for_false", gorge["found"]),
            "home_iou": home["iou"],
            "home_average_precision": home["average_precision"],
            "home_negatives_painted": home["negatives_painted"],
        }
        place.write_text(json.dumps(line))
    say(**line)
    return line
