# SPDX-License-Identifier: GPL-2.0-or-later
"""What commands say while they work."""

import json
from types import SimpleNamespace

import pytest
from samples import IDENTITY, write_model, write_raster
from survey import ground, quarters

from models import answers, pace
from models.__main__ import main
from models.answers import ProgressLines


def said(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    "times, shares, left",
    [
        ([0, 60, 120], [0.0, 0.1, 0.2], [None, 9, 8]),
        ([0, 2, 6, 7], [0.0, 0.5, 0.6, 1.0], [None, None, 1, None]),
        # an interrupted run that is taken up at 80 %
        ([0, 60], [0.8, 0.9], [None, 1]),
        # one that goes back, as where a sheet is left out
        ([0, 60, 120], [0.3, 0.2, 0.4], [None, None, 12]),
    ],
)
def test_minutes_left_are_those_at_the_pace_so_far(
    capsys, monkeypatch, times, shares, left
):
    clock = iter(times)
    stopwatch = SimpleNamespace(monotonic=lambda: next(clock))
    monkeypatch.setattr(answers, "time", stopwatch)
    progress = ProgressLines()
    for share in shares:
        progress.say(share)
    lines = said(capsys)
    assert [line["progress"] for line in lines] == [100 * share for share in shares]
    assert [line.get("minutes_left") for line in lines] == left


def test_what_was_just_said_is_not_said_again(capsys):
    progress = ProgressLines()
    for share in (0.1, 0.1001, 0.1004, 0.102, 0.1):
        progress.say(share)
    assert [line["progress"] for line in said(capsys)] == [10.0, 10.2, 10.0]


@pytest.mark.parametrize("command", ["detect", "detect-sheets"])
def test_searches_say_the_minutes_that_are_left(tmp_path, capsys, monkeypatch, command):
    pytest.importorskip("onnxruntime")
    monkeypatch.setattr(pace, "MIN_SECONDS", 0.0)
    asked = [str(tmp_path / "o.gpkg")]
    if command == "detect":
        asked = [write_raster(tmp_path / "a.tif", ground(600, 600)), *asked]
    else:
        asked += ["--inputs", *quarters(tmp_path, ground(600, 600))]
    model = write_model(tmp_path / "identity.onnx", IDENTITY)
    assert main([command, *asked, "--model", model]) == 0
    lines = [line for line in said(capsys) if "progress" in line]
    assert 1 in [line.get("minutes_left") for line in lines]
    assert lines[-1] == {"progress": 100.0}
