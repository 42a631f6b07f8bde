# SPDX-License-Identifier: GPL-2.0-or-later
"""Fields of another inventory that are named as ours: what `cls` and `status` say of a
polygon there is none of our words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..errors import Note, listed
from ..inventory.schema import BY_NAME
from ..inventory.status import STATUSES
from ..inventory.values import finite, typed

CLASS = "cls"  # of a training layer: 1 landslide, 0 look-alike
STATUS = "status"  # of a review
MOST_WORDS = 5  # that a sentence names


class ForeignField(NamedTuple):
    """The field as its layer names it, those of its words that nobody here knows, the
    most frequent first, and on how many polygons they stand. It is not looked at where it
    holds no other.
    """

    name: str
    words: tuple[str, ...]
    polygons: int
    is_ignored: bool

    @property
    def list_of_words(self) -> Note | str:
        """The first of them."""
        words = [f"'{word}'" for word in self.words[:MOST_WORDS]]
        if not words:
            return Note("it is empty")
        if len(words) < len(self.words):
            words.append("…")
        return listed(words)

    def note(self) -> Note:
        """For the log."""
        if self.is_ignored:
            return Note(
                "The field '{}' is not looked at, as it holds no word that says what a "
                "polygon is ({}).",
                self.name,
                self.list_of_words,
            )
        return Note(
            "{} polygons are undecided and not taught: nobody here knows what their field "
            "'{}' says ({}).",
            self.polygons,
            self.name,
            self.list_of_words,
        )


def stated_class(value: object) -> float | None:
    """A `cls` as a number; None for what is none."""
    if isinstance(value, bool):
        return float(value)
    return finite(value)


def stated_status(value: object) -> str | None:
    """A `status` as it is stored; None for what is none."""
    status = typed(value, BY_NAME["status"])
    if status in STATUSES:
        return status
    return None


KNOWN = {CLASS: stated_class, STATUS: stated_status}


def foreign_fields(rows: Sequence[Mapping[str, object]]) -> tuple[ForeignField, ...]:
    """Of the attributes of a layer's polygons: the fields that decide nothing, and unknown
    words of the first that does.
    """
    fields = []
    for name, stated in KNOWN.items():
        own = [
            (key, value)
            for values in rows
            for key, value in values.items()
            if key.lower() == name
        ]
        if not own:
            continue
        unknown = [value for _, value in own if stated(value) is None]
        is_ignored = len(unknown) == len(own)
        words = Counter(str(value) for value in unknown if value not in (None, ""))
        if words or is_ignored:
            ordered = tuple(word for word, _ in words.most_common())
            last_name, _ = own[-1]
            fields.append(
                ForeignField(last_name, ordered, sum(words.values()), is_ignored)
            )
        if not is_ignored:
            break
    return tuple(fields)
