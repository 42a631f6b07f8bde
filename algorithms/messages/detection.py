# SPDX-License-Identifier: GPL-2.0-or-later
"""What the log says of a search, of its outlines, and of how far they are."""

from __future__ import annotations

import time
from contextlib import closing

from ...models.errors import Cancelled
from ...models.pace import Pace
from ..texts import tr
from .errors import translated

SECONDS_BETWEEN = 10.0  # two sentences on the time that is left


class Remaining:
    """What is said now and then of how long the rest will take."""

    def __init__(self, clock=time.monotonic):
        self._clock = clock
        self._pace = Pace()
        self._said = -SECONDS_BETWEEN

    def sentence(self, share):
        """Of a share of 0-1 that is done; "" where there is nothing new to say."""
        now = self._clock()
        minutes = self._pace.minutes_left(share, now)
        if minutes is None or now - self._said < SECONDS_BETWEEN:
            return ""
        self._said = now
        if minutes == 1:
            return tr("{}, less than a minute left").format(f"{share:.0%}")
        return tr("{}, about {} minutes left").format(f"{share:.0%}", minutes)


def shown(steps, feedback):
    """Steps that have a `share`, which is shown with the time that is left, until the user
    cancels: then raises Cancelled.
    """
    remaining = Remaining()
    with closing(steps):
        for step in steps:
            if feedback.isCanceled():
                raise Cancelled()
            yield step
            feedback.setProgress(100 * step.share)
            sentence = remaining.sentence(step.share)
            if sentence:
                feedback.setProgressText(sentence)


def follow(progress, feedback):
    """Run a generator of the pipeline, showing how far it is."""
    for step in shown(progress, feedback):
        if step.continued:
            feedback.pushInfo(
                tr("An interrupted run is continued after row {}.").format(step.rows)
            )


def say_search(job, interpreter, feedback, sheets=False):
    """A jobs.DetectJob before it starts; of `sheets`, whose mosaic has windows in which no
    sheet lies, these are not counted.
    """
    plan = job.plan
    feedback.pushInfo(
        tr("Model {}, bands {} of the image.").format(
            job.model.model_id, ", ".join(map(str, job.raster.bands))
        )
    )
    for sentence in search_sentences(job):
        feedback.pushInfo(sentence)
    say_thresholds(job.outline.thresholds, feedback)
    say_notes(plan.notes + job.outline.notes, feedback)
    values = plan.window, f"{plan.overlap:.0%}", interpreter
    if sheets:
        text = tr("Windows of {} pixels, overlap {}, in the Python of {}.")
    else:
        text = tr("{} windows of {} pixels, overlap {}, in the Python of {}.")
        values = plan.tiles, *values
    feedback.pushInfo(text.format(*values))


def say_estimate(values, feedback):
    """What a search over sheets would take; `values` by the names of its outputs."""
    feedback.pushInfo(
        tr(
            "{} sheets with {} windows are to be searched: about {} minutes on {} with "
            "the outlines of all sheets, about {} MB of memory, and at most {} MB of disk."
        ).format(
            values["SHEETS"],
            values["WINDOWS"],
            values["MINUTES"],
            values["DEVICE_USED"],
            values["MEMORY_MB"],
            values["DISK_MB"],
        )
    )


def search_sentences(job):
    """What a jobs.DetectJob leaves out of its image, and how else it looks at it than
    once.
    """
    plan = job.plan
    if job.searched is not None:
        yield tr("{} of the image lies in the area to search.").format(
            f"{job.searched:.1%}"
        )
    if job.flat_below:
        yield tr(
            "{} of {} windows ({}) see only ground flatter than {}° and are not searched."
        ).format(
            plan.flat_tiles,
            plan.tiles,
            f"{plan.flat_tiles / plan.tiles:.1%}",
            f"{job.flat_below:g}",
        )
    if plan.has_spread:
        yield tr("Each window is looked at in {} flips and rotations.").format(
            len(plan.symmetries)
        )


def say_notes(notes, feedback):
    """Each models.errors.Note of what was examined, once: an image that is an elevation
    model is examined as both.
    """
    for note in dict.fromkeys(notes):
        feedback.pushWarning(translated(note))


def say_thresholds(thresholds, feedback):
    feedback.pushInfo(in_words(thresholds))


def in_words(thresholds):
    return tr("Threshold {}, seed {}, minimum area {} m².").format(
        f"{thresholds.threshold:g}",
        f"{thresholds.seed:g}",
        f"{thresholds.min_area:g}",
    )


def settings(job, asked, done, searched=()):
    """Sentences on how the polygons of a jobs.OutlineJob were made: `asked` of its
    steps, and `done` by them; `searched`, those of `search_sentences`.
    """
    run = job.run
    yield tr("Image {}, model {}, {}.").format(run.src_img, run.model_id, run.run_utc)
    yield from searched
    yield in_words(job.thresholds)
    if job.dem:
        yield tr("Elevation model {}.").format(job.dem.name)
    yield tr("Steps: {}.").format("; ".join(asked))
    yield from done


def say_polygons(count, area, feedback):
    """`area` in m2."""
    if count:
        feedback.pushInfo(tr("Candidates: {}, {} m².").format(count, f"{area:,.0f}"))
    else:
        feedback.pushInfo(tr("No candidates above threshold."))
