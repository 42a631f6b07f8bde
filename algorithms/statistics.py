# SPDX-License-Identifier: GPL-2.0-or-later
"""The report of a sheet or a county: one page to print, one table to calculate with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from qgis.core import (
    QgsProcessingFeatureSource,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterString,
)

from ..models.errors import MrifeError
from .base import InventoryAlgorithm
from .layers.features import features, polygons_of, records
from .parameters.declare import (
    advanced,
    dem_unit,
    helped,
    language,
    language_code,
    number,
    polygon_source,
)
from .parameters.outputs import output_path
from .texts import paragraphs, tr

if TYPE_CHECKING:
    from ..models.geo.dem import ElevationModel
    from ..models.inventory.morphometry.morphometry import Morphometry
    from ..models.inventory.report.study_area import StudyArea

HECTARE = 10_000


@dataclass(frozen=True)
class Job:
    """All that was examined and found right."""

    source: QgsProcessingFeatureSource
    area: StudyArea | None
    dem: ElevationModel | None
    morphometry: Morphometry | None
    statuses: tuple
    mmu: float | None  # m2
    language: str


class InventoryStatistics(InventoryAlgorithm):
    def name(self):
        return "statistics"

    def displayName(self):
        return tr("Inventory statistics and report")

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
<p>Writes one HTML page that needs no network, to read or to print on A4: locator map, counts, density, size classes,
frequency and area, directions, slope, elevation, L/W, H/L, confidence, review progress, the twenty largest, limits.
Beside it a CSV with every number: table, item, quantity, value, unit.</p>
<p>Takes any polygons: candidates, a reviewed inventory, an old one without our fields. Areas are always measured on the
ellipsoid from the outlines. Terrain comes from the layer's fields, else from the elevation model; what is in neither is
left out, and the page says so. Density needs an investigated area.</p>
<p>The exponent of the large landslides is by maximum likelihood from the lower limit with the smallest
Kolmogorov-Smirnov distance (Clauset and others 2009), the rollover is the mode of a three-parameter inverse gamma
(Malamud and others 2004), by maximum likelihood too; intervals are bootstrapped.</p>""")
        )

    def initAlgorithm(self, configuration=None):
        from ..models.inventory.status import REJECTED, STATUSES

        self.addParameter(
            polygon_source(
                "INPUT",
                tr("Landslides"),
                tr(
                    "Polygons in any coordinate system. Fields of our names are used, "
                    "others ignored."
                ),
            )
        )
        self.addParameter(
            polygon_source(
                "AREA",
                tr("Investigated area"),
                tr(
                    "A map sheet, a county: polygons in any coordinate system. "
                    "Landslides whose inner point lies outside do not count. Empty: all "
                    "count, and there is no density."
                ),
                optional=True,
            )
        )
        self.addParameter(
            helped(
                QgsProcessingParameterRasterLayer(
                    "DEM", tr("Elevation model"), optional=True
                ),
                tr(
                    "Elevations in any coordinate system. Drawn under the map; asked "
                    "for polygons that have no slope yet."
                ),
            )
        )
        self.addParameter(
            helped(
                QgsProcessingParameterString("TITLE", tr("Title"), optional=True),
                tr("The report's heading. Empty: the name of the layer."),
            )
        )
        self.addParameter(
            helped(
                QgsProcessingParameterEnum(
                    "STATUS",
                    tr("Statuses that count"),
                    list(STATUSES),
                    allowMultiple=True,
                    usesStaticStrings=True,
                    defaultValue=[status for status in STATUSES if status != REJECTED],
                ),
                tr("Polygons without a status count always."),
            )
        )
        self.addParameter(language())
        self.addParameter(dem_unit())
        self.addParameter(
            advanced(
                number(
                    "MMU",
                    tr("Minimum mapping unit (ha)"),
                    tr(
                        "Below this area landslides were not to be mapped; the rollover "
                        "is held against it. Empty: the smallest polygon."
                    ),
                )
            )
        )
        self.addParameter(
            helped(
                QgsProcessingParameterFileDestination(
                    "OUTPUT", tr("Report"), tr("HTML files (*.html)")
                ),
                tr("One page that holds all it shows."),
            )
        )
        self.addParameter(
            helped(
                QgsProcessingParameterFileDestination(
                    "CSV", tr("Table"), tr("CSV files (*.csv)"), optional=True
                ),
                tr(
                    "Every number of the report: table, item, quantity, value, unit. "
                    "UTF-8."
                ),
            )
        )
        self.add_numbers()

    def add_numbers(self):
        for name, label in (
            ("COUNT", tr("Number of landslides")),
            ("AREA_M2", tr("Area of all landslides (m²)")),
            ("KNOWN_M2", tr("Investigated area (m²)")),
            ("DENSITY", tr("Landslides per km²")),
            ("SHARE", tr("Share of the investigated area (0-1)")),
            ("REVIEWED", tr("Polygons reviewed")),
            ("ALPHA", tr("Exponent of the frequency density")),
            ("ALPHA_ERROR", tr("Its standard error")),
            ("ROLLOVER_M2", tr("Rollover (m²)")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))

    def examine(self, given):
        source = given.polygons("INPUT")
        area = given.polygons("AREA")
        given.check_outputs("OUTPUT", "CSV")
        dem = given.elevation()
        morphometry = None
        if dem:
            morphometry = given.morphometry(source, dem)
        mmu = given.number("MMU")
        return Job(
            source,
            study_area(area),
            dem,
            morphometry,
            given.choices("STATUS"),
            mmu and mmu * HECTARE,
            language_code(given),
        )

    def work(self, job, given, feedback):
        from ..models.geo.crs import Crs
        from ..models.inventory.report.columns import COLUMNS, collect
        from ..models.inventory.report.page import Report
        from ..models.inventory.report.statistics import summarize
        from ..models.inventory.report.table import table

        landslides = collect(
            records(job.source, feedback, only=COLUMNS),
            Crs(job.source.sourceCrs().toWkt()),
            job.morphometry,
        )
        inside = landslides
        if job.area:
            inside = landslides.take(job.area.holds(landslides))
        numbers = summarize(inside, job.statuses, job.area and job.area.m2, job.mmu)
        feedback.pushInfo(
            tr(
                "{} polygons read, {} of them count; {} lie outside the investigated "
                "area."
            ).format(len(landslides), numbers.n, len(landslides) - len(inside))
        )
        title = given.text("TITLE") or job.source.sourceName()
        report = Report(
            title,
            job.source.sourceName(),
            datetime.now(timezone.utc),
            job.area,
            len(landslides) - len(inside),
            job.dem,
        )
        outputs = {name: given.output(name) for name in ("OUTPUT", "CSV")}
        write(outputs["OUTPUT"], report.html(numbers, job.language), "utf-8")
        if outputs["CSV"]:
            write(outputs["CSV"], table(numbers), "utf-8-sig")  # so that Excel sees UTF-8
        results = {**outputs, **declared(numbers)}
        return {name: value for name, value in results.items() if value not in (None, "")}


def study_area(source):
    """The area of a source of polygons; None where there is no source."""
    from ..models.geo.crs import Crs
    from ..models.inventory.report.study_area import StudyArea

    if source is None:
        return None
    return StudyArea(
        map(polygons_of, features(source)),
        Crs(source.sourceCrs().toWkt()),
    )


def declared(numbers):
    """The numbers for a model or a script; None where there is none."""
    tail = numbers.tail
    rollover = numbers.rollover
    return {
        "COUNT": numbers.n,
        "AREA_M2": numbers.area,
        "KNOWN_M2": numbers.investigated_m2,
        "DENSITY": numbers.density,
        "SHARE": numbers.share,
        "REVIEWED": numbers.reviewed,
        "ALPHA": tail and tail.alpha,
        "ALPHA_ERROR": tail and tail.error,
        "ROLLOVER_M2": rollover and rollover.mode,
    }


def write(path, text, encoding):
    """A whole file or none."""
    from ..models.geo.files import whole_or_nothing

    try:
        with (
            whole_or_nothing(output_path(path)) as part,
            open(part, "w", encoding=encoding, newline="") as file,
        ):
            file.write(text)
    except OSError as error:
        raise MrifeError(
            "The report '{}' cannot be written ({}); choose another place.",
            path,
            error.strerror,
        ) from error
