# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the review of a polygon stands: the values of the field `status`, and what follows
from each of them.
"""

from __future__ import annotations

from .language import stored_value
from .schema import STATUS

STATUSES = tuple(STATUS)  # in the order of the schema
OPEN = "candidate"  # nobody has looked
REJECTED = "rejected"
FIELD_CHECK = "field_check"  # a person looked and could not decide
CONFIRMED = "confirmed"  # a landslide as it was drawn
MODIFIED = "modified"  # a landslide that a person redrew
ACCEPTED = (CONFIRMED, MODIFIED)
DECIDED = (*ACCEPTED, REJECTED)
BY_PERSON = (*ACCEPTED, FIELD_CHECK)  # a person stands for the outline
NOT_STATED = ""  # stands for a missing value where statuses are counted


def status_of(text: str | None) -> str | None:
    """The status that a word stands for: stored value, English or Chinese, any capitals;
    None where it is no such word.
    """
    return stored_value(STATUS, text)


def folded(text: str | None) -> str:
    """A stored value as statuses and classes are compared: small letters, no blanks
    around, NOT_STATED for none.
    """
    return (text or NOT_STATED).strip().lower()
