# SPDX-License-Identifier: GPL-2.0-or-later
"""Merge candidate layers, an existing inventory and what was rejected into one inventory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessing,
    QgsProcessingFeatureSource,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterCrs,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterField,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterRasterLayer,
)

from ..models.errors import Cancelled, MrifeError
from ..models.inventory.merge.rules import MatchRules
from .base import InventoryAlgorithm
from .layers import styles as layers
from .layers.fields import Table
from .layers.merge_sources import Reader
from .messages.merge import say_merged
from .parameters.declare import advanced, helped, number, polygon_source
from .parameters.given import holds_polygons
from .parameters.shapefile_encoding import Readable, readable_polygons
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
    existing: Readable
    rejected: QgsProcessingFeatureSource | None
    crs: QgsCoordinateReferenceSystem
    morphometry: Morphometry

    @property
    def sources(self):
        return [
            *self.candidates,
            *(source for source in (self.existing.source, self.rejected) if source),
        ]


class MergeInventories(InventoryAlgorithm):
    def name(self):
        return "merge"

    def displayName(self):
        return tr("Merge into inventory")

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
<p>A landslide that two sheets or two models show becomes one polygon; one that sheet edges cut is put together, with
or without overlap of the sheets. The order of the layers does not matter.</p>
<p>The polygons of the existing inventory, and those that a person drew, redrew or confirmed, stay exactly as they are.
A candidate is new where none of them has to do with it, known where the overlap (intersection over union) suffices,
and then not added. Where it differs - modified, split, merged - it goes to the layer of conflicts for a person to
decide.</p>
<p>What repeats a rejected polygon is left out, unless its confidence (where it is calibrated on both sides, else the
mean probability, of whichever model) rose by the step below; what comes back is also in the layer of conflicts.
Candidates of status 'rejected' count as rejected.</p>
<p>A polygon put together is measured anew; its probability is the mean by area, its terrain stays empty unless an
elevation model is given.</p>""")
        )

    def initAlgorithm(self, configuration=None):
        polygons = QgsProcessing.SourceType.TypeVectorPolygon
        self.addParameter(
            helped(
                QgsProcessingParameterMultipleLayers(
                    "INPUTS", tr("Candidate layers"), polygons
                ),
                tr(
                    "What detection found, in any coordinate systems: sheets with or "
                    "without overlap, runs of several models."
                ),
            )
        )
        self.addParameter(
            polygon_source(
                "EXISTING",
                tr("Existing inventory"),
                tr(
                    "Its polygons and fields are kept as they are; what lies on them is "
                    "written only to fields that it has not."
                ),
                optional=True,
            )
        )
        self.addParameter(
            polygon_source(
                "REJECTED",
                tr("Rejected polygons"),
                tr("What a person rejected before, as 'Apply review' writes it."),
                optional=True,
            )
        )
        for parameter in rule_parameters():
            self.addParameter(advanced(parameter))
        sink = QgsProcessingParameterFeatureSink
        self.addParameter(
            helped(
                sink("OUTPUT", tr("Inventory"), polygons),
                tr("The existing inventory as it was, and what is new."),
            )
        )
        self.addParameter(
            helped(
                sink("CONFLICTS", tr("Conflicts"), polygons, optional=True),
                tr(
                    "What a person has to decide, with the reason in the field "
                    "'conflict'."
                ),
            )
        )
        for name, label in (
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
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))

    def examine(self, given):
        from ..models.geo.crs import Crs
        from ..models.inventory.morphometry.morphometry import Morphometry

        candidates = candidate_sources(given)
        existing = readable_polygons(given, "EXISTING")
        check_identifier(given, existing.source)
        rejected = given.polygons("REJECTED")
        crs = given.crs("CRS") or (existing.source or candidates[0]).sourceCrs()
        given.check_outputs("OUTPUT", "CONFLICTS")
        morphometry = Morphometry(Crs(crs.toWkt()), given.elevation())
        return Job(candidates, existing, rejected, crs, morphometry)

    def check_values(self, given):
        super().check_values(given)
        candidate_sources(given)

    def work(self, job, given, feedback):
        from ..models.geo.crs import Crs
        from ..models.inventory.merge.merge import merge

        reader = Reader(job.sources, job.crs, given.context, feedback)
        candidates = []
        for place, source in enumerate(job.candidates):
            candidates += reader.candidates(source, place)
        rejected = []
        if job.rejected:
            rejected = reader.candidates(job.rejected, -1)
        existing = []
        if job.existing.source:
            existing = reader.existing(job.existing.source, given.text("ID_FIELD"))
        reader.say(len(candidates), len(existing), len(rejected))
        merged = merge(
            candidates,
            [outline for _, outline in existing],
            rejected,
            match_rules(given, candidates, job.crs),
            job.morphometry,
            Crs(job.crs.toWkt()).decimals,
        )
        feedback.setProgress(80)
        if feedback.isCanceled():
            raise Cancelled()
        say_merged(merged, len(candidates), len(existing), feedback)
        results = self.publish(job, existing, merged, given)
        for name in RESULTS:
            results[name.upper()] = merged.counts[name]
        results["CONFLICTS_N"] = len(merged.conflicts)
        return results

    def publish(self, job, existing, merged, given):
        """Both sinks are made only now: a run that failed or was cancelled leaves
        nothing that looks finished.
        """
        from ..models.inventory.merge.conflicts import CONFLICT_FIELDS
        from ..models.inventory.schema import ALL

        fields = None
        if job.existing.source:
            fields = job.existing.source.fields()
        others = [source.fields() for source in job.candidates]
        table = Table(fields, others, ALL, [feature for feature, _ in existing])
        rows = inventory(existing, merged, given.flag("KEEP"), table)
        path, count = given.write(rows, table.fields, job.crs, "OUTPUT")
        layers.keep_polygon_style(path)
        name = tr("Inventory")
        layers.finish_layer(path, given.context, name, name, layers.style_polygons)
        results = {"OUTPUT": path, "COUNT": count}
        if given.has("CONFLICTS"):
            table = Table(None, others, (*CONFLICT_FIELDS, *ALL), [])
            rows = ((c.outline.wkb, table.row(c.values)) for c in merged.conflicts)
            path, _ = given.write(rows, table.fields, job.crs, "CONFLICTS")
            name = tr("Conflicts")
            layers.finish_layer(path, given.context, name, name, layers.style_conflicts)
            results["CONFLICTS"] = path
        return results


def rule_parameters():

    rules = MatchRules()
    yield helped(
        QgsProcessingParameterField(
            "ID_FIELD",
            tr("Identifier of the existing inventory"),
            None,
            "EXISTING",
            optional=True,
        ),
        tr(
            "Empty: the first of the usual names (ls_id, id, objectid, 编号 ...) that "
            "tells all polygons apart, else the feature's number."
        ),
    )
    yield helped(
        QgsProcessingParameterRasterLayer("DEM", tr("Elevation model"), optional=True),
        tr(
            "For the terrain of polygons that are put together; a raster of "
            "elevations in any coordinate system."
        ),
    )
    yield number(
        "IOU",
        tr("Overlap of known ones"),
        tr(
            "Intersection over union from which two outlines are the same "
            "landslide. From 0.5 on, only one of several that do not overlap each "
            "other can be. Empty: {}."
        ).format(rules.iou),
        high=1.0,
    )
    yield number(
        "SHARE",
        tr("Share of related ones"),
        tr(
            "Share of the smaller within the larger from which two outlines have to "
            "do with each other: as parts, or as one that has changed. Empty: {}, "
            "most of it."
        ).format(rules.share),
        high=1.0,
    )
    yield number(
        "RISE",
        tr("Rise of confidence"),
        tr(
            "By how much the confidence must have risen for a rejected polygon to "
            "come back. Empty: {}."
        ).format(rules.rise),
        high=1.0,
    )
    yield number(
        "GAP",
        tr("Gap at sheet edges (m)"),
        tr(
            "Pieces that sheet edges cut are put together across this distance. "
            "Empty: a pixel, else 1 m."
        ),
    )
    yield helped(
        QgsProcessingParameterBoolean(
            "KEEP", tr("Keep existing polygons that nothing matches"), True
        ),
        tr("Without, the inventory has only what the candidates show."),
    )
    yield helped(
        QgsProcessingParameterCrs(
            "CRS", tr("Coordinate system of the result"), optional=True
        ),
        tr(
            "Empty: that of the existing inventory, whose outlines are then not "
            "changed by a single digit, else that of the first candidate layer."
        ),
    )


def candidate_sources(given):
    """The sources of the candidate layers. Raises MrifeError."""
    inputs = given.layers("INPUTS")
    value = given.parameters.get("INPUTS")
    count = len(value) if isinstance(value, (list, tuple)) else 1
    if not inputs or None in inputs or len(inputs) < count:
        raise MrifeError(
            "{}: not all of '{}' can be opened; choose one or more layers of polygons.",
            given.label("INPUTS"),
            value,
        )
    for layer in inputs:
        if not holds_polygons(layer.wkbType()):
            raise MrifeError(
                "Candidate layer '{}' holds no polygons; choose layers of polygons.",
                layer.name(),
            )
        if not layer.crs().isValid():
            raise MrifeError(
                "Candidate layer '{}' has no coordinate reference system; assign the "
                "right one to it first.",
                layer.name(),
            )
    return [QgsProcessingFeatureSource(layer, given.context) for layer in inputs]


def check_identifier(given, source):
    """Raises MrifeError where the existing inventory has no such field."""
    name = given.text("ID_FIELD")
    if source and name and source.fields().lookupField(name) < 0:
        raise MrifeError(
            "The existing inventory has no field '{}'; choose one that it has, or none.",
            name,
        )


def match_rules(given, candidates, crs):
    """The rules the user asked for; those left empty are the usual ones."""
    from ..models.geo.crs import Crs
    from ..models.inventory.merge.edge_matching import gap_between

    gap = gap_between(candidates, Crs(crs.toWkt()), given.number("GAP"))
    shares = {name: given.number(name.upper()) for name in ("iou", "share", "rise")}
    stated = {name: share for name, share in shares.items() if share is not None}
    return MatchRules(gap=gap, **stated)


def inventory(existing, merged, keep_all, table):
    """(WKB, values): existing polygons, with what lies on them where they have no such
    fields, then the new ones. `keep_all`: also existing ones that nothing matches.
    """
    from ..models.inventory.schema import BY_NAME

    longest = BY_NAME["ls_id"].length
    for place, (feature, outline) in enumerate(existing):
        relation, iou = merged.changes.get(place, (None, None))
        if relation or keep_all:
            change = {
                "ls_id": outline.name if len(outline.name) <= longest else None,
                "inv_rel": relation,
                "inv_id": relation and outline.name[:40],
                "inv_iou": iou and round(iou, 3),
            }
            yield outline.wkb, {**table.row(change), **table.own(feature)}
    for place, outline in enumerate(merged.outlines, 1):
        row = table.row({**outline.values, "fid": table.last_row + place})
        yield outline.wkb, row
