# SPDX-License-Identifier: GPL-2.0-or-later
"""Windows as the plugin would predict them, and what each counts when something is
chosen.
"""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from models.training.datasets import EvalTile
from models.training.evaluate import probabilities, window_weights


def window(landslide: bool, covered: float, side: int) -> EvalTile:
    truth = np.zeros((side, side), bool)
    truth[: round(covered * side)] = True
    return EvalTile(
        "w", landslide, torch.zeros(3, side // 2, side // 2, dtype=torch.uint8), truth
    )


def test_choices_see_landslides_on_the_wished_share_of_the_ground():
    windows = [window(True, 0.5, 20), window(True, 0.25, 80), window(False, 0, 40)]
    weights = window_weights(windows, 0.05)
    ground = sum(w * v.truth.size for w, v in zip(weights, windows))
    slide = sum(w * v.truth.sum() for w, v in zip(weights, windows))
    assert slide / ground == pytest.approx(0.05)
    assert weights[0] * 20**2 == weights[1] * 80**2  # size does not matter
    assert (
        window_weights(windows, 0.9)[2] * 40**2 == 1
    )  # negatives never count less than one window


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
