# SPDX-License-Identifier: GPL-2.0-or-later
"""Images in memory: how their bands are distributed, what is read, and what is said where
one is missing.
"""

from __future__ import annotations

import bijie
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from models.errors import MrifeError
from models.training.chips import (
    statistics,
)
from models.training.datasets import load_chips, load_windows
from models.training.settings import Settings


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


def test_missing_data_are_named(tmp_path):
    with pytest.raises(MrifeError, match="split.csv"):
        load_chips(Settings(data=str(tmp_path)), "train")
    data = bijie.make(tmp_path)
    (tmp_path / "bijie" / "images" / "train_00.jpg").unlink()
    with pytest.raises(MrifeError, match="train_00.jpg"):
        load_chips(Settings(data=data), "train")
