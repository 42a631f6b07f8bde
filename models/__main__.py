# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line, without QGIS: python -m models checkinputs | detect | detect-sheets |
vectorize | proposewater | evaluate | calibrate | compare | looknext | finetune |
modelinfo, and for those who train: train | export | quantise | compact | average |
image-alone | weights | operating-point | benchmark | goals | folds | finetuning | curve |
objects | matrix | report | ageing | robustness | gallery | uncertainty | scene.

Progress and results are JSON lines on standard output; an error is one sentence on
standard error and exit code 1.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import TYPE_CHECKING

from .answers import ProgressLines, outcome, say
from .errors import MrifeError
from .geo.scratch import scratch_folder

if TYPE_CHECKING:
    from .geo.staging import Staging
    from .jobs import DetectJob

STOPPED = 130  # exit code after Ctrl-C, as a shell has it
FORWARDED = {
    "train": "training.train",
    "export": "training.export",
    "benchmark": "experiments.benchmark",
    "goals": "experiments.goals",
    "folds": "experiments.folds",
    "finetuning": "experiments.finetuning",
    "curve": "experiments.curve",
    "matrix": "experiments.run_matrix",
    "report": "experiments.report",
    "scene": "scenes.scene",
    "ageing": "experiments.recall_by_visibility",
    "robustness": "experiments.robustness",
    "gallery": "experiments.gallery",
    "quantise": "training.quantise",
    "compact": "training.compact",
    "average": "training.soup",
    "image-alone": "training.image_alone",
    "weights": "experiments.release_weights",
    "objects": "experiments.object_calibration",
    "operating-point": "experiments.operating_point",
    "uncertainty": "experiments.uncertainty",
}


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code: 1 for what is refused, STOPPED after
    Ctrl-C.
    """
    try:
        if arguments and arguments[0] in FORWARDED:
            _forwarded(arguments[0])(arguments[1:])
        else:
            options = _parser().parse_args(arguments)
            options.run(options)
        return 0
    except MrifeError as error:
        print(error, file=sys.stderr)
        return 1
    except (ModuleNotFoundError, OSError, MemoryError) as error:
        print(_sentence(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return STOPPED


def _sentence(error: Exception) -> str:
    """What failed outside the program, for people; raises the error where it is a fault
    of the program's own.
    """
    if isinstance(error, MemoryError):
        return "There is not enough memory; close other programs, or give less at once."
    if isinstance(error, ModuleNotFoundError):
        package = (error.name or "").partition(".")[0]
        if package in ("", "models"):
            raise error
        return (
            f"The Python package '{package}', which this command needs, is not installed "
            f"in {sys.executable}; install it there, or run the Python that has it."
        )
    if error.filename is None:
        return f"The system says: {error.strerror or error}."
    return f"'{error.filename}': {error.strerror}."


def _forwarded(command: str):
    """The `main` of a command whose packages are loaded only where they are needed."""
    module = FORWARDED[command]
    folder = module.split(".")[0]
    if importlib.util.find_spec(f".{folder}", __package__) is None:
        raise MrifeError(
            "The command '{}' is not in the plugin's package; run it in a checkout of "
            "the source.",
            command,
        )
    return importlib.import_module(f".{module}", __package__).main


def detect(options: argparse.Namespace) -> None:
    """Raster to a probability raster, kept if asked, and a GeoPackage of polygons."""
    from . import pipeline
    from .command_line import written
    from .geo.whole_files import UNFINISHED
    from .inference.detector import Detector  # the one place of onnxruntime
    from .inventory.candidates.attributes import Collection
    from .jobs import without_flat

    started = time.monotonic()
    job = _prepared_search(options)
    model = job.model
    notes = [str(note) for note in job.plan.notes + job.outline.notes]
    say(model=model.model_id, windows=job.plan.tiles, notes=notes)
    if job.searched is not None:
        say(searched=round(job.searched, 4))
    if job.flat_below:
        job = outcome(without_flat(job))
        say(flat_windows=job.plan.flat_tiles, of=job.plan.tiles)
    with _outputs(options) as staging, scratch_folder(tempfile.gettempdir()) as folder:
        path = str(folder / "probability.tif")
        if options.probability:
            path = os.path.realpath(options.probability)
            staging.adopt(path + UNFINISHED, path)
        detector = Detector(
            model.path,
            options.device,
            options.threads,
            model.contract,
            job.batch_size,
        )
        with detector, Collection(job.outline.inventory) as candidates:
            say(device=detector.device, why=str(detector.why))
            progress = pipeline.detect(
                job,
                detector,
                path,
                candidates,
                named=False,
                temporary=not options.probability,
            )
            _follow(progress)
            result = written(options.output, staging, job.outline, candidates)
    seconds = round(time.monotonic() - started, 3)
    say(**result, device=detector.device, seconds=seconds)


def _prepared_search(options: argparse.Namespace) -> DetectJob:
    """What the options of `detect` ask for, examined and found right."""
    from .command_line import fast_model, outline_request, read_mask
    from .inference.batch_size import windows_at_once
    from .inference.elevation_alone import suited_model
    from .inference.raster import Raster
    from .jobs import prepare_detect
    from .onnxfile import describe

    fast = fast_model(options)
    path = suited_model(options.model, fast, [options.input], options.dem)
    model = describe(path)
    request = outline_request(options)
    raster = Raster(
        options.input, options.bands, model.contract, request.dem, request.dem_unit
    )
    extent = None
    if options.extent:
        extent = raster.grid.window(*options.extent)
    overlap = None
    if options.overlap is not None:
        overlap = options.overlap / 100
    mask = read_mask(options.mask, raster.grid)
    return prepare_detect(
        raster,
        model,
        request,
        extent,
        mask,
        overlap,
        options.batch or windows_at_once(model.contract.window, options.threads),
        uncertainty=options.uncertainty,
        flat_below=options.flat_below,
    )


def vectorize(options: argparse.Namespace) -> None:
    """Probability raster to a GeoPackage of polygons."""
    from . import pipeline
    from .command_line import outline_request, written
    from .inventory.candidates.attributes import Collection
    from .jobs import prepare_outline

    job = prepare_outline(options.input, outline_request(options))
    say(notes=[str(note) for note in job.notes])
    with _outputs(options) as staging, Collection(job.inventory) as candidates:
        _follow(pipeline.outline(options.input, job, candidates))
        result = written(options.output, staging, job, candidates)
    say(**result)


def proposewater(options: argparse.Namespace) -> None:
    """Image to a GeoPackage of proposed water, for a person to check."""
    from .geo.dem import ElevationModel
    from .inventory.export.vector_file import write_geopackage
    from .inventory.water.fields import WATER_FIELDS
    from .proposewater import LAYER, image_raster, prepare_water, propose_water

    dem = None
    if options.dem:
        dem = ElevationModel(options.dem, options.dem_unit)
    job = prepare_water(image_raster(options.input), dem, options.min_area)
    say(notes=[str(note) for note in job.notes])
    water = []
    with _outputs(options) as staging, scratch_folder(tempfile.gettempdir()) as folder:
        _follow(propose_water(job, str(folder), water))
        path = staging.path(options.output)
        count = write_geopackage(path, job.cells.grid, water, WATER_FIELDS, LAYER)
    area = sum(values["area_m2"] for _, values in water)
    say(output=options.output, count=count, area_m2=round(area, 1), proposal=True)


def modelinfo(options: argparse.Namespace) -> None:
    """What a model file promises."""
    from .onnxfile import describe, shipped_model

    model = describe(options.model or shipped_model())
    say(model=model.model_id, bytes=model.size, **asdict(model.contract))


def _outputs(options: argparse.Namespace) -> AbstractContextManager[Staging]:
    """Where to write the layer; a probability raster is adopted later."""
    from .command_line import check_apart, placed

    read = [options.input, options.dem, *getattr(options, "exclude", ())]
    read += [getattr(options, name, None) for name in ("model", "mask")]
    if getattr(options, "probability", None):
        check_apart([options.probability], read)
    return placed([options.output], read)


def _follow(steps: Iterable) -> None:
    """Run a generator of the pipeline, saying its progress."""
    progress = ProgressLines()
    for step in steps:
        if step.continued:
            say(continues_at_row=step.rows)
        progress.say(step.share)


def _parser() -> argparse.ArgumentParser:
    from .assessment_commands import add_assessment_commands
    from .command_line import (
        add_outline_options,
        add_search_options,
        add_water_options,
    )
    from .finetune_command import add_finetune_command
    from .preflight_command import add_preflight_command
    from .sheets_command import add_sheets_command

    parser = argparse.ArgumentParser(
        prog="python -m models",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in FORWARDED:
        help_text = f"see python -m models {name} --help"
        commands.add_parser(name, help=help_text, add_help=False)
    search = commands.add_parser("detect", help="raster to polygons")
    search.set_defaults(run=detect)
    add_search_options(search)
    again = commands.add_parser("vectorize", help="probability raster to polygons")
    again.set_defaults(run=vectorize)
    for command in (search, again):
        command.add_argument("input")
        command.add_argument("output", help="a GeoPackage")
        add_outline_options(command)
    water = commands.add_parser("proposewater", help="raster to proposed water")
    water.set_defaults(run=proposewater)
    water.add_argument("input")
    water.add_argument("output", help="a GeoPackage, to be checked before use")
    add_water_options(water)
    add_assessment_commands(commands)
    add_finetune_command(commands)
    add_preflight_command(commands)
    add_sheets_command(commands)
    info = commands.add_parser("modelinfo", help="what a model promises")
    info.set_defaults(run=modelinfo)
    info.add_argument("model", nargs="?")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
