# SPDX-License-Identifier: GPL-2.0-or-later
"""What the log says: how far the worker is, where the outlines lie, what came of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tuned_by_hand import CONTRACT, A, B, C, D, levels, tuned

from models.evaluation.intervals import Interval
from models.finetune.sentences import (
    lap_sentence,
    recalibrated_sentence,
    shift_sentence,
    taught_share,
    threshold_sentence,
    verdict_sentence,
)
from models.finetune.shift import Shift


@pytest.mark.parametrize(
    "run, step, steps, share",
    [
        ("fold-1", 0, 4, 0),
        ("fold-1", 2, 4, 1 / 6),
        ("fold-2", 2, 4, 1 / 2),
        ("whole", 2, 4, 5 / 6),
        ("whole", 4, 4, 1),
        ("whole", 5, 4, 1),
        ("whole", 0, 0, 2 / 3),
    ],
)
def test_how_far_the_worker_is(run, step, steps, share):
    message = {"run": run, "step": step, "steps": steps}
    assert taught_share(message, 2) == pytest.approx(share)


def test_progress_within_an_epoch_is_no_sentence():
    assert lap_sentence({"run": "fold-1", "step": 1, "steps": 4, "loss": 0.5}) is None


def test_a_shift_is_said_where_it_is_sure():
    sure = Shift(12.0, -5.0, 1.0, 0.5, 9)
    words = (
        "lie 13 m beside what the model sees (12 m to the west, -5 m to the south of it)"
    )
    assert words in str(shift_sentence(sure))
    assert shift_sentence(replace(sure, gain=0.0)) is None
    assert shift_sentence(None) is None


@pytest.fixture
def verdict(tmp_path):
    """The base paints A and B, the tuned network all four, on 230 of 250 over 10."""
    return tuned(tmp_path, levels(A, B), levels(A, B, C, D)).verdict


def test_what_the_threshold_brings(verdict):
    said = str(threshold_sentence(verdict, replace(CONTRACT, threshold=0.7)))
    own = f"IoU 0.500 at its own threshold 0.7, {verdict.base.iou.value:.3f} with one"
    assert own in said
    assert f"average precision {verdict.base.average_precision.value:.3f}." in said
    kept = replace(CONTRACT, threshold=verdict.thresholds[0])
    said = str(threshold_sentence(verdict, kept))
    assert "none that one part of the ground chooses is better on the other" in said


@pytest.mark.parametrize(
    "gain, begin, end",
    [
        ((0.25, 0.1, 0.4), "Better on ground", "interval +0.100 to +0.400."),
        ((-0.25, -0.4, -0.1), "Worse on ground", "-0.100. Keep the base model."),
        ((0.25, -0.1, 0.4), "Not shown to be better", "stays the safe choice."),
    ],
)
def test_the_verdict(verdict, gain, begin, end):
    level = Interval(0.0, -0.1, 0.1)
    made = replace(verdict, iou_gain=Interval(*gain), average_precision_gain=level)
    said = str(verdict_sentence(made))
    assert said.startswith(begin) and said.endswith(end)
    before, after = verdict.base.iou.value, verdict.tuned.iou.value
    assert before < after
    assert f"IoU {before:.3f} before, {after:.3f} after; gain {gain[0]:+.3f}" in said


def test_the_threshold_alone(verdict):
    assert not any(verdict.is_chance)
    new = replace(verdict, thresholds=(0.5, 0.25))
    own = replace(verdict, thresholds=(0.5, 0.5))
    said = str(recalibrated_sentence(6, new, 0.5))
    assert said.startswith("From 6 landslides only the threshold was chosen anew (0.25)")
    said = str(recalibrated_sentence(13, new, 0.5))
    assert said.startswith("From 13 landslides the threshold alone") and "10" not in said
    assert str(recalibrated_sentence(13, own, 0.5)).endswith("own (0.5), which stays.")
    said = str(recalibrated_sentence(6, own, 0.5))
    assert said.startswith(
        "No threshold was found that holds better than the model's own"
    )
    chance = replace(own, is_chance=(True, True))
    for landslides in (6, 13):
        said = str(recalibrated_sentence(landslides, chance, 0.5))
        assert "no better than painting everything" in said and "(0.5) stays" in said
