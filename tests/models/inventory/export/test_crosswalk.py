# SPDX-License-Identifier: GPL-2.0-or-later
"""The tables of the bodies: only words we have, nothing interpretive from a machine,
names that fit.
"""

from __future__ import annotations

import pytest
from candidates import CANDIDATE

from models.inventory.export.column import fill
from models.inventory.export.crosswalk import READ, TABLES
from models.inventory.schema import BY_NAME, REVIEW

SAMPLE = {
    "text": "x",
    "real": 1.0,
    "int": 1,
    "date": "2026-01-02",
    "datetime": "2026-01-02T03:04:05Z",
}


def given(field):
    return (
        next(iter(field.choices))
        if field.choices and field.kind == "text"
        else SAMPLE[field.kind]
    )


@pytest.mark.parametrize("body", TABLES)
def test_sources_are_fields_and_names_differ(body):
    columns = TABLES[body]
    assert {source for column in columns for source in column.sources} <= set(READ)
    assert len({column.name for column in columns}) == len(columns)
    if body in ("slido", "usgs", "iffi"):
        assert all(column.name.isascii() for column in columns)
        long = {column.name for column in columns if len(column.name) > 10}
        # as SLIDO's geodatabase and the USGS's GeoPackage have them
        assert long <= {"DESCRIPTION", "REACTIVATION", "Info_Source"}


@pytest.mark.parametrize("body", TABLES)
def test_each_word_of_the_schema_is_taken_or_left(body):
    for column in TABLES[body]:
        for value in (v for source in column.sources for v in READ[source].choices):
            args = [
                value if value in tuple(BY_NAME[source].choices) else None
                for source in column.sources
            ]
            found = (
                column.convert(*args)
                if BY_NAME[column.sources[0]].kind == "text"
                else None
            )
            assert found is None or len(found) <= column.length, (column.name, value)


@pytest.mark.parametrize("body", TABLES)
def test_a_machine_fills_nothing_interpretive(body):
    interpretive = {field.name for field in REVIEW}
    row = fill(TABLES[body], {field.name: given(field) for field in CANDIDATE})
    for column in TABLES[body]:
        if column.sources and set(column.sources) <= interpretive:
            assert row[column.name] is None, column.name
        elif column.sources and set(column.sources) <= {
            field.name for field in CANDIDATE
        }:
            assert row[column.name] is not None, column.name


def test_nothing_is_known_of_nothing():
    for columns in TABLES.values():
        assert set(fill(columns, {}).values()) == {None}


@pytest.mark.parametrize(
    "body, name", [("slido", "DIRECT"), ("iffi", "AZIMUT"), ("china", "滑向(°)")]
)
@pytest.mark.parametrize(
    "agreement, direction", [(0.9, 45.5), (0.5, 45.5), (0.499, None), (None, 45.5)]
)
def test_a_direction_on_which_the_slopes_do_not_agree_is_none(
    body, name, agreement, direction
):
    row = fill(TABLES[body], {"azim_deg": 45.5, "azim_r": agreement})
    assert row[name] == direction
    assert fill(TABLES[body], {"azim_deg": None, "azim_r": 0.9})[name] is None


@pytest.mark.parametrize(
    "depth, movement, material, expected",
    [
        (4.5, "fall", "rock", ("Fall", "Rock Fall", "RF", "Shallow")),
        (4.6, "earthflow", "clay", ("Flow", "Earth Flow", "EFL", "Deep")),
        (1, "complex", None, ("Complex", "Complex", "C", "Shallow")),
        (None, "planar_slide", None, ("Slide", None, None, None)),
        (None, "compound_slide", "debris", ("Slide", None, None, None)),
        (None, None, "debris", (None, None, None, None)),
        (None, "slope_deformation", "rock", (None, None, None, None)),
    ],
)
def test_slido(depth, movement, material, expected):
    row = fill(
        TABLES["slido"], {"depth_est": depth, "movement": movement, "material": material}
    )
    assert (
        tuple(row[name] for name in ("TYPE_MOVE", "MOVE_CLASS", "MOVE_CODE", "DEEP_SHAL"))
        == expected
    )
