# SPDX-License-Identifier: GPL-2.0-or-later
"""The command finetune: its options, named as the parameters of mrife:train, and what it
writes. The network learns in the same process.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timezone
from functools import partial
from pathlib import Path

from ..answers import follow, say
from ..contract import Contract
from ..evaluation.evaluate import REACH
from ..finetune.job import CHECKPOINT, FineTuning
from ..finetune.labels import read_labels
from ..finetune.new_model import check_no_base, no_base
from ..finetune.object_change import FALSE_FIELDS, LANDSLIDE_FIELDS, ObjectChange
from ..finetune.objects import ObjectComparison, contract_for_use, lacks_confidence
from ..finetune.page import page
from ..finetune.prepare import (
    MAX_SHIFT_M,
    TuneJob,
    TuneRequest,
    opened_contract,
    prepare_tune,
)
from ..finetune.sentences import no_checkpoint_sentence, no_confidence_sentence
from ..finetune.stages import AUTO, STAGES
from ..finetune.tune_report import TuneReport
from ..finetune.tuned import Tuned
from ..geo.crs import Crs
from ..geo.feature_file import FeatureLayer, read_features
from ..geo.locks import work_folder
from ..geo.reproject import into
from ..geo.scratch import scratch_folder
from ..geo.staging import Staging
from ..inference.raster import Raster
from ..inventory.language import CODES
from ..onnxfile import chosen_model, describe
from . import options as kinds
from .options import LENGTH, MOST_THREADS, whole_between
from .outputs import placed, write_layer, write_text

LEAST_STEPS = 4
LAYERS = {
    "missed": "landslides that the tuned model does not find",
    "false": "candidates of it that are none",
    "gained": "landslides found now, and not by the base",
    "lost": "landslides found by the base, and not any more",
}


def add_finetune_command(commands) -> None:
    """`commands`: the subparsers of the command line."""
    command = commands.add_parser("finetune", help="teach a model your own ground")
    command.set_defaults(run=finetune)
    add = command.add_argument
    add("--inputs", nargs="+", required=True, help="rasters")
    add("--polygons", required=True, help="file with digitized or reviewed polygons")
    add("--output", type=kinds.MODEL, required=True, help="the tuned .onnx file")
    add("--reviewed-area", help="file with polygons in which all were digitized")
    add("--whole-extent", action="store_true", help="all of the rasters was reviewed")
    add("--base-model", help="an .onnx file; default: the shipped one for images")
    add("--from-nothing", action="store_true", help="without a base model")
    add("--dem", help="elevation model: it is learned from, and needed afterwards")
    add("--dem-unit", choices=("auto", "metres", "feet"), default="auto")
    add("--report", type=kinds.PAGE, help="an HTML page: what it brought")
    add("--language", choices=CODES, default=CODES[0], help="of the page")
    text = "the weights, for the training commands"
    add("--checkpoint", type=kinds.WEIGHTS, help=text)
    for name, words in LAYERS.items():
        text = f"also write a GeoPackage here: {words}"
        add(f"--{name}", type=kinds.GEOPACKAGE, help=text)
    _add_training_options(command)


def _add_training_options(command: argparse.ArgumentParser) -> None:
    """How it learns, and where."""
    add = command.add_argument
    add("--stage", choices=STAGES, default=AUTO, help="what learns")
    add("--steps", type=whole_between(LEAST_STEPS), help="default: by what learns")
    add("--seed-number", type=whole_between(0), default=0)
    add(
        "--max-shift",
        type=LENGTH,
        default=MAX_SHIFT_M,
        help=f"metres between polygons and image; default: {MAX_SHIFT_M:g}",
    )
    add("--mrife-losses", action="store_true", help="regularise with MRIFE's losses")
    add("--unlabelled", nargs="*", default=[], help="rasters to adapt to first")
    add("--device", choices=("auto", "cpu", "cuda"), default="auto")
    add("--threads", type=whole_between(1, MOST_THREADS), default=1)
    add(
        "--work",
        help="each job keeps what it has learned in a folder in this one, and goes on from "
        "there when it was killed; default: beside the output",
    )
    text = "further settings of the training, as JSON"
    add("--settings", type=_object, default={}, help=text)


def _object(text: str) -> dict:
    """A JSON object."""
    try:
        values = json.loads(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"'{text}' is no JSON: {error}") from error
    if not isinstance(values, dict):
        raise argparse.ArgumentTypeError(f"'{text}' is no JSON object, as {{}}")
    return values


def finetune(options: argparse.Namespace) -> None:
    """A model goes on learning; what it brought is the last line."""
    from ..training.tuning import tuning_here  # the one place of torch

    polygons = read_features(options.polygons)
    job = _prepared(options, polygons)
    tuning = tuning_here(job, options.device, options.threads)
    model = Path(options.output)
    work = job.checkpoints_beside(model)
    if options.work:
        work = job.checkpoints_in(Path(options.work))
    read = [*options.inputs, *options.unlabelled, options.polygons, options.reviewed_area]
    read += [options.base_model, options.dem]
    outputs = [options.output, options.report, options.checkpoint]
    outputs += [getattr(options, name) for name in LAYERS]
    with (
        placed(outputs, read) as staging,
        _folders(work) as (folder, checkpoints),
    ):
        try:
            follow(tuning.run(folder, checkpoints))
        except KeyboardInterrupt:
            say(note=str(tuning.write_unfinished(model)))
            raise
        change = _compared(tuning.result)
        contract = contract_for_use(tuning.result, change)
        if lacks_confidence(tuning.result, change):
            say(note=str(no_confidence_sentence()))
        tuning.write_model(Path(staging.path(options.output)), contract)
        if options.report:
            write_text(staging, options.report, _report(options, tuning, change))
        _write_checkpoint(options.checkpoint, tuning.result, checkpoints, staging)
        _write_layers(options, change, polygons, staging)
    if not options.work:
        shutil.rmtree(checkpoints, ignore_errors=True)
    used = tuning.result.model_to_use(options.output)
    say(output=options.output, model_to_use=used, **figures(tuning.result))


def _write_checkpoint(
    path: str | None, tuned: Tuned, checkpoints: Path, staging: Staging
) -> None:
    """The weights for use, where a network learned."""
    if path is None:
        return
    if tuned.model is None:
        say(note=str(no_checkpoint_sentence()))
        return
    shutil.copyfile(checkpoints / CHECKPOINT, staging.path(path))


def _write_layers(
    options: argparse.Namespace,
    change: ObjectChange,
    polygons: FeatureLayer,
    staging: Staging,
) -> None:
    """Those that are asked for: landslides with their own fields, candidates with ours."""
    for name in LAYERS:
        path = getattr(options, name)
        if path is None:
            continue
        rows = getattr(change, name)()
        others = [polygons.columns]
        ours = LANDSLIDE_FIELDS
        if name == "false":
            others = []
            ours = FALSE_FIELDS
        write_layer(staging, path, rows, others, ours, polygons.crs)


def _prepared(options: argparse.Namespace, features: FeatureLayer) -> TuneJob:
    """What the options ask for of the polygons, examined and found right."""
    labels, count = read_labels(features.rows)

    def opened(paths: list[str], contract: Contract) -> list[Raster]:
        unit = options.dem_unit
        return [Raster(path, (), contract, options.dem, unit) for path in paths]

    if options.from_nothing:
        check_no_base(options.base_model)
        with_dem = options.dem is not None
        look = partial(opened, options.inputs)
        base = no_base(options.inputs[0], with_dem, look, labels, features.crs)
    else:
        base = describe(chosen_model(options.base_model, False))
    contract = opened_contract(base.contract, options.dem)
    rasters = opened(options.inputs, contract)
    request = TuneRequest(
        _reviewed_area(options.reviewed_area, features.crs),
        options.whole_extent,
        options.stage,
        options.steps,
        options.seed_number,
        options.max_shift,
        options.mrife_losses,
        tuple(options.settings.items()),
    )
    names = [Path(path).stem for path in options.inputs]
    crs = features.crs
    return prepare_tune(
        base,
        rasters,
        names,
        labels,
        count,
        crs,
        request,
        opened(options.unlabelled, contract),
    )


def _reviewed_area(path: str | None, crs: Crs) -> list[bytes] | None:
    """WKB polygons of a file in the CRS of the labels; None without a file."""
    if path is None:
        return None
    features = read_features(path)
    wkbs = (wkb for wkb, _ in features.rows)
    return [shape.wkb for shape in into(wkbs, features.crs, REACH, crs)]


@contextmanager
def _folders(checkpoints: Path) -> Iterator[tuple[Path, Path]]:
    """For what nobody keeps, and for what a killed run leaves to the next one."""
    with scratch_folder(tempfile.gettempdir()) as folder:
        with work_folder(checkpoints):
            yield folder, checkpoints


def _compared(tuned: Tuned) -> ObjectChange:
    """Landslide by landslide, saying progress."""
    comparison = ObjectComparison(tuned)
    for share in comparison.run():
        say(judged=round(100 * share, 1))
    return comparison.result


def _report(options: argparse.Namespace, tuning: FineTuning, change: ObjectChange) -> str:
    file = Path(options.output).name
    moment = datetime.now(timezone.utc)
    return page(TuneReport.of(tuning.result, change, file, moment), options.language)


def figures(tuned: Tuned) -> dict:
    """What came of it; None for the ends of an interval that there is not, and for what
    cannot be known without one, or of a network that paints nothing.
    """
    base, after = (
        {name: _known(score.value) for name, score in scores._asdict().items()}
        for scores in tuned.scores
    )
    ranking = tuned.verdict.average_precision_gain
    return {
        "better": tuned.is_better,
        "base": base,
        "tuned": after,
        "iou_gain": list(map(_known, tuned.iou_gain)),
        "average_precision_gain": list(map(_known, ranking)),
        "threshold": tuned.contract.threshold,
        "shift": tuned.shift and asdict(tuned.shift),
        "landslides": len(tuned.job.landslides),
        "learned": tuned.job.stage.learn,
    }


def _known(value: float) -> float | None:
    """JSON has no number that is none."""
    return value if math.isfinite(value) else None
