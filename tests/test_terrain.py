# SPDX-License-Identifier: GPL-2.0-or-later
"""Terrain attributes on slopes whose direction and steepness are known."""
from __future__ import annotations

import math

import numpy as np
import pytest
from osgeo import gdal, osr
from shapely.geometry import Point, box

from models.errors import UnsuitableRaster
from models.inference.grid import Grid
from models.inventory.measuring.terrain import Terrain
from models.inventory.schema import TERRAIN

X, Y = 500000.0, 3300000.0  # on the central meridian of UTM 48N: grid north is true north


def srs(epsg):
    made = osr.SpatialReference()
    made.ImportFromEPSG(epsg)
    made.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return made


IMAGE = Grid(1000, 1000, (X - 500, 1, 0, Y + 500, 0, -1), srs(32648).ExportToWkt())
SLIDE = Point(X, Y).buffer(150)


def dem(path, height, cell=2.0, epsg=32648, half=400.0, transform=None, nodata=None, shape=None):
    """A GeoTIFF of `height(east, north)`, metres from the middle of the scene."""
    if epsg == 4326:
        cell, half = cell / 111000, half / 111000
    middle = np.array(osr.CoordinateTransformation(srs(32648), srs(epsg)).TransformPoint(X, Y))[:2]
    size = shape or (int(2 * half / cell),) * 2
    transform = transform or (middle[0] - half, cell, 0, middle[1] + half, 0, -cell)
    cols, rows = np.meshgrid(np.arange(size[1]) + 0.5, np.arange(size[0]) + 0.5)
    x, y = (transform[i] + cols * transform[i + 1] + rows * transform[i + 2] for i in (0, 3))
    back = osr.CoordinateTransformation(srs(epsg), srs(32648))
    points = np.array(back.TransformPoints(np.stack((x.ravel(), y.ravel()), 1).tolist()))
    z = height(points[:, 0] - X, points[:, 1] - Y).reshape(size)
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), size[1], size[0], 1, gdal.GDT_Float32)
    dataset.SetGeoTransform(transform)
    dataset.SetProjection(srs(epsg).ExportToWkt() if epsg else "")
    dataset.GetRasterBand(1).WriteArray(z)
    if nodata is not None:
        dataset.GetRasterBand(1).SetNoDataValue(nodata)
    dataset.FlushCache()
    return str(path)


def plane(azimuth, degrees, base=1000.0):
    """Falls towards `azimuth`."""
    east, north = math.sin(math.radians(azimuth)), math.cos(math.radians(azimuth))
    return lambda e, n: base - math.tan(math.radians(degrees)) * (e * east + n * north)


def turn(a, b):
    return abs((a - b + 180) % 360 - 180)


@pytest.mark.parametrize("azimuth", [0, 37, 90, 135, 200, 270, 315, 359])
def test_a_plane(tmp_path, azimuth):
    found = Terrain(dem(tmp_path / "d.tif", plane(azimuth, 20)), IMAGE).measure(SLIDE)
    assert turn(found["azim_deg"], azimuth) < 0.2
    assert found["slope_mean"] == pytest.approx(20, abs=0.1)
    assert found["relief_m"] == pytest.approx(300 * math.tan(math.radians(20)), rel=0.02)
    assert found["slope_pln"] == pytest.approx(20, abs=0.1) and found["azim_r"] > 0.999
    assert found["dir8"] == ["N", "NE", "E", "SE", "S", "SW", "W", "NW"][round(azimuth / 45) % 8]
    assert found["z_max"] - found["z_min"] == pytest.approx(found["relief_m"], abs=0.11)
    assert found["dem_cells"] == pytest.approx(SLIDE.area / 4, rel=0.01)


@pytest.mark.parametrize("epsg, cell", [(4326, 2.0), (32647, 2.0), (3857, 2.0), (4547, 5.0), (4326, 12.5)])
def test_other_systems_and_cells_say_the_same(tmp_path, epsg, cell):
    found = Terrain(dem(tmp_path / "d.tif", plane(120, 15), cell, epsg), IMAGE).measure(SLIDE)
    assert turn(found["azim_deg"], 120) < 0.5
    assert found["slope_mean"] == pytest.approx(15, abs=0.2)
    assert found["relief_m"] == pytest.approx(300 * math.tan(math.radians(15)), rel=0.1)


@pytest.mark.parametrize("transform", [(X - 1200, 1.6, 2.4, Y - 100, 1.2, -3.2), (X - 400, 2, 0, Y - 400, 0, 2),
                                       (X - 400, 1, 0, Y + 400, 0, -4)])
def test_rotated_south_up_and_oblong_cells(tmp_path, transform):
    path = dem(tmp_path / "d.tif", plane(70, 25), transform=transform, shape=(600, 900))
    found = Terrain(path, IMAGE).measure(SLIDE)
    assert turn(found["azim_deg"], 70) < 0.2 and found["slope_mean"] == pytest.approx(25, abs=0.1)


@pytest.mark.parametrize("azimuth", [20, 155, 290])
def test_a_rough_slope_within_four_degrees(tmp_path, azimuth):
    rng, slope = np.random.default_rng(azimuth), plane(azimuth, 12)

    def hummocky(e, n):
        bumps = sum(2 * np.sin((e * np.cos(a) + n * np.sin(a)) / w + a) for a, w in rng.uniform(4, 20, (12, 2)))
        return slope(e, n) + bumps + rng.normal(0, 0.3, e.shape)

    found = Terrain(dem(tmp_path / "d.tif", hummocky), IMAGE).measure(SLIDE)
    assert turn(found["azim_deg"], azimuth) < 4
    assert found["slope_mean"] > 12


def test_flat_ground_has_no_direction(tmp_path):
    found = Terrain(dem(tmp_path / "d.tif", lambda e, n: 0 * e + 5), IMAGE).measure(SLIDE)
    assert found["azim_deg"] is None and found["slope_mean"] == 0 and found["z_min"] == found["z_max"] == 5


@pytest.mark.parametrize("void, nodata", [(-9999.0, -9999.0), (-32768.0, None), (np.nan, None), (0.0, 0.0)])
def test_voids_are_left_out(tmp_path, void, nodata):
    slope = plane(90, 10)
    path = dem(tmp_path / "d.tif", lambda e, n: np.where(np.hypot(e, n - 40) < 60, void, slope(e, n)), nodata=nodata)
    found = Terrain(path, IMAGE).measure(SLIDE)
    assert found["z_min"] > 900 and turn(found["azim_deg"], 90) < 0.2
    assert found["slope_mean"] == pytest.approx(10, abs=0.1)
    assert found["dem_cells"] == pytest.approx((SLIDE.area - math.pi * 60 ** 2) / 4, rel=0.01)


def test_fewer_than_25_cells_say_nothing_but_why(tmp_path):
    terrain = Terrain(dem(tmp_path / "d.tif", plane(90, 10)), IMAGE)
    small, enough = box(X, Y, X + 8, Y + 12), box(X, Y, X + 10, Y + 10)
    nothing = dict.fromkeys(field.name for field in TERRAIN)
    assert terrain.measure(small) == {**nothing, "dem_cells": 24, "dem_chk": "partial"}
    assert terrain.measure(enough)["dem_cells"] == 25 and terrain.measure(enough)["slope_mean"] is not None
    tiny = box(X + 0.2, Y + 0.2, X + 0.7, Y + 0.7)   # holds no centre of a cell
    assert terrain.measure(tiny) == {**nothing, "dem_cells": 0, "dem_chk": "partial"}
    outside = box(X + 450, Y, X + 480, Y + 30)
    assert terrain.measure(outside) == {**nothing, "dem_cells": 0, "dem_chk": "none"}


def test_partial_cover_uses_what_there_is(tmp_path):
    path = dem(tmp_path / "d.tif", plane(0, 10), transform=(X - 400, 2, 0, Y, 0, -2), shape=(200, 400))
    found = Terrain(path, IMAGE).measure(SLIDE)
    assert found["dem_cells"] == pytest.approx(SLIDE.area / 8, rel=0.02) and turn(found["azim_deg"], 0) < 0.2
    assert found["z_max"] <= 1000 + 300 * math.tan(math.radians(10))


def test_a_polygon_of_too_many_cells_is_read_at_every_second_or_third(tmp_path, monkeypatch):
    terrain = Terrain(dem(tmp_path / "d.tif", plane(70, 25)), IMAGE)
    whole = terrain.measure(SLIDE)
    monkeypatch.setattr("models.inventory.measuring.dem.LARGEST", 10000)
    assert terrain.dem.cut(SLIDE).every == 3  # 256 cells each way
    fewer = terrain.measure(SLIDE)
    for name in ("azim_deg", "slope_mean", "slope_pln", "dem_cells", "z_min", "z_max"):
        assert fewer[name] == pytest.approx(whole[name], rel=0.01)


def test_feet_become_metres(tmp_path):
    path = dem(tmp_path / "d.tif", lambda e, n: plane(45, 20)(e, n) / 0.3048)
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.GetRasterBand(1).SetUnitType("ft")
    del dataset
    assert Terrain(path, IMAGE).measure(SLIDE)["slope_mean"] == pytest.approx(20, abs=0.1)


def test_unsuitable_models_are_named(tmp_path):
    with pytest.raises(UnsuitableRaster, match="nowhere.tif"):
        Terrain(str(tmp_path / "nowhere.tif"), IMAGE)
    bare = dem(tmp_path / "bare.tif", plane(0, 1))
    dataset = gdal.Open(bare, gdal.GA_Update)
    dataset.SetProjection("")
    del dataset
    with pytest.raises(UnsuitableRaster, match="bare.tif has no coordinate reference system"):
        Terrain(bare, IMAGE)
    away = dem(tmp_path / "away.tif", plane(0, 1), transform=(X + 5000, 2, 0, Y, 0, -2))
    with pytest.raises(UnsuitableRaster, match="away.tif does not overlap"):
        Terrain(away, IMAGE)


def test_a_peak_beyond_the_edge_counts_as_far_as_the_ground_rises_towards_it(tmp_path):
    path = dem(tmp_path / "d.tif", lambda e, n: np.where(np.hypot(e - 21, n - 3) < 0.5, 80.0, 5.0), 6.0, half=402.0)
    found = Terrain(path, IMAGE).measure(box(X - 30, Y - 27, X + 18, Y + 33))  # a corner of its cells every 6 m
    assert (found["z_min"], found["z_max"], found["dem_cells"]) == (5, 42.5, 80)  # half way from 15 to 21


def test_a_tree_in_a_fine_model_is_no_summit(tmp_path):
    path = dem(tmp_path / "d.tif", lambda e, n: np.where(np.hypot(e - 21, n - 1) < 0.5, 1080.0, plane(0, 10)(e, n)))
    found = Terrain(path, IMAGE).measure(SLIDE)
    assert found["z_max"] < 1030 and found["relief_m"] == pytest.approx(300 * math.tan(math.radians(10)), rel=0.05)
