# SPDX-License-Identifier: GPL-2.0-or-later
"""One rule says what is missing, whatever way a file has to say it."""

from __future__ import annotations

import numpy as np
import pytest
from osgeo import gdal
from samples import write_raster

from models.geo.grid import Window
from models.geo.missing import FILE_ALONE, LayerNodata, Missing
from models.geo.undeclared import NOTHING

SIZE = (40, 60)
LEFT = np.s_[:, :15]  # a quarter
WHOLE = Window(0, 0, *SIZE)


def image(dtype=np.uint8, bands=3):
    rng = np.random.default_rng(0)
    return rng.integers(10, 200, (bands, *SIZE)).astype(dtype)


def share(path, layer=FILE_ALONE, bands=(1, 2, 3), undeclared=NOTHING):
    """Of missing pixels, and the rule."""
    dataset = gdal.Open(str(path))
    rule = Missing(dataset, bands, layer, undeclared)
    pixels = dataset.ReadAsArray()[[band - 1 for band in bands]]
    valid = rule.valid(pixels, WHOLE)
    return (0.0 if valid is None else 1 - valid.mean()), rule


def with_alpha(opaque, dtype=np.uint8, rest=None):
    alpha = np.full(SIZE, opaque) if rest is None else rest.copy()
    alpha[LEFT] = 0
    return np.concatenate([image(dtype), alpha[None].astype(dtype)])


@pytest.mark.parametrize(
    "opaque, dtype",
    [
        (255, np.uint8),
        (1, np.uint8),
        (100, np.uint8),
        (255, np.uint16),
        (65535, np.uint16),
    ],
)
def test_alpha_of_any_range(tmp_path, opaque, dtype):
    path = write_raster(tmp_path / "a.tif", with_alpha(opaque, dtype), alpha=True)
    assert share(path)[0] == 0.25


def test_infrared_that_is_tagged_as_alpha_leaves_nothing_out(tmp_path):
    near = np.random.default_rng(1).integers(0, 190, SIZE)
    path = write_raster(tmp_path / "a.tif", with_alpha(0, rest=near), alpha=True)
    missing, rule = share(path)
    assert missing == 0 and rule.never
    assert "tagged as alpha" in str(rule.notes[0])


def test_infrared_of_two_greys_that_is_tagged_as_alpha(tmp_path):
    near = np.where(np.arange(60) < 30, 60, 190) * np.ones((40, 1), int)
    array = np.concatenate([image(), near[None].astype(np.uint8)])
    missing, rule = share(write_raster(tmp_path / "a.tif", array, alpha=True))
    assert missing == 0 and rule.never


def test_alpha_is_heeded_beside_nodata(tmp_path):
    array = with_alpha(255)
    array[:3, :, 45:] = 0
    path = write_raster(tmp_path / "a.tif", array, alpha=True, nodata=0)
    assert share(path)[0] == 0.5


def test_nodata_of_one_band_counts_where_only_that_band_has_one(tmp_path):
    array = image()
    array[0][LEFT] = 0
    path = write_raster(tmp_path / "a.tif", array)
    virtual = gdal.Translate(str(tmp_path / "v.vrt"), path)
    virtual.GetRasterBand(1).SetNoDataValue(0)
    virtual = None
    assert share(tmp_path / "v.vrt")[0] == 0.25
    assert share(path)[0] == 0


def test_black_in_one_band_is_a_colour(tmp_path):
    array = image()
    array[0][LEFT] = 0
    array[:, :4, 40:50] = 0
    missing, _ = share(write_raster(tmp_path / "a.tif", array, nodata=0))
    assert missing == pytest.approx(40 / 2400)


@pytest.mark.parametrize("inside", ["YES", "NO"])
def test_a_mask_inside_the_file_or_beside_it(tmp_path, inside):
    path = write_raster(tmp_path / "a.tif", image())
    opaque = np.full(SIZE, 255, np.uint8)
    opaque[LEFT] = 0
    gdal.SetConfigOption("GDAL_TIFF_INTERNAL_MASK", inside)
    dataset = gdal.Open(path, gdal.GA_Update)
    dataset.CreateMaskBand(gdal.GMF_PER_DATASET)
    dataset.GetRasterBand(1).GetMaskBand().WriteArray(opaque)
    dataset = None
    gdal.SetConfigOption("GDAL_TIFF_INTERNAL_MASK", None)
    assert share(path)[0] == 0.25


def test_floats_are_missing_where_one_band_says_so_or_holds_no_number(tmp_path):
    array = image(np.float32)
    array[0][:, :15] = np.nan
    array[1][:, 15:30] = -3.4028234663852886e38
    array[2][:, 30:45] = -9999
    missing, rule = share(write_raster(tmp_path / "a.tif", array, nodata=-9999))
    assert missing == 0.75 and "nodata -9999" in rule.reasons


def test_what_the_user_says_in_qgis(tmp_path):
    array = image()
    array[:, :, :15] = 240
    array[:, :, 45:] = 0
    path = write_raster(tmp_path / "a.tif", array, nodata=0)
    bands = (1, 2, 3)
    more = LayerNodata({band: ((239.5, 241.0),) for band in bands})
    assert share(path)[0] == 0.25
    assert share(path, more)[0] == 0.5
    assert share(path, LayerNodata(switched_off=frozenset(bands)))[0] == 0


def tagged(path, array, colours):
    """With colour interpretations of its own."""
    write_raster(path, array, options=["PHOTOMETRIC=MINISBLACK"])
    dataset = gdal.Open(str(path), gdal.GA_Update)
    for number, colour in enumerate(colours, 1):
        dataset.GetRasterBand(number).SetColorInterpretation(colour)
    dataset = None
    return path


@pytest.mark.parametrize("dtype", [np.float32, np.int16, np.uint16])
@pytest.mark.parametrize("opaque", [1, 255, 4095, 32767])
def test_alpha_in_any_place_and_type(tmp_path, dtype, opaque):
    array = with_alpha(opaque, dtype)[[3, 0, 1, 2]]
    colours = (
        gdal.GCI_AlphaBand,
        gdal.GCI_RedBand,
        gdal.GCI_GreenBand,
        gdal.GCI_BlueBand,
    )
    path = tagged(tmp_path / "a.tif", array, colours)
    assert share(path, bands=(2, 3, 4))[0] == 0.25


def test_the_second_of_two_alphas_where_the_first_is_infrared(tmp_path):
    array = with_alpha(255)
    near = np.random.default_rng(1).integers(0, 190, (1, *SIZE)).astype(np.uint8)
    array = np.concatenate([array[:3], near, array[3:]])
    alpha = gdal.GCI_AlphaBand
    colours = (gdal.GCI_RedBand, gdal.GCI_GreenBand, gdal.GCI_BlueBand, alpha, alpha)
    assert share(tagged(tmp_path / "a.tif", array, colours))[0] == 0.25


def test_alpha_beside_a_band_that_has_its_tag(tmp_path):
    """GDAL's ALPHA=YES tags the second band of a file of floats."""
    colours = (gdal.GCI_GrayIndex, gdal.GCI_AlphaBand, 0, 0)
    path = tagged(tmp_path / "a.tif", with_alpha(1, np.float32), colours)
    missing, rule = share(path, bands=(1,))
    assert missing == 0.25 and "two values" in str(rule.notes[1])


def test_alpha_behind_an_infrared_band_that_has_its_tag_and_is_used(tmp_path):
    """GDAL's ALPHA=YES tags the fourth band of red, green, blue, infrared and alpha."""
    array = np.concatenate([image(bands=4), with_alpha(255)[3:]])
    colours = (gdal.GCI_RedBand, gdal.GCI_GreenBand, gdal.GCI_BlueBand)
    path = tagged(tmp_path / "a.tif", array, (*colours, gdal.GCI_AlphaBand, 0))
    missing, rule = share(path, bands=(1, 2, 3, 4))
    assert missing == 0.25 and "two values" in str(rule.notes[1])


def test_an_alpha_band_that_is_used_as_an_image_leaves_nothing_out(tmp_path):
    path = write_raster(tmp_path / "a.tif", with_alpha(255), alpha=True)
    missing, rule = share(path, bands=(1, 2, 4))
    assert missing == 0 and not rule.notes
