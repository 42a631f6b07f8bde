# SPDX-License-Identifier: GPL-2.0-or-later
"""Values of any layer as the schema stores them."""

from __future__ import annotations

import math

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
