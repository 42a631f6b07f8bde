# SPDX-License-Identifier: GPL-2.0-or-later
"""Drawing with a few marks: axes, texts, paths, as SVG that needs no script and no
other file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

INK = "#22303a"
QUIET = "#5f6d76"
RULE = "#dfe4e6"
BAR = "#2f6f8f"
SECOND = "#a9c6d3"
MARK = "#b5410c"
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def safe(value) -> str:
    """Any text for HTML and XML, in element or attribute."""
    return escape(FORBIDDEN.sub("", str(value)))


@dataclass(frozen=True)
class Axis:
    """From values low..high to pixels start..end, linear or logarithmic."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        if self.log:
            low, high, value = (math.log10(v) for v in (self.low, self.high, value))
        else:
            low = self.low
            high = self.high
            value = value
        return self.start + (value - low) / (high - low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        if self.log:
            first = math.ceil(math.log10(self.low) - 1e-9)
            last = math.floor(math.log10(self.high) + 1e-9)
            return [
                10.0**power
                for power in range(first, last + 1, max(1, (last - first) // 6))
            ]
        width = step(self.high - self.low, 5)
        return [
            i * width
            for i in range(
                math.ceil(self.low / width - 1e-9),
                math.floor(self.high / width + 1e-9) + 1,
            )
        ]


def step(span: float, parts: int) -> float:
    """A round width, 1, 2 or 5 times a power of ten, of which about `parts` make the
    span.
    """
    power = 10.0 ** math.floor(math.log10(span / parts))
    return next(
        power * factor
        for factor in (1, 2, 5, 10)
        if power * factor * parts >= span * 0.999
    )


def plain(value: float) -> str:
    """A tick's label: 0.001, 0.5, 20, 1,000."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.6g}"


def significant(value: float, digits: int = 3) -> str:
    """Rounded to significant digits, thousands parted."""
    if not value:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, places):,.{max(0, places)}f}".replace("-", "−")


def text(
    x: float,
    y: float,
    words,
    anchor: str = "start",
    size: float = 11,
    colour: str = INK,
    more: str = "",
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size:g}" fill="{colour}"{more}>'
        f"{safe(words)}</text>"
    )


def line(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    colour: str = RULE,
    width: float = 1,
    more: str = "",
) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width:g}"{more}/>'
    )


def rect(
    x: float, y: float, width: float, height: float, fill: str, more: str = ""
) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"{more}/>'


def path(
    points: Iterable[tuple[float, float]], colour: str, width: float = 1.5, more: str = ""
) -> str:
    steps = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{steps}" fill="none" stroke="{colour}" stroke-width="{width:g}"{more}/>'


def drawing(width: float, height: float, marks: Iterable[str], label: str) -> str:
    """An SVG as wide as its column; `label` says what it shows to those who cannot see
    it.
    """
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-label="{safe(label)}">{"".join(marks)}</svg>'
    )


@dataclass(frozen=True)
class ChartFrame:
    """A chart's ground: axes with ticks and titles, horizontal rules; `marks` are laid
    over it.
    """

    x: Axis
    y: Axis
    x_title: str
    y_title: str

    def draw(self, marks: Iterable[str], width: float, height: float, label: str) -> str:
        x = self.x
        y = self.y
        ground = [text(x.start - 38, y.end - 10, self.y_title, size=10.5, colour=QUIET)]
        for tick in y.ticks():
            ground += [
                line(x.start, y(tick), x.end, y(tick)),
                text(x.start - 6, y(tick) + 3.5, plain(tick), "end", 10, QUIET),
            ]
        for tick in x.ticks():
            ground += [
                line(x(tick), y.start, x(tick), y.start + 4, QUIET),
                text(x(tick), y.start + 15, plain(tick), "middle", 10, QUIET),
            ]
        ground.append(
            text((x.start + x.end) / 2, y.start + 32, self.x_title, "middle", 10.5, QUIET)
        )
        return drawing(
            width,
            height,
            [*ground, *marks, line(x.start, y.start, x.end, y.start, INK)],
            label,
        )
