# SPDX-License-Identifier: GPL-2.0-or-later
"""The attributes of an inventory: names, types, units, their meaning in English, and
the values they take, from the tables `resources/schema/fields.csv` and `vocabularies.csv`.
Their words in other languages lie beside those of the reports: `language.Language`.

Names are ASCII, lower case and at most ten characters, so that a Shapefile keeps them; an
attribute that cannot be computed is None, never 0 or -9999. The machine never fills the
fields of REVIEW but `status` (candidate).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "schema"


@dataclass(frozen=True)
class Choices:
    """The values that a field may take, and what they mean in English; other languages
    have their words under its `name`.
    """

    name: str = ""
    english: tuple[tuple[str, str], ...] = ()  # stored value, words

    def __iter__(self) -> Iterator[str]:
        return (value for value, _ in self.english)

    def __len__(self) -> int:
        return len(self.english)


@dataclass(frozen=True)
class Field:
    """A field: `kind` is text, real, int, date or datetime (ISO 8601 texts, UTC);
    `length` in characters of a text.
    """

    name: str
    kind: str
    length: int
    unit: str
    description: str  # English, one sentence
    alias: str  # English, short: the label in forms and reports
    choices: Choices = Choices()


def _rows(name: str) -> list[dict[str, str]]:
    """The lines of a table of FOLDER by the names of its columns."""
    with open(FOLDER / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _vocabularies() -> dict[str, Choices]:
    words: dict[str, list[tuple[str, str]]] = {}
    for row in _rows("vocabularies.csv"):
        words.setdefault(row["vocabulary"], []).append((row["value"], row["english"]))
    return {name: Choices(name, tuple(english)) for name, english in words.items()}


def _groups() -> dict[str, tuple[Field, ...]]:
    """The fields by their group, in the order of the table."""
    groups: dict[str, tuple[Field, ...]] = {}
    for row in _rows("fields.csv"):
        field = Field(
            row["name"],
            row["kind"],
            int(row["length"] or 0),
            row["unit"],
            row["description"],
            row["alias"],
            VOCABULARIES.get(row["vocabulary"], Choices()),
        )
        groups[row["group"]] = (*groups.get(row["group"], ()), field)
    return groups


VOCABULARIES = _vocabularies()
ACTIVITY = VOCABULARIES["activity"]
AGES = VOCABULARIES["age"]
CHECKS = VOCABULARIES["terrain_check"]
CLASSES = VOCABULARIES["confidence_class"]
MATERIALS = VOCABULARIES["material"]
METHODS = VOCABULARIES["method"]
MOVEMENTS = VOCABULARIES["movement"]
REASONS = VOCABULARIES["rejection_reason"]
SIZES = VOCABULARIES["volume_class"]
STATUS = VOCABULARIES["status"]

GROUPS = _groups()
IDENTITY = GROUPS["identity"]
CONFIDENCE = GROUPS["confidence"]
SHAPE = GROUPS["shape"]
TERRAIN = GROUPS["terrain"]
SIZE = GROUPS["size"]
QUALITY = GROUPS["quality"]
REVIEW = GROUPS["review"]
ALL = tuple(field for fields in GROUPS.values() for field in fields)
BY_NAME = {field.name: field for field in ALL}
