# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import numpy as np
import pytest
from masks import flood

from models.inventory.polygonize.watershed import (
    basins,
    blurred,
    borders,
    distance,
    pieces,
    spread,
    straightened,
)


@pytest.mark.parametrize("number", range(5))
def test_pieces_are_those_of_a_flood(number):
    mask = np.random.default_rng(number).random((15, 20)) < 0.55
    found, wanted = pieces(mask), flood(mask)
    assert (found > 0).tolist() == mask.tolist()
    assert len({*zip(found[mask], wanted[mask])}) == wanted.max() == found.max()


def test_distance_grows_inward():
    mask = np.zeros((21, 31), bool)
    mask[2:19, 3:28] = True
    found = distance(mask)
    assert (found[~mask] == 0).all() and found[2, 3:28].tolist() == [1] * 25
    assert found.max() == found[10, 15] == 9 and found[6, 15] == 5


def test_two_hills_are_two_basins_and_a_shallow_dip_parts_nothing():
    col = np.arange(60.0)
    hills = (
        np.maximum(10 - np.abs(col - 15), 10 - np.abs(col - 30))
        .clip(0)[None]
        .repeat(3, axis=0)
    )
    found = basins(hills)
    assert found[1, 10] != found[1, 35] and (found > 0).tolist() == (hills > 0).tolist()
    assert borders(found, hills)[1, 2] == pytest.approx(
        3, abs=1
    )  # the saddle is between columns 22 and 23
    assert basins(hills + 200 * (hills > 0)).max() == 1


def test_borders_are_straightened_and_labels_spread():
    labels = np.ones((40, 40), int)
    rows = np.arange(40)
    for row in rows:
        labels[row, 20 + (row % 4 > 1) * 4 :] = 2  # a comb
    edge = (straightened(labels) == 1).sum(axis=1)
    assert np.ptp(edge) <= 2 and 19 <= edge.mean() <= 25
    labels[:10] = labels[30:] = 0
    filled = spread(labels)
    assert filled.all() and (filled[0] == filled[10]).all()
    assert blurred(np.full((5, 7), 3.0), 2) == pytest.approx(np.full((5, 7), 3.0))
