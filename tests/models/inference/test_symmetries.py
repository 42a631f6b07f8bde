# SPDX-License-Identifier: GPL-2.0-or-later
"""Flips and rotations: what goes to the network is the ground from another side, what
comes back lies as the ground does, and mean and deviation are those of all answers.
"""

import numpy as np
import pytest
from samples import FakeDetector, first_band, run_strips, write_raster

from models.contract import Contract
from models.geo.grid import Window
from models.inference.probability import Probability
from models.inference.probability_writer import ProbabilityWriter
from models.inference.symmetries import ALL, AS_IT_LIES, Symmetry, moments
from models.inference.tiling import blend_weights

ONE = Contract(bands=("gray",), window=64)
SQUARE = np.arange(9, dtype=np.uint8).reshape(3, 3)


def corner(batch):
    """1 in the first pixel of each window as it is laid, else 0."""
    answer = np.zeros((len(batch), *batch.shape[2:]), np.float32)
    answer[:, 0, 0] = 1
    return answer


def left_half(batch):
    """A network that is surer of the left."""
    answer = np.full((len(batch), *batch.shape[2:]), 0.5, np.float32)
    answer[:, :, : batch.shape[3] // 2] = 0.9
    return answer


def middle(batch):
    """A network that sees landslides in the middle of its window alone, whichever side
    is up.
    """
    answer = np.zeros((len(batch), *batch.shape[2:]), np.float32)
    answer[:, 16:48, 16:48] = 0.8
    return answer


def noise(rows, cols, seed=0):
    return np.random.default_rng(seed).integers(0, 251, (rows, cols)).astype(np.uint8)


def test_a_square_has_eight_symmetries_and_each_can_be_undone():
    laid = [symmetry.of(SQUARE) for symmetry in ALL]
    assert len({each.tobytes() for each in laid}) == 8
    for symmetry, pixels in zip(ALL, laid):
        assert (symmetry.undone(pixels) == SQUARE).all()
    assert (Symmetry(1, False).of(SQUARE)[0] == [2, 5, 8]).all()
    assert (Symmetry(0, True).of(SQUARE)[0] == [2, 1, 0]).all()
    assert AS_IT_LIES == ALL[:1]


def test_moments_are_mean_and_mean_square_of_all_answers():
    batch = np.zeros((2, 1, 3, 3), np.uint8)
    reader = [("first", batch), ("rows alone", None), ("last", batch)]
    answers = list(moments(FakeDetector(corner), reader, ALL))
    assert [key for key, _ in answers] == ["first", "rows alone", "last"]
    assert answers[1][1] is None
    mean, square = answers[0][1]
    right = np.array([[1, 0, 1], [0, 0, 0], [1, 0, 1]]) / 4  # 2 of 8 at each corner
    assert (mean == right).all() and (square == right).all() and mean.shape == (2, 3, 3)


def test_as_it_lies_nothing_is_added_to_an_answer():
    batch = np.zeros((2, 1, 3, 3), np.uint8)
    detector = FakeDetector(corner)
    ((_, (answer,)),) = moments(detector, [("key", batch)])
    assert (answer == corner(batch)).all() and detector.batches == [2]


def test_the_spread_is_the_standard_deviation_over_the_symmetries(tmp_path):
    """Half of the symmetries put 0.9 on each pixel, half 0.5."""
    path = write_raster(tmp_path / "a.tif", noise(100, 150))
    (values, spread), _ = run_strips(path, ONE, left_half, symmetries=ALL)
    assert (values == 175).all()  # 0.7
    assert (spread == 50).all()  # 0.2


def test_what_does_not_depend_on_the_side_has_no_spread(tmp_path):
    image = noise(100, 150)
    image[:, 70:80] = 255
    path = write_raster(tmp_path / "a.tif", image, nodata=255)
    (values, spread), detector = run_strips(path, ONE, first_band, symmetries=ALL)
    assert (values == image).all()
    assert (spread == np.where(image == 255, 255, 0)).all()
    (plain, none), once = run_strips(path, ONE, first_band)
    assert none is None and (plain == image).all()
    assert sum(detector.batches) == 8 * sum(once.batches)


def test_windows_that_disagree_where_they_overlap_count_too(tmp_path):
    """Two windows of 64 columns over 96: of a pixel that the first calls 0.8 and the
    second 0, with weights that sum to 1, the deviation is 0.8 sqrt(w (1 - w)).
    """
    path = write_raster(tmp_path / "a.tif", noise(64, 96))
    contract = Contract(bands=("gray",), window=64, overlap=0.5)
    (values, spread), _ = run_strips(path, contract, middle, symmetries=ALL)
    weight = blend_weights([0, 32], 64, 0.5)[0, 32:48]
    assert values[32, 32:48] == pytest.approx(200 * weight, abs=0.51)
    deviation = 200 * np.sqrt(weight * (1 - weight))
    assert spread[32, 32:48] == pytest.approx(deviation, abs=0.51)
    assert 90 < spread[32].max() <= 100
    assert not spread[:, 16:32].any(), "one window alone sees these"


def test_between_the_pixels_of_a_resampled_run_nothing_is_added(tmp_path):
    """A sharp edge that all symmetries agree upon, on pixels of half the size."""
    image = np.full((160, 160), 50, np.uint8)
    image[:, 80:] = 200
    place = (500000, 0.5, 0, 3000000, 0, -0.5)
    path = write_raster(tmp_path / "a.tif", image, place)
    contract = Contract(bands=("gray",), window=64, pixel_size=1.0)
    (values, spread), _ = run_strips(path, contract, first_band, symmetries=ALL)
    assert 50 < values[80, 80] < 200 and (spread == 0).all()


@pytest.mark.parametrize("model", [None, 0.8, 1.6])
def test_an_extent_a_batch_and_a_row_to_go_on_from_change_nothing(tmp_path, model):
    place = (500000, 0.5, 0, 3000000, 0, -0.5)
    path = write_raster(tmp_path / "a.tif", noise(300, 333), place)
    contract = Contract(bands=("gray",), window=64, pixel_size=model)

    def local(batch):
        return first_band(batch) * left_half(batch)

    whole, _ = run_strips(path, contract, local, symmetries=ALL)
    extent = Window(37, 21, 90, 71)
    cut, _ = run_strips(path, contract, local, symmetries=ALL, extent=extent, batch=3)
    rest, _ = run_strips(path, contract, local, symmetries=ALL, begin=128)
    for plane, part, later in zip(whole, cut, rest):
        assert (part == plane[37:127, 21:92]).all()
        assert (later == plane[128:]).all()
    assert whole[1].max() > 30


@pytest.mark.parametrize("temporary", [False, True])
def test_a_raster_holds_the_spread_in_a_band_of_its_own(tmp_path, temporary):
    path = write_raster(tmp_path / "a.tif", noise(300, 70))
    strips, grid = run_strips(path, ONE, left_half, symmetries=ALL, joined=False)
    out = str(tmp_path / "p.tif")
    with ProbabilityWriter(out, grid, temporary=temporary, has_spread=True) as writer:
        for strip in strips:
            writer.write(strip)
    whole = grid.whole
    with Probability(out) as probability:
        assert probability.has_spread
        values = probability.read(whole)
        spread = probability.read_spread(whole)
        again = list(probability.strips())
    assert (values == np.concatenate([s.values for s in strips])).all()
    assert (spread == np.concatenate([s.spread for s in strips])).all()
    assert (spread == np.concatenate([s.spread for s in again])).all()
    assert not (values == spread).all()
