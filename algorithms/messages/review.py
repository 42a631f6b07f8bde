# SPDX-License-Identifier: GPL-2.0-or-later
"""What the log says when a review is prepared and when it is applied."""

from __future__ import annotations

from ...models.inventory.status import DECIDED, FIELD_CHECK, OPEN
from ..texts import tr

MAX_PAIRS = 5  # of overlapping polygons that a message names
COUNTED = (*DECIDED, FIELD_CHECK, OPEN)  # statuses, in the order of the outputs


def say_prepared(notes, empty, feedback):
    """What was done to candidates, and what had to be mended; `notes` counts by key,
    `empty` features had no area.
    """
    for key, text in prepared_notes():
        if notes[key]:
            feedback.pushInfo(text.format(notes[key]))
    if notes["status"]:
        feedback.pushWarning(
            tr(
                "{} had a status that is none of ours; it was moved to the remarks."
            ).format(notes["status"])
        )
    if notes["other words"]:
        feedback.pushWarning(
            tr(
                "{} of these are polygons of the existing inventory: they count as "
                "confirmed. Where the word means something else, set their status."
            ).format(notes["other words"])
        )
    if notes["cut"]:
        feedback.pushWarning(cut_texts().format(notes["cut"]))
    if notes["area"]:
        feedback.pushWarning(
            tr(
                "The field area_m2 of {} polygons holds the area of another outline; it "
                "was measured anew. Their other measures may be old, too: 'Measure shape "
                "and terrain' takes all of them anew."
            ).format(notes["area"])
        )
    if empty > 0:
        feedback.pushWarning(
            tr("{} features without an area were left out.").format(empty)
        )


def cut_texts():
    """The sentence on texts that a review cannot hold."""
    return tr("{} texts are longer than their fields hold and were cut.")


def warn_of_temporary(feedback):
    """Of decisions that would go with QGIS's temporary folder."""
    feedback.pushWarning(
        tr(
            "The review is a temporary file, which is gone when QGIS is closed: run again "
            "with a file name before you decide anything."
        )
    )


def say_count(count, feedback):
    """Polygons that nobody has decided of."""
    if count:
        feedback.pushInfo(tr("Candidates to review: {}.").format(count))
    else:
        feedback.pushInfo(tr("No candidates to review."))


def prepared_notes():
    """Keys of notes, and their sentences."""
    return (
        ("by confidence", tr("{} ranked by calibrated confidence.")),
        (
            "by mean",
            tr("{} ranked by mean probability: they have no calibrated confidence."),
        ),
        (
            "by area",
            tr("{} ranked by area: they have neither confidence nor probability."),
        ),
        ("accept", tr("Advice: accept {}.")),
        ("check", tr("Advice: check {}.")),
        ("reject", tr("Advice: reject {}; they come after the other open ones.")),
        ("reviewed", tr("{} were reviewed before; they come last.")),
        (
            "inventory",
            tr(
                "{} of these are polygons of the existing inventory without a status: they "
                "count as confirmed."
            ),
        ),
        ("named", tr("{} had no identifier and got one.")),
        ("repaired", tr("{} outlines were invalid and were repaired.")),
        (
            "renamed",
            tr("{} had the identifier of another polygon and got one of their own."),
        ),
    )


def say_applied(outcome, assumed, feedback):
    """Counts, and what had to be settled; `assumed`: no reviewed area was given."""
    counts = outcome.counts
    notes = outcome.notes
    feedback.pushInfo(
        tr(
            "Confirmed {}, modified {}, rejected {}, field checks {}, still open {}."
        ).format(*(counts[status] for status in COUNTED))
    )
    for key, text in applied_notes():
        if notes[key]:
            feedback.pushInfo(text.format(notes[key]))
    for key, text in applied_warnings():
        if notes[key]:
            feedback.pushWarning(text.format(notes[key]))
    say_shared_ground(outcome, feedback)
    if counts["candidate"]:
        feedback.pushInfo(
            tr("Still open, not in the inventory and not taught: {}.").format(
                counts["candidate"]
            )
        )
    in_inventory = [values["status"] for _, values in outcome.inventory]
    if counts[FIELD_CHECK] and FIELD_CHECK not in in_inventory:
        feedback.pushInfo(
            tr(
                "Waiting for a field check, and in the reviewed layer only: {}. 'Field checks "
                "into the inventory' keeps them."
            ).format(counts[FIELD_CHECK])
        )
    if assumed:
        feedback.pushInfo(
            tr(
                "No reviewed area was given: only the reviewed polygons and a ring "
                "around each count as reviewed."
            )
        )


def say_shared_ground(outcome, feedback):
    """Ground that two polygons of the review claim."""
    if outcome.untaught_m2:
        feedback.pushWarning(
            tr(
                "{} rejected polygons overlap a landslide: {} m² of them are taught as "
                "landslide only."
            ).format(len(outcome.untaught_m2), f"{sum(outcome.untaught_m2):,.0f}")
        )
    if outcome.overlaps:
        pairs = [
            f"{overlap.one}, {overlap.other} ({overlap.m2:,.0f} m²)"
            for overlap in outcome.overlaps[:MAX_PAIRS]
        ]
        if len(outcome.overlaps) > MAX_PAIRS:
            pairs.append("...")
        feedback.pushWarning(
            tr(
                "{} pairs of polygons in the inventory overlap; a sum of their areas "
                "counts that ground twice: {}."
            ).format(len(outcome.overlaps), "; ".join(pairs))
        )


def warn_of_unknown_outlines(feedback):
    """Where nothing says how outlines were before the review."""
    feedback.pushWarning(
        tr(
            "The outlines before the review are not known: those of the status "
            "modified are measured afresh, all others stay as they are."
        )
    )


def say_without_terrain(outcome, feedback):
    """Where something was measured without an elevation model."""
    if outcome.notes["measured"]:
        feedback.pushInfo(
            tr(
                "Without an elevation model the terrain attributes of redrawn "
                "outlines are empty."
            )
        )


def applied_notes():
    """Keys of notes, and their sentences."""
    return (
        ("measured", tr("{} redrawn or new outlines measured afresh.")),
        ("modified", tr("{} confirmed polygons had been redrawn and count as modified.")),
        ("drawn", tr("{} drawn new got an identifier.")),
        (
            "inherited",
            tr("{} of them got image, image date and sheet of the nearest polygon."),
        ),
        ("split", tr("{} pieces of split polygons got identifiers of their own.")),
        ("repaired", tr("{} redrawn outlines were invalid and were repaired.")),
    )


def applied_warnings():
    """Keys of notes, and sentences for what a person should look at."""
    return (
        (
            "reasonless",
            tr(
                "{} rejected without a reason: 'other' was set; a reason helps "
                "whoever trains."
            ),
        ),
        (
            "deleted",
            tr(
                "{} polygons of the review are missing, deleted or left out by a "
                "filter or selection: they are neither landslides nor negatives; "
                "reject those deleted, with a reason, to keep them from coming back."
            ),
        ),
        (
            "stale",
            tr(
                "The field area_m2 of {} polygons holds the area of another outline. Give "
                "those that somebody redrew the status modified, or the outlines before "
                "the review."
            ),
        ),
        ("cut", cut_texts()),
        ("empty", tr("{} polygons have no area and were left out.")),
        (
            "invalid",
            tr(
                "{} outlines nobody redrew are invalid and were left as they are; "
                "run 'Fix geometries' on them."
            ),
        ),
    )
