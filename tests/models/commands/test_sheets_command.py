# SPDX-License-Identifier: GPL-2.0-or-later
"""The command detect-sheets, from a folder to one layer and the table of sheets."""

import contextlib
import csv
import io
import json
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest
from osgeo import ogr
from samples import write_model
from survey import CONTRACT, cut, damaged, files, ground, layer, quarters

from models.__main__ import main

pytest.importorskip("onnxruntime")
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def model(tmp_path):
    return write_model(tmp_path / "identity.onnx", CONTRACT)


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "图幅 a"
    made.mkdir()
    quarters(made, ground())
    (made / "broken.tif").write_bytes(b"II*\0 and no more")
    return made


def rows(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def last(capsys):
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_folder_becomes_one_layer_and_a_table(tmp_path, model, folder, capsys):
    out, status = tmp_path / "out.gpkg", tmp_path / "status.csv"
    options = ["--model", model, "--status", str(status)]
    assert main(["detect-sheets", str(out), "--folder", str(folder), *options]) == 0
    result = last(capsys)
    assert result["count"] == 2 and result["done"] == 4 and result["failed"] == 1
    source = ogr.Open(str(out))
    assert {f["sheet"] for f in source.GetLayer()} <= {"nw", "ne", "sw", "se"}
    table = {row["sheet"]: row for row in rows(status)}
    assert table["broken"]["state"] == "failed"
    assert "cannot be opened" in table["broken"]["reason"]
    assert table["nw"]["state"] == "done" and table["nw"]["reason"] == ""
    assert sum(int(row["candidates"]) for row in table.values()) == 2
    assert float(table["nw"]["seconds"]) > 0
    assert table["nw"]["file"] == str(folder / "nw.tif")
    assert sorted(os.listdir(tmp_path)) == [
        "identity.onnx",
        "out.gpkg",
        "status.csv",
        folder.name,
    ]


def test_probability_rasters_stay_where_they_are_asked_for(
    tmp_path, model, folder, capsys
):
    kept = tmp_path / "kept"
    asked = ["--folder", str(folder), "--model", model, "--probability", str(kept)]
    assert main(["detect-sheets", str(tmp_path / "one.gpkg"), *asked]) == 0
    assert sorted(os.listdir(kept)) == sorted(
        ["probability.vrt", *(f"{name}.tif" for name in ("ne", "nw", "se", "sw"))]
    )
    again = ["--threshold", "0.1", "--min-area", "0"]
    (kept / "sw.tif").unlink()
    out, status = str(tmp_path / "two.gpkg"), str(tmp_path / "status.csv")
    assert main(["detect-sheets", out, *asked, *again, "--status", status]) == 0
    seconds = {row["sheet"]: row["seconds"] for row in rows(status)}
    assert float(seconds.pop("sw")) > 0  # of this run, which searched no other one
    assert set(seconds.values()) == {""}
    capsys.readouterr()
    assert main(["detect-sheets", str(tmp_path / "two.gpkg"), *asked, *again]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert any("4 of 4 sheets were searched before" in str(line) for line in lines)
    vectorized = ["vectorize", str(kept / "probability.vrt"), str(tmp_path / "v.gpkg")]
    assert main([*vectorized, *again]) == 0
    assert last(capsys)["area_m2"] == lines[-1]["area_m2"]


@pytest.mark.parametrize("tile", [(5, 0), (5, 14)], ids=["at once", "half way"])
def test_where_no_sheet_can_be_searched_the_table_says_why(tmp_path, model, capsys, tile):
    """And nothing else is written."""
    folder = tmp_path / "sheets"
    folder.mkdir()
    damaged(folder / "a.tif", ground(1200, 160), 0, 0, 1200, 160, tile)
    (folder / "b.tif").write_bytes(b"II*\0 and no more")
    out, status = tmp_path / "o.gpkg", tmp_path / "status.csv"
    asked = ["detect-sheets", str(out), "--folder", str(folder), "--model", model]
    asked += ["--status", str(status)]
    assert main([*asked, "--part", "1/2"]) == 1 and not status.exists()
    out.write_bytes(b"of an earlier run")
    capsys.readouterr()
    assert main(asked) == 1
    assert "None of the 2 rasters can be searched; the first" in capsys.readouterr().err
    table = rows(status)
    assert [(row["sheet"], row["state"]) for row in table] == [
        ("a", "failed"),
        ("b", "failed"),
    ]
    assert "cannot be read near" in table[0]["reason"]
    assert "cannot be opened" in table[1]["reason"]
    assert {row["seconds"] for row in table} == {""}
    assert out.read_bytes() == b"of an earlier run"
    left = {"identity.onnx", "o.gpkg", "sheets", "status.csv"}
    assert set(os.listdir(tmp_path)) == left


def test_two_sheets_at_once_give_what_one_after_the_other_gives(tmp_path, model, folder):
    layers, tables = [], []
    for name, options in (("one", []), ("two", ["--workers", "2", "--batch", "2"])):
        out, status = tmp_path / f"{name}.gpkg", tmp_path / f"{name}.csv"
        options += ["--folder", str(folder), "--model", model, "--status", str(status)]
        assert main(["detect-sheets", str(out), *options]) == 0
        layers.append(layer(out))
        tables.append([{**row, "seconds": ""} for row in rows(status)])
    assert layers[0] == layers[1] and len(layers[0]) == 2
    assert tables[0] == tables[1]


def test_where_no_network_can_begin_all_its_processes_end(
    tmp_path, model, folder, capsys
):
    import onnxruntime

    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("this onnxruntime knows of GPUs")
    options = ["--folder", str(folder), "--model", model, "--workers", "2"]
    out = tmp_path / "o.gpkg"
    assert main(["detect-sheets", str(out), *options, "--device", "cuda"]) == 1
    assert "Choose auto or cpu" in capsys.readouterr().err
    assert not multiprocessing.active_children() and not out.exists()


class Killing(io.StringIO):
    """Standard output; kills all processes of networks when it says some words."""

    def __init__(self, words):
        super().__init__()
        self.words = words

    def write(self, text):
        if self.words in text:
            for process in multiprocessing.active_children():
                process.kill()
        return super().write(text)


def test_a_sheet_that_ends_the_process_of_the_network_fails_alone(tmp_path, model):
    folder = tmp_path / "sheets"
    folder.mkdir()
    image = ground(1200, 480)
    for number, name in enumerate("abc"):
        cut(folder / f"{name}.tif", image, 0, 160 * number, 1200, 160)
    out, status = tmp_path / "o.gpkg", tmp_path / "status.csv"
    options = ["--folder", str(folder), "--model", model]
    kept = ["--probability", str(tmp_path / "p"), "--status", str(status)]
    command = ["detect-sheets", str(out), *options, *kept]
    output = Killing("Sheet b (2 of 3)")
    with contextlib.redirect_stdout(output):
        assert main(command) == 0
    assert "Sheet b is put off: The process of the network was" in output.getvalue()
    table = {row["sheet"]: row for row in rows(status)}
    states = {name: row["state"] for name, row in table.items()}
    assert states == {"a": "done", "b": "failed", "c": "done"}
    assert "killed or crashed" in table["b"]["reason"] and layer(out)
    assert not multiprocessing.active_children()
    assert main(command) == 0
    assert {row["state"] for row in rows(status)} == {"done"}


def test_a_dry_run_knows_of_sheets_at_once(tmp_path, model, folder, capsys):
    memory = []
    for options in ([], ["--workers", "2"]):
        asked = ["--folder", str(folder), "--model", model, "--dry-run", *options]
        assert main(["detect-sheets", str(tmp_path / "o.gpkg"), *asked]) == 0
        result = last(capsys)
        assert result["sheets"] == 4 and result["dry_run"]
        memory.append(result["memory_mb"])
    assert memory[1] > memory[0]


def test_runs_that_share_the_sheets_leave_nothing_to_search(
    tmp_path, model, folder, capsys
):
    """As those of a Slurm array, one of which was lost."""
    asked = ["--folder", str(folder), "--model", model]
    whole = str(tmp_path / "whole.gpkg")
    kept = ["--probability", str(tmp_path / "p")]
    assert main(["detect-sheets", whole, *asked, *kept]) == 0
    out = str(tmp_path / "o.gpkg")
    for part, waiting in (("2/3", 0), ("3/3", 0), ("2/3", 0)):
        assert main(["detect-sheets", out, *asked, "--part", part]) == 0
        assert last(capsys) == {"part": part, "waiting": waiting}
    unfinished = tmp_path / ".o.gpkg.sheets" / "sw.tif.0a1b2c3d.part"
    unfinished.write_bytes(b"of a run that was killed")
    assert not os.path.exists(out)
    shared = ["--probability", str(tmp_path / ".o.gpkg.sheets")]
    assert main(["detect-sheets", out, *asked, *shared]) == 0
    lines = capsys.readouterr().out
    assert "3 of 4 sheets were searched before" in lines
    assert layer(out) == layer(whole)
    assert files(tmp_path / ".o.gpkg.sheets") == files(tmp_path / "p")


SBATCH = """#!/bin/bash
echo "$@" >> "$(dirname "$0")/asked"
for last; do :; done
SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=2 bash -c "$last" >&2 && echo "17;cluster"
"""


def test_the_example_of_slurm_searches_in_an_array_and_joins_after_it(
    tmp_path, model, folder
):
    """In the place of Slurm, which runs the first task of two and loses the other."""
    sbatch = tmp_path / "sbatch"
    sbatch.write_text(SBATCH)
    sbatch.chmod(0o755)
    out = tmp_path / "a county.gpkg"
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "docs/slurm.sh", out, folder, "--model", model],
        env={**os.environ, "PATH": path, "PYTHON": sys.executable, "RUNS": "2"},
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    asked = (tmp_path / "asked").read_text().splitlines()
    assert "--array=1-2" in asked[0] and "--dependency=afterany:17 " in asked[1]
    assert '{"part": "1/2", "waiting": 0}' in done.stderr
    assert "2 of 4 sheets were searched before" in done.stderr
    assert len(layer(out)) == 2


@pytest.mark.parametrize("part", ["0/3", "4/3", "3", "a/b", "-1/3"])
def test_a_part_that_is_none_is_refused(tmp_path, part, capsys):
    with pytest.raises(SystemExit):
        main(["detect-sheets", str(tmp_path / "o.gpkg"), f"--part={part}"])
    assert "write the third of twenty as 3/20" in capsys.readouterr().err


def test_a_cluster_that_is_not_there_is_said_before_the_work(
    tmp_path, model, folder, capsys
):
    pytest.importorskip("distributed", reason="a development requirement")
    asked = ["--folder", str(folder), "--model", model, "--scheduler", "tcp://nowhere"]
    assert main(["detect-sheets", str(tmp_path / "o.gpkg"), *asked]) == 1
    assert "No Dask scheduler answers at 'tcp://nowhere'" in capsys.readouterr().err
    assert sorted(os.listdir(tmp_path)) == ["identity.onnx", folder.name]


def test_paths_from_the_working_folder_are_those_of_all_machines(
    tmp_path, model, folder, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    asked = ["--folder", folder.name, "--model", "identity.onnx", "--status", "s.csv"]
    assert main(["detect-sheets", "o.gpkg", *asked, "--probability", "p"]) == 0
    assert {row["file"] for row in rows("s.csv")} == set(map(str, folder.iterdir()))
    assert (tmp_path / "p" / "probability.vrt").is_file()


@pytest.mark.parametrize("place", ["/vsis3/bucket/{}", "/vsizip/a.zip/{}", "/vsimem/{}"])
def test_places_where_nothing_can_be_written_are_said_first(
    tmp_path, model, folder, capsys, place
):
    asked = ["--folder", str(folder), "--model", model]
    mine = str(tmp_path / "o.gpkg")
    for out, options in (
        (place.format("o.gpkg"), []),
        (mine, ["--probability", place.format("p")]),
        (mine, ["--status", place.format("s.csv")]),
    ):
        assert main(["detect-sheets", out, *asked, *options]) == 1
        words = capsys.readouterr()
        assert "where rasters are read but nothing is written" in words.err
        assert "sheets" not in words.out  # none was looked at
    assert sorted(os.listdir(tmp_path)) == ["identity.onnx", folder.name]


def test_an_output_over_a_sheet_is_refused(tmp_path, model, folder, capsys):
    before = (folder / "nw.tif").read_bytes()
    asked = ["detect-sheets", str(tmp_path / "o.gpkg"), "--folder", str(folder)]
    assert main([*asked, "--model", model, "--probability", str(folder)]) == 1
    assert "is in the way" in capsys.readouterr().err
    assert (folder / "nw.tif").read_bytes() == before
    assert sorted(os.listdir(tmp_path)) == ["identity.onnx", folder.name]


def test_a_folder_without_sheets_is_refused(tmp_path, model, capsys):
    empty = tmp_path / "empty"
    empty.mkdir()
    out = str(tmp_path / "o.gpkg")
    assert main(["detect-sheets", out, "--folder", str(empty), "--model", model]) == 1
    assert "holds no raster" in capsys.readouterr().err
    assert main(["detect-sheets", out, "--model", model]) == 1
    assert "There is no raster to search" in capsys.readouterr().err
