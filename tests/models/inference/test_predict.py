# SPDX-License-Identifier: GPL-2.0-or-later
"""The laws of predict: what comes out depends on the pixels alone."""

import numpy as np
import pytest
from samples import (
    PLACE,
    FakeDetector,
    constant,
    first_band,
    run,
    run_strips,
    write_raster,
)

from models.contract import Contract
from models.geo.grid import Window
from models.inference import blend, resample
from models.inference.plan import plan
from models.inference.predict import predict
from models.inference.raster import Raster
from models.inference.symmetries import ALL
from models.inference.tiling import blend_weights

ONE = Contract(bands=("gray",), window=64)
SIZES = [(1, 2), (5, 300), (300, 5), (64, 64), (65, 64), (200, 333), (500, 129)]


def noise(size, seed=0):
    return np.random.default_rng(seed).integers(0, 251, size).astype(np.uint8)


def with_gaps(image):
    """The image with some of its ground missing (0), in one corner and in a bow."""
    gaps = image.copy()
    gaps[:90, :70] = 0
    rows, cols = np.indices(image.shape)
    gaps[np.abs(np.hypot(rows - 300, cols) - 170) < 9] = 0
    return gaps


@pytest.fixture(params=["whole", "with gaps"])
def ground(request, tmp_path):
    """Writes an image of pixels of 0.5 m, with gaps or without; its path."""

    def written(image):
        place = (500000, 0.5, 0, 3000000, 0, -0.5)
        if request.param == "whole":
            return write_raster(tmp_path / "a.tif", image, place)
        return write_raster(tmp_path / "a.tif", with_gaps(image), place, nodata=0)

    return written


def edge_sensitive(batch):
    """An answer that is worse towards the window's border, as every network's is."""
    ramp = np.minimum(np.arange(64), 63 - np.arange(64)) / 64
    return np.broadcast_to(
        0.3 + 0.3 * np.minimum(ramp, ramp[:, None]), (len(batch), 64, 64)
    ).astype(np.float32)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("overlap", [0, 0.25, 0.6])
def test_identity_model_reproduces_the_input(tmp_path, size, overlap):
    image = noise(size)
    assert (
        run(write_raster(tmp_path / "a.tif", image), ONE, overlap=overlap) == image
    ).all()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("pixel, model", [(1, None), (0.5, 0.8), (0.5, 1.6), (2.0, 0.8)])
def test_constant_detector_gives_the_constant_everywhere_but_holes(
    tmp_path, size, pixel, model
):
    image = noise(size) // 2 + 1
    hole = np.zeros(size, bool)
    hole[: size[0] // 2, : size[1] // 2] = True
    image[hole] = 0
    path = write_raster(
        tmp_path / "a.tif", image, (500000, pixel, 0, 3000000, 0, -pixel), nodata=0
    )
    found = run(
        path, Contract(bands=("gray",), window=64, pixel_size=model), constant(0.4)
    )
    assert (found[hole] == 255).all() and (found[~hole] == 100).all()


def test_result_does_not_depend_on_the_batch(tmp_path):
    path = write_raster(tmp_path / "a.tif", noise((300, 411)))
    whole = run(path, ONE, edge_sensitive)
    assert all(
        (run(path, ONE, edge_sensitive, batch=n) == whole).all() for n in (1, 3, 64)
    )


@pytest.mark.parametrize("model", [None, 0.8])
def test_result_does_not_depend_on_the_height_of_strips(monkeypatch, model, ground):
    path = ground(noise((300, 211)))
    contract = Contract(bands=("gray",), window=64, pixel_size=model)
    whole = run(path, contract)
    for rows in (1, 50, 1000):
        for module in (blend, resample):
            monkeypatch.setattr(module, "MAX_STRIP_ROWS", rows)
        assert (run(path, contract) == whole).all()


@pytest.mark.parametrize("model", [None, 0.8, 1.6])
@pytest.mark.parametrize(
    "extent", [Window(37, 21, 90, 71), Window(0, 0, 1, 1), Window(250, 300, 50, 33)]
)
def test_an_extent_run_is_the_cut_of_the_full_run(model, extent, ground):
    path = ground(noise((300, 333)))
    contract = Contract(bands=("gray",), window=64, pixel_size=model)

    def local(batch):  # depends on the pixels and on the place in the window
        return first_band(batch) * edge_sensitive(batch)

    whole = run(path, contract, local)
    cut = run(path, contract, local, extent=extent, batch=3)
    rows = slice(extent.row, extent.row + extent.rows)
    cols = slice(extent.col, extent.col + extent.cols)
    assert (cut == whole[rows, cols]).all()


@pytest.mark.parametrize("model", [None, 0.8, 1.6])
@pytest.mark.parametrize("begin", [1, 128, 299, 300])
def test_a_run_continued_at_a_row_gives_the_rest_of_the_whole(model, begin, ground):
    path = ground(noise((300, 133)))
    contract = Contract(bands=("gray",), window=64, pixel_size=model)
    whole = run(path, contract)
    raster = Raster(path, contract=contract)
    rest = list(
        predict(raster, FakeDetector(first_band), plan(raster, contract), begin=begin)
    )
    assert [s.row for s in rest[:1]] == [begin][: len(rest)]
    assert (np.concatenate([whole[:begin], *(s.values for s in rest)]) == whole).all()


def test_runs_are_the_same_only_if_all_that_counts_is(tmp_path):
    raster = Raster(write_raster(tmp_path / "a.tif", noise((300, 133))), contract=ONE)
    other = Raster(
        write_raster(tmp_path / "b.tif", noise((300, 133), seed=1)), contract=ONE
    )
    same = plan(raster, ONE).digest(raster, "m")
    assert same == plan(Raster(raster.path, contract=ONE), ONE).digest(raster, "m")
    plans = [
        plan(raster, ONE, 0.5),
        plan(raster, ONE, extent=Window(0, 0, 9, 9)),
        plan(raster, ONE, mask=[b"x"]),
    ]
    changed = [
        plan(raster, ONE).digest(raster, "n"),
        plan(other, ONE).digest(other, "m"),
        *(other_plan.digest(raster, "m") for other_plan in plans),
    ]
    assert same not in changed and len(set(changed)) == 5


@pytest.mark.parametrize("name", ["KNOWN_POWER", "MIN_KNOWN_WEIGHT"])
def test_a_run_that_weighed_its_windows_otherwise_is_another(tmp_path, monkeypatch, name):
    raster = Raster(write_raster(tmp_path / "a.tif", noise((300, 133))), contract=ONE)
    now = plan(raster, ONE).digest(raster, "m")
    monkeypatch.setattr(f"models.inference.plan.{name}", 0.5)
    assert plan(raster, ONE).digest(raster, "m") != now


def test_no_seam_where_windows_meet(tmp_path):
    """With an answer that falls towards the window's edge, steps across borders are no
    larger than within windows.
    """
    found = run(
        write_raster(tmp_path / "a.tif", noise((64, 400))), ONE, edge_sensitive
    ).astype(int)
    middle = found[32, 32:-32]
    assert (
        np.abs(np.diff(middle)).max() <= 4
    )  # of 250; the hard join would jump by some 75


@pytest.mark.parametrize("along", ["rows", "columns"])
def test_beside_missing_ground_the_fuller_window_answers(tmp_path, along):
    image = np.zeros((64, 96), np.uint8)  # the first 16 columns are missing
    image[:, 16:64] = 100
    image[:, 64:] = 200
    contract = Contract(bands=("gray",), window=64, overlap=0.5)
    first, second = 25.0, 33.0

    def told_apart(batch):  # the first window sees 100 alone, the second 200 as well
        answer = np.where(batch[:, 0].max((1, 2)) > 150, second, first) / 250
        return np.broadcast_to(answer[:, None, None], (len(batch), 64, 64))

    if along == "rows":
        image = image.T
    path = write_raster(tmp_path / "a.tif", image, nodata=0)
    (found, spread), _ = run_strips(path, contract, told_apart, ALL)
    if along == "rows":
        found, spread = found.T, spread.T
    weights = blend_weights([0, 32], 64, 0.5)
    shared = np.arange(32, 64)
    one = weights[0, shared] * 0.75**6  # three quarters of the first window are known
    other = weights[1, shared - 32]
    share = other / (one + other)
    expected = (1 - share) * first + share * second
    assert (found[:, :16] == 255).all()
    assert (found[:, 16:32] == first).all() and (found[:, 64:] == second).all()
    assert (found[:, shared] == np.round(expected)).all()
    deviation = (second - first) * np.sqrt(share * (1 - share))
    assert (spread[:, shared] == np.round(deviation)).all()
    plain = weights[0, shared] * first + other * second
    assert (np.round(plain) != np.round(expected)).sum() > 5  # else it shows nothing


def test_a_window_of_which_little_is_known_answers_where_no_other_does(tmp_path):
    image = np.zeros((200, 200), np.uint8)
    image[100, 100:102] = 8, 9
    path = write_raster(
        tmp_path / "a.tif", image, (500000, 0.5, 0, 3000000, 0, -0.5), nodata=0
    )
    for pixel_size in (None, 0.8):
        contract = Contract(bands=("gray",), window=64, pixel_size=pixel_size)
        found = run(path, contract, constant(0.4), overlap=0.5)
        assert found[100, 100] == 100
        assert (found != 255).sum() == 2


def test_windows_without_valid_pixels_are_skipped(tmp_path):
    image = noise((640, 640)) // 2 + 1
    image[64:] = 0
    raster = Raster(write_raster(tmp_path / "a.tif", image, nodata=0), contract=ONE)
    seen = []

    class Counting:
        def stream(self, batches):
            for key, batch in batches:
                seen.append(0 if batch is None else len(batch))
                yield key, None if batch is None else constant(0.2)(batch)

    strips = list(predict(raster, Counting(), plan(raster, ONE)))
    assert sum(seen) < plan(raster, ONE).tiles / 5
    assert sum(len(s.values) for s in strips) == 640


def blurred(batch):
    """What a network does: the answer at a pixel depends on 9 x 9 of them."""
    band = np.pad(batch[:, 0].astype(float), [(0, 0), (4, 4), (4, 4)], mode="reflect")
    views = np.lib.stride_tricks.sliding_window_view(band, (9, 9), axis=(1, 2))
    return (views.mean(axis=(3, 4)) / 250).astype(np.float32)


@pytest.mark.parametrize("kind", ["nodata", "alpha", "collar", "nan"])
@pytest.mark.parametrize("model", [None, 2.0])
def test_an_island_in_missing_ground_is_the_ground_alone(tmp_path, kind, model):
    """Ground of 100-200 in missing pixels of 0 (or NaN): were they filled with one
    colour, the answer along the shore would be up to half of it.
    """
    rows, cols = np.mgrid[:160, :200]
    ground = np.asarray(150 + 40 * np.sin(rows / 9) * np.cos(cols / 13), np.uint8)
    ground += noise(ground.shape) % 11
    island = np.zeros((340, 420), np.uint8)
    here = (slice(90, 250), slice(110, 310))
    island[here] = ground
    nodata = None
    alpha = False
    if kind == "nodata":
        nodata = 0
    elif kind == "alpha":
        alpha = True
        island[island == 0] = 77
        opaque = np.zeros_like(island)
        opaque[here] = 255
        island = np.stack([island, opaque])
    elif kind == "nan":
        island = np.where(island > 0, island, np.nan).astype(np.float32)
    contract = Contract(bands=("gray",), window=64, overlap=0.5, pixel_size=model)
    alone = run(write_raster(tmp_path / "a.tif", ground), contract, blurred)
    path = write_raster(tmp_path / "b.tif", island, nodata=nodata, alpha=alpha)
    whole = run(path, contract, blurred)
    outside = np.ones(whole.shape, bool)
    outside[here] = False
    assert (whole[outside] == 255).all()
    apart = np.abs(whole[here].astype(int) - alone)
    assert apart.max() <= 12 and apart.mean() < 1.5
    cut = run(path, contract, blurred, extent=Window(60, 80, 100, 150))
    assert (cut == whole[60:160, 80:230]).all()


def test_resampling_puts_every_thing_in_its_place(tmp_path):
    """A bright block of the image lies under the same block of the result, to within
    one pixel of the model.
    """
    image = np.full((400, 600), 20, np.uint8)
    image[120:240, 200:360] = 220
    path = write_raster(tmp_path / "a.tif", image, (500000, 0.5, 0, 3000000, 0, -0.5))
    found = run(path, Contract(bands=("gray",), window=64, pixel_size=1.3)) > 120
    rows, cols = np.nonzero(found)
    np.testing.assert_allclose(
        [rows.min(), rows.max() + 1, cols.min(), cols.max() + 1],
        [120, 240, 200, 360],
        atol=1.5,
    )


@pytest.mark.parametrize("axis", [0, 1])
def test_resampling_shifts_nothing(tmp_path, axis):
    """A steep ramp, averaged to half its pixels and brought back, is the same ramp:
    half a pixel is 2.5 levels.
    """
    ramp = np.repeat(np.arange(0, 250, 5, dtype=np.uint8)[:, None], 50, axis=1)
    image = ramp if axis == 0 else ramp.T
    found = run(
        write_raster(tmp_path / "a.tif", image),
        Contract(bands=("gray",), window=64, pixel_size=2.0),
    )
    inner = (slice(2, -2), slice(2, -2))
    assert np.abs(found[inner].astype(int) - image[inner]).max() <= 1


def test_shrinking_averages_and_does_not_pick(tmp_path):
    image = np.full((100, 100), 10, np.uint8)
    image[::2, ::2] = image[1::2, 1::2] = 210
    seen = []

    def look(batch):
        seen.append(batch[:, 0])
        return first_band(batch)

    run(
        write_raster(tmp_path / "a.tif", image),
        Contract(bands=("gray",), window=64, pixel_size=2.0),
        look,
    )
    assert np.abs(seen[0][:, :50, :50].astype(int) - 110).max() <= 1


def test_a_raster_smaller_than_a_window_is_reflected(tmp_path):
    image, seen = noise((20, 50)), []

    def look(batch):
        seen.append(batch[0, 0])
        return first_band(batch)

    run(write_raster(tmp_path / "a.tif", image), ONE, look)
    assert (seen[0] == np.pad(image, ((0, 44), (0, 14)), mode="reflect")).all()


def test_a_long_gap_does_not_hold_finished_rows_back(tmp_path):
    """Where nothing is to be found for long, rows leave at once instead of piling up
    until the next batch.
    """
    image = np.zeros((1200, 64), np.uint8)
    image[:40] = noise((40, 64)) // 2 + 1
    image[-40:] = 9
    raster = Raster(write_raster(tmp_path / "a.tif", image, nodata=0), contract=ONE)
    given = []

    class Watching:
        def stream(self, batches):
            for key, batch in batches:
                given.append(batch)
                yield key, None if batch is None else constant(0.2)(batch)

    strips = predict(raster, Watching(), plan(raster, ONE))
    while next(strips).row < 500:
        pass
    early = sum(len(batch) for batch in given if batch is not None)
    assert sum(len(strip.values) for strip in strips) > 0
    assert 0 < early < sum(len(batch) for batch in given if batch is not None)


def test_a_search_area_thinner_than_the_models_pixels_is_not_lost(tmp_path):
    from shapely import wkb
    from shapely.geometry import box

    path = write_raster(
        tmp_path / "a.tif", noise((80, 100)), (500000, 0.5, 0, 3000000, 0, -0.5)
    )
    found = run(
        path,
        Contract(bands=("gray",), window=64, pixel_size=1.6),
        constant(0.4),
        area=[wkb.dumps(box(500020.5, 2999970, 500021, 2999990))],
    )
    inside = np.zeros((80, 100), bool)
    inside[20:60, 41] = True
    assert (found[inside] == 100).all() and (found[~inside] == 255).all()


def test_only_the_search_area_is_searched(tmp_path):
    from shapely import wkb
    from shapely.geometry import box

    path = write_raster(tmp_path / "a.tif", noise((200, 300)))
    area = [wkb.dumps(box(500050, 2999900, 500150, 2999980))]
    found = run(path, ONE, area=area)
    inside = np.zeros((200, 300), bool)
    inside[20:100, 50:150] = True
    assert ((found != 255) == inside).all()
    assert (found[inside] == noise((200, 300))[inside]).all()


def test_rotated_and_non_square_grids_are_kept(tmp_path):
    turned = (500000, 0.8, 0.3, 3000000, 0.3, -0.8)
    raster = Raster(
        write_raster(tmp_path / "a.tif", noise((150, 140)), turned), contract=ONE
    )
    laid = plan(raster, ONE, extent=Window(10, 20, 30, 40))
    assert laid.grid.geotransform == pytest.approx(
        (500000 + 16 + 3, 0.8, 0.3, 3000000 + 6 - 8, 0.3, -0.8)
    )
    assert PLACE != turned
