# SPDX-License-Identifier: GPL-2.0-or-later
"""What is said of networks on ground left out: better, worse or not known."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from tuned_by_hand import CONTRACT, A, B, C, D, levels, tuned

from models.commands.finetune import figures
from models.evaluation.intervals import Interval
from models.finetune.verdict_sentences import (
    new_verdict_sentence,
    recalibrated_sentence,
    threshold_sentence,
    verdict_sentence,
)


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


@pytest.fixture
def recalibrated(tmp_path):
    """Of so many landslides a new threshold, with a gain."""
    made = tuned(tmp_path, levels(A, B), levels(A, B), model=None)
    (one, *_) = made.job.labels

    def run(landslides=9, threshold=0.25, gain=(0.2, 0.1, 0.3), is_chance=False):
        verdict = replace(
            made.verdict,
            thresholds=(threshold, threshold),
            is_chance=(is_chance, is_chance),
            threshold_gain=Interval(*gain),
        )
        return replace(
            made,
            job=replace(made.job, labels=(one,) * landslides),
            contract=replace(made.contract, threshold=threshold),
            verdict=verdict,
        )

    return run


def test_the_threshold_alone(recalibrated):
    own = CONTRACT.threshold

    def said(*asked, **changes):
        return str(recalibrated_sentence(recalibrated(*asked, **changes)))

    begin = "From 9 landslides only the threshold was chosen anew (0.25)"
    assert said().startswith(begin)
    text = said(13)
    assert text.startswith("From 13 landslides the threshold alone") and "needed" not in text
    assert said(13, own).endswith(f"own ({own:g}), which stays.")
    words = "No threshold was found that holds better than the model's own"
    assert said(6, own).startswith(words)
    for landslides in (6, 13):
        text = said(landslides, own, is_chance=True)
        assert "not clearly better than painting everything" in text
        assert f"({own:g}) stays" in text


@pytest.mark.parametrize(
    "landslides, gain, better, words",
    [
        (8, (0.2, 0.1, 0.3), True, "Better on ground that did not choose it"),
        (8, (0.2, -0.1, 0.3), False, "Not shown to be better on ground that did not"),
        (8, (0.2, math.nan, math.nan), None, "is not known from so few landslides"),
    ],
)
def test_whether_a_new_threshold_is_better(recalibrated, landslides, gain, better, words):
    made = recalibrated(landslides, gain=gain)
    assert made.is_better is better
    text = str(recalibrated_sentence(made))
    assert words in text and "nan" not in text
    assert ("The base model stays the safe choice." in text) == (better is not True)
    file = "mine.onnx" if better else made.job.base.path
    assert made.model_to_use("mine.onnx") == file


def test_without_an_interval_it_is_not_known_whether_a_network_is_better(tmp_path):
    made = tuned(tmp_path, levels(A, B), levels(A, B, C, D))
    verdict = made.verdict.without_intervals()
    assert verdict.iou_gain.value == made.verdict.iou_gain.value
    assert replace(made, verdict=verdict).is_better is None
    for sentence in (verdict_sentence, new_verdict_sentence):
        text = str(sentence(verdict))
        assert "is not known" in text and "nan" not in text


def test_figures_of_a_network_that_paints_nothing_are_json(tmp_path):
    made = tuned(tmp_path, levels(), levels(A, B, C, D))
    said = figures(made)
    assert json.loads(json.dumps(said, allow_nan=False)) == said
    assert said["base"]["precision"] is None and said["tuned"]["precision"] == 1
