# SPDX-License-Identifier: GPL-2.0-or-later
"""What a network is taught of each pixel, and what nobody knows."""

from __future__ import annotations

import os
import resource
from dataclasses import replace

import numpy as np
import pytest
from samples import PLACE, write_raster
from shapely.geometry import box
from tuned_by_hand import CONTRACT, UTM, label, square

from models.errors import MrifeError
from models.finetune import samples
from models.finetune.cuts import (
    BETWEEN,
    LARGE,
    NAMES,
    SMALL,
    TILE,
    UNKNOWN,
    Cuts,
    read_cuts,
)
from models.finetune.folds import Folds
from models.finetune.ground import ground_of, outline_band
from models.finetune.labels import LANDSLIDE, LOOK_ALIKE, UNDECIDED, of_kind
from models.finetune.samples import (
    SampleWindow,
    cuts_of,
    draw,
    draw_tiles,
    read_cut,
    write_region,
    write_samples,
)
from models.geo.grid import Window
from models.inference.raster import Raster

ROWS = 300
COLS = 700
SIDE = 40
WEST = (100, 100)  # row and column of two landslides
EAST = (100, 560)
MISSING = 650  # columns from here on hold no pixels
LABELS = (
    label(*WEST, side=SIDE),
    label(*EAST, side=SIDE),
    label(200, 100, LOOK_ALIKE, side=SIDE),
    label(100, 300, UNDECIDED, side=SIDE),
    label(120, 120, UNDECIDED, side=SIDE),  # in part over the first landslide
)


@pytest.fixture
def make(tmp_path):
    values = np.random.default_rng(0).integers(1, 250, (3, ROWS, COLS)).astype(np.uint8)
    values[:, :, MISSING:] = 0
    raster = Raster(write_raster(tmp_path / "image.tif", values, nodata=0), (), CONTRACT)

    def ground(reviewed=None, labels=LABELS, contract=CONTRACT):
        folds = Folds(of_kind(labels, LANDSLIDE), UTM)
        return ground_of(raster, contract, labels, reviewed, UTM, folds)

    return ground


def known(ground):
    return ground.known(Window(0, 0, ROWS, COLS))


def test_landslides_are_taught_but_for_their_outline(make):
    taught = known(make()).label
    row, col = WEST
    assert (taught[row + 1 : row + SIDE - 1, col + 1 : col + SIDE - 1] == 1).all()
    for edge in (row - 1, row, row + SIDE - 1, row + SIDE):
        assert (taught[edge, col : col + SIDE] == UNKNOWN).all()
    for edge in (col - 1, col, col + SIDE - 1, col + SIDE):
        assert (taught[row : row + SIDE, edge] == UNKNOWN).all()
    assert (taught == 1).sum() == 2 * (SIDE - 2) ** 2
    assert (taught[row - 2, col : col + SIDE] == 0).all()


def test_look_alikes_are_background_and_the_undecided_is_never_taught(make):
    taught = known(make()).label
    assert (taught[200 : 200 + SIDE, 100 : 100 + SIDE] == 0).all()
    assert (taught[100 : 100 + SIDE, 300 : 300 + SIDE] == UNKNOWN).all()
    assert (taught[142:160, 142:160] == UNKNOWN).all()
    assert (taught[121:138, 121:138] == 1).all()  # the landslide is decided


def test_outside_the_reviewed_area_landslides_and_look_alikes_alone_are_known(make):
    x, y = PLACE[0], PLACE[3]
    taught = known(make(box(x + 400, y - ROWS, x + COLS, y))).label
    row, col = WEST
    assert (taught[row + 1 : row + SIDE - 1, col + 1 : col + SIDE - 1] == 1).all()
    assert (taught[200 : 200 + SIDE, 100 : 100 + SIDE] == 0).all()
    assert (taught[:90, :400] == UNKNOWN).all() and (taught[:90, 400:] == 0).all()


def test_a_window_says_what_the_whole_says(make):
    ground = make()
    whole = known(ground)
    # across the first landslide, and between its outlines
    for window in (Window(99, 90, 60, 70), Window(100, 100, SIDE, SIDE)):
        part = ground.known(window)
        inside = np.s_[
            window.row : window.row + window.rows, window.col : window.col + window.cols
        ]
        assert (part.label == whole.label[inside]).all()
        assert (part.fold == whole.fold[inside]).all()


def test_folds_leave_ground_between_them(make):
    fold = known(make()).fold[0]
    middle = (WEST[1] + EAST[1] + SIDE) // 2
    assert fold[middle] == BETWEEN
    assert fold[middle - 32] == 0 and fold[middle + 32] == 1
    assert (fold == BETWEEN).sum() == pytest.approx(60, abs=2)


def test_where_pixels_are_missing_nothing_is_known(make):
    pixels, cut = read_cut(make(), Window(200, 600, SMALL, SMALL))
    beyond = np.zeros((SMALL, SMALL), bool)
    beyond[:, MISSING - 600 :] = True
    assert (cut.label[beyond] == UNKNOWN).all() and (cut.label[~beyond] == 0).all()
    assert (pixels[:, beyond] > 0).all()  # the ground beside continues


def test_beyond_the_raster_nothing_is_known(make):
    pixels, cut = read_cut(make(), Window(ROWS - 50, 0, SMALL, SMALL))
    assert (cut.label[50:] == UNKNOWN).all() and (cut.label[:50] == 0).all()
    assert (pixels[:, 50:] > 0).all()  # the ground beside continues


def test_samples_on_disk(make, tmp_path):
    """Large cuts hold landslides, small ones none, tiles show all known ground once."""
    ground = make()
    shares = list(write_samples([ground], tmp_path, 0))
    assert shares == sorted(shares) and shares[-1] == pytest.approx(1)
    large, small, tiles = (read_cuts(tmp_path, side) for side in (LARGE, SMALL, TILE))
    for cuts, side in ((large, LARGE), (small, SMALL), (tiles, TILE)):
        count = len(cuts.label)
        assert count and cuts.pixels.shape == (count, 3, side, side)
        assert cuts.label.shape == cuts.fold.shape == (count, side, side)
        assert set(np.unique(cuts.label)) <= {0, 1, UNKNOWN}
    assert all((label == 1).any() for label in large.label)
    assert not (small.label == 1).any()
    taught = known(ground).label
    taught[:, MISSING:] = UNKNOWN
    for kind in (0, 1):
        assert (tiles.label == kind).sum() == (taught == kind).sum()
    assert (tiles.pixels[0] == ground.reader.read(0, TILE, 0, TILE).pixels).all()


@pytest.mark.parametrize("height, width", [(80, 80), (210, 400), (280, 480), (289, 575)])
def test_tiles_cover_an_image_of_any_size_once(tmp_path, height, width):
    values = np.random.default_rng(0).integers(1, 250, (3, height, width), np.uint8)
    raster = Raster(write_raster(tmp_path / "image.tif", values), (), CONTRACT)
    folds = Folds([square(10, 10), square(10, 50)], UTM)
    ground = ground_of(raster, CONTRACT, (), None, UTM, folds)
    covered = np.zeros((height, width), int)
    for row, col, rows, cols in (cut.window for cut in cuts_of(ground, 0)[TILE]):
        covered[row : row + rows, col : col + cols] += 1
    assert (covered == 1).all()


@pytest.mark.parametrize("begun", ["room is taken", "zeros are written"])
def test_a_full_disk_is_said_before_a_cut_is_read(make, tmp_path, monkeypatch, begun):
    """QGIS's own process writes the samples: it would end where they are mapped."""
    monkeypatch.setattr(samples, "read_cut", None)
    if begun == "zeros are written":
        monkeypatch.delattr(os, "posix_fallocate")
    folder = tmp_path / "samples"
    folder.mkdir()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    words = "^The disk of '.*' is full, and '{}' was not written; make room"
    try:
        with pytest.raises(MrifeError, match=words.format("samples")):
            list(write_samples([make()], folder, 0))
        with pytest.raises(MrifeError, match=words.format("region")):
            list(write_region([make()], folder / "region", 0))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_the_room_for_all_samples_is_taken_before_the_first(make, tmp_path):
    for share in write_samples([make()], tmp_path, 0):
        if share > 0.3:
            break
    for side in (LARGE, SMALL, TILE):
        for part, array in zip(Cuts._fields, read_cuts(tmp_path, side)):
            stored = (tmp_path / f"{NAMES[side]}-{part}.npy").stat()
            assert stored.st_blocks * 512 >= array.nbytes > 0


def test_room_for_both_kinds_is_needed(make, tmp_path):
    x, y = PLACE[0], PLACE[3]
    tight = box(x + 100, y - 140, x + 140, y - 100)
    with pytest.raises(MrifeError, match="no room without landslides"):
        list(write_samples([make(tight, LABELS[:2])], tmp_path, 0))
    # a ring around a landslide is enough, too small though for cuts without one
    ring = box(x + 95, y - 145, x + 145, y - 95)
    list(write_samples([make(ring, LABELS[:2])], tmp_path, 0))
    assert not read_cuts(tmp_path, SMALL).label.size
    # what looks like one is room enough: a review without an area has no more
    list(write_samples([make(tight, LABELS[:3])], tmp_path, 0))
    assert read_cuts(tmp_path, SMALL).label.size
    far = (label(3000, 3000), label(3000, 3400))
    with pytest.raises(MrifeError, match="No landslide lies on the images"):
        list(write_samples([make(labels=far)], tmp_path, 0))


def test_cuts_of_ground_of_which_too_little_is_known_are_left_out(make):
    x, y = PLACE[0], PLACE[3]
    cuts = cuts_of(make(box(x, y - 96, x + 96, y)), 0)
    places = [cut.window[:2] for cut in cuts[SMALL]]
    assert places[:3] == [(0, 0), (0, 48), (48, 0)]
    # the rest sees the look-alike, rows 200 to 240 and columns 100 to 140
    assert all(104 < row < 240 and 4 < col < 140 for row, col in places[3:])
    assert len(places) == 3 + 4


@pytest.mark.parametrize("side, is_cut", [(15, False), (16, True)])
def test_256_known_pixels_make_a_cut(make, side, is_cut):
    x, y = PLACE[0] + 400, PLACE[3]
    cuts = cuts_of(make(box(x, y - side, x + side, y), LABELS[:2]), 0)
    assert bool(cuts[SMALL]) == is_cut


def test_pixels_are_those_of_the_model(make):
    """Of 2 m: landslides of 20 pixels, less one all around."""
    ground = make(contract=replace(CONTRACT, pixel_size=2.0))
    taught = ground.known(Window(0, 0, ROWS // 2, COLS // 2)).label
    assert (ground.grid.height, ground.grid.width) == (ROWS // 2, COLS // 2)
    assert (taught == 1).sum() == 2 * (SIDE // 2 - 2) ** 2


def test_of_too_many_those_with_landslides_stay():
    window = Window(0, 0, 1, 1)
    cuts = [SampleWindow(place, window, place % 5 == 0, True) for place in range(50)]
    drawn = draw(cuts, 20, 3)
    assert len(drawn) == 20 and sum(cut.holds for cut in drawn) == 10
    assert drawn == sorted(drawn) and drawn == draw(cuts, 20, 3) != draw(cuts, 20, 4)
    assert draw(cuts, 50, 3) == cuts


@pytest.mark.parametrize("slides, others", [(3, 60), (30, 60), (60, 3), (40, 0), (5, 6)])
def test_tiles_stand_for_as_much_landslide_as_the_ground_has(slides, others):
    """However few are drawn: networks are scored, and calibrated, on what is there."""
    window = Window(0, 0, 1, 1)
    tiles = [SampleWindow(n, window, n < slides, True) for n in range(slides + others)]
    drawn, stand_for = draw_tiles(tiles, 20, 3)
    assert len(drawn) == len(stand_for) == min(20, len(tiles)) == len(set(drawn))
    holds = np.array([tile.holds for tile in drawn])
    assert stand_for[holds].sum() == pytest.approx(slides)
    assert stand_for[~holds].sum() == pytest.approx(others)
    if len(tiles) <= 20:
        assert (stand_for == 1).all()
    else:
        assert holds.sum() >= min(slides, 10) and (~holds).sum() >= min(others, 10)


def test_of_too_many_those_with_look_alikes_stay_next(make):
    cuts = cuts_of(make(), 0)[SMALL]
    rejected = [cut for cut in cuts if cut.has_look_alike]
    for cut in rejected:  # rows 200 to 240 and columns 100 to 140
        assert 200 - SMALL < cut.window.row < 240 and 100 - SMALL < cut.window.col < 140
    assert 0 < len(rejected) < len(cuts)
    for seed in range(3):
        drawn = draw(cuts, len(rejected) + 1, seed)
        assert set(rejected) < set(drawn)
    assert not any(cut.has_look_alike for cut in cuts_of(make(), 0)[TILE])


def test_files_that_hold_objects_are_not_read(tmp_path):
    for part in ("pixels", "label", "fold"):
        objects = np.array([{"a": 1}], object)
        np.save(tmp_path / f"large-{part}.npy", objects, allow_pickle=True)
    with pytest.raises(ValueError):
        read_cuts(tmp_path, LARGE)


def test_the_band_of_an_outline_is_two_pixels_wide():
    mask = np.zeros((5, 6), bool)
    mask[:, 3:] = True
    assert outline_band(mask).sum(0).tolist() == [0, 0, 5, 5, 0, 0]
    assert not outline_band(np.ones((4, 4), bool)).any()


def test_a_label_counts_by_its_weight_and_the_surer_one_wins(make):
    """A field of a training layer, a geologist's confidence; beside them all is sure."""
    labels = (
        label(*WEST, side=SIDE, geo_conf="moderate"),
        label(100, 120, side=SIDE, weight=0.5),
        label(*EAST, side=SIDE),
        label(200, 100, LOOK_ALIKE, side=SIDE, weight=0.25),
    )
    weight = known(make(labels=labels)).weight
    assert weight[110, 110] == weight[110, 130] == 75 and weight[110, 150] == 50
    assert weight[110, 570] == 100 and weight[210, 110] == 25 and weight[0, 0] == 100
    assert (known(make()).weight == 100).all()
