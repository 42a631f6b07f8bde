# SPDX-License-Identifier: GPL-2.0-or-later
"""The commands detect, vectorize and proposewater, each on one raster: their options, named
as the parameters of the algorithms, and what they write.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager

from .. import pipeline
from ..answers import ProgressLines, outcome, say
from ..geo.dem import ElevationModel
from ..geo.scratch import scratch_folder
from ..geo.staging import Staging
from ..geo.whole_files import UNFINISHED
from ..inference.batch_size import windows_at_once
from ..inference.elevation_alone import suited_model
from ..inference.processor import eight_bits_pay
from ..inference.raster import Raster
from ..inventory.candidates.attributes import Collection
from ..inventory.export.vector_file import write_geopackage
from ..inventory.water.fields import WATER_FIELDS
from ..jobs import DetectJob, prepare_detect, prepare_outline, without_flat
from ..onnxfile import describe
from ..proposewater import LAYER, image_raster, prepare_water, propose_water
from .options import (
    GEOPACKAGE,
    LENGTH,
    RASTER,
    add_outline_options,
    add_search_options,
    outline_request,
    read_mask,
)
from .outputs import check_apart, placed, write_candidates


def add_search_commands(commands) -> None:
    """`commands`: the subparsers of the command line."""
    search = commands.add_parser("detect", help="search an image for landslides")
    search.set_defaults(run=detect)
    add_search_options(search)
    text = "also write the probability raster here"
    search.add_argument("--probability", type=RASTER, help=text)
    again = commands.add_parser("vectorize", help="outline a probability raster again")
    again.set_defaults(run=vectorize)
    for command in (search, again):
        command.add_argument("input")
        command.add_argument("output", type=GEOPACKAGE, help="a GeoPackage")
        add_outline_options(command)
    water = commands.add_parser("proposewater", help="outline what looks like water")
    water.set_defaults(run=proposewater)
    water.add_argument("input")
    text = "a GeoPackage, to be checked before use"
    water.add_argument("output", type=GEOPACKAGE, help=text)
    add_water_options(water)


def add_water_options(command: argparse.ArgumentParser) -> None:
    """What shows water, and how large it must be."""
    add = command.add_argument
    add("--dem", help="elevation model")
    add("--dem-unit", choices=("auto", "metres", "feet"), default="auto")
    add("--min-area", type=LENGTH, help="m2; default: 5000")


def detect(options: argparse.Namespace) -> None:
    """Raster to a probability raster, kept if asked, and a GeoPackage of polygons."""
    from ..inference.detector import Detector  # the one place of onnxruntime

    started = time.monotonic()
    job = _prepared_search(options)
    model = job.model
    notes = [str(note) for note in dict.fromkeys(job.plan.notes + job.outline.notes)]
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
            result = write_candidates(options.output, staging, job.outline, candidates)
    seconds = round(time.monotonic() - started, 3)
    say(**result, device=detector.device, seconds=seconds)


def _prepared_search(options: argparse.Namespace) -> DetectJob:
    """What the options of `detect` ask for, examined and found right."""
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


def fast_model(options: argparse.Namespace) -> bool:
    """Whether the search of one raster runs the shipped model's 8-bit twin: as asked, else
    where that is the fastest.
    """
    if options.fast is not None:
        return options.fast
    if options.model:
        return False
    from ..inference.detector import runtime  # onnxruntime only where a search wants it

    return eight_bits_pay(options.device, runtime()["providers"])


def vectorize(options: argparse.Namespace) -> None:
    """Probability raster to a GeoPackage of polygons."""
    job = prepare_outline(options.input, outline_request(options))
    say(notes=[str(note) for note in job.notes])
    with _outputs(options) as staging, Collection(job.inventory) as candidates:
        _follow(pipeline.outline(options.input, job, candidates))
        result = write_candidates(options.output, staging, job, candidates)
    say(**result)


def proposewater(options: argparse.Namespace) -> None:
    """Image to a GeoPackage of proposed water, for a person to check."""
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


def _outputs(options: argparse.Namespace) -> AbstractContextManager[Staging]:
    """Where to write the layer; a probability raster is adopted later."""
    read = [options.input, options.dem, *getattr(options, "exclude", ())]
    read += [getattr(options, name, None) for name in ("model", "mask")]
    if getattr(options, "probability", None):
        check_apart([options.probability, options.output], read)
    return placed([options.output], read)


def _follow(steps: Iterable) -> None:
    """Run a generator of the pipeline, saying its progress."""
    progress = ProgressLines()
    for step in steps:
        if step.continued:
            say(continues_at_row=step.rows)
        progress.say(step.share)
