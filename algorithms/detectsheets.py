# SPDX-License-Identifier: GPL-2.0-or-later
"""Detect relic landslides on many map sheets as on one mosaic."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsCoordinateReferenceSystem

from .detection import DetectionAlgorithm, attribute_parameters, landslides
from .layers.features import cancellable
from .layers.references import outcome
from .messages.detection import say_estimate, say_search
from .messages.errors import translated
from .messages.training import say_steps
from .parameters import detection as shared
from .parameters.files import check_apart, output_places
from .parameters.model_path import model_path
from .parameters.outputs import output_path
from .parameters.polygonize import step_parameters
from .parameters.results import temporary_folder
from .parameters.sheets import (
    figures,
    read_sources,
    results,
    search_parameters,
    search_request,
    sheets,
)
from .runtime.interpreter import find_interpreter, providers
from .runtime.search import detector_of
from .texts import paragraphs, tr

if TYPE_CHECKING:
    from ..models.jobs import OutlineRequest
    from ..models.onnxfile import ModelFile
    from ..models.sheets.job import SheetsRequest
    from ..models.sheets.sheet import SheetSource


@dataclass(frozen=True)
class Job:
    """What is asked for; the sheets themselves are examined when the run begins."""

    sources: list[SheetSource]
    model: ModelFile
    outline: OutlineRequest
    search: SheetsRequest
    bands: tuple[int, ...]
    device: str
    interpreter: str


class DetectSheets(DetectionAlgorithm):
    takes_broken = ("INPUTS",)

    def name(self):
        return "detectsheets"

    def displayName(self):
        return tr("Detect on map sheets")

    def tags(self):
        return tr(
            "landslide,relic,sheets,tiles,mosaic,batch,folder,county,province,seam,resume,"
            "inventory,deep learning"
        ).split(",")

    def shortDescription(self):
        return tr(
            "Searches many map sheets as one mosaic: no seams, one layer, and a run that "
            "was stopped goes on."
        )

    def shortHelpString(self):
        return sheets_help()

    def initAlgorithm(self, configuration=None):
        contract = tr("what the model says")
        self.declare(
            [
                *sheets(),
                shared.searched_dem(),
                shared.dem_unit(),
                shared.threshold(contract, shared.by_model(tr("Threshold"))),
                *search_parameters(contract),
                *shared.limits(contract),
                *step_parameters(),
                *attribute_parameters(of_one_image=False),
                landslides(),
                *results(),
                shared.flat_below(),
            ],
            figures(),
        )

    def examine(self, given):
        return asked_job(given, self.request(given, None))

    def work(self, job, given, feedback):
        from ..models.sheets.estimate import check_disk
        from ..models.sheets.folder import made
        from ..models.sheets.part_search import OneByOne
        from ..models.sheets.search import SheetsSearch

        started = time.monotonic()
        with ExitStack() as stack:
            stack.enter_context(refusals_written(given))
            sheets_job = outcome(prepared(job, feedback).without_flat(), feedback)
            say_search(sheets_job.whole, job.interpreter, feedback, sheets=True)
            folder = stack.enter_context(work_place(given))
            search = SheetsSearch(sheets_job, folder)
            search.part_folder.check()
            check_disk(search)
            detector = stack.enter_context(detector_of(job, sheets_job.whole, feedback))
            if given.flag("DRY_RUN"):
                return expected(search, detector, feedback)
            stack.enter_context(made(folder))
            searcher = OneByOne(detector)
            say_steps(search.search(searcher), feedback)
            results = self.publish_outlines(search, searcher, given, feedback)
        seconds = round(time.monotonic() - started, 3)
        return {**results, "DEVICE_USED": detector.device, "SECONDS": seconds}

    def publish_outlines(self, search, searcher, given, feedback):
        """Polygons of all that was searched, and the table of sheets."""
        from ..models.inventory.candidates.attributes import Collection

        with Collection(search.job.outline.inventory) as candidates:
            say_steps(search.outline(candidates, searcher), feedback)
            outline = search.job.outline
            crs = QgsCoordinateReferenceSystem.fromWkt(outline.grid.wkt)
            results = self.publish(
                candidates,
                outline,
                crs,
                given,
                feedback,
                search_job=search.job.whole,
            )
            outcomes = search.outcomes(candidates)
        return {**results, **write_table(search, outcomes, given)}


def asked_job(given, request):
    """The job of what the user gave. Raises MrifeError for what is wrong with it, and where
    an output is one of the sheets.
    """
    from ..models.onnxfile import describe

    sources = read_sources(given)
    paths = [source.path for source in sources]
    model = describe(model_path(given, paths, providers()))
    for place in output_places(given):
        check_apart(place.path, paths)
    return Job(
        sources,
        model,
        request,
        search_request(given, request),
        tuple(given.integers("BANDS")),
        given.choice("DEVICE"),
        find_interpreter(),
    )


def write_table(search, outcomes, given):
    """What became of the sheets, where it is asked for, and where their rasters lie."""
    from ..models.sheets.folder import remove
    from ..models.sheets.status import counts

    results = {state.upper(): count for state, count in counts(outcomes).items()}
    path = write_status(outcomes, given)
    if path is not None:
        results["STATUS"] = path
    folder = search.folder
    if given.has("PROBABILITY"):
        results["PROBABILITY"] = str(folder)
    else:
        given.outputs.after_placing(lambda: remove(folder))
    return results


def write_status(outcomes, given):
    """The table of sheets; its path, None where it is not asked for."""
    from ..models.sheets.status import status_table
    from ..models.tables import EXCEL

    return given.outputs.text("STATUS", lambda: status_table(outcomes, translated), EXCEL)


@contextmanager
def refusals_written(given):
    """Where none of the sheets can be searched, the table of them says why, and is all
    that is written.
    """
    from ..models.sheets.layout import NothingLeft
    from ..models.sheets.status import SheetOutcome

    try:
        yield
    except NothingLeft as problem:
        if not given.flag("DRY_RUN"):
            write_status(map(SheetOutcome.of_refused, problem.sheets), given)
            given.outputs.place()
        raise


def prepared(job, feedback):
    """All sheets examined, and their search laid out. Raises MrifeError."""
    from ..models.sheets.prepare import dem_unit_of, examine_sheets, prepare_sheets

    feedback.setProgressText(tr("Examining {} images").format(len(job.sources)))
    unit = dem_unit_of(job.outline)
    steps = examine_sheets(job.sources, job.model.contract, job.bands, dem_unit=unit)
    examined = list(cancellable(steps, feedback))
    return prepare_sheets(examined, job.model, job.outline, job.search)


@contextmanager
def work_place(given):
    """The folder of what is finished: the user's, or a hidden one beside the layer, from
    which a run that was stopped goes on, until the layer stands.
    """
    from ..models.sheets.folder import hidden_folder

    if given.has("PROBABILITY"):
        yield Path(given.output("PROBABILITY"))
        return
    path = output_path(given.output("OUTPUT"))
    if path is None or given.is_temporary("OUTPUT"):
        with temporary_folder() as folder:
            yield folder
        return
    yield hidden_folder(path)


def expected(search, detector, feedback):
    """What a dry run answers."""
    from ..models.sheets.estimate import estimate

    result = estimate(search, detector)
    values = {
        "SHEETS": result.sheets,
        "WINDOWS": result.windows,
        "DISK_MB": round(result.disk_bytes / 1e6, 1),
        "MINUTES": round(result.seconds / 60, 2),
        "MEMORY_MB": round(result.memory_bytes / 1e6),
        "DEVICE_USED": detector.device,
    }
    say_estimate(values, feedback)
    return values


def sheets_help():
    return paragraphs(
        tr("""
<p>Searches the map sheets of a county or a province as if they were one image: a landslide on four
sheets is one polygon with one identifier, and no outline ends at the edge of a sheet. The order of
the sheets does not matter.</p>
<h3>How sheets become one</h3>
<p>The search goes over one grid: the coordinate system and the pixels of most sheets, counted by
their pixels. A sheet of these pixels is taken as it is (moved by half a pixel at most); any other
one is resampled onto them, bilinearly, and the log says so. Where sheets overlap, each pixel is
that of the first sheet by file name that shows ground there, so that collars and gaps of one are
filled by the next. Brightness is stretched for all sheets alike. A landslide belongs to the sheet
that a point inside it lies on (field 'sheet').</p>
<h3>What is wrong with a sheet</h3>
<p>A sheet that is cut short, has no coordinate system, too few bands or values of another type is
left out, and the table says why; the others are searched without it. Grid and brightness are those
of all sheets that could be opened. All sheets have to be images of one sensor, or elevation models
for a network that knows elevation alone.</p>
<h3>Going on</h3>
<p>A run that was cancelled, or killed with all of QGIS, goes on when it is started again with the
same output: finished sheets wait in a hidden folder beside it, or in the folder of probability
rasters if you name one. A sheet that no change concerns is not searched again; the log says which
are, and why. If a sheet has changed, it and its neighbours are searched again; if a new one
enlarges the survey, all are. If you name the folder of probability rasters, another threshold takes
seconds.</p>""")
    )
