# SPDX-License-Identifier: GPL-2.0-or-later
"""Small reports: rows of facts as text for the log and as an HTML page."""

from __future__ import annotations

from ..parameters.declare import file_output
from ..parameters.outputs import write_report
from ..texts import tr


def html_parameter():
    return file_output(
        "HTML",
        tr("Report"),
        tr("HTML files (*.html)"),
        tr("The same facts as a page that can be kept or sent."),
        optional=True,
    )


def write_html(path, title, facts):
    """Facts are (name, value) pairs; nothing is written where no path was asked for."""
    from ...models.inventory.markup import template

    if not path:
        return
    write_report(path, template("facts.html").render(title=title, facts=facts))


def say(feedback, facts):
    for name, value in facts:
        feedback.pushInfo(f"{name}: {value}")
