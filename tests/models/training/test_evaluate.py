# SPDX-License-Identifier: GPL-2.0-or-later
"""Evaluation windows are predicted exactly as the plugin predicts a raster."""

from __future__ import annotations

import numpy as np
import pytest
from samples import write_raster

torch = pytest.importorskip("torch")

from models.contract import Contract
from models.inference.levels import LEVELS
from models.inference.plan import plan
from models.inference.predict import predict
from models.inference.raster import Raster
from models.training.eval_tile import EvalTile
from models.training.evaluate import confusion_counts, probabilities

SIDE = 32


@pytest.mark.parametrize("size", [(10, 10), (64, 30), (150, 100)])
def test_probabilities_come_back_at_the_window_s_own_pixels(size):
    """A detector that answers the first band must give back that band, whatever tiles
    it took.
    """
    height, width = size
    ramp = torch.linspace(0, 255, width).expand(3, height, width).to(torch.uint8)
    view = EvalTile("w", False, ramp, np.zeros((2 * height, 2 * width), bool))
    (found,) = probabilities(lambda raw: raw[:, 0] / 255, [view], 64)
    assert found.shape == (2 * height, 2 * width)
    assert np.abs(found[::2, ::2] - ramp[0].numpy() / 255).max() < 0.06


class Crooked:
    """A detector whose answer depends on where in its window a pixel lies, so that every
    other way to tile or to blend gives other probabilities.
    """

    def __call__(self, batch: np.ndarray) -> np.ndarray:
        side = batch.shape[2]
        rows, cols = np.mgrid[:side, :side]
        place = 0.5 + 0.4 * np.sin(rows / 5) * np.cos(cols / 3)
        return (batch[:, 0] / 255 * place).astype(np.float32)

    def stream(self, batches):
        for key, batch in batches:
            yield key, None if batch is None else self(batch)


def scene(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(4).integers(1, 255, (3, height, width), np.uint8)


@pytest.mark.parametrize("overlap", [0.25, 0.5])
@pytest.mark.parametrize("size", [(70, 101), (20, 90), (17, 25)])
@pytest.mark.parametrize("shrink", [1, 2])
def test_a_scene_is_predicted_as_the_plugin_predicts_it(tmp_path, size, shrink, overlap):
    """In the model's own pixels, and where the raster's pixels are half of them."""
    image = scene(*size)
    pixel = 1.6 / shrink
    place = (500000.0, pixel, 0.0, 3000000.0, 0.0, -pixel)
    path = write_raster(tmp_path / "scene.tif", image, place)
    contract = Contract(window=SIDE, overlap=overlap, pixel_size=1.6)
    raster = Raster(str(path), (1, 2, 3), contract)
    windows = plan(raster, contract)
    strips = predict(raster, Crooked(), windows)
    levels = np.concatenate([strip.values for strip in strips])
    in_model_pixels = image
    if shrink > 1:
        seen = raster.resized(windows.model_grid)
        in_model_pixels = seen.read(0, windows.model_grid.height).pixels
    tile = EvalTile("w", True, torch.from_numpy(in_model_pixels), np.zeros(size, bool))
    (found,) = probabilities(Crooked(), [tile], SIDE, overlap)
    # the plugin rounds to levels: equal but for what lies on the edge of one
    assert np.abs(found * LEVELS - levels).max() < 0.5 + 1e-3


def test_counts_for_choices_weigh_windows_alike():
    small = EvalTile("s", True, torch.full((3, 8, 8), 255), np.ones((8, 8), bool))
    large = EvalTile("l", True, torch.full((3, 64, 64), 255), np.zeros((64, 64), bool))
    detect = lambda raw: raw[:, 0] / np.float32(255)  # noqa: E731
    pooled, weighted = confusion_counts(detect, [small, large], 64, 0.05)
    assert pooled.at(0.5).precision == pytest.approx(64 / (64 + 64 * 64))
    assert weighted.at(0.5).precision == pytest.approx(0.5)
