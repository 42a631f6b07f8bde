# SPDX-License-Identifier: GPL-2.0-or-later
"""Values of any layer as the schema stores them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np

from ..numerals import number
from .language import stored_value
from .schema import BY_NAME, Field

DATES = ("date", "datetime")  # kinds
DAY = re.compile(r"(\d{4})\D(\d\d)\D(\d\d)(?!\d)")
# share of an area; what is measured on a map, or cut by a digit, is off by less
ALIKE = 0.01
REPLACED = "\N{REPLACEMENT CHARACTER}"  # stands for bytes that were none of an encoding


def converted(value: object, field: Field) -> str | float | int:
    """A value as the kind of `field`: a number, else a text (dates as they are written);
    a word of its vocabulary as it is stored, another as it is.

    Raises ValueError, TypeError or OverflowError for what is no such number.
    """
    if field.choices:
        word = stored_value(field.choices, value)
        if word is not None:
            value = word
        elif isinstance(value, str):
            value = value.strip()
    if field.kind in ("real", "int"):
        if isinstance(value, str):
            value = number(value)
        value = float(value)
        if field.kind == "int":
            return int(value)
        return value
    return str(value)


def typed(value: object, field: Field) -> str | float | int | None:
    """The same; None for none, and for what is no such number. An empty text stays one."""
    if value is None:
        return None
    try:
        return converted(value, field)
    except (ValueError, TypeError, OverflowError):
        return None


def by_lower_case(values: Mapping[str, object]) -> dict[str, object]:
    """The values of a polygon by the names of its fields, whatever the case of these."""
    return {name.lower(): value for name, value in values.items()}


def is_area_of(stated: float, area: float) -> bool:
    """Whether a stated area may be that of an outline that was measured, both in m2."""
    return math.isclose(stated, area, rel_tol=ALIKE, abs_tol=0.1)


def finite(value: object) -> float | None:
    """A finite number, or a text that is one; None for all else."""
    if value is None or isinstance(value, bool):
        return None
    try:
        if isinstance(value, str):
            return number(value)
        converted_value = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    if math.isfinite(converted_value):
        return converted_value
    return None


def rounded(values: np.ndarray, digits: int) -> list[float | None]:
    """Values (n,) to the nearest decimal, as Python rounds; None for NaN."""
    # NaN alone differs from itself
    return [round(value, digits) if value == value else None for value in values.tolist()]


def rows_of(columns: dict[str, Iterable]) -> list[dict]:
    """The rows of columns of equal length, by the columns' names."""
    return [dict(zip(columns, row)) for row in zip(*columns.values())]


def in_stored_words(values: Mapping[str, object]) -> dict[str, object]:
    """Values by name of the schema, words of its vocabularies as they are stored; all
    else as it is.
    """
    stored = dict(values)
    for name, value in values.items():
        field = BY_NAME.get(name)
        if field is not None and field.choices and isinstance(value, str):
            stored[name] = stored_value(field.choices, value) or value
    return stored


def is_date(text: str) -> bool:
    """Whether a text begins as QGIS reads a day: 2026-03-04, whatever the hyphens are."""
    match = DAY.match(text.strip())
    try:
        return match is not None and date(*map(int, match.groups())) is not None
    except ValueError:
        return False


class Unread(Counter):
    """Values of the schema's fields that nobody could read, (field, value): how often;
    `lost` counts texts of any field with characters that were lost before.
    """

    def __init__(self):
        super().__init__()
        self.lost = Counter()

    def note_lost(self, values: Mapping[str, object]) -> None:
        """Texts of one polygon, by the names of its layer."""
        for name, value in values.items():
            if isinstance(value, str) and REPLACED in value:
                self.lost[name] += 1

    def note(self, values: Mapping[str, object]) -> None:
        """Those of one polygon, by the names of its layer."""
        self.note_lost(values)
        for name, value in values.items():
            field = BY_NAME.get(name.lower())
            if field is not None and not _is_read(field, value):
                self[field.name, str(value)] += 1


def _is_read(field: Field, value: object) -> bool:
    if value is None or not str(value).strip():
        return True
    if field.choices:
        return stored_value(field.choices, value) is not None
    if field.kind in DATES:
        return is_date(str(value))
    return typed(value, field) is not None
