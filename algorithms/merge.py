# SPDX-License-Identifier: GPL-2.0-or-later
"""Merge candidate layers, an existing inventory and what was rejected into one inventory."""

from __future__ import annotations

from collections import Counter
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
    QgsVectorLayerSelectedFeatureSource,
    QgsWkbTypes,
)

from ..models.errors import Cancelled, MrifeError
from .base import paragraphs, tr
from .layers import styles as layers
from .layers.conflict_style import style_conflicts
from .layers.features import VectorAlgorithm
from .layers.fields import Table
from .layers.merge_sources import Reader
from .parameters.declare import advanced, helped, number
from .parameters.shapefile_encoding import encoding_of, reopened

if TYPE_CHECKING:
    from ..models.inventory.morphometry.morphometry import Morphometry

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
    # what keeps `existing` alive where it is an old Shapefile opened anew in its encoding
    anew: tuple
    rejected: QgsProcessingFeatureSource | None
    crs: QgsCoordinateReferenceSystem
    morphometry: Morphometry

    @property
    def sources(self):
        return [
            *self.candidates,
            *(source for source in (self.existing, self.rejected) if source),
        ]


class MergeInventories(VectorAlgorithm):
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
            self.polygon_source(
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
            self.polygon_source(
                "REJECTED",
                tr("Rejected polygons"),
                tr("What a person rejected before, as 'Apply review' writes it."),
                optional=True,
            )
        )
        for parameter in self.rule_parameters():
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

    def rule_parameters(self):

        from ..models.inventory.merge.rules import MatchRules

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
            QgsProcessingParameterRasterLayer(
                "DEM", tr("Elevation model"), optional=True
            ),
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

    def examine(self, parameters, context):
        from ..models.geo.crs import Crs
        from ..models.inventory.morphometry.morphometry import Morphometry

        candidates = self.candidates(parameters, context)
        existing, anew = self.existing(parameters, context)
        rejected = self.source(parameters, "REJECTED", context)
        if parameters.get("CRS") not in (None, ""):
            crs = self.parameterAsCrs(parameters, "CRS", context)
        else:
            crs = None
        if crs is not None and not crs.isValid():
            raise MrifeError(
                "{}: '{}' is not known; choose one of the list.",
                self.parameterDefinition("CRS").description(),
                parameters["CRS"],
            )
        crs = crs or (existing or candidates[0]).sourceCrs()
        dem = self.elevation(parameters, context)
        for name in ("OUTPUT", "CONFLICTS"):
            self.check_sink(parameters, name, context)
        return Job(
            candidates, existing, anew, rejected, crs, Morphometry(Crs(crs.toWkt()), dem)
        )

    def check_bounds(self, parameters, context):
        super().check_bounds(parameters, context)
        self.candidates(
            parameters, context
        )  # QGIS itself would only say 'Incorrect parameter value'

    def candidates(self, parameters, context):
        found = self.parameterAsLayerList(parameters, "INPUTS", context)
        asked = parameters.get("INPUTS")
        if (
            not found
            or None in found
            or (isinstance(asked, (list, tuple)) and len(found) < len(asked))
        ):
            raise MrifeError(
                "{}: not all of '{}' can be opened; choose one or more layers of "
                "polygons.",
                self.parameterDefinition("INPUTS").description(),
                asked,
            )
        for layer in found:
            if (
                QgsWkbTypes.geometryType(layer.wkbType())
                != QgsWkbTypes.GeometryType.PolygonGeometry
            ):
                raise MrifeError(
                    "Candidate layer '{}' holds no polygons; choose layers of polygons.",
                    layer.name(),
                )
            if not layer.crs().isValid():
                raise MrifeError(
                    "Candidate layer '{}' has no coordinate reference system; assign "
                    "the right one to it first.",
                    layer.name(),
                )
        return [QgsProcessingFeatureSource(layer, context) for layer in found]

    def existing(self, parameters, context):
        """The existing inventory; an old Shapefile that does not say its encoding is
        opened anew in it.
        """
        source = self.source(parameters, "EXISTING", context)
        chosen = self.parameterAsString(parameters, "ID_FIELD", context)
        if source and chosen and source.fields().lookupField(chosen) < 0:
            raise MrifeError(
                "The existing inventory has no field '{}'; choose one that it has, or "
                "none.",
                chosen,
            )
        if source:
            layer = self.parameterAsVectorLayer(parameters, "EXISTING", context)
        else:
            layer = None
        if layer:
            encoding = encoding_of(layer, "auto")
        else:
            encoding = None
        if encoding is None:
            return source, ()
        anew = reopened(layer.source(), layer.name(), source.sourceCrs(), encoding)
        anew.selectByIds(list(source.allFeatureIds()))
        chosen = QgsVectorLayerSelectedFeatureSource(anew)
        return QgsProcessingFeatureSource(chosen, context), (anew, chosen)

    def rules(self, parameters, context, candidates, crs):

        from ..models.geo.crs import Crs
        from ..models.inventory.merge.edge_matching import gap_between
        from ..models.inventory.merge.rules import MatchRules

        given = {
            name.lower(): self.number(parameters, name, context)
            for name in ("IOU", "SHARE", "RISE")
        }
        gap = gap_between(
            candidates, Crs(crs.toWkt()), self.number(parameters, "GAP", context)
        )
        return MatchRules(
            gap=gap, **{name: value for name, value in given.items() if value is not None}
        )

    def work(self, job, parameters, context, feedback):

        from ..models.geo.crs import Crs
        from ..models.inventory.merge.merge import merge

        reader = Reader(job.sources, job.crs, context, feedback)
        candidates = [
            o
            for place, source in enumerate(job.candidates)
            for o in reader.candidates(source, place)
        ]
        if job.rejected:
            rejected = reader.candidates(job.rejected, -1)
        else:
            rejected = []
        chosen = self.parameterAsString(parameters, "ID_FIELD", context)
        if job.existing:
            existing = reader.existing(job.existing, chosen)
        else:
            existing = []
        reader.say(len(candidates), len(existing), len(rejected))
        rules = self.rules(parameters, context, candidates, job.crs)
        merged = merge(
            candidates,
            [o for _, o in existing],
            rejected,
            rules,
            job.morphometry,
            Crs(job.crs.toWkt()).decimals,
        )
        feedback.setProgress(80)
        if feedback.isCanceled():
            raise Cancelled()
        kept = self.parameterAsBool(parameters, "KEEP", context)
        say(merged, len(candidates), len(existing), feedback)
        return {
            **self.publish(job, existing, merged, kept, parameters, context),
            **{name.upper(): merged.counts[name] for name in RESULTS},
            "CONFLICTS_N": len(merged.conflicts),
        }

    def publish(self, job, existing, merged, kept, parameters, context):
        """Both sinks are made only now: a run that failed or was cancelled leaves
        nothing that looks finished.
        """
        from ..models.inventory.merge.merge import CONFLICT_FIELDS
        from ..models.inventory.schema import ALL

        others = [source.fields() for source in job.candidates]
        table = Table(
            job.existing and job.existing.fields(), others, ALL, [f for f, _ in existing]
        )
        result = {}
        rows = inventory(existing, merged, kept, table)
        result["OUTPUT"], result["COUNT"] = self.write(
            rows, table.fields, job.crs, parameters, "OUTPUT", context
        )
        layers.keep_polygon_style(result["OUTPUT"])
        layers.finish_layer(
            result["OUTPUT"],
            context,
            tr("Inventory"),
            tr("Inventory"),
            layers.style_polygons,
        )
        if parameters.get("CONFLICTS") not in (None, ""):
            table = Table(None, others, (*CONFLICT_FIELDS, *ALL), [])
            rows = ((c.outline.wkb, table.row(c.values)) for c in merged.conflicts)
            result["CONFLICTS"], _ = self.write(
                rows, table.fields, job.crs, parameters, "CONFLICTS", context
            )
            layers.finish_layer(
                result["CONFLICTS"],
                context,
                tr("Conflicts"),
                tr("Conflicts"),
                style_conflicts,
            )
        return result


def inventory(existing, merged, kept, table):
    """(WKB, values): existing polygons, with what lies on them where they have no such
    fields, then the new ones.
    """
    from ..models.inventory.schema import BY_NAME

    for place, (feature, outline) in enumerate(existing):
        relation, iou = merged.changes.get(place, (None, None))
        if relation or kept:
            said = {
                "ls_id": outline.name
                if len(outline.name) <= BY_NAME["ls_id"].length
                else None,
                "inv_rel": relation,
                "inv_id": relation and outline.name[:40],
                "inv_iou": iou and round(iou, 3),
            }
            yield outline.wkb, {**table.row(said), **table.own(feature)}
    for place, outline in enumerate(merged.outlines, 1):
        yield (
            outline.wkb,
            table.row({**outline.values, "fid": table.last_row + place}),
        )


def say(merged, candidates, existing, feedback):
    """What became of all candidates."""
    count = merged.counts
    feedback.pushInfo(
        tr(
            "Of {} candidates {} are duplicates; {} pieces were put together into {} "
            "polygons."
        ).format(candidates, count["duplicates"], count["pieces"], count["united"])
    )
    feedback.pushInfo(
        tr(
            "{} are new and {} known; {} modified, {} split and {} merged ones differ "
            "from what stands."
        ).format(*(count[name] for name in RESULTS[:5]))
    )
    feedback.pushInfo(
        tr(
            "{} repeat a rejected polygon and were left out; {} lie mostly in a better "
            "one or clash with a person's outline."
        ).format(count["suppressed"], count["contested"])
    )
    feedback.pushInfo(
        tr("{} of {} existing polygons were found again; all stay as they are.").format(
            len(merged.changes), existing
        )
    )
    if merged.conflicts:
        reasons = Counter(conflict.why for conflict in merged.conflicts)
        feedback.pushWarning(
            tr("{} conflicts are for a person to decide: {}.").format(
                len(merged.conflicts),
                ", ".join(f"{why} {times}" for why, times in sorted(reasons.items())),
            )
        )
