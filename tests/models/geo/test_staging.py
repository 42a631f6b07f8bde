# SPDX-License-Identifier: GPL-2.0-or-later
"""Outputs stand in their places together or not at all, whatever was there before."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from osgeo import ogr, osr

from models.errors import MrifeError
from models.geo.database import check_writable
from models.geo.staging import Staging
from models.geo.write_failure import check_unused, write_failure

ROOT = Path(__file__).resolve().parents[3]
NOBODY = 65534  # a user without rights, where tests run as root


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def write_table(path: str, count: int, name: str = "slides") -> None:
    """A layer of `count` points, numbered from 11 on."""
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(32647)
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(path)
    layer = dataset.CreateLayer(name, srs, ogr.wkbPoint, ["GEOMETRY_NAME=geom"])
    layer.CreateField(ogr.FieldDefn("名", ogr.OFTString))
    for number in range(count):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetFID(11 + number)
        feature["名"] = f"滑坡 {number}"
        feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POINT ({number} 0)"))
        layer.CreateFeature(feature)


def tables(path) -> dict[str, int]:
    dataset = ogr.Open(str(path))
    layers = [dataset.GetLayer(index) for index in range(dataset.GetLayerCount())]
    return {layer.GetName(): layer.GetFeatureCount() for layer in layers}


@pytest.fixture
def database(tmp_path):
    """A user's GeoPackage: the table `roads` of two rows."""
    path = tmp_path / "user.gpkg"
    write_table(str(path), 2, "roads")
    return path


def test_files_that_belong_together_take_their_places_together(tmp_path):
    for name in ("x.shp", "x.dbf", "x.sbn", "x.qml", "y.dbf"):
        (tmp_path / name).write_text("old")
    with Staging() as staging:
        path = Path(staging.path(tmp_path / "x.shp"))
        assert staging.path(tmp_path / "x.shp") == str(path)
        for suffix in (".shp", ".dbf", ".cpg"):
            path.with_suffix(suffix).write_text("new")
        assert (tmp_path / "x.shp").read_text() == "old"
        staging.place()
    assert texts(tmp_path) == {
        "x.shp": "new",
        "x.dbf": "new",
        "x.cpg": "new",
        "x.qml": "old",
        "y.dbf": "old",
    }


def test_what_is_not_placed_leaves_nothing(tmp_path):
    (tmp_path / "x.html").write_text("old")
    with pytest.raises(KeyError), Staging() as staging:
        Path(staging.path(tmp_path / "x.html")).write_text("half")
        raise KeyError
    assert texts(tmp_path) == {"x.html": "old"}


def test_a_failed_output_brings_all_others_back(tmp_path):
    """The second one's folder goes away while the run works."""
    gone = tmp_path / "gone"
    gone.mkdir()
    (tmp_path / "a.html").write_text("old")
    with pytest.raises(MrifeError, match="cannot be replaced"), Staging() as staging:
        Path(staging.path(tmp_path / "a.html")).write_text("new")
        Path(staging.path(gone / "b.html")).write_text("new")
        gone.rename(tmp_path / "elsewhere")
        staging.place()
    assert (tmp_path / "a.html").read_text() == "old"


def test_stale_pyramids_and_journals_go_with_the_file_that_they_were_of(tmp_path):
    for name in ("p.tif", "p.tif.ovr", "p.tif.aux.xml", "o.gpkg", "o.gpkg-journal"):
        (tmp_path / name).write_text("old")
    with Staging() as staging:
        for name in ("p.tif", "o.gpkg"):
            Path(staging.path(tmp_path / name)).write_text("new")
        staging.place()
    assert texts(tmp_path) == {"p.tif": "new", "o.gpkg": "new"}


@pytest.mark.parametrize("place", ["", "folder", "folder/"])
def test_a_folder_is_never_replaced(tmp_path, place, monkeypatch):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "mine").write_text("mine")
    monkeypatch.chdir(tmp_path / "folder")  # what an empty text stands for
    asked = place and str(tmp_path / place)
    with pytest.raises(MrifeError, match="is a folder"), Staging() as staging:
        staging.path(asked)
    with pytest.raises(MrifeError, match="is a folder"), Staging() as staging:
        path = Path(staging.path(tmp_path / "x.tif"))
        path.write_text("new")
        path.with_name("folder").write_text("new")  # what a driver wrote beside it
        staging.place()
    assert texts(tmp_path / "folder") == {"mine": "mine"}
    assert os.listdir(tmp_path) == ["folder"]


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "x.html").write_text("old")
    (tmp_path / "x.html").symlink_to(tmp_path / "far" / "x.html")
    with Staging() as staging:
        Path(staging.path(tmp_path / "x.html")).write_text("new")
        staging.place()
    assert (tmp_path / "x.html").is_symlink()
    assert (tmp_path / "far" / "x.html").read_text() == "new"


def test_a_folder_that_is_a_data_set_is_placed_whole(tmp_path):
    with Staging() as staging:
        path = Path(staging.path(tmp_path / "x.gdb"))
        path.mkdir()
        (path / "table").write_text("new")
        staging.place()
    assert texts(tmp_path / "x.gdb") == {"table": "new"}


def test_a_table_comes_beside_those_that_are_there(tmp_path, database):
    with Staging() as staging:
        write_table(staging.table(database, "slides"), 3)
        assert tables(database) == {"roads": 2}
        staging.place()
    assert tables(database) == {"roads": 2, "slides": 3}
    layer = (dataset := ogr.Open(str(database))).GetLayerByName("slides")
    rows = [(feature.GetFID(), feature["名"]) for feature in layer]
    assert rows == [(11, "滑坡 0"), (12, "滑坡 1"), (13, "滑坡 2")] and dataset
    assert layer.GetSpatialRef().GetAuthorityCode(None) == "32647"
    with Staging() as staging:  # again, and whatever the case: no second one
        write_table(staging.table(database, "SLIDES"), 1)
        staging.place()
    assert tables(database) == {"roads": 2, "SLIDES": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["user.gpkg"]


def test_tables_of_a_new_geopackage_are_there_together_or_not_at_all(tmp_path):
    new = tmp_path / "new.gpkg"
    with Staging() as staging:
        write_table(staging.table(new, "slides"), 3)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(MrifeError), Staging() as staging:
        write_table(staging.table(new, "slides"), 3)
        Path(staging.table(new, "conflicts")).write_text("no table")
        staging.place()
    assert list(tmp_path.iterdir()) == []
    with Staging() as staging:
        write_table(staging.table(new, "slides"), 3)
        write_table(staging.table(new, "conflicts"), 0)
        assert not new.exists()
        staging.place()
    assert tables(new) == {"slides": 3, "conflicts": 0}
    assert list(tmp_path.iterdir()) == [new]


def test_tables_and_files_of_a_run_are_there_together_or_not_at_all(tmp_path, database):
    gone = tmp_path / "gone"
    gone.mkdir()
    with pytest.raises(MrifeError), Staging() as staging:
        write_table(staging.table(database, "roads"), 5)
        write_table(staging.table(database, "slides"), 3)
        Path(staging.path(gone / "b.html")).write_text("new")
        gone.rename(tmp_path / "elsewhere")
        staging.place()
    assert tables(database) == {"roads": 2}


def test_a_database_in_use_is_neither_replaced_nor_harmed(database):
    """Another program reads it, with changes in the file beside it."""
    with closing(sqlite3.connect(database)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("CREATE TABLE notes (words TEXT)")
        other.commit()
        other.execute("SELECT * FROM notes").fetchall()
        with pytest.raises(MrifeError, match="open in another program"):
            check_unused(database)
        with pytest.raises(MrifeError, match="open in another"), Staging() as staging:
            write_table(staging.path(database), 1)
            staging.place()
        with Staging() as staging:  # a table finds its way into it
            write_table(staging.table(database, "slides"), 3)
            staging.place()
        other.execute("INSERT INTO notes VALUES ('still mine')")
        other.commit()
    assert tables(database) == {"roads": 2, "slides": 3, "notes": 1}
    check_unused(database)


def test_a_database_that_is_written_to_is_refused_and_stays(database):
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(MrifeError, match="being edited"):
            check_writable(database)
    check_writable(database)
    assert tables(database) == {"roads": 2}


def test_what_takes_no_tables_is_refused(tmp_path):
    (tmp_path / "x.gpkg").write_text("no database")
    with pytest.raises(MrifeError, match="choose a GeoPackage"):
        check_writable(tmp_path / "x.gpkg")


def test_what_a_killed_run_left_is_swept_by_the_next(tmp_path):
    code = (
        "import sys, time; from models.geo.staging import Staging; staging = Staging(); "
        "print(staging.path(sys.argv[1]), flush=True); time.sleep(60)"
    )
    asked = [sys.executable, "-c", code, str(tmp_path / "x.html")]
    other = subprocess.Popen(asked, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    left = Path(other.stdout.readline().strip()).parent
    with Staging() as staging:
        staging.path(tmp_path / "y.html")
        assert left.is_dir()  # its run lives
    other.send_signal(signal.SIGKILL)
    other.communicate()
    assert left.is_dir()
    with Staging() as staging:
        staging.path(tmp_path / "y.html")
        assert not left.exists()
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", ["a.html", "b.html", "old"])
@pytest.mark.parametrize("is_moved", [False, True])
def test_a_key_pressed_at_the_last_moment_leaves_all_as_it_was(
    tmp_path, monkeypatch, name, is_moved
):
    """Python hears of it before a move or as soon as that is done."""
    for each in ("a.html", "b.html"):
        (tmp_path / each).write_text("old")
    replace = os.replace

    def interrupted(source, target):
        place = Path(target)
        is_last = name in (place.name, place.parent.name)
        if is_moved or not is_last:
            replace(source, target)
        if is_last:
            monkeypatch.undo()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), Staging() as staging:
        for each in ("a.html", "b.html"):
            Path(staging.path(tmp_path / each)).write_text("new")
        monkeypatch.setattr(os, "replace", interrupted)
        staging.place()
    assert texts(tmp_path) == {"a.html": "old", "b.html": "old"}


def test_what_cannot_be_written_is_named_as_the_user_did(tmp_path):
    with Staging() as staging:
        for unfinished in ("", ".part"):
            path = staging.path(tmp_path / "x.gpkg") + unfinished
            words = f"'{tmp_path / 'x.gpkg'}' cannot be written (why); choose another place."
            assert str(write_failure(path, "why")) == words


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="files have no owners here")
def test_what_a_run_of_somebody_else_works_with_is_in_nobodys_way():
    """In a folder of several people, as the one for temporary files is."""
    user = os.geteuid()
    with tempfile.TemporaryDirectory() as place:
        os.chmod(place, 0o777)
        other = Path(place) / ".mrife-of-another"
        other.mkdir()
        (other / "lock").touch()
        other.chmod(0)
        try:
            if user == 0:
                os.seteuid(NOBODY)
            with Staging() as staging:
                Path(staging.path(f"{place}/x.html")).write_text("new")
                staging.place()
        finally:
            os.seteuid(user)
            other.chmod(0o700)
        assert sorted(os.listdir(place)) == [other.name, "x.html"]


def test_a_name_too_long_for_what_may_lie_beside_it_is_placed(tmp_path):
    place = tmp_path / f"{'x' * 246}.tif"
    with Staging() as staging:
        Path(staging.path(place)).write_text("new")
        staging.place()
    assert place.read_text() == "new"
