# SPDX-License-Identifier: GPL-2.0-or-later
"""Frequency and area as SVG: the cumulative number with its power law, the probability
density with its inverse gamma.
"""

from __future__ import annotations

import math

import numpy as np

from ...geo.geodesic import HECTARE, KM2
from ..language import Language
from ..svg import BAR, DASHED, MARK, QUIET, Axis, ChartFrame, line, path, text
from .charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH
from .frequency import Rollover, Tail, binned_density

MAX_DOTS = 300  # of a cumulative curve
CURVE_POINTS = 160
DOTTED = ' stroke-dasharray="2 3"'


def cumulative(areas: np.ndarray, tail: Tail | None, language: Language) -> str:
    """The number of landslides at least as large as an area, `areas` (n,) in m2, and the
    law of the large ones.
    """
    ordered = np.sort(areas)[::-1] / HECTARE
    x = _log_axis(ordered.min(), ordered.max(), LEFT, RIGHT)
    y = _log_axis(1, len(ordered), BOTTOM, TOP)
    marks = []
    for rank in np.unique(np.geomspace(1, len(ordered), MAX_DOTS).astype(int)):
        marks.append(
            f'<circle cx="{x(ordered[rank - 1]):.1f}" cy="{y(rank):.1f}" r="2" '
            f'fill="{BAR}" fill-opacity="0.65"/>'
        )
    if tail:
        marks += _power_law(tail, ordered.max(), x, y, language)
    chart = ChartFrame(x, y, language("area_ha"), language("number_at_least"), language)
    return chart.draw(marks, WIDTH, HEIGHT, language("cumulative"))


def _power_law(
    tail: Tail, largest: float, x: Axis, y: Axis, language: Language
) -> list[str]:
    """The law from its lower limit to the largest landslide (ha), with its exponents."""
    start = tail.start / HECTARE
    beta = tail.alpha - 1
    end = min(largest, start * tail.n ** (1 / beta))
    last = max(1.0, tail.n * (end / start) ** -beta)
    alpha = language.number(tail.alpha, ".2f")
    low, high = (language.number(end, ".2f") for end in tail.interval)
    below = f"α − 1 = {language.number(beta, '.2f')}"
    return [
        path([(x(start), y(tail.n)), (x(end), y(last))], MARK, 2),
        line(x(start), BOTTOM, x(start), y(tail.n), MARK, 1, DOTTED),
        text(RIGHT, TOP + 6, f"α = {alpha} ({low} – {high})", "end", 12, MARK),
        text(RIGHT, TOP + 21, below, "end", 10.5, MARK),
    ]


def density(
    areas: np.ndarray, fit: Rollover | None, mmu: tuple[float, str], language: Language
) -> str:
    """Probability density against area: logarithmic bins to look at, the inverse gamma
    through all areas.

    `mmu`: m2 of the smallest that was mapped, and what to call it.
    """
    middles, heights = binned_density(areas)
    middles = middles / HECTARE
    heights = heights * KM2
    x = _log_axis(middles.min(), middles.max(), LEFT, RIGHT)
    y = _log_axis(heights.min(), heights.max(), BOTTOM, TOP)
    marks = []
    smallest, name = mmu
    if x.low < smallest / HECTARE < x.high:
        place = x(smallest / HECTARE)
        marks += [
            line(place, TOP, place, BOTTOM, QUIET, 1, DOTTED),
            text(RIGHT, TOP - 5, name, "end", 9.5, QUIET),
        ]
    marks += [
        f'<circle cx="{x(area):.1f}" cy="{y(height):.1f}" r="3" fill="{BAR}"/>'
        for area, height in zip(middles, heights)
    ]
    if fit:
        marks += _inverse_gamma(fit, x, y, language)
    chart = ChartFrame(x, y, language("area_ha"), language("density_km2"), language)
    return chart.draw(marks, WIDTH, HEIGHT, language("density_chart"))


def _inverse_gamma(fit: Rollover, x: Axis, y: Axis, language: Language) -> list[str]:
    """The fitted density as far as the chart reaches, and where it is highest."""
    areas = np.geomspace(x.low, x.high, CURVE_POINTS)
    densities = fit.density(areas * HECTARE) * KM2
    curve = [
        (x(area), y(density))
        for area, density in zip(areas, densities)
        if y.low <= density <= y.high
    ]
    marks = [path(curve, MARK, 2)]
    mode = fit.mode / HECTARE
    if x.low < mode < x.high:
        place = x(mode)
        label = language("rollover_at", area=language.tick(float(f"{mode:.2g}")))
        marks += [
            line(place, TOP, place, BOTTOM, MARK, 1, DASHED),
            text(RIGHT, TOP - 18, label, "end", 10.5, MARK),
        ]
    return marks


def _log_axis(low: float, high: float, start: float, end: float) -> Axis:
    """Whole decades that hold both ends, at least one."""
    first = math.floor(math.log10(low) + 1e-9)
    last = math.ceil(math.log10(high) - 1e-9)
    return Axis(10.0**first, 10.0 ** max(last, first + 1), start, end, log=True)
