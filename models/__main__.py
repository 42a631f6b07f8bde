# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line, without QGIS: python -m models detect | vectorize | modelinfo, and
for those who train: train | export | quantise | average | weights | benchmark | objects |
matrix | report | ageing | gallery | scene.

Progress and results are JSON lines on standard output; an error is one sentence on
standard error and exit code 1.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime, timezone

from .contract import Contract
from .errors import MrifeError
from .geo.grid import Grid, Strip
from .inference.image_date import image_date, stated_date
from .inference.plan import plan
from .inference.predict import predict
from .inference.probability import Probability, ProbabilityWriter, read_provenance
from .inference.raster import Raster
from .inventory.candidates.attributes import Inventory, Run
from .inventory.candidates.collection import Collection
from .inventory.export.geopackage import write_geopackage
from .inventory.polygonize.command_options import (
    add_steps,
    chosen_exclusion,
    chosen_steps,
)
from .inventory.polygonize.options import Thresholds, minimum_area
from .inventory.polygonize.polygonize import Polygonizer
from .onnxfile import chosen_model, describe, shipped_model

FORWARDED = {
    "train": "training.train",
    "export": "training.export",
    "benchmark": "experiments.benchmark",
    "matrix": "experiments.run_matrix",
    "report": "experiments.report",
    "scene": "scenes.scene",
    "ageing": "experiments.recall_by_visibility",
    "gallery": "experiments.gallery",
    "quantise": "training.quantise",
    "average": "training.soup",
    "weights": "experiments.release_weights",
    "objects": "experiments.object_calibration",
}


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code."""
    if (
        arguments and arguments[0] in FORWARDED
    ):  # torch and the scenes are only loaded where they are needed
        command = importlib.import_module(f".{FORWARDED[arguments[0]]}", __package__).main
        arguments = arguments[1:]
    else:
        chosen = _parser().parse_args(arguments)
        command = {"detect": detect, "vectorize": vectorize, "modelinfo": modelinfo}[
            chosen.command
        ]
        arguments = chosen
    try:
        command(arguments)
        return 0
    except MrifeError as error:
        print(error, file=sys.stderr)
        return 1


def detect(chosen: argparse.Namespace) -> None:
    """Raster to a probability raster, kept if asked, and a GeoPackage of polygons."""
    from .inference.detector import Detector  # the one place of onnxruntime

    started = time.monotonic()
    model = describe(chosen_model(chosen.model, chosen.fast))
    rules = _rules(chosen, model.contract)
    raster = Raster(chosen.input, chosen.bands, model.contract, chosen.dem)
    if chosen.extent:
        extent = raster.grid.window(*chosen.extent)
    else:
        extent = None
    laid = plan(
        raster,
        model.contract,
        None if chosen.overlap is None else chosen.overlap / 100,
        extent,
    )
    run = Run(
        model.model_id,
        chosen.input,
        chosen.sheet,
        _date(chosen) or image_date(chosen.input),
        round(math.prod(laid.seen.pixel_metres()) ** 0.5, 3),
        _now(),
        model.contract.objects,
    )
    _say(model=model.model_id, windows=laid.tiles, notes=laid.notes)
    with tempfile.TemporaryDirectory(prefix="mrife-") as folder:
        path = chosen.probability or os.path.join(folder, "probability.tif")
        with Detector(model.path, chosen.device, chosen.threads) as detector:
            _say(device=detector.device, why=detector.why)
            made = {
                "MRIFE_MODEL": model.model_id,
                "MRIFE_RUN": laid.digest(raster, model.model_id),
            }
            with ProbabilityWriter(path, laid.grid, made) as writer:
                _say(continues_at_row=writer.done)
                for strip in _watched(
                    predict(raster, detector, laid, chosen.batch, writer.done), laid.grid
                ):
                    writer.write(strip)
        found = _write(chosen, path, rules, run)
    _say(**found, device=detector.device, seconds=round(time.monotonic() - started, 3))


def vectorize(chosen: argparse.Namespace) -> None:
    """Probability raster to a GeoPackage of polygons."""
    shipped = describe(shipped_model())
    made = read_provenance(chosen.input)
    model_id = made.get("MRIFE_MODEL", "")
    if model_id == shipped.model_id:
        objects = shipped.contract.objects
    else:
        objects = ()
    run = Run(
        model_id,
        chosen.input,
        chosen.sheet,
        _date(chosen),
        run_utc=_now(),
        objects=objects,
    )
    _say(**_write(chosen, chosen.input, _rules(chosen, shipped.contract), run))


def modelinfo(chosen: argparse.Namespace) -> None:
    """What a model file promises."""
    model = describe(chosen.model or shipped_model())
    _say(model=model.model_id, bytes=model.size, **asdict(model.contract))


def _rules(chosen: argparse.Namespace, contract: Contract) -> Thresholds:
    if chosen.threshold is None:
        threshold = contract.threshold
    else:
        threshold = chosen.threshold
    if chosen.seed is None:
        seed = max(contract.seed, threshold)
    else:
        seed = chosen.seed
    if not 0 <= threshold <= seed <= 1:
        raise MrifeError(
            "Threshold {} and seed {} must lie between 0 and 1, the seed not below.",
            f"{threshold:g}",
            f"{seed:g}",
        )
    if chosen.scale is None:
        smallest = contract.min_area
    else:
        smallest = minimum_area(chosen.scale)
    return Thresholds(
        threshold, seed, smallest if chosen.min_area is None else chosen.min_area
    )


def _write(chosen: argparse.Namespace, path: str, rules: Thresholds, run: Run) -> dict:
    steps = chosen_steps(chosen)
    with Probability(path) as probability:
        grid = probability.grid
        shaping = Polygonizer(
            probability, grid, rules, steps, chosen.dem, chosen_exclusion(chosen, grid)
        )
        inventory = Inventory(grid, run, chosen.dem, rules.min_area)
        with Collection(inventory, probability) as found:
            for candidate in shaping.candidates(_watched(probability.strips(), grid)):
                found.take(candidate)
            _say(
                **{
                    name: {
                        "polygons": change.polygons,
                        "area_m2": round(change.area, 1),
                        **change.more,
                    }
                    for name, change in shaping.changes.items()
                }
            )
            count = write_geopackage(chosen.output, grid, found, inventory.fields)
            area = sum(values["area_m2"] for _, values in found)
    return {"output": chosen.output, "count": count, "area_m2": round(area, 1)}


def _date(chosen: argparse.Namespace) -> str | None:
    if chosen.image_date:
        return stated_date(chosen.image_date)
    return None


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _watched(strips: Iterable[Strip], grid: Grid) -> Iterator[Strip]:
    for strip in strips:
        _say(progress=round(100 * (strip.row + len(strip.values)) / grid.height, 1))
        yield strip


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in FORWARDED:
        commands.add_parser(
            name, help=f"see python -m models {name} --help", add_help=False
        )
    found = commands.add_parser("detect", help="raster to polygons")
    found.add_argument("--model", help="an .onnx file; default: the shipped one")
    found.add_argument(
        "--fast", action="store_true", help="the shipped model's 8-bit twin, for a CPU"
    )
    found.add_argument(
        "--bands", type=int, nargs="*", default=[], help="1-based, in the model's order"
    )
    found.add_argument(
        "--extent", type=float, nargs=4, metavar=("XMIN", "YMIN", "XMAX", "YMAX")
    )
    found.add_argument("--overlap", type=float, help="percent of a window")
    found.add_argument("--batch", type=int, default=8)
    found.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    found.add_argument("--threads", type=int, default=0, help="0: onnxruntime decides")
    found.add_argument("--probability", help="also write the probability raster here")
    again = commands.add_parser("vectorize", help="probability raster to polygons")
    for command in (found, again):
        command.add_argument("input")
        command.add_argument("output", help="a GeoPackage")
        command.add_argument("--threshold", type=float)
        command.add_argument(
            "--seed", type=float, help="a polygon needs one pixel at or above it"
        )
        command.add_argument("--min-area", type=float, help="m2")
        command.add_argument(
            "--dem",
            help="elevation model, for terrain attributes and for models that take "
            "elevation",
        )
        command.add_argument("--sheet", default="", help="map sheet")
        command.add_argument("--image-date", help="year-month-day")
        add_steps(command)
    commands.add_parser("modelinfo", help="what a model promises").add_argument(
        "model", nargs="?"
    )
    return parser


def _say(**facts: object) -> None:
    print(json.dumps(facts, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
