# SPDX-License-Identifier: GPL-2.0-or-later
import tracemalloc

import numpy as np
import pytest
from osgeo import gdal
from samples import wkt, write_raster

from models.contract import Contract
from models.errors import UnsuitableRaster
from models.inference.plan import plan
from models.inference.raster import Raster

RGB = Contract(
    bands=("red", "green", "blue"),
    window=64,
    stretch=((10, 200), (20, 210), (30, 220)),
)


def colours(size=(120, 150), dtype=np.uint8, top=250):
    return np.random.default_rng(1).integers(1, top, (3, *size)).astype(dtype)


def test_bands_follow_the_colour_tags_and_skip_alpha(tmp_path):
    image = np.concatenate([colours(), np.full((1, 120, 150), 255, np.uint8)])
    raster = Raster(write_raster(tmp_path / "a.tif", image, alpha=True), contract=RGB)
    assert raster.bands == (1, 2, 3)


@pytest.mark.parametrize(
    "bands, words",
    [
        ((1, 2), "2 band"),
        ((1, 2, 9), "bands 1 to 3"),
        ((0, 1, 2), "bands 1 to 3"),
    ],
)
def test_wrong_bands_are_named(tmp_path, bands, words):
    with pytest.raises(UnsuitableRaster, match=words):
        Raster(write_raster(tmp_path / "a.tif", colours()), bands, RGB)


def test_a_band_may_stand_for_one_that_the_image_lacks(tmp_path):
    """Infrared, red and green as natural colours."""
    raster = Raster(write_raster(tmp_path / "a.tif", colours()), (2, 3, 3), RGB)
    np.testing.assert_array_equal(raster.read(0, 120).pixels, colours()[[1, 2, 2]])
    assert any("Band 3 is used more than once" in str(note) for note in raster.notes)


def test_too_few_bands_and_contradicting_order(tmp_path):
    with pytest.raises(UnsuitableRaster, match="1 image band.*red, green, blue"):
        Raster(write_raster(tmp_path / "gray.tif", colours()[0]), contract=RGB)
    raster = Raster(write_raster(tmp_path / "a.tif", colours()), (3, 2, 1), RGB)
    assert any("tagged blue" in str(note) for note in raster.notes)


def test_black_is_a_colour_but_all_black_is_nodata(tmp_path):
    image = colours()
    image[2, 5, 5] = 0
    image[:, 8, 8] = 0
    block = Raster(write_raster(tmp_path / "a.tif", image, nodata=0), contract=RGB).read(
        0, 120
    )
    assert block.valid[5, 5] and not block.valid[8, 8]


def test_alpha_masks(tmp_path):
    image = np.concatenate([colours(), np.full((1, 120, 150), 255, np.uint8)])
    image[3, :40] = 0
    valid = (
        Raster(write_raster(tmp_path / "a.tif", image, alpha=True), contract=RGB)
        .read(0, 120)
        .valid
    )
    assert not valid[:40].any() and valid[40:].all()


def test_nan_is_missing(tmp_path):
    image = colours(dtype=np.float32)
    image[1, 3, 4] = np.nan
    block = Raster(write_raster(tmp_path / "a.tif", image), contract=RGB).read(0, 120)
    assert not block.valid[3, 4] and block.valid.sum() == 120 * 150 - 1


@pytest.mark.parametrize("value", [0, 255])
def test_untagged_collar_is_masked_and_said(tmp_path, value):
    image = colours(top=200)
    corner = np.add.outer(np.arange(120), np.arange(150)) < 60
    image[:, corner] = value
    raster = Raster(write_raster(tmp_path / "a.tif", image), contract=RGB)
    assert (raster.read(0, 120).valid == ~corner).all()
    assert any("without a nodata tag" in str(note) for note in raster.notes)


def test_a_collar_below_the_first_rows_of_a_side_is_found(tmp_path):
    pixels = np.random.default_rng(0).integers(50, 200, (3, 700, 60)).astype(np.uint8)
    pixels[:, 300:600, 50:] = 0
    raster = Raster(write_raster(tmp_path / "i.tif", pixels), (1, 2, 3))
    assert "hold 0 along the border" in str(raster.notes[0])
    assert (raster.read(300, 1).valid == (np.arange(60) < 50)).all()


def test_sides_of_which_the_first_rows_alone_are_missing(tmp_path):
    pixels = np.random.default_rng(0).integers(50, 200, (4, 700, 60)).astype(np.uint8)
    pixels[3] = 255
    pixels[3, :70] = 0
    raster = Raster(write_raster(tmp_path / "i.tif", pixels, alpha=True), (1, 2, 3))
    assert "About 10.0% of" in str(raster.notes[0])


def test_no_collar_where_there_is_none(tmp_path):
    image = colours()
    image[:, 60, 60] = 0
    raster = Raster(write_raster(tmp_path / "a.tif", image), contract=RGB)
    assert raster.always_valid() and raster.read(0, 120).valid is None


@pytest.mark.parametrize(
    "dtype, top", [(np.uint16, 2047), (np.int16, 3000), (np.float32, 900)]
)
def test_other_types_are_stretched_once_for_the_whole_raster(tmp_path, dtype, top):
    image = colours(dtype=dtype, top=top)
    raster = Raster(write_raster(tmp_path / "a.tif", image), contract=RGB)
    whole = raster.read(0, 120).pixels
    assert whole.dtype == np.uint8
    low, high = np.percentile(whole, (2, 98), axis=(1, 2))
    np.testing.assert_allclose(low, (10, 20, 30), atol=3)
    np.testing.assert_allclose(high, (200, 210, 220), atol=3)
    assert (
        raster.read(30, 20, 40, 50).pixels == whole[:, 30:50, 40:90]
    ).all()  # never tile by tile


def test_bytes_pass_raw(tmp_path):
    image = colours()
    assert (
        Raster(write_raster(tmp_path / "a.tif", image), contract=RGB).read(0, 120).pixels
        == image
    ).all()


@pytest.mark.parametrize("dtype, top", [(np.uint8, 250), (np.uint16, 2047)])
@pytest.mark.parametrize("bands", [1, 3])
def test_a_block_read_to_its_place_is_the_block(tmp_path, dtype, top, bands):
    image = colours(dtype=dtype, top=top)[:bands]
    image[:, 40:60, 50:70] = 0
    path = write_raster(tmp_path / "a.tif", image, nodata=0)
    raster = Raster(path, contract=Contract(bands=RGB.bands[:bands], window=64))
    buffer = np.zeros((bands, 90, 40), raster.read_dtype)
    valid = raster.read_into(buffer[:, 10:80], 30, 40)
    block = raster.read(30, 70, 40, 40)
    assert (buffer[:, 10:80] == block.pixels).all() and (valid == block.valid).all()
    assert not valid.all() and not buffer[:, :10].any() and not buffer[:, 80:].any()


def test_empty_constant_and_one_pixel(tmp_path):
    with pytest.raises(UnsuitableRaster, match="no valid pixel"):
        Raster(
            write_raster(tmp_path / "n.tif", np.full((3, 50, 50), 7, np.uint8), nodata=7),
            contract=RGB,
        )
    with pytest.raises(UnsuitableRaster, match="same value everywhere"):
        Raster(
            write_raster(tmp_path / "c.tif", np.full((3, 50, 50), 7, np.uint8)),
            contract=RGB,
        )
    Raster(
        write_raster(tmp_path / "1.tif", np.full((3, 1, 1), 7, np.uint8)), contract=RGB
    )


def test_a_single_bright_pixel_far_from_the_samples_is_found(tmp_path):
    image = np.zeros((3, 3000, 3000), np.uint8)
    image[:, 151, 151] = 9
    with pytest.raises(
        UnsuitableRaster
    ):  # all but one pixel is collar, and one pixel is no image
        Raster(write_raster(tmp_path / "a.tif", image[:, :100, :100]), contract=RGB)
    raster = Raster(write_raster(tmp_path / "b.tif", image, nodata=255), contract=RGB)
    assert raster.read(151, 1).pixels.max() == 9


def test_truncated_missing_and_foreign_files(tmp_path):
    path = write_raster(tmp_path / "a.tif", colours((600, 600)))
    whole = open(path, "rb").read()
    for share in (0.3, 0.9):
        (tmp_path / "cut.tif").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(UnsuitableRaster):
            Raster(str(tmp_path / "cut.tif"), contract=RGB)
    for name in ("none.tif", "text.tif"):
        (tmp_path / "text.tif").write_text("no image")
        with pytest.raises(UnsuitableRaster, match="cannot be opened"):
            Raster(str(tmp_path / name), contract=RGB)


def test_names_with_spaces_and_other_scripts(tmp_path):
    assert (
        Raster(
            write_raster(tmp_path / "滑坡 image ä.tif", colours()), contract=RGB
        ).grid.width
        == 150
    )


def test_pixel_size_far_from_the_models_is_refused_with_both_numbers(tmp_path):
    contract = Contract(bands=RGB.bands, window=64, pixel_size=1.6)
    raster = Raster(
        write_raster(tmp_path / "a.tif", colours(), (5e5, 30, 0, 3e6, 0, -30)),
        contract=contract,
    )
    with pytest.raises(UnsuitableRaster, match=r"30 m.*1\.6 m.*6\.4 m"):
        plan(raster, contract)


def test_no_crs_is_refused_and_degrees_are_metres(tmp_path):
    contract = Contract(bands=RGB.bands, window=64, pixel_size=1.0)
    raster = Raster(
        write_raster(tmp_path / "a.tif", colours(), epsg=None), contract=contract
    )
    with pytest.raises(UnsuitableRaster, match="no coordinate reference system"):
        plan(raster, contract)
    metre = 1 / 111320
    turned = (100, metre / np.cos(np.radians(35)), 0, 35, 0, -metre)
    raster = Raster(
        write_raster(tmp_path / "b.tif", colours(), turned, epsg=4326), contract=contract
    )
    assert raster.grid.pixel_metres() == pytest.approx((1, 1), rel=0.005)
    assert not plan(raster, contract).resampled


def test_an_extent_off_the_raster_is_refused(tmp_path):
    raster = Raster(write_raster(tmp_path / "a.tif", colours()), contract=RGB)
    with pytest.raises(UnsuitableRaster, match="does not overlap"):
        raster.grid.window(0, 0, 10, 10)
    assert raster.grid.window(500010.2, 2999950.5, 500020, 2999990) == (10, 10, 40, 10)


@pytest.fixture(params=[False, True], ids=["quiet GDAL", "GDAL with exceptions"])
def gdal_exceptions(request):
    """Another plugin may have switched GDAL's exceptions on in this process."""
    before = gdal.GetUseExceptions()
    (gdal.UseExceptions if request.param else gdal.DontUseExceptions)()
    yield request.param
    (gdal.UseExceptions if before else gdal.DontUseExceptions)()


def test_the_sentences_do_not_depend_on_gdals_exceptions(tmp_path, gdal_exceptions):
    with pytest.raises(
        UnsuitableRaster, match="'.*none.tif' cannot be opened as a raster .*none.tif"
    ):
        Raster(str(tmp_path / "none.tif"), contract=RGB)
    assert bool(gdal.GetUseExceptions()) == gdal_exceptions


FOREIGN = Contract(bands=("band 1", "band 2", "band 3"), window=64, divide=255.0)


def test_sixteen_bits_are_stretched_for_a_model_of_eight(tmp_path):
    image = colours(dtype=np.uint16) * 40
    raster = Raster(write_raster(tmp_path / "a.tif", image), contract=FOREIGN)
    pixels = raster.read(0, 120).pixels
    assert pixels.dtype == np.uint8
    low, high = np.percentile(pixels, (2, 98))
    assert low <= 2 and high >= 253
    assert "8 bits" in str(raster.notes[0])


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_what_eight_bits_would_hold_stays_for_a_model_of_eight(tmp_path, dtype):
    image = colours(dtype=dtype)
    raster = Raster(write_raster(tmp_path / "a.tif", image), contract=FOREIGN)
    assert (raster.read(0, 120).pixels == image).all() and not raster.notes


def test_pyramids_do_not_stand_for_the_pixels(tmp_path):
    """Those of another image, beside a file of noise."""
    image = colours((400, 400))
    other = write_raster(tmp_path / "o.tif", np.full((3, 400, 400), 7, np.uint8))
    stale = write_raster(tmp_path / "s.tif", image)
    path = write_raster(tmp_path / "a.tif", image)
    gdal.Open(other).BuildOverviews("NEAREST", [2, 4])
    (tmp_path / "s.tif.ovr").write_bytes((tmp_path / "o.tif.ovr").read_bytes())
    gdal.BuildVRT(str(tmp_path / "m.vrt"), [stale]).FlushCache()
    expected = None
    for name in (path, stale, str(tmp_path / "m.vrt")):
        raster = Raster(name, contract=RGB)
        small = raster.resized(raster.grid.resized(100, 100)).read(0, 100).pixels
        if expected is None:
            expected = small
        assert (small == expected).all(), name
    means = image.reshape(3, 100, 4, 100, 4).mean(axis=(2, 4))
    assert np.abs(expected - means).max() <= 0.5


@pytest.mark.parametrize("pixel", [1.7, 0.6])
def test_missing_pixels_have_no_part_in_resampled_ones(tmp_path, pixel):
    """Ground of one grey beside a collar of another, by a mask of any kind."""
    image = np.full((2, 120, 150), 90, np.uint8)
    image[:, 40, 40] = 91
    image[1] = 255
    image[0, :, 101:] = 7
    image[1, :, 101:] = 0
    raster = Raster(write_raster(tmp_path / "a.tif", image, alpha=True), (1,))
    grid = raster.grid.resized(round(150 / pixel), round(120 / pixel))
    block = raster.resized(grid).read(0, grid.height)
    assert np.isin(block.pixels[0][block.valid], (90, 91)).all()
    edge = 101 / pixel
    assert block.valid[:, : int(edge)].all() and not block.valid[:, int(edge) + 2 :].any()


@pytest.mark.parametrize("pixel", [1.6, 1.4, 0.7])
def test_resampled_parts_are_those_of_the_whole_at_any_size(tmp_path, pixel):
    """Whatever the raster's size and the part's: at half pixels GDAL rounds windows up
    beyond the last row and column.
    """
    for height in range(60, 92):
        array = np.random.default_rng(height).integers(1, 200, (height, 70), np.uint8)
        array[:5] = 0  # some of it is missing
        path = write_raster(tmp_path / f"{height}.tif", array, nodata=0)
        raster = Raster(path, (1,))
        grid = raster.grid.resized(round(70 / pixel), round(height / pixel))
        whole = raster.resized(grid).read(0, grid.height).pixels
        for row in range(0, grid.height, 7):
            rows = min(11, grid.height - row)
            part = raster.resized(grid).read(row, rows).pixels
            expected = whole[:, row : row + rows].astype(int)
            assert np.abs(part.astype(int) - expected).max() <= 1


def test_data_between_the_samples_are_seen(tmp_path):
    """What stretches a patch of 150 x 150 pixels amid nodata is the patch, and not the
    few of its pixels that a sampled block holds.
    """
    patch = colours((150, 150), np.uint16, 1000)
    patch[:, :4, :4] = 65535
    whole = np.zeros((3, 3000, 3000), np.uint16)
    whole[:, 1060:1210, 1060:1210] = patch
    path = write_raster(tmp_path / "a.tif", whole, nodata=0, options=["COMPRESS=LZW"])
    raster = Raster(path, contract=RGB)
    alone = Raster(write_raster(tmp_path / "b.tif", patch, nodata=0), contract=RGB)
    cut = raster.read(1060, 150, 1060, 150).pixels
    assert np.abs(cut.astype(int) - alone.read(0, 150).pixels).max() <= 2
    assert any("99.8%" in str(note) for note in raster.notes)


def test_memory_for_a_look_at_all_of_a_raster_does_not_grow_with_it(tmp_path):
    """Of strips 60,000 pixels wide, whose ground lies between the samples: 94 MB."""
    size = (60_000, 520)
    path = str(tmp_path / "wide.tif")
    options = ["SPARSE_OK=TRUE", "BLOCKYSIZE=1"]
    dataset = gdal.GetDriverByName("GTiff").Create(path, *size, 3, options=options)
    dataset.SetGeoTransform((500000, 1, 0, 3000000, 0, -1))
    dataset.SetProjection(wkt(32648))
    for number, values in enumerate(colours((60, 60)), 1):
        dataset.GetRasterBand(number).SetNoDataValue(0)
        dataset.GetRasterBand(number).WriteArray(values, 3000, 200)
    dataset = None
    held = gdal.GetCacheUsed()
    tracemalloc.start()
    raster = Raster(path, contract=RGB)
    _, arrays = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert raster.image.sample.shape == (3, 3600)
    assert arrays < 80e6
    assert gdal.GetCacheUsed() - held < 40e6


def test_what_is_no_image_is_refused_by_its_name(tmp_path):
    mask = (colours()[:1] > 100).astype(np.uint8)
    one_bit = write_raster(tmp_path / "n.tif", mask, options=["NBITS=1"])
    with pytest.raises(UnsuitableRaster, match="one bit"):
        Raster(one_bit, (1,))
    palette = write_raster(tmp_path / "p.tif", colours()[:1])
    dataset = gdal.Open(palette, gdal.GA_Update)
    table = gdal.ColorTable()
    for number in range(256):
        table.SetColorEntry(number, (number, 255 - number, 0, 255))
    dataset.GetRasterBand(1).SetColorTable(table)
    dataset = None
    with pytest.raises(UnsuitableRaster, match="palette"):
        Raster(palette, (1,))
    two = np.where(mask, 200, 0).astype(np.uint8)
    with pytest.raises(UnsuitableRaster, match="only two values"):
        Raster(write_raster(tmp_path / "m.tif", two), (1,))


def four_bands(tmp_path, order, describe):
    """Red is 200, all else 50; bands in an order, with what `describe` says of them."""
    values = {"red": 200, "green": 50, "blue": 51, "nir": 52}
    noise = np.random.default_rng(0).integers(0, 4, (120, 150))
    array = np.stack([(values[name] + noise).astype(np.uint8) for name in order])
    path = write_raster(tmp_path / "a.tif", array, options=["PHOTOMETRIC=MINISBLACK"])
    dataset = gdal.Open(path, gdal.GA_Update)
    for number, name in enumerate(order, 1):
        describe(dataset.GetRasterBand(number), name)
    dataset = None
    return path


def by(words):
    return lambda band, name: band.SetDescription(words[name])


def by_wavelength(band, name):
    length = {"blue": 0.49, "green": 0.56, "red": 0.665, "nir": 0.842}[name]
    band.SetMetadataItem("CENTRAL_WAVELENGTH_UM", str(length), "IMAGERY")


def by_wavelength_of_envi(band, name):
    length = {"blue": 490, "green": 560, "red": 665, "nir": 842}[name]
    band.SetMetadataItem("wavelength", str(length))
    band.SetMetadataItem("wavelength_units", "Nanometers")


ENGLISH = {"red": "Red", "green": "Green", "blue": "Blue", "nir": "NIR"}
CHINESE = {"red": "红", "green": "绿", "blue": "蓝", "nir": "近红外"}
SENTINEL = {"red": "B04", "green": "B03", "blue": "B02", "nir": "B08"}
LANDSAT = {
    "red": "SR_B4 (red)",
    "green": "SR_B3 (green)",
    "blue": "SR_B2 (blue)",
    "nir": "5",
}


@pytest.mark.parametrize("order", ["nir red green blue", "blue green red nir"])
@pytest.mark.parametrize(
    "describe",
    [
        by(ENGLISH),
        by(CHINESE),
        by(SENTINEL),
        by(LANDSAT),
        by_wavelength,
        by_wavelength_of_envi,
    ],
)
def test_bands_by_their_names_and_wavelengths(tmp_path, order, describe):
    raster = Raster(four_bands(tmp_path, order.split(), describe), contract=RGB)
    assert raster.read(0, 120).pixels[0].min() >= 200 and not raster.notes


def test_bands_of_no_name_are_the_first_and_said(tmp_path):
    path = four_bands(tmp_path, "nir red green blue".split(), lambda band, name: None)
    raster = Raster(path, contract=RGB)
    assert raster.bands == (1, 2, 3)
    assert any("does not say the colours" in str(note) for note in raster.notes)


def test_the_red_edge_is_not_red(tmp_path):
    words = {"red": "Red", "green": "Green", "blue": "Blue", "nir": "Red edge 1"}
    path = four_bands(tmp_path, "nir red green blue".split(), by(words))
    assert Raster(path, contract=RGB).bands == (2, 3, 4)


def test_a_band_named_otherwise_than_it_is_used_is_said(tmp_path):
    path = four_bands(tmp_path, "blue green red nir".split(), by(ENGLISH))
    raster = Raster(path, (1, 2, 3), RGB)
    assert "tagged blue in the file but is used as red" in str(raster.notes[0])


@pytest.mark.parametrize("dtype", [np.uint16, np.int16, np.float32])
def test_numbers_of_8_bits_in_another_type_are_taken_as_they_are(tmp_path, dtype):
    image = colours(top=251)
    raster = Raster(write_raster(tmp_path / "a.tif", image.astype(dtype)), contract=RGB)
    assert (raster.read(0, 120).pixels == image).all()


@pytest.mark.parametrize("most", [16, 101])
def test_8_bits_that_are_not_used_are_stretched_and_said(tmp_path, most):
    raster = Raster(write_raster(tmp_path / "a.tif", colours(top=most)), contract=RGB)
    low, high = np.percentile(raster.read(0, 120).pixels, (2, 98), axis=(1, 2))
    np.testing.assert_allclose(low, (10, 20, 30), atol=3)
    np.testing.assert_allclose(high, (200, 210, 220), atol=3)
    assert "stretched to 10 and 220" in str(raster.notes[-1])


@pytest.mark.parametrize("nodata", [0, None])
def test_what_is_resampled_is_the_same_however_it_is_read(tmp_path, nodata):
    """Means of whole numbers are often halves, which may be rounded either way."""
    rng = np.random.default_rng(4)
    image = rng.integers(0, 256, (640, 1600)).astype(np.uint8)
    raster = Raster(write_raster(tmp_path / "image.tif", image, nodata=nodata), [1])
    reader = raster.resized(raster.grid.resized(500, 200))
    whole = reader.read(0, 200)
    for row, rows, col, cols in ((3, 90, 7, 400), (100, 80, 200, 250), (131, 1, 0, 500)):
        part = reader.read(row, rows, col, cols)
        window = np.s_[..., row : row + rows, col : col + cols]
        assert (part.pixels == whole.pixels[window]).all()
