# SPDX-License-Identifier: GPL-2.0-or-later
"""The command detect-sheets: its options, named as the parameters of mrife:detectsheets,
and what it writes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from ..answers import follow, say
from ..geo.staging import Staging
from ..inference.own_process import ProcessChannel
from ..inference.worker_client import RemoteDetector
from ..inventory.candidates.attributes import Collection
from ..sheets.at_once import AtOnce
from ..sheets.estimate import Workers, check_disk, estimate
from ..sheets.folder import made, remove
from ..sheets.job import SheetsJob
from ..sheets.layout import NothingLeft
from ..sheets.part_folder import Share
from ..sheets.part_search import OneByOne, Searcher
from ..sheets.search import SheetsSearch
from ..sheets.status import SheetOutcome, counts, status_table
from ..tables import EXCEL
from .options import (
    GEOPACKAGE,
    TABLE,
    add_outline_options,
    add_search_options,
    whole_between,
)
from .outputs import placed, write_candidates, write_text
from .sheets_options import prepared_job, sheet_sources, sheets_folder, sheets_model


def add_sheets_command(commands) -> None:
    """`commands`: the subparsers of the command line."""
    command = commands.add_parser(
        "detect-sheets", help="search many map sheets as one image"
    )
    command.set_defaults(run=detect_sheets)
    add = command.add_argument
    add("output", type=GEOPACKAGE, help="a GeoPackage")
    add("--inputs", nargs="+", default=[], help="rasters")
    add("--folder", help="all rasters in it and in its folders, without mosaics of them")
    text = "also write a CSV file here: what became of each sheet"
    add("--status", type=TABLE, help=text)
    add("--dry-run", action="store_true", help="only say what it would take")
    where = command.add_mutually_exclusive_group()
    where.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="search on the workers of a Dask cluster, such as tcp://10.0.0.1:8786, which "
        "see the same paths; needs the package distributed here and there",
    )
    where.add_argument(
        "--workers",
        type=whole_between(1, 64),
        default=1,
        help="sheets at once on this machine, each on its share of the cores",
    )
    add(
        "--part",
        type=_share,
        default=Share(),
        metavar="K/N",
        help="of N runs that share the sheets, such as those of a Slurm array, the K-th: "
        "search every N-th sheet and write no layer; the same command without --part then "
        "searches what is missing, and writes it",
    )
    add_search_options(command)
    add("--probability", help="keep probability rasters in this folder")
    add_outline_options(command, of_one_image=False)


def detect_sheets(options: argparse.Namespace) -> None:
    """Rasters to one GeoPackage of polygons."""
    folder = sheets_folder(options)
    sources = sheet_sources(options)
    model = sheets_model(options, sources)
    read = [*(source.path for source in sources), options.dem, *options.exclude]
    read += [options.model, options.mask]
    with ExitStack() as stack:
        staging = stack.enter_context(placed([options.output, options.status], read))
        stack.enter_context(_refusals_written(options, staging))
        cluster = None
        if options.scheduler and not options.dry_run:
            cluster = stack.enter_context(_cluster(options))
        job = prepared_job(options, sources, model, cluster)
        search = SheetsSearch(job, folder, options.part)
        search.part_folder.check()
        check_disk(search)
        if options.dry_run:
            detectors = stack.enter_context(_detectors(options, job))
            _say_estimate(search, detectors[0], options)
            return
        stack.enter_context(made(folder, shared=not search.share.is_whole))
        searcher = cluster or stack.enter_context(_on_this_machine(options, job))
        follow(search.search(searcher))
        if not search.share.is_whole:
            say(
                part="/".join(map(str, search.share)),
                waiting=len(search.part_folder.waiting),
            )
            return
        result = _write(options, search, searcher, staging)
    if not options.probability:
        remove(search.folder)
    say(**result)


def _share(text: str) -> Share:
    """Of an option."""
    number, _, of = text.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise argparse.ArgumentTypeError(
            f"'{text}' is no part of the sheets; write the third of twenty as 3/20"
        )
    return Share(int(number), int(of))


@contextmanager
def _refusals_written(options: argparse.Namespace, staging: Staging) -> Iterator[None]:
    """Where none of the sheets can be searched, the table of them says why, and is all
    that is written.
    """
    try:
        yield
    except NothingLeft as problem:
        whole = options.part.is_whole and not options.dry_run
        if options.status and whole:
            outcomes = map(SheetOutcome.of_refused, problem.sheets)
            write_text(staging, options.status, status_table(outcomes), EXCEL)
            staging.place()
        raise


@contextmanager
def _cluster(options: argparse.Namespace) -> Iterator[Searcher]:
    """Raises MrifeError."""
    from ..sheets.scheduler import Cluster  # the one place of Dask

    with Cluster(options.scheduler, options.device, options.threads) as cluster:
        say(scheduler=options.scheduler, workers=cluster.workers)
        yield cluster


@contextmanager
def _on_this_machine(options: argparse.Namespace, job: SheetsJob) -> Iterator[Searcher]:
    """Raises MrifeError."""
    with _detectors(options, job) as detectors:
        if len(detectors) > 1:
            yield AtOnce(detectors)
        else:
            yield OneByOne(detectors[0])


@contextmanager
def _detectors(options: argparse.Namespace, job: SheetsJob) -> Iterator[list]:
    """One for each sheet that is searched at once, each in a process of its own: a sheet
    that ends it ends nothing else.
    """
    threads = options.threads
    if options.workers > 1:
        threads = Workers(options.workers, threads).cores
    with ExitStack() as stack:
        channels = []
        for _ in range(options.workers):  # whose processes begin side by side
            channel = ProcessChannel()
            stack.callback(channel.close)
            channels.append(channel)
        detectors = []
        for channel in channels:
            detector = RemoteDetector(
                channel,
                job.model,
                options.device,
                job.whole.batch_size,
                threads,
                reopen=ProcessChannel,
            )
            detectors.append(stack.enter_context(detector))
        say(device=detectors[0].device, why=str(detectors[0].why))
        yield detectors


def _write(
    options: argparse.Namespace,
    search: SheetsSearch,
    searcher: Searcher,
    staging: Staging,
) -> dict[str, object]:
    """The layer, the table of sheets, and what the last line says."""
    with Collection(search.job.outline.inventory) as candidates:
        follow(search.outline(candidates, searcher))
        result = write_candidates(options.output, staging, search.job.outline, candidates)
        outcomes = search.outcomes(candidates)
    if options.status:
        write_text(staging, options.status, status_table(outcomes), EXCEL)
    return {**result, **counts(outcomes)}


def _say_estimate(search: SheetsSearch, detector, options: argparse.Namespace) -> None:
    """On this machine, also where a cluster is to search."""
    workers = Workers(options.workers, options.threads)
    result = estimate(search, detector, workers)
    minutes = round(result.seconds / 60, 2)
    say(
        sheets=result.sheets,
        windows=result.windows,
        disk_mb=round(result.disk_bytes / 1e6, 1),
        memory_mb=round(result.memory_bytes / 1e6),
        minutes=minutes,
        dry_run=True,
    )
