# SPDX-License-Identifier: GPL-2.0-or-later
"""Which of the plugin's own models is run: that for elevation where there is elevation,
and where it is there.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from models.onnxfile import chosen_model, shipped_model

PLAIN = ("mrife.onnx", "mrife-int8.onnx")
WITH_ELEVATION = ("mrife-dem.onnx", "mrife-dem-int8.onnx")
TERRAIN = "mrife-terrain.onnx"


@pytest.mark.parametrize("fast", [False, True])
def test_a_search_runs_the_model_that_takes_what_is_there(tmp_path, fast):
    def names():
        seen = ({}, {"elevation": True}, {"elevation": True, "alone": True})
        return [Path(shipped_model(fast, folder=tmp_path, **one)).name for one in seen]

    for name in PLAIN:
        (tmp_path / name).touch()
    assert names() == [PLAIN[fast]] * 3
    for name in (*WITH_ELEVATION, TERRAIN):
        (tmp_path / name).touch()
    # that for elevation alone has no twin
    assert names() == [PLAIN[fast], WITH_ELEVATION[fast], TERRAIN]


def test_the_user_s_own_model_is_run_with_and_without_elevation():
    assert chosen_model("own.onnx", False, True) == "own.onnx"
    assert chosen_model("own.onnx", False, False) == "own.onnx"
