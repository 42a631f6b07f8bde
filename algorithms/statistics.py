# SPDX-License-Identifier: GPL-2.0-or-later
"""The report of a sheet or a county: one page to print, one table to calculate with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from qgis.core import QgsCoordinateReferenceSystem, QgsProcessingFeatureSource

from ..models.errors import MrifeError
from .base import MrifeAlgorithm
from .layers.density import density_cells, density_map, write_density
from .layers.features import outlines_of, records, watched
from .messages.detection import say_notes
from .messages.words import say_not_rejected
from .parameters.behind_layers import extent_of
from .parameters.declare import report_files
from .parameters.language import language_code
from .parameters.statistics import choices, inputs, outputs, rejected_polygons
from .texts import paragraphs, tr

if TYPE_CHECKING:
    from ..models.geo.dem import ElevationModel
    from ..models.inventory.morphometry.morphometry import Morphometry
    from ..models.inventory.report.density import DensityCells
    from ..models.inventory.report.study_area import StudyArea


@dataclass(frozen=True)
class Job:
    """All that was examined and found right."""

    source: QgsProcessingFeatureSource
    area: StudyArea | None
    area_crs: QgsCoordinateReferenceSystem | None
    dem: ElevationModel | None
    morphometry: Morphometry | None
    rejected: QgsProcessingFeatureSource | None
    statuses: tuple
    mmu: float | None  # m2
    language: str
    cells: DensityCells | None


class InventoryStatistics(MrifeAlgorithm):
    step = 5

    def name(self):
        return "statistics"

    def displayName(self):
        return self.in_order(tr("Inventory statistics and report"))

    def tags(self):
        return tr(
            "landslide,inventory,statistics,report,density,frequency,area,power "
            "law,rollover,rose,map,html,csv"
        ).split(",")

    def shortDescription(self):
        return tr(
            "Writes the report of a sheet or county as one HTML page with map, charts "
            "and tables, and a CSV."
        )

    def shortHelpString(self):
        return paragraphs(
            tr("""
<p>Writes one HTML page that needs no network, to read or to print on A4: locator map, counts,
density, size classes, frequency and area, directions, slope, elevation, L/W, H/L, confidence,
review progress, the twenty largest, limits. Beside it a CSV with every number: table, item,
quantity, value, unit.</p>
<p>Takes any polygons: candidates, a reviewed inventory, an old one without our fields. Areas are
always measured on the ellipsoid from the outlines. Terrain comes from the layer's fields, else from
the elevation model; what is in neither is left out, and the page says so. Density, and its map in
square cells, need an investigated area.</p>
<p>The exponent of the large landslides is by maximum likelihood from the lower limit with the
smallest Kolmogorov-Smirnov distance (Clauset and others 2009) of all above the rollover that leave
at least 50 landslides, with its goodness of fit; with fewer there is none. The rollover is the mode
of a three-parameter inverse gamma (Malamud and others 2004), by maximum likelihood too;
published exponents of about 2.4 are its ρ + 1. Intervals are bootstrapped.</p>""")
        )

    def initAlgorithm(self, configuration=None):
        self.declare(
            [
                *inputs(),
                *choices(),
                *report_files("OUTPUT"),
                rejected_polygons(),
                *density_map(),
            ],
            outputs(),
        )

    def examine(self, given):
        from ..models.geo.geodesic import HECTARE

        source = given.polygons("INPUT")
        area = given.polygons("AREA")
        dem = given.elevation()
        morphometry = None
        if dem:
            morphometry = given.morphometry(source, dem)
        mmu = given.number("MMU")
        investigated = study_area(area, source)
        return Job(
            source,
            investigated,
            area and area.sourceCrs(),
            dem,
            morphometry,
            given.polygons("REJECTED"),
            given.choices("STATUS"),
            mmu and mmu * HECTARE,
            language_code(given),
            density_cells(investigated, given),
        )

    def work(self, job, given, feedback):
        from ..models.inventory.report.page import Report

        landslides = landslides_of(job, feedback)
        inside = landslides
        if job.area:
            inside = landslides.take(job.area.holds(landslides))
        summary = summary_of(job, inside, feedback)
        outside = len(landslides) - len(inside)
        say_counted(len(landslides), summary.n, outside, feedback)
        report = Report(
            given.text("TITLE") or job.source.sourceName(),
            job.source.sourceName(),
            datetime.now(timezone.utc),
            job.area,
            outside,
            job.dem,
        )
        if job.morphometry:
            say_notes(job.morphometry.notes, feedback)
        files = files_of(job, report, summary, given)
        files["DENSITY_MAP"] = write_density(job, summary.landslides, given, feedback)
        results = {**files, **results_of(summary)}
        return {name: value for name, value in results.items() if value not in (None, "")}


def study_area(area, source):
    """The area of a source of polygons; None where there is no such source. Raises
    MrifeError where it lies elsewhere than those of the other source.
    """
    from ..models.geo.crs import Crs
    from ..models.inventory.report.study_area import StudyArea

    if area is None:
        return None
    result = StudyArea(*outlines_of(area))
    extent = extent_of(source)
    if extent and not result.reaches(extent, Crs(source.sourceCrs().toWkt())):
        raise MrifeError(
            "The investigated area '{}' lies elsewhere than '{}'; choose the area that "
            "was investigated, or look at the coordinate systems of both.",
            area.sourceName(),
            source.sourceName(),
        )
    return result


def landslides_of(job, feedback):
    """All of the layer as columns, measured where they have no measures."""
    from ..models.geo.crs import Crs
    from ..models.inventory.report.columns import COLUMNS, collect

    return collect(
        records(job.source, feedback, only=COLUMNS),
        Crs(job.source.sourceCrs().toWkt()),
        job.morphometry,
        keep_whole=job.cells is not None,
        watch=watched(feedback),
    )


def say_counted(polygons, counted, outside, feedback):
    """Numbers of polygons: all that were read, those that count, those outside."""
    feedback.pushInfo(
        tr(
            "{} polygons read, {} of them count; {} lie outside the investigated area."
        ).format(polygons, counted, outside)
    )


def summary_of(job, inside, feedback):
    """The statistics of the landslides inside the investigated area."""
    from ..models.inventory.report.statistics import summarize

    return summarize(
        inside,
        job.statuses,
        job.area and job.area.m2,
        job.mmu,
        rejected_of(job, feedback),
        watched(feedback),
    )


def rejected_of(job, feedback):
    """What a person rejected inside the investigated area; None without such a layer."""
    from ..models.geo.crs import Crs
    from ..models.inventory.report.columns import COLUMNS, collect
    from ..models.inventory.report.recorded import rejected_ones

    if job.rejected is None:
        return None
    crs = Crs(job.rejected.sourceCrs().toWkt())
    given = collect(records(job.rejected, feedback, only=COLUMNS), crs)
    rejected = rejected_ones(given)
    others = len(given) - len(rejected)
    say_not_rejected(others, job.rejected.sourceName(), feedback)
    if job.area:
        return rejected.take(job.area.holds(rejected))
    return rejected


def files_of(job, report, summary, given):
    """Page and table, by the names of their outputs."""
    from ..models.inventory.report.table import table
    from ..models.tables import EXCEL

    outputs = given.outputs
    return {
        "OUTPUT": outputs.text("OUTPUT", lambda: report.html(summary, job.language)),
        "CSV": outputs.text("CSV", lambda: table(summary), EXCEL),
    }


def results_of(summary):
    """The summary for a model or a script; None where there is none."""
    tail = summary.tail
    rollover = summary.rollover
    return {
        "COUNT": summary.n,
        "AREA_M2": summary.area,
        "KNOWN_M2": summary.investigated_m2,
        "DENSITY": summary.density,
        "SHARE": summary.share,
        "REVIEWED": summary.reviewed,
        "ALPHA": tail and tail.alpha,
        "ALPHA_ERROR": tail and tail.error,
        "ROLLOVER_M2": rollover and rollover.mode,
        "ALPHA_P": tail and tail.p,
        "RHO_1": rollover and rollover.exponent,
    }
