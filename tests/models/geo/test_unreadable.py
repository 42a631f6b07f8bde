# SPDX-License-Identifier: GPL-2.0-or-later
"""What GDAL cannot read is said, and passes for no void, no ground and no end of a file,
whether GDAL's exceptions are on or not.
"""

from __future__ import annotations

import os

import numpy as np
import pytest
from damaged import LAYERS, cut_short, damage, polygons
from osgeo import gdal
from samples import write_raster

from models.commands.options import read_mask
from models.contract import Contract
from models.errors import MrifeError, UnsuitableRaster
from models.geo.crs import Crs
from models.geo.dem import ElevationModel
from models.geo.elevation_reader import ElevationReader
from models.geo.feature_file import read_features
from models.geo.grid import Grid
from models.inference.raster import Raster
from models.preflight.elevation import ElevationSource, check_elevation

SIDE = 600
NORTH = 3000000.0
PLACE = (500000.0, 1.0, 0.0, NORTH, 0.0, -1.0)
UTM = Crs("EPSG:32647").text


@pytest.fixture(params=[False, True], ids=["codes", "exceptions"], autouse=True)
def exceptions(request):
    """GDAL's, as other plugins may want them."""
    if request.param:
        gdal.UseExceptions()
    yield
    gdal.DontUseExceptions()


def hill():
    return np.tile(500 + 0.3 * np.arange(SIDE, dtype=np.float32), (SIDE, 1))


def turned(row, cells=40):
    """A small grid that is not along the axes, so many metres south of the corner."""
    place = (500100.0, 1.0, 0.1, NORTH - row, 0.1, -1.0)
    return Grid(cells, cells, place, UTM)


@pytest.fixture(params=["strips", "tiles", "a file of a mosaic is gone"])
def damaged(request, tmp_path):
    """An elevation model of which the southern part cannot be read."""
    if request.param == "strips":
        return cut_short(write_raster(tmp_path / "dem.tif", hill(), PLACE))
    if request.param == "tiles":
        options = ["TILED=YES", "COMPRESS=DEFLATE"]
        heights = hill() + np.random.default_rng(1).random((SIDE, SIDE), np.float32)
        path = write_raster(tmp_path / "dem.tif", heights, PLACE, options=options)
        return cut_short(path)
    half = SIDE // 2
    north = write_raster(tmp_path / "north.tif", hill()[:half], PLACE)
    place = (PLACE[0], 1.0, 0.0, NORTH - half, 0.0, -1.0)
    south = write_raster(tmp_path / "south.tif", hill()[half:], place)
    path = str(tmp_path / "dem.vrt")
    gdal.BuildVRT(path, [north, south]).FlushCache()
    os.remove(south)
    return path


def test_heights_that_cannot_be_read_are_no_voids(damaged):
    model = ElevationModel(damaged)
    assert np.isfinite(model.heights_on(turned(20))).all()
    with pytest.raises(UnsuitableRaster, match="dem.* cannot be read"):
        model.heights_on(turned(SIDE - 60))
    reader = ElevationReader(model, turned(SIDE - 60))
    with pytest.raises(UnsuitableRaster, match="dem.* cannot be read"):
        reader.read(0, 40, 0, 40)


def test_damage_that_a_sample_shows_is_said_as_what_it_is(damaged):
    model = ElevationModel(damaged)
    said = " ".join(map(str, model.notes))
    assert "sampled blocks of the elevation model dem" in said
    assert "counts as missing" not in said and "void" not in said
    checked = check_elevation(ElevationSource(damaged, "dem"), ())
    (check,) = [check for check in checked.checks if check.topic == "file"]
    assert check.verdict == "fail" and "cannot be read" in str(check.advice[0])


def test_an_elevation_model_without_a_readable_block_is_refused(tmp_path):
    path = write_raster(tmp_path / "dem.tif", hill(), PLACE)
    with pytest.raises(UnsuitableRaster, match="dem.tif' cannot be read"):
        ElevationModel(cut_short(path, 0.005))


def test_grey_of_a_jpeg_that_is_cut_short_is_no_ground(tmp_path):
    noise = np.random.default_rng(2).integers(30, 220, (3, SIDE, SIDE), np.uint8)
    memory = gdal.Open(write_raster(tmp_path / "i.tif", noise, PLACE))
    path = str(tmp_path / "i.jpg")
    gdal.GetDriverByName("JPEG").CreateCopy(path, memory, options=["WORLDFILE=YES"])
    contract = Contract("c", "1", bands=("red", "green", "blue"), window=64)
    Raster(path, contract=contract)
    with pytest.raises(UnsuitableRaster, match="i.jpg' cannot be read"):
        Raster(cut_short(path), contract=contract)


@pytest.mark.parametrize(("name", "driver", "part"), LAYERS)
def test_a_layer_that_cannot_be_read_to_its_end_is_refused(tmp_path, name, driver, part):
    path = tmp_path / name
    polygons(path, driver)
    assert len(read_features(str(path)).rows) == 3000
    damage(tmp_path / part)
    with pytest.raises(MrifeError, match="cannot be read to its end"):
        read_features(str(path))
    grid = Grid(3000, 10, (0.0, 1.0, 0.0, 10.0, 0.0, -1.0), UTM)
    with pytest.raises(MrifeError, match="cannot be read to its end"):
        read_mask(str(path), grid)
