# SPDX-License-Identifier: GPL-2.0-or-later
"""The values of a layer as ours: its fields in our types, and what may be said of polygons
that nobody has reviewed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from ..language import Language
from ..schema import BY_NAME, Field
from ..status import ACCEPTED, REJECTED
from ..values import converted
from .column import Column
from .crosswalk import READ

MAX_UNREVIEWED_USGS = 3  # USGS confidence before a person has looked


def _date(value: str) -> str:
    return date.fromisoformat(value[:10]).isoformat()


def _utc(value: str) -> str:
    """QGIS forgets the Z of what it reads."""
    moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
    if moment.tzinfo:
        return value
    return f"{value}Z"


def _stored(value: Any, field: Field) -> Any:
    if field.kind == "date":
        return _date(value)
    if field.kind == "datetime":
        return _utc(value)
    return converted(value, field)


def our_values(values: Mapping[str, Any], unread: Counter) -> dict[str, Any]:
    """Our fields among those of a layer, in our types; what cannot be read is None and
    counted by field.
    """
    ours = {}
    for name, value in values.items():
        field = READ.get(name) or READ.get(name.lower())
        if field is None or value is None or value == "":
            continue
        try:
            ours[field.name] = _stored(value, field)
        except (ValueError, TypeError, AttributeError, OverflowError):
            unread[name] += 1
    return ours


def own_column(name: str, kind: str, length: int, language: str) -> Column:
    """A field of the layer itself; texts with choices in the words of the language (its
    code), in English as they are stored.
    """
    words = {}
    if language != "en" and kind == "text" and name in BY_NAME:
        words = Language.of(language).choices(BY_NAME[name].choices)
    return Column(name, kind, length, (name,), lambda value: words.get(value, value))


def unreviewed(values: Mapping[str, Any]) -> bool:
    """Whether it is to be reviewed, or a machine drew it, and nobody has confirmed it."""
    fields = ("status", "p_mean", "model_id")
    is_ours = any(values.get(name) is not None for name in fields)
    return is_ours and values.get("status") not in (*ACCEPTED, REJECTED)


def capped(values: dict[str, Any]) -> dict[str, Any]:
    """With a USGS confidence of at most 3 unless a person confirmed the polygon."""
    try:
        confidence = float(values.get("usgs_conf") or 0)
    except (ValueError, TypeError):
        return values
    if confidence > MAX_UNREVIEWED_USGS and values.get("status") not in ACCEPTED:
        return {**values, "usgs_conf": MAX_UNREVIEWED_USGS}
    return values
