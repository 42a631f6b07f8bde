# SPDX-License-Identifier: GPL-2.0-or-later
"""What the log says of fine-tuning."""

from __future__ import annotations

from ..texts import tr
from .detection import shown
from .errors import translated


def say_steps(steps, feedback):
    """Run the steps, saying their sentences and showing how far they are."""
    for step in shown(steps, feedback):
        if step.note is not None:
            feedback.pushInfo(translated(step.note))


def say_tuned(tuned, change, feedback):
    """What must not be overlooked."""
    from ...models.finetune.objects import lacks_confidence
    from ...models.finetune.sentences import no_confidence_sentence

    if lacks_confidence(tuned, change):
        feedback.pushWarning(translated(no_confidence_sentence()))
    if tuned.model is None or tuned.is_better:
        return
    if tuned.job.has_base:
        feedback.pushWarning(
            tr(
                "The fine-tuned model is not shown to be better than its base on ground "
                "left out: look at the report before you use it."
            )
        )
    else:
        feedback.pushWarning(
            tr(
                "The model is not shown to be better than painting everything on ground "
                "left out: look at the report, and do not use it as it is."
            )
        )
