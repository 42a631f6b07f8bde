# SPDX-License-Identifier: GPL-2.0-or-later
"""Small reports: rows of facts as text for the log and as an HTML page."""

from __future__ import annotations

from html import escape
from pathlib import Path

from qgis.core import QgsProcessingParameterFileDestination

from ...models.errors import MrifeError
from ..base import tr
from ..parameters.declare import helped

PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{title}</title>
<style>body {{ font-family: sans-serif; max-width: 50em; margin: 1em; }} th {{ text-align: left; vertical-align: top;
padding-right: 1.5em; white-space: nowrap; }} td {{ overflow-wrap: anywhere; }}</style></head>
<body><h1>{title}</h1><table>{rows}</table></body></html>
"""


def html_parameter():
    return helped(
        QgsProcessingParameterFileDestination(
            "HTML", tr("Report"), tr("HTML files (*.html)"), optional=True
        ),
        tr("The same facts as a page that can be kept or sent."),
    )


def write_html(path, title, facts):
    """Facts are (name, value) pairs; nothing is written where no path was asked for."""
    if not path:
        return
    rows = "\n".join(
        f"<tr><th>{escape(name)}</th><td>{escape(str(value))}</td></tr>"
        for name, value in facts
    )
    try:
        Path(path).write_text(
            PAGE.format(title=escape(title), rows=rows), encoding="utf-8"
        )
    except OSError as error:
        raise MrifeError(
            "The report '{}' cannot be written ({}); choose another place.",
            path,
            error.strerror,
        ) from error


def say(feedback, facts):
    for name, value in facts:
        feedback.pushInfo(f"{name}: {value}")
