# SPDX-License-Identifier: GPL-2.0-or-later
"""The locator map of a report: outlines in their colours, the investigated area,
ranks, legend.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from shapely import wkb
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.polygon import orient

from ....geo.dem import ElevationModel
from ...language import Language
from ...svg import INK, drawing, text
from .classes import MapClasses
from .frame import MARGIN, WIDTH, View, frame, graticule, rings, scale_bar
from .hillshade import backdrop
from .legend import legend

if TYPE_CHECKING:
    from ..statistics import Statistics
    from ..study_area import StudyArea


MIN_OUTLINE_PX = 4.0  # what is smaller across is a dot
MAX_OUTLINES = 12_000  # the largest ones, the rest are dots
TOLERANCE_PX = 0.3  # by which the line of an outline is simplified
PAPER = "#fbfaf6"
RANK_SPACE_PX = (15, 11)  # that the number of a rank takes
BOLD = ' font-weight="600"'
HALO = BOLD + ' stroke="#fff" stroke-width="3" stroke-linejoin="round"'


def locator(
    statistics: Statistics,
    area: StudyArea | None,
    language: Language,
    dem: ElevationModel | None = None,
) -> str:
    """The map as SVG, of at least one landslide; over the relief of an elevation model
    where one is given.
    """
    landslides = statistics.landslides
    view = View(
        landslides.crs.world,
        landslides.numbers["lon"],
        landslides.numbers["lat"],
        np.sqrt(statistics.areas),
        *area_outline(area),
    )
    classes = MapClasses.of(statistics)
    relief = None
    if dem:
        relief = backdrop(dem, view)
    lines, degrees = graticule(view)
    entries, bottom = legend(classes, view, area is not None, language)
    marks = [
        f'<defs><clipPath id="frame">{frame(view, "none")}</clipPath></defs>',
        frame(view, PAPER),
        relief or "",
        area_mark(area, view, relief is not None),
        '<g clip-path="url(#frame)">',
        *lines,
        *layers(statistics, view, classes),
        "</g>",
        *degrees,
        *rank_marks(statistics, view),
        frame(view, "none", INK),
        *scale_bar(view, language),
        *entries,
    ]
    return drawing(WIDTH, bottom, marks, language("map"))


def area_outline(area: StudyArea | None) -> tuple:
    """Polygon and CRS of the investigated area; empty where there is none."""
    if area is None:
        return ()
    return (area.outline, area.crs)


def area_mark(area: StudyArea | None, view: View, over_relief: bool) -> str:
    """The investigated area: white ground with a dashed line, over the relief the line
    alone.
    """
    if area is None:
        return ""
    ground = "#fff"
    if over_relief:
        ground = "none"
    outline = view.pixel_rings(rings(area.outline), area.crs)
    return (
        f'<path clip-path="url(#frame)" d="{_path(outline)}" fill="{ground}" '
        f'fill-rule="evenodd" stroke="{INK}" stroke-width="1.4" stroke-dasharray="8 3 2 3"/>'
    )


def layers(statistics: Statistics, view: View, classes: MapClasses) -> Iterator[str]:
    """The dots and the outlines of each class."""
    landslides = statistics.landslides
    numbers = landslides.numbers
    centres = np.round(view.place(numbers["lon"], numbers["lat"])).astype(int)
    across = np.sqrt(statistics.areas) * view.scale
    least = np.sort(across)[-min(MAX_OUTLINES, len(across))]
    as_outline = (across >= MIN_OUTLINE_PX) & (across >= least)
    source = landslides.crs
    for value, colour in classes.colours.items():
        inside = classes.values == value
        dots = {(int(x), int(y)) for x, y in centres[inside & ~as_outline]}
        if dots:
            data = "".join(f"M{x} {y}h.1" for x, y in sorted(dots))
            yield (
                f'<path d="{data}" stroke="{colour}" stroke-width="3.2" '
                'stroke-linecap="round"/>'
            )
        outlines = [
            ring
            for i in np.flatnonzero(inside & as_outline)
            for ring in _turned_rings(wkb.loads(landslides.outlines[i]))
        ]
        if outlines:
            data = _path(view.pixel_rings(outlines, source))
            yield (
                f'<path d="{data}" fill="{colour}" fill-opacity="0.55" stroke="{colour}" '
                'stroke-width="0.9" stroke-linejoin="round"/>'
            )


def _turned_rings(polygon: Polygon | MultiPolygon) -> list[np.ndarray]:
    """Its rings, holes the other way round: they stay empty, and what lies under two
    outlines of a path is filled.
    """
    parts = getattr(polygon, "geoms", [polygon])
    return [ring for part in parts if part.area for ring in rings(orient(part))]


def _path(outlines: list[np.ndarray]) -> str:
    """Rings of pixels [(n, 2)] as the data of one path."""
    data = ""
    for ring in outlines:
        ring = ring[np.isfinite(ring).all(axis=1)]
        if len(ring) >= 3:
            points = LineString(ring).simplify(TOLERANCE_PX).coords[:-1]
            data += "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"
    return data


def rank_marks(statistics: Statistics, view: View) -> Iterator[str]:
    """Numbers of the largest beside them, where there is room."""
    occupied: list[tuple[float, float]] = []
    numbers = statistics.landslides.numbers
    largest = list(statistics.largest)
    places = view.place(numbers["lon"][largest], numbers["lat"][largest])
    wide, high = RANK_SPACE_PX
    for rank, (i, (x, y)) in enumerate(zip(largest, places), 1):
        x = x + math.sqrt(statistics.areas[i]) * view.scale / 2 + 3
        y = y + 3
        free = all(abs(x - a) > wide or abs(y - b) > high for a, b in occupied)
        if free and x < WIDTH - MARGIN - 12:
            occupied.append((x, y))
            yield text(x, y, rank, size=10.5, colour="#fff", more=HALO)
            yield text(x, y, rank, size=10.5, more=BOLD)
