# SPDX-License-Identifier: GPL-2.0-or-later
"""By what the outlines of a map are coloured: the status of review, else the class of
confidence, else nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...language import Language
from ...status import NOT_STATED, stated

if TYPE_CHECKING:
    from ..statistics import Statistics


COLOURS = {
    "conf_cls": {
        "low": "#f2b233",
        "moderate": "#dd6310",
        "high": "#7f2704",
        NOT_STATED: "#80868b",
    },
    "status": {
        "candidate": "#e69f00",
        "confirmed": "#00795a",
        "modified": "#0072b2",
        "field_check": "#b8488f",
        "rejected": "#80868b",
        NOT_STATED: "#4c565d",
    },
}
PLAIN = "#b5410c"  # where there is nothing to colour by


@dataclass(frozen=True)
class MapClasses:
    """`field` of the schema, None for none; `values` (n,) of the landslides, NOT_STATED
    for none and for those unknown; `colours` by value, in the order they are drawn.
    """

    field: str | None
    values: np.ndarray
    colours: dict[str, str]

    @classmethod
    def of(cls, statistics: Statistics) -> MapClasses:
        """By status once a person has reviewed, else by confidence, where there are such
        values.
        """
        if statistics.reviewed:
            field = "status"
        elif statistics.classes:
            field = "conf_cls"
        else:
            values = np.full(statistics.n, NOT_STATED, object)
            return cls(None, values, {NOT_STATED: PLAIN})
        colours = COLOURS[field]
        values = np.array(stated(statistics.landslides.texts[field]), object)
        values[~np.isin(values, list(colours))] = NOT_STATED
        return cls(field, values, colours)

    def counts(self) -> dict[str, int]:
        """How many landslides of each value, of those that occur."""
        numbers = {value: int((self.values == value).sum()) for value in self.colours}
        return {value: n for value, n in numbers.items() if n}

    def label(self, value: str, language: Language) -> str:
        """What the legend says of a value."""
        if self.field is None:
            return language("landslide")
        if value == NOT_STATED:
            return language("not_stated")
        return language.choice(self.field, value)
