# SPDX-License-Identifier: GPL-2.0-or-later
"""What a report page says in words and tables, as plain texts: the template marks them up."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ...geo.geodesic import HECTARE, KM2
from ..language import Language
from ..morphometry.terrain import AGREEMENT
from ..review.grade import grade, grade_name
from ..status import NOT_STATED, OPEN, STATUSES, stated
from .statistics import SOURCES, Group, Statistics

MAX_SOURCES = 5  # different images, models ... before "and n more"
CERTAIN_LANDSLIDES = 100  # with fewer, exponent and rollover are uncertain
LARGEST_FIELDS = ("area_m2", "length_m", "relief_m", "azim_deg")
LIMITS = ("candidates", "layer", "measures", "terrain", "orders", "age")


class KeyNumber(NamedTuple):
    """One of the numbers that everybody asks for first."""

    value: str
    unit: str
    label: str


@dataclass(frozen=True)
class ReportTable:
    """Cells as texts; columns are numbers, set right, but those in `texts`."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    texts: Collection[int] = (0,)
    foot: Sequence[str] = ()
    kind: str = ""  # class of the style sheet


def key_numbers(statistics: Statistics, language: Language) -> list[KeyNumber]:
    """Number, areas, density and progress, as far as they are known."""
    label = "landslides"
    if set(statistics.statuses) == {OPEN}:
        label = "candidates"
    numbers = [
        (language.number(statistics.n), "", label),
        (_hectares(statistics.area, language), "ha", "total_area"),
    ]
    if statistics.n:
        median = float(np.median(statistics.areas))
        numbers.append((_hectares(median, language), "ha", "median_area"))
    if statistics.investigated_m2:
        numbers += [
            (language.significant(statistics.density), "per_km2", "density"),
            (language.significant(100 * statistics.share), "percent", "share"),
            (
                language.significant(statistics.investigated_m2 / KM2),
                "km2",
                "investigated_area",
            ),
        ]
    if set(statistics.statuses) - {NOT_STATED}:
        total = statistics.reviewable
        reviewed = f"{math.floor(100 * statistics.reviewed / total)}"
        numbers.append((reviewed, "percent", "reviewed"))
    key_numbers = []
    for value, unit, label in numbers:
        if unit:
            unit = language(unit)
        key_numbers.append(KeyNumber(value, unit, language(label)))
    return key_numbers


def _hectares(square_metres: float, language: Language) -> str:
    return language.significant(square_metres / HECTARE)


def _unreviewed(statistics: Statistics, language: Language) -> str:
    """Where nobody has reviewed anything: what the polygons are."""
    existing = statistics.statuses.get(NOT_STATED, 0)
    candidates = statistics.reviewable
    if not candidates:
        return language("no_status")
    if not existing:
        return language("unreviewed")
    counts = {"n": candidates, "others": existing}
    words = {name: language.number(count) for name, count in counts.items()}
    return language("unreviewed_beside", **words)


def remarks(statistics: Statistics, outside: int, language: Language) -> list[str]:
    """What a reader must know before the numbers are used; `outside`: polygons beyond
    the investigated area.
    """
    sentences = []
    if statistics.n and not statistics.reviewed:
        sentences.append(_unreviewed(statistics, language))
    if 0 < statistics.n < CERTAIN_LANDSLIDES:
        sentences.append(language("few", n=statistics.n))
    for key, n in (
        ("outside", outside),
        ("broken", statistics.landslides.broken),
        ("stale", statistics.stale),
    ):
        if n:
            sentences.append(language(key, n=language.number(n)))
    if statistics.overlapping:
        sentences.append(
            language(
                "overlapping",
                n=language.number(statistics.overlapping),
                area=_hectares(statistics.doubled_m2, language),
            )
        )
    if not statistics.investigated_m2:
        sentences.append(language("no_density"))
    return sentences


def counted(statistics: Statistics, language: Language) -> str:
    """How many of each status count, and how many do not."""
    if set(statistics.statuses) <= {NOT_STATED}:
        return ""
    counting = set(stated(statistics.landslides.texts["status"]))
    sentences = []
    for key, counts in (("counted", True), ("not_counted", False)):
        entries = [
            f"{status_name(status, language)} {language.number(n)}"
            for status, n in statistics.statuses.items()
            if (status in counting) == counts
        ]
        if entries:
            sentences.append(language(key, statuses=language.listed(entries)))
    return " ".join(sentences)


def status_name(status: str, language: Language) -> str:
    """The word for a stored status, for none, and for one that is none of ours."""
    if status == NOT_STATED:
        return language("not_stated")
    word = language.choice("status", status)
    if status in STATUSES:
        return word
    return language("other_status", value=word)


def sources(statistics: Statistics, language: Language) -> list[tuple[str, str]]:
    """Images, models, elevation, and when: label and values of each that is known."""
    rows = []
    for field in SOURCES:
        values = list(statistics.sources[field])
        if len(values) > MAX_SOURCES:
            rest = len(values) - MAX_SOURCES
            values = [*values[:MAX_SOURCES], language("more", n=rest)]
        if values:
            rows.append((language.field(field), "; ".join(values)))
    return rows


def size_table(statistics: Statistics, language: Language) -> ReportTable:
    """Number and area of each class of size."""
    columns = ("size_class", "number", "number_share", "area", "area_share")

    def row(name: str, groups: Sequence[Group]) -> list[str]:
        n = sum(group.count for group in groups)
        area = sum(group.area for group in groups)
        return [
            name,
            language.number(n),
            _percent(n / statistics.n, language),
            language.number(area / HECTARE, ",.2f"),
            _percent(area / statistics.summed_area, language),
        ]

    return ReportTable(
        [language(key) for key in columns],
        [row(group.name, [group]) for group in statistics.sizes],
        foot=row(language("all"), statistics.sizes),
        kind="short",
    )


def _percent(share: float, language: Language) -> str:
    return f"{language.number(100 * share, '.1f')} %"


def largest_table(statistics: Statistics, language: Language) -> ReportTable:
    """The largest landslides with place, measures, confidence and status."""
    landslides = statistics.landslides
    head = [
        language("rank"),
        *map(language.field, ("ls_id", "lon", "lat")),
        language("area"),
        *map(language.field, (*LARGEST_FIELDS[1:], "conf", "status")),
    ]
    rows = []
    for rank, i in enumerate(statistics.largest, 1):
        numbers = {name: float(column[i]) for name, column in landslides.numbers.items()}
        if numbers["azim_r"] < AGREEMENT:
            numbers["azim_deg"] = math.nan
        numbers["azim_deg"] = np.round(numbers["azim_deg"]) % 360
        texts = {name: column[i] for name, column in landslides.texts.items()}
        measures = [language.known(numbers[name], ",.0f") for name in LARGEST_FIELDS[1:]]
        rows.append(
            [
                str(rank),
                language.choice("ls_id", texts["ls_id"]),
                language.number(numbers["lon"], ".5f"),
                language.number(numbers["lat"], ".5f"),
                language.number(numbers["area_m2"] / HECTARE, ",.2f"),
                *measures,
                grade_name(grade(texts), language),
                language.choice("status", texts["status"]),
            ]
        )
    return ReportTable(head, rows, texts=(1, 8, 9), kind="largest")


def recorded_tables(statistics: Statistics, language: Language) -> list[ReportTable]:
    """What geologists recorded, a table a field, and what rejected polygons really are."""
    tables = []
    for name, values in statistics.recorded.items():
        rows = [
            [
                _word(name, value, language),
                language.number(n),
                _percent(n / statistics.n, language),
                language.number(m2 / HECTARE, ",.2f"),
            ]
            for value, n, m2 in values
        ]
        columns = map(language, ("number", "number_share", "area"))
        tables.append(ReportTable([language.field(name), *columns], rows, kind="short"))
    reasons = statistics.rejections.reasons
    if any(value for value, _ in reasons):
        rows = [
            [_word("rej_why", value, language), language.number(n)]
            for value, n in reasons
        ]
        head = [language.field("rej_why"), language("number")]
        tables.append(ReportTable(head, rows, kind="short"))
    return tables


def _word(field: str, value: str, language: Language) -> str:
    if value == NOT_STATED:
        return language("not_stated")
    return language.choice(field, value)


def volume_note(statistics: Statistics, language: Language) -> str:
    """Sums of the volumes there are, as the orders of magnitude that they are."""
    if not statistics.volumes:
        return ""
    entries = [
        language(
            "volume_sum",
            method=language.choice("vol_meth", volume.method),
            n=language.number(volume.count),
            volume=language.significant(volume.m3, 2),
        )
        for volume in statistics.volumes
    ]
    return language("volume_note", sums=language.listed(entries, "semicolon"))


def limits(language: Language) -> list[str]:
    """What such an inventory cannot say."""
    candidate = language.choice("status", OPEN)
    return [language(f"limit_{name}", candidate=candidate) for name in LIMITS]
