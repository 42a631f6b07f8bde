# SPDX-License-Identifier: GPL-2.0-or-later
"""A file appears whole or not at all, and what is no raster is named."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal
from samples import PLACE, wkt, write_raster

from models.errors import UnsuitableRaster
from models.geo.files import grid_of, open_raster
from models.geo.grid import Grid
from models.geo.whole_files import whole_or_nothing


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


def placed_by(tmp_path, change):
    """A raster without geotransform, after `change` of its open dataset."""
    path = write_raster(tmp_path / "a.tif", np.ones((20, 30), np.uint8), epsg=None)
    bare = gdal.Translate(str(tmp_path / "b.tif"), path, noData="none")
    bare.SetGeoTransform((0, 1, 0, 0, 0, 1))
    change(bare)
    bare = None
    return open_raster(str(tmp_path / "b.tif"))


@pytest.mark.parametrize("interleave", ["BSQ", "BIL", "BIP"])
@pytest.mark.parametrize("kind", [gdal.GDT_Byte, gdal.GDT_UInt16, gdal.GDT_Float32])
def test_an_envi_file_that_is_cut_short_is_refused(tmp_path, interleave, kind):
    """GDAL reads the missing bytes as zeros, in silence."""
    path = tmp_path / "scene.img"
    options = [f"INTERLEAVE={interleave}"]
    file = gdal.GetDriverByName("ENVI").Create(str(path), 50, 40, 3, kind, options)
    file.GetRasterBand(1).Fill(7)
    file = None
    whole = path.stat().st_size
    assert open_raster(str(path)).RasterCount == 3
    with path.open("r+b") as cut:
        cut.truncate(whole - 1)
    with pytest.raises(UnsuitableRaster, match=f"{whole - 1} bytes.*{whole}; it is cut"):
        open_raster(str(path))


@pytest.mark.parametrize("name", ["band.img", "band", "band.dat"])
def test_a_virtual_raster_of_one_that_is_cut_short_is_refused(tmp_path, name):
    paths = [str(tmp_path / f"{number}-{name}") for number in range(3)]
    for number, path in enumerate(paths):
        file = gdal.GetDriverByName("ENVI").Create(path, 50, 40, 1)
        file.SetGeoTransform((500000 + 50 * number, 1, 0, 3000000, 0, -1))
        file.GetRasterBand(1).Fill(7)
        file = None
    whole = str(tmp_path / "all.vrt")
    gdal.BuildVRT(whole, paths)
    assert (open_raster(whole).ReadAsArray() == 7).all()
    with open(paths[1], "r+b") as cut:
        cut.truncate(1000)
    with pytest.raises(UnsuitableRaster, match=f"1-{name}' has 1000 bytes.* 2000"):
        open_raster(whole)


def test_an_envi_file_with_a_header_of_its_own_or_packed_is_read(tmp_path):
    path = tmp_path / "scene.img"
    file = gdal.GetDriverByName("ENVI").Create(str(path), 50, 40, 1)
    file.GetRasterBand(1).Fill(7)
    file = None
    header = tmp_path / "scene.hdr"
    words = header.read_text()
    path.write_bytes(b"head" + path.read_bytes())
    header.write_text(words.replace("header offset = 0", "header offset = 4"))
    assert (open_raster(str(path)).ReadAsArray() == 7).all()
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(UnsuitableRaster, match="2003 bytes.* 2004"):
        open_raster(str(path))
    path.write_bytes(gzip.compress(bytes([7]) * 2000))
    header.write_text(words + "file compression = 1\n")
    assert (open_raster(str(path)).ReadAsArray() == 7).all()


def test_what_is_not_placed_by_a_grid_is_refused_with_what_to_do(tmp_path):
    corners = [gdal.GCP(500000 + 2 * c, 3e6 - 2 * r, 0, c, r) for c, r in CORNERS]
    with pytest.raises(UnsuitableRaster, match="no geotransform. Georeference"):
        grid_of(placed_by(tmp_path, lambda bare: None))
    with pytest.raises(UnsuitableRaster, match="4 ground control points.*rectify"):
        grid_of(placed_by(tmp_path, lambda bare: bare.SetGCPs(corners, wkt(32647))))


CORNERS = ((0, 0), (30, 0), (0, 20), (30, 20))


@pytest.mark.parametrize(
    "geotransform, words",
    [
        ((0, 1, 0, 0, 0, -1), "has no geotransform"),
        ((0, 1, 0, 30, 0, -1), "has no geotransform"),
        ((0.5, 1, 0, 0.5, 0, 1), "has no geotransform"),
        ((5e5, 0, 0, 3e6, 0, 0), "without a size"),
        ((5e5, 2, 2, 3e6, 2, 2), "without a size"),
        ((5e5, float("nan"), 0, 3e6, 0, -2), "without a size"),
    ],
)
def test_grids_that_say_no_place(tmp_path, geotransform, words):
    path = write_raster(tmp_path / "a.tif", np.ones((30, 40), np.uint8), geotransform)
    with pytest.raises(UnsuitableRaster, match=words):
        grid_of(gdal.Open(path))
