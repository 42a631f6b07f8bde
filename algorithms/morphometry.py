# SPDX-License-Identifier: GPL-2.0-or-later
"""Shape and terrain of any polygon layer, a legacy inventory included."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import tee
from typing import TYPE_CHECKING

from qgis.core import QgsProcessingFeatureSource

from .base import MrifeAlgorithm
from .layers import styles as layers
from .layers.classes import show_confidence, show_lines
from .layers.features import LeftOut, features, with_own, with_progress
from .messages.repair import RepairLog
from .messages.words import say_left_out, say_reading, say_unread
from .parameters.declare import (
    line_sink,
    numbers,
    polygon_sink,
    polygon_source,
    raster,
)
from .parameters.detection import dem_unit, sizes
from .parameters.shapefile_encoding import encoding_parameter
from .texts import paragraphs, tr

if TYPE_CHECKING:
    from ..models.inventory.morphometry.morphometry import Morphometry


@dataclass(frozen=True)
class Job:
    """All that was examined and found right."""

    source: QgsProcessingFeatureSource
    name: str
    morphometry: Morphometry


class MeasureMorphometry(MrifeAlgorithm):
    def name(self):
        return "morphometry"

    def displayName(self):
        return tr("Measure shape and terrain")

    def tags(self):
        return tr(
            "landslide,morphometry,shape,terrain,slope,direction,azimuth,relief,length,width,scarp,volume,"
            "inventory,repair,legacy"
        ).split(",")

    def shortDescription(self):
        return tr(
            "Repairs the polygons of any layer and adds what shape and an elevation "
            "model say of each."
        )

    def shortHelpString(self):
        return paragraphs(
            tr("""
<p>Adds the same attributes to any layer of polygons, an old inventory included, that detection
gives its candidates: area and perimeter on the ellipsoid, length and width along and across the
movement, shape; with an elevation model also direction, crown and toe elevation, relief, H/L,
slopes, roughness, scarp height and a check of whether the terrain speaks for a landslide. Metres
and degrees from true north, whatever the coordinate system.</p>
<p>The layer's own fields stay; where one has the name of one of ours it gets the new value, and the
log says so. A layer without an ls_id gets one from its name and the place. Outlines that cross
themselves, open rings, curves and overlapping parts are repaired and heights dropped: the log names
each feature. A feature without an outline is left out and named.</p>
<p>Terrain needs 25 elevation cells; with fewer its fields are empty and dem_chk says partial or
none. Coarse cells flatten slopes: compare what was measured on cells of like size (dem_res). Where
the slopes do not agree (azim_r below 0.5) the length is that of the smallest rectangle and H/L
stays empty. Scarp height, depth and volume are estimates.</p>""")
        )

    def initAlgorithm(self, configuration=None):
        self.declare(
            [*inputs(), sizes(), encoding_parameter(), output(), lines_output()],
            counts(),
        )

    def examine(self, given):
        source = given.polygons("INPUT", given.choice("ENCODING"))
        layer = given.vector_layer("INPUT")
        morphometry = given.morphometry(source, given.elevation(), given.flag("SIZES"))
        name = layer.name() if layer else source.sourceName()
        return Job(source, name, morphometry)

    def work(self, job, given, feedback):
        from ..models.geo.crs import Crs
        from ..models.inventory.candidates.existing import ExistingInventory
        from ..models.inventory.schema import BY_NAME

        source = job.source
        crs = source.sourceCrs()
        log = RepairLog(feedback)
        say_reading(source, feedback)
        identify = source.fields().lookupField("ls_id") < 0
        ours = (BY_NAME["ls_id"],) * identify + job.morphometry.fields
        log.say_start(job.morphometry, same_names(source, ours))
        inventory = ExistingInventory(
            job.morphometry, Crs(crs.toWkt()), job.name, identify
        )
        lines = asked_lines(given, crs)
        rows = measured(source, inventory, log, lines)
        fields = with_own(source, ours)
        destination, count = given.outputs.layer("OUTPUT", rows, fields, crs)
        stack = layers.Stack()
        finish(given, destination, job.name, stack)
        log.say_end(count)
        return {
            **written_lines(lines, job.name, given, crs, stack, feedback),
            "OUTPUT": destination,
            "COUNT": count,
            "REPAIRED": log.counts["changed"],
            "SKIPPED": log.counts["skipped"],
            "AREA_M2": round(log.area, 1),
        }


def finish(given, destination, name, stack):
    """Title and style of the polygons."""
    title = tr("Measures of {}").format(name)
    style = layers.with_style(show_confidence)
    layers.finish_polygons(given, "OUTPUT", destination, title, style, stack)


def asked_lines(given, crs):
    """What collects the lines of the outlines; None where nobody asked for them."""
    from ..models.geo.crs import Crs
    from ..models.inventory.morphometry.lines import OutlineLines

    if not given.has("OUTPUT_LINES"):
        return None
    return OutlineLines(Crs(crs.toWkt()))


def inputs():
    yield polygon_source(
        "INPUT",
        tr("Polygons"),
        tr(
            "Landslides in any coordinate system. For old Shapefiles see 'Encoding of "
            "texts'."
        ),
    )
    yield raster(
        "DEM",
        tr("Elevation model"),
        tr(
            "A raster of elevations in any coordinate system and cell size; it "
            "need not cover all polygons. Empty: shape only."
        ),
        optional=True,
    )
    yield dem_unit()


def output():
    return polygon_sink(
        "OUTPUT",
        tr("Measured polygons"),
        tr("The polygons with their own fields and the measured ones."),
    )


def lines_output():
    return line_sink(
        "OUTPUT_LINES",
        tr("Head scarps, flanks and toes"),
        tr(
            "Lines of the outlines, by part and with their lengths, for polygons whose "
            "direction of movement is known: from the elevation model, or from the "
            "fields azim_deg and azim_r of the layer. Left and right are seen from the "
            "crown."
        ),
    )


def counts():
    return numbers(
        ("COUNT", tr("Number of polygons")),
        ("REPAIRED", tr("Repaired outlines")),
        ("SKIPPED", tr("Features without an outline")),
        ("AREA_M2", tr("Area of all polygons (m²)")),
    )


def written_lines(lines, name, given, crs, stack, feedback):
    """The result of the layer of lines, over the polygons; none where it is not asked
    for.
    """
    from ..models.inventory.morphometry.lines import LINE_FIELDS

    if lines is None:
        return {}
    fields = layers.qgs_fields(LINE_FIELDS)
    destination, count = given.outputs.layer("OUTPUT_LINES", lines.rows, fields, crs)
    title = tr("Head scarps, flanks and toes, {}").format(name)
    style = layers.with_style(show_lines)
    over = layers.Stack.OVER
    layers.finish_polygons(
        given, "OUTPUT_LINES", destination, title, style, stack, place=over
    )
    feedback.pushInfo(
        tr(
            "{} lines of head scarps, flanks and toes; {} polygons have none, for their "
            "direction of movement is not known."
        ).format(count, lines.without)
    )
    return {"OUTPUT_LINES": destination}


def measured(source, inventory, log, lines=None):
    """(WKB, values) of each feature with an outline, whose lines are added to `lines`."""
    from ..models.inventory.values import Unread

    count = source.featureCount()
    unread = Unread()
    left_out = LeftOut()
    read, kept = tee(with_progress(features(source), count, log.feedback))
    for feature, polygon in zip(kept, inventory.take(map(outline_of, read))):
        log.note(feature.id(), polygon)
        if polygon.geometry is not None:
            left_out.note(feature, polygon.geometry)
            own = dict(zip(feature.fields().names(), feature.attributes()))
            unread.note_lost(own)
            if lines is not None:
                lines.add(polygon.geometry, polygon.values, own)
            yield polygon.geometry, {**own, **polygon.values}
    say_unread(unread, source.sourceName(), log.feedback)
    say_left_out(left_out, source.sourceName(), log.feedback)


def outline_of(feature):
    """WKB of a feature; empty where it has none."""
    if feature.hasGeometry():
        return bytes(feature.geometry().asWkb())
    return b""


def same_names(source, fields):
    """Those of the layer's own fields that ours will replace."""
    ours = {field.name for field in fields}
    return [name for name in source.fields().names() if name.lower() in ours]
