# SPDX-License-Identifier: GPL-2.0-or-later
"""What the options of the command detect-sheets ask for, examined and found right."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path

from ..answers import outcome, say
from ..geo.files import is_virtual
from ..geo.grid import Grid, Window
from ..geo.write_failure import write_failure
from ..inference.batch_size import windows_at_once
from ..inference.elevation_alone import suited_model
from ..jobs import check_flat_below
from ..onnxfile import ModelFile, describe
from ..sheets.estimate import Workers
from ..sheets.folder import hidden_folder, rasters_in
from ..sheets.job import SheetsJob, SheetsRequest
from ..sheets.prepare import dem_unit_of, examine_sheets, prepare_sheets
from ..sheets.sheet import SheetSource
from .options import outline_request, read_mask


def sheets_folder(options: argparse.Namespace) -> Path:
    """Where finished sheets lie. Raises MrifeError where nothing can be written."""
    for place in (options.probability, options.output):
        if place and is_virtual(place):
            raise write_failure(place)
    if options.probability:
        return Path(os.path.abspath(options.probability))
    return hidden_folder(options.output)


def sheet_sources(options: argparse.Namespace) -> list[SheetSource]:
    """The rasters, under paths that other machines know, too. Raises MrifeError."""
    sources = [SheetSource(_everywhere(path)) for path in options.inputs]
    if options.folder:
        sources += rasters_in(_everywhere(options.folder))
    return sources


def _everywhere(path: str) -> str:
    """The same place from any working folder; as it is where it is no file's name."""
    if os.path.exists(path):
        return os.path.abspath(path)
    return path


def sheets_model(options: argparse.Namespace, sources: list[SheetSource]) -> ModelFile:
    """The model that searches them, under such a path. Raises MrifeError."""
    paths = (source.path for source in sources)
    # another machine, with another processor, may go on with the folder
    fast = bool(options.fast)
    path = suited_model(options.model, fast, paths, options.dem)
    return describe(os.path.abspath(path))


def prepared_job(
    options: argparse.Namespace,
    sources: list[SheetSource],
    model: ModelFile,
    cluster,
) -> SheetsJob:
    """What the options ask for, examined, on a cluster where there is one, and found
    right. Raises MrifeError.
    """

    def extent(grid: Grid) -> Window | None:
        if not options.extent:
            return None
        return grid.window(*options.extent)

    overlap = None
    if options.overlap is not None:
        overlap = options.overlap / 100
    cores = Workers(options.workers, options.threads).cores
    asked = SheetsRequest(
        overlap,
        options.batch or windows_at_once(model.contract.window, cores),
        options.uncertainty,
        extent,
        lambda grid: read_mask(options.mask, grid),
        options.flat_below,
    )
    request = outline_request(options)
    check_flat_below(options.flat_below, request)
    if request.dem:
        request = replace(request, dem=_everywhere(request.dem))
    mapped = cluster.map if cluster else map
    unit = dem_unit_of(request)
    sheets = list(examine_sheets(sources, model.contract, options.bands, mapped, unit))
    job = prepare_sheets(sheets, model, request, asked)
    say(
        model=model.model_id,
        sheets=len(job.sheets),
        windows=job.whole.plan.tiles,
        notes=[str(note) for note in job.notes],
    )
    if options.flat_below:
        job = outcome(job.without_flat())
        plan = job.whole.plan
        say(flat_windows=plan.flat_tiles, of=plan.tiles)
    return job
