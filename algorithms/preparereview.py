# SPDX-License-Identifier: GPL-2.0-or-later
"""Prepare a review: candidates ranked, with advice, form and styles in one GeoPackage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qgis.core import QgsProcessingFeatureSource, QgsProcessingParameterEnum

from .base import MrifeAlgorithm
from .layers.features import records
from .layers.layout import plain
from .messages.review import say_count, say_prepared, warn_of_temporary
from .parameters.declare import (
    POLYGONS,
    advanced,
    area,
    file_output,
    numbers,
    optional,
    polygon_source,
    raster,
    with_help,
)
from .parameters.formats import GeoPackageDestination
from .parameters.language import language, language_code
from .review.atlas import place, write_guides
from .review.package import (
    ORIGINAL,
    REVIEW,
    Ranked,
    check_decisions,
    check_format,
    load_review,
    review_layer,
    write_review,
)
from .texts import paragraphs, tr

if TYPE_CHECKING:
    from ..models.inventory.language import Language
    from ..models.inventory.review.provenance import ShownImage


@dataclass(frozen=True)
class Job:
    """All that was examined and found right."""

    source: QgsProcessingFeatureSource
    order: str  # one of ORDERS
    min_area: float
    rasters: tuple  # image and hillshade as atlas.Place, None where not given
    image: ShownImage | None
    language: Language

    @property
    def description(self):
        """Names of what the reviewer looks at."""
        return ", ".join(raster.name for raster in self.rasters if raster)


class PrepareReview(MrifeAlgorithm):
    step = 3
    own_layers = (REVIEW, ORIGINAL)

    def name(self):
        return "preparereview"

    def displayName(self):
        return self.in_order(tr("Prepare review"))

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
<p>Writes the candidates into a GeoPackage with a form (choices, rules, names in English or
Chinese), two styles (by confidence, by status), an order of review and advice. A second layer keeps
the outlines as they were, so that 'Apply review' sees which ones a person redrew.</p>
<p>Open the attribute table as a form: the list beside it goes by rank. Decide with one click: the
buttons of the form's first tab, the layer's actions in each row of the table and 'Run feature
action' on the map confirm, reject with a reason or send to a field check, say how many are done,
and go on to the next open candidate by rank. Or set the status yourself; a rejected polygon needs a
reason. Redraw outlines with QGIS's own tools; draw what was missed as new polygons.</p>
<p><b>Advice</b> is advice: nothing is dropped. <i>reject</i>: road-like (area above 8 times the
square of the greatest width), 60 % and more under exclusion masks, or low confidence on flat or
uphill terrain; these come after all other open ones.
<i>accept</i>: no doubts and calibrated confidence from 0.8, or, without calibration, mean
probability from 0.7 and terrain that agrees. <i>check</i>: all else. Codes: L road-like, X mask, D
terrain, C low and M moderate confidence, U uncertain, N not calibrated, E edge of the image, S near
the minimum size, K several grown together, O overlaps the inventory.</p>""")
        )

    def initAlgorithm(self, configuration=None):
        self.declare([*inputs(), *ways(), *files()], counts())

    def examine(self, given):
        from ..models.inventory.language import Language
        from ..models.inventory.review.prepare import ORDERS

        source = given.polygons("INPUT")
        path = given.output("OUTPUT")
        check_format(path)
        check_decisions(path)
        return Job(
            source,
            ORDERS[given.place("RANK")],
            given.number("MIN_AREA") or 0.0,
            tuple(place(given, name) for name in ("IMAGE", "HILLSHADE")),
            shown_image(given),
            Language.of(language_code(given)),
        )

    def work(self, job, given, feedback):
        from ..models.geo.polygon_store import PolygonStore

        with PolygonStore() as store:
            preparation = prepare(job, store, feedback)
            ranked = Ranked(store, preparation.ranks(), feedback)
            path = given.outputs.loaded_path("OUTPUT")
            feedback.setProgressText(tr("Writing the review"))
            staged = given.outputs.staging.path(path)
            write_review(staged, ranked, job, given.context)
            results = write_guides(job, ranked, path, given)
            count = len(store)
        results["OUTPUT"] = review_layer(path)
        results["COUNT"] = count
        for advice in ("accept", "check", "reject"):
            results[advice.upper()] = preparation.notes[advice]
        load_review(path, results["OUTPUT"], job.source.sourceName(), given.context)
        say_count(count - preparation.notes["reviewed"], feedback)
        if given.is_temporary("OUTPUT"):
            warn_of_temporary(feedback)
        return results


def inputs():
    yield polygon_source(
        "INPUT",
        tr("Candidates"),
        tr(
            "Polygons of 'Detect relic landslides', 'Vectorize probability' or "
            "'Merge into inventory', or any others; fields of their own are kept. Of a "
            "merge those of the existing inventory without a status count as confirmed."
        ),
    )
    yield raster(
        "IMAGE",
        tr("Image"),
        tr(
            "The image that the reviewer looks at. The atlas shows it, and polygons on "
            "it that name no image get its name in the review."
        ),
        optional=True,
    )
    yield raster(
        "HILLSHADE",
        tr("Hillshade"),
        tr("Shown beside the image in the atlas."),
        optional=True,
    )


def ways():
    orders = [
        tr("Confidence and size"),
        tr("Most uncertain first"),
        tr("Largest first"),
    ]
    order = with_help(
        QgsProcessingParameterEnum("RANK", tr("Order of review"), orders, defaultValue=0),
        tr(
            "Confidence and size: confidence x log10(area / minimum area). "
            "Where there is no calibrated confidence the mean probability "
            "counts, where there is neither, the area."
        ),
    )
    yield optional(order)
    yield language()
    yield advanced(
        area(
            "MIN_AREA",
            tr("Minimum area (default: unknown)"),
            tr(
                "Smallest landslide of the survey, for the order and for advice on what "
                "is near it. Empty: 2500 for the order, and for advice the flags of the "
                "detection alone."
            ),
        )
    )


def files():
    yield with_help(
        GeoPackageDestination("OUTPUT", tr("Review"), POLYGONS),
        tr("A GeoPackage. A file that holds decisions already is not overwritten."),
    )
    yield file_output(
        "BOOKMARKS",
        tr("Bookmarks"),
        tr("Bookmarks (*.xml)"),
        tr(
            "Bookmarks of the first 50, to be imported in the browser or the "
            "bookmark manager."
        ),
        optional=True,
        by_default=False,
    )
    yield file_output(
        "ATLAS",
        tr("Atlas"),
        tr("Layout template (*.qpt)"),
        tr(
            "A layout template: one page a candidate by rank, image and "
            "hillshade side by side. Open it in the layout manager of the "
            "project the review is loaded in."
        ),
        optional=True,
        by_default=False,
    )


def counts():
    return numbers(
        ("COUNT", tr("Candidates")),
        ("ACCEPT", tr("Advised to accept")),
        ("CHECK", tr("Advised to check")),
        ("REJECT", tr("Advised to reject")),
    )


def prepare(job, store, feedback):
    """The candidates with identifiers and advice into `store`; returns what ranks them."""
    from ..models.geo.repair import polygon_from_wkb

    preparation = preparation_of(job)
    empty = 0
    for wkb, values in records(job.source, feedback):
        polygon = preparation.sound(polygon_from_wkb(wkb))
        if polygon is None:
            empty += 1
        else:
            store.add(polygon, preparation.take(polygon, values))
    say_prepared(preparation.notes, empty, feedback)
    return preparation


def shown_image(given):
    """The image that the reviewer looks at; None where none is given."""
    from ..models.geo.crs import Crs
    from ..models.inventory.review.provenance import ShownImage

    if not given.has("IMAGE"):
        return None
    layer = given.raster("IMAGE")
    extent = layer.extent()
    corners = extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()
    return ShownImage(layer.name(), Crs(layer.crs().toWkt()), corners)


def preparation_of(job):
    from ..models.geo.crs import Crs
    from ..models.inventory.review.prepare import Preparation

    return Preparation(
        Crs(job.source.sourceCrs().toWkt()),
        job.order,
        job.min_area,
        job.image,
        job.source.sourceName(),
        is_merged(job.source),
    )


def is_merged(source):
    """Whether a merge gave the layer: it says what each has to do with the inventory."""
    index = source.fields().lookupField("inv_rel")
    return index >= 0 and any(map(plain, source.uniqueValues(index)))
