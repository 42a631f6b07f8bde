# SPDX-License-Identifier: GPL-2.0-or-later
"""In which language an output speaks: a parameter, and what it stands for."""

from __future__ import annotations

from ..texts import qgis_locale, tr
from .declare import advanced, choice

LANGUAGES = ["auto", "en", "zh"]


def language(text=None):
    """`text` says what is in that language; None where all words are."""
    words = text or tr(
        "The language of all words that are shown: automatic (auto) is QGIS's language, "
        "en English, zh Simplified Chinese. What is stored does not depend on it."
    )
    return advanced(choice("LANGUAGE", tr("Language"), LANGUAGES, words))


def language_code(given):
    """en or zh; auto is what QGIS speaks."""
    code = given.choice("LANGUAGE")
    if code != "auto":
        return code
    return qgis_language()


def qgis_language():
    """zh where QGIS speaks Chinese, else en."""
    if qgis_locale().lower().startswith("zh"):
        return "zh"
    return "en"


def user_language():
    from ...models.inventory.language import Language

    return Language.of(qgis_language())
