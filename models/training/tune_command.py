# SPDX-License-Identifier: GPL-2.0-or-later
"""Fine-tuning from the command line, the network in the same process."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path

from osgeo import gdal

from ..errors import MrifeError
from ..finetune.job import FineTuning, Tuned
from ..finetune.labels import read_labels
from ..finetune.objects import ObjectComparison, with_confidence
from ..finetune.page import page
from ..finetune.prepare import MAX_SHIFT_M, TuneRequest, prepare_tune
from ..finetune.stages import AUTO, STAGES
from ..finetune.tune_report import TuneReport
from ..geo.crs import Crs
from ..geo.gdal_errors import quiet
from ..geo.scratch import scratch_folder
from ..geo.staging import Staging
from ..geo.write_failure import write_failure
from ..inference.detector import Detector
from ..inference.raster import Raster
from ..inventory.language import CODES
from ..onnxfile import ModelFile, describe, shipped_model
from .finetune import Lesson, tune


def main(argv: list[str] | None = None) -> None:
    """`python -m models finetune --inputs RASTER... --polygons FILE --output FILE.onnx`:
    one JSON line a step.
    """
    options = parser().parse_args(argv)
    base = describe(options.base_model or shipped_model())
    records, crs = read_polygons(options.polygons)
    labels, count = read_labels(records)
    area = None
    if options.reviewed_area:
        area = [wkb for wkb, _ in read_area(options.reviewed_area, crs)]
    rasters = [
        Raster(path, (), base.contract, options.dem, options.dem_unit)
        for path in options.inputs
    ]
    request = TuneRequest(
        area,
        options.whole_extent,
        options.stage,
        options.steps,
        options.seed_number,
        options.max_shift,
    )
    names = [Path(path).stem for path in options.inputs]
    job = prepare_tune(base, rasters, names, labels, count, crs, request)

    def open_detector(model: ModelFile) -> Detector:
        return Detector(model.path, options.device, options.threads, model.contract)

    def teach(lesson: dict) -> Iterator[dict]:
        extra = tuple(json.loads(options.settings).items())
        machine = {"threads": options.threads, "device": options.device}
        return tune(Lesson(**lesson, **machine, options=extra))

    tuning = FineTuning(job, open_detector, teach)
    try:
        with Staging() as staging, scratch_folder(tempfile.gettempdir()) as folder:
            path = staging.path(options.output)
            made = Path(options.work or folder / "made")
            made.mkdir(parents=True, exist_ok=True)
            follow(tuning.run(folder, made))
            comparison = ObjectComparison(tuning.result)
            for share in comparison.run():
                say(judged=round(100 * share, 1))
            change = comparison.result
            tuning.write_model(Path(path), with_confidence(tuning.result, change))
            if options.report:
                moment = datetime.now(timezone.utc)
                file = Path(options.output).name
                report = TuneReport.of(tuning.result, change, file, moment)
                text = page(report, options.language)
                Path(staging.path(options.report)).write_text(text, encoding="utf-8")
            staging.place()
    except OSError as error:
        raise write_failure(error.filename or options.output, error) from error
    say(output=options.output, **figures(tuning.result))


def parser() -> argparse.ArgumentParser:
    """The options, named as the parameters of the algorithm."""
    made = argparse.ArgumentParser(prog="finetune", description=__doc__)
    add = made.add_argument
    add("--inputs", nargs="+", required=True, help="rasters")
    add("--dem", help="elevation model, for a base that takes elevation")
    add("--dem-unit", choices=("auto", "metres", "feet"), default="auto")
    add("--polygons", required=True, help="file with digitized or reviewed polygons")
    add("--reviewed-area", help="file with polygons in which all were digitized")
    add("--whole-extent", action="store_true", help="all of the rasters was reviewed")
    add("--base-model", help="an .onnx file; default: the shipped one")
    add("--output", required=True, help="the tuned .onnx file")
    add("--report", help="an HTML page: what it brought")
    add("--language", choices=CODES, default=CODES[0], help="of the page")
    add("--stage", choices=STAGES, default=AUTO, help="what learns")
    add("--steps", type=int, help="of training; default: by what learns")
    add("--seed-number", type=int, default=0)
    add("--max-shift", type=float, default=MAX_SHIFT_M, help="metres")
    add("--device", choices=("auto", "cpu", "cuda"), default="auto")
    add("--threads", type=int, default=1)
    add("--work", help="folder from which a killed run goes on")
    add("--settings", default="{}", help="JSON: further settings of the training")
    return made


def read_polygons(path: str) -> tuple[list[tuple[bytes, dict]], Crs]:
    """(WKB, attributes) of the first layer of a file with polygons, and their CRS. Raises
    MrifeError.
    """
    with quiet():
        source = gdal.OpenEx(path, gdal.OF_VECTOR)
    if source is None or not source.GetLayerCount():
        raise MrifeError("'{}' cannot be opened; choose a file with polygons.", path)
    layer = source.GetLayer(0)
    srs = layer.GetSpatialRef()
    if srs is None:
        raise MrifeError(
            "'{}' has no coordinate reference system; assign the right one to it first.",
            path,
        )
    records = [
        (bytes(feature.GetGeometryRef().ExportToWkb()), feature.items())
        for feature in layer
        if feature.GetGeometryRef() is not None
    ]
    return records, Crs(srs.ExportToWkt())


def read_area(path: str, crs: Crs) -> list[tuple[bytes, dict]]:
    """The polygons of a file in another CRS."""
    from ..evaluation.evaluate import REACH
    from ..geo.reproject import into

    records, own = read_polygons(path)
    moved = into((wkb for wkb, _ in records), own, REACH, crs)
    return [(polygon.wkb, {}) for polygon in moved]


def follow(steps: Iterator) -> None:
    """Run it, saying progress and sentences."""
    for step in steps:
        if step.note is not None:
            say(note=str(step.note))
        say(progress=round(100 * step.share, 1))


def figures(tuned: Tuned) -> dict:
    """What came of it."""
    verdict = tuned.verdict
    return {
        "better": verdict.is_better,
        "base": {name: score.value for name, score in verdict.base._asdict().items()},
        "tuned": {name: score.value for name, score in verdict.tuned._asdict().items()},
        "iou_gain": list(verdict.iou_gain),
        "average_precision_gain": list(verdict.average_precision_gain),
        "threshold": tuned.contract.threshold,
        "shift": tuned.shift and asdict(tuned.shift),
        "landslides": len(tuned.job.landslides),
        "learned": tuned.job.stage.learn,
    }


def say(**facts: object) -> None:
    """One JSON line."""
    print(json.dumps(facts, ensure_ascii=False), flush=True)
