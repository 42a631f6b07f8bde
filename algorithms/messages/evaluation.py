# SPDX-License-Identifier: GPL-2.0-or-later
"""What the log says of an evaluation."""

from __future__ import annotations

import math

from ..texts import tr


def say_evaluated(result, feedback):
    """The figures that matter first, of models.evaluation.result.Result."""
    evaluation = result.evaluation
    matches = evaluation.survey.matches
    if result.is_bounding_box:
        feedback.pushWarning(
            tr(
                "No evaluation area was given: the bounding rectangle of the reference was "
                "taken."
            )
        )
    if result.searched is not None and result.searched < 0.995:
        feedback.pushWarning(
            tr(
                "Only {} of the evaluation area was searched; landslides elsewhere count "
                "as missed."
            ).format(f"{result.searched:.0%}")
        )
    warn_of_nothing(len(matches.right), len(matches.found), feedback)
    feedback.pushInfo(
        tr("{} of {} landslides found, {} of {} candidates right (survey rule).").format(
            int(matches.found.sum()),
            len(matches.found),
            int(matches.right.sum()),
            len(matches.right),
        )
    )
    say_iou(evaluation.areas.iou, feedback)


def warn_of_nothing(candidates, landslides, feedback):
    """Where the area holds none of the candidates, or landslides, of which there are so
    many.
    """
    if not candidates and not landslides:
        sentence = tr(
            "Neither candidates nor landslides of the reference lie in the evaluation "
            "area; where that is not meant, look at the place of the area and at the "
            "coordinate systems."
        )
    elif not candidates:
        sentence = tr(
            "No candidate lies in the evaluation area; where that is not meant, look at "
            "the place of the area and at the coordinate systems."
        )
    elif not landslides:
        sentence = tr(
            "No landslide of the reference lies in the evaluation area; where that is not "
            "meant, look at the place of the area, at the coordinate systems, and at the "
            "status of the reference."
        )
    else:
        return
    feedback.pushWarning(sentence)


def say_iou(iou, feedback):
    """An Interval, which has no ends where blocks are too few or all draws agree."""
    value, *ends = (f"{number:.3f}" for number in iou)
    if math.isfinite(iou.low):
        sentence = tr("By ground: IoU {}, 95 % interval {} to {}.")
        feedback.pushInfo(sentence.format(value, *ends))
    elif math.isfinite(iou.value):
        feedback.pushInfo(tr("By ground: IoU {}, without an interval.").format(value))
