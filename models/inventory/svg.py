# SPDX-License-Identifier: GPL-2.0-or-later
"""Drawing with a few marks: axes, texts, paths, as SVG that needs no script and no
other file.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from .language import Language
from .markup import escaped

INK = "#22303a"
QUIET = "#5f6d76"
RULE = "#dfe4e6"
BAR = "#2f6f8f"
SECOND = "#a9c6d3"
MARK = "#b5410c"
DASHED = ' stroke-dasharray="4 3"'  # of a line
FIRST_WIDE = 0x2E80  # code of the first character that is as wide as high
LABEL_SIZE = 11  # px
NARROW_WIDTH = 0.56  # of the others, by height


@dataclass(frozen=True)
class Axis:
    """From values low..high to pixels start..end, linear or logarithmic; `whole`: its
    values are counts.
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False
    whole: bool = False

    def __call__(self, value: float) -> float:
        if self.log:
            low, high, value = (math.log10(v) for v in (self.low, self.high, value))
        else:
            low = self.low
            high = self.high
        return self.start + (value - low) / (high - low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Round values along the axis: about five, whole decades where it is logarithmic."""
        if self.log:
            first = math.ceil(math.log10(self.low) - 1e-9)
            last = math.floor(math.log10(self.high) + 1e-9)
            return [
                10.0**power
                for power in range(first, last + 1, max(1, (last - first) // 6))
            ]
        width = step(self.high - self.low, 5)
        if self.whole:
            width = max(1.0, width)
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


def text_width(label: str, size: float) -> float:
    """About the width of a text in px; a Chinese character is as wide as high."""
    wide = sum(ord(letter) > FIRST_WIDE for letter in label)
    return size * (wide + NARROW_WIDTH * (len(label) - wide))


def text(
    x: float,
    y: float,
    label: object,
    anchor: str = "start",
    size: float = LABEL_SIZE,
    colour: str = INK,
    more: str = "",
) -> str:
    """A label at a place in px; `more`: further attributes."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size:g}" fill="{colour}"{more}>'
        f"{escaped(label)}</text>"
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
    """A straight line between two places in px."""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width:g}"{more}/>'
    )


def rect(
    x: float, y: float, width: float, height: float, fill: str, more: str = ""
) -> str:
    """A filled rectangle, its upper left corner at (x, y)."""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"{more}/>'


def path(
    points: Iterable[tuple[float, float]], colour: str, width: float = 1.5, more: str = ""
) -> str:
    """A line through points [(x, y)] in px."""
    steps = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{steps}" fill="none" stroke="{colour}" stroke-width="{width:g}"{more}/>'


def drawing(width: float, height: float, marks: Iterable[str], label: str) -> str:
    """An SVG as wide as its column; `label` says what it shows to those who cannot see
    it.
    """
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-label="{escaped(label)}">{"".join(marks)}</svg>'
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
    language: Language

    def draw(self, marks: Iterable[str], width: float, height: float, label: str) -> str:
        """The whole chart, px."""
        x = self.x
        y = self.y
        ground = [text(x.start - 38, y.end - 10, self.y_title, size=10.5, colour=QUIET)]
        for tick in y.ticks():
            ground += [
                line(x.start, y(tick), x.end, y(tick)),
                text(
                    x.start - 6, y(tick) + 3.5, self.language.tick(tick), "end", 10, QUIET
                ),
            ]
        for tick in x.ticks():
            ground += [
                line(x(tick), y.start, x(tick), y.start + 4, QUIET),
                text(
                    x(tick), y.start + 15, self.language.tick(tick), "middle", 10, QUIET
                ),
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
