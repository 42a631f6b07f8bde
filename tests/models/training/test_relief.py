# SPDX-License-Identifier: GPL-2.0-or-later
"""Made-up slides in real terrain: bowls and deposits where the mask says so, nothing
elsewhere, none in missing ground.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from models.contract import NO_IMAGE
from models.geo.files import grid_of
from models.training.images import opened
from models.training.landscapes import heights_on
from models.training.relief import old_slides, relief_chips
from models.training.settings import Settings
from models.training.terrain_channels import NO_HEIGHT

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
TILE = DATA / "dem-backgrounds" / "tyrol_gar_5m.tif"
pytestmark = pytest.mark.skipif(
    not DATA.exists(), reason="the real data are not beside this checkout"
)


def test_slides_change_the_ground_that_they_cover():
    whole = grid_of(opened(TILE))
    before = heights_on(TILE, whole.resized(520, 387))
    heights, mask = old_slides(TILE, 0)
    assert heights.shape == mask.shape == (387, 520)
    valid = heights > NO_HEIGHT
    assert np.array_equal(valid, before > NO_HEIGHT) and valid.mean() < 0.6
    assert not mask[~valid].any() and 0.05 < mask[valid].mean() < 0.4
    change = np.abs(heights - before)
    assert change[mask].mean() > 1.0  # m
    assert np.median(change[valid & ~mask]) < 0.1
    assert not np.array_equal(mask, old_slides(TILE, 1)[1])


def test_chips_have_elevation_alone_and_are_for_training():
    settings = Settings(data=str(DATA), dem="early")
    assert relief_chips(settings, "val") == []
    chips = relief_chips(settings, "train")
    assert {chip.landslide for chip in chips} == {True, False}
    assert all((chip.pixels[:3] == NO_IMAGE).all() for chip in chips[:20])
