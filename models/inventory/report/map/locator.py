# SPDX-License-Identifier: GPL-2.0-or-later
"""The locator map of a report: outlines in their colours, the investigated area,
ranks, legend.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from shapely import wkb
from shapely.geometry import LineString

from ...language import Language
from ...status import folded
from ..columns import reference, world
from ..statistics import Statistics
from ..study_area import StudyArea
from ..svg import INK, drawing, line, rect, text, text_width
from .frame import MARGIN, WIDTH, View, bar_length, frame, graticule, rings, scale_bar
from .hillshade import backdrop

MIN_OUTLINE_PX = 4.0  # what is smaller across is a dot
MAX_OUTLINES = 12_000  # the largest ones, the rest are dots
COLOURS = {
    "conf_cls": {
        "low": "#f2b233",
        "moderate": "#dd6310",
        "high": "#7f2704",
        "": "#80868b",
    },
    "status": {
        "candidate": "#e69f00",
        "confirmed": "#00795a",
        "modified": "#0072b2",
        "field_check": "#b8488f",
        "rejected": "#80868b",
        "": "#4c565d",
    },
}
PLAIN = "#b5410c"


def locator(
    statistics: Statistics,
    area: StudyArea | None,
    language: Language,
    dem: str | None = None,
) -> str:
    """The map as SVG, of at least one landslide; over the relief of an elevation model
    where one is given.
    """
    landslides = statistics.landslides
    view = View(
        world(landslides.crs),
        landslides.numbers["lon"],
        landslides.numbers["lat"],
        np.sqrt(statistics.areas),
        *((area.outline, area.crs) if area else ()),
    )
    key = colour_by(statistics)
    marks = [
        f'<defs><clipPath id="frame">{frame(view, "none")}</clipPath></defs>',
        frame(view, "#fbfaf6"),
    ]
    relief = None
    if dem:
        relief = backdrop(dem, view)
    ground = "#fff"
    if relief:
        marks.append(relief)
        ground = "none"
    if area:
        data = "".join(
            map(_shape, view.pixel_rings(rings(area.outline), reference(area.crs)))
        )
        marks.append(
            f'<path clip-path="url(#frame)" d="{data}" fill="{ground}" '
            f'fill-rule="evenodd" stroke="{INK}" stroke-width="1.4" stroke-dasharray="8 3 2 3"/>'
        )
    (lines, degrees) = graticule(view)
    (entries, bottom) = legend(statistics, key, view, area, language)
    marks += [
        '<g clip-path="url(#frame)">',
        *lines,
        *layers(statistics, view, key),
        "</g>",
        *degrees,
        *ranks(statistics, view),
        frame(view, "none", INK),
        *scale_bar(view, language),
        *entries,
    ]
    return drawing(WIDTH, bottom, marks, language("map"))


def colour_by(statistics: Statistics) -> str | None:
    """By status once a person has reviewed, else by confidence, where there are such
    values.
    """
    if statistics.reviewed:
        return "status"
    if statistics.classes:
        return "conf_cls"
    return None


def kinds(statistics: Statistics, key: str | None) -> np.ndarray:
    """The class of each landslide (n,), '' for none and for those unknown."""
    if key is None:
        return np.full(statistics.n, "", object)
    values = [folded(value) for value in statistics.landslides.texts[key]]
    return np.array([value if value in COLOURS[key] else "" for value in values], object)


def layers(statistics: Statistics, view: View, key: str | None) -> Iterator[str]:
    """The dots and the outlines of each class."""
    landslides = statistics.landslides
    numbers = landslides.numbers
    classes = kinds(statistics, key)
    centres = np.round(view.place(numbers["lon"], numbers["lat"])).astype(int)
    across = np.sqrt(statistics.areas) * view.scale
    least = np.sort(across)[-min(MAX_OUTLINES, len(across))]
    as_outline = (across >= MIN_OUTLINE_PX) & (across >= least)
    source = reference(landslides.crs)
    for kind, colour in (COLOURS[key] if key else {"": PLAIN}).items():
        dots = sorted(
            {(int(x), int(y)) for x, y in centres[(classes == kind) & ~as_outline]}
        )
        if dots:
            yield (
                f'<path d="{"".join(f"M{x} {y}h.1" for x, y in dots)}" stroke="{colour}" stroke-width="3.2" '
                'stroke-linecap="round"/>'
            )
        outlines = [
            ring
            for i in np.flatnonzero((classes == kind) & as_outline)
            for ring in rings(wkb.loads(landslides.outlines[i]))
        ]
        if outlines:
            data = "".join(map(_shape, view.pixel_rings(outlines, source)))
            yield (
                f'<path d="{data}" fill="{colour}" fill-opacity="0.55" fill-rule="evenodd" stroke="{colour}" '
                'stroke-width="0.9" stroke-linejoin="round"/>'
            )


def _shape(ring: np.ndarray) -> str:
    """A ring of pixels as a path, to a third of a pixel."""
    ring = ring[np.isfinite(ring).all(axis=1)]
    if len(ring) < 3:
        return ""
    return (
        "M"
        + "L".join(
            f"{x:.1f} {y:.1f}" for x, y in LineString(ring).simplify(0.3).coords[:-1]
        )
        + "Z"
    )


def ranks(statistics: Statistics, view: View) -> Iterator[str]:
    """Numbers of the largest beside them, where there is room."""
    occupied: list[tuple[float, float]] = []
    numbers = statistics.landslides.numbers
    largest = list(statistics.largest)
    places = view.place(numbers["lon"][largest], numbers["lat"][largest])
    for rank, (i, (x, y)) in enumerate(zip(largest, places), 1):
        x = x + math.sqrt(statistics.areas[i]) * view.scale / 2 + 3
        y = y + 3
        if x < WIDTH - MARGIN - 12 and all(
            abs(x - a) > 15 or abs(y - b) > 11 for a, b in occupied
        ):
            occupied.append((x, y))
            yield text(
                x,
                y,
                rank,
                size=10.5,
                colour="#fff",
                more=' font-weight="600" stroke="#fff" stroke-width="3" '
                'stroke-linejoin="round"',
            )
            yield text(x, y, rank, size=10.5, more=' font-weight="600"')


def legend(
    statistics: Statistics,
    key: str | None,
    view: View,
    area: StudyArea | None,
    language: Language,
) -> tuple[list[str], float]:
    """Under the map: the classes that occur with their numbers, and the area's line;
    and where they end.
    """
    classes = kinds(statistics, key)
    marks = []
    x = float(MARGIN)
    top = view.bottom + 34
    y = top
    right = WIDTH - MARGIN - 66 - bar_length(view) * view.scale
    entries = [
        (
            f"{_name(key, kind, language)} ({language.number(int((classes == kind).sum()))})",
            colour,
        )
        for kind, colour in (COLOURS[key] if key else {"": PLAIN}).items()
        if (classes == kind).any()
    ]
    for label, colour in entries + ([(language("outline"), "")] if area else []):
        width = 42 + text_width(label, 11)
        if x + width - 22 > right and x > MARGIN:
            x = float(MARGIN)
            y = y + 18
        marks.append(
            rect(x, y - 9, 14, 10, colour, f' fill-opacity="0.55" stroke="{colour}"')
            if colour
            else line(
                x - 4, y - 4, x + 16, y - 4, INK, 1.4, ' stroke-dasharray="8 3 2 3"'
            )
        )
        marks.append(text(x + 20, y, label, size=11))
        x += width
    return marks, max(y, top + 10) + 8


def _name(key: str | None, kind: str, language: Language) -> str:
    if key is None:
        return language("landslide")
    if kind:
        return language.choice(key, kind)
    return language("not_stated")
