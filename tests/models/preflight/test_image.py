# SPDX-License-Identifier: GPL-2.0-or-later
"""One image: each check with the right verdict, value and advice, and never another
verdict than the search itself.
"""

from __future__ import annotations

import numpy as np
import pytest
from osgeo import gdal
from samples import PLACE, wkt, write_raster

from models.contract import Contract
from models.errors import MrifeError
from models.geo.missing import LayerNodata
from models.inference.raster import Raster
from models.jobs import OutlineRequest, prepare_detect
from models.onnxfile import ModelFile
from models.preflight.checked import FAIL, PASSED, WARN
from models.preflight.image import ImageSource, check_image, name_of

CONTRACT = Contract(
    name="three",
    version="1",
    window=64,
    pixel_size=1.0,
    stretch=((20.0, 200.0), (20.0, 200.0), (20.0, 200.0)),
)


MODEL = ModelFile("three.onnx", CONTRACT, (), (), "00000000", 1)


@pytest.fixture
def model():
    return MODEL


def ground(rows=120, cols=150, low=20, high=200, seed=0, bands=3):
    """Even noise, so that percentiles are known."""
    rng = np.random.default_rng(seed)
    return rng.integers(low, high + 1, (bands, rows, cols)).astype(np.uint8)


def checked(path, model, **more):
    return check_image(ImageSource(str(path), name_of(str(path)), **more), model)


def one(result, topic):
    (check,) = [check for check in result.checks if check.topic == topic]
    return check


def advice(result, topic):
    return " ".join(map(str, one(result, topic).advice))


def test_a_right_image_passes_every_check(tmp_path, model):
    result = checked(write_raster(tmp_path / "right.tif", ground()), model)
    assert (result.name, result.kind, result.verdict) == ("right", "image", PASSED)
    assert result.count(PASSED) == len(result.checks) == 7
    assert result.advice == []
    words = {check.topic: str(check.value) for check in result.checks}
    assert words["file"].startswith("150 x 120 pixels, 3 bands, Byte")
    assert words["place"] == "WGS 84 / UTM zone 47N"
    assert words["pixels"] == "1 x 1 m"
    assert words["bands"] == "1 = red, 2 = green, 3 = blue of 3 bands"
    low, high = 20 + 0.02 * 181, 20 + 0.98 * 181
    first = words["values"].split(",")[0].split("–")
    assert [float(end) for end in first] == pytest.approx([low, high], abs=2)
    assert words["missing"] == "none"
    assert result.look.pixel_m == pytest.approx(1)
    assert result.look.medians == pytest.approx([110, 110, 110], abs=3)


@pytest.mark.parametrize(
    "side, verdict, words",
    [
        (1.1, PASSED, ""),
        (2.5, PASSED, ""),
        (3.5, WARN, "3.5 times coarser"),
        (5.0, FAIL, "choose imagery of at most 4 m"),
        (0.2, PASSED, ""),
        (0.1, WARN, "10.0 times finer"),
    ],
)
def test_pixel_size(tmp_path, model, side, verdict, words):
    place = (500000.0, side, 0.0, 3000000.0, 0.0, -side)
    path = write_raster(tmp_path / "i.tif", ground(), place)
    result = checked(path, model)
    check = one(result, "pixels")
    assert check.verdict == verdict == result.verdict
    assert words in advice(result, "pixels")
    assert str(check.expected) == "1 m; as it is from 0.8 to 1.25 m, resampled beyond"


def test_bands_in_another_order_are_a_warning(tmp_path, model):
    path = write_raster(tmp_path / "bgr.tif", ground())
    dataset = gdal.Open(path, gdal.GA_Update)
    for number, name in enumerate(("blue", "green", "nir"), 1):
        dataset.GetRasterBand(number).SetDescription(name)
    dataset = None
    check = one(checked(path, model), "bands")
    assert check.verdict == WARN and len(check.advice) == 2
    assert "Band 1 is tagged blue in the file but is used as red" in str(check.advice[0])


def test_too_few_bands_fail_with_what_the_model_wants(tmp_path, model):
    result = checked(write_raster(tmp_path / "grey.tif", ground(bands=1)), model)
    check = one(result, "bands")
    assert (check.verdict, str(check.value)) == (FAIL, "1 bands")
    assert str(check.expected) == "red, green, blue"
    assert result.grid is not None  # its place is known all the same


@pytest.mark.parametrize(
    "low, high, words",
    [
        (0, 15, "darker"),
        (210, 250, "brighter"),
        (100, 120, "of less contrast"),
    ],
)
def test_8_bits_unlike_the_training(tmp_path, model, low, high, words):
    pixels = ground(low=low, high=high)
    pixels[:, 0, :] = 130  # more than percents
    result = checked(write_raster(tmp_path / "i.tif", pixels), model)
    assert f"The image is {words} than" in advice(result, "values")
    assert one(result, "values").verdict == WARN


def test_more_bits_are_stretched_and_nothing_is_said(tmp_path, model):
    pixels = ground().astype(np.uint16) * 16
    check = one(checked(write_raster(tmp_path / "i.tif", pixels), model), "values")
    assert check.verdict == PASSED
    assert "stretched onto those of the training" in str(check.value)
    assert "uint16" in str(check.value)


def test_percents_in_8_bits_are_said(tmp_path, model):
    result = checked(write_raster(tmp_path / "i.tif", ground(low=1, high=90)), model)
    assert "made for images of 8 bits" in advice(result, "values")


def test_clipped_values_are_said_with_their_share(tmp_path, model):
    pixels = ground()
    pixels[1, :30] = 255
    result = checked(write_raster(tmp_path / "i.tif", pixels), model)
    assert "25% of the pixels hold the largest" in advice(result, "values")


def test_a_collar_that_nothing_declares_is_a_warning(tmp_path, model):
    pixels = ground()
    pixels[:, :, :45] = 0
    result = checked(write_raster(tmp_path / "i.tif", pixels), model)
    check = one(result, "missing")
    assert (check.verdict, str(check.value)) == (WARN, "30.0% (collar 0)")
    assert "without a nodata tag" in advice(result, "missing")
    assert (result.places[:, 0] > 500045).all()  # of valid pixels


def test_missing_in_one_piece_passes_up_to_a_half(tmp_path, model):
    pixels = ground()
    pixels[:, :, :45] = 0
    path = write_raster(tmp_path / "i.tif", pixels, nodata=0)
    check = one(checked(path, model), "missing")
    assert (check.verdict, str(check.value)) == (PASSED, "30.0% (nodata 0)")
    pixels[:, :, :90] = 0
    path = write_raster(tmp_path / "j.tif", pixels, nodata=0)
    result = checked(path, model)
    assert "Most of the image is missing" in advice(result, "missing")


def test_what_the_user_calls_missing_counts(tmp_path, model):
    pixels = ground()
    pixels[:, :, :45] = 7
    path = write_raster(tmp_path / "i.tif", pixels)
    ranges = {band: ((7.0, 7.0),) for band in (1, 2, 3)}
    check = one(checked(path, model, nodata=LayerNodata(ranges)), "missing")
    assert str(check.value) == "30.0% (nodata 7)"


def test_scattered_holes_are_told_from_a_gap(tmp_path, model):
    pixels = ground()
    pixels[:, 5::10, 5::10] = 0  # 12 x 15, 12 at edges of blocks
    result = checked(write_raster(tmp_path / "i.tif", pixels, nodata=0), model)
    assert one(result, "missing").verdict == WARN
    assert "about 9,333 small holes in a million" in advice(result, "missing")


def test_no_pixel_at_all_fails(tmp_path, model):
    path = write_raster(tmp_path / "i.tif", np.zeros((3, 50, 50), np.uint8), nodata=0)
    result = checked(path, model)
    assert "no valid pixel" in advice(result, "values")
    assert result.verdict == FAIL


def test_places(tmp_path, model):
    degrees = (104.0, 1e-5, 0.0, 27.0, 0.0, -1e-5)
    path = write_raster(tmp_path / "degrees.tif", ground(), degrees, epsg=4490)
    check = one(checked(path, model), "place")
    assert check.verdict == PASSED
    assert "in degrees: measured in metres" in str(check.value)
    mercator = (11_577_000.0, 1.0, 0.0, 3_123_000.0, 0.0, -1.0)
    path = write_raster(tmp_path / "web.tif", ground(), mercator, epsg=3857)
    check = one(checked(path, model), "place")
    assert check.verdict == PASSED
    assert "whose metre is 0.889 m" in str(check.value)
    turned = (500000.0, 0.8, 0.6, 3000000.0, 0.6, -0.8)
    path = write_raster(tmp_path / "turned.tif", ground(), turned)
    check = one(checked(path, model), "place")
    assert str(check.value).endswith("turned by 36.9 degrees")
    path = write_raster(tmp_path / "none.tif", ground(), epsg=None)
    result = checked(path, model)
    assert one(result, "place").verdict == FAIL
    assert "no coordinate reference system" in advice(result, "place")
    assert one(result, "values").verdict == PASSED  # what else is known is told
    result = checked(path, model, wkt=wkt(32647))
    assert result.verdict == PASSED
    elsewhere = (1e9, 1.0, 0.0, 1e9, 0.0, -1.0)
    path = write_raster(tmp_path / "else.tif", ground(), elsewhere)
    assert "is not defined" in advice(checked(path, model), "place")


def test_control_points_in_place_of_a_grid_fail(tmp_path, model):
    path = str(tmp_path / "gcp.tif")
    dataset = gdal.GetDriverByName("GTiff").Create(path, 20, 20, 3)
    points = [gdal.GCP(0, 0, 0, 0, 0), gdal.GCP(9, 0, 0, 9, 0), gdal.GCP(0, 9, 0, 0, 9)]
    dataset.SetGCPs(points, "")
    dataset = None
    result = checked(path, model)
    assert (result.grid, one(result, "place").verdict) == (None, FAIL)
    assert "ground control points" in advice(result, "place")


def cut_short(path, options=(), alpha=False):
    """The file without its last third."""
    bands = 4 if alpha else 3
    pixels = ground(600, 500, bands=bands)
    write_raster(path, pixels, alpha=alpha, options=options)
    data = path.read_bytes()
    path.write_bytes(data[: 2 * len(data) // 3])
    return path


@pytest.mark.parametrize("alpha", [False, True])
def test_a_file_cut_short_fails_with_the_share_of_blocks(tmp_path, model, alpha):
    path = cut_short(tmp_path / "short.tif", ["COMPRESS=DEFLATE"], alpha)
    result = checked(path, model)
    check = one(result, "file")
    assert check.verdict == FAIL and "cannot be read" in str(check.advice[0])
    assert str(check.value).startswith("at least ")
    assert "of 30 sampled blocks" in str(check.value)


@pytest.mark.parametrize("content", [None, b"", b"no raster at all"])
def test_what_is_no_raster_fails(tmp_path, model, content):
    path = tmp_path / "x.tif"
    if content is not None:
        path.write_bytes(content)
    result = checked(path, model)
    (check,) = result.checks
    assert (check.topic, check.verdict) == ("file", FAIL)
    assert f"'{path}' cannot be opened as a raster" in str(check.advice[0])


def test_an_error_that_is_known_before_is_the_answer(model):
    error = MrifeError("It comes from a 'wms' service.")
    result = checked("somewhere", model, error=error)
    assert result.verdict == FAIL and result.advice == [error]


def sparse(path, side, block):
    """A square image that is missing but for one corner."""
    options = ["COMPRESS=DEFLATE", "TILED=YES", "SPARSE_OK=TRUE", "PHOTOMETRIC=RGB"]
    options += [f"BLOCKXSIZE={block}", f"BLOCKYSIZE={block}"]
    driver = gdal.GetDriverByName("GTiff")
    dataset = driver.Create(str(path), side, side, 3, gdal.GDT_Byte, options)
    dataset.SetGeoTransform(PLACE)
    dataset.WriteArray(ground(120, 150))
    dataset = None
    return path


def test_large_blocks_and_no_pyramids_are_warnings(tmp_path, model):
    result = checked(sparse(tmp_path / "blocks.tif", 5200, 5120), model)
    assert "Each block of the file is 79 MB" in advice(result, "reading")
    result = checked(sparse(tmp_path / "many.tif", 10_100, 256), model)
    assert "The file has no pyramids" in advice(result, "reading")
    assert "0 levels of pyramids" in str(one(result, "reading").value)
    small = write_raster(tmp_path / "small.tif", ground())
    gdal.Open(small, gdal.GA_Update).BuildOverviews("NEAREST", [2, 4])
    check = one(checked(small, model), "reading")
    assert check.verdict == PASSED and "2 levels of pyramids" in str(check.value)


def test_an_elevation_model_in_place_of_an_image(tmp_path):
    contract = Contract(name="form", version="1", bands=("elevation",), window=64)
    model = ModelFile("form.onnx", contract, (), (), "00000000", 1)
    z = np.tile(np.arange(90, dtype=np.float32) / 4, (80, 1))
    path = write_raster(tmp_path / "right.tif", z)
    result = checked(path, model)
    assert (result.verdict, len(result.places)) == (PASSED, 16)
    z[:20] = -9999
    result = checked(write_raster(tmp_path / "voids.tif", z), model)
    assert "holds -9999 where no ground can be" in advice(result, "bands")
    assert len(result.places) == 12  # a quarter of the rows is void


def odd_images(folder):
    """Rasters of which a search refuses some."""
    yield write_raster(folder / "right.tif", ground())
    yield write_raster(folder / "one.tif", ground(bands=1))
    yield write_raster(folder / "same.tif", np.full((3, 50, 50), 9, np.uint8))
    yield write_raster(folder / "none.tif", ground(), epsg=None)
    coarse = (500000.0, 30.0, 0.0, 3000000.0, 0.0, -30.0)
    yield write_raster(folder / "coarse.tif", ground(), coarse)
    yield write_raster(folder / "else.tif", ground(), (1e9, 1.0, 0.0, 1e9, 0.0, -1.0))
    yield str(cut_short(folder / "short.tif", ["COMPRESS=DEFLATE"]))


def test_it_fails_where_the_search_refuses_and_with_its_words(tmp_path, model):
    verdicts = []
    for path in odd_images(tmp_path):
        result = checked(path, model)
        try:
            prepare_detect(Raster(path, (), model.contract), model, OutlineRequest())
            words = None
        except MrifeError as error:
            words = str(error)
        fails = [str(c.advice[0]) for c in result.checks if c.verdict == FAIL]
        assert fails == ([] if words is None else [words])
        verdicts.append(result.verdict == FAIL)
    assert verdicts == [False, True, True, True, True, True, True]
