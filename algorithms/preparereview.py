# SPDX-License-Identifier: GPL-2.0-or-later
"""Prepare a review: candidates ranked, with advice, form and styles in one GeoPackage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qgis.core import (
    QgsProcessing,
    QgsProcessingFeatureSource,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterVectorDestination,
)

from ..models.errors import MrifeError
from .base import InventoryAlgorithm
from .layers.features import cancellable, records, with_own
from .messages.review import say_count, say_prepared
from .parameters.declare import (
    advanced,
    helped,
    language,
    language_code,
    number,
    polygon_source,
)
from .review.atlas import place, write_atlas, write_bookmarks
from .review.package import (
    REVIEW,
    check_decisions,
    load_review,
    without_fid,
    write_review,
)
from .texts import paragraphs, tr

if TYPE_CHECKING:
    from ..models.inventory.language import Language

FIRST = 50  # bookmarks


@dataclass(frozen=True)
class Job:
    """All that was examined and found right."""

    source: QgsProcessingFeatureSource
    order: str  # one of ORDERS
    min_area: float
    rasters: tuple  # image and hillshade as atlas.Place, None where not given
    language: Language


class Ranked:
    """Stored records with their rank, gone through as often as needed; heeds cancel."""

    def __init__(self, records, ranks, feedback):
        self._records = records
        self._ranks = ranks
        self._feedback = feedback

    def __iter__(self):
        ranked = zip(self._records, self._ranks)
        for (wkb, values), rank in cancellable(ranked, self._feedback):
            yield wkb, {**values, "rev_rank": rank}


class PrepareReview(InventoryAlgorithm):
    def name(self):
        return "preparereview"

    def displayName(self):
        return tr("Prepare review")

    def tags(self):
        return tr(
            "landslide,review,form,rank,triage,candidates,bookmarks,atlas,geopackage"
        ).split(",")

    def shortDescription(self):
        return tr(
            "Makes a GeoPackage in which a geologist confirms, corrects and rejects "
            "candidates in a good order."
        )

    def shortHelpString(self):
        return paragraphs(
            tr("""
<p>Writes the candidates into a GeoPackage with a form (choices, rules, names in English or Chinese), two styles (by
confidence, by status), an order of review and advice. A second layer keeps the outlines as they were, so that 'Apply
review' sees which ones a person redrew.</p>
<p>Open the attribute table as a form: the list beside it goes by rank. Set the status; a rejected polygon needs a
reason. Or decide with one click: the layer's actions, in each row of the table and under 'Run feature action' on the
map, confirm, reject with a reason or send to a field check, and go on to the next open candidate. Redraw outlines with
QGIS's own tools; draw what was missed as new polygons.</p>
<p><b>Advice</b> is advice: nothing is dropped. <i>reject</i>: road-like (area above 8 times the square of the greatest
width), 60 % and more under exclusion masks, or low confidence on flat or uphill terrain; these come last.
<i>accept</i>: no doubts and calibrated confidence from 0.8, or, without calibration, mean probability from 0.7 and
terrain that agrees. <i>check</i>: all else. Codes: L road-like, X mask, D terrain, C low and M moderate confidence,
U uncertain, N not calibrated, E edge of the image, S near the minimum size, K several grown together, O overlaps the
inventory.</p>""")
        )

    def initAlgorithm(self, configuration=None):
        self.addParameter(
            polygon_source(
                "INPUT",
                tr("Candidates"),
                tr(
                    "Polygons of 'Detect relic landslides', 'Vectorize probability' or "
                    "'Merge inventories', or any others; fields of their own are kept."
                ),
            )
        )
        self.addParameter(
            helped(
                QgsProcessingParameterRasterLayer("IMAGE", tr("Image"), optional=True),
                tr(
                    "What the reviewer looks at: named in the review and shown in the "
                    "atlas."
                ),
            )
        )
        self.addParameter(
            helped(
                QgsProcessingParameterRasterLayer(
                    "HILLSHADE", tr("Hillshade"), optional=True
                ),
                tr("Shown beside the image in the atlas."),
            )
        )
        orders = [
            tr("Confidence and size"),
            tr("Most uncertain first"),
            tr("Largest first"),
        ]
        self.addParameter(
            helped(
                QgsProcessingParameterEnum(
                    "RANK", tr("Order of review"), orders, defaultValue=0
                ),
                tr(
                    "Confidence and size: confidence x log10(area / minimum area). "
                    "Where there is no calibrated confidence the mean probability "
                    "counts, where there is neither, the area."
                ),
            )
        )
        self.addParameter(language())
        self.addParameter(
            advanced(
                number(
                    "MIN_AREA",
                    tr("Minimum area (m²)"),
                    tr(
                        "Smallest landslide of the survey, for the order and for advice "
                        "on what is near it. Empty: 2500 for the order, no such advice."
                    ),
                )
            )
        )
        file = QgsProcessingParameterVectorDestination(
            "OUTPUT", tr("Review"), QgsProcessing.SourceType.TypeVectorPolygon
        )
        self.addParameter(
            helped(
                file,
                tr(
                    "A GeoPackage. A file that holds decisions already is not "
                    "overwritten."
                ),
            )
        )
        for name, label, kind, text in (
            (
                "BOOKMARKS",
                tr("Bookmarks"),
                tr("Bookmarks (*.xml)"),
                tr(
                    "Bookmarks of the first 50, to be imported in the browser or the "
                    "bookmark manager."
                ),
            ),
            (
                "ATLAS",
                tr("Atlas"),
                tr("Layout template (*.qpt)"),
                tr(
                    "A layout template: one page a candidate by rank, image and "
                    "hillshade side by side. Open it in the layout manager of the "
                    "project the review is loaded in."
                ),
            ),
        ):
            self.addParameter(
                helped(
                    QgsProcessingParameterFileDestination(
                        name, label, kind, optional=True, createByDefault=False
                    ),
                    text,
                )
            )
        for name, label in (
            ("COUNT", tr("Candidates")),
            ("ACCEPT", tr("Advised to accept")),
            ("CHECK", tr("Advised to check")),
            ("REJECT", tr("Advised to reject")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))

    def examine(self, given):
        from ..models.inventory.language import Language
        from ..models.inventory.review.prepare import ORDERS

        source = given.polygons("INPUT")
        path = given.output("OUTPUT")
        if not path.lower().endswith(".gpkg"):
            raise MrifeError(
                "'{}' is no GeoPackage, and only such a file holds form and styles; "
                "give a name that ends in .gpkg.",
                path,
            )
        given.check_outputs("OUTPUT", "BOOKMARKS", "ATLAS")
        check_decisions(path)
        rasters = tuple(
            place(given.raster(name)) if given.has(name) else None
            for name in ("IMAGE", "HILLSHADE")
        )
        order = ORDERS[given.place("RANK")]
        return Job(
            source,
            order,
            given.number("MIN_AREA") or 0.0,
            rasters,
            Language.of(language_code(given)),
        )

    def work(self, job, given, feedback):
        from ..models.geo.polygon_store import PolygonStore
        from ..models.geo.repair import drawn
        from ..models.inventory.schema import ALL

        preparation = preparation_of(job)
        with PolygonStore() as store:
            for wkb, values in records(job.source, feedback):
                polygon = preparation.sound(drawn(wkb))
                if polygon is not None:
                    store.add(polygon, preparation.take(polygon, values))
            count = len(store)
            empty = job.source.featureCount() - count
            say_prepared(preparation.notes, empty, feedback)
            ranked = Ranked(store, preparation.ranks(), feedback)
            path = given.output_layer("OUTPUT")
            feedback.setProgressText(tr("Writing the review"))
            write_review(
                path,
                ranked,
                without_fid(with_own(job.source, ALL)),
                job.source.sourceCrs(),
                given.context,
                job.language,
                ", ".join(raster.name for raster in job.rasters if raster),
            )
            results = self.write_ways(job, ranked, path, given)
        results["OUTPUT"] = f"{path}|layername={REVIEW}"
        results["COUNT"] = count
        for advice in ("accept", "check", "reject"):
            results[advice.upper()] = preparation.notes[advice]
        load_review(path, results["OUTPUT"], job.source.sourceName(), given.context)
        say_count(count, feedback)
        return results

    def write_ways(self, job, ranked, path, given):
        """Bookmarks and atlas, where asked for."""
        results = {}
        bookmarks = given.output("BOOKMARKS")
        if bookmarks:
            write_bookmarks(bookmarks, ranked, job.source.sourceCrs(), FIRST)
            results["BOOKMARKS"] = bookmarks
        atlas = given.output("ATLAS")
        if atlas:
            write_atlas(atlas, f"{path}|layername={REVIEW}", job.rasters, job.language)
            results["ATLAS"] = atlas
        return results


def preparation_of(job):
    from ..models.geo.crs import Crs
    from ..models.inventory.review.prepare import Preparation

    image = job.rasters[0]
    return Preparation(
        Crs(job.source.sourceCrs().toWkt()),
        job.order,
        job.min_area,
        image.name if image else "",
        job.source.sourceName(),
    )
