# SPDX-License-Identifier: GPL-2.0-or-later
"""A model without a base: what its contract says is read from the images and labels."""

from __future__ import annotations

from datetime import datetime, timezone

import numpy as np
import pytest
from osgeo import gdal
from samples import PLACE, write_raster
from tuned_by_hand import ROWS, UTM, A, label, levels, tuned, write_levels

from models.contract import Contract
from models.errors import MrifeError
from models.finetune.held_out import write_everything
from models.finetune.labels import LabelCount
from models.finetune.new_model import NoBase, check_no_base, no_base, pixel_size
from models.finetune.objects import ObjectComparison
from models.finetune.page import page
from models.finetune.prepare import TuneRequest, prepare_tune
from models.finetune.sentences import begins_sentence
from models.finetune.tune_report import TuneReport
from models.finetune.verdict_sentences import new_verdict_sentence
from models.inference.probability import Probability
from models.inference.raster import Raster

WIDE = 200
PLACES = [(8 + 20 * (i // 6), 8 + 30 * (i % 6)) for i in range(36)]  # row, column
LABELS = [label(*place, side=12 + i % 3) for i, place in enumerate(PLACES)]


def ground(folder, name, bands, kind, names=(), high=250, pixel=1.0):
    """Noise in the bands of a file."""
    values = np.random.default_rng(1).integers(1, high, (bands, ROWS, WIDE))
    place = (PLACE[0], pixel, 0.0, PLACE[3], 0.0, -pixel)
    path = write_raster(folder / f"{name}.tif", values.astype(kind), place)
    dataset = gdal.Open(path, gdal.GA_Update)
    for number, colour in enumerate(names, 1):
        dataset.GetRasterBand(number).SetDescription(colour)
    return path


def blank(path, dem=None, labels=LABELS):
    def opened(contract):
        return [Raster(path, (), contract, dem)]

    return no_base(path, dem is not None, opened, labels, UTM), opened


@pytest.mark.parametrize(
    "bands, kind, names, wanted",
    [
        (3, np.uint8, (), ("red", "green", "blue")),
        (1, np.uint8, (), ("band 1",)),
        (4, np.uint16, ("blue", "green", "red", "nir"), ("red", "green", "blue", "nir")),
        (
            5,
            np.uint16,
            ("blue", "green", "red", "red edge", "nir"),
            ("blue", "green", "red", "band 4", "nir"),
        ),
        (2, np.uint16, ("red", "red"), ("band 1", "band 2")),
        (1, np.float32, (), ("elevation",)),
        (1, np.int16, (), ("elevation",)),
    ],
)
def test_bands_are_those_of_the_image_and_found_again(
    tmp_path, bands, kind, names, wanted
):
    path = ground(tmp_path, "image", bands, kind, names)
    base, opened = blank(path)
    assert base.contract.bands == wanted
    (raster,) = opened(base.contract)
    dataset = gdal.Open(path)
    block = raster.read(0, 4)
    for place, name in enumerate(wanted):
        if name in names and names.count(name) == 1:
            assert raster.bands[place] == names.index(name) + 1
    assert block.pixels.shape[0] == len(wanted) == raster.planes
    assert dataset.RasterCount == len(wanted)


def test_an_elevation_model_beside_the_image_is_the_last_band(tmp_path):
    heights = np.tile(np.arange(WIDE, dtype=np.float32), (ROWS, 1))
    dem = write_raster(tmp_path / "dem.tif", heights)
    image = ground(tmp_path, "image", 1, np.uint8)
    assert blank(image, dem)[0].contract.bands == ("band 1", "elevation")
    assert blank(dem, dem)[0].contract.bands == ("elevation",)


def test_the_range_of_values_is_that_of_the_images(tmp_path):
    """Of 8 bits their percentiles; others are brought to a range of 8 bits."""
    path = ground(tmp_path, "eight", 3, np.uint8, high=101)
    # such dark bytes are taken to be percents, and stretched as other types are
    assert blank(path)[0].contract.stretch == ((20, 235),) * 3
    base, opened = blank(ground(tmp_path, "bytes", 3, np.uint8, high=201))
    assert np.allclose(base.contract.stretch, (4, 196), atol=1)
    base, opened = blank(ground(tmp_path, "wide", 2, np.uint16, high=5001))
    assert base.contract.stretch == ((20, 235),) * 2
    (raster,) = opened(base.contract)
    pixels = raster.read(0, ROWS).pixels
    assert pixels.dtype == np.uint8
    assert np.percentile(pixels, 2) == pytest.approx(20, abs=1)
    assert np.percentile(pixels, 98) == pytest.approx(235, abs=1)
    dem = ground(tmp_path, "dem", 1, np.float32)
    assert blank(dem)[0].contract.stretch is None


def test_pixels_are_the_coarsest_of_the_images_and_small_enough_to_see_landslides():
    assert pixel_size([(1.0, 1.0), (2.0, 2.0)], [90.0**2]) == 2.0
    assert pixel_size([(0.2, 0.2)], [10.0, 77.0**2, 1e6]) == 1.6  # 48 across
    assert pixel_size([(0.5, 2.0)], [20.0**2]) == 1.0


def test_the_smallest_polygon_is_half_of_the_smallest_landslide(tmp_path):
    path = ground(tmp_path, "image", 3, np.uint8)
    assert blank(path)[0].contract.min_area == pytest.approx(72, abs=0.2)


def prepared(folder, count=36, **asked):
    base, opened = blank(ground(folder, "image", 3, np.uint8), labels=LABELS[:count])
    given = LabelCount(count, 0, 0, 0)
    request = TuneRequest(whole=True, **asked)
    rasters = opened(base.contract)
    return prepare_tune(base, rasters, ["image"], LABELS[:count], given, UTM, request)


def test_all_of_it_learns_at_the_rate_of_training(tmp_path):
    job = prepared(tmp_path)
    assert not job.has_base and not job.learns_nothing
    assert job.stage == ("all", 600, 1e-3, False)
    assert prepared(tmp_path, steps=8, mrife_losses=True).stage == ("all", 8, 1e-3, True)


def test_too_few_landslides_are_refused(tmp_path):
    with pytest.raises(MrifeError, match="29 landslides are too few .* at least 30"):
        prepared(tmp_path, 29)
    assert len(prepared(tmp_path, 30).landslides) == 30


@pytest.mark.parametrize("stage", ["recalibrate", "decoder", "late"])
def test_a_part_of_a_base_that_is_not_there_cannot_stay(tmp_path, stage):
    with pytest.raises(MrifeError, match="nothing can stay as it was"):
        prepared(tmp_path, stage=stage)


def test_a_base_beside_it_is_refused():
    check_no_base(None)
    with pytest.raises(MrifeError, match="'base.onnx' is given as one"):
        check_no_base("base.onnx")


PLACES_BY_HAND = [(2 + 24 * (i // 8), 4 + 50 * (i % 8)) for i in range(32)]


@pytest.fixture
def made(tmp_path):
    """Of 32 landslides 24 are found; beside painting everything."""
    base = NoBase(
        Contract(name="own", bands=("red", "green", "blue"), window=64, pixel_size=1.0)
    )
    labels = [label(*place) for place in PLACES_BY_HAND]
    after = levels(*PLACES_BY_HAND[:24])
    return tuned(
        tmp_path,
        np.full_like(after, 125),
        after,
        labels,
        base=base,
        places=PLACES_BY_HAND,
    )


def test_the_floor_is_painting_everything(made):
    verdict = made.verdict
    share = verdict.landslide_share
    assert verdict.base.iou.value == pytest.approx(share)
    assert verdict.base.recall.value == 1
    assert verdict.base.average_precision.value == pytest.approx(share)
    assert verdict.tuned.iou.value == pytest.approx(0.75)
    assert verdict.is_better
    sentence = str(new_verdict_sentence(verdict))
    assert sentence.startswith("Better than painting everything")
    assert f"IoU 0.750, and {share:.3f} for painting everything" in sentence


@pytest.mark.parametrize("code, words", [("en", "No model"), ("zh", "无模型")])
def test_the_page_holds_it_against_no_model(made, code, words):
    comparison = ObjectComparison(made)
    list(comparison.run())
    change = comparison.result
    assert not change.before.records and len(change.gained()) == 24
    moment = datetime(2026, 11, 28, tzinfo=timezone.utc)
    text = page(TuneReport.of(made, change, "own.onnx", moment), code)
    assert words in text and "ft_" not in text
    if code == "en":
        assert "Better than painting everything" in text
        assert "base model" not in text.replace("There is no base model", "")


def test_everything_is_painted_where_anything_is_known(tmp_path):
    path = write_levels(tmp_path / "after.tif", levels(A, missing=300))
    write_everything(path, str(tmp_path / "floor.tif"))
    with Probability(str(tmp_path / "floor.tif")) as floor:
        (strip,) = floor.strips()
        assert (strip.values[:, :300] == 125).all()
        assert (strip.values[:, 300:] == 255).all()


def test_what_it_begins_with_is_said():
    contract = Contract(bands=("red", "green", "blue", "nir"), pixel_size=1.6)
    assert "red, green, blue, near infrared, pixels of 1.6 m; its encoder" in str(
        begins_sentence("imagenet", contract)
    )
    assert "begins with random numbers" in str(begins_sentence("random", contract))
