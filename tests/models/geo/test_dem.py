# SPDX-License-Identifier: GPL-2.0-or-later
"""Whoever asks for an elevation gets the same metres, and none at the same voids."""

from __future__ import annotations

import numpy as np
import pytest
import slopes
from osgeo import gdal
from samples import wkt, write_raster
from shapely import affinity
from shapely.geometry import Polygon, box

from models.contract import MISSING_ELEVATION, Contract
from models.errors import UnsuitableRaster
from models.geo.crs import Crs
from models.geo.dem import ElevationModel
from models.geo.elevation_band import ElevationLayer
from models.geo.grid import Grid
from models.geo.missing import LayerNodata
from models.inference.raster import Raster
from models.inventory.report.map.hillshade import PAPER, shaded

PLACE = (500000.0, 2.0, 0.0, 3000000.0, 0.0, -2.0)
SIDE = 30
UTM = Crs("EPSG:32647")
GRID = Grid(SIDE, SIDE, PLACE, wkt(32647))
WHOLE = box(500000.0, 3000000.0 - 2 * SIDE, 500000.0 + 2 * SIDE, 3000000.0)
CONTRACT = Contract(name="form", version="1", bands=("gray", "elevation"), window=64)


def hill() -> np.ndarray:
    """1000 to 1058 units, rising to the east."""
    return np.tile(1000 + 2 * np.arange(SIDE, dtype=np.float32), (SIDE, 1))


def with_voids(*values) -> tuple[np.ndarray, np.ndarray]:
    """The hill, a block of 4 x 4 cells for each value, and where these are."""
    heights = hill()
    void = np.zeros_like(heights, bool)
    for number, value in enumerate(values):
        block = np.s_[4:8, 6 * number + 2 : 6 * number + 6]
        heights[block] = value
        void[block] = True
    return heights, void


def model_of(tmp_path, heights, stated="", nodata=None, unit="auto"):
    path = write_raster(tmp_path / "dem.tif", heights, PLACE, nodata=nodata)
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.GetRasterBand(1).SetUnitType(stated)
    del dataset
    return ElevationModel(path, unit)


def read_by_all(tmp_path, model, unit="auto"):
    """Metres (SIDE, SIDE), NaN at voids: under a polygon, on a grid as for splitting
    and the relief, and as a network gets them.
    """
    grey = np.arange(SIDE * SIDE, dtype=np.uint16).reshape(SIDE, SIDE) % 250 + 1
    image = write_raster(tmp_path / "i.tif", grey.astype(np.uint8), PLACE)
    network = Raster(image, (), CONTRACT, model.path, unit).read(0, SIDE).pixels[1]
    (window,) = model.window(WHOLE, UTM).strips()
    return {
        "polygon": window.heights,
        "grid": model.heights_on(GRID),
        "network": np.where(network == MISSING_ELEVATION, np.nan, network),
    }


def test_feet_and_voids_that_are_not_declared_are_the_same_to_all(tmp_path):
    heights, void = with_voids(-9999, -32768, np.nan, -3.4e38)
    model = model_of(tmp_path, heights, stated="ft")
    for use, z in read_by_all(tmp_path, model).items():
        assert np.array_equal(np.isnan(z), void), use
        assert z[~void] == pytest.approx(0.3048 * heights[~void], abs=1e-3), use
    grey = shaded(model.raster_on(GRID))
    assert (grey[void] == PAPER).all() and (grey[12:] != PAPER).all()


def test_a_file_may_have_any_name(tmp_path):
    folder = tmp_path / "高程 & <dem> 'of' \"today\""
    folder.mkdir()
    for z in read_by_all(folder, model_of(folder, hill())).values():
        assert np.array_equal(z, hill())


def test_the_unit_that_the_user_gives_wins_for_all(tmp_path):
    model = model_of(tmp_path, hill(), stated="m", unit="feet")
    for use, z in read_by_all(tmp_path, model, "feet").items():
        assert z[5, 5] == pytest.approx(0.3048 * 1010, abs=1e-3), use


def test_a_declared_void_does_not_hide_those_that_are_not(tmp_path):
    heights, void = with_voids(500, -9999)
    model = model_of(tmp_path, heights, nodata=500)
    for use, z in read_by_all(tmp_path, model).items():
        assert np.array_equal(np.isnan(z), void), use


def test_heights_that_the_file_scales_come_scaled_to_all(tmp_path):
    path = write_raster(
        tmp_path / "dem.tif", np.full((SIDE, SIDE), 4500, np.int16), PLACE
    )
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.GetRasterBand(1).SetScale(0.1)
    dataset.GetRasterBand(1).SetOffset(1000)
    del dataset
    for use, z in read_by_all(tmp_path, ElevationModel(path)).items():
        assert z == pytest.approx(np.full((SIDE, SIDE), 1450), abs=1e-3), use


def test_what_does_not_overlap_has_no_window_and_says_so(tmp_path):
    model = model_of(tmp_path, hill())
    away = box(600000, 2999000, 600100, 2999100)
    assert model.window(away, UTM) is None and not model.covers_some_of(away, UTM)
    assert model.covers_some_of(WHOLE, UTM)


def test_another_planet_is_refused(tmp_path):
    mars = Crs("+proj=longlat +a=3396190 +b=3376200 +no_defs")
    with pytest.raises(UnsuitableRaster, match="same planet"):
        model_of(tmp_path, hill()).check_planet(mars)


@pytest.mark.parametrize(
    "void", [0, 9999, 32767, 65535, 3.4028234663852886e38, -999, -1, -500, 8888.5, 1e20]
)
def test_numbers_that_stand_for_no_height_are_found_and_said(tmp_path, void):
    heights, voids = with_voids(void)
    model = model_of(tmp_path, heights)
    for name, metres in read_by_all(tmp_path, model).items():
        assert np.isnan(metres[voids]).all(), name
    said = " ".join(map(str, model.notes))
    assert "where no ground can be" in said or "beyond 1e+15" in said


def test_a_sea_of_zeros_is_a_height(tmp_path):
    coast = np.maximum(hill() - 1030, 0)
    model = model_of(tmp_path, coast)
    assert not model.notes
    under = read_by_all(tmp_path, model)["polygon"]
    assert (under == coast).all()


@pytest.mark.parametrize(
    "unit, metres",
    [
        ("cm", 0.01),
        ("dm", 0.1),
        ("Meters", 1.0),
        ("ft (US)", 1200 / 3937),
        ("US survey foot", 1200 / 3937),
        ("foot", 0.3048),
        ("International Feet", 0.3048),
        ("millimetre", 0.001),
        ("usft", 1200 / 3937),
        ("EPSG:9003", 1200 / 3937),
        ("'", 0.3048),
        ("inch", 0.0254),
        ("0.1 m", 0.1),
        ("0,1 m", 0.1),
        ("10 cm", 0.1),
        ("Fuß", 0.3048),
        ("м", 1.0),
        ("センチメートル", 0.01),
        ("m s.n.m.", 1.0),
        ("m a.s.l.", 1.0),
        ("海拔高程米", 1.0),
        ("分米", 0.1),
        ("厘米", 0.01),
        ("英尺", 0.3048),
    ],
)
def test_units_by_any_spelling(tmp_path, unit, metres):
    model = model_of(tmp_path, hill() / np.float32(metres), unit)
    for name, heights in read_by_all(tmp_path, model).items():
        np.testing.assert_allclose(heights, hill(), rtol=1e-5, err_msg=name)
    assert not model.notes


@pytest.mark.parametrize("unit", ["chain", "10^-2 m", "1e-2 m", "1/10 m", "cm*10", "2 m"])
def test_an_unknown_unit_is_said(tmp_path, unit):
    model = model_of(tmp_path, hill(), unit)
    assert model.metres == 1.0 and unit in str(model.notes[0])


@pytest.mark.parametrize("unit, metres", [("ft", 0.3048), ("dm", 0.1), ("mm", 0.001)])
def test_ground_below_the_sea_in_small_units(tmp_path, unit, metres):
    heights, void = with_voids(0)
    heights = ((heights - 4500) / metres).astype(np.float32)
    for number in (-9999, -32768):
        heights[void] = number
        model = model_of(tmp_path, heights, stated=unit)
        for use, z in read_by_all(tmp_path, model).items():
            assert np.array_equal(np.isnan(z), void), use
            assert z[~void] == pytest.approx(hill()[~void] - 4500, abs=1e-2), use


@pytest.mark.parametrize("number", [-99.99, 1234.567])
def test_a_void_that_floats_do_not_hold_exactly(tmp_path, number):
    heights, void = with_voids(number)
    model = model_of(tmp_path, heights, nodata=number)
    for use, z in read_by_all(tmp_path, model).items():
        assert np.array_equal(np.isnan(z), void), use


def test_complex_numbers_are_no_heights(tmp_path):
    path = str(tmp_path / "d.tif")
    driver = gdal.GetDriverByName("GTiff")
    dataset = driver.Create(path, SIDE, SIDE, 1, gdal.GDT_CFloat32)
    dataset.SetGeoTransform(PLACE)
    dataset.SetProjection(wkt(32647))
    dataset = None
    with pytest.raises(UnsuitableRaster, match="complex numbers"):
        ElevationModel(path)


@pytest.mark.parametrize("stated", ["", "unknown"])
def test_a_grid_in_feet_has_heights_in_feet(tmp_path, stated):
    path = write_raster(tmp_path / "f.tif", hill(), (7.6e6, 10, 0, 7e5, 0, -10), 2913)
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.GetRasterBand(1).SetUnitType(stated)
    dataset = None
    model = ElevationModel(path)
    assert model.metres == 0.3048 and "grid counts in feet" in str(model.notes[0])
    assert ElevationModel(path, "metres").metres == 1.0


def test_heights_that_no_ground_has_are_said(tmp_path):
    model = model_of(tmp_path, hill() * 100)
    assert "no heights; check its unit" in str(model.notes[0])


def test_the_void_that_the_user_names_in_qgis(tmp_path):
    heights, voids = with_voids(1500)
    path = write_raster(tmp_path / "d.tif", heights, PLACE)
    model = ElevationModel(path, layer=ElevationLayer(LayerNodata({1: ((1400, 1600),)})))
    for name, metres in read_by_all(tmp_path, model).items():
        if name != "network":  # which opens the file by itself
            assert (np.isnan(metres) == voids).all(), name


def test_stale_pyramids_are_no_heights(tmp_path):
    """On a coarse grid, as the relief of a report asks for it, and under a polygon that
    is read in strips.
    """
    slope = np.tile(1000 + np.arange(320, dtype=np.float32), (320, 1))
    path = write_raster(tmp_path / "d.tif", slope, PLACE)
    other = write_raster(tmp_path / "o.tif", np.full_like(slope, 5), PLACE)
    gdal.Open(other).BuildOverviews("AVERAGE", [2, 4, 8])
    coarse = Grid(40, 40, (500000.0, 16.0, 0, 3000000.0, 0, -16.0), wkt(32647))
    image = write_raster(tmp_path / "i.tif", slope[::8, ::8].copy(), coarse.geotransform)
    right = ElevationModel(path).heights_on(coarse)
    (tmp_path / "d.tif.ovr").write_bytes((tmp_path / "o.tif.ovr").read_bytes())
    model = ElevationModel(path, max_window_cells=80 * 80)
    dataset = gdal.Open(path)
    assert dataset.GetRasterBand(1).GetOverviewCount() == 3
    np.testing.assert_array_equal(model.heights_on(coarse), right)
    whole = box(500000.0, 3000000.0 - 640, 500640.0, 3000000.0)
    strips = list(model.window(whole, UTM).strips())
    assert len(strips) > 1 and min(np.nanmin(strip.z) for strip in strips) >= 1000
    network = Raster(image, (), CONTRACT, path).read(0, 40).pixels[1]
    assert network.min() >= 1000


@pytest.mark.parametrize("unit", ["degrees", "°", "%", "度"])
def test_slopes_are_no_heights(tmp_path, unit):
    with pytest.raises(UnsuitableRaster, match="slopes or aspects"):
        model_of(tmp_path, hill(), unit)


def test_a_picture_is_no_elevation_model(tmp_path):
    path = write_raster(
        tmp_path / "p.tif", np.stack([hill().astype(np.uint8)] * 3), PLACE
    )
    with pytest.raises(UnsuitableRaster, match="picture"):
        ElevationModel(path)


def test_of_several_bands_the_first_is_said_to_be_the_heights(tmp_path):
    for bands in (1, 2):
        heights = np.stack([hill()] * bands)
        path = write_raster(tmp_path / f"{bands}.tif", heights, PLACE)
        dataset = gdal.Open(path, gdal.GA_Update)
        dataset.GetRasterBand(1).SetUnitType("m")
        dataset = None
        notes = ElevationModel(path).notes
        assert ["has 2 bands" in str(note) for note in notes] == [True] * (bands - 1)


@pytest.mark.parametrize("vertical, metres", [(5715, 1.0), (6358, 1200 / 3937)])
def test_depths_are_heights_upside_down(tmp_path, vertical, metres):
    path = write_raster(tmp_path / "d.tif", -hill() / np.float32(metres), PLACE)
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.SetProjection(Crs(f"EPSG:32647+{vertical}").srs().ExportToWkt())
    dataset = None
    for name, heights in read_by_all(tmp_path, ElevationModel(path)).items():
        np.testing.assert_allclose(heights, hill(), rtol=1e-5, err_msg=name)


@pytest.mark.parametrize("dtype", [np.float32, np.int16, np.uint16])
@pytest.mark.parametrize("opaque", [1, 255, 32767])
def test_alpha_beside_heights_and_its_share(tmp_path, dtype, opaque):
    heights, voids = with_voids(777)
    alpha = np.where(voids, 0, opaque)
    array = np.stack([heights, alpha]).astype(dtype)
    path = write_raster(tmp_path / "d.tif", array, PLACE, alpha=True)
    model = ElevationModel(path)
    for name, metres in read_by_all(tmp_path, model).items():
        assert (np.isnan(metres) == voids).all(), name
    assert "About 1.8% of 'd.tif' counts as missing" in str(model.notes[0])


def test_masks_of_the_file_and_nodata_together(tmp_path):
    heights, voids = with_voids(777, 888)
    path = write_raster(tmp_path / "d.tif", heights, PLACE, nodata=777)
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.CreateMaskBand(gdal.GMF_PER_DATASET)
    mask = np.where(heights == 888, 0, 255).astype(np.uint8)
    dataset.GetRasterBand(1).GetMaskBand().WriteArray(mask)
    dataset = None
    for name, metres in read_by_all(tmp_path, ElevationModel(path)).items():
        assert (np.isnan(metres) == voids).all(), name


def test_nodata_that_the_user_switches_off_in_qgis_is_a_height(tmp_path):
    heights, _ = with_voids(1040)
    path = write_raster(tmp_path / "d.tif", heights, PLACE, nodata=1040)
    model = ElevationModel(
        path, layer=ElevationLayer(LayerNodata(switched_off=frozenset([1])))
    )
    (window,) = model.window(WHOLE, UTM).strips()
    assert (window.heights == heights).all()
    assert (model.heights_on(GRID) == heights).all()


@pytest.mark.parametrize(
    "turned",
    [
        (2.0, 0.0, 0.0, 2.0),
        (-2.0, 0.0, 0.0, -2.0),
        (0.0, 2.0, -2.0, 0.0),
        (1.6, 1.2, 1.2, -1.6),
    ],
)
def test_heights_on_an_image_that_is_stored_turned(tmp_path, turned):
    xc, xr, yc, yr = turned
    side = 12
    place = (
        500030.0 - side * (xc + xr) / 2,
        xc,
        xr,
        2999970.0 - side * (yc + yr) / 2,
        yc,
        yr,
    )
    model = model_of(tmp_path, hill())
    grey = np.arange(side * side, dtype=np.uint8).reshape(side, side) + 1
    image = write_raster(tmp_path / "i.tif", grey, place)
    heights = Raster(image, (), CONTRACT, model.path).read(0, side).pixels[1]
    x = place[0] + (np.arange(side) + 0.5) * xc + (np.arange(side)[:, None] + 0.5) * xr
    np.testing.assert_allclose(heights, 1000 + (x - 500001), atol=0.15)


@pytest.mark.parametrize(
    "factor, unit, stated, degrees, said",
    [
        (10, "auto", None, 6, True),  # decimetres that nobody stated
        (10, "auto", "dm", 6, False),
        (10, "metres", None, 6, False),  # a person says so
        (1, "auto", None, 34, False),  # as in the steepest gorges
        (1, "auto", None, 6, False),
        (1 / 0.3048, "auto", None, 20, True),
    ],
)
def test_ground_that_is_too_steep_for_metres_is_said(
    tmp_path, factor, unit, stated, degrees, said
):
    height = slopes.plane(90, degrees, base=300.0)
    path = slopes.dem(
        tmp_path / "d.tif", lambda x, y: np.rint(factor * height(x, y)), 5.0
    )
    if stated:
        dataset = gdal.Open(path, gdal.GA_Update)
        dataset.GetRasterBand(1).SetUnitType(stated)
        dataset = None
    notes = [str(note) for note in ElevationModel(path, unit).notes]
    assert any("check whether they are metres" in note for note in notes) == said


@pytest.mark.parametrize(
    "low, high, unit, said",
    [
        (-0.2, 0.9, "auto", True),  # a vegetation index
        (0.0, 1.0, "auto", True),  # a probability
        (-0.2, 0.9, "metres", False),  # a person says so
        (0.0, 0.0, "auto", False),  # the sea
        (0.0, 3.0, "auto", False),  # a beach
    ],
)
def test_an_index_is_no_height(tmp_path, low, high, unit, said):
    index = np.tile(np.linspace(low, high, SIDE, dtype=np.float32), (SIDE, 1))
    notes = [str(note) for note in model_of(tmp_path, index, unit=unit).notes]
    assert any("vegetation index" in note for note in notes) == said


@pytest.mark.parametrize("west", [179.99, -180.01])
@pytest.mark.parametrize("epsg", [4326, 32701, 32760])
def test_longitudes_across_180_degrees_are_those_of_the_model(tmp_path, west, epsg):
    """A model of 0.02 degrees over the meridian, counted either way; a polygon across it,
    one on either side of it and one in degrees that are counted the other way.
    """
    heights = np.tile(1000 + np.arange(200, dtype=np.float32), (200, 1))
    place = (west, 1e-4, 0.0, -16.99, 0.0, -1e-4)
    dem = ElevationModel(write_raster(tmp_path / "d.tif", heights, place, 4326))
    crs = Crs(wkt(epsg))
    for middle in (179.998, 180.0, 180.002, -179.998):
        sides = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * 0.001 + (middle, -17)
        if epsg != 4326:
            sides = Crs(wkt(4326)).transform(sides, crs)
        polygon = Polygon(sides)
        assert dem.covers_some_of(polygon, crs)
        (found,) = dem.window(polygon, crs).strips()
        column = (middle % 360 - 179.99) / 1e-4
        assert found.inside.sum() == pytest.approx(400, abs=8)
        assert found.heights[found.inside].mean() == pytest.approx(
            999.5 + column, abs=0.5
        )
        assert dem.known_at([polygon.centroid.coords[0]], crs).all()


def test_what_a_map_tears_apart_at_180_degrees_has_no_window(tmp_path):
    """On Web Mercator's two ends: what lies between them is not the polygon."""
    edge = 20037508.34
    place = (edge - 4000, 40.0, 0.0, -1920000.0, 0.0, -40.0)
    path = write_raster(tmp_path / "d.tif", np.ones((200, 100), np.float32), place, 3857)
    dem = ElevationModel(path)
    crs = Crs(wkt(4326))
    across = box(179.998, -17.02, 180.002, -17.01)
    assert dem.window(across, crs) is None
    assert dem.window(affinity.translate(across, -0.003), crs)


def test_which_places_have_a_height(tmp_path):
    """100 cells across and 50 down, those of the last 20 columns missing."""
    heights = np.full((50, 100), 7, np.float32)
    heights[:, 80:] = -9999
    place = (5e5, 1.0, 0.0, 3e6, 0.0, -1.0)
    dem = ElevationModel(write_raster(tmp_path / "d.tif", heights, place, 32647))
    places = [(60, 5), (79.5, 45), (80.5, 5), (99.5, 45), (60, 50.5), (-0.5, 5), (0, 0)]
    points = np.array([(5e5 + x, 3e6 - y) for x, y in places])
    known = dem.known_at(points, Crs(wkt(32647)))
    assert known.tolist() == [True, True, False, False, False, False, True]
