# SPDX-License-Identifier: GPL-2.0-or-later
"""The fields of a layer as a file format can hold them; what changes on the way is said."""

from __future__ import annotations

import json
import math
import re

from qgis.core import QgsField, QgsFieldConstraints, QgsFields, QgsWkbTypes
from qgis.PyQt.QtCore import QByteArray, QDate, QDateTime, QMetaType, Qt, QTime, QVariant

from ..parameters.plain_values import is_null
from ..texts import tr
from .styles import NEW_TYPES

ISO = Qt.DateFormat.ISODate
SHAPEFILE = "ESRI Shapefile"
# columns that a format makes itself, in small letters; the one of its rows' numbers last
OWN_COLUMNS = {
    "GPKG": ("geom", "fid"),
    "SQLite": ("geometry", "ogc_fid"),
    "OpenFileGDB": ("shape", "objectid"),
    "FileGDB": ("shape", "objectid"),
}
WITHOUT_EMPTY = ("MapInfo File", "OGR_GMT")  # numbers, yes and no: they become 0
HOLD_BYTES = ("GPKG", "SQLite", "FlatGeobuf")
RENAMED = "{}_own"
# which write names of fields as names of XML, or into it as they are
NAMES_IN_XML = ("GML", "KML", "LIBKML")
NOT_OF_XML_NAMES = re.compile(r"[^\w.-]|[^\u0000-\uffff]")
MAX_TEXT_BYTES = 254  # of a text of a Shapefile
UNIQUE = QgsFieldConstraints.Constraint.ConstraintUnique


def type_of(old, new):
    """A type of a field's values, by its names before and from QGIS 3.38 on."""
    if NEW_TYPES:
        return getattr(QMetaType.Type, new)
    return getattr(QVariant, old)


TEXT = type_of("String", "QString")
WHOLE = (type_of("Int", "Int"), type_of("LongLong", "LongLong"))
DAY = type_of("Date", "QDate")
MOMENT = type_of("DateTime", "QDateTime")
BYTES = type_of("ByteArray", "QByteArray")
UNSIGNED = type_of("UInt", "UInt")
# which know no such field, or make something else of it
WITHOUT = {
    DAY: ("LIBKML", "KML"),
    MOMENT: (SHAPEFILE, "LIBKML", "KML"),
}
NUMBERS = (*WHOLE, type_of("Double", "Double"), type_of("Bool", "Bool"))
NO_TEXTS = (*NUMBERS, DAY, MOMENT)
COMMON = (TEXT, *NO_TEXTS)  # what every format takes; all else becomes text


def plain(value):
    """A feature's value as None, bool, number or text; dates and times as ISO 8601, a
    list with commas, what has parts as JSON. NaN is no number.
    """
    if is_null(value):
        return None
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, QDateTime) and value.date().isValid() and not value.isValid():
        # in the hour that summer time leaves out, which UTC has
        return f"{value.date().toString(ISO)}T{value.time().toString(ISO)}Z"
    if isinstance(value, (QDate, QDateTime, QTime)):
        return value.toString(ISO) or None
    if isinstance(value, QByteArray):
        return bytes(value).hex()
    if isinstance(value, (list, tuple)):
        return ", ".join(str(plain(part)) for part in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


class Layout:
    """Fields as `driver`, by GDAL's name, can hold them. `names` are those that the
    values come under, in the order of `fields`.
    """

    def __init__(self, fields, driver, kind=QgsWkbTypes.Type.MultiPolygon):
        self.driver = driver
        self.kind = kind  # of the geometries
        self._numbers = set()  # of rows, where a field of the layer holds them
        self.names = fields.names()
        self.fields = QgsFields()
        self.cut = 0  # texts
        self.zeros = 0  # in the place of numbers that are not known
        for field, name in zip(fields, self._fitting_names(fields)):
            self.fields.append(self._fitting(field, name))
        self._as_text = [
            old.type() != TEXT and new.type() == TEXT
            for old, new in zip(fields, self.fields)
        ]
        self._types = [field.type() for field in self.fields]
        self._numbering = {
            index
            for index, (field, name) in enumerate(zip(self.fields, self.names))
            if name.lower() in reserved_columns(driver) and field.name() == name
        }

    def rows(self, records):
        """(WKB, values in the order of `fields`) of (WKB, values by name) records. A row
        without a number comes last: the format gives it the next one, which another that
        is still to come may have.
        """
        waiting = []
        for wkb, values in records:
            row = self.row(values)
            if any(row[index] is None for index in self._numbering):
                waiting.append((wkb, row))
            else:
                yield wkb, row
        yield from waiting

    def row(self, values):
        """The values of a feature, in the order of `fields`."""
        return [
            self._value(index, values.get(name)) for index, name in enumerate(self.names)
        ]

    def changes(self):
        """Sentences on what is not as it was."""
        new = self.fields.names()
        renamed = [f"{a} → {b}" for a, b in zip(self.names, new) if a != b]
        if renamed:
            yield tr("Fields renamed, as the format cannot hold their names: {}.").format(
                ", ".join(renamed)
            )
        texts = [name for name, changed in zip(new, self._as_text) if changed]
        if texts:
            yield say_as_text(texts)
        if self.cut:
            yield tr("{} texts are longer than the format holds and were cut.").format(
                self.cut
            )
        if self.zeros:
            yield tr(
                "The format knows no empty numbers: {} that are not known stand in it as 0; "
                "a GeoPackage keeps them empty."
            ).format(self.zeros)

    def _fitting_names(self, fields):
        names = []
        used_names = set()
        reserved = reserved_columns(self.driver)
        for place, field in enumerate(fields, 1):
            name = field.name() or f"field_{place}"
            if name.lower() in reserved and not self._numbers_rows(field):
                name = RENAMED.format(name)
            if self.driver in NAMES_IN_XML:
                name = xml_name(name)
            name = _unused(name, used_names)
            used_names.add(name.lower())
            names.append(name)
        if self.driver != SHAPEFILE:
            return names
        from ...models.inventory.export.shapefile import short_names

        return list(short_names(names).values())

    def _numbers_rows(self, field):
        """Whether a field may stay the number of the row: where a layer says so."""
        own = OWN_COLUMNS[self.driver][-1]
        return field.name().lower() == own and field.type() in WHOLE and is_unique(field)

    def _fitting(self, field, name):
        result = QgsField(field)
        result.setName(name)
        kind = field.type()
        if kind == UNSIGNED:
            kind = WHOLE[-1]
        elif kind in (DAY, MOMENT) and self.driver in WITHOUT.get(kind, ()):
            kind = TEXT
        elif kind == BYTES and self.driver in HOLD_BYTES:
            return result
        elif kind not in COMMON:
            kind = TEXT
        if kind != field.type():
            result = QgsField(name, kind)
            result.setAlias(field.alias())
            result.setComment(field.comment())
        return result

    def _value(self, index, value):
        kind = self._types[index]
        if value is None or isinstance(value, QVariant):  # which NULL alone stays
            self.zeros += self.driver in WITHOUT_EMPTY and kind in NUMBERS
            return None
        if kind == TEXT:
            return self._text(plain(value))
        if index in self._numbering:
            return self._number(plain(value))
        if isinstance(value, str) and kind == DAY:
            return QDate.fromString(value, ISO)
        if isinstance(value, str) and kind == MOMENT:
            return QDateTime.fromString(value, ISO)
        return value

    def _text(self, text):
        if text is None:
            return None
        text = str(text)
        if self.driver != SHAPEFILE or len(text.encode()) <= MAX_TEXT_BYTES:
            return text
        self.cut += 1
        return text.encode()[:MAX_TEXT_BYTES].decode("utf-8", "ignore")

    def _number(self, number):
        """Of a row, or none, so that the format gives one, where two are the same."""
        if number in self._numbers:
            return None
        self._numbers.add(number)
        return number


def reserved_columns(driver):
    """Names, in small letters, of the columns that a format has of its own."""
    return OWN_COLUMNS.get(driver, ())


def xml_name(name):
    """A name as XML takes it: letters of any script, digits, points and lines."""
    plain_name = NOT_OF_XML_NAMES.sub("_", name)
    if plain_name[0].isalpha() or plain_name[0] == "_":
        return plain_name
    return f"_{plain_name}"


def say_as_text(names):
    """The sentence on fields whose type a format may not have."""
    return tr("Fields written as text, as not every format has their type: {}.").format(
        ", ".join(names)
    )


def is_unique(field):
    """Whether its layer says that no value comes twice."""
    return bool(field.constraints().constraints() & UNIQUE)


def _unused(name, used_names):
    number = 1
    result = name
    while result.lower() in used_names:
        number += 1
        result = f"{name}_{number}"
    return result
