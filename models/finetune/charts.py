# SPDX-License-Identifier: GPL-2.0-or-later
"""The drawings of a fine-tuning as SVG: both curves of precision and recall, what was
learned by step, and places to look at.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..evaluation.charts import HEIGHT, LEFT, RIGHT, WIDTH, dot, unit_axes
from ..evaluation.pixel_metrics import ConfusionCounts
from ..inventory.language import Language
from ..inventory.svg import (
    BAR,
    DASHED,
    MARK,
    QUIET,
    SECOND,
    Axis,
    ChartFrame,
    drawing,
    line,
    path,
    text,
    text_width,
)
from .previews import NetworkView, Preview, Ring

PANEL = 172  # px, the longer side of a picture
GAP = 8  # px between two of them
LABEL = 14  # px above them
DIGITIZED = "#00c8ff"
OUTLINED = "#ffe000"
SAMPLE = 20  # px of a line in a legend
LEGEND_SIZE = 10.5  # px
LEGEND_GAP = 12  # px between two entries
RUN_COLOURS = (BAR, SECOND)


class Curve(NamedTuple):
    """Precision and recall of a network, and the threshold it is used at."""

    counts: ConfusionCounts
    threshold: float
    name: str
    colour: str
    more: str = ""


def curves_chart(curves: Sequence[Curve], language: Language) -> str:
    """Precision and recall of networks over each other."""
    x, y = unit_axes()
    elements = []
    for curve in curves:
        precision, recall, _, _ = curve.counts.curve()
        held = recall > 0  # above all landslides precision is not defined
        points = [(x(r), y(p)) for r, p in zip(recall[held], precision[held])]
        elements.append(path(points, curve.colour, 2, curve.more))
        own = curve.counts.at(curve.threshold)
        elements.append(dot(x(own.recall), y(own.precision), curve.colour))
    entries = [(curve.name, curve.colour, curve.more) for curve in curves]
    elements += legend(entries, y(1) - 10)
    frame = ChartFrame(x, y, language("ev_recall"), language("ev_precision"), language)
    return frame.draw(elements, WIDTH, HEIGHT, language("ft_curve"))


def legend(entries: Sequence[tuple[str, str, str]], down: float) -> list[str]:
    """Pieces of lines and what they stand for, (name, colour, more), in a row above a chart,
    where no curve runs.
    """
    marks = []
    across = RIGHT
    for name, colour, more in reversed(entries):
        across -= SAMPLE + 6 + text_width(name, LEGEND_SIZE)
        marks += [
            line(across, down - 4, across + SAMPLE, down - 4, colour, 2, more),
            text(across + SAMPLE + 6, down, name, size=LEGEND_SIZE),
        ]
        across -= LEGEND_GAP
    return marks


def base_and_tuned(
    counts: Sequence[ConfusionCounts], thresholds: Sequence[float], language: Language
) -> list[Curve]:
    """The curves of both networks."""
    names = (language("ft_before"), language("ft_after"))
    looks = ((QUIET, DASHED), (BAR, ""))
    parts = zip(counts, thresholds, names, looks)
    return [Curve(count, cut, name, *look) for count, cut, name, look in parts]


def learning_chart(
    runs: dict[str, list[dict]], stop: int | None, language: Language
) -> str:
    """Average precision by step of each run on the ground that it does not see, by the
    run's name; `stop`: the step at which the file for use stopped.
    """
    _, y = unit_axes()
    most = max(lap["steps"] for laps in runs.values() for lap in laps)
    x = Axis(0, most, LEFT, RIGHT)
    elements = []
    if stop is not None:
        elements.append(line(x(stop), y(0), x(stop), y(1), MARK, 1, DASHED))
        label = language("ft_stopped", n=language.number(stop))
        anchor = "end"
        gap = -5
        if stop < most / 2:
            anchor = "start"
            gap = 5
        elements.append(text(x(stop) + gap, y(0.5), label, anchor, 10.5, MARK))
    entries = []
    for place, (name, laps) in enumerate(runs.items()):
        colour = RUN_COLOURS[place % len(RUN_COLOURS)]
        entries.append((name, colour, ""))
        points = [(x(lap["step"]), y(lap["average_precision"])) for lap in laps]
        elements.append(path(points, colour, 2))
        elements += [dot(*point, colour, 3) for point in points]
    elements += legend(entries, y(1) - 10)
    frame = ChartFrame(x, y, language("ft_steps"), language("ft_ap"), language)
    return frame.draw(elements, WIDTH, HEIGHT, language("ft_learning"))


def place_drawing(preview: Preview, number: int, language: Language) -> str:
    """A place as base and tuned network see it, side by side; `number` is its own on the
    page.
    """
    cols, rows = preview.size
    scale = PANEL / max(cols, rows)
    high = LABEL + rows * scale
    picture = (
        f'<defs><image id="place{number}" width="{cols}" height="{rows}" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="{preview.image}"/>'
        f'<clipPath id="edge{number}"><rect width="{cols}" height="{rows}"/></clipPath>'
        "</defs>"
    )
    marks = [picture]
    labels = (language("ft_before"), language("ft_after"))
    for place, view in enumerate((preview.before, preview.after)):
        across = place * (PANEL + GAP)
        marks.append(text(across, LABEL - 4, labels[place], size=10.5, colour=QUIET))
        inner = "".join(panel(preview, view, number, scale))
        marks.append(
            f'<g transform="translate({across} {LABEL}) scale({scale:.4f})" '
            f'clip-path="url(#edge{number})">{inner}</g>'
        )
    label = language(f"ft_place_{preview.kind}")
    return drawing(2 * PANEL + GAP, round(high, 1), marks, label)


def panel(preview: Preview, view: NetworkView, number: int, scale: float) -> list[str]:
    """Image, probability and outlines in pixels of the picture."""
    cols, rows = preview.size
    link = 'xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href'
    marks = [
        f'<use {link}="#place{number}"/>',
        f'<image width="{cols}" height="{rows}" {link}="{view.tint}"/>',
    ]
    marks += outlines(view.outlines, OUTLINED, 1.4 / scale, "")
    dashes = f' stroke-dasharray="{4 / scale:.1f} {2.5 / scale:.1f}"'
    marks += outlines(preview.landslides, DIGITIZED, 1.4 / scale, dashes)
    return marks


def outlines(rings: Sequence[Ring], colour: str, width: float, more: str) -> list[str]:
    """Closed lines."""
    return [
        path(ring.tolist(), colour, round(width, 2), more)
        for ring in map(np.asarray, rings)
    ]
