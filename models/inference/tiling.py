# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the windows stand along one axis, and how much each counts where they overlap."""

from __future__ import annotations

import math

import numpy as np

# of the share of a window that is known: beside missing ground the fuller windows answer,
# and gradually enough that no seam shows where they meet
KNOWN_POWER = 6
MIN_KNOWN_WEIGHT = 0.001  # far more than rounding, where nothing else sees the place


def starts(length: int, window: int, overlap: float) -> list[int]:
    """First pixels of windows spread evenly over `length`, sharing at least `overlap`
    (0-0.9) of a window.

    The first begins at 0 and the last ends at `length`; one window where `length` is not
    longer than it.
    """
    if length <= window:
        return [0]
    step = max(1.0, window * (1 - overlap))
    count = math.ceil((length - window) / step) + 1
    return [round(i * (length - window) / (count - 1)) for i in range(count)]


def blend_weights(begins: list[int], window: int, overlap: float) -> np.ndarray:
    """Weights (windows, window) float32 that sum to one on every pixel of the axis:
    raised-cosine flanks, never zero.

    Windows are laid on a grid, so the two-dimensional weight is the product of two of
    these, and no pixel needs a division of its own.
    """
    flank = max(1.0, window * overlap)
    distance = np.minimum(np.arange(window) + 0.5, window - np.arange(window) - 0.5)
    profile = np.sin(np.pi / 2 * np.clip(distance / flank, 0, 1)) ** 2
    total = np.zeros(begins[-1] + window)
    for begin in begins:
        total[begin : begin + window] += profile
    return np.stack([profile / total[begin : begin + window] for begin in begins]).astype(
        np.float32
    )


def known_weight(known: float) -> float:
    """How much a window counts, 0-1, of whose pixels a share `known` (0-1) is not missing.

    What is missing is made up from the ground beside it, so that such a window is worth
    less than one that sees the same place among ground alone.
    """
    return max(known**KNOWN_POWER, MIN_KNOWN_WEIGHT)
