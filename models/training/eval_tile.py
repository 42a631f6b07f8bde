# SPDX-License-Identifier: GPL-2.0-or-later
"""Ground that a network is scored on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from torch import Tensor


@dataclass(frozen=True)
class EvalTile:
    """One evaluation window: `pixels` (planes, h, w) in model pixels, `truth` bool (H,
    W) in the image's own; `source` is the one of the settings' that it comes from.
    """

    name: str
    landslide: bool
    pixels: Tensor
    truth: np.ndarray
    source: str = ""
