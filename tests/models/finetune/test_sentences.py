# SPDX-License-Identifier: GPL-2.0-or-later
"""What the log says: how far the worker is, what an epoch says, where the outlines lie."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.finetune.sentences import lap_sentence, shift_sentence, taught_share
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
    assert lap_sentence({"run": "fold-1", "step": 1, "steps": 4}) is None


def lap(run, losses, **scores):
    return {"run": run, "step": 2, "steps": 4, "losses": losses, **scores}


@pytest.mark.parametrize(
    "message, said",
    [
        (
            lap("fold-2", {"seg": 0.25}, iou=0.5, average_precision=0.75),
            "Stretch 2 left out: step 2 of 4, training loss 0.250; on that stretch IoU "
            "0.500 and average precision 0.750.",
        ),
        (
            lap("whole", {"seg": 0.25, "sd": 0.5}, iou=None, average_precision=None),
            "All ground: step 2 of 4, training loss 0.750 (segmentation 0.250, "
            "distillation 0.500).",
        ),
        (
            lap("region", {"rec": 0.5}),
            "Images without polygons: step 2 of 4, training loss 0.500 (recovery 0.500).",
        ),
        # what an earlier version has kept of a run that was killed
        (
            lap("whole", {}, iou=None, average_precision=None),
            "All ground: step 2 of 4, training loss not known.",
        ),
    ],
)
def test_an_epoch_tells_its_losses_and_what_the_ground_left_out_says(message, said):
    assert str(lap_sentence(message)) == said


def test_a_shift_is_said_where_it_is_sure():
    sure = Shift(12.0, -5.0, 1.0, 0.5, 9)
    words = "lie 13 m beside what the model sees (12 m to the west, 5 m to the north of it)"
    assert words in str(shift_sentence(sure))
    words = "(304 m to the east, 0 m to the south of it)"
    assert words in str(shift_sentence(replace(sure, east=-304.0, north=0.2)))
    assert shift_sentence(replace(sure, gain=0.0)) is None
    assert shift_sentence(None) is None
