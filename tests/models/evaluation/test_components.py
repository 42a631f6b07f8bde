# SPDX-License-Identifier: GPL-2.0-or-later
"""Components of a mask against a flood fill, and the maxima of values in them."""

from __future__ import annotations

import numpy as np
import pytest

from models.evaluation.components import component_maxima, label_components


def flooded(mask: np.ndarray) -> np.ndarray:
    """4-connected components by filling, numbered in reading order."""
    labels = np.zeros(mask.shape, int)
    for start in zip(*np.nonzero(mask)):
        if labels[start]:
            continue
        number = labels.max() + 1
        stack = [start]
        while stack:
            y, x = stack.pop()
            inside = 0 <= y < mask.shape[0] and 0 <= x < mask.shape[1]
            if inside and mask[y, x] and not labels[y, x]:
                labels[y, x] = number
                stack += [(y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)]
    return labels


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 1.0])
def test_labels_are_those_of_a_flood_fill(share):
    mask = np.random.default_rng(5).random((23, 31)) < share
    assert (label_components(mask) == flooded(mask)).all()


def test_corners_do_not_connect():
    assert label_components(np.eye(4, dtype=bool)).max() == 4


def test_maxima_reach_the_whole_component_and_no_other():
    values = np.random.default_rng(6).integers(0, 250, (23, 31))
    mask = values > 120
    labels = flooded(mask)
    maxima = component_maxima(values, mask)
    for number in range(1, labels.max() + 1):
        assert (maxima[labels == number] == values[labels == number].max()).all()
    assert not maxima[~mask].any()
    assert not component_maxima(values, mask & False).any()
