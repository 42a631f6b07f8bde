# SPDX-License-Identifier: GPL-2.0-or-later
"""Ground parted into bands: as many landslides in each, parted where there is room."""

from __future__ import annotations

import numpy as np
import pytest
from samples import PLACE, FakeDetector, first_band, read_raster
from shapely.geometry import Point, box
from tuned_by_hand import CONTRACT, UTM, image, square, write_levels

from models.finetune.folds import Folds
from models.finetune.held_out import (
    merge_probabilities,
    search_area,
    write_probability,
)
from models.geo.crs import Crs
from models.geo.grid import Grid
from models.geo.many_shapes import parts_of
from models.geo.overlay import joined
from models.geo.rasterize import PolygonMask, mask_of
from models.inference.levels import NODATA
from models.inference.raster import Raster
from models.onnxfile import ModelFile

GRID = Grid(1000, 400, PLACE, UTM.srs().ExportToWkt())


def in_a_row(columns, row=200):
    return [square(row, col) for col in columns]


def counts(folds, landslides, buffered=False):
    """Landslides whose middle lies in each band."""
    bands = [joined(folds.on(number, GRID, buffered)) for number in range(folds.count)]
    return [sum(band.contains(each.centroid) for each in landslides) for band in bands]


def test_bands_hold_as_many_landslides():
    landslides = in_a_row(range(0, 1000, 100))
    assert counts(Folds(landslides, UTM), landslides) == [5, 5]
    upright = [square(row, 480) for row in range(0, 400, 50)]
    folds = Folds(upright, UTM)
    assert counts(folds, upright) == [4, 4]
    north, south = (folds.masks(GRID)[number].read(0, 400, 0, 1000) for number in (1, 0))
    assert north[:100].all() and south[300:].all()


def test_the_edge_lies_in_the_middle_of_the_widest_gap_near_the_half():
    landslides = in_a_row([0, 60, 120, 180, 240, 300, 700, 760, 820, 880])
    folds = Folds(landslides, UTM)
    assert counts(folds, landslides) == [6, 4]
    first, second = (mask.read(200, 1, 0, 1000)[0] for mask in folds.masks(GRID))
    middle = (310 + 710) / 2
    assert np.flatnonzero(first)[-1] == pytest.approx(middle - 30, abs=1.5)
    assert np.flatnonzero(second)[0] == pytest.approx(middle + 30, abs=1.5)
    assert not (first & second).any()


def test_a_gap_far_from_the_half_is_not_taken():
    landslides = in_a_row([0, 500, 560, 620, 680, 740, 800, 860, 920, 980])
    assert min(counts(Folds(landslides, UTM), landslides)) >= 4


def test_the_widest_gap_may_lie_on_either_side_of_the_half_and_be_little_wider():
    before = in_a_row([0, 60, 120, 180, 480, 540, 600, 660, 720, 780])
    assert counts(Folds(before, UTM), before) == [4, 6]
    # 60 m at the half, 100 m after it
    after = in_a_row([0, 40, 80, 120, 160, 220, 320, 360, 400, 440])
    assert counts(Folds(after, UTM), after) == [6, 4]


def test_where_gaps_are_near_each_other_the_one_that_cuts_least_is_taken():
    """The fourth of eight reaches over the widest gap of middles, at the half."""
    landslides = in_a_row([0, 40, 80, 120, 420, 460, 500, 540])
    west, south, east, north = landslides[3].bounds
    landslides[3] = box(west - 200, south, east + 200, north)
    assert counts(Folds(landslides, UTM), landslides) == [5, 3]


def test_no_half_of_a_landslide_is_taught_to_whom_the_other_one_judges():
    """Wherever they lie: of each part of a landslide that teaches a fold all is judged
    there.
    """
    rng = np.random.default_rng(0)
    cut = 0
    for _ in range(12):
        landslides = []
        for _ in range(12):
            row, col = rng.uniform((0, 0), (300, 800))
            part = square(row, col, rng.uniform(20, 200))
            landslides.append(part.union(square(row, (col + 400) % 900, 20)))
        folds = Folds(landslides, UTM)
        taught = [mask.read(0, 400, 0, 1000) for mask in folds.masks(GRID)]
        bands = [PolygonMask(folds.on(n, GRID, False), GRID) for n in range(folds.count)]
        judged = [mask.read(0, 400, 0, 1000) for mask in bands]
        for part in (part for each in landslides for part in parts_of(each)):
            under = mask_of([part.buffer(-1)], GRID)  # its border is not taught
            for fold in range(folds.count):
                is_taught = bool((under & taught[fold]).any())
                assert not (is_taught and (under & judged[1 - fold]).any())
            cut += all((under & band).any() for band in judged)
    assert cut > 5


def test_within_one_giant_outline_each_half_is_taught():
    landslides = [*in_a_row(range(50, 950, 100)), box(*GRID.bounds)]
    folds = Folds(landslides, UTM).masks(GRID)
    first, second = (mask.read(0, GRID.height, 0, GRID.width) for mask in folds)
    assert first.mean() > 0.3 and second.mean() > 0.3


def test_two_landslides_are_parted_and_one_has_all_ground():
    two = in_a_row([0, 600])
    assert counts(Folds(two, UTM), two) == [1, 1]
    alone = Folds(two[:1], UTM)
    assert alone.count == 1 and alone.masks(GRID)[0].read(0, 400, 0, 1000).all()


def test_bands_cover_all_ground_once_without_their_buffer():
    landslides = in_a_row([0, 300, 600, 900])
    folds = Folds(landslides, UTM)
    first, second = (joined(folds.on(number, GRID, False)) for number in (0, 1))
    assert first.intersection(second).area < 1
    for col in (5, 500, 995):
        x = PLACE[0] + col
        place = Point(x, PLACE[3] - 200)
        assert first.contains(place) != second.contains(place)


def test_bands_in_degrees_are_those_in_metres():
    degrees = Crs("EPSG:4326")
    landslides = in_a_row([0, 60, 120, 700, 760, 820])
    moved = [
        type(each)(UTM.transform(np.array(each.exterior.coords), degrees))
        for each in landslides
    ]
    one = Folds(landslides, UTM).masks(GRID)[0].read(0, 400, 0, 1000)
    other = Folds(moved, degrees).masks(GRID)[0].read(0, 400, 0, 1000)
    assert (one != other).mean() < 0.01


def test_what_is_judged_is_the_reviewed_ground_of_a_fold():
    landslides = in_a_row([0, 60, 120, 700, 760, 820])
    folds = Folds(landslides, UTM)
    assert search_area(GRID, None, UTM, folds, None) is None
    reviewed = square(100, 300, 300)
    (whole,) = search_area(GRID, reviewed, UTM, folds, None)
    assert joined([whole]).symmetric_difference(reviewed).area < 1
    parts = [joined(search_area(GRID, reviewed, UTM, folds, each)) for each in (0, 1)]
    assert sum(part.area for part in parts) == pytest.approx(300 * 300, rel=1e-3)
    assert parts[0].bounds[2] == pytest.approx(PLACE[0] + (130 + 710) / 2, abs=1)
    assert search_area(GRID, square(100, 900), UTM, folds, 0) == []
    band = joined(search_area(GRID, None, UTM, folds, 1))
    assert band.bounds[0] == pytest.approx(PLACE[0] + (130 + 710) / 2, abs=1)


def test_searching_says_how_far_it_is(tmp_path):
    base = ModelFile("base.onnx", CONTRACT, (), (), "01234567", 1)
    raster = Raster(image(tmp_path / "image.tif"), (), CONTRACT)
    path = str(tmp_path / "p.tif")
    detector = FakeDetector(first_band)
    shares = list(write_probability(raster, base, detector, None, path))
    assert shares == sorted(shares) and shares[-1] == 1
    assert (read_raster(path) == read_raster(tmp_path / "image.tif")[0]).all()


def test_rasters_of_the_folds_become_one(tmp_path):
    left = np.full((8, 10), NODATA, np.uint8)
    right = left.copy()
    left[:, :5] = 10
    right[:, 6:] = 20
    paths = [
        write_levels(tmp_path / "0.tif", left),
        write_levels(tmp_path / "1.tif", right),
    ]
    path = str(tmp_path / "both.tif")
    merge_probabilities(paths, path)
    row = read_raster(path)[3].tolist()
    assert row == [10] * 5 + [NODATA] + [20] * 4
