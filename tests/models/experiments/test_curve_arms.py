# SPDX-License-Identifier: GPL-2.0-or-later
"""The arms of the curve: each learns as the plugin does, but for what it changes."""

from __future__ import annotations

from argparse import Namespace

import bijie
import pytest

torch = pytest.importorskip("torch")

from models.contract import Contract
from models.errors import MrifeError
from models.experiments.curve_arms import ARMS, Point, lesson_of, settings_of
from models.training.baselines import build
from models.training.lesson import LEARNED_SHARE, settings_of_lesson
from models.training.model_file import export_onnx
from models.training.settings import Settings
from models.training.train import train

torch.set_num_threads(1)  # the cores have other work
WINDOW = 32
CONTRACT = Contract(window=WINDOW, pixel_size=1.6, overlap=0.5)


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> str:
    return bijie.make(tmp_path_factory.mktemp("data"))


def test_a_unet_on_an_encoder_is_taken_as_it_was_made(data, tmp_path):
    path = tmp_path / "unet"
    skips = (2, 4, 8)
    settings = {"encoder": "lite0", "network": "encoder-unet", "skips": skips}
    unet = bijie.tiny(data, path, steps=1, epoch_steps=1, **settings)
    for _ in train(unet):
        pass
    made = settings_of("unet", Settings(), str(path / "best.pt"))
    assert (made.network, made.skips) == ("encoder-unet", skips)


def test_another_network_than_a_unet_is_refused(data, tmp_path):
    for _ in train(bijie.tiny(data, tmp_path / "run", steps=1, epoch_steps=1)):
        pass
    with pytest.raises(MrifeError, match="of the network mrife.*unet or encoder-unet"):
        settings_of("unet", Settings(), str(tmp_path / "run" / "best.pt"))


def test_an_arm_learns_as_the_plugin_does_but_for_what_it_changes(data, tmp_path):
    base = tmp_path / "base.onnx"
    settings = Settings(crop=WINDOW, pretrained="none", **bijie.SLIM)
    export_onnx(build(settings).eval(), base, CONTRACT)
    unet = tmp_path / "unet" / "best.pt"
    for _ in train(bijie.tiny(data, unet.parent, steps=1, epoch_steps=1, network="unet")):
        pass
    options = Namespace(
        base=str(base), unet=str(unet), out=str(tmp_path), steps=4, settings={}
    )
    lessons = {arm: lesson_of(options, Point(arm, 8, 0), [], tmp_path, 2) for arm in ARMS}
    plugin = settings_of_lesson(lessons["tuned"], CONTRACT)
    made = {arm: settings_of(arm, plugin, options.unet) for arm in ARMS}
    assert made["tuned"] == plugin
    assert plugin.start == options.base and plugin.frozen_norms
    assert lessons["tuned"].share == LEARNED_SHARE
    assert (lessons["tuned"].learn, lessons["decoder"].learn) == ("all", "decoder")
    assert made["losses"].enhanced and not plugin.enhanced
    assert (made["unet"].network, made["unet"].start) == ("unet", options.unet)
    for arm, encoder in (("imagenet", "package"), ("nothing", "none")):
        assert lessons[arm].share == 1.0
        assert (made[arm].start, made[arm].pretrained) == ("", encoder)
        assert not made[arm].frozen_norms and made[arm].lr == 1e-3
