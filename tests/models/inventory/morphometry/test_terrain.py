# SPDX-License-Identifier: GPL-2.0-or-later
"""Terrain attributes on slopes whose direction and steepness are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from osgeo import gdal
from shapely import affinity
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, Polygon, box
from slopes import IMAGE, SLIDE, X, Y, dem, plane, turn

from models.errors import UnsuitableRaster
from models.geo.dem import ElevationModel
from models.geo.dem_window import DemStrip, DemWindow
from models.inventory.morphometry.ground import GroundInside
from models.inventory.morphometry.morphometry import Morphometry
from models.inventory.morphometry.terrain import Terrain, plane_slope, slopes_of
from models.inventory.schema import TERRAIN


@pytest.mark.parametrize("azimuth", [0, 37, 90, 135, 200, 270, 315, 359])
def test_a_plane(tmp_path, azimuth):
    found = Terrain(
        ElevationModel(dem(tmp_path / "d.tif", plane(azimuth, 20))), IMAGE.crs
    ).measure(SLIDE)
    assert turn(found["azim_deg"], azimuth) < 0.2
    assert found["slope_mean"] == pytest.approx(20, abs=0.1)
    assert found["relief_m"] == pytest.approx(300 * math.tan(math.radians(20)), rel=0.02)
    assert found["slope_adj"] == pytest.approx(20, abs=0.1)
    assert found["slope_pln"] == pytest.approx(20, abs=0.1) and found["azim_r"] > 0.999
    assert (
        found["dir8"]
        == ["N", "NE", "E", "SE", "S", "SW", "W", "NW"][round(azimuth / 45) % 8]
    )
    assert found["z_max"] - found["z_min"] == pytest.approx(found["relief_m"], abs=0.11)
    assert found["dem_cells"] == pytest.approx(SLIDE.area / 4, rel=0.01)


@pytest.mark.parametrize("azimuth, name", [(22.46, "NE"), (202.46, "SW"), (337.46, "N")])
def test_the_direction_in_words_is_that_of_the_number_beside_it(tmp_path, azimuth, name):
    """As drawn it lies just on this side of where two of the eight meet."""
    elevation = ElevationModel(dem(tmp_path / "d.tif", plane(azimuth, 20), cell=10.0))
    found = Terrain(elevation, IMAGE.crs).measure(SLIDE)
    assert (found["azim_deg"], found["dir8"]) == (round(azimuth, 1), name)


@pytest.mark.parametrize("agreement, known", [(0.4996, True), (0.4994, False)])
def test_a_direction_is_as_reliable_as_the_number_beside_it(agreement, known):
    """Two directions whose mean is so long, on cells that are steep alike."""
    half = math.acos(agreement)
    gradient = np.empty((2, 20, 20))
    gradient[:, ::2] = np.array([math.cos(half), math.sin(half)])[:, None, None]
    gradient[:, 1::2] = np.array([math.cos(half), -math.sin(half)])[:, None, None]
    z = np.zeros((24, 24))
    outline = box(50, -150, 150, -50)
    ring = np.array([(5, 5), (15, 5), (15, 15), (5, 15), (5, 5)], float)
    cell = np.diag([10.0, -10.0])
    strip = DemStrip(z, cell, [ring], outline)
    strip.__dict__["gradient"] = gradient
    cut = DemWindow(cell, [ring], outline, iter, (strip,))
    found = slopes_of(GroundInside(cut))
    assert (found["azim_r"] == 0.5) == known
    assert (found["slope_adj"] is not None) == known


def test_the_slope_beside_a_slide_is_that_of_the_unfailed_ground(tmp_path):
    """A slope of 30 degrees between two levels, and a hump in the slide: what lies above
    the crown, below the tip and inside does not count.
    """

    def ground(x, y):
        slope = math.tan(math.radians(30)) * np.clip(y, -150, 150)
        hump = np.clip(1 - np.hypot(x, y) / 150, 0, None) ** 2
        return slope + 60 * hump

    elevation = ElevationModel(dem(tmp_path / "d.tif", ground))
    found = Terrain(elevation, IMAGE.crs).measure(SLIDE)
    assert found["slope_adj"] == pytest.approx(30, abs=0.3)
    assert abs(found["slope_mean"] - 30) > 1


@pytest.mark.parametrize(
    "epsg, cell", [(4326, 2.0), (32647, 2.0), (3857, 2.0), (4547, 5.0), (4326, 12.5)]
)
def test_other_systems_and_cells_say_the_same(tmp_path, epsg, cell):
    found = Terrain(
        ElevationModel(dem(tmp_path / "d.tif", plane(120, 15), cell, epsg)), IMAGE.crs
    ).measure(SLIDE)
    assert turn(found["azim_deg"], 120) < 0.5
    assert found["slope_mean"] == pytest.approx(15, abs=0.2)
    assert found["relief_m"] == pytest.approx(300 * math.tan(math.radians(15)), rel=0.1)


@pytest.mark.parametrize(
    "transform",
    [
        (X - 1200, 1.6, 2.4, Y - 100, 1.2, -3.2),
        (X - 400, 2, 0, Y - 400, 0, 2),
        (X - 400, 1, 0, Y + 400, 0, -4),
    ],
)
def test_rotated_south_up_and_oblong_cells(tmp_path, transform):
    path = dem(tmp_path / "d.tif", plane(70, 25), transform=transform, shape=(600, 900))
    found = Terrain(ElevationModel(path), IMAGE.crs).measure(SLIDE)
    assert turn(found["azim_deg"], 70) < 0.2 and found["slope_mean"] == pytest.approx(
        25, abs=0.1
    )


@pytest.mark.parametrize("azimuth", [20, 155, 290])
def test_a_rough_slope_within_four_degrees(tmp_path, azimuth):
    rng, slope = np.random.default_rng(azimuth), plane(azimuth, 12)

    def hummocky(e, n):
        bumps = sum(
            2 * np.sin((e * np.cos(a) + n * np.sin(a)) / w + a)
            for a, w in rng.uniform(4, 20, (12, 2))
        )
        return slope(e, n) + bumps + rng.normal(0, 0.3, e.shape)

    found = Terrain(ElevationModel(dem(tmp_path / "d.tif", hummocky)), IMAGE.crs).measure(
        SLIDE
    )
    assert turn(found["azim_deg"], azimuth) < 4
    assert found["slope_mean"] > 12


def test_flat_ground_has_no_direction(tmp_path):
    found = Terrain(
        ElevationModel(dem(tmp_path / "d.tif", lambda e, n: 0 * e + 5)), IMAGE.crs
    ).measure(SLIDE)
    assert (
        found["azim_deg"] is None
        and found["slope_mean"] == 0
        and found["z_min"] == found["z_max"] == 5
    )


@pytest.mark.parametrize(
    "void, nodata", [(-9999.0, -9999.0), (-32768.0, None), (np.nan, None), (0.0, 0.0)]
)
def test_voids_are_left_out(tmp_path, void, nodata):
    slope = plane(90, 10)
    path = dem(
        tmp_path / "d.tif",
        lambda e, n: np.where(np.hypot(e, n - 40) < 60, void, slope(e, n)),
        nodata=nodata,
    )
    found = Terrain(ElevationModel(path), IMAGE.crs).measure(SLIDE)
    assert found["z_min"] > 900 and turn(found["azim_deg"], 90) < 0.2
    assert found["slope_mean"] == pytest.approx(10, abs=0.1)
    assert found["dem_cells"] == pytest.approx(
        (SLIDE.area - math.pi * 60**2) / 4, rel=0.01
    )


def test_fewer_than_25_cells_say_nothing_but_why(tmp_path):
    terrain = Terrain(ElevationModel(dem(tmp_path / "d.tif", plane(90, 10))), IMAGE.crs)
    small, enough = box(X, Y, X + 8, Y + 12), box(X, Y, X + 10, Y + 10)
    nothing = dict.fromkeys(field.name for field in TERRAIN)
    assert terrain.measure(small) == {**nothing, "dem_cells": 24, "dem_chk": "partial"}
    assert (
        terrain.measure(enough)["dem_cells"] == 25
        and terrain.measure(enough)["slope_mean"] is not None
    )
    tiny = box(X + 0.2, Y + 0.2, X + 0.7, Y + 0.7)  # holds no centre of a cell
    assert terrain.measure(tiny) == {**nothing, "dem_cells": 0, "dem_chk": "partial"}
    outside = box(X + 450, Y, X + 480, Y + 30)
    assert terrain.measure(outside) == {**nothing, "dem_cells": 0, "dem_chk": "none"}


def test_heights_without_neighbours_have_no_slope(tmp_path):
    def every_other(east, north):
        odd = (np.floor(east / 2) + np.floor(north / 2)) % 2 == 1
        return np.where(odd, np.nan, plane(90, 10)(east, north))

    elevation = ElevationModel(dem(tmp_path / "d.tif", every_other))
    values = Terrain(elevation, IMAGE.crs).measure(SLIDE)
    assert values["dem_cells"] == pytest.approx(SLIDE.area / 8, rel=0.02)
    assert values["dem_chk"] == "none"
    slopes = ("azim_deg", "azim_r", "dir8", "slope_mean", "slope_pln", "scarp_h")
    assert {values[name] for name in slopes} == {None}


def test_partial_cover_uses_what_there_is(tmp_path):
    path = dem(
        tmp_path / "d.tif",
        plane(0, 10),
        transform=(X - 400, 2, 0, Y, 0, -2),
        shape=(200, 400),
    )
    found = Terrain(ElevationModel(path), IMAGE.crs).measure(SLIDE)
    assert (
        found["dem_cells"] == pytest.approx(SLIDE.area / 8, rel=0.02)
        and turn(found["azim_deg"], 0) < 0.2
    )
    # its toe lies where no heights are
    assert (found["dem_chk"], found["slope_mean"]) == (
        "partial",
        pytest.approx(10, abs=0.1),
    )
    assert {found[name] for name in ("z_max", "z_min", "relief_m")} == {None}


def test_vertices_close_to_each_other_cover_no_more_of_an_outline(tmp_path):
    """Heights end in the middle of a square whose side with heights has a vertex every
    decimetre.
    """
    path = dem(
        tmp_path / "d.tif",
        plane(0, 10),
        transform=(X - 400, 2, 0, Y, 0, -2),
        shape=(200, 400),
    )
    terrain = Terrain(ElevationModel(path), IMAGE.crs)
    square = box(X - 100, Y - 100, X + 100, Y + 100)
    side = [(X - 100 + x / 10, Y - 100) for x in range(2001)]
    dense = Polygon([*side, (X + 100, Y + 100), (X - 100, Y + 100)])
    assert terrain.measure(dense) == terrain.measure(square)
    assert terrain.measure(dense)["relief_m"] is None


def test_a_hole_in_the_middle_leaves_crown_and_toe(tmp_path):
    whole = Terrain(ElevationModel(dem(tmp_path / "w.tif", plane(0, 10))), IMAGE.crs)
    path = dem(
        tmp_path / "h.tif",
        lambda e, n: np.where(np.hypot(e, n) < 40, np.nan, plane(0, 10)(e, n)),
    )
    found = Terrain(ElevationModel(path), IMAGE.crs).measure(SLIDE)
    expected = whole.measure(SLIDE)
    assert found["dem_cells"] < 0.95 * expected["dem_cells"]
    for name in ("z_max", "z_min", "relief_m", "dem_chk"):
        assert found[name] == expected[name]


@pytest.mark.parametrize("most", [20_000, 10_000, 2_500, 1])
@pytest.mark.parametrize(
    "polygon",
    [SLIDE, affinity.rotate(box(X - 200, Y - 2, X + 200, Y + 2), 70)],
    ids=["slide", "two cells wide"],
)
def test_terrain_does_not_depend_on_how_many_cells_are_held_at_once(
    tmp_path, most, polygon
):
    """On rough ground slopes between far cells are gentler, and the highest is missed."""
    noise = np.random.default_rng(5).normal(0, 1, (400, 400))
    slope = plane(70, 25)

    def rough(east, north):
        scarp = 40 * np.clip((-110 - east * 0.94 - north * 0.34) / 40, 0, 1)
        return slope(east, north) + scarp + noise.ravel()[: east.size].reshape(east.shape)

    path = dem(tmp_path / "d.tif", rough)
    whole = Terrain(ElevationModel(path), IMAGE.crs).measure(polygon)
    model = ElevationModel(path, max_window_cells=most)
    assert len(list(model.window(polygon, IMAGE.crs).strips())) > 1
    assert Terrain(model, IMAGE.crs).measure(polygon) == whole
    assert whole["slope_mean"] > 26 and (polygon is not SLIDE or whole["scarp_h"])


@pytest.mark.parametrize("most", [1 << 20, 600])
def test_heights_between_two_parts_are_none_of_theirs(tmp_path, most):
    """Nor where a strip holds nothing but what lies between them."""

    def ridge(east, north):
        return np.where(np.abs(north) > 40, -9999.0, 1000 + north)

    path = dem(tmp_path / "d.tif", ridge, cell=5.0, nodata=-9999.0)
    part = box(X - 50, Y + 60, X + 50, Y + 120)
    both = MultiPolygon([part, translate(part, yoff=-180)])
    found = Terrain(ElevationModel(path, max_window_cells=most), IMAGE.crs).measure(both)
    assert (found["dem_cells"], found["dem_chk"]) == (0, "none")


def test_of_too_many_cells_inside_some_stand_for_all(tmp_path):
    path = dem(tmp_path / "d.tif", plane(70, 25))
    window = ElevationModel(path, max_window_cells=10_000).window(SLIDE, IMAGE.crs)
    every = GroundInside(window)
    some = GroundInside(window, 1000)
    assert some.cells == every.cells == len(every.places)
    assert 800 < len(some.places) == len(some.heights) <= 1010
    assert plane_slope(some) == pytest.approx(25, abs=0.1)


def test_feet_become_metres(tmp_path):
    path = dem(tmp_path / "d.tif", lambda e, n: plane(45, 20)(e, n) / 0.3048)
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.GetRasterBand(1).SetUnitType("ft")
    del dataset
    assert Terrain(ElevationModel(path), IMAGE.crs).measure(SLIDE)[
        "slope_mean"
    ] == pytest.approx(20, abs=0.1)


def test_unsuitable_models_are_named(tmp_path):
    with pytest.raises(UnsuitableRaster, match="nowhere.tif"):
        Terrain(ElevationModel(str(tmp_path / "nowhere.tif")), IMAGE.crs)
    bare = dem(tmp_path / "bare.tif", plane(0, 1))
    dataset = gdal.Open(bare, gdal.GA_Update)
    dataset.SetProjection("")
    del dataset
    with pytest.raises(
        UnsuitableRaster, match="bare.tif has no coordinate reference system"
    ):
        Terrain(ElevationModel(bare), IMAGE.crs)
    away = dem(tmp_path / "away.tif", plane(0, 1), transform=(X + 5000, 2, 0, Y, 0, -2))
    with pytest.raises(UnsuitableRaster, match="away.tif does not overlap"):
        Terrain(ElevationModel(away), IMAGE.crs, extent=IMAGE)


def test_a_peak_beyond_the_edge_counts_as_far_as_the_ground_rises_towards_it(tmp_path):
    path = dem(
        tmp_path / "d.tif",
        lambda e, n: np.where(np.hypot(e - 21, n - 3) < 0.5, 80.0, 5.0),
        6.0,
        half=402.0,
    )
    found = Terrain(ElevationModel(path), IMAGE.crs).measure(
        box(X - 30, Y - 27, X + 18, Y + 33)
    )  # a corner of its cells every 6 m
    assert (found["z_min"], found["z_max"], found["dem_cells"]) == (
        5,
        42.5,
        80,
    )  # half way from 15 to 21


def test_a_tree_in_a_fine_model_is_no_summit(tmp_path):
    path = dem(
        tmp_path / "d.tif",
        lambda e, n: np.where(np.hypot(e - 21, n - 1) < 0.5, 1080.0, plane(0, 10)(e, n)),
    )
    found = Terrain(ElevationModel(path), IMAGE.crs).measure(SLIDE)
    assert found["z_max"] < 1030 and found["relief_m"] == pytest.approx(
        300 * math.tan(math.radians(10)), rel=0.05
    )


@pytest.mark.parametrize(
    "degrees, empty", [(20, False), (60, False), (75, True), (80, True)]
)
def test_slopes_that_no_ground_has_are_no_attributes(tmp_path, degrees, empty):
    path = dem(tmp_path / "d.tif", plane(90, degrees))
    terrain = Terrain(ElevationModel(path), IMAGE.crs)
    values = terrain.measure(SLIDE)
    for name in ("slope_mean", "relief_m", "z_max", "azim_deg"):
        assert (values[name] is None) == empty, name
    assert bool(terrain.notes) == empty


def test_polygons_where_the_model_has_no_heights_are_counted_for_the_log(tmp_path):
    terrain = Terrain(ElevationModel(dem(tmp_path / "d.tif", plane(90, 20))), IMAGE.crs)
    terrain.measure(SLIDE)
    assert terrain.notes == ()
    for east in (5000, 9000):
        values = terrain.measure(translate(SLIDE, east))
        assert values["dem_chk"] == "none" and values["slope_mean"] is None
    (note,) = terrain.notes
    assert str(note).startswith("2 polygons hold fewer than 25 cells with heights")


def test_one_void_that_counts_as_height_makes_no_relief(tmp_path):
    """A few cells of a number that no list of voids holds."""

    def with_pit(east, north):
        heights = plane(90, 20)(east, north)
        return np.where(np.hypot(east, north) < 8, heights + 3000, heights)

    terrain = Terrain(ElevationModel(dem(tmp_path / "d.tif", with_pit)), IMAGE.crs)
    values = terrain.measure(SLIDE)
    assert values["relief_m"] is None and values["dem_chk"] == "none"
    assert "no ground" in str(terrain.notes[0])


@pytest.mark.parametrize("share", [1.0, 0.87, 0.53])
def test_h_by_l_needs_heights_of_the_whole_outline(tmp_path, share):
    """A plane of 20 degrees that ends within the polygon: H / L is its tangent or
    nothing.
    """
    west, south, east, north = SLIDE.bounds
    rows = int((Y + 400 - (north - share * (north - south))) / 2)
    if share == 1:
        rows = 400
    path = dem(
        tmp_path / "d.tif",
        plane(180, 20),
        transform=(X - 400, 2, 0, Y + 400, 0, -2),
        shape=(rows, 400),
    )
    values = Morphometry(IMAGE.crs, ElevationModel(path)).measure(box(*SLIDE.bounds))
    if share == 1:
        assert values["h_l"] == pytest.approx(math.tan(math.radians(20)), rel=0.02)
    else:
        assert values["h_l"] is None and values["reach_deg"] is None
        assert (values["relief_m"] is None) == (share < 0.7) and values["length_m"] > 0


def test_length_does_not_follow_a_direction_that_is_not_reliable(tmp_path):
    """A heap of bumps on a slope to the north-east: a direction is there, few cells agree."""

    def bumps(east, north):
        return plane(45, 5)(east, north) + 12 * np.sin(east / 12) * np.sin(north / 12)

    elevation = ElevationModel(dem(tmp_path / "d.tif", bumps))
    slab = box(X - 150, Y - 50, X + 150, Y + 50)
    values = Morphometry(IMAGE.crs, elevation).measure(slab)
    assert values["azim_deg"] is not None and values["azim_r"] < 0.5
    assert values["lw_meth"] == "mbr"
    lengths = (values["length_m"], values["width_m"])
    assert lengths == pytest.approx((300, 100), rel=1e-3)
    assert values["h_l"] is None and values["reach_deg"] is None
