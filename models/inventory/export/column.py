# SPDX-License-Identifier: GPL-2.0-or-later
"""Columns of a body's table, and the ways in which our values fill them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..language import Language
from ..morphometry.terrain import AGREEMENT
from ..schema import Choices


@dataclass(frozen=True)
class Column:
    """A field of a body: `kind` and `length` as in schema.Field; `convert` takes the
    values of `sources` in order.
    """

    name: str
    kind: str
    length: int
    sources: tuple[str, ...]  # ours; empty: the body itself gives it
    convert: Callable[..., Any]
    verified: bool = False


def fill(columns: tuple[Column, ...], values: Mapping[str, Any]) -> dict[str, Any]:
    """One row of a body's table; None where we know nothing, or where our word has no
    counterpart.
    """
    row = {}
    for column in columns:
        ours = [values.get(source) for source in column.sources]
        row[column.name] = None
        if any(value is not None for value in ours):
            row[column.name] = column.convert(*ours)
    return row


def same(
    name: str, kind: str, length: int, source: str, verified: bool = False
) -> Column:
    """Our value as it is."""
    return Column(name, kind, length, (source,), lambda value: value, verified)


def times(name: str, source: str, factor: float = 1.0) -> Column:
    """Our number in another unit."""
    return Column(name, "real", 0, (source,), lambda value: round(value * factor, 3))


def direction(name: str) -> Column:
    """Degrees of the movement: empty where the slopes do not agree on one, which no body
    has a field to say.
    """

    def known(azimuth: float | None, agreement: float | None) -> float | None:
        degrees = agreed(azimuth, agreement)
        if degrees is None:
            return None
        return round(degrees, 3)

    return Column(name, "real", 0, ("azim_deg", "azim_r"), known)


def agreed(azimuth: float | None, agreement: float | None) -> float | None:
    """The azimuth; None where slopes were measured and do not agree on it."""
    if agreement is not None and agreement < AGREEMENT:
        return None
    return azimuth


def words(
    name: str, length: int, source: str, table: Mapping[str, str], verified: bool = False
) -> Column:
    """Our word as theirs; None for one that they do not have."""
    return Column(name, "text", length, (source,), table.get, verified)


def theirs(name: str, kind: str, length: int, verified: bool = False) -> Column:
    """Left empty for the body."""
    return Column(name, kind, length, (), lambda: None, verified)


def english(choices: Choices) -> dict[str, str]:
    """Stored value to English; what is unknown stays empty."""
    words = Language.of("en").choices(choices)
    words.pop("unknown", None)
    return words
