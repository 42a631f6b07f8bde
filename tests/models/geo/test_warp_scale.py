# SPDX-License-Identifier: GPL-2.0-or-later
"""A pixel that GDAL computes from another grid is the same whatever is computed with it."""

import numpy as np
import pytest
from osgeo import gdal
from samples import wkt, write_raster

from models.contract import Contract
from models.geo.dem import ElevationModel
from models.geo.elevation_reader import ElevationReader
from models.geo.grid import Grid, Window
from models.geo.warp_scale import warp_scale
from models.inference.raster import Raster

X, Y = 500000.0, 3000000.0


def grid(pixel, side=300, epsg=32647, x=X, y=Y):
    return Grid(side, side, (x, pixel, 0.0, y, 0.0, -pixel), wkt(epsg))


def model(folder, cell, side):
    """Rough heights, over the first pixels of a grid and before them."""
    heights = 500 + cell * np.random.default_rng(3).random((side, side))
    place = (X - 3 * cell, cell, 0, Y + 2 * cell, 0, -cell)
    path = write_raster(folder / "dem.tif", heights.astype(np.float32), place)
    return ElevationModel(str(path))


@pytest.mark.parametrize(
    ("cell", "pixel"), [(0.5, 1.6), (1, 1.6), (5, 2), (5, 5), (5, 5.3), (7.3, 7.31)]
)
@pytest.mark.parametrize("share", [0.6, 1.5])  # of the grid that has heights
def test_heights_are_the_same_whatever_is_read(tmp_path, cell, pixel, share):
    whole = grid(pixel)
    dem = model(tmp_path, cell, round(share * 300 * pixel / cell))
    reader = ElevationReader(dem, whole)
    at_once = reader.read(0, 300, 0, 300)[0]
    for rows in (37, 150):
        blocks = [
            reader.read(row, min(rows, 300 - row), 0, 300)[0]
            for row in range(0, 300, rows)
        ]
        assert np.abs(np.concatenate(blocks) - at_once).max() < 1e-3
    window = Window(101, 77, 140, 150)
    expected = at_once[101:241, 77:227]
    part = whole.crop(window)
    alone = ElevationReader(dem, part).read(0, 140, 0, 150)[0]
    assert np.abs(alone - expected).max() < 1e-3
    heights = dem.heights_on(part)
    known = np.isfinite(heights)
    assert known.any() and np.abs(heights - expected)[known].max() < 1e-3


def test_heights_of_another_system_are_the_same_whatever_is_read(tmp_path):
    """Steep from cell to cell, so that an eighth of one is a height of its own."""
    heights = 300 * np.random.default_rng(3).random((400, 400))
    place = (98.99, 3e-4, 0, 27.13, 0, -3e-4)
    path = write_raster(tmp_path / "dem.tif", heights.astype(np.float32), place, 4326)
    dem = ElevationModel(str(path))
    reader = ElevationReader(dem, grid(8.0, side=700))  # more than one of GDAL's blocks
    at_once = reader.read(0, 700, 0, 700)[0]
    assert (at_once > 0).mean() > 0.5
    for rows in (37, 150):
        blocks = [
            reader.read(row, min(rows, 700 - row), 0, 700)[0]
            for row in range(0, 700, rows)
        ]
        assert (np.concatenate(blocks) == at_once).all()
    assert gdal.GetConfigOption("GDAL_VRT_WARP_USE_DATASET_RASTERIO") is None


@pytest.mark.parametrize("turn", [0.3, np.pi])
def test_heights_on_a_turned_image_are_the_same_whatever_is_read(tmp_path, turn):
    heights = 300 * np.random.default_rng(3).random((400, 400))
    place = (98.99, 3e-4, 0, 27.13, 0, -3e-4)
    path = write_raster(tmp_path / "dem.tif", heights.astype(np.float32), place, 4326)
    along, aside = 8 * np.cos(turn), 8 * np.sin(turn)
    corner = (X + 2000, along, aside, Y - 2000, aside, -along)
    reader = ElevationReader(
        ElevationModel(str(path)), Grid(300, 300, corner, wkt(32647))
    )
    at_once = reader.read(0, 300, 0, 300)[0]
    assert (at_once > 0).mean() > 0.2
    for row in range(0, 300, 37):
        rows = min(37, 300 - row)
        block = reader.read(row, rows, 20, 280)[0]
        assert np.abs(block - at_once[row : row + rows, 20:]).max() < 1e-3


def test_pixels_of_the_target_by_one_of_the_source():
    assert warp_scale(grid(0.5), grid(1.6)) == ["XSCALE=0.3125", "YSCALE=0.3125"]
    turned = Grid(300, 300, (X, 0.0, 2.0, Y, 4.0, 0.0), wkt(32647))
    assert warp_scale(grid(1.0), turned) == ["XSCALE=0.5", "YSCALE=0.25"]


def test_it_is_that_of_metres_where_the_systems_differ():
    """A ten-thousandth of a degree at 60 degrees north is 5.58 m by 11.14 m."""
    degrees = grid(1e-4, epsg=4326, x=99.0, y=60.0)
    across, down = warp_scale(degrees, grid(2.0, x=500000.0, y=6651000.0))
    assert float(across.removeprefix("XSCALE=")) == pytest.approx(5.58 / 2, rel=0.01)
    assert float(down.removeprefix("YSCALE=")) == pytest.approx(11.14 / 2, rel=0.01)


def test_nothing_is_said_where_a_system_is_not_defined():
    far = grid(1000.0, x=9e9, y=9e9)
    assert warp_scale(grid(1e-4, epsg=4326, x=99.0, y=60.0), far) == []


def test_a_virtual_image_in_another_system_is_the_same_whatever_is_read(tmp_path):
    values = np.random.default_rng(3).integers(1, 250, (3, 400, 400)).astype(np.uint8)
    place = (98.99, 3e-4, 0, 27.13, 0, -3e-4)
    source = write_raster(tmp_path / "image.tif", values, place, 4326)
    path = str(tmp_path / "warped.vrt")
    gdal.Warp(path, source, format="VRT", dstSRS="EPSG:32647", xRes=8, yRes=8)
    contract = Contract("any", "1", ("red", "green", "blue"))
    raster = Raster(path, (), contract)
    assert raster.grid.width > 1000  # more than one of GDAL's blocks
    rows = 1000
    at_once = raster.read(0, rows, 0, 1000)[0]
    for step in (37, 300):
        blocks = [
            raster.read(row, min(step, rows - row), 0, 1000)[0]
            for row in range(0, rows, step)
        ]
        assert (np.concatenate(blocks, axis=1) == at_once).all()
