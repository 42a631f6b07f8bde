# SPDX-License-Identifier: GPL-2.0-or-later
"""What the log says of checked inputs."""

from __future__ import annotations

from ..texts import tr
from .errors import translated


def say_report(report, feedback):
    """What failed, is doubtful or has to be known in a models.preflight.job.InputReport,
    and how many inputs are right.
    """
    from ...models.preflight.checked import FAIL, WARN

    ways = {FAIL: feedback.reportError, WARN: feedback.pushWarning}
    for checked in report.inputs:
        name = checked.name or tr("All images together")
        for check in checked.checks:
            say = ways.get(check.verdict, feedback.pushInfo)
            for sentence in check.advice:
                say(f"{name}: {translated(sentence)}")
    counts = report.counts
    feedback.pushInfo(
        tr("Inputs: {} passed, {} with warnings, {} failed.").format(
            counts["passed"], counts["warned"], counts["failed"]
        )
    )
