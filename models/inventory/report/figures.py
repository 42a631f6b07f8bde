# SPDX-License-Identifier: GPL-2.0-or-later
"""The figures of a report with their captions; one that cannot be drawn says why in a
line.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from . import charts
from .charts import Series
from .map.locator import COLOURS, locator
from .statistics import HECTARE, NOT_STATED, Statistics
from .study_area import StudyArea
from .svg import BAR, SECOND, safe, significant
from .words import Words


def figure(title: str, drawn: str, *notes: str) -> str:
    """A drawing, or nothing, between its title and its notes."""
    if title:
        heading = f"<h3>{safe(title)}</h3>"
    else:
        heading = ""
    caption = "<br/>".join(safe(note) for note in notes if note)
    return f"<figure>{heading}{drawn}<figcaption>{caption}</figcaption></figure>"


def location(
    statistics: Statistics, area: StudyArea | None, words: Words, dem: str | None
) -> str:
    return figure("", locator(statistics, area, words, dem), words("map_note"))


def frequency(statistics: Statistics, words: Words) -> Iterator[str]:
    """Two charts side by side, then what they mean."""
    tail = statistics.tail
    fit = statistics.rollover
    areas = statistics.areas
    yield '<div class="pair">'
    if tail is None or fit is None:
        none = words("no_frequency", n=statistics.n)
        if len(np.unique(areas)) < 2:
            yield figure(words("cumulative"), "", none) + "</div>"
            return
    yield figure(
        words("cumulative"),
        charts.cumulative(areas, tail, words),
        tail_note(statistics, words),
    )
    yield figure(
        words("density_chart"),
        charts.density(areas, fit, smallest(statistics, words), words),
        *rollover_notes(statistics, words),
    )
    yield "</div>"


def tail_note(statistics: Statistics, words: Words) -> str:
    tail = statistics.tail
    if tail is None:
        return words("no_frequency", n=statistics.n)
    return words(
        "tail_text",
        start=significant(tail.start / HECTARE),
        n=f"{tail.n:,}",
        total=f"{statistics.n:,}",
        alpha=f"{tail.alpha:.2f}",
        error=f"{tail.error:.2f}",
        low=f"{tail.interval[0]:.2f}",
        high=f"{tail.interval[1]:.2f}",
        beta=f"{tail.alpha - 1:.2f}",
        distance=f"{tail.distance:.3f}",
    )


def rollover_notes(statistics: Statistics, words: Words) -> Iterator[str]:
    """Where the rollover lies, and what it says of completeness."""
    fit = statistics.rollover
    least = float(statistics.areas.min())
    (mmu, name) = smallest(statistics, words)
    if fit is None:
        yield words("no_frequency", n=statistics.n)
        return
    if fit.mode <= least:
        yield words("rollover_below", smallest=significant(least / HECTARE))
        return
    mode, low, high, a, s, unit = (
        significant(value / HECTARE)
        for value in (fit.mode, *fit.interval, fit.a, fit.s, mmu)
    )
    yield words(
        "rollover_text", mode=mode, low=low, high=high, rho=significant(fit.rho), a=a, s=s
    )
    if fit.mode > 4 * mmu:
        yield words("rollover_far", times=f"{fit.mode / mmu:.0f}", mmu=unit, name=name)
    elif fit.mode < 2 * mmu:
        yield words("rollover_cut", mmu=unit, name=name)


def smallest(statistics: Statistics, words: Words) -> tuple[float, str]:
    """m2 of the minimum mapping unit, else of the smallest landslide, and which it is."""
    if statistics.mmu:
        return (statistics.mmu, words("mmu"))
    return (float(statistics.areas.min()), words("smallest"))


def terrain(statistics: Statistics, words: Words) -> Iterator[str]:
    """The rose, then slope, elevation, L/W, relief, H/L."""
    numbers = statistics.landslides.numbers
    yield '<div class="pair">'
    yield directions(statistics, words)
    yield chart(
        words("slopes"),
        "slope_mean",
        [Series(numbers["slope_mean"], "")],
        words,
        cells(statistics, words),
    )
    yield chart(
        words("elevations"),
        "z_max",
        [
            Series(numbers["z_max"], words("crown"), BAR),
            Series(numbers["z_min"], words("toe"), SECOND),
        ],
        words,
        axis=words("elevation"),
    )
    yield chart(
        words("ratios"),
        "lw_ratio",
        [Series(numbers["lw_ratio"], "")],
        words,
        words("mbr_note") if not np.isfinite(numbers["slope_mean"]).all() else "",
        terrain=False,
    )
    yield chart(words("reliefs"), "relief_m", [Series(numbers["relief_m"], "")], words)
    yield chart(words("mobility"), "h_l", [Series(numbers["h_l"], "")], words)
    yield "</div>"


def directions(statistics: Statistics, words: Words) -> str:
    found = statistics.rose
    if found is None:
        weak = int(np.isfinite(statistics.landslides.numbers["azim_deg"]).sum())
        return figure(
            words("rose"),
            "",
            words("no_reliable", n=weak)
            if weak
            else words("no_terrain", field=words.field("azim_deg")),
        )
    if found.p < 0.001:
        p = "< 0.001"
    else:
        p = f"= {found.p:.3f}"
    verdict = words("preferred" if found.p < 0.05 else "not_preferred")
    return figure(
        words("rose"),
        charts.rose(found, words),
        words(
            "rose_note",
            n=f"{found.n:,}",
            mean=f"{found.mean:.0f}",
            length=f"{found.length:.2f}",
            p=p,
            most=f"{max(found.counts):,}",
            verdict=verdict,
        ),
        words("weak_directions", n=f"{found.unreliable:,}") if found.unreliable else "",
    )


def chart(
    title: str,
    field: str,
    series: list[Series],
    words: Words,
    note: str = "",
    axis: str = "",
    terrain: bool = True,
) -> str:
    """A histogram, or why there is none."""
    if not all(np.isfinite(s.values).any() for s in series):
        return figure(
            title,
            "",
            words("no_terrain" if terrain else "no_data", field=words.field(field)),
        )
    return figure(
        title, charts.histogram(series, axis or words.field(field), words), note
    )


def cells(statistics: Statistics, words: Words) -> str:
    found = statistics.sources["dem_res"]
    if found:
        return words("cells", cells=" / ".join(found[:3]))
    return ""


def confidence(statistics: Statistics, words: Words) -> Iterator[str]:
    yield f'<div class="pair">{progress(statistics, words)}{classes(statistics, words)}</div>'


def progress(statistics: Statistics, words: Words) -> str:
    """A bar for each status, of all polygons."""
    total = sum(statistics.statuses.values())
    stated = set(statistics.statuses) != {NOT_STATED}
    rows = [
        (
            words.choice("status", s) if s else words("not_stated"),
            n,
            f"{n:,} · {100 * n / total:.0f} %",
            COLOURS["status"].get(s, COLOURS["status"][NOT_STATED]),
        )
        for s, n in statistics.statuses.items()
    ]
    return figure(
        words("progress"),
        charts.bars(rows, words("progress")) if stated else "",
        review(statistics, words),
    )


def classes(statistics: Statistics, words: Words) -> str:
    """A bar for each class of confidence; without classes the network's probability."""
    probabilities = Series(statistics.landslides.numbers["p_mean"], "")
    if statistics.classes or not np.isfinite(probabilities.values).any():
        rows = [
            (
                words.choice("conf_cls", g.name) if g.name else words("not_stated"),
                g.count,
                f"{g.count:,} · {significant(g.area / HECTARE)} {words('ha')}",
                COLOURS["conf_cls"][g.name],
            )
            for g in statistics.classes
        ]
        if rows:
            note = words("class_note")
        else:
            note = words("no_data", field=words.field("conf_cls"))
        return figure(
            words("classes"), charts.bars(rows, words("classes")) if rows else "", note
        )
    return chart(
        words("probabilities"),
        "p_mean",
        [probabilities],
        words,
        words("probability_note"),
    )


def review(statistics: Statistics, words: Words) -> str:
    if set(statistics.statuses) == {NOT_STATED}:
        return words("no_status")
    right = statistics.decided - statistics.statuses.get("rejected", 0)
    said = words(
        "review_text",
        reviewed=f"{statistics.reviewed:,}",
        total=f"{sum(statistics.statuses.values()):,}",
        decided=f"{statistics.decided:,}",
        right=f"{right:,}",
        wrong=f"{statistics.decided - right:,}",
    )
    if not statistics.decided:
        return said + words("stop")
    return said + words("review_share", share=f"{100 * right / statistics.decided:.0f}")
