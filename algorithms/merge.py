# SPDX-License-Identifier: GPL-2.0-or-later
"""Merge candidate layers, an existing inventory and what was rejected into one inventory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingFeatureSource,
    QgsProcessingParameterMultipleLayers,
)

from .base import MrifeAlgorithm
from .layers.features import watched
from .layers.merge_results import write_conflicts, write_inventory
from .layers.merge_sources import read_sources
from .layers.styles import Stack
from .messages.detection import say_notes
from .messages.merge import say_merged
from .parameters.declare import (
    POLYGONS,
    advanced,
    numbers,
    polygon_sink,
    polygon_source,
    with_help,
)
from .parameters.language import user_language
from .parameters.merge_rules import (
    candidate_sources,
    check_identifier,
    match_rules,
    rule_parameters,
)
from .texts import paragraphs, tr

if TYPE_CHECKING:
    from ..models.inventory.morphometry.morphometry import Morphometry

RESULTS = (
    "new",
    "known",
    "modified",
    "split",
    "merged",
    "united",
    "duplicates",
    "suppressed",
)


@dataclass(frozen=True)
class Job:
    """All that was examined and found right."""

    candidates: list[QgsProcessingFeatureSource]
    existing: QgsProcessingFeatureSource | None
    rejected: QgsProcessingFeatureSource | None
    crs: QgsCoordinateReferenceSystem
    morphometry: Morphometry


class MergeInventories(MrifeAlgorithm):
    step = 2

    def name(self):
        return "merge"

    def displayName(self):
        return self.in_order(tr("Merge into inventory"))

    def tags(self):
        return tr(
            "landslide,merge,conflate,inventory,duplicates,seam,sheet,mosaic,update,compare,known,new"
        ).split(",")

    def shortDescription(self):
        return tr(
            "Makes one inventory of several candidate layers, an existing inventory and "
            "rejected polygons."
        )

    def shortHelpString(self):
        return paragraphs(
            tr("""
<p>A landslide that two sheets or two models show becomes one polygon; one that sheet edges cut is
put together, with or without overlap of the sheets. The order of the layers does not matter.</p>
<p>The outlines of the existing inventory, and those that a person drew, redrew or confirmed, stay
exactly as they are. A candidate is new where none of them has to do with it, known where the
overlap (intersection over union) suffices, and then not added. Where it differs - modified, split,
merged - it goes to the layer of conflicts for a person to decide. What a person wrote of a known
landslide (movement, activity, age, points, remarks, reviewer) goes to the existing polygon where
that says nothing; what contradicts it is a conflict. A candidate that waits there is confirmed,
rejected or sent to a field check as a person decided of it.</p>
<p><b>Conflicts</b> have a field 'resolve': write keep (the existing polygon stays), replace (this
outline, corrected if you like, takes its place), add (both stand) or reject (no landslide), and
give the layer again as a candidate layer, with the inventory as the existing one. What is decided
as keep or reject stays in the layer, and holds as long as it is given, also beside the layers that
it came from.</p>
<p>What repeats a rejected polygon is left out, unless its confidence (where it is calibrated on
both sides, else the mean probability, of whichever model) rose by the step below; what comes back
is also in the layer of conflicts. Candidates of status 'rejected' count as rejected; where somebody
else has one as a landslide, that is a conflict.</p>
<p>A polygon put together with a piece on another sheet that nobody has seen is neither known nor
rejected with the rest: it is in the layer of conflicts.</p>
<p>A polygon put together is measured anew; its probability is the mean by area, its terrain stays
empty unless an elevation model is given.</p>""")
        )

    def initAlgorithm(self, configuration=None):
        rules = (advanced(parameter) for parameter in rule_parameters())
        self.declare([*inputs(), *rules, *sinks()], counts())

    def examine(self, given):
        from ..models.geo.crs import Crs
        from ..models.inventory.morphometry.morphometry import Morphometry

        candidates = candidate_sources(given)
        existing = given.polygons("EXISTING")
        check_identifier(given, existing)
        rejected = given.polygons("REJECTED")
        crs = given.crs("CRS") or (existing or candidates[0]).sourceCrs()
        morphometry = Morphometry(Crs(crs.toWkt()), given.elevation())
        return Job(candidates, existing, rejected, crs, morphometry)

    def check_values(self, given):
        super().check_values(given)
        candidate_sources(given)

    def work(self, job, given, feedback):
        from ..models.geo.crs import Crs
        from ..models.inventory.merge.merge import merge

        sources = read_sources(job, given.text("ID_FIELD"), given.context, feedback)
        merged = merge(
            sources.candidates,
            sources.existing_outlines,
            sources.rejected,
            match_rules(given, sources.candidates, job.crs),
            job.morphometry,
            Crs(job.crs.toWkt()).decimals,
            watched(feedback),
        )
        say_notes(job.morphometry.notes, feedback)
        given_counts = len(sources.candidates), len(sources.existing)
        keep_all = given.flag("KEEP")
        say_merged(merged, *given_counts, keep_all, user_language(), feedback)
        stack = Stack()
        results = write_inventory(job, sources.existing, merged, given, stack)
        if given.has("CONFLICTS"):
            results["CONFLICTS"] = write_conflicts(
                job, [*merged.conflicts, *merged.decisions], given, stack
            )
        for name in RESULTS:
            results[name.upper()] = merged.counts[name]
        results["CONFLICTS_N"] = len(merged.conflicts)
        return results


def inputs():
    yield with_help(
        QgsProcessingParameterMultipleLayers("INPUTS", tr("Candidate layers"), POLYGONS),
        tr(
            "What detection found, in any coordinate systems: sheets with or "
            "without overlap, runs of several models."
        ),
    )
    yield polygon_source(
        "EXISTING",
        tr("Existing inventory"),
        tr(
            "Its outlines stay as they are, and so do most of its fields. What changes: "
            "the review rank is new; the relations of an earlier merge (inv_rel, inv_id, "
            "inv_iou) become those of this one; empty fields take what a person wrote in "
            "the candidate layers; and candidates take what a person decided on them."
        ),
        optional=True,
    )
    yield polygon_source(
        "REJECTED",
        tr("Rejected polygons"),
        tr("What a person rejected before, as 'Apply review' writes it."),
        optional=True,
    )


def sinks():
    yield polygon_sink(
        "OUTPUT",
        tr("Inventory"),
        tr(
            "The existing inventory as it was, and what is new. The review rank puts all "
            "on which nobody has decided in one order."
        ),
    )
    yield polygon_sink(
        "CONFLICTS",
        tr("Conflicts"),
        tr("What a person has to decide, with the reason in the field 'conflict'."),
        optional=True,
    )


def counts():
    return numbers(
        ("COUNT", tr("Polygons in the inventory")),
        ("NEW", tr("New")),
        ("KNOWN", tr("Known")),
        ("MODIFIED", tr("Modified")),
        ("SPLIT", tr("Split")),
        ("MERGED", tr("Merged")),
        ("UNITED", tr("Put together from pieces")),
        ("DUPLICATES", tr("Duplicates")),
        ("SUPPRESSED", tr("Rejected before")),
        ("CONFLICTS_N", tr("Conflicts")),
    )
