# SPDX-License-Identifier: GPL-2.0-or-later
"""Sheets on a web server, read as GDAL reads them, and in an archive."""

import os
import zipfile

import pytest
from file_server import serving
from samples import read_raster
from survey import SheetsRun, ground, quarters

from models.errors import MrifeError
from models.sheets.folder import rasters_in


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "sheets"
    made.mkdir()
    quarters(made, ground())
    (made / "notes.txt").write_text("a text")
    (made / ".hidden.tif").write_bytes((made / "nw.tif").read_bytes())
    (made / "nw.tif.ovr").write_bytes((made / "nw.tif").read_bytes())
    return made


def local(folder):
    return [str(folder / f"{name}.tif") for name in ("ne", "nw", "se", "sw")]


def levels(folder):
    return read_raster(folder / "probability.vrt")


def test_sheets_on_a_server_give_what_they_give_on_the_disk(tmp_path, model, folder):
    whole = SheetsRun(local(folder), model, tmp_path / "whole")
    with serving(folder) as server:
        paths = [source.path for source in rasters_in(server.address)]
        assert paths == [f"{server.address}{n}.tif" for n in ("ne", "nw", "se", "sw")]
        run = SheetsRun(paths, model, tmp_path / "p")
        assert run.layer == whole.layer and run.states == whole.states
        assert (levels(tmp_path / "p") == levels(tmp_path / "whole")).all()
        assert SheetsRun(paths, model, tmp_path / "p").batches == []


def test_what_a_server_is_told_beside_the_name_stays_out_of_the_layer(
    tmp_path, model, folder
):
    with serving(folder) as server:
        paths = [f"{server.address}{n}.tif?key=s3/cret.1" for n in ("nw", "ne")]
        run = SheetsRun(paths, model, tmp_path / "p")
    assert run.states == {"nw": "done", "ne": "done"}
    assert {values["src_img"] for _, values in run.polygons} <= {"nw", "ne"}
    assert "cret" not in str(run.polygons)


def test_a_sheet_that_the_server_does_not_give_stops_no_other(tmp_path, model, folder):
    with serving(folder) as server:
        paths = [f"{server.address}{name}.tif" for name in ("nw", "gone", "sw")]
        run = SheetsRun(paths, model, tmp_path / "p")
    assert run.states == {"nw": "done", "gone": "failed", "sw": "done"}
    assert "cannot be opened" in run.reasons["gone"]


def test_a_changed_sheet_on_a_server_is_seen(tmp_path, model, folder):
    with serving(folder) as server:
        SheetsRun([f"{server.address}nw.tif"], model, tmp_path / "p")
    quarters(folder, 255 - ground())
    with serving(folder) as server:
        run = SheetsRun([f"{server.address}nw.tif"], model, tmp_path / "p")
    assert run.batches and any("their images" in note for note in run.notes)


def test_sheets_in_an_archive(tmp_path, model, folder):
    whole = SheetsRun(local(folder), model, tmp_path / "whole")
    archive = tmp_path / "sheets.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in local(folder):
            file.write(path, f"county/{os.path.basename(path)}")
    run = SheetsRun(
        [source.path for source in rasters_in(f"/vsizip/{archive}")],
        model,
        tmp_path / "p",
    )
    assert run.layer == whole.layer


def test_a_server_that_lists_nothing_is_said(tmp_path):
    with serving(tmp_path) as server:
        address = server.address
        with pytest.raises(MrifeError, match="does not exist; choose one with rasters"):
            rasters_in(address)
    with pytest.raises(MrifeError, match="does not exist"):
        rasters_in("/vsizip/" + str(tmp_path / "none.zip"))
