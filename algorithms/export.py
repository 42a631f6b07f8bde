# SPDX-License-Identifier: GPL-2.0-or-later
"""Export an inventory as Shapefile, KML, or in the fields of a body."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingFeatureSource,
    QgsProcessingMultiStepFeedback,
)

from ..models.inventory.export.targets import SUFFIXES
from .base import MrifeAlgorithm
from .layers.deliverable import (
    check_delivery,
    check_status,
    columns_of,
    delivery_path,
    polygons_for,
    say_texts,
)
from .layers.features import with_progress
from .messages.export import say_selected, say_written
from .parameters.declare import (
    advanced,
    choice,
    file_output,
    numbers,
    polygon_source,
    string,
    yes_no,
)
from .parameters.language import language, language_code
from .texts import paragraphs, tr

if TYPE_CHECKING:
    from ..models.inventory.export.export import Delivery

ENCODINGS = ["UTF-8", "GBK"]
FORMATS = (".shp", ".kml", ".kmz", ".gpkg", ".gml")  # as a file dialog offers them


@dataclass(frozen=True)
class Job:
    """All that was examined and found right."""

    source: QgsProcessingFeatureSource
    crs: QgsCoordinateReferenceSystem
    delivery: Delivery
    only_reviewed: bool


class ExportInventory(MrifeAlgorithm):
    step = 6

    def name(self):
        return "export"

    def displayName(self):
        return self.in_order(tr("Export inventory"))

    def tags(self):
        return tr(
            "landslide,export,shapefile,kml,kmz,google "
            "earth,slido,dogami,usgs,iffi,inspire,gml,record form,crosswalk,deliver"
        ).split(",")

    def shortDescription(self):
        return tr(
            "Writes an inventory as Shapefile, KML, or in the fields of SLIDO, USGS, "
            "IFFI, INSPIRE or the Chinese record form."
        )

    def shortHelpString(self):
        return paragraphs(
            tr("""
<p>Writes polygons for delivery. Takes the layers of this plugin and any other polygon layer; what a
layer does not have stays empty, and fields that people fill are never filled by the machine.</p>
<p><b>shapefile</b> (.shp): all fields, names of at most ten bytes, missing numbers and dates as
nulls, texts of at most 254 bytes, encoding in the .cpg, labels in a .qml for QGIS.
<b>kml</b> (.kml, .kmz): WGS 84, balloons with labels and words, folders by confidence (the
geologist's, else the network's, named as such), colours by review.</p>
<p><b>slido</b> (Oregon, with lines of head scarps and flanks), <b>usgs</b>, <b>iffi</b> (Italy,
points of all, and from 1 ha on polygons, or lines of narrow ones): .gpkg or .shp. <b>inspire</b>
(Natural Risk Zones, HazardArea): .gml in ETRS89. <b>china</b> (record form): .gpkg, beside it a
.csv for Excel and an .html with a page to print for each object. Polygons with the status
'rejected' are left out of these five; numbers that the receiving office assigns stay empty.</p>
<p><b>Compare with the official template before delivery.</b> Only a part of the fields was seen in
published tables. Of the words, only IFFI's states of activity and the USGS confidence 1, 2, 3 and 5
were seen. The log names every field that is not verified. The GML was not validated against its
schema, and INSPIRE may rather see an ObservedEvent in a relic landslide.</p>
<p>For inventories that it pays for the USGS has a schema of its own, of which only an abstract is
public.</p>
<p>USGS confidence is never above 3 before a polygon is confirmed.</p>""")
        )

    def initAlgorithm(self, configuration=None):
        self.declare(
            [*inputs(), *shapes(), *names(), file()],
            numbers(("COUNT", tr("Number of landslides written"))),
        )

    def examine(self, given):
        from ..models.inventory.export.export import Delivery
        from ..models.inventory.export.targets import CRS

        source = given.polygons("INPUT")
        target = given.choice("TARGET")
        only_reviewed = given.flag("ONLY_REVIEWED")
        if only_reviewed:
            check_status(source)
        crs = source.sourceCrs()
        if target in CRS:
            crs = QgsCoordinateReferenceSystem(CRS[target])
        delivery = Delivery(
            target,
            delivery_path(given, target),
            crs.toWkt(),
            columns_of(source, language_code(given)),
            language_code(given),
            given.choice("ENCODING"),
            given.text("NAMESPACE"),
            given.text("INVENTORY"),
            given.text("INVENTORY_URL"),
        )
        check_delivery(delivery, given)
        return Job(source, crs, delivery, only_reviewed)

    def work(self, job, given, feedback):
        from ..models.geo.polygon_store import PolygonStore
        from ..models.inventory.export.export import export

        notes = Counter()
        steps = QgsProcessingMultiStepFeedback(2, feedback)
        say_texts(job.source, feedback)
        with PolygonStore() as store:
            for polygon, values in polygons_for(job, given.context, steps, notes):
                store.add(polygon, values)
            count = len(store)
            say_selected(notes, feedback)
            steps.setCurrentStep(1)
            with closing(export(store, job.delivery, notes)) as rows:
                for _ in with_progress(rows, count * job.delivery.passes, steps):
                    pass
            say_written(job.delivery, notes, count, feedback)
            return {"OUTPUT": job.delivery.path, "COUNT": count}


def inputs():
    yield polygon_source(
        "INPUT",
        tr("Landslides"),
        tr(
            "An inventory of this plugin or of anyone else. Invalid outlines "
            "are repaired, heights dropped."
        ),
    )
    yield choice(
        "TARGET",
        tr("Target"),
        list(SUFFIXES),
        tr("Format, or body whose fields are written."),
    )
    yield language(
        tr(
            "Words and labels in KML, and words in a Shapefile: automatic (auto) is "
            "QGIS's language, en English (a Shapefile then keeps the values as "
            "stored), zh Simplified Chinese. The bodies prescribe their own "
            "language."
        )
    )


def shapes():
    yield advanced(
        choice(
            "ENCODING",
            tr("Encoding of a Shapefile"),
            ENCODINGS,
            tr(
                "UTF-8 is read by QGIS and by ArcMap from 10.2.1 on; GBK (code "
                "page 936) by older ArcMap on Chinese Windows."
            ),
        )
    )
    yield yes_no(
        "ONLY_REVIEWED",
        tr("Only reviewed polygons"),
        False,
        tr("Only polygons with the status 'confirmed' or 'modified'."),
    )


def names():
    """What the body that delivers calls itself and its inventory."""
    yield advanced(
        string(
            "NAMESPACE",
            tr("INSPIRE namespace"),
            tr(
                "Namespace of the identifiers, as it was assigned to the organisation "
                "that delivers the data. INSPIRE only."
            ),
        )
    )
    yield advanced(
        string(
            "INVENTORY",
            tr("Name of the inventory"),
            tr(
                "How this inventory is to be cited, with author and year; polygons that "
                "name their own inventory keep it. USGS only."
            ),
        )
    )
    yield advanced(
        string(
            "INVENTORY_URL",
            tr("Link of the inventory"),
            tr("Where this inventory is published. USGS only."),
        )
    )


def file():
    filters = ";;".join(f"{suffix[1:].upper()} (*{suffix})" for suffix in FORMATS)
    return file_output(
        "OUTPUT",
        tr("File"),
        filters,
        tr("Its extension must fit the target; without one it gets the right one."),
    )
