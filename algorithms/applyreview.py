# SPDX-License-Identifier: GPL-2.0-or-later
"""Apply a review: the final inventory, what the next training may learn, and what
shall not come back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qgis.core import QgsCoordinateReferenceSystem, QgsProcessingFeatureSource

from .base import MrifeAlgorithm
from .layers import styles as layers
from .layers.classes import show_area, show_rejected, show_status, show_training
from .layers.features import records, watched, with_own
from .messages.detection import say_notes
from .messages.review import COUNTED, say_applied, say_without_terrain
from .parameters.declare import (
    advanced,
    numbers,
    polygon_sink,
    polygon_source,
    raster,
    yes_no,
)
from .parameters.detection import dem_unit, sizes
from .parameters.language import language, language_code
from .review.package import without_fid
from .review.reviewed import (
    area_polygons,
    check_identifiers,
    check_status,
    original_polygons,
)
from .texts import paragraphs, titled, tr

if TYPE_CHECKING:
    from ..models.inventory.language import Language
    from ..models.inventory.morphometry.morphometry import Morphometry


SHOWS = {  # on the map, by parameter, from top to bottom
    "INVENTORY": show_status,
    "REJECTED": show_rejected,
    "TRAINING": show_training,
    "REVIEWED": show_area,
}


@dataclass(frozen=True)
class Job:
    """All that was examined and found right."""

    source: QgsProcessingFeatureSource
    area: QgsProcessingFeatureSource | None
    originals: QgsProcessingFeatureSource | None
    file: str  # of the reviewed layer, "" where it is none
    file_crs: QgsCoordinateReferenceSystem | None  # which QGIS may know otherwise
    morphometry: Morphometry
    field_check: bool
    language: Language


class ApplyReview(MrifeAlgorithm):
    step = 4

    def name(self):
        return "applyreview"

    def displayName(self):
        return self.in_order(tr("Apply review"))

    def tags(self):
        return tr(
            "landslide,review,inventory,training,hard negatives,confirmed,rejected"
        ).split(",")

    def shortDescription(self):
        return tr(
            "Turns a reviewed layer into the final inventory and into what the next "
            "training may learn."
        )

    def shortHelpString(self):
        return paragraphs(
            tr("""
<p>Takes the layer of 'Prepare review' after a person has set the status of its polygons, or any
polygon layer with a field 'status'.</p>
<p><b>Inventory</b>: confirmed and modified polygons. Outlines that a person redrew or drew are
measured afresh; all others stay as they are, to the last digit, but for the confidence a review
gives: geo_conf from the points (where those missing do not matter), usgs_conf 3 (likely), 2 where
geo_conf is moderate, 1 where it is low; 5 and 8 stay where a person gave them. A confirmed polygon
whose outline was redrawn counts as modified. One drawn new gets an identifier, the method 'manual',
and image and sheet of the nearest polygon; of one that was split, the largest part keeps the
identifier. Confidence and probabilities of a redrawn outline remain those of the candidate it was;
flags are its own, and what only the image could tell (edge, valid share, advice) is empty. Polygons
that overlap are named.</p>
<p><b>Training</b>: confirmed and modified as landslides (cls 1), rejected as ground that is none, with
their reason (cls 0), without the ground that they share with a landslide. <b>Reviewed area</b>:
where all else is background. What is still a candidate, waits for a field check or was deleted is
cut out of it: not labelled is not negative. <b>Rejected</b>: what 'Merge into inventory' keeps from
coming back.</p>""")
        )

    def initAlgorithm(self, configuration=None):
        self.declare([*inputs(), sizes(), language(), *sinks()], counts())

    def examine(self, given):
        from ..models.inventory.language import Language

        source = given.polygons("INPUT")
        check_status(source)
        originals = given.polygons("ORIGINAL")
        check_identifiers(originals)
        return Job(
            source,
            given.polygons("REVIEWED_AREA"),
            originals,
            given.layer_file("INPUT"),
            given.layer_file_crs("INPUT"),
            given.morphometry(source, given.elevation(), given.flag("SIZES")),
            given.flag("KEEP_FIELD_CHECK"),
            Language.of(language_code(given)),
        )

    def work(self, job, given, feedback):
        from ..models.geo.crs import Crs
        from ..models.inventory.review.apply import Review

        crs = job.source.sourceCrs()
        feedback.setProgressText(tr("Reading the reviewed polygons"))
        originals = original_polygons(job, crs, given.context, feedback)
        review = Review(Crs(crs.toWkt()), job.morphometry, originals, job.field_check)
        outcome = review.settle(records(job.source, feedback), watched(feedback))
        area = area_polygons(job, crs, feedback)
        say_applied(outcome, area is None, feedback)
        say_notes(job.morphometry.notes, feedback)
        if job.morphometry.terrain is None:
            say_without_terrain(outcome, feedback)
        results = {}
        stack = layers.Stack()
        for name, rows, fields in layers_of(job, outcome, area):
            if given.has(name):
                results[name], _ = given.outputs.layer(name, rows, fields, crs)
                self.finish(name, results[name], job, given, stack)
        for status in COUNTED:
            results[result_name(status)] = outcome.counts[status]
        return results

    def finish(self, name, destination, job, given, stack):
        """Words and look of one of the layers."""
        title = given.label(name)
        if name == "INVENTORY":
            title = tr("Landslide inventory")
        title = titled(title, job.source.sourceName())
        style = layers.with_style(SHOWS[name], job.language)
        place = list(SHOWS).index(name)
        layers.finish_polygons(given, name, destination, title, style, stack, place=place)


def inputs():
    yield polygon_source(
        "INPUT",
        tr("Reviewed layer"),
        tr(
            "The layer 'review' of the review's GeoPackage, or any polygons "
            "with a field 'status': candidate, confirmed, modified, rejected, "
            "field_check, in English or Chinese."
        ),
    )
    yield raster(
        "DEM",
        tr("Elevation model"),
        tr(
            "For the terrain attributes of redrawn outlines; without it theirs "
            "are empty. Any coordinate system."
        ),
        optional=True,
    )
    yield dem_unit()
    yield reviewed_area()
    yield advanced(outlines_before())
    yield advanced(
        yes_no(
            "KEEP_FIELD_CHECK",
            tr("Field checks into the inventory"),
            False,
            tr(
                "The inventory also gets the polygons that wait for a field check, with "
                "that status. They are not used for training."
            ),
        )
    )


def reviewed_area():
    return polygon_source(
        "REVIEWED_AREA",
        tr("Reviewed area"),
        tr(
            "Where a person also looked for landslides that were missed. Empty: "
            "only the reviewed polygons and a ring around each, as wide as its "
            "radius."
        ),
        optional=True,
    )


def outlines_before():
    return polygon_source(
        "ORIGINAL",
        tr("Outlines before the review"),
        tr(
            "The outlines before the review, with the same ls_id: they show which ones "
            "were redrawn. Empty: the layer 'original' of the review's GeoPackage; where "
            "there is none, outlines of the status modified count as redrawn."
        ),
        optional=True,
    )


def sinks():
    yield polygon_sink(
        "INVENTORY", tr("Inventory"), tr("Confirmed and modified landslides.")
    )
    yield polygon_sink(
        "TRAINING",
        tr("Training polygons"),
        tr("Landslides (cls 1) and rejected polygons, which are none (cls 0)."),
        optional=True,
    )
    yield polygon_sink(
        "REVIEWED",
        tr("Reviewed area for training"),
        tr("Where all else is background."),
        optional=True,
    )
    yield polygon_sink(
        "REJECTED",
        tr("Rejected polygons"),
        tr("For 'Merge into inventory'."),
        optional=True,
    )


def counts():
    labels = (
        tr("Confirmed"),
        tr("Modified"),
        tr("Rejected"),
        tr("Field checks"),
        tr("Still open"),
    )
    return numbers(*zip(map(result_name, COUNTED), labels))


def layers_of(job, outcome, area):
    """(parameter, records, fields) of each layer that can be written."""
    from ..models.geo.crs import Crs
    from ..models.geo.geodesic import Geodesic
    from ..models.inventory.review import training_labels as labels
    from ..models.inventory.schema import ALL

    crs = Crs(job.source.sourceCrs().toWkt())
    reviewed = labels.reviewed_area(outcome.decided, outcome.unsure, crs, area)
    origin = "polygons" if area is None else "given"
    parts = labels.area_records(reviewed, origin, Geodesic(crs))
    inventory_fields = without_fid(with_own(job.source, ALL))
    return (
        ("INVENTORY", outcome.inventory, inventory_fields),
        ("TRAINING", outcome.training, layers.qgs_fields(labels.TRAINING_FIELDS)),
        ("REVIEWED", parts, layers.qgs_fields(labels.REVIEWED_FIELDS)),
        ("REJECTED", outcome.rejected, layers.qgs_fields(labels.REJECTED_FIELDS)),
    )


def result_name(status):
    return {"candidate": "OPEN", "rejected": "REJECTED_N"}.get(status, status.upper())
