# SPDX-License-Identifier: GPL-2.0-or-later
"""Frequency and area of landslides as figures: the power law of the large ones and the
rollover of the small in words.
"""

from __future__ import annotations

import numpy as np

from ...geo.geodesic import HECTARE
from ..language import Language
from . import frequency_charts
from .charts import Figure, captioned
from .frequency import MIN_TAIL
from .inverse_gamma import MIN_LANDSLIDES
from .statistics import Statistics

FAR_ROLLOVER = 4  # mapping units: above, landslides below the rollover are missing
NEAR_ROLLOVER = 2  # mapping units: below, the rollover may be the cut itself


def frequency(statistics: Statistics, language: Language) -> list[Figure]:
    """Frequency and area as two charts, with what they mean."""
    tail = statistics.tail
    fit = statistics.rollover
    areas = statistics.areas
    if (tail is None or fit is None) and len(np.unique(areas)) < 2:
        return [captioned(language("cumulative"), "", _not_fitted(statistics, language))]
    return [
        captioned(
            language("cumulative"),
            frequency_charts.cumulative(areas, tail, language),
            tail_note(statistics, language),
        ),
        captioned(
            language("density_chart"),
            frequency_charts.density(
                areas, fit, smallest(statistics, language), language
            ),
            *rollover_notes(statistics, language),
        ),
    ]


def _not_fitted(statistics: Statistics, language: Language) -> str:
    return language("no_frequency", n=statistics.n, least=MIN_LANDSLIDES)


def _no_tail(statistics: Statistics, language: Language) -> str:
    """Why there is no exponent."""
    fit = statistics.rollover
    if fit is None or fit.mode <= statistics.areas.min():
        return language("few_for_tail", n=statistics.n, least=MIN_TAIL)
    return language(
        "no_tail",
        n=int((statistics.areas >= fit.mode).sum()),
        mode=language.significant(fit.mode / HECTARE),
        least=MIN_TAIL,
    )


def tail_note(statistics: Statistics, language: Language) -> str:
    """The power law of the large landslides in words."""
    tail = statistics.tail
    if tail is None:
        return _no_tail(statistics, language)
    low, high = tail.interval
    verdict = language("law_plausible")
    if not tail.plausible:
        verdict = language("law_implausible")
    p = language("none")
    if tail.p is not None:
        p = language.number(tail.p, ".2f")
    return language(
        "tail_text",
        least=MIN_TAIL,
        p=p,
        verdict=verdict,
        start=language.significant(tail.start / HECTARE),
        n=language.number(tail.n),
        total=language.number(statistics.n),
        alpha=language.number(tail.alpha, ".2f"),
        error=language.number(tail.error, ".2f"),
        low=language.number(low, ".2f"),
        high=language.number(high, ".2f"),
        beta=language.number(tail.alpha - 1, ".2f"),
        distance=language.number(tail.distance, ".3f"),
    )


def rollover_notes(statistics: Statistics, language: Language) -> list[str]:
    """Where the rollover lies, and what it says of completeness."""
    fit = statistics.rollover
    least = float(statistics.areas.min())
    mapping_unit, name = smallest(statistics, language)
    if fit is None:
        return [_not_fitted(statistics, language)]

    def hectares(square_metres: float) -> str:
        return language.significant(square_metres / HECTARE)

    exponents = [fit.exponent, *fit.exponent_interval]
    exponent, lowest, highest = (language.number(e, ".2f") for e in exponents)
    compare = language("exponent_text", exponent=exponent, low=lowest, high=highest)
    if fit.mode <= least:
        return [language("rollover_below", smallest=hectares(least)), compare]
    low, high = fit.interval
    notes = [
        language(
            "rollover_text",
            mode=hectares(fit.mode),
            low=hectares(low),
            high=hectares(high),
            rho=language.significant(fit.rho),
            a=hectares(fit.a),
            s=hectares(fit.s),
        ),
        compare,
    ]
    unit = hectares(mapping_unit)
    if fit.mode > FAR_ROLLOVER * mapping_unit:
        times = language.number(fit.mode / mapping_unit, ".0f")
        notes.append(language("rollover_far", times=times, mmu=unit, name=name))
    elif fit.mode < NEAR_ROLLOVER * mapping_unit:
        notes.append(language("rollover_cut", mmu=unit, name=name))
    return notes


def smallest(statistics: Statistics, language: Language) -> tuple[float, str]:
    """m2 of the minimum mapping unit, else of the smallest landslide, and which it is."""
    if statistics.mmu:
        return (statistics.mmu, language("mmu"))
    return (float(statistics.areas.min()), language("smallest"))
