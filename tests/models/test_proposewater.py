# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import pytest
from lakes import GREEN, LAKE, LAKE_M2, LEVEL, LEVEL_M2, SIDE, SILT, disc, heights, image
from samples import PLACE, write_raster
from shapely import wkb
from shapely.geometry import Point

from models.geo.dem import ElevationModel
from models.geo.grid import Window
from models.proposewater import (
    image_raster,
    prepare_water,
    propose_water,
    signs,
    source_of,
)


def proposed(path, tmp_path, dem=None, min_area=None):
    """Polygons and values, largest first."""
    model = dem and ElevationModel(dem)
    job = prepare_water(image_raster(path), model, min_area)
    folder = tmp_path / "signs"
    folder.mkdir(exist_ok=True, parents=True)
    water = []
    shares = [step.share for step in propose_water(job, str(folder), water)]
    assert shares[-1] == 1 and shares == sorted(shares)
    polygons = [(wkb.loads(shape), values) for shape, values in water]
    return sorted(polygons, key=lambda one: -one[1]["area_m2"])


def at(place):
    return Point(PLACE[0] + place[0], PLACE[3] - place[1])


def is_disc(polygon, place, rel=0.06):
    """Whether a polygon is a disc of the image, to a share of its area."""
    truth = at(place).buffer(place[2])
    return polygon.symmetric_difference(truth).area < rel * truth.area


def test_the_lake_and_neither_plants_nor_pond_nor_rough_ground(tmp_path):
    ((polygon, values),) = proposed(image(tmp_path / "i.tif"), tmp_path)
    assert is_disc(polygon, LAKE) and polygon.is_valid
    assert values["water_by"] == "image" and values["water_sc"] > 0.8
    # the central meridian shortens lengths by 0.04 %
    assert values["area_m2"] == pytest.approx(polygon.area / 0.9996**2, rel=1e-3)
    assert values["area_m2"] == pytest.approx(LAKE_M2, rel=0.05)


def test_a_smaller_minimum_area_lets_the_pond_in(tmp_path):
    found = proposed(image(tmp_path / "i.tif"), tmp_path, min_area=800)
    assert len(found) == 2
    assert proposed(image(tmp_path / "i.tif"), tmp_path / "..", min_area=9000) == []


@pytest.mark.parametrize(
    "how",
    [
        {"dtype": np.uint16, "factor": 40},
        {"dtype": np.float32, "factor": 0.001},
        {"bands": 1},
    ],
)
def test_the_same_in_other_types_and_in_grey(tmp_path, how):
    found = proposed(image(tmp_path / "i.tif", **how), tmp_path)
    assert is_disc(found[0][0], LAKE)
    assert len(found) == (2 if how.get("bands") == 1 else 1)  # grey has no green


def test_no_water_on_a_slope(tmp_path):
    slope = heights(tmp_path / "z.tif")
    assert proposed(image(tmp_path / "i.tif"), tmp_path, slope) == []


def test_level_in_the_elevation_model_and_smooth_in_the_image(tmp_path):
    dem = heights(tmp_path / "z.tif", LAKE, LEVEL)
    found = proposed(image(tmp_path / "i.tif"), tmp_path, dem)
    assert [values["water_by"] for _, values in found] == ["dem", "both"]
    assert is_disc(found[0][0], LEVEL, 0.12) and is_disc(found[1][0], LAKE)
    assert found[0][1]["area_m2"] == pytest.approx(LEVEL_M2, rel=0.12)


def test_where_heights_are_missing_the_image_decides(tmp_path):
    hole = disc(*LAKE)
    z = np.where(hole, -9999, 500 + np.mgrid[:SIDE, :SIDE][0]).astype(np.float32)
    dem = write_raster(tmp_path / "z.tif", z, nodata=-9999)
    ((polygon, values),) = proposed(image(tmp_path / "i.tif"), tmp_path, dem)
    assert is_disc(polygon, LAKE) and values["water_by"] == "image"


def test_a_wide_collar_is_no_water(tmp_path):
    random = np.random.default_rng(3)
    pixels = random.integers(1, 200, (3, SIDE, SIDE)).astype(np.uint8)
    pixels[:, :, :150] = 0
    path = write_raster(tmp_path / "i.tif", pixels, nodata=0)
    assert proposed(path, tmp_path) == []
    pixels[:, 100:220, 150:260] = np.array(SILT, np.uint8)[:, None, None]
    path = write_raster(tmp_path / "j.tif", pixels, nodata=0)
    ((polygon, _),) = proposed(path, tmp_path / "..")
    # water at the collar ends there
    assert polygon.bounds[0] == pytest.approx(PLACE[0] + 150, abs=2)
    assert polygon.area == pytest.approx(120 * 110, rel=0.05)


def test_an_island_stays_land(tmp_path):
    random = np.random.default_rng(3)
    pixels = random.integers(1, 200, (3, SIDE, SIDE)).astype(np.uint8)
    lake = disc(160, 160, 120) & ~disc(160, 160, 30)
    pixels[:, lake] = np.array(SILT, np.uint8)[:, None]
    ((polygon, _),) = proposed(write_raster(tmp_path / "i.tif", pixels), tmp_path)
    assert not polygon.contains(at((160, 160)))
    assert len(polygon.interiors) == 1


def test_green_of_plants_is_told_from_green_water(tmp_path):
    random = np.random.default_rng(3)
    for name, colour, count in (("p", GREEN, 0), ("w", (60, 100, 90), 1)):
        pixels = random.integers(1, 200, (3, SIDE, SIDE)).astype(np.uint8)
        pixels[:, disc(160, 160, 60)] = np.array(colour, np.uint8)[:, None]
        path = write_raster(tmp_path / f"{name}.tif", pixels)
        (tmp_path / name).mkdir()
        assert len(proposed(path, tmp_path / name)) == count


def test_tiles_do_not_show(tmp_path):
    dem = ElevationModel(heights(tmp_path / "z.tif", LAKE, LEVEL, degrees=8))
    job = prepare_water(image_raster(image(tmp_path / "i.tif")), dem)
    whole = signs(job, job.cells.grid.whole)
    part = signs(job, Window(37, 51, 60, 43))
    for plane, cut in zip(whole, part):
        assert (plane[37:97, 51:94] == cut).all()


def test_a_source_is_named_where_it_speaks_for_half():
    assert source_of(1.0, 0.0) == source_of(0.9, 0.4) == "image"
    assert source_of(0.5, 0.5) == "both"
    assert source_of(0.4, 0.9) == "dem"


def test_heights_lie_under_a_turned_image_too(tmp_path):
    turned = (500000.0, 0.8, 0.6, 3000000.0, 0.6, -0.8)
    path = image(tmp_path / "i.tif", geotransform=turned)
    assert len(proposed(path, tmp_path)) == 1
    assert proposed(path, tmp_path / "again", heights(tmp_path / "z.tif")) == []
