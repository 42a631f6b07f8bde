# SPDX-License-Identifier: GPL-2.0-or-later
"""The charts of an evaluation as SVG: precision and recall, and whether a probability
means what it says.
"""

from __future__ import annotations

import numpy as np

from ..inventory.language import Language
from ..inventory.svg import BAR, DASHED, MARK, QUIET, Axis, ChartFrame, line, path, text
from .pixel_metrics import BINS, ConfusionCounts
from .ranking import Cut

WIDTH = 360  # px, as all that follows
HEIGHT = 300
LEFT = 48
RIGHT = 340
TOP = 30
BOTTOM = 252


def precision_recall(
    recall: np.ndarray,
    precision: np.ndarray,
    marks: list[tuple[Cut, str]],
    language: Language,
) -> str:
    """A curve through (t,) points, and thresholds marked on it with what they are."""
    x, y = unit_axes()
    elements = [path([(x(r), y(p)) for r, p in zip(recall, precision)], BAR, 2)]
    for place, (cut, label) in enumerate(marks):
        across = x(cut.recall)
        down = y(cut.precision)
        elements.append(dot(across, down, MARK))
        anchor = "start"
        if cut.recall > 0.6:
            anchor = "end"
        elements.append(text(across, down - 8 - 13 * place, label, anchor, 10.5, MARK))
    chart = ChartFrame(x, y, language("ev_recall"), language("ev_precision"), language)
    return chart.draw(elements, WIDTH, HEIGHT, language("ev_curve"))


def reliability_chart(
    bins: list[tuple[float, float, int]], label: str, language: Language
) -> str:
    """Stated probability against the share that is right; dots as large as their
    weight.
    """
    x, y = unit_axes()
    total = max(1, sum(count for *_, count in bins))
    elements = [line(x(0), y(0), x(1), y(1), QUIET, 1, DASHED)]
    elements.append(path([(x(stated), y(share)) for stated, share, _ in bins], BAR, 1.5))
    for stated, share, count in bins:
        radius = 2.5 + 6 * (count / total) ** 0.5
        elements.append(dot(x(stated), y(share), BAR, radius))
    chart = ChartFrame(x, y, label, language("ev_right_share"), language)
    return chart.draw(elements, WIDTH, HEIGHT, language("ev_reliability"))


def pixel_bins(counts: ConfusionCounts) -> list[tuple[float, float, int]]:
    """(mean probability, share of landslide, pixels) of equal classes of probability."""
    total = counts.slide + counts.background
    levels = len(total) - 1
    members = np.minimum(np.arange(levels + 1) * BINS // levels, BINS - 1)
    bins = []
    for one in range(BINS):
        own = members == one
        pixels = total[own].sum()
        if pixels:
            stated = (np.flatnonzero(own) * total[own]).sum() / pixels / levels
            bins.append((stated, counts.slide[own].sum() / pixels, int(pixels)))
    return bins


def unit_axes() -> tuple[Axis, Axis]:
    """Two of 0 to 1."""
    return Axis(0, 1, LEFT, RIGHT), Axis(0, 1, BOTTOM, TOP)


def dot(x: float, y: float, colour: str, radius: float = 4) -> str:
    """A disc at a place in px."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}"/>'
