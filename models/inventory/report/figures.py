# SPDX-License-Identifier: GPL-2.0-or-later
"""The figures of a report with their captions; one that cannot be drawn says why in a
line.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...geo.dem import ElevationModel
from ...geo.geodesic import HECTARE
from ..confidence import HIGH, MODERATE
from ..language import Language
from ..review.grade import CONFIRMED, class_of, grade_name
from ..status import NOT_STATED, REJECTED
from ..svg import BAR, SECOND
from . import charts
from .charts import Figure, Series, captioned
from .frequency_figures import frequency
from .map.classes import COLOURS
from .map.locator import locator
from .statistics import Statistics
from .study_area import StudyArea

GRADE_COLOURS = {**COLOURS["conf_cls"], CONFIRMED: COLOURS["status"][CONFIRMED]}
SIGNIFICANT_P = 0.05  # of Rayleigh's test
MAX_CELLS = 3  # different cells of elevation models that a note names


class Figures(NamedTuple):
    """All figures of a page, by section."""

    map: Figure
    frequency: list[Figure]
    terrain: list[Figure]
    confidence: list[Figure]


def all_figures(
    statistics: Statistics,
    area: StudyArea | None,
    language: Language,
    dem: ElevationModel | None,
) -> Figures:
    """Of at least one landslide; `dem` is drawn under the map."""
    drawing = locator(statistics, area, language, dem)
    return Figures(
        captioned("", drawing, language("map_note")),
        frequency(statistics, language),
        terrain(statistics, language),
        [progress_bars(statistics, language), class_bars(statistics, language)],
    )


# --- direction and terrain ---


def terrain(statistics: Statistics, language: Language) -> list[Figure]:
    """The rose, then slope, elevation, L/W, relief, H/L."""
    numbers = statistics.landslides.numbers
    rectangle_note = ""
    if not np.isfinite(numbers["slope_mean"]).all():
        rectangle_note = language("mbr_note")
    elevations = [
        Series(numbers["z_max"], language("crown"), BAR),
        Series(numbers["z_min"], language("toe"), SECOND),
    ]
    return [
        directions(statistics, language),
        _histogram(
            language("slopes"),
            "slope_mean",
            numbers,
            language,
            _cells_note(statistics, language),
        ),
        _chart(
            language("elevations"), elevations, language("elevation"), "z_max", language
        ),
        _histogram(
            language("ratios"),
            "lw_ratio",
            numbers,
            language,
            rectangle_note,
            missing="no_data",
        ),
        _histogram(language("reliefs"), "relief_m", numbers, language),
        _histogram(language("mobility"), "h_l", numbers, language),
    ]


def directions(statistics: Statistics, language: Language) -> Figure:
    """The rose with its test, or why there is none."""
    title = language("rose")
    rose = statistics.rose
    if rose is None:
        unreliable = int(np.isfinite(statistics.landslides.numbers["azim_deg"]).sum())
        if unreliable:
            return captioned(title, "", language("no_reliable", n=unreliable))
        return captioned(
            title, "", language("no_terrain", field=language.field("azim_deg"))
        )
    p = f"= {language.number(rose.p, '.3f')}"
    if rose.p < 0.001:
        p = f"< {language.number(0.001, '.3f')}"
    verdict = language("not_preferred")
    if rose.p < SIGNIFICANT_P:
        verdict = language("preferred")
    note = language(
        "rose_note",
        n=language.number(rose.n),
        mean=language.number(round(rose.mean) % 360),
        length=language.number(rose.length, ".2f"),
        p=p,
        most=language.number(max(rose.counts)),
        verdict=verdict,
    )
    weak = ""
    if rose.unreliable:
        weak = language("weak_directions", n=language.number(rose.unreliable))
    return captioned(title, charts.rose_chart(rose, language), note, weak)


def _histogram(
    title: str,
    field: str,
    numbers: dict[str, np.ndarray],
    language: Language,
    note: str = "",
    missing: str = "no_terrain",
) -> Figure:
    """Of one field; `missing` is the key of what is said where nothing is known."""
    series = [Series(numbers[field], "")]
    return _chart(title, series, language.field(field), field, language, note, missing)


def _chart(
    title: str,
    series: list[Series],
    axis: str,
    field: str,
    language: Language,
    note: str = "",
    missing: str = "no_terrain",
) -> Figure:
    """A histogram along `axis`, or why there is none: `field` has no value."""
    if not all(np.isfinite(one.values).any() for one in series):
        return captioned(title, "", language(missing, field=language.field(field)))
    return captioned(title, charts.histogram(series, axis, language), note)


def _cells_note(statistics: Statistics, language: Language) -> str:
    cells = statistics.sources["dem_res"]
    if cells:
        return language("cells", cells=" / ".join(cells[:MAX_CELLS]))
    return ""


# --- confidence and review ---


def progress_bars(statistics: Statistics, language: Language) -> Figure:
    """A bar for each status, of all polygons."""
    title = language("progress")
    if set(statistics.statuses) == {NOT_STATED}:
        return captioned(title, "", language("no_status"))
    colours = COLOURS["status"]
    total = sum(statistics.statuses.values())
    bars = []
    for status, n in statistics.statuses.items():
        name = language("not_stated")
        if status:
            name = language.choice("status", status)
        share = language.number(100 * n / total, ".0f")
        behind = f"{language.number(n)} · {share} %"
        bars.append((name, n, behind, colours.get(status, colours[NOT_STATED])))
    return captioned(title, charts.bars(bars, title), _review_note(statistics, language))


def _review_note(statistics: Statistics, language: Language) -> str:
    accepted = statistics.decided - statistics.statuses.get(REJECTED, 0)
    sentence = language(
        "review_text",
        reviewed=language.number(statistics.reviewed),
        total=language.number(statistics.reviewable),
        decided=language.number(statistics.decided),
        right=language.number(accepted),
        wrong=language.number(statistics.decided - accepted),
    )
    existing = statistics.statuses.get(NOT_STATED, 0)
    others = ""
    if existing:
        others = " " + language("without_status", n=language.number(existing))
    if not statistics.decided:
        return sentence + language("stop") + others
    if not statistics.rejections.available:
        # an inventory holds none, so all of it would be right
        return sentence + language("stop") + " " + language("no_rejections") + others
    return sentence + _review_share(statistics, accepted, language) + others


def _review_share(statistics: Statistics, accepted: int, language: Language) -> str:
    """How many of the decided were landslides; one that a person drew was no candidate."""
    drawn = statistics.drawn
    proposed = statistics.decided - drawn
    if not proposed:
        return language("stop")
    right = accepted - statistics.drawn_right
    share = language.number(100 * right / proposed, ".0f")
    if not drawn:
        return language("review_share", share=share)
    drawn_words = language.number(drawn)
    return language("review_share_others", drawn=drawn_words, share=share)


def class_bars(statistics: Statistics, language: Language) -> Figure:
    """A bar for each class of confidence; without classes the network's probability."""
    title = language("classes")
    numbers = statistics.landslides.numbers
    if not statistics.classes and np.isfinite(numbers["p_mean"]).any():
        note = language("probability_note")
        return _histogram(language("probabilities"), "p_mean", numbers, language, note)
    bars = []
    for group in statistics.classes:
        name = grade_name(group.name, language)
        area = language.significant(group.area / HECTARE)
        behind = f"{language.number(group.count)} · {area} {language('ha')}"
        bars.append((name, group.count, behind, GRADE_COLOURS[class_of(group.name)]))
    if not bars:
        note = language("no_data", field=language.field("conf_cls"))
        return captioned(title, "", note)
    note = language(
        "class_note",
        high=language.number(HIGH, "g"),
        moderate=language.number(MODERATE, "g"),
    )
    return captioned(title, charts.bars(bars, title), note)
