# SPDX-License-Identifier: GPL-2.0-or-later
"""One table for the features of several layers: every field once, text where the types
of two layers clash.
"""

from __future__ import annotations

from qgis.core import QgsField, QgsFieldConstraints, QgsFields

from ...models.inventory.schema import BY_NAME
from . import styles as layers
from .layout import UNIQUE, plain

ROW_NUMBER = (
    "fid"  # of a GeoPackage, which takes nothing but different whole numbers for it
)
OTHER_NAME = "fid_own"
TEXT = layers.qgs_field(BY_NAME["ls_id"]).type()
DATES = ("date", "datetime")  # types of ours, which vectors.feature reads from ISO texts


class Table:
    """The fields of an existing layer (None: there is none), of other layers, and ours
    (`schema.Field`), in this order.

    Names are the same whatever their case, as in a GeoPackage; one that is ours takes our
    name and place. Row numbers are kept of the existing layer only, whose `features` are
    given.
    """

    def __init__(self, existing, others, ours, features):
        self._ours = {field.name: layers.qgs_field(field) for field in ours}
        others_by_name = {}
        numbers = _row_numbers(existing, features)
        self.last_row = max(numbers or [0])
        if numbers:
            self._renamed = {}
        else:
            self._renamed = {ROW_NUMBER: OTHER_NAME}
        for fields in [existing, *others]:
            for field in fields or ():
                name = field.name().lower()
                if fields is existing or name != ROW_NUMBER:
                    name = self._renamed.get(name, name)
                    if name in self._ours:
                        group = self._ours
                    else:
                        group = others_by_name
                    if name in group:
                        group[name] = joint(group[name], field)
                    else:
                        group[name] = _as_it_comes(field, name)
        self._by_name = {**others_by_name, **self._ours}
        self.fields = QgsFields()
        for field in self._by_name.values():
            self.fields.append(field)

    def row(self, values):
        """Values by field from values by lower-case name; what the table does not know
        is left out.
        """
        return {
            self._by_name[name].name(): self._fitting(name, value)
            for name, value in values.items()
            if name in self._by_name
        }

    def own(self, feature):
        """Values by field of a feature of the existing layer, as they are."""
        names = (name.lower() for name in feature.fields().names())
        return self.row(
            {
                self._renamed.get(name, name): value
                for name, value in zip(names, feature.attributes())
            }
        )

    def _fitting(self, name, value):
        field = self._by_name[name]
        if field.type() == TEXT:
            text = plain(value)
            if text is None:
                return text
            return str(text)
        if field.typeName() in DATES:
            return plain(value)
        return value


def joint(first, second):
    """A field for the values of two: as the first where the types agree, real for
    numbers, else text.
    """
    from ...models.inventory.schema import Field

    if first.type() != second.type():
        if first.isNumeric() and second.isNumeric():
            kind = "real"
        else:
            kind = "text"
        return layers.qgs_field(
            Field(first.name(), kind, 0, "", first.comment(), first.alias())
        )
    result = QgsField(first)
    result.setLength(
        max(first.length(), second.length())
        if first.length() > 0 and second.length() > 0
        else 0
    )
    return result


def _row_numbers(fields, features):
    """Those of a layer where a GeoPackage could take them, else none."""
    names = {field.name().lower(): field for field in fields or ()}
    if ROW_NUMBER not in names:
        return []
    values = [plain(feature[names[ROW_NUMBER].name()]) for feature in features]
    whole = all(isinstance(value, int) for value in values) and len(set(values)) == len(
        values
    )
    if whole and names[ROW_NUMBER].isNumeric():
        return values
    return []


def _as_it_comes(field, name):
    """A copy whose dates vectors.feature does not read from texts."""
    result = QgsField(field)
    if name == OTHER_NAME:
        result.setName(OTHER_NAME)
    if name == ROW_NUMBER:
        constraints = QgsFieldConstraints()
        constraints.setConstraint(UNIQUE)
        result.setConstraints(constraints)
    result.setTypeName(field.typeName().capitalize())
    return result
