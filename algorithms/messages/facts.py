# SPDX-License-Identifier: GPL-2.0-or-later
"""Small reports: rows of facts as text for the log and as an HTML page."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsProcessingParameterFileDestination

from ...models.errors import MrifeError
from ..parameters.declare import helped
from ..texts import tr


def html_parameter():
    return helped(
        QgsProcessingParameterFileDestination(
            "HTML", tr("Report"), tr("HTML files (*.html)"), optional=True
        ),
        tr("The same facts as a page that can be kept or sent."),
    )


def write_html(path, title, facts):
    """Facts are (name, value) pairs; nothing is written where no path was asked for."""
    from ...models.inventory.markup import template

    if not path:
        return
    page = template("facts.html").render(title=title, facts=facts)
    try:
        Path(path).write_text(page, encoding="utf-8")
    except OSError as error:
        raise MrifeError(
            "The report '{}' cannot be written ({}); choose another place.",
            path,
            error.strerror,
        ) from error


def say(feedback, facts):
    for name, value in facts:
        feedback.pushInfo(f"{name}: {value}")
