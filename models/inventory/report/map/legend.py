# SPDX-License-Identifier: GPL-2.0-or-later
"""The legend of a locator map: the classes that occur with their numbers, and the line of
the investigated area.
"""

from __future__ import annotations

from ...language import Language
from ...svg import INK, line, rect, text, text_width
from .classes import MapClasses
from .frame import MARGIN, WIDTH, View, bar_length

ROW_PX = 18
TEXT_PX = 20  # from the beginning of an entry to its text
GAP_PX = 22  # between two entries
FONT_PX = 11
SCALE_BAR_PX = 66  # room beside the scale bar, for the arrow to the north


def legend(
    classes: MapClasses, view: View, with_area: bool, language: Language
) -> tuple[list[str], float]:
    """Marks under the map, as wide as the scale bar leaves room; and where they end, px."""
    entries = [
        (f"{classes.label(value, language)} ({language.number(n)})", value)
        for value, n in classes.counts().items()
    ]
    if with_area:
        entries.append((language("outline"), None))
    right = WIDTH - MARGIN - SCALE_BAR_PX - bar_length(view) * view.scale
    top = view.bottom + 34
    x = float(MARGIN)
    y = top
    marks = []
    for label, value in entries:
        width = TEXT_PX + text_width(label, FONT_PX)
        if x + width > right and x > MARGIN:
            x = float(MARGIN)
            y += ROW_PX
        if value is None:
            marks.append(_area_line(x, y))
        else:
            marks.append(_box(x, y, classes.colours[value]))
        marks.append(text(x + TEXT_PX, y, label, size=FONT_PX))
        x += width + GAP_PX
    return marks, max(y, top + 10) + 8


def _box(x: float, y: float, colour: str) -> str:
    return rect(x, y - 9, 14, 10, colour, f' fill-opacity="0.55" stroke="{colour}"')


def _area_line(x: float, y: float) -> str:
    dashes = ' stroke-dasharray="8 3 2 3"'
    return line(x - 4, y - 4, x + 16, y - 4, INK, 1.4, dashes)
