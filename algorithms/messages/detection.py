# SPDX-License-Identifier: GPL-2.0-or-later
"""What the log says of a search, of its outlines, and of how far they are."""

from __future__ import annotations

from contextlib import closing

from ...models.errors import Cancelled
from ..texts import tr
from .errors import translated


def follow(progress, feedback):
    """Run a generator of the pipeline, showing its progress, heeding cancel."""
    with closing(progress):
        for step in progress:
            if feedback.isCanceled():
                raise Cancelled()
            if step.continued:
                feedback.pushInfo(
                    tr("An interrupted run is continued after row {}.").format(step.rows)
                )
            feedback.setProgress(100 * step.share)


def say_search(job, interpreter, feedback):
    """A pipeline.DetectJob before it starts."""
    plan = job.plan
    feedback.pushInfo(
        tr("Model {}, bands {} of the image.").format(
            job.model.model_id, ", ".join(map(str, job.raster.bands))
        )
    )
    if job.searched is not None:
        feedback.pushInfo(
            tr("{} of the image lies in the area to search.").format(
                f"{job.searched:.1%}"
            )
        )
    say_thresholds(job.outline.thresholds, feedback)
    say_notes(plan.notes + job.outline.notes, feedback)
    feedback.pushInfo(
        tr("{} windows of {} pixels, overlap {}, in the Python of {}.").format(
            plan.tiles, plan.window, f"{plan.overlap:.0%}", interpreter
        )
    )


def say_notes(notes, feedback):
    """models.errors.Note of what was examined."""
    for note in notes:
        feedback.pushWarning(translated(note))


def say_thresholds(thresholds, feedback):
    feedback.pushInfo(
        tr("Threshold {}, seed {}, minimum area {} m².").format(
            f"{thresholds.threshold:g}",
            f"{thresholds.seed:g}",
            f"{thresholds.min_area:g}",
        )
    )


def say_polygons(count, area, feedback):
    """`area` in m2."""
    if count:
        feedback.pushInfo(tr("{} landslides, {} m².").format(count, f"{area:,.0f}"))
    else:
        feedback.pushInfo(tr("No candidates above threshold."))
