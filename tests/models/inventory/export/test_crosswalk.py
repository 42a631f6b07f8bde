# SPDX-License-Identifier: GPL-2.0-or-later
"""The tables of the bodies: only words we have, nothing interpretive from a machine,
names that fit.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from models.errors import MrifeError
from models.inventory.export.crosswalk import TABLES, fill
from models.inventory.export.export import (
    STALE,
    Delivery,
    capped,
    export,
    our_values,
    unreviewed,
    with_extension,
)
from models.inventory.export.shapefile import short_names
from models.inventory.export.staging import staged
from models.inventory.schema import BY_NAME, CANDIDATE, REVIEW

SAMPLE = {
    "text": "x",
    "real": 1.0,
    "int": 1,
    "date": "2026-01-02",
    "datetime": "2026-01-02T03:04:05Z",
}


def given(field):
    return (
        field.choices[0][0]
        if field.choices and field.kind == "text"
        else SAMPLE[field.kind]
    )


@pytest.mark.parametrize("body", TABLES)
def test_sources_are_fields_and_names_differ(body):
    columns = TABLES[body]
    assert {source for column in columns for source in column.sources} <= set(BY_NAME)
    assert len({column.name for column in columns}) == len(columns)
    if body in ("slido", "usgs", "iffi"):
        assert all(len(column.name) <= 10 and column.name.isascii() for column in columns)


@pytest.mark.parametrize("body", TABLES)
def test_each_word_of_the_schema_is_taken_or_left(body):
    for column in TABLES[body]:
        for value, _, _ in (
            c for source in column.sources for c in BY_NAME[source].choices
        ):
            args = [
                value if any(value == c[0] for c in BY_NAME[source].choices) else None
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


def test_usgs_confidence_is_capped_before_review():
    assert capped({"usgs_conf": 8})["usgs_conf"] == 3
    for status in ("candidate", "field_check", "rejected", None):
        assert capped({"usgs_conf": "5", "status": status})["usgs_conf"] == 3
    for values in (
        {"usgs_conf": 8, "status": "confirmed"},
        {"usgs_conf": 3},
        {"usgs_conf": None},
        {"usgs_conf": "n/a"},
    ):
        assert capped(values) is values


def test_what_a_machine_drew():
    assert unreviewed({"p_mean": 0.5}) and unreviewed({"status": "field_check"})
    assert not unreviewed({"area_m2": 5}) and not unreviewed(
        {"status": "modified", "p_mean": 0.5}
    )


def test_values_of_ours_are_read_where_they_can_be():
    unread = Counter()
    found = our_values(
        {
            "ls_id": 7,
            "area_m2": "12.5",
            "usgs_conf": "3",
            "run_utc": "2026-01-02T03:04:05",
            "relief_m": "n/a",
            "img_date": "2026/01/02",
            "rev_date": "2026-01-02",
            "other": 1,
            "sheet": "",
        },
        unread,
    )
    assert found == {
        "ls_id": "7",
        "area_m2": 12.5,
        "usgs_conf": 3,
        "run_utc": "2026-01-02T03:04:05Z",
        "rev_date": "2026-01-02",
    }
    assert unread == {"relief_m": 1, "img_date": 1}


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
def test_short_names(encoding):
    names = [
        "ls_id",
        "A very long name",
        "a very long name",
        "A very long other",
        "统一编号与名称",
        "统一编号与地名",
        "x",
    ]
    short = short_names(names, encoding)
    assert list(short) == names and len({name.lower() for name in short.values()}) == len(
        names
    )
    assert all(0 < len(name.encode(encoding)) <= 10 for name in short.values())
    assert (short["ls_id"], short["x"]) == ("ls_id", "x")


def test_extensions():
    assert (
        with_extension("a/b.KMZ", "kml") == "a/b.kmz"
        and with_extension("a.b/c", "slido") == "a.b/c.gpkg"
    )
    assert with_extension("a/b.gpkg", "inspire") is None


def test_files_take_their_place_together_or_not_at_all(tmp_path, monkeypatch):
    delivery = Delivery("shapefile", str(tmp_path / "x.shp"), "")
    for suffix in ("shp", "dbf", "sbn"):
        (tmp_path / f"x.{suffix}").write_text("old")

    def write(patch=None):
        with staged(delivery.path, STALE[".shp"]) as folder:
            for suffix in ("shp", "dbf", "cpg"):
                Path(folder, f"x.{suffix}").write_text("new")
            if patch:
                patch.setattr("os.replace", locked)

    replace = os.replace

    def locked(source, target):
        if str(target).endswith("x.shp") and "old" not in str(source):
            raise PermissionError(13, "Permission denied")
        replace(source, target)

    with (
        monkeypatch.context() as patch,
        pytest.raises(MrifeError, match="close them where they are open"),
    ):
        write(patch)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "x.shp": "old",
        "x.dbf": "old",
        "x.sbn": "old",
    }
    write()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "x.shp": "new",
        "x.dbf": "new",
        "x.cpg": "new",
    }


def test_a_full_disk_is_a_sentence_and_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")
        yield

    monkeypatch.setattr("models.inventory.export.export.write_kml", full)
    with pytest.raises(
        MrifeError, match="'x.kml' cannot be written any further .No space left"
    ):
        list(export([], Delivery("kml", str(tmp_path / "x.kml"), ""), Counter()))
    assert list(tmp_path.iterdir()) == []
