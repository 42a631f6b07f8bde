# SPDX-License-Identifier: GPL-2.0-or-later
"""The charts of a report as SVG: histograms, bars, a rose."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..language import Language
from ..svg import (
    BAR,
    INK,
    LABEL_SIZE,
    MARK,
    QUIET,
    RULE,
    Axis,
    ChartFrame,
    drawing,
    line,
    path,
    rect,
    step,
    text,
    text_width,
)
from .statistics import SECTORS, Rose

WIDTH = 360  # px, as all that follows
HEIGHT = 250
LEFT = 44
RIGHT = 340
TOP = 30
BOTTOM = 208
BINS = 12  # of a histogram, about
BAR_PITCH = 27
MAX_BAR = 150
NAME = 96  # before a bar, more where a name needs it


@dataclass(frozen=True)
class Figure:
    """A drawing (SVG, or empty) between its title and its notes."""

    title: str
    drawing: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Series:
    """Numbers (n,) of one kind, how they are called and coloured."""

    values: np.ndarray
    name: str
    colour: str = BAR


def captioned(title: str, drawing: str, *notes: str) -> Figure:
    """A figure with those notes that say something."""
    return Figure(title, drawing, tuple(note for note in notes if note))


def histogram(series: list[Series], title: str, language: Language) -> str:
    """One or two series over common round bins, each with its median: bars, and the second
    as an outline over them.
    """
    finite = [Series(s.values[np.isfinite(s.values)], s.name, s.colour) for s in series]
    values = np.concatenate([s.values for s in finite])
    edges = round_edges(values, BINS)
    counts = [
        np.histogram(np.clip(s.values, edges[0], edges[-1]), edges)[0] for s in finite
    ]
    x = Axis(edges[0], edges[-1], LEFT, RIGHT)
    most = max(1, *(c.max() for c in counts))
    y = Axis(0, most * 1.08, BOTTOM, TOP, whole=True)
    marks = []
    for left, right, top in zip(edges[:-1], edges[1:], counts[0]):
        if top:
            span = x(right) - x(left) - 1.5
            height = BOTTOM - y(top)
            marks.append(rect(x(left) + 0.75, y(top), span, height, finite[0].colour))
    for other, tops in zip(finite[1:], counts[1:]):
        marks.append(path(_steps(edges, tops, x, y), other.colour, 2))
    if values.max() > edges[-1]:
        marks.append(
            text(
                RIGHT,
                BOTTOM - 4,
                language("beyond", n=int((values > edges[-1]).sum())),
                "end",
                9.5,
                QUIET,
            )
        )
    marks += medians(finite, x, language)
    return ChartFrame(x, y, title, language("number"), language).draw(
        marks, WIDTH, HEIGHT, title
    )


def _steps(
    edges: np.ndarray, tops: np.ndarray, x: Axis, y: Axis
) -> list[tuple[float, float]]:
    """The outline of bars: each of a second series beside the first would stand where the
    axis says another value.
    """
    points = [(x(edges[0]), y(0))]
    for left, right, top in zip(edges[:-1], edges[1:], tops):
        points += [(x(left), y(top)), (x(right), y(top))]
    points.append((x(edges[-1]), y(0)))
    return points


def medians(series: list[Series], x: Axis, language: Language) -> list[str]:
    """A line where each median lies, and what it is above the chart."""
    marks = []
    at = RIGHT
    for s in reversed(series):
        if not len(s.values):
            continue
        middle = float(np.median(s.values))
        rounded = middle  # whole metres of an elevation
        if abs(middle) < 1000:
            rounded = float(f"{middle:.3g}")
        label = f"{s.name} {language('median')} {language.tick(rounded)}".strip()
        place = x(min(max(middle, x.low), x.high))
        if len(series) == 1:
            colour = MARK
        else:
            colour = INK
        marks += [
            line(place, TOP - 4, place, BOTTOM, colour, 1.25, ' stroke-dasharray="4 3"'),
            text(at, TOP - 18, label, "end", 10.5, colour),
        ]
        if len(series) > 1:
            wide = text_width(label, 10.5)
            marks.append(rect(at - wide - 13, TOP - 26, 9, 9, s.colour))
            at -= wide + 26
    return marks


def round_edges(values: np.ndarray, bins: int) -> np.ndarray:
    """About `bins` edges at round numbers that hold 99 % of the values, all of them
    where they lie close.
    """
    low = float(values.min())
    high = float(values.max())
    far = float(np.percentile(values, 99))
    if high - low > 2 * (far - low) > 0:
        high = far
    width = step(max(high - low, abs(high) * 0.2, 0.1), bins)
    first = math.floor(low / width + 1e-9)
    last = math.floor(high / width + 1e-9) + 1
    if last - first < 3:
        if low >= 0:
            first = max(first - 1, 0)
        else:
            first = first - 1
        last = max(last, first + 3)
    return width * np.arange(first, last + 0.5)


def bars(rows: list[tuple[str, float, str, str]], label: str) -> str:
    """Horizontal bars: (name, length, what stands behind it, colour)."""
    longest = max(1e-12, *(row[1] for row in rows))
    names = max(NAME, *(text_width(row[0], LABEL_SIZE) for row in rows))
    start = names + 8
    full = MAX_BAR - (names - NAME)
    marks = []
    for i, (name, value, behind, colour) in enumerate(rows):
        y = 6 + i * BAR_PITCH
        length = full * value / longest
        visible = length
        if value:
            visible = max(1.0, length)
        marks += [
            text(names, y + 13.5, name, "end"),
            rect(start, y, visible, 18, colour),
            text(start + 6 + length, y + 13.5, behind, size=10.5, colour=QUIET),
        ]
    return drawing(WIDTH, 8 + BAR_PITCH * len(rows), marks, label)


def rose_chart(rose: Rose, language: Language) -> str:
    """Petals whose area is the number of landslides that moved that way; the mean
    direction as an arrow.
    """
    cx = 180
    cy = 150
    radius = 112
    most = max(rose.counts)
    marks = []
    for share in (0.25, 0.5, 1.0):
        r = radius * math.sqrt(share)
        marks.append(
            f'<circle cx="{cx}" cy="{cy}" r="{r:.1f}" fill="none" stroke="{RULE}"/>'
        )
    for i, n in enumerate(rose.counts):
        if n:
            marks.append(
                _petal(cx, cy, radius * math.sqrt(n / most), i * 360 / SECTORS, f"{n}")
            )
    for angle, name in zip((0, 90, 180, 270), language("nesw").split()):
        x, y = _at(cx, cy, radius + 14, angle)
        marks.append(text(x, y + 4, name, "middle", 12, INK, ' font-weight="600"'))
    marks += _arrow(cx, cy, radius * rose.length, rose.mean)
    return drawing(WIDTH, 300, marks, language("rose"))


def _petal(cx: float, cy: float, r: float, angle: float, title: str) -> str:
    half = 180 / SECTORS - 0.6
    (x1, y1) = _at(cx, cy, r, angle - half)
    (x2, y2) = _at(cx, cy, r, angle + half)
    return (
        f'<path d="M{cx} {cy}L{x1:.1f} {y1:.1f}A{r:.1f} {r:.1f} 0 0 1 {x2:.1f} {y2:.1f}Z" fill="{BAR}" '
        f'fill-opacity="0.85"><title>{title}</title></path>'
    )


def _arrow(cx: float, cy: float, length: float, angle: float) -> list[str]:
    x, y = _at(cx, cy, length, angle)
    (x1, y1) = _at(x, y, 9, angle + 155)
    (x2, y2) = _at(x, y, 9, angle - 155)
    return [
        line(cx, cy, x, y, MARK, 2.5),
        f'<path d="M{x:.1f} {y:.1f}L{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}Z" '
        f'fill="{MARK}"/>',
    ]


def _at(cx: float, cy: float, r: float, angle: float) -> tuple[float, float]:
    """Degrees clockwise from the top."""
    return cx + r * math.sin(math.radians(angle)), cy - r * math.cos(math.radians(angle))
