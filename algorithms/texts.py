# SPDX-License-Identifier: GPL-2.0-or-later
"""Texts in the user's language, and where those lie that are files."""

from __future__ import annotations

import re
from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication

_LETTER = "[\u2018-\u201d\u3000-\u9fff\uff00-\uffef]"
BETWEEN_CHINESE = re.compile(f"(?<={_LETTER})\\s*\n\\s*(?={_LETTER})")
RESOURCES = Path(__file__).resolve().parent.parent / "resources"


def qgis_locale():
    """The locale that QGIS speaks: of its option --lang, else of the settings."""
    application = QgsApplication.instance()
    asked = application.translation() if application else ""
    return asked or QgsApplication.locale()


def tr(text):
    return QCoreApplication.translate("MRIFE", text)


def titled(title, source):
    """The name of a layer: what it holds, and of what."""
    return tr("{title}, {source}").format(title=title, source=source)


def paragraphs(html):
    """Help text as one line: QGIS shows line ends as breaks. Chinese has no blanks between
    its words, so its lines meet without one. QGIS writes <b> in a dark grey, which is not
    read on a dark ground; <strong> has the colour of the text around it.
    """
    line = " ".join(BETWEEN_CHINESE.sub("", html).split())
    return line.replace("<b>", "<strong>").replace("</b>", "</strong>")
