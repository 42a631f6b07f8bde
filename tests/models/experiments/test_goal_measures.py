# SPDX-License-Identifier: GPL-2.0-or-later
"""What goals are set for, on maps whose figures are known."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from models.experiments.goal_measures import recall_of_old


def test_recall_of_old_slides_is_read_where_one_object_in_five_is_false():
    """Slide 1 is young, 2 and 3 are old and read 200 and 100; one false object reads 150,
    so that the third slide costs one false object of four.
    """
    label = np.zeros((90, 90), np.int16)
    probability = np.zeros((90, 90))
    for number, (row, value) in enumerate([(0, 220), (30, 200), (60, 100)], 1):
        label[row : row + 20, :20] = number
        probability[row : row + 20, :20] = value / 250
    mask = label > 0
    slides = [
        label,
        np.array(["flow"] * 3),
        np.ones(3),
        np.array([100.0, 6000.0, 9000.0]),
        np.full(3, 1024.0),
    ]
    alone = recall_of_old([(probability, mask, slides)], seed=0.0)
    assert alone["recall"] == 1.0
    probability[:20, 60:80] = 150 / 250
    beside = recall_of_old([(probability, mask, slides)], seed=0.0)
    assert beside["recall"] == 0.5 and 0.6 < beside["threshold"] <= 0.8
    probability[70, 10] = 0.7
    seeded = recall_of_old([(probability, mask, slides)], seed=0.65)
    assert seeded["recall"] == 1.0  # the false object nowhere reaches the seed
