# SPDX-License-Identifier: GPL-2.0-or-later
"""A file appears whole or not at all, and what is no raster is named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from samples import PLACE, wkt, write_raster

from models.errors import UnsuitableRaster
from models.geo.files import grid_of, open_raster, whole_or_nothing
from models.geo.grid import Grid


def test_the_older_file_stays_until_the_new_one_is_whole(tmp_path):
    path = tmp_path / "report.html"
    path.write_text("old")
    with whole_or_nothing(path) as part:
        Path(part).write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_older_file_and_nothing_beside_it(tmp_path):
    path = tmp_path / "report.html"
    path.write_text("old")
    with pytest.raises(KeyError), whole_or_nothing(path) as part:
        Path(part).write_text("half")
        raise KeyError
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_what_a_killed_run_left_does_not_get_into_the_file(tmp_path):
    path = tmp_path / "log.txt"
    (tmp_path / "log.txt.part").write_text("left over, ")
    with whole_or_nothing(path) as part, open(part, "a") as file:
        file.write("fresh")
    assert path.read_text() == "fresh"


def test_a_grid_is_the_file_s(tmp_path):
    path = write_raster(tmp_path / "r.tif", np.zeros((3, 5), np.uint8))
    grid = grid_of(open_raster(path))
    assert grid == Grid(5, 3, PLACE, grid.wkt) and grid.wkt == wkt(32647)


def test_what_is_no_raster_is_named(tmp_path):
    (tmp_path / "words.txt").write_text("no raster")
    with pytest.raises(UnsuitableRaster, match="words.txt"):
        open_raster(tmp_path / "words.txt")
