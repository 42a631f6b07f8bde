# SPDX-License-Identifier: GPL-2.0-or-later
"""Export an inventory as Shapefile, KML, or in the fields of a body."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessing,
    QgsProcessingMultiStepFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QMetaType, QVariant

from ..models.errors import MrifeError
from ..models.inventory.export.targets import SUFFIXES
from .base import InventoryAlgorithm
from .layers.features import records, with_progress
from .layers.styles import NEW_TYPES
from .messages.export import say_selected, say_written
from .parameters.declare import advanced, helped, language, language_code, polygon_source
from .parameters.files import check_apart
from .parameters.outputs import check_output, check_temporary
from .parameters.shapefile_encoding import Readable, readable_polygons
from .texts import paragraphs, tr

if TYPE_CHECKING:
    from ..models.inventory.export.export import Delivery

TARGETS = list(SUFFIXES)
ENCODINGS = ["UTF-8", "GBK"]
NAMES = ("Int", "UInt", "Bool", "LongLong", "ULongLong", "Double", "QDate", "QDateTime")
TYPES = [
    getattr(QMetaType.Type, name) if NEW_TYPES else getattr(QVariant, name.lstrip("Q"))
    for name in NAMES
]
KINDS = dict(
    zip(TYPES, ("int", "long", "int", "long", "long", "real", "date", "datetime"))
)


@dataclass(frozen=True)
class Job:
    """All that was examined and found right."""

    readable: Readable
    crs: QgsCoordinateReferenceSystem
    delivery: Delivery
    only_reviewed: bool


class ExportInventory(InventoryAlgorithm):
    def name(self):
        return "export"

    def displayName(self):
        return tr("Export inventory")

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
<p>Writes polygons for delivery. Takes the layers of this plugin and any other polygon layer; what a layer does not have
stays empty, and fields that people fill are never filled by the machine.</p>
<p><b>shapefile</b> (.shp): all fields, names of at most ten characters, missing numbers and dates as nulls, texts of at
most 254 bytes, code page in .cpg and .dbf, labels in a .qml for QGIS. <b>kml</b> (.kml, .kmz): WGS 84, balloons with
labels and words, folders by confidence, colours by review.</p>
<p><b>slido</b> (Oregon), <b>usgs</b>, <b>iffi</b> (Italy): .gpkg or .shp. <b>inspire</b> (Natural Risk Zones,
HazardArea): .gml in ETRS89. <b>china</b> (record form): .gpkg, beside it a .csv for Excel and an .html with a page to
print for each object. Polygons with the status 'rejected' are left out of these five.</p>
<p><b>Hold against the official template before delivery.</b> Seen in published tables: SLIDO's UNIQUE_ID, TYPE_MOVE and
MOVE_CLASS, the USGS confidence 1, 2, 3 and 5, and the elements of INSPIRE. Not verified: all other field names and
words, and that SLIDO measures in feet, square feet and cubic feet. The GML was not validated against its schema, and
INSPIRE may rather see an ObservedEvent in a relic landslide. The log names every field that is not verified.</p>
<p>USGS confidence is never above 3 before a polygon is confirmed.</p>""")
        )

    def initAlgorithm(self, configuration=None):
        self.addParameter(
            polygon_source(
                "INPUT",
                tr("Landslides"),
                tr(
                    "An inventory of this plugin or of anyone else. Invalid outlines "
                    "are repaired, heights dropped."
                ),
            )
        )
        self.addParameter(
            self._choice(
                "TARGET",
                tr("Target"),
                TARGETS,
                tr("Format, or body whose fields are written."),
            )
        )
        self.addParameter(
            language(
                tr(
                    "Words and labels in KML, and words in a Shapefile: auto is QGIS's "
                    "language, en English (a Shapefile then keeps the values as "
                    "stored), zh Simplified Chinese. The bodies prescribe their own "
                    "language."
                )
            )
        )
        self.addParameter(
            advanced(
                self._choice(
                    "ENCODING",
                    tr("Encoding of a Shapefile"),
                    ENCODINGS,
                    tr(
                        "UTF-8 is read by QGIS and by ArcMap from 10.2.1 on; GBK (code "
                        "page 936) by older ArcMap on Chinese Windows."
                    ),
                )
            )
        )
        only = QgsProcessingParameterBoolean(
            "ONLY_REVIEWED", tr("Only reviewed polygons"), False
        )
        self.addParameter(
            helped(only, tr("Only polygons with the status 'confirmed' or 'modified'."))
        )
        self.addParameter(
            advanced(
                helped(
                    QgsProcessingParameterString(
                        "NAMESPACE", tr("INSPIRE namespace"), optional=True
                    ),
                    tr(
                        "Namespace of the identifiers, which the body that delivers has "
                        "been given. INSPIRE only."
                    ),
                )
            )
        )
        filters = ";;".join(
            f"{suffix[1:].upper()} (*{suffix})"
            for suffix in (".shp", ".kml", ".kmz", ".gpkg", ".gml")
        )
        self.addParameter(
            helped(
                QgsProcessingParameterFileDestination("OUTPUT", tr("File"), filters),
                tr(
                    "Its extension must fit the target; without one it gets the right "
                    "one."
                ),
            )
        )
        self.addOutput(
            QgsProcessingOutputNumber("COUNT", tr("Number of polygons written"))
        )

    def _choice(self, name, label, options, text):
        return helped(
            QgsProcessingParameterEnum(
                name, label, options, defaultValue=options[0], usesStaticStrings=True
            ),
            text,
        )

    def examine(self, given):
        from ..models.inventory.export.export import Delivery
        from ..models.inventory.export.targets import CRS

        readable = readable_polygons(given, "INPUT")
        source = readable.source
        target = given.choice("TARGET")
        only_reviewed = given.flag("ONLY_REVIEWED")
        if only_reviewed and "status" not in renamed(source.fields().names()).values():
            raise MrifeError(
                "'{}' has no field 'status'; untick 'Only reviewed polygons' or apply "
                "the review first.",
                source.sourceName(),
            )
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
        )
        for path in delivery.files:
            check_apart(path, given.input_files())
            check_output(path)
        check_temporary(0)
        return Job(readable, crs, delivery, only_reviewed)

    def work(self, job, given, feedback):
        from ..models.geo.polygon_store import PolygonStore
        from ..models.inventory.export.export import export

        notes = Counter()
        steps = QgsProcessingMultiStepFeedback(2, feedback)
        if job.readable.encoding:
            feedback.pushInfo(tr("Texts are read as {}.").format(job.readable.encoding))
        with PolygonStore() as store:
            for polygon, values in polygons_for(job, given.context, steps, notes):
                store.add(polygon, values)
            count = len(store)
            say_selected(job.readable.source.featureCount(), notes, feedback)
            steps.setCurrentStep(1)
            with closing(export(store, job.delivery, notes)) as rows:
                for _ in with_progress(rows, count * job.delivery.passes, steps):
                    pass
            say_written(job.delivery, notes, count, feedback)
            return {"OUTPUT": job.delivery.path, "COUNT": count}


def columns_of(source, language):
    """The fields that can be delivered, under our names, in words of the language."""
    from ..models.inventory.export.export import own_column

    names = renamed(source.fields().names())
    fields = [field for field in source.fields() if field.name() in names]
    return tuple(
        own_column(
            names[field.name()],
            KINDS.get(field.type(), "text"),
            field.length(),
            language,
        )
        for field in fields
    )


def delivery_path(given, target):
    """The file with the extension of its target. Raises MrifeError for a wrong one."""
    from ..models.inventory.export.export import with_extension

    path = given.output("OUTPUT")
    # QGIS takes the first extension for all targets
    if given.parameters.get("OUTPUT") == QgsProcessing.TEMPORARY_OUTPUT:
        path = path.rpartition(".")[0] + SUFFIXES[target][0]
    right = with_extension(path, target)
    if right is None:
        raise MrifeError(
            "'{}' does not fit the target {}; its name must end in {}.",
            os.path.basename(path),
            target,
            " / ".join(SUFFIXES[target]),
        )
    return right


def polygons_for(job, context, feedback, notes):
    """Polygons and values that will be written; `notes` counts the others."""
    from ..models.geo.repair import repaired
    from ..models.inventory.export.crosswalk import TABLES
    from ..models.inventory.export.export import capped, our_values, unreviewed
    from ..models.inventory.status import ACCEPTED, REJECTED

    in_table = job.delivery.target in TABLES
    source = job.readable.source
    names = renamed(source.fields().names())
    for wkb, attributes in records(source, feedback, job.crs, context):
        values = {names[key]: attributes[key] for key in attributes if key in names}
        notes["read"] += 1
        if in_table and values.get("status") == REJECTED:
            notes["rejected"] += 1
            continue
        if job.only_reviewed and values.get("status") not in ACCEPTED:
            notes["not reviewed"] += 1
            continue
        repair = repaired(wkb)
        lower = capped(values)
        notes.update(
            repaired=repair.changed,
            empty=repair.polygon is None,
            capped=lower is not values,
            unreviewed=unreviewed(values),
        )
        if repair.polygon is None:
            continue
        if in_table:
            lower = our_values(lower, notes)
        yield repair.polygon, lower


def renamed(names):
    """The layer's names, ours in lower case whatever the format made of them; without
    the row number of GeoPackage.
    """
    from ..models.inventory.schema import BY_NAME

    ours = {}
    for name in names:
        lower = name.lower()
        # a layer may have both: then only the lower-case one is ours
        if lower in BY_NAME and (lower == name or lower not in names):
            ours[name] = lower
        elif name != "fid":
            ours[name] = name
    return ours
