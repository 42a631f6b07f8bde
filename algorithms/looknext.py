# SPDX-License-Identifier: GPL-2.0-or-later
"""Where to look next: a few places, ranked, whose review teaches most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qgis.core import QgsCoordinateReferenceSystem, QgsProcessingFeatureSource

from ..models.evaluation.defaults import MAX_PLACES, PLACES, SEED, TILE_M
from .base import MrifeAlgorithm
from .layers import styles as layers
from .layers.classes import show_places
from .layers.features import outlines_of
from .layers.fields import Table, lower_case
from .layers.references import outcome, polygon_layer
from .messages.detection import say_notes
from .parameters.declare import (
    advanced,
    distance,
    number,
    numbers,
    polygon_sink,
    polygon_source,
)
from .parameters.evaluation import (
    probability_crs,
    probability_parameter,
    probability_raster,
)
from .texts import paragraphs, tr

if TYPE_CHECKING:
    from ..models.evaluation.looknext import LookJob


@dataclass(frozen=True)
class Job:
    """All that was examined and found right."""

    candidates: QgsProcessingFeatureSource | None
    look: LookJob
    name: str  # of what places are chosen from
    crs: QgsCoordinateReferenceSystem  # of the places


class LookNext(MrifeAlgorithm):
    def name(self):
        return "looknext"

    def displayName(self):
        return tr("Places to look at next")

    def tags(self):
        return tr(
            "landslide,review,active learning,uncertain,diverse,sample,random,next,rank,"
            "tile,fine-tune"
        ).split(",")

    def shortDescription(self):
        return tr(
            "Chooses the few candidates, or tiles of the map, whose review teaches most."
        )

    def shortHelpString(self):
        return paragraphs(
            tr("""
<p>Chooses places for the next round of review: of ten, four that are <b>uncertain</b>, three
<b>unlike the others</b> and unlike what was reviewed already, two <b>drawn by lot</b>, one
<b>large</b>. The reasons alternate by rank, so that the first few places are such a mixture, too. If
a reason has no place left, the others take its share.</p>
<p>With candidates the places are candidates that nobody has reviewed; with a probability raster
alone they are square tiles of the map. With both, the tiles are drawn by lot: only there can you
find a landslide that the model gave no candidate for. Look at the whole tile and add it to the
reviewed area afterwards.</p>
<p>Uncertain: a confidence (else a mean probability) near 0.5; of a tile the mean over its pixels;
with a spread of the probability the mean of both. Unlike the others: in place, size, confidence,
shape and terrain, or in place and probability for a tile. Large: area, of a tile the ground above
the threshold. The same seed draws the same lots.</p>""")
        )

    def initAlgorithm(self, configuration=None):
        self.declare([*inputs(), *choices(), sink()], outputs())

    def examine(self, given):
        from ..models.evaluation.looknext import LookRequest, prepare_look

        candidates = given.polygons("INPUT")
        raster = probability_raster(given)
        searched = None
        if raster is not None:
            searched = raster.searched
        asked = {
            "count": given.integer("PLACES"),
            "tile_m": given.number("TILE"),
            "seed": given.integer("SEED_NUMBER"),
        }
        request = LookRequest(**{k: v for k, v in asked.items() if v is not None})
        around = (ground(given, name) for name in ("AREA", "REVIEWED_AREA"))
        look = prepare_look(request, candidates is not None, searched, *around)
        if candidates is not None:
            return Job(candidates, look, candidates.sourceName(), candidates.sourceCrs())
        return Job(None, look, raster.name, probability_crs(given))

    def work(self, job, given, feedback):
        from ..models.evaluation.looknext import LOOK_FIELDS

        places = chosen(job, feedback)
        fields = [job.candidates.fields()] if job.candidates is not None else []
        table = Table(None, fields, LOOK_FIELDS, [])
        rows = ((wkb, table.row(values)) for wkb, values in lower_case(places))
        path, count = given.outputs.layer("OUTPUT", rows, table.fields, job.crs)
        title = tr("Places to look at next, {}").format(job.name)
        style = layers.with_style(show_places, labelled=True)
        layers.finish_polygons(given, "OUTPUT", path, title, style)
        say_reasons(places.reasons, feedback)
        results = {reason.upper(): places.reasons[reason] for reason in places.reasons}
        return {"OUTPUT": path, "COUNT": count, **results}


def inputs():
    yield polygon_source(
        "INPUT",
        tr("Candidates"),
        tr(
            "Of detection, or a review of them, in any coordinate system. Those that a "
            "person has reviewed are not chosen, and candidates that resemble them are "
            "chosen less often."
        ),
        optional=True,
    )
    yield probability_parameter(
        tr(
            "For tiles of the map. Without candidates all places are tiles; beside "
            "candidates only those that are drawn by lot."
        ),
        optional=True,
    )
    yield polygon_source(
        "AREA",
        tr("Look only inside"),
        tr("Polygons in any coordinate system. Empty: everywhere."),
        optional=True,
    )
    yield polygon_source(
        "REVIEWED_AREA",
        tr("Reviewed area"),
        tr(
            "Where all was looked at already. A candidate is left out where half of it "
            "lies there, a tile where more than half of it does."
        ),
        optional=True,
    )


def choices():
    yield number(
        "PLACES",
        tr("Number of places (default: {})").format(PLACES),
        tr("As many as you will look at in one round. Empty: {}.").format(PLACES),
        low=1,
        high=MAX_PLACES,
        whole=True,
    )
    yield advanced(
        distance(
            "TILE",
            tr("Side of a tile (default: {} m)").format(f"{TILE_M:g}"),
            tr(
                "The tiles of the map are squares with sides of this length. Empty: {} "
                "m."
            ).format(f"{TILE_M:g}"),
        )
    )
    yield advanced(
        number(
            "SEED_NUMBER",
            tr("Seed (default: {})").format(SEED),
            tr("Another whole number draws other lots. Empty: {}.").format(SEED),
            whole=True,
        )
    )


def sink():
    return polygon_sink(
        "OUTPUT",
        tr("Places to look at next"),
        tr("Polygons with rank, reason, score and the coordinates of a point inside."),
    )


def outputs():
    return numbers(
        ("COUNT", tr("Places")),
        ("UNCERTAIN", tr("Uncertain ones")),
        ("DIVERSE", tr("Ones unlike the others")),
        ("RANDOM", tr("Ones drawn by lot")),
        ("LARGE", tr("Large ones")),
    )


def ground(given, name):
    """The polygons of an optional source; None where none is given."""
    from ..models.evaluation.places import Polygons

    source = given.polygons(name)
    if source is None:
        return None
    shapes, crs = outlines_of(source)
    return Polygons(list(shapes), crs)


def chosen(job, feedback):
    """The models.evaluation.looknext.NextPlaces of a job."""
    from ..models.evaluation.looknext import NextPlaces, look_next
    from ..models.evaluation.places import Candidates

    candidates = None
    if job.candidates is not None:
        layer = polygon_layer(job.candidates, feedback)
        candidates = Candidates(layer.rows, layer.crs)
    places = NextPlaces()
    outcome(look_next(job.look, candidates, places), feedback)
    say_notes(places.notes, feedback)
    return places


def say_reasons(reasons, feedback):
    sentence = tr("{} uncertain, {} unlike the others, {} drawn by lot, {} large.")
    feedback.pushInfo(sentence.format(*reasons.values()))
