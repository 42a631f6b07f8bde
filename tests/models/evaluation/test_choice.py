# SPDX-License-Identifier: GPL-2.0-or-later
"""The order in which to look: shares, scores computed by hand, nothing twice, the seed."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from models.evaluation import choice
from models.evaluation.choice import SHARES, Choice, PlacePool, choose, standardised


def pool_of(doubt, size, features=None, worth=None, seen=None):
    count = len(doubt)
    if features is None:
        features = np.arange(count, dtype=float)[:, None]
    if worth is None:
        worth = np.ones(count, bool)
    if seen is None:
        seen = np.zeros((0, features.shape[1]))
    return PlacePool(np.array(doubt, float), np.array(size, float), features, worth, seen)


def random_pool(count=200):
    rng = np.random.default_rng(0)
    features = rng.standard_normal((count, 3))
    return pool_of(rng.random(count), rng.random(count), features)


@pytest.mark.parametrize("count", [10, 20, 50])
def test_each_reason_has_its_share(count):
    chosen = choose(random_pool(), count, 1)
    assert Counter(choice.reason for choice in chosen) == {
        reason: round(share * count) for reason, share in SHARES.items()
    }
    assert len({choice.place for choice in chosen}) == count


def test_reasons_alternate_so_that_the_first_are_a_mixture_too():
    reasons = [choice.reason for choice in choose(random_pool(), 10, 1)]
    first = ["uncertain", "diverse", "random", "uncertain", "diverse", "large"]
    assert reasons[:6] == first


def test_by_hand():
    """On a line of one feature. Doubt 0.9 is at 7, farthest from it 0; a lot; doubt 0.8 is
    at 5; 1 and 6 are as far from all these, and 6, which is left, is the largest.
    """
    features = np.array([[0.0], [1.0], [5.0], [6.0], [7.0]])
    pool = pool_of([0.1, 0.2, 0.8, 0.3, 0.9], [1, 1, 1, 8, 4], features)
    assert choose(pool, 6, 3, lots=1) == [
        Choice(4, "uncertain", 0.9),
        Choice(0, "diverse", 7.0),
        Choice(0, "random", None, by_lot=True),
        Choice(2, "uncertain", 0.8),
        Choice(1, "diverse", 1.0),
        Choice(3, "large", 1.0),
    ]


def test_the_first_one_unlike_the_others_is_unlike_their_average():
    pool = pool_of([np.nan] * 3, [1, 2, 3], np.array([[0.1], [-3.0], [0.2]]))
    assert choose(pool, 1, 0) == [Choice(1, "diverse", 3.0)]


def test_diverse_keeps_away_from_what_was_reviewed():
    features = np.array([[0.0], [4.0], [10.0]])
    seen = np.array([[9.0], [10.0]])
    pool = pool_of([np.nan] * 3, [1, 1, 1], features, seen=seen)
    first = choose(pool, 1, 0)[0]
    assert (first.place, first.reason, first.score) == (0, "diverse", 9.0)


def test_without_any_doubt_known_none_is_uncertain():
    pool = pool_of([np.nan] * 20, range(1, 21))
    reasons = Counter(choice.reason for choice in choose(pool, 12, 0))
    assert reasons["uncertain"] == 0 and sum(reasons.values()) == 12
    assert reasons["diverse"] > reasons["random"] > reasons["large"] > 0


def test_what_shows_nothing_is_neither_large_nor_unlike_the_others():
    worth = np.zeros(20, bool)
    worth[3] = True
    size = np.where(worth, 5.0, 0.0)
    chosen = choose(pool_of(np.linspace(0.1, 0.9, 20), size, worth=worth), 20, 0)
    assert len(chosen) == 20
    of_its_own = [c.place for c in chosen if c.reason in ("diverse", "large")]
    assert of_its_own == [3]


def test_lots_come_from_other_places_where_there_are_some():
    chosen = choose(random_pool(), 20, 5, lots=3)
    lots = [choice.place for choice in chosen if choice.by_lot]
    assert sorted(lots) == [0, 1, 2]
    assert all((c.reason == "random") == c.by_lot for c in chosen)
    assert len(chosen) == 20, "the other reasons take the fourth"


def test_only_as_many_as_there_are():
    assert len(choose(pool_of([0.5, 0.5], [1, 1]), 30, 0)) == 2
    assert choose(pool_of([], [], np.zeros((0, 1))), 30, 0) == []
    assert len(choose(pool_of([], [], np.zeros((0, 1))), 30, 0, lots=4)) == 4


def test_the_seed_draws_the_lots_and_nothing_else_is_drawn():
    pool = random_pool()
    assert choose(pool, 30, 1) == choose(pool, 30, 1)
    lots = [
        [c.place for c in choose(pool, 30, seed) if c.reason == "random"]
        for seed in range(3)
    ]
    assert len({tuple(each) for each in lots}) == 3
    first = [choose(pool, 2, seed) for seed in range(3)]
    assert first[0] == first[1] == first[2], "before the first lot"


def test_features_are_standardised_and_what_is_not_known_is_in_the_middle():
    columns = np.array([[1.0, 7.0], [3.0, 7.0], [np.nan, 7.0]])
    assert standardised(columns).tolist() == [[-1, 0], [1, 0], [0, 0]]
    assert standardised(np.zeros((0, 2))).shape == (0, 2)


@pytest.mark.parametrize("seen, count", [(0, 300), (100, 300), (3000, 60)])
def test_the_farthest_are_found_without_all_distances(monkeypatch, seen, count):
    """Of those that each place has to all that was seen or chosen: the same choices."""
    rng = np.random.default_rng(2)
    features = rng.standard_normal((2000, 4))
    features[5] = features[1500] = 9.0  # as far, both: the first one goes first
    reviewed = rng.standard_normal((seen, 4))
    pool = pool_of(
        rng.random(2000), rng.random(2000), features, rng.random(2000) > 0.1, reviewed
    )
    computed = []
    distances = choice._distances

    def counted(many, one):
        computed.append(len(many))
        return distances(many, one)

    monkeypatch.setattr(choice, "_distances", counted)
    chosen = choose(pool, count, 3)
    if seen > 1000:
        assert sum(computed) < 2000 * (seen + count) / 3
    left = np.array(pool.worth)
    nearest = np.full(2000, np.inf)
    for other in reviewed:
        nearest = np.minimum(nearest, distances(features, other))
    for one in chosen:
        if one.reason == "diverse":
            place = int(np.argmax(np.where(left, nearest, -np.inf)))
            assert (one.place, one.score) == (place, nearest[place])
        nearest = np.minimum(nearest, distances(features, features[one.place]))
        left[one.place] = False
