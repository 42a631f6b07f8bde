# SPDX-License-Identifier: GPL-2.0-or-later
"""Errors in the user's language: the template is translated, then filled."""

from __future__ import annotations

from qgis.PyQt.QtCore import QCoreApplication

from ...models.contract import band_word
from ...models.errors import MrifeError, Note, listed


def translated(error):
    """The sentence of a MrifeError or a Note; in English where nobody has translated it. A
    text stays as it is.

    A value that is an error itself is translated too, and so is a text that is a template
    of its own.
    """
    if isinstance(error, str):
        return error
    template = QCoreApplication.translate("MRIFE", error.template)
    if not error.values:
        return template
    return template.format(*map(_value, error.values))


def bands_in_words(names):
    """The names of bands for a reader."""
    return translated(listed([band_word(name) for name in names]))


def _value(value):
    if isinstance(value, (MrifeError, Note)):
        return translated(value)
    return value
