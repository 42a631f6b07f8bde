# SPDX-License-Identifier: GPL-2.0-or-later
"""Which pixels a polygon holds: the same as GDAL says, and neighbours share none."""

from __future__ import annotations

import numpy as np
import pytest
from osgeo import gdal, ogr, osr
from shapely import wkb
from shapely.geometry import MultiPoint, MultiPolygon, Point, Polygon, box
from shapely.ops import voronoi_diagram

from models.geo.grid import Grid, Window
from models.geo.rasterize import PolygonMask, burn, mask_of, rings_of

GRID = Grid(60, 40, (500.0, 2.0, 0.0, 900.0, 0.0, -3.0), "")
TURNED = Grid(60, 40, (500.0, 2.0, 0.7, 900.0, 0.4, -3.0), "")
WHOLE = Window(0, 0, 40, 60)


def masked(shape, grid=GRID, window=WHOLE):
    return burn(rings_of(shape, grid), window)


def by_gdal(shape, grid):
    raster = gdal.GetDriverByName("MEM").Create(
        "", grid.width, grid.height, 1, gdal.GDT_Byte
    )
    raster.SetGeoTransform(grid.geotransform)
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(32648)
    raster.SetProjection(srs.ExportToWkt())
    source = ogr.GetDriverByName("Memory").CreateDataSource("")
    layer = source.CreateLayer("", raster.GetSpatialRef())
    feature = ogr.Feature(layer.GetLayerDefn())
    feature.SetGeometry(ogr.CreateGeometryFromWkb(wkb.dumps(shape)))
    layer.CreateFeature(feature)
    gdal.RasterizeLayer(raster, [1], layer, burn_values=[1])
    return raster.ReadAsArray().astype(bool)


def blob(random, grid):
    points = [grid.to_map(*point) for point in random.uniform((5, 5), (55, 35), (7, 2))]
    shape = MultiPoint(points).buffer(8).buffer(-3)
    return shape.difference(Point(points[0]).buffer(4))


@pytest.mark.parametrize("grid", [GRID, TURNED], ids=["straight", "turned"])
@pytest.mark.parametrize("seed", range(8))
def test_the_same_pixels_as_gdal(grid, seed):
    shape = blob(np.random.default_rng(seed), grid)
    assert (masked(shape, grid) == by_gdal(shape, grid)).all() and masked(
        shape, grid
    ).any()


def test_neighbours_share_no_pixel_and_leave_none_out():
    random = np.random.default_rng(3)
    frame = box(500, 780, 620, 900)
    corners = (
        np.rint(random.uniform((0, 0), (60, 40), (20, 2)) * 2) / 2
    )  # many on pixel centres
    points = MultiPoint([GRID.to_map(*corner) for corner in np.unique(corners, axis=0)])
    cells = [
        cell.intersection(frame) for cell in voronoi_diagram(points, envelope=frame).geoms
    ]
    assert (sum(masked(cell).astype(int) for cell in cells) == 1).all()


def test_edges_on_pixel_centres_belong_to_one_side():
    left, right = (masked(box(500, 870, 505, 900)), masked(box(505, 870, 510, 900)))
    assert left.sum() + right.sum() == 50 and not (left & right).any()


def test_a_window_is_a_cut_and_may_leave_the_grid():
    shape = box(490, 880, 520, 910)
    window = Window(-5, -8, 30, 30)
    assert masked(shape, GRID, window)[5:, 8:].sum() == masked(shape).sum()
    assert masked(shape, GRID, window).sum() == 150
    assert not masked(shape, GRID, Window(20, 20, 5, 5)).any()


def test_holes_and_parts():
    ring = Point(560, 840).buffer(20).difference(Point(560, 840).buffer(10))
    far = Polygon(box(505, 790, 515, 799))
    both = masked(MultiPolygon([ring, far]))
    assert (both == masked(ring) | masked(far)).all() and not masked(ring)[20, 30]


@pytest.mark.parametrize("touched", [False, True])
@pytest.mark.parametrize("grid", [GRID, TURNED], ids=["straight", "turned"])
def test_blocks_of_many_polygons_are_cuts_of_the_whole(grid, touched):
    """Of each block only those near it are burned."""
    random = np.random.default_rng(5)
    places = random.uniform((-10, -10), (70, 50), (80, 2))
    shapes = [Point(grid.to_map(*place)).buffer(random.uniform(1, 6)) for place in places]
    mask = PolygonMask([shape.wkb for shape in shapes], grid)
    whole = mask.read(0, 40, 0, 60, touched)
    if not touched:
        assert (whole == mask_of(shapes, grid)).all()
    assert whole.any() and not whole.all()
    for row in range(0, 40, 7):
        for col in range(0, 60, 9):
            block = mask.read(row, 7, col, 9, touched)
            cut = whole[row : row + 7, col : col + 9]
            assert (block[: len(cut), : cut.shape[1]] == cut).all()


def test_a_mask_of_no_polygons_is_empty():
    assert not PolygonMask([], GRID).read(3, 5, 7, 9).any()
