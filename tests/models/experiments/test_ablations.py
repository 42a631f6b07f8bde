# SPDX-License-Identifier: GPL-2.0-or-later
"""The arms of the comparison: each learns, holds only what it needs, and stays itself
on every ground.
"""

from __future__ import annotations

import math

import pytest
from bijie import tiny

torch = pytest.importorskip("torch")

from models.errors import MrifeError
from models.experiments.ablations import ARMS, CHOICES, DATASETS, settings_of
from models.training.lite import has_packaged_weights
from models.training.settings import Settings
from models.training.train import trainer

torch.set_num_threads(1)  # the cores have other work

SHARED = {"neck", "recover", "token"}
BUILT = {
    "A0": set(),
    "A1": set(),
    "A2": set(),
    "A3": SHARED,
    "A4": SHARED,
    "A5": SHARED | {"project"},
    "A6": SHARED | {"project"},
    "A7": SHARED | {"project"},
    "A7-stopgrad": SHARED | {"project"},
    "A8": SHARED | {"project", "exchange"},
    "L-recovery": {"neck", "token", "project", "exchange"},
    "L-contrast": SHARED | {"exchange"},
    "L-distill": SHARED | {"project", "exchange"},
    "L-decoys": SHARED | {"project", "exchange"},
    "C": SHARED | {"project", "prototypes", "branch"},
    "A4-imagenet": SHARED | {"recall"},
    "A6-regions": SHARED | {"project"},
}
LITE = {"encoder": "lite0", "output_stride": 16}  # has ImageNet's weights


@pytest.mark.parametrize("arm", ARMS)
def test_every_arm_learns_and_holds_what_it_needs_only(data, tmp_path, arm):
    wide = (
        {"crop": 64} if arm[3:] in CHOICES else {}
    )  # smaller, and the larger masks hide all of a batch
    if "lambda_imagenet" in ARMS[arm]:
        if not has_packaged_weights("lite0"):
            pytest.skip("ImageNet weights are not installed")
        wide |= LITE
    run = trainer(tiny(data, tmp_path, **ARMS[arm], **wide, ramp=(-1.0, 0.0)))
    before = {name: p.clone() for name, p in run.student.named_parameters()}
    watched = [run.train_step() for _ in range(2)]
    assert all(math.isfinite(v) for figures in watched for v in figures.values())
    moved = {
        name.split(".")[0]
        for name, p in run.student.named_parameters()
        if not torch.equal(p, before[name])
    }
    if arm in BUILT:
        path = {"encoder", "aspp", "decoder"}
        assert {name.split(".")[0] for name in before} == path | BUILT[arm] == moved


@pytest.mark.parametrize("fusion", ["early", "mid"])
@pytest.mark.parametrize("arm", ["A8", "C"])
def test_the_branch_works_with_elevation(data, tmp_path, arm, fusion):
    run = trainer(tiny(data, tmp_path, **ARMS[arm], dem=fusion, ramp=(-1.0, 0.0)))
    assert all(math.isfinite(v) for v in run.train_step().values())


def test_the_ground_says_what_its_images_ask_for_and_the_arm_the_rest():
    base = Settings(width=8, seed=3)
    mars = settings_of("A4", "mars-dem", base)
    assert (mars.sources, mars.pixel_size, mars.dem, mars.recover) == (
        ("mars",),
        232.0,
        "early",
        "cosine",
    )
    assert (mars.width, mars.seed) == (8, 3)
    assert settings_of("A0", "bijie", base) == base
    assert len({settings_of(arm, "bijie", base) for arm in ARMS}) == len(
        ARMS
    )  # no arm twice
    assert all(settings_of(arm, ground, base) for arm in ARMS for ground in DATASETS)


@pytest.mark.parametrize("arm, ground", [("A9", "bijie"), ("A0", "moon")])
def test_an_unknown_arm_or_ground_is_named(arm, ground):
    with pytest.raises(MrifeError, match="no '(A9|moon)'; choose from"):
        settings_of(arm, ground, Settings())
