# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs of a lesson: how what they end as is calibrated."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from models.evaluation.calibration import Calibration
from models.evaluation.pixel_metrics import ConfusionCounts
from models.training.school import fitted


def test_calibration_of_one_class_is_left_alone():
    counts = ConfusionCounts()
    counts.add(np.full((2, 2), 0.5), np.zeros((2, 2), bool))
    assert fitted([counts]) == Calibration()
    assert fitted([]) == Calibration()


def test_calibration_counts_all_folds():
    """Of a fold of landslides and one without: as of both together."""
    folds = [ConfusionCounts(), ConfusionCounts(), ConfusionCounts()]
    folds[0].slide[[200, 100]] = (60, 20)
    folds[0].background[[100, 50]] = (20, 50)
    folds[1].background[[150, 50]] = (10, 400)
    folds[2].slide[200] = 60
    folds[2].slide[100] = 20
    folds[2].background[[150, 100, 50]] = (10, 20, 450)
    assert fitted(folds[:2]) == fitted(folds[2:])
    assert fitted(folds[:2]) != fitted(folds[:1])
