# SPDX-License-Identifier: GPL-2.0-or-later
"""One table for the features of several layers: every field once, text where the types
of two layers clash.
"""

from __future__ import annotations

from itertools import chain

from qgis.core import QgsField, QgsFieldConstraints, QgsFields

from ...models.inventory.schema import BY_NAME
from . import styles as layers
from .layout import UNIQUE, plain

# of a GeoPackage, which takes nothing but different whole numbers for it
ROW_NUMBER = "fid"
OTHER_NAME = "fid_own"
TEXT = layers.qgs_field(BY_NAME["ls_id"]).type()
DATES = ("date", "datetime")  # types of ours, which a Layout reads from ISO texts


class Table:
    """The fields of an existing layer (None: there is none), of other layers, and ours
    (`schema.Field`), in this order.

    Names are the same whatever their case, as in a GeoPackage; one that is ours takes our
    name and place. Row numbers are kept of the existing layer only, whose `features` are
    given.
    """

    def __init__(self, existing, others, ours, features):
        numbers = _row_numbers(existing, features)
        self.last_row = max(numbers, default=0)
        self._renamed = {}
        if not numbers:
            self._renamed[ROW_NUMBER] = OTHER_NAME
        own = {field.name: layers.qgs_field(field) for field in ours}
        foreign = {}
        for name, field in self._given(existing, others):
            if name in own:
                own[name] = joint(own[name], field)
            elif name in foreign:
                foreign[name] = joint(foreign[name], field)
            else:
                foreign[name] = _as_it_comes(field, name)
        self._by_name = {**foreign, **own}
        self.fields = QgsFields()
        for field in self._by_name.values():
            self.fields.append(field)

    def _given(self, existing, others):
        """(name in the table, field) of the layers that are given."""
        for field in existing or ():
            name = field.name().lower()
            yield self._renamed.get(name, name), field
        for field in chain.from_iterable(others):
            name = field.name().lower()
            if name != ROW_NUMBER:
                yield name, field

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


def lower_case(records):
    """Records whose values are found whatever the case of their names."""
    from ...models.inventory.values import by_lower_case

    for wkb, values in records:
        yield wkb, by_lower_case(values)


def joint(first, second):
    """A field for the values of two: as the first where the types agree, real for
    numbers, else text.
    """
    from ...models.inventory.schema import Field

    if first.type() != second.type():
        kind = "text"
        if first.isNumeric() and second.isNumeric():
            kind = "real"
        return layers.qgs_field(
            Field(first.name(), kind, 0, "", first.comment(), first.alias())
        )
    lengths = (first.length(), second.length())
    result = QgsField(first)
    result.setLength(max(lengths) if min(lengths) > 0 else 0)
    return result


def _row_numbers(fields, features):
    """Those of a layer where a GeoPackage could take them, else none."""
    by_name = {field.name().lower(): field for field in fields or ()}
    field = by_name.get(ROW_NUMBER)
    if field is None or not field.isNumeric():
        return []
    stated = [plain(feature[field.name()]) for feature in features]
    values = [value for value in stated if value is not None]  # or not saved yet
    are_numbers = all(isinstance(value, int) and value >= 0 for value in values)
    if are_numbers and len(set(values)) == len(values):
        return values
    return []


def _as_it_comes(field, name):
    """A copy whose dates a Layout does not read from texts."""
    result = QgsField(field)
    if name == OTHER_NAME:
        result.setName(OTHER_NAME)
    if name == ROW_NUMBER:
        constraints = QgsFieldConstraints()
        constraints.setConstraint(UNIQUE)
        result.setConstraints(constraints)
    result.setTypeName(field.typeName().capitalize())
    return result
