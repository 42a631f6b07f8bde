# SPDX-License-Identifier: GPL-2.0-or-later
"""Detection on many sheets as QGIS runs it: beside the command line, and where it is
stopped.
"""

from __future__ import annotations

import csv
import importlib
import json
import os
import shutil
import signal
from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest
from obstacles import limited_files
from odd import write_layer
from running import left, refused, workers
from samples import records_of, write_raster
from survey import NORTH, WEST, cut, damaged, ground, quarters

from models.__main__ import main

pytest.importorskip("qgis.core")
from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsRasterLayer,
)


@pytest.fixture
def sheets(folder):
    (folder / "图幅").mkdir()
    return quarters(folder / "图幅", ground())


def rectangle(path, left, top, right, bottom):
    """A file with one polygon, around these pixels of the ground."""
    west, east, south, north = WEST + left, WEST + right, NORTH - bottom, NORTH - top
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    ring = ",".join(f"{x} {y}" for x, y in corners)
    return write_layer(path, [(f"POLYGON (({ring}))", {"name": "one"})])


def elevation(path):
    """Flat in the north, a slope in the south."""
    heights = np.maximum(0, np.arange(40) - 20, dtype=np.float32)
    cells = np.tile(1000 + 5 * heights[:, None], (1, 48))
    return write_raster(path, cells, (WEST, 5, 0, NORTH, 0, -5))


def rows(path):
    """Of a table of sheets, by their names, without the seconds."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        table = {row.pop("sheet"): row for row in csv.DictReader(file)}
    for row in table.values():
        del row["seconds"]
    return table


OPTIONS = {
    "nothing": ({}, []),
    "bands and threshold": (
        {"BANDS": "1", "THRESHOLD": 0.2, "MIN_AREA": 5},
        ["--bands", "1", "--threshold", "0.2", "--min-area", "5"],
    ),
    "extent": (
        {"EXTENT": f"{WEST + 50},{WEST + 220},{NORTH - 150},{NORTH - 5}"},
        ["--extent", str(WEST + 50), str(NORTH - 150), str(WEST + 220), str(NORTH - 5)],
    ),
    "overlap and date": (
        {"OVERLAP": 50, "IMG_DATE": "2019-05-28", "BATCH": 3, "UNCERTAINTY": True},
        ["--overlap", "50", "--image-date", "2019-05-28", "--uncertainty"],
    ),
    "flat ground": (
        {"DEM": "{dem}", "FLAT_BELOW": 2},
        ["--dem", "{dem}", "--flat-below", "2"],
    ),
    "area and exclusion": (
        {"MASK": "{area}", "EXCLUDE": "{water}", "SIZES": True},
        ["--mask", "{area}", "--exclude", "{water}", "--sizes"],
    ),
}


@pytest.mark.parametrize("option", OPTIONS)
def test_dialog_and_command_give_the_same(run, folder, sheets, model, option, capsys):
    parameters, arguments = OPTIONS[option]
    files = {
        "area": rectangle(folder / "area.gpkg", 0, 30, 240, 170),
        "water": rectangle(folder / "water.gpkg", 100, 60, 120, 140),
        "dem": elevation(folder / "dem.tif"),
    }
    for name, value in list(parameters.items()):
        if isinstance(value, str):
            parameters = {**parameters, name: value.format(**files)}
    arguments = [argument.format(**files) for argument in arguments]
    (folder / "图幅" / "broken.tif").write_bytes(b"II*\0 and no more")
    given = {"FOLDER": str(folder / "图幅"), "MODEL": model, **parameters}
    dialog, table = str(folder / "dialog.gpkg"), str(folder / "dialog.csv")
    result = run("detectsheets", {**given, "OUTPUT": dialog, "STATUS": table})
    line, line_table = str(folder / "line.gpkg"), str(folder / "line.csv")
    asked = ["--folder", str(folder / "图幅"), "--model", model, *arguments]
    command = ["detect-sheets", line, "--status", line_table, *asked]
    assert main(command) == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert records_of(dialog) == records_of(line) != []
    assert rows(table) == rows(line_table)
    assert result["COUNT"] == said["count"] == len(records_of(line))
    for state in ("done", "empty", "failed", "skipped"):
        assert result[state.upper()] == said[state]
    assert result["DONE"] == 4 and result["FAILED"] == 1 and result["SECONDS"] > 0
    assert left(folder) == {
        "图幅",
        *(
            f"{door}.{ending}"
            for door in ("dialog", "line")
            for ending in ("gpkg", "csv")
        ),
        "dialog.qml",
        *("area.gpkg", "water.gpkg", "dem.tif"),
    }


def test_layers_of_the_project_are_sheets_as_the_user_sees_them(
    run, folder, sheets, model
):
    """One with a system that its file does not say, one that is no raster."""
    bare = cut(folder / "bare.tif", ground(), 100, 120, 100, 120, epsg=None)
    layer = QgsRasterLayer(bare, "bare")
    layer.setCrs(QgsRasterLayer(sheets[0], "nw").crs())
    QgsProject.instance().addMapLayer(layer)
    try:
        given = {"INPUTS": [layer, *sheets[:3], "nowhere.tif"], "MODEL": model}
        result = run("detectsheets", {**given, "OUTPUT": str(folder / "o.gpkg")})
    finally:
        QgsProject.instance().removeMapLayer(layer)
    assert result["DONE"] == 4 and result["FAILED"] == 1 and result["COUNT"] == 2


class HalfWay(QgsProcessingFeedback):
    """Does something when two sheets are through, so many times at most."""

    def __init__(self, deed, times=1000):
        super().__init__(False)
        self.deed = deed
        self.times = times

    def setProgress(self, progress):
        super().setProgress(progress)
        if progress > 60 and self.times:
            self.times -= 1
            self.deed(self)


def kill_worker(feedback):
    for process in workers():
        os.kill(process, signal.SIGKILL)


@pytest.mark.parametrize("obstacle", ["cancelled", "disk full"])
def test_a_run_that_was_stopped_goes_on(run, folder, sheets, model, obstacle):
    given = {"INPUTS": sheets, "MODEL": model}
    whole, out = folder / "whole.gpkg", folder / "o.gpkg"
    run("detectsheets", {**given, "OUTPUT": str(whole)})
    before = left(folder)
    asked = {**given, "OUTPUT": str(out)}
    if obstacle == "cancelled":
        cancels = HalfWay(QgsProcessingFeedback.cancel)
        assert run("detectsheets", asked, feedback=cancels) == {}
    else:
        with limited_files() as limit:
            words = refused(run, "detectsheets", asked, HalfWay(lambda _: limit()))
        assert "is full" in words or "cannot be written" in words
    assert left(folder) == {*before, ".o.gpkg.sheets"}
    state = folder / ".o.gpkg.sheets"
    finished = left(state)
    assert finished and finished < {"ne.tif", "nw.tif", "se.tif", "sw.tif"}
    dry = run("detectsheets", {**given, "OUTPUT": str(out), "DRY_RUN": True})
    assert dry["SHEETS"] == 4 - len(finished) and left(state) == finished
    run("detectsheets", {**given, "OUTPUT": str(out)})
    assert f"{len(finished)} of 4 sheets were searched before" in run.log
    assert records_of(out) == records_of(whole)
    assert not state.exists()


def test_a_worker_that_is_killed_costs_nothing(run, folder, sheets, model):
    given = {"INPUTS": sheets, "MODEL": model}
    whole, out = folder / "whole.gpkg", folder / "o.gpkg"
    run("detectsheets", {**given, "OUTPUT": str(whole)})
    kills = HalfWay(kill_worker, 1)
    result = run("detectsheets", {**given, "OUTPUT": str(out)}, feedback=kills)
    assert not kills.times and result["DONE"] == 4 and result["FAILED"] == 0
    assert records_of(out) == records_of(whole)


def test_sheets_whose_worker_is_always_killed_fail_alone(run, folder, sheets, model):
    table = folder / "table.csv"
    given = {"INPUTS": sheets, "MODEL": model, "STATUS": str(table)}
    asked = {**given, "OUTPUT": str(folder / "o.gpkg")}
    result = run("detectsheets", asked, feedback=HalfWay(kill_worker))
    assert result["DONE"] >= 2 and result["FAILED"] == 4 - result["DONE"] > 0
    with open(table, encoding="utf-8-sig", newline="") as file:
        reasons = [row["reason"] for row in csv.DictReader(file) if row["reason"]]
    assert len(reasons) == result["FAILED"] and "was killed or crashed" in reasons[0]
    run("detectsheets", {**given, "OUTPUT": str(folder / "whole.gpkg")})
    assert len(records_of(folder / "whole.gpkg")) == 2


class AtFirst(QgsProcessingFeedback):
    """Cancels at the first progress, and notes the workers that there are."""

    workers = None

    def setProgress(self, progress):
        super().setProgress(progress)
        if self.workers is None:
            self.workers = workers()
            self.cancel()


@pytest.mark.parametrize("algorithm", ["detect", "detectsheets"])
def test_the_look_for_flat_ground_is_shown_and_can_be_cancelled(
    run, folder, sheets, model, algorithm
):
    """It takes minutes for a province."""
    given = {"MODEL": model, "DEM": elevation(folder / "dem.tif"), "FLAT_BELOW": 2}
    given["OUTPUT"] = str(folder / "o.gpkg")
    given["INPUT"], given["INPUTS"] = sheets[0], sheets
    feedback = AtFirst()
    assert run(algorithm, given, feedback=feedback) == {}
    assert feedback.workers == []


def test_a_folder_of_probabilities_takes_another_threshold(run, folder, sheets, model):
    given = {"INPUTS": sheets, "MODEL": model, "PROBABILITY": str(folder / "p")}
    run("detectsheets", {**given, "OUTPUT": str(folder / "o.gpkg")})
    result = run(
        "detectsheets", {**given, "THRESHOLD": 0.1, "OUTPUT": str(folder / "again.gpkg")}
    )
    assert "4 of 4 sheets were searched before" in run.log
    assert result["AREA_M2"] > 40_000
    assert left(Path(result["PROBABILITY"])) == {
        *("ne.tif", "nw.tif", "se.tif", "sw.tif", "probability.vrt")
    }


@pytest.fixture
def estimates(package):
    return importlib.import_module(f"{package.__name__}.models.sheets.estimate")


def test_a_dry_run_says_what_it_would_take_and_writes_nothing(run, folder, sheets, model):
    before = left(folder)
    given = {"INPUTS": sheets, "MODEL": model, "OUTPUT": str(folder / "o.gpkg")}
    result = run("detectsheets", {**given, "DRY_RUN": True, "BATCH": 2})
    assert result["SHEETS"] == 4 and result["WINDOWS"] == 4 * 9
    assert result["DISK_MB"] == pytest.approx(200 * 240 / 2 / 1e6, abs=0.1)
    assert result["MINUTES"] < 1 and "OUTPUT" not in result
    assert 200 < result["MEMORY_MB"] < 600
    assert f"{result['MEMORY_MB']} MB of memory" in run.log
    assert "4 sheets with 36 windows are to be searched" in run.log
    assert run.log.count(" windows ") == 1  # no other number, as of the whole mosaic's
    assert left(folder) == before


def test_a_dry_run_counts_outlines_where_all_is_searched(
    run, folder, sheets, model, estimates, monkeypatch
):
    """Of 48,000 pixels, which are made to take a minute."""
    monkeypatch.setattr(estimates, "OUTLINE_SECONDS", 60 / 0.048)
    given = {"INPUTS": sheets, "MODEL": model, "OUTPUT": str(folder / "o.gpkg")}
    given["PROBABILITY"] = str(folder / "p")
    assert 1 <= run("detectsheets", {**given, "DRY_RUN": True})["MINUTES"] < 1.5
    run("detectsheets", given)
    result = run("detectsheets", {**given, "DRY_RUN": True})
    assert result["SHEETS"] == 0 and result["MINUTES"] == 1


def test_a_full_disk_is_said_alike_at_both_doors(
    run, folder, sheets, model, monkeypatch, capsys
):
    usage = namedtuple("usage", "total used free")
    out = str(folder / "o.gpkg")
    # what is looked at before is small
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1, 1, 32_010_000))
    words = refused(
        run, "detectsheets", {"INPUTS": sheets, "MODEL": model, "OUTPUT": out}
    )
    assert "has 32 MB free but about 32 MB are needed" in words
    command = ["detect-sheets", out, "--model", model, "--inputs", *sheets]
    for options in ([], ["--part", "1/4"], ["--workers", "2"]):
        assert main([*command, *options]) == 1
        assert "has 32 MB free but about 32 MB are needed" in capsys.readouterr().err
    assert left(folder) == {"图幅"}


def test_temporary_layers_leave_nothing_behind(run, folder, sheets, model):
    given = {"INPUTS": sheets, "MODEL": model, "OUTPUT": "memory:"}
    assert run("detectsheets", given)["COUNT"] == 2
    assert left(folder) == {"图幅"}


def test_what_cannot_be_run_is_refused(run, folder, sheets, model):
    out = {"OUTPUT": str(folder / "o.gpkg"), "MODEL": model}
    assert "There is no raster to search" in refused(run, "detectsheets", out)
    (folder / "empty").mkdir()
    empty = {**out, "FOLDER": str(folder / "empty")}
    assert "holds no raster" in refused(run, "detectsheets", empty)
    over = {"MODEL": model, "FOLDER": str(folder / "图幅"), "OUTPUT": sheets[0]}
    assert "is one of the inputs" in refused(run, "detectsheets", over)
    given = {**out, "INPUTS": sheets}
    words = refused(run, "detectsheets", {**given, "BANDS": "red"})
    assert "Bands" in words
    away = {**given, "EXTENT": "0,1,0,1"}
    assert "does not overlap" in refused(run, "detectsheets", away)
    file = folder / "file"
    file.write_text("a text")
    words = refused(run, "detectsheets", {**given, "PROBABILITY": str(file)})
    assert "is a file" in words
    mine = {**given, "PROBABILITY": str(folder / "图幅")}
    assert "is in the way" in refused(run, "detectsheets", mine)


@pytest.mark.parametrize("tile", [(5, 0), (5, 14)], ids=["at once", "half way"])
def test_where_no_sheet_can_be_searched_the_table_says_why(run, folder, model, tile):
    bad = damaged(folder / "a.tif", ground(1200, 160), 0, 0, 1200, 160, tile)
    table = folder / "status.csv"
    given = {"INPUTS": [bad], "MODEL": model, "STATUS": str(table)}
    given["OUTPUT"] = str(folder / "o.gpkg")
    words = refused(run, "detectsheets", given)
    assert "None of the 1 rasters can be searched" in words
    assert rows(table)["a"]["state"] == "failed"
    assert "cannot be read near" in rows(table)["a"]["reason"]
    assert left(folder) == {"a.tif", "status.csv"}


def test_a_dry_run_of_no_sheet_that_can_be_searched_writes_no_table(run, folder, model):
    bad = damaged(folder / "a.tif", ground(100, 120), 0, 0, 100, 120, (3, 3))
    given = {"INPUTS": [bad], "MODEL": model, "STATUS": str(folder / "status.csv")}
    given["OUTPUT"] = str(folder / "o.gpkg")
    words = refused(run, "detectsheets", {**given, "DRY_RUN": True})
    assert "None of the 1 rasters can be searched" in words
    assert left(folder) == {"a.tif"}


def test_single_sheets_in_a_batch_and_then_merged(
    run, provider, folder, sheets, model, qgis_iface, monkeypatch
):
    """QGIS's own batch dialog runs a row for each sheet; merging puts together what their
    edges cut.
    """
    from processing.gui import Postprocessing
    from processing.gui.BatchAlgorithmDialog import BatchAlgorithmDialog

    # newer QGIS asks it for a view, which the stand-in has not
    monkeypatch.setattr(Postprocessing, "iface", None, raising=False)

    dialog = BatchAlgorithmDialog(provider.algorithm("detect").create(), None)
    panel = dialog.mainWidget()
    panel.checkLoadLayersOnCompletion.setChecked(False)
    panel.addRow(len(sheets) - 1)
    outputs = [str(folder / f"{Path(sheet).stem}.gpkg") for sheet in sheets]
    context = QgsProcessingContext()
    for row, (sheet, output) in enumerate(zip(sheets, outputs)):
        for name, value in (("INPUT", sheet), ("MODEL", model)):
            column = panel.parameter_to_column[name]
            panel.wrappers[row][column].setParameterValue(value, context)
        cell = panel.tblParameters.cellWidget(
            row + 1, panel.parameter_to_column["OUTPUT"]
        )
        cell.setValue(output)
    dialog.show()  # one that nobody sees ends with its last row
    dialog.runAlgorithm()
    while dialog.cancelButton().isEnabled():  # newer QGIS runs the rows in tasks
        QgsApplication.processEvents()
    dialog.close()
    assert [len(records_of(output)) for output in outputs] == [2, 1, 1, 1]
    inventory = str(folder / "inventory.gpkg")
    merged = run("merge", {"INPUTS": outputs, "OUTPUT": inventory})
    assert merged["COUNT"] == 2 and merged["UNITED"] == 1
    areas = sorted(values["area_m2"] for _, values in records_of(inventory))
    assert areas == pytest.approx([20 * 20, 60 * 80], rel=0.05)
