# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the review of a polygon stands: the values of the field `status`, and what follows
from each of them.
"""

from __future__ import annotations

from collections.abc import Iterable

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


def stated(statuses: Iterable[str | None]) -> list[str]:
    """Statuses, or classes, with NOT_STATED for none."""
    return [status or NOT_STATED for status in statuses]


def counts_as_rejected(status: str | None) -> bool:
    """Whether a polygon of a layer of rejected ones is one of them: not where it has another
    status, as in a whole review.
    """
    return status == REJECTED or status not in STATUSES
