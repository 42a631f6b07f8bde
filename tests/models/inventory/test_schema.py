# SPDX-License-Identifier: GPL-2.0-or-later
"""The tables of the schema: what stands in layers, models and scripts of users stays."""

import hashlib

from models.inventory.schema import ALL, BY_NAME, GROUPS, VOCABULARIES, Choices

# of names, types, lengths and stored values, in their order: whoever changes one changes
# layers that people have
STORED = "5d953c94d2d19eac"


def test_what_is_stored_is_as_ever():
    lines = [f"{f.name} {f.kind} {f.length} {' '.join(f.choices)}" for f in ALL]
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16] == STORED


def test_a_row_of_the_table_is_a_field():
    field = BY_NAME["inv_rel"]
    assert (field.kind, field.length, field.unit) == ("text", 10, "")
    assert field.alias == "Relation to it"
    assert field.description == "Relation to the existing inventory"
    assert list(field.choices) == ["new", "known", "modified", "split", "merged"]
    assert BY_NAME["cs_toe"].unit == "0-10" and BY_NAME["area_m2"].alias == "Area (m²)"
    assert BY_NAME["remarks"].choices == Choices()
    assert list(GROUPS) == [
        "identity",
        "confidence",
        "shape",
        "terrain",
        "size",
        "quality",
        "review",
    ]


def test_the_tables_are_sound():
    assert len(BY_NAME) == len(ALL)
    for field in ALL:
        assert field.name.isascii() and field.name == field.name.lower()
        assert len(field.name) <= 10 and field.alias and field.description
        assert field.kind in ("text", "real", "int", "date", "datetime")
        assert (field.kind == "text") == (field.length > 0)
        if field.kind == "text":
            assert max(map(len, field.choices), default=0) <= field.length
    assert {field.choices.name for field in ALL} - {""} == set(VOCABULARIES)
    for choices in VOCABULARIES.values():
        assert len(set(choices)) == len(choices)
