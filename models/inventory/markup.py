# SPDX-License-Identifier: GPL-2.0-or-later
"""Text inside HTML and XML: escaped by hand in drawings and exchange formats, by jinja2 in
pages, whose templates lie in `resources/templates`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment, Template

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "templates"
# no XML may hold these, however they are escaped
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def escaped(text: object) -> str:
    """Any text for HTML and XML, in an element or an attribute."""
    return escape(FORBIDDEN.sub("", str(text)))


def template(name: str) -> Template:
    """The template of a file of `resources/templates`; escapes every value that is not
    marked as safe.
    """
    return _environment().get_template(name)


@lru_cache(maxsize=None)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(str(FOLDER)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalized,
    )


def _finalized(value: object) -> object:
    """What an expression of a template comes to: nothing for None, no forbidden
    characters.
    """
    if value is None:
        return ""
    if type(value) is str:  # not what is marked as safe
        return FORBIDDEN.sub("", value)
    return value
