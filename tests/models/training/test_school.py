# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs of a lesson: how what they end as is calibrated."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from models.evaluation.calibration import Calibration
from models.evaluation.pixel_metrics import ConfusionCounts
from models.training.baselines import build
from models.training.checkpoint import write_weights
from models.training.lesson import Lesson, epoch_file
from models.training.school import School, fitted
from models.training.settings import NOTHING, Settings


def test_calibration_of_one_class_is_left_alone():
    counts = ConfusionCounts()
    counts.add(np.full((2, 2), 0.5), np.zeros((2, 2), bool))
    assert fitted([counts]) == Calibration()
    assert fitted([]) == Calibration()


def test_calibration_never_turns_a_network_around():
    """What ranks the ground left out worse than chance would paint all but landslides."""
    counts = ConfusionCounts()
    counts.background[[100, 50]] = (300, 200)
    counts.slide[[100, 50]] = (10, 90)
    assert fitted([counts]) == Calibration()
    counts.slide[[100, 50]] = (90, 10)
    assert fitted([counts]).scale > 0


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


@pytest.mark.parametrize("start, mean", [("base.onnx", 1.0), ("", 3.0)])
def test_of_runs_that_began_afresh_there_is_no_mean(tmp_path, start, mean):
    """As in an experiment beside a base: networks of other beginnings are strangers."""
    school = School.__new__(School)
    school.settings = Settings(encoder="slim", width=8, pretrained=NOTHING, start=start)
    school.lesson = Lesson("base.onnx", "", "", str(tmp_path), folds=2)
    for fold, value in ((0, -1.0), (1, 1.0), (None, 3.0)):
        network = build(school.settings)
        torch.nn.init.constant_(network.decoder.head.bias, value)
        file = epoch_file(tmp_path, fold, 1)
        file.parent.mkdir()
        write_weights({"model": network.state_dict()}, file)
    assert school.network(None, 1).decoder.head.bias.item() == mean
