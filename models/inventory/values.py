# SPDX-License-Identifier: GPL-2.0-or-later
"""Values of any layer as the schema stores them."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from .schema import Field


def converted(value: object, field: Field) -> str | float | int:
    """A value as the kind of `field`: a number, else a text (dates as they are written).

    Raises ValueError, TypeError or OverflowError for what is no such number.
    """
    if field.kind == "real":
        return float(value)
    if field.kind == "int":
        return int(float(value))
    return str(value)


def typed(value: object, field: Field) -> str | float | int | None:
    """The same; None for none, and for what is no such number. An empty text stays one."""
    if value is None:
        return None
    try:
        return converted(value, field)
    except (ValueError, TypeError, OverflowError):
        return None


def finite(value: object) -> float | None:
    """A finite number, or a text that is one; None for all else."""
    if value is None or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    if math.isfinite(number):
        return number
    return None


def rounded(values: np.ndarray, digits: int) -> list[float | None]:
    """Values (n,) to the nearest decimal, as Python rounds; None for NaN."""
    # NaN alone differs from itself
    return [round(value, digits) if value == value else None for value in values.tolist()]


def rows_of(columns: dict[str, Iterable]) -> list[dict]:
    """The rows of columns of equal length, by the columns' names."""
    return [dict(zip(columns, row)) for row in zip(*columns.values())]
