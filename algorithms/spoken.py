# SPDX-License-Identifier: GPL-2.0-or-later
"""Errors of models/, which knows no languages, in the user's: a sentence is known by its pattern."""
from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path

from qgis.PyQt.QtCore import QCoreApplication

SENTENCES = Path(__file__).resolve().parent.parent / "resources" / "i18n" / "sentences.json"


def spoken(error):
    """The error's sentence; in English where nobody has translated it."""
    text = str(error)
    for source, pattern in patterns():
        said = pattern.fullmatch(text)
        if said:
            return QCoreApplication.translate("MRIFE", source).format(*said.groups())
    return text


@lru_cache(maxsize=1)
def patterns():
    """(sentence with {} for what is filled in, its pattern), those with most words of their own first."""
    sources = json.loads(SENTENCES.read_text(encoding="utf-8"))
    return [(source, re.compile(re.escape(source).replace(r"\{\}", "(.*)"), re.DOTALL))
            for source in sorted(sources, key=len, reverse=True)]
