# SPDX-License-Identifier: GPL-2.0-or-later
"""What the log says of a calibration."""

from __future__ import annotations

from ..texts import tr
from .errors import translated


def say_threshold(choice, feedback):
    """A models.evaluation.recalibrate.ThresholdChoice."""
    scores = tr(
        "Landslide IoU by pixel on ground left out: {} at the model's threshold {}, {} at "
        "thresholds chosen here."
    ).format(f"{choice.iou_before:.3f}", f"{choice.before:g}", f"{choice.iou:.3f}")
    feedback.pushInfo(scores)
    if choice.helps:
        feedback.pushInfo(tr("The threshold becomes {}.").format(f"{choice.threshold:g}"))
    elif choice.is_chance:
        feedback.pushWarning(
            tr(
                "On this ground the model is not clearly better than painting everything, "
                "whose IoU is {}: no threshold can help, and it stays {}."
            ).format(f"{choice.iou_everything:.3f}", f"{choice.before:g}")
        )
    else:
        feedback.pushWarning(
            tr("No other threshold holds on ground left out: it stays {}.").format(
                f"{choice.before:g}"
            )
        )


def say_confidence(calibration, feedback):
    """Of a models.model_calibration.CalibratedContract."""
    if calibration.confidence is not None:
        say_scores(calibration.confidence, calibration.polygons, feedback)
    for note in calibration.confidence_notes():
        feedback.pushWarning(translated(note))


def say_scores(choice, polygons, feedback):
    """A ConfidenceChoice of so many polygons."""
    feedback.pushInfo(
        tr("{} polygons, {} of them right.").format(polygons, f"{choice.after.mean:.0%}")
    )
    if choice.before is not None:
        feedback.pushInfo(
            tr(
                "The model's confidence here: calibration error {}, Brier score {}."
            ).format(
                f"{choice.before.calibration_error:.3f}", f"{choice.before.brier:.3f}"
            )
        )
    feedback.pushInfo(
        tr(
            "Fitted here, on ground left out: calibration error {}, Brier score {} (that "
            "of always saying the mean: {})."
        ).format(
            f"{choice.after.calibration_error:.3f}",
            f"{choice.after.brier:.3f}",
            f"{choice.after.brier_of_mean:.3f}",
        )
    )
