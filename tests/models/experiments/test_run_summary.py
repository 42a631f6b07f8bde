# SPDX-License-Identifier: GPL-2.0-or-later
"""Finished runs in numbers: means, intervals over test images, runs that cannot be compared."""

from __future__ import annotations

import json

import numpy as np
import pytest
from run_results import IMAGES, better, result, write

pytest.importorskip("torch")

from models.errors import MrifeError
from models.experiments.run_summary import read, resample, table


def test_runs_on_unlike_images_are_refused():
    with pytest.raises(MrifeError, match="A8-0 was tested on 29 of the 30"):
        resample({"A0": [result()], "A8": [result("A8", images=IMAGES[1:])]})


def test_precision_is_taken_at_the_recall_of_the_baseline():
    """A0 reaches 0.7 on average: A1 does so at precision 1 with one seed, at 0.5 with
    the other.
    """
    arms = {
        "A0": [result(seed=0), result(seed=1)],
        "A1": [result("A1", 0, recall=0.8), result("A1", 1, recall=0.6)],
    }
    for run, recall in zip(arms["A0"], (0.65, 0.75)):
        run["test"]["recall"] = recall
    assert table(arms)[1]["precision_at_a0_recall"] == pytest.approx(0.75)


def test_a_sure_difference_is_sure_and_none_is_none():
    arms = {
        "A0": [result(seed=s) for s in (0, 1)],
        "A1": [result("A1", s) for s in (0, 1)],
        "A8": [result("A8", s, better(IMAGES)) for s in (0, 1)],
    }
    base, same, gain = table(arms)
    assert np.isnan(
        [base["difference"], base["difference_low"], base["difference_high"]]
    ).all()
    assert (same["difference"], same["difference_low"], same["difference_high"]) == (
        0,
        0,
        0,
    )
    both, union = (
        np.sum([w[1:] for w in IMAGES], 0)[[0]].item(),
        np.sum([w[1:] for w in IMAGES]).item(),
    )
    assert gain["difference"] == pytest.approx(300 / union)
    assert 0 < gain["difference_low"] < gain["difference"] < gain["difference_high"]
    assert base["iou_low"] < both / union < base["iou_high"]


def test_an_arm_is_held_against_the_baseline_of_its_own_seeds():
    """A seed is worth more than an arm: A1 is as A0 in the one seed that it has, and A0 is
    much better in another one.
    """
    arms = {
        "A0": [result(seed=0, recall=0.6), result("A0", 1, better(IMAGES))],
        "A1": [result("A1", 0, recall=0.6)],
        "A2": [result("A2", 2)],
    }
    for run, recall in zip(arms["A0"], (0.6, 0.9)):
        run["test"]["recall"] = recall
    _, same, alone = table(arms)
    assert (same["difference"], same["difference_low"], same["difference_high"]) == (
        0,
        0,
        0,
    )
    (own,) = table({"A0": arms["A0"][:1]})
    assert same["precision_at_a0_recall"] == own["precision_at_a0_recall"]
    assert np.isnan([alone["difference"], alone["precision_at_a0_recall"]]).all()


def test_seeds_that_point_both_ways_leave_zero_inside():
    noisy = [
        [name, both + (10 if i % 2 else -10), false, missed - (10 if i % 2 else -10)]
        for i, (name, both, false, missed) in enumerate(IMAGES)
    ]
    row = table({"A0": [result()], "A8": [result("A8", 0, noisy)]})[1]
    assert row["difference_low"] < 0 < row["difference_high"]


def test_windows_of_an_image_are_drawn_together():
    """Splitting an image into two windows must change nothing, renaming the second
    window must.
    """
    halves = [
        [name, n, false // 2, missed // 2]
        for name, both, false, missed in IMAGES
        for n in (both, 0)
    ]
    whole = [
        [name, both, false // 2 * 2, missed // 2 * 2]
        for name, both, false, missed in IMAGES
    ]
    apart = [[f"{name} {i % 2}", *counts] for i, (name, *counts) in enumerate(halves)]
    split, together, free = (
        resample({"A0": [result(images=images)]})["A0"]
        for images in (halves, whole, apart)
    )
    assert np.array_equal(split, together)
    assert split[0] == free[0] and split[1:].std() < free[1:].std()


def test_objects_of_the_other_scene_are_summed():
    first, second = (
        {
            "jinsha_B": {
                "iou": iou,
                "false_per_km2": 1.0,
                "found_class_1": "3 of 7",
                "found_class_2": found,
            }
        }
        for iou, found in ((0.2, "0 of 4"), (0.3, "2 of 4"))
    )
    base, other = table(
        {"A0": [result() | first, result(seed=1) | second], "A1": [result("A1")]}
    )
    assert (base["jinsha_found_class_1"], base["jinsha_found_class_2"]) == (
        "6 of 14",
        "2 of 8",
    )
    assert base["jinsha_iou"] == pytest.approx(0.25) and np.isnan(other["jinsha_iou"])


def test_runs_are_sorted_by_seed_as_a_number(tmp_path):
    write(tmp_path, *(result(seed=seed) for seed in (10, 9, 2)))
    assert [run["settings"]["seed"] for run in read(tmp_path)["bijie", "500"]["A0"]] == [
        2,
        9,
        10,
    ]


def test_times_are_those_of_an_idle_machine_where_they_were_measured(tmp_path):
    write(tmp_path, result("A0"), result("A1"))
    (tmp_path / "speed.json").write_text(json.dumps({"bijie A0": 0.1, "mars A1": 9.0}))
    arms = read(tmp_path)["bijie", "500"]
    assert [epoch["seconds"] for epoch in arms["A0"][0]["curve"]] == [10, 20, 30, 40, 50]
    assert (
        arms["A0"][0]["seconds_per_step"] == 0.1
        and arms["A1"][0]["seconds_per_step"] == 0.3
    )
    assert arms["A1"][0]["curve"][0]["seconds"] == 30
