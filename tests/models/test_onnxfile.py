# SPDX-License-Identifier: GPL-2.0-or-later
"""Which of the plugin's own models is run: that for elevation where there is elevation,
and where it is there.
"""

from __future__ import annotations

from pathlib import Path

import pytest

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
        (tmp_path / file).touch()
    assert Path(shipped_model(fast, elevation, tmp_path)).name == ALL[name]


def test_the_user_s_own_model_is_run_with_and_without_elevation():
    assert chosen_model("own.onnx", False, True) == "own.onnx"
    assert chosen_model("own.onnx", False, False) == "own.onnx"
