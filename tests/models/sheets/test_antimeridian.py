# SPDX-License-Identifier: GPL-2.0-or-later
"""Sheets at 180 degrees: those in degrees, counted either way, and those in metres."""

import numpy as np
import pytest
from osgeo import gdal
from samples import wkt, write_raster

from models.geo.crs import WGS84, Crs
from models.geo.grid import Grid
from models.geo.missing import Missing
from models.inference.band_file import BandFile
from models.sheets.layout import lay_out
from models.sheets.resampled_sheet import ResampledSheet
from models.sheets.sheet import Sheet

SIDE = 200  # pixels


def in_degrees(west):
    return Grid(SIDE, SIDE, (west, 1e-4, 0.0, -16.99, 0.0, -1e-4), wkt(4326))


def in_metres(longitude, side):
    """Pixels of 10 m around a place at 17 degrees south."""
    ((x, y),) = WGS84.transform([(longitude, -17.0)], Crs("EPSG:32701"))
    half = 5 * side
    return Grid(side, side, (x - half, 10.0, 0.0, y + half, 0.0, -10.0), wkt(32701))


@pytest.mark.parametrize("west", [179.99, -180.01])
@pytest.mark.parametrize("longitude", [179.995, 180.0, -179.995])
def test_a_sheet_in_degrees_shows_its_ground_on_a_grid_in_metres(
    tmp_path, west, longitude
):
    columns = np.tile(np.arange(20, 220, dtype=np.uint8), (SIDE, 1))
    source = in_degrees(west)
    path = write_raster(tmp_path / "a.tif", columns, source.geotransform, 4326)
    dataset = gdal.Open(path)
    file = BandFile(dataset, (1,), path, Missing(dataset, (1,)))
    grid = in_metres(longitude, 60)
    pixels, valid = ResampledSheet(file, source, grid).read(grid.whole)
    assert valid.all()
    column = (longitude % 360 - 179.99) / 1e-4
    assert pixels[0].mean() == pytest.approx(20 + column, abs=1)


@pytest.mark.parametrize("west", [179.99, -180.01])
def test_a_sheet_in_metres_takes_no_more_of_a_grid_in_degrees_than_its_ground(west):
    sheets = [
        Sheet(name, f"{name}.tif", grid, dtype="uint8")
        for name, grid in (("a", in_degrees(west)), ("b", in_metres(180.0, 120)))
    ]
    layout = lay_out(sheets)
    assert (layout.grid.width, layout.grid.height) == (SIDE, SIDE)
    place = layout.placed[1].place
    assert place.cols == pytest.approx(115, abs=3) and 35 < place.col < 55
