# SPDX-License-Identifier: GPL-2.0-or-later
"""Two runs, models or editions of an inventory: what was gained, lost, changed."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import QgsProcessingFeatureSource

from .base import MrifeAlgorithm
from .layers import styles as layers
from .layers.classes import show_change
from .layers.features import records, watched
from .layers.fields import Table, lower_case
from .parameters.declare import numbers, polygon_sink, polygon_source
from .texts import paragraphs, tr


@dataclass(frozen=True)
class Job:
    """All that was examined and found right."""

    earlier: QgsProcessingFeatureSource
    later: QgsProcessingFeatureSource


class CompareRuns(MrifeAlgorithm):
    def name(self):
        return "compare"

    def displayName(self):
        return tr("Compare two runs")

    def tags(self):
        return tr(
            "landslide,compare,difference,change,gained,lost,run,model,version,inventory"
        ).split(",")

    def shortDescription(self):
        return tr(
            "Shows what a later run, another model or a new edition gained, lost and "
            "changed."
        )

    def shortHelpString(self):
        return paragraphs(
            tr("""
<p>Lays the polygons of two runs over each other. A polygon is lost where the later run covers less
than half of it, gained where the earlier one covers less than half of it, the same where one of the
other run has an intersection over union of 0.8 with it, changed else. Polygons count whatever their
review status, rejected ones, too.</p>
<p>The output holds all polygons of the later run and those that it lost, with the fields of both,
coloured by what became of them. Which run is right, 'Evaluate against an inventory' tells.</p>""")
        )

    def initAlgorithm(self, configuration=None):
        self.declare([*inputs(), sink()], outputs())

    def examine(self, given):
        return Job(given.polygons("EARLIER"), given.polygons("LATER"))

    def work(self, job, given, feedback):
        from ..models.evaluation.compare import (
            COMPARISON_FIELDS,
            changed_rows,
            compare,
            figures_of,
        )
        from ..models.geo.crs import Crs

        crs = job.later.sourceCrs()
        earlier, later = (
            list(lower_case(records(source, feedback, crs, given.context)))
            for source in (job.earlier, job.later)
        )
        runs = outlines(earlier), outlines(later)
        comparison = compare(*runs, Crs(crs.toWkt()), watched(feedback))
        fields = [job.later.fields(), job.earlier.fields()]
        table = Table(None, fields, COMPARISON_FIELDS, [])
        changed = changed_rows(comparison, earlier, later)
        rows = ((wkb, table.row(values)) for wkb, values in changed)
        path, _ = given.outputs.layer("OUTPUT", rows, table.fields, crs)
        names = (job.earlier.sourceName(), job.later.sourceName())
        title = tr("Changes from {} to {}").format(*names)
        style = layers.with_style(show_change())
        layers.finish_polygons(given, "OUTPUT", path, title, style)
        counts = {name.upper(): n for name, n in figures_of(comparison).items()}
        say_counts(counts, feedback)
        return {"OUTPUT": path, **counts}


def inputs():
    yield polygon_source(
        "EARLIER",
        tr("Earlier run"),
        tr("Candidates or an inventory, in any coordinate system."),
    )
    yield polygon_source(
        "LATER",
        tr("Later run"),
        tr(
            "A run over the same ground with another model or threshold, or a new "
            "edition of the inventory."
        ),
    )


def sink():
    return polygon_sink(
        "OUTPUT",
        tr("Changes"),
        tr("All polygons of the later run, and those that it lost."),
    )


def outputs():
    return numbers(
        ("SAME", tr("Same")),
        ("CHANGED", tr("Changed")),
        ("GAINED", tr("Gained")),
        ("LOST", tr("Lost")),
        ("GAINED_M2", tr("Area of the gained ones (m²)")),
        ("LOST_M2", tr("Area of the lost ones (m²)")),
    )


def outlines(rows):
    return [wkb for wkb, _ in rows]


def say_counts(counts, feedback):
    sentence = tr("{} the same, {} changed, {} gained, {} lost.")
    names = ("SAME", "CHANGED", "GAINED", "LOST")
    same, changed, gained, lost = (counts[name] for name in names)
    if gained and lost and not same + changed:
        feedback.pushWarning(
            tr(
                "No polygon of one run is in the other; where that is not meant, look at "
                "the layers and at their coordinate systems."
            )
        )
    feedback.pushInfo(sentence.format(same, changed, gained, lost))
