# SPDX-License-Identifier: GPL-2.0-or-later
"""Fine-tune a model on polygons that a geologist digitized or reviewed."""

from __future__ import annotations

import math
import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsProcessingFeatureSource, QgsProcessingFeedback

from ..models.errors import Cancelled
from .base import MrifeAlgorithm
from .layers.features import records
from .layers.references import outcome
from .layers.tuned import write_layers
from .messages.errors import translated
from .messages.training import say_steps, say_tuned
from .parameters.behind_layers import gdal_source
from .parameters.image import image_raster
from .parameters.language import language_code
from .parameters.results import temporary_folder
from .parameters.training import (
    choices,
    files,
    inputs,
    max_shift,
    outputs,
    reviewed_area,
)
from .runtime.interpreter import find_interpreter
from .runtime.managed import environment_kept
from .runtime.teach import detectors, find_teacher, teacher
from .texts import paragraphs, tr

if TYPE_CHECKING:
    from ..models.finetune.prepare import TuneJob


@dataclass(frozen=True)
class Job:
    """All that was examined and found right."""

    tune: TuneJob
    polygons: QgsProcessingFeatureSource
    device: str
    interpreter: str
    language: str


class FineTune(MrifeAlgorithm):
    def name(self):
        return "train"

    def displayName(self):
        return tr("Fine-tune on digitized polygons")

    def tags(self):
        return tr(
            "landslide,train,fine-tune,learn,polygons,review,neural network,model,onnx,"
            "transfer,active learning"
        ).split(",")

    def shortDescription(self):
        return tr(
            "Teaches a model the landslides of your own ground, and tells whether it got "
            "better there."
        )

    def shortHelpString(self):
        return training_help()

    def initAlgorithm(self, configuration=None):
        self.declare([*inputs(), *choices(), *files()], outputs())

    def examine(self, given):
        source = given.polygons("POLYGONS")
        tune = prepared(given, source)
        program = find_interpreter() if tune.learns_nothing else find_teacher()
        return Job(tune, source, given.choice("DEVICE"), program, language_code(given))

    def work(self, job, given, feedback):
        from ..models.finetune.job import FineTuning
        from ..models.geo.locks import work_folder

        tuning = FineTuning(
            job.tune,
            detectors(job.interpreter, job.device, feedback),
            teacher(job.interpreter, job.device, feedback),
        )
        with ExitStack() as stack:
            stack.enter_context(environment_kept(job.interpreter))
            checkpoints = folder = stack.enter_context(temporary_folder())
            if not job.tune.learns_nothing:
                checkpoints = checkpoint_folder(job.tune, given)
                stack.enter_context(work_folder(checkpoints))
            try:
                say_steps(tuning.run(folder, checkpoints), feedback)
                change = compared(tuning.result, feedback)
                results = write_model(tuning, change, checkpoints, given, feedback)
                results.update(write_comparison(job, tuning.result, change, given))
                if feedback.isCanceled():
                    raise Cancelled()
            except Cancelled:
                keep_unfinished(tuning, job, given, feedback)
                raise
        given.outputs.after_placing(
            lambda: shutil.rmtree(checkpoints, ignore_errors=True)
        )
        say_tuned(tuning.result, change, feedback)
        return results


def prepared(given, source):
    """What is to be taught, examined and found right."""
    from ..models.finetune.labels import read_labels
    from ..models.finetune.prepare import opened_contract, prepare_tune
    from ..models.geo.crs import Crs

    layers = given.rasters("INPUTS")
    labels, count = read_labels(records(source, QgsProcessingFeedback()))
    crs = Crs(source.sourceCrs().toWkt())
    base = chosen_base(given, layers, labels, crs)
    contract = opened_contract(base.contract, given.dem())
    return prepare_tune(
        base,
        opened(layers, contract, given),
        [layer.name() for layer in layers],
        labels,
        count,
        crs,
        tune_request(given, source),
        opened(given.rasters("UNLABELLED"), contract, given),
    )


def tune_request(given, source):
    """What the user asks for."""
    from ..models.finetune.prepare import TuneRequest

    return TuneRequest(
        reviewed_area(given, source),
        given.flag("WHOLE_EXTENT"),
        given.choice("STAGE"),
        given.integer("STEPS"),
        given.integer("SEED_NUMBER") or 0,
        max_shift(given),
        given.flag("MRIFE_LOSSES"),
    )


def opened(layers, contract, given):
    """The layers as a model of this contract reads them."""
    return [image_raster(layer, contract, given) for layer in layers]


def chosen_base(given, layers, labels, crs):
    """The base model, or what stands in its place without one."""
    from ..models.finetune.new_model import check_no_base, no_base
    from ..models.onnxfile import describe, shipped_model

    path = given.file("BASE_MODEL")
    if not given.flag("FROM_NOTHING"):
        return describe(path or shipped_model())
    check_no_base(path)
    return no_base(
        gdal_source(layers[0]),
        given.dem() is not None,
        lambda contract: opened(layers, contract, given),
        labels,
        crs,
    )


def checkpoint_folder(tune, given):
    """Where checkpoints lie until all is through: a killed run of the same job goes on
    from there. Beside the model, or in the folder of temporary files.
    """
    return tune.checkpoints_beside(Path(given.output("OUTPUT_MODEL")))


def keep_unfinished(tuning, job, given, feedback):
    """The best network of a run that was cancelled, beside the output and never in its
    place; a worker that heeds the same cancel could not write it.
    """
    if job.tune.learns_nothing:
        return
    model = Path(given.output("OUTPUT_MODEL"))
    teach = teacher(job.interpreter, job.device, QgsProcessingFeedback())
    feedback.pushInfo(translated(tuning.write_unfinished(model, teach)))


def compared(tuned, feedback):
    """Landslide by landslide, on ground left out."""
    from ..models.finetune.objects import ObjectComparison

    comparison = ObjectComparison(tuned)
    outcome(comparison.run(), feedback)
    return comparison.result


def write_model(tuning, change, checkpoints, given, feedback):
    """The model file and its checkpoint, and the figures."""
    from ..models.finetune.job import CHECKPOINT
    from ..models.finetune.objects import contract_for_use
    from ..models.finetune.sentences import no_checkpoint_sentence

    staged, path = given.outputs.file("OUTPUT_MODEL")
    tuning.write_model(Path(staged), contract_for_use(tuning.result, change))
    results = {"OUTPUT_MODEL": path, **figures(tuning.result)}
    results["MODEL_TO_USE"] = tuning.result.model_to_use(path)
    checkpoint = given.outputs.file("CHECKPOINT")
    if checkpoint and tuning.result.model is None:
        feedback.pushInfo(translated(no_checkpoint_sentence()))
    elif checkpoint:
        shutil.copyfile(checkpoints / CHECKPOINT, checkpoint[0])
        results["CHECKPOINT"] = checkpoint[1]
    return results


def write_comparison(job, tuned, change, given):
    """Page and layers, as far as they are asked for."""
    from ..models.finetune.page import page
    from ..models.finetune.tune_report import TuneReport

    file = Path(given.output("OUTPUT_MODEL")).name
    results = write_layers(job.polygons, change, Path(file).stem, given)
    if given.has("REPORT"):
        moment = datetime.now(timezone.utc)
        report = TuneReport.of(tuned, change, file, moment)
        results["REPORT"] = given.outputs.text(
            "REPORT", lambda: page(report, job.language)
        )
    return results


def figures(tuned):
    """By the names of the outputs; an interval that there is not is left out, and so is
    what cannot be known without one.
    """
    before, after = tuned.scores
    numbers = {
        "IOU_BEFORE": before.iou.value,
        "IOU_AFTER": after.iou.value,
        "AP_BEFORE": before.average_precision.value,
        "AP_AFTER": after.average_precision.value,
        "THRESHOLD": tuned.contract.threshold,
        "LANDSLIDES": len(tuned.job.landslides),
    }
    if tuned.is_better is not None:
        numbers["BETTER"] = int(tuned.is_better)
    gain = tuned.iou_gain
    if math.isfinite(gain.low):
        numbers["IOU_GAIN_LOW"] = gain.low
        numbers["IOU_GAIN_HIGH"] = gain.high
    return numbers


def training_help():
    return paragraphs(
        tr("""
<p>On ground that a model has not learned from it finds less. With 10 to 200 landslides that you
digitized or reviewed on your own images it goes on learning there, and this tells by how much it
got better.</p>
<h3>What it needs</h3>
<p>Images, polygons, and the area in which <b>every</b> landslide is among the polygons: a landslide
that is missing there is taught as ground without landslides. Polygons are checked first: crossing
outlines, duplicates, polygons off the images, and whether they are shifted against the landslides
of the image. With an elevation model the form of the ground is learned, too; the new model then
needs an elevation model wherever it searches.</p>
<h3>What it does</h3>
<p>The labelled ground is divided into two parts. A network that learned on one part is tested on
the other and compared with the base model there; the thresholds are chosen on ground on which
neither is tested. A third network learns from all. The new model is the base model, changed by 0.3
of what the three learned in the mean (with 'Train from nothing' it is the third network alone).
After a minute the log says what a new threshold alone brings. The report shows before and after,
with intervals by resampling squares of ground. If the gain may be chance, it says so, and the base
model is the safe choice; it is never overwritten.</p>
<p>With fewer than 10 landslides only a new threshold is chosen. A run that was stopped or killed
goes on where it was when it is started again with the same inputs and the same output file.
<b>Cancel</b> keeps the best network so far beside the output, in a file whose name says that it is
unfinished.</p>
<h3>Runtime</h3>
<p>Training needs PyTorch and onnx in the Python that runs the network: 'Set up runtime' makes one
with them.</p>""")
    )
