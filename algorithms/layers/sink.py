# SPDX-License-Identifier: GPL-2.0-or-later
"""Records to a layer of any format: staged, checked, and its name said as it will be."""

from __future__ import annotations

import os

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsField,
    QgsFields,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingUtils,
    QgsRectangle,
    QgsVectorFileWriter,
    QgsVectorLayer,
)
from qgis.PyQt import sip

from ...models.errors import MrifeError
from ...models.geo.gdal_errors import quiet
from ...models.geo.layer_file import comes_back, misread_path, read_back
from ...models.geo.write_failure import write_failure
from ..texts import tr
from .features import geometry_of
from .layout import TEXT, Layout
from .server import ServerTable

SQLITE = "SQLite"
TABLE_DRIVER = "GPKG"  # of a table that waits for its database
SQUARE = QgsGeometry.fromRect(QgsRectangle(0, 0, 1, 1)).asWkb().data()  # to try with


def write_staged(destination, staging, records, fields, crs, context, options, kind):
    """(WKB, values) records to what will be `destination`: (where it lies until then,
    its source, count, sentences on what the format changed). Raises MrifeError.
    """
    driver = destination.driver
    if destination.is_table:
        path = staging.table(destination.path, destination.table)
        driver = TABLE_DRIVER
    else:
        path = staging.path(destination.path)
    layout = Layout(fields, driver, kind)
    own = QgsProcessingContext()  # or the layer stays open as long as the user's context
    own.setTransformContext(context.transformContext())
    own.setDefaultEncoding(context.defaultEncoding())
    table = destination.table_name
    source, count = _closed(path, table, records, layout, crs, own, options)
    sentences = [*layout.changes(), *_lost(source, path, count, layout, crs)]
    return source, _final(source, path, destination), count, sentences


def write_provider(destination, records, fields, crs, context, options, kind):
    """The same for memory and database servers, which QGIS's providers write to."""
    layout = Layout(fields if destination.is_server else _bare(fields), "", kind)
    text = destination.text
    table = None
    if destination.is_server:
        records = list(records)  # a run that is cancelled has not begun to write
        table = ServerTable(text)
        before = table.exists()
    try:
        sink, source = _sink(text, layout, crs, context, options)
        count, failure = filled(sink, records, layout)
    except QgsProcessingException as error:
        failure = _reason(error, text)
    if failure:
        sink = None
        if table is not None and not before:
            table.drop()
        raise MrifeError(
            "Nothing more can be written to '{}' ({}); choose another place.",
            text,
            failure,
        )
    return source, count, [*layout.changes()]


def _bare(fields):
    """Without aliases and comments, which a scratch layer cannot hold: from 3.32 on QGIS
    warns of each. The style of the layer has the aliases.
    """
    result = QgsFields()
    for field in fields:
        bare = QgsField(field)
        bare.setAlias("")
        bare.setComment("")
        result.append(bare)
    return result


def check_layer(destination, folder):
    """Raises MrifeError where no layer of polygons can be made of this name in this
    format; tried in an empty `folder`. Returns the name of the file that QGIS makes.
    """
    if "|" in destination.table:  # QGIS would not find it again
        raise MrifeError(
            "The name of the table '{}' must not hold a bar; choose another.",
            destination.table,
        )
    name = os.path.basename(destination.path)
    if "|" in name:
        raise MrifeError(
            "The file name '{}' must not hold a bar, behind which QGIS looks for a layer; "
            "choose another.",
            name,
        )
    path = os.path.join(folder, name)
    fields = QgsFields()
    fields.append(QgsField("words", TEXT))
    layout = Layout(fields, destination.driver)
    rows = [(SQUARE, {"words": "a"})]
    crs = QgsCoordinateReferenceSystem("EPSG:4326")
    context = QgsProcessingContext()
    try:
        table = destination.table_name
        source, count = _closed(path, table, rows, layout, crs, context, {})
        [*_lost(source, path, count, layout, crs)]
        if not comes_back(*_file_and_table(source), layout.fields[0].name(), SQUARE):
            raise write_failure(path, MrifeError("its format does not give them back"))
        misread = misread_path(path)
        if misread and not QgsVectorLayer(source, name, "ogr").isValid():
            raise write_failure(path, misread)
    except MrifeError as error:
        raise MrifeError(
            "'{}' cannot be a layer of polygons ({}); choose another name, such as "
            "landslides.gpkg.",
            destination.table or name,
            error.values[-1],
        ) from error
    return os.path.basename(source.partition("|layername=")[0])


def _closed(path, table, records, layout, crs, context, options):
    """(source, count) of a new file of records, closed; of a database with this `table`
    where it is not empty. Raises MrifeError.
    """
    if layout.driver == SQLITE and path.lower().endswith(f".{SQLITE.lower()}"):
        # which QGIS's own sink would write without a coordinate reference system
        table = table or os.path.splitext(os.path.basename(path))[0]
    try:
        if table:
            sink, source = _table(path, table, layout, crs, context)
        else:
            sink, source = _sink(path, layout, crs, context, options)
    except QgsProcessingException as error:
        raise write_failure(path, _reason(error, path)) from error
    return source, fill_file(sink, records, layout, path)


def _sink(text, layout, crs, context, options):
    """(sink, source) of a new layer. Raises QgsProcessingException."""
    with quiet():
        return QgsProcessingUtils.createFeatureSink(
            text, context, layout.fields, layout.kind, crs, options
        )


def _table(path, name, layout, crs, context):
    """The same for a table of its own name in a new database."""
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = layout.driver
    options.layerName = name
    transforms = context.transformContext()
    with quiet():
        writer = QgsVectorFileWriter.create(
            path, layout.fields, layout.kind, crs, transforms, options
        )
    if writer.hasError() != QgsVectorFileWriter.WriterError.NoError:
        raise QgsProcessingException(writer.errorMessage())
    return writer, f"{path}|layername={name}"


def _reason(error, text):
    """QGIS's own words without the name of a layer that nobody gave."""
    words = str(error)
    return words.partition(f"{text}: ")[2] or words


def fill_file(sink, records, layout, path):
    """Records into the sink of a file, which is closed afterwards, whatever comes; their
    count. Raises MrifeError where the file takes none.
    """
    try:
        count, failure = filled(sink, records, layout)
    finally:
        with quiet() as error:
            sip.delete(sink)  # it may still fail; a traceback would keep it open
    if failure or error.failed:
        raise write_failure(path, failure or error.words)
    return count


def filled(sink, records, layout):
    """Records into a sink with the fields of a Layout: (count, words of a failure)."""
    count = 0
    for wkb, attributes in layout.rows(records):
        row = feature(wkb, attributes, layout.fields)
        if not sink.addFeature(row, QgsFeatureSink.Flag.FastInsert):
            return count, sink.lastError() or tr("no reason given")
        count += 1
    if not sink.flushBuffer():
        return count, sink.lastError() or tr("no reason given")
    return count, ""


def feature(wkb, attributes, fields):
    """A feature of `fields` from WKB and values in their order."""
    geometry = geometry_of(wkb)
    geometry.convertToMultiType()
    row = QgsFeature(fields)
    row.setGeometry(geometry)
    row.setAttributes(attributes)
    return row


def _lost(source, path, count, layout, crs):
    """Sentences on what a closed layer does not hold. Raises MrifeError where rows are
    missing.
    """
    from ...models.geo.crs import Crs

    held = read_back(*_file_and_table(source))
    if held.count < count:
        raise write_failure(path, tr("rows are missing"))
    others = [name for name in layout.fields.names() if name not in held.names]
    if others:
        yield tr("Fields that the format named otherwise or left out: {}.").format(
            ", ".join(others)
        )
    if not held.has_outlines:
        yield tr("The format holds no outlines; only the attributes were written.")
    elif not held.crs.text:
        yield tr(
            "The format holds no coordinate reference system; assign it to the layer where "
            "it is opened."
        )
    elif not held.keeps_unit(Crs(crs.toWkt())):
        yield tr(
            "The format takes the coordinate reference system for one that counts in "
            "another unit, in which the layer lies elsewhere: write a Shapefile, or assign "
            "the right system to the layer where it is opened."
        )


def _file_and_table(source):
    file, _, table = source.partition("|layername=")
    return file, table


def _final(source, path, destination):
    """The source of a staged layer as it will be."""
    folder = os.path.dirname(path)
    if destination.is_table:
        return f"{destination.path}|layername={destination.table}"
    place = os.path.dirname(destination.path)
    return os.path.join(place, os.path.relpath(source, folder))
