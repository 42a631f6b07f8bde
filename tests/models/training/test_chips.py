# SPDX-License-Identifier: GPL-2.0-or-later
"""Crops: never in the middle, label and image moved together, mirrored and unscored
where the ground ends.
"""

from __future__ import annotations

from dataclasses import replace

import bijie
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from models.errors import MrifeError
from models.training.chips import (
    IGNORE,
    Chip,
    Sampler,
    colour_jitter,
    mirror_indices,
    random_crop,
    statistics,
    subset,
)
from models.training.datasets import load_chips, load_windows
from models.training.settings import Settings


def labelled(height: int, width: int) -> Chip:
    """A chip whose first band is 200 where the mask is 255, 50 elsewhere; one square
    in its middle.
    """
    mask = torch.zeros(height, width, dtype=torch.uint8)
    mask[height // 4 : 3 * height // 4, width // 4 : 3 * width // 4] = 255
    band = torch.where(mask > 0, 200, 50).to(torch.uint8)
    return Chip("drawn", True, torch.stack([band, band, band, mask]))


@pytest.mark.parametrize("size", [(40, 200), (64, 64), (300, 250)])
def test_label_follows_the_image(size):
    chip = labelled(*size)
    for seed in range(20):
        crop = random_crop(chip, 64, np.random.default_rng(seed))
        assert crop.shape == (4, 64, 64)
        known = crop[3] != IGNORE
        bright = crop[0] >= 125
        assert (bright == (crop[3] == 1))[
            known
        ].float().mean() > 0.97  # all but the blurred rim
        assert known.any()


def test_padding_is_mirrored_ground_and_is_not_scored():
    crop = random_crop(labelled(20, 20), 64, np.random.default_rng(0))
    assert (crop[3] == IGNORE).float().mean() > 0.5
    assert set(crop[0][crop[3] == IGNORE].unique().tolist()) <= set(range(50, 201))
    assert (crop[0][crop[3] == IGNORE] > 150).any()  # the mirrored square


def test_the_landslide_is_not_always_in_the_middle():
    """Centres of the landslide in many crops of one centred chip spread over more than
    half a crop.
    """
    chip, centres = labelled(120, 120), []
    for seed in range(60):
        slide = (random_crop(chip, 64, np.random.default_rng(seed))[3] == 1).nonzero()
        if len(slide):
            centres.append(slide.float().mean(0))
    spread = torch.stack(centres).quantile(torch.tensor([0.05, 0.95]), 0)
    assert (spread[1] - spread[0] > 24).all()


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


def test_windows_are_read_off_centre_at_both_pixel_sizes(tmp_path):
    data = bijie.make(tmp_path)
    windows = load_windows(Settings(data=data), "val")
    assert len(windows) == 12 and {w.name.split("_")[0] for w in windows} == {"val"}
    assert windows[0].pixels.shape == (3, 40, 35) and windows[0].truth.shape == (80, 70)
    assert windows[0].truth.any() and not windows[-1].truth.any()
    bright = windows[0].pixels[0].float() > 110
    small = torch.from_numpy(windows[0].truth[::2, ::2])
    assert (bright == small).float().mean() > 0.95


def test_statistics_are_those_of_the_pixels(tmp_path):
    chips = load_chips(Settings(data=bijie.make(tmp_path), pixel_size=0.8), "train")
    mean, deviation, ends = statistics(chips, 3)
    pixels = np.concatenate([c.pixels[:-1].numpy().reshape(3, -1) for c in chips], 1)
    assert np.allclose(mean, pixels.mean(1)) and np.allclose(deviation, pixels.std(1))
    assert np.abs(ends - np.percentile(pixels, (2, 98), 1).T).max() <= 1


def test_jitter_keeps_the_range_and_zero_strength_changes_nothing():
    image = torch.rand(4, 3, 16, 16) * 255
    loud = colour_jitter(image.clone(), 1.0, np.random.default_rng(0))
    assert (
        0 <= loud.min() and loud.max() <= 255 and not torch.allclose(loud, image, atol=1)
    )
    assert torch.allclose(
        colour_jitter(image.clone(), 0.0, np.random.default_rng(0)), image, atol=1e-3
    )


def test_missing_data_are_named(tmp_path):
    with pytest.raises(MrifeError, match="split.csv"):
        load_chips(Settings(data=str(tmp_path)), "train")
    data = bijie.make(tmp_path)
    (tmp_path / "bijie" / "images" / "train_00.jpg").unlink()
    with pytest.raises(MrifeError, match="train_00.jpg"):
        load_chips(Settings(data=data), "train")


def test_only_negatives_cannot_train():
    with pytest.raises(MrifeError, match="0 and 1"):
        Sampler(Settings(), [Chip("n", False, torch.zeros(4, 8, 8, dtype=torch.uint8))])


@pytest.mark.parametrize(
    "length, before, side",
    [(5, 0, 5), (5, 3, 20), (7, 0, 30), (9, 11, 21), (2, 4, 9), (1, 2, 6)],
)
def test_padding_is_numpy_s_reflection(length, before, side):
    index, inside = mirror_indices(length, before, side)
    pad = (before, side - before - length)
    assert index.tolist() == np.pad(np.arange(length), pad, mode="reflect").tolist()
    assert inside.tolist() == np.pad(np.ones(length, bool), pad).tolist()


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
    return [
        Chip(f"{source}{i}", i % 2 == 0, labelled(40, 40).pixels, source=source)
        for i in range(count)
    ]


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


def test_ground_that_nobody_looked_at_is_not_scored():
    whole = labelled(60, 60)
    known = torch.ones(60, 60, dtype=torch.bool)
    known[:, :30] = False
    chip = Chip("half", True, whole.pixels, known)
    for seed in range(20):
        crops = [
            random_crop(c, 64, np.random.default_rng(seed))[-1] for c in (whole, chip)
        ]
        said = crops[1] != IGNORE
        assert torch.equal(crops[1][said], crops[0][said])
    assert said.float().mean() < (crops[0] != IGNORE).float().mean()


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


def test_what_counts_three_quarters_is_seen_in_three_draws_of_four():
    whole = replace(labelled(40, 40), valid=torch.ones(40, 40, dtype=torch.bool))
    rng = np.random.default_rng(0)
    for percent, least, most in ((100, 1, 1), (75, 0.68, 0.82)):
        weight = torch.full((40, 40), percent, dtype=torch.uint8)
        chip = replace(whole, weight=weight)
        seen = [(random_crop(chip, 32, rng)[-1] != IGNORE).any() for _ in range(400)]
        assert least <= np.mean(seen) <= most
