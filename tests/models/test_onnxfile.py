# SPDX-License-Identifier: GPL-2.0-or-later
"""Which of the plugin's own models is run: that for elevation where there is elevation,
and where it is there.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import write_model

from models.contract import Contract
from models.onnxfile import chosen_model, shipped_model

ALL = ("mrife.onnx", "mrife-int8.onnx", "mrife-dem.onnx", "mrife-dem-int8.onnx")


@pytest.mark.parametrize(
    "fast, elevation, name",
    [(False, False, 0), (True, False, 1), (False, True, 2), (True, True, 3)],
)
def test_a_search_with_elevation_runs_the_model_that_takes_it(
    tmp_path, fast, elevation, name
):
    assert Path(shipped_model(fast, elevation, tmp_path)).name == ALL[name % 2]
    for file in ALL:
        contract = Contract(bands=("gray", "elevation"), window=64)
        write_model(tmp_path / file, contract, channels=2)
    assert Path(shipped_model(fast, elevation, tmp_path)).name == ALL[name]


def test_a_model_of_elevation_alone_is_run_where_there_is_no_image(tmp_path):
    for file in ALL[:2]:
        write_model(tmp_path / file, Contract(bands=("gray",), window=64))
    write_model(tmp_path / ALL[2], Contract(bands=("elevation",), window=64))
    alone = shipped_model(folder=tmp_path, alone=True)
    assert Path(alone).name == "mrife-dem.onnx"
    # beside an image it is of no use, and it has no twin
    beside = shipped_model(elevation=True, folder=tmp_path)
    assert Path(beside).name == "mrife.onnx"
    twin = shipped_model(fast=True, folder=tmp_path, alone=True)
    assert Path(twin).name == "mrife-int8.onnx"


def test_the_user_s_own_model_is_run_with_and_without_elevation():
    assert chosen_model("own.onnx", False, True) == "own.onnx"
    assert chosen_model("own.onnx", False, False) == "own.onnx"
