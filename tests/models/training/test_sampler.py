# SPDX-License-Identifier: GPL-2.0-or-later
"""Batches: a function of seed and step on every device, of each kind and source its
share.
"""

from __future__ import annotations

from dataclasses import replace

import bijie
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from models.errors import MrifeError
from models.training.chips import IGNORE, Chip
from models.training.datasets import load_chips
from models.training.sampler import Sampler, subset
from models.training.settings import Settings


def test_a_batch_is_a_function_of_seed_and_step(tmp_path):
    settings = Settings(data=bijie.make(tmp_path), crop=32, batch=6)
    sampler = Sampler(settings, load_chips(settings, "train"))
    first, again, later = sampler.draw(3), sampler.draw(3), sampler.draw(4)
    assert torch.equal(first.strong, again.strong) and torch.equal(
        first.label, again.label
    )
    assert not torch.equal(first.strong, later.strong)
    landslide = [sampler.chips[i].landslide for i in first.index]
    assert landslide == [True] * 3 + [False] * 3
    assert first.strong.shape == (6, 3, 32, 32) and first.label.shape == (6, 1, 32, 32)


@pytest.mark.parametrize(
    "device", ["cpu", torch.device("cpu"), *["cuda"] * torch.cuda.is_available()], ids=str
)
def test_a_batch_is_the_same_on_every_device(tmp_path, device):
    settings = Settings(data=bijie.make(tmp_path), crop=32, batch=6)
    there, here = (
        Sampler(settings, load_chips(settings, "train"), *d).draw(5)
        for d in ((device,), ())
    )
    assert (
        there.strong.device.type == there.label.device.type == torch.device(device).type
    )
    assert (
        there.index.tolist() == here.index.tolist()
        and (there.label.cpu() != here.label).float().mean() < 1e-3
    )
    tolerance = 0 if there.strong.device.type == "cpu" else 0.05
    assert torch.allclose(there.strong.cpu(), here.strong, atol=tolerance)
    assert torch.allclose(there.weak.cpu(), here.weak, atol=tolerance)


@pytest.mark.parametrize("dem", ["off", "early"])
def test_crops_are_cut_on_the_processor(dem):
    """A graphics card has no means of bytes, and ground that nobody looked at is not there.

    On the device meta nothing is computed; what is not on it is refused.
    """
    kinds = {
        "dem": dem,
        "coarse_dem": 1.0,
        "covers": 1.0,
        "shadows": 1.0,
        "guides": ("a",),
    }
    settings = Settings(crop=32, batch=4, islands=0.5, sensors=0.5, **kinds)
    dtype = torch.uint8 if dem == "off" else torch.float32
    side = (48, 48)
    chips = [
        Chip(
            name=str(landslide),
            landslide=landslide,
            pixels=torch.full((settings.planes + 1, *side), 255 * landslide, dtype=dtype),
            valid=torch.ones(side, dtype=torch.bool),
            weight=torch.full(side, 75, dtype=torch.uint8),
        )
        for landslide in (True, False)
    ]
    batch = Sampler(settings, chips, "meta").draw(0)
    for part in (batch.strong, batch.weak, batch.label, batch.ground, batch.plain):
        assert part.device.type == "meta"


def test_mining_comes_back_to_what_is_wrong(tmp_path):
    settings = Settings(data=bijie.make(tmp_path), crop=32, batch=8)
    sampler = Sampler(settings, load_chips(settings, "train"))
    sampler.hard_negative_score[:] = 0
    worst = sampler.pools[0].negative[2]
    sampler.hard_negative_score[worst] = 1
    drawn = np.concatenate([sampler.draw(step).index[4:] for step in range(50)])
    assert np.mean(drawn == worst) > 2 / len(sampler.pools[0].negative)
    batch = sampler.draw(0)
    sampler.update_scores(batch, torch.ones_like(batch.label))
    assert all(sampler.hard_negative_score[i] >= 0.5 for i in batch.index)
    unknown = replace(batch, label=torch.full_like(batch.label, IGNORE))
    before = sampler.hard_negative_score.copy()
    sampler.update_scores(unknown, torch.ones_like(batch.label))
    assert (sampler.hard_negative_score == before).all()


def test_only_negatives_cannot_train():
    with pytest.raises(MrifeError, match="0 and 1"):
        Sampler(Settings(), [Chip("n", False, torch.zeros(4, 8, 8, dtype=torch.uint8))])


def test_a_larger_portion_holds_the_smaller_ones_and_both_kinds():
    everything = [Chip(str(i), i % 3 == 0, torch.zeros(4, 8, 8)) for i in range(90)]

    def names(share: float, seed: int = 0) -> set[str]:
        return {
            chip.name for chip in subset(everything, Settings(portion=share, seed=seed))
        }

    parts = [names(share) for share in (0.001, 0.1, 0.25, 0.5, 1.0)]
    assert [len(part) for part in parts] == [2, 3 + 6, 8 + 15, 45, 90]  # round(7.5) is 8
    assert all(a < b for a, b in zip(parts, parts[1:]))
    for part in parts[1:]:
        assert sum(int(name) % 3 == 0 for name in part) == pytest.approx(
            len(part) / 3, abs=0.5
        )
    assert len({int(name) % 3 == 0 for name in parts[0]}) == 2
    assert names(0.25) == names(0.25) != names(0.25, seed=1)
    assert subset(everything, Settings()) is everything


def test_the_sampler_draws_from_the_portion_only(tmp_path):
    settings = Settings(data=bijie.make(tmp_path), crop=32, batch=6, portion=0.34)
    sampler = Sampler(settings, load_chips(settings, "train"))
    (pool,) = sampler.pools
    assert (len(pool.positive), len(pool.negative)) == (2, 2)
    assert sampler.draw(0).strong.shape == (6, 3, 32, 32)


def named(source: str, count: int) -> list[Chip]:
    pixels = torch.full((4, 40, 40), 255, dtype=torch.uint8)
    return [Chip(f"{source}{i}", i % 2 == 0, pixels, source=source) for i in range(count)]


def test_each_source_has_its_share_of_a_batch():
    settings = Settings(
        sources=("a", "b"), shares=(0.75, 0.25), crop=32, batch=16, mining=False
    )
    sampler = Sampler(settings, named("a", 4) + named("b", 90))
    for step in range(5):
        drawn = [sampler.chips[i] for i in sampler.draw(step).index]
        assert [chip.source for chip in drawn] == ["a"] * 12 + ["b"] * 4
        assert [chip.landslide for chip in drawn[12:]] == [True, True, False, False]


@pytest.mark.parametrize("shares", [(0.5,), (0.5, 0.6)])
def test_shares_that_do_not_fit_are_refused(shares):
    with pytest.raises(MrifeError, match="each of the sources a, b needs one"):
        Settings(sources=("a", "b"), shares=shares)


def test_a_source_without_landslides_is_named_by_what_it_lacks():
    settings = Settings(sources=("a", "b"), shares=(0.5, 0.5))
    empty = [Chip("n", False, torch.zeros(4, 8, 8, dtype=torch.uint8), source="b")]
    with pytest.raises(MrifeError, match="0 and 1"):
        Sampler(settings, named("a", 4) + empty)


def test_a_share_of_the_crops_are_islands(tmp_path):
    scored = {}
    for share in (0.0, 1.0):
        settings = Settings(
            data=bijie.make(tmp_path / str(share)), crop=32, batch=8, islands=share
        )
        sampler = Sampler(settings, load_chips(settings, "train"))
        labels = torch.cat([sampler.draw(step).label for step in range(10)])
        scored[share] = float((labels != IGNORE).float().mean())
    assert scored[1.0] < 0.8 * scored[0.0]
