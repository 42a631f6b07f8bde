# SPDX-License-Identifier: GPL-2.0-or-later
"""The command detect-sheets: its options, named as the parameters of mrife:detectsheets,
and what it writes.
"""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from pathlib import Path

from .answers import say
from .command_line import (
    EXCEL,
    add_outline_options,
    add_search_options,
    outline_request,
    placed,
    read_mask,
    write_text,
    written,
)
from .geo.grid import Grid, Window
from .geo.staging import Staging
from .inventory.candidates.attributes import Collection
from .onnxfile import chosen_model, describe
from .sheets.estimate import estimate
from .sheets.folder import hidden_folder, rasters_in, remove
from .sheets.job import SheetsJob, SheetsRequest
from .sheets.prepare import examine_sheets, prepare_sheets
from .sheets.search import SheetsSearch
from .sheets.sheet import SheetSource
from .sheets.status import counts, status_table


def add_sheets_command(commands) -> None:
    """`commands`: the subparsers of the command line."""
    command = commands.add_parser("detect-sheets", help="many rasters to polygons")
    command.set_defaults(run=detect_sheets)
    add = command.add_argument
    add("output", help="a GeoPackage")
    add("--inputs", nargs="+", default=[], help="rasters")
    add("--folder", help="all rasters in it and in its folders")
    add("--status", help="also write a CSV file here: what became of each sheet")
    add("--dry-run", action="store_true", help="only say what it would take")
    add_search_options(command, probability="keep probability rasters in this folder")
    add_outline_options(command, of_one_image=False)


def detect_sheets(options: argparse.Namespace) -> None:
    """Rasters to one GeoPackage of polygons."""
    from .inference.detector import Detector  # the one place of onnxruntime

    sources = [SheetSource(path) for path in options.inputs]
    if options.folder:
        sources += rasters_in(options.folder)
    job = _prepared(options, sources)
    model = job.model
    say(
        model=model.model_id,
        sheets=len(job.sheets),
        windows=job.whole.plan.tiles,
        notes=[str(note) for note in job.notes],
    )
    read = [*(sheet.path for sheet in job.sheets), options.dem, *options.exclude]
    read += [options.model, options.mask]
    with ExitStack() as stack:
        staging = stack.enter_context(placed([options.output, options.status], read))
        search = SheetsSearch(job, _folder(options))
        search.check_folder()
        detector = stack.enter_context(
            Detector(model.path, options.device, options.threads, model.contract)
        )
        say(device=detector.device, why=str(detector.why))
        if options.dry_run:
            _say_estimate(search, detector)
            return
        _follow(search.search(detector))
        result = _write(options, search, staging)
    if not options.probability:
        remove(search.folder)
    say(**result)


def _write(
    options: argparse.Namespace, search: SheetsSearch, staging: Staging
) -> dict[str, object]:
    """The layer, the table of sheets, and what the last line says."""
    outline = search.job.outline
    with Collection(outline.inventory) as candidates:
        _follow(search.outline(candidates))
        result = written(options.output, staging, outline, candidates)
        outcomes = search.outcomes(candidates)
    if options.status:
        write_text(staging, options.status, status_table(outcomes), EXCEL)
    return {**result, **counts(outcomes)}


def _prepared(options: argparse.Namespace, sources: list[SheetSource]) -> SheetsJob:
    """What the options ask for, examined and found right."""
    model = describe(chosen_model(options.model, options.fast, bool(options.dem)))

    def extent(grid: Grid) -> Window | None:
        if not options.extent:
            return None
        return grid.window(*options.extent)

    overlap = None
    if options.overlap is not None:
        overlap = options.overlap / 100
    asked = SheetsRequest(
        overlap,
        options.batch,
        options.uncertainty,
        extent,
        lambda grid: read_mask(options.mask, grid),
    )
    sheets = list(examine_sheets(sources, model.contract, options.bands))
    return prepare_sheets(sheets, model, outline_request(options), asked)


def _folder(options: argparse.Namespace) -> Path:
    if options.probability:
        return Path(options.probability)
    return hidden_folder(options.output)


def _say_estimate(search: SheetsSearch, detector) -> None:
    result = estimate(search.waiting, detector)
    minutes = round(result.seconds / 60, 2)
    megabytes = round(result.disk_bytes / 1e6, 1)
    say(
        sheets=result.sheets,
        windows=result.windows,
        disk_mb=megabytes,
        minutes=minutes,
        dry_run=True,
    )


def _follow(progress) -> None:
    for step in progress:
        if step.note is not None:
            say(note=str(step.note))
        say(progress=round(100 * step.share, 1))
