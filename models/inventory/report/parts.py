# SPDX-License-Identifier: GPL-2.0-or-later
"""The parts of a report page in words and tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from . import figures as figures
from .statistics import HECTARE, NOT_STATED, SOURCES, Group, Statistics
from .study_area import StudyArea
from .svg import safe, significant
from .words import Words

SHOWN = 5  # different images, models ... before "and n more"
LARGEST_FIELDS = ("area_m2", "length_m", "relief_m", "azim_deg")


def section(title: str, blocks: Iterable[str]) -> str:
    return f"<section><h2>{safe(title)}</h2>{''.join(blocks)}</section>"


def paragraph(words: str, kind: str = "") -> str:
    if kind:
        return f'<p class="{kind}">{safe(words)}</p>'
    return f"<p>{safe(words)}</p>"


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    texts: Sequence[int] = (0,),
    foot: Sequence[str] = (),
    kind: str = "",
) -> str:
    """Columns are numbers, set right, but those named in `texts`."""

    def cells(row: Sequence[str], tag: str) -> str:
        return (
            "<tr>"
            + "".join(
                f"<{tag}>{safe(cell)}</{tag}>"
                if i in texts
                else f'<{tag} class="n">{safe(cell)}</{tag}>'
                for i, cell in enumerate(row)
            )
            + "</tr>"
        )

    body = "".join(cells(row, "td") for row in rows)
    if foot:
        last = f"<tfoot>{cells(foot, 'td')}</tfoot>"
    else:
        last = ""
    return (
        f'<div class="scroll"><table class="{kind}"><thead>{cells(head, "th")}</thead><tbody>{body}</tbody>{last}'
        "</table></div>"
    )


def sections(
    statistics: Statistics, area: StudyArea | None, words: Words, dem: str | None
) -> Iterable[str]:
    """All that follows the head, of at least one landslide."""
    yield section(words("map"), [figures.location(statistics, area, words, dem)])
    yield section(words("sources"), [sources(statistics, words)])
    yield section(
        words("sizes"), [sizes(statistics, words), *figures.frequency(statistics, words)]
    )
    yield section(words("terrain"), figures.terrain(statistics, words))
    yield section(words("confidence"), figures.confidence(statistics, words))
    yield section(words("largest"), [largest(statistics, words)])
    yield section(words("limits"), [limits(words)])


def keys(statistics: Statistics, words: Words) -> str:
    """The numbers everybody asks for first."""
    untouched = set(statistics.statuses) == {"candidate"}
    found = [
        (f"{statistics.n:,}", "", "candidates" if untouched else "landslides"),
        (*hectares(statistics.area, words), "total_area"),
    ]
    if statistics.n:
        found.append(
            (*hectares(float(np.median(statistics.areas)), words), "median_area")
        )
    if statistics.known:
        found += [
            (significant(statistics.density), words("per_km2"), "density"),
            (significant(100 * statistics.share), words("percent"), "share"),
            (significant(statistics.known / 1e6), words("km2"), "known"),
        ]
    total = sum(statistics.statuses.values())
    if set(statistics.statuses) - {NOT_STATED}:
        found.append(
            (
                f"{math.floor(100 * statistics.reviewed / total)}",
                words("percent"),
                "reviewed",
            )
        )
    return (
        '<div class="keys">'
        + "".join(
            f'<div class="key"><b>{safe(value)} <small>{safe(unit)}</small></b><span>{safe(words(label))}</span></div>'
            for value, unit, label in found
        )
        + "</div>"
    )


def hectares(square_metres: float, words: Words) -> tuple[str, str]:
    return significant(square_metres / HECTARE), words("ha")


def remarks(statistics: Statistics, outside: int, words: Words) -> str:
    """What a reader must know before the numbers are used."""
    found = []
    if statistics.n and not statistics.reviewed:
        found.append(
            words("unreviewed")
            if set(statistics.statuses) != {NOT_STATED}
            else words("no_status")
        )
    if 0 < statistics.n < 100:
        found.append(words("few", n=statistics.n))
    for name, n in (
        ("outside", outside),
        ("broken", statistics.landslides.broken),
        ("stale", statistics.stale),
    ):
        if n:
            found.append(words(name, n=f"{n:,}"))
    if not statistics.known:
        found.append(words("no_density"))
    if found:
        return f'<div class="remarks">{"".join(map(paragraph, found))}</div>'
    return ""


def counted(statistics: Statistics, words: Words) -> str:
    """How many of each status count, and how many do not."""
    if set(statistics.statuses) <= {NOT_STATED}:
        return ""
    kept = {
        (value or NOT_STATED).strip().lower()
        for value in statistics.landslides.texts["status"]
    }
    name = {
        status: f"{status_name(status, words)} {n:,}"
        for status, n in statistics.statuses.items()
    }
    listed = [
        words("comma").join(name[s] for s in name if (s in kept) == inside)
        for inside in (True, False)
    ]
    return " ".join(
        words(key, statuses=text)
        for key, text in zip(("counted", "not_counted"), listed)
        if text
    )


def status_name(status: str, words: Words) -> str:
    if status == NOT_STATED:
        return words("not_stated")
    known = words.choice("status", status)
    if status in figures.COLOURS["status"]:
        return known
    return words("other_status", value=known)


def sources(statistics: Statistics, words: Words) -> str:
    """Images, models, elevation, and when."""
    rows = []
    for name in SOURCES:
        found = statistics.sources[name]
        if found:
            if len(found) > SHOWN:
                more = [words("more", n=len(found) - SHOWN)]
            else:
                more = []
            listed = "; ".join([*found[:SHOWN], *more])
            rows.append(
                f"<tr><th>{safe(words.field(name))}</th><td>{safe(listed)}</td></tr>"
            )
    if rows:
        return f'<table class="facts"><tbody>{"".join(rows)}</tbody></table>'
    return paragraph(words("no_sources"), "quiet")


def sizes(statistics: Statistics, words: Words) -> str:
    def row(name: str, groups: Sequence[Group]) -> list[str]:
        n = sum(g.count for g in groups)
        area = sum(g.area for g in groups)
        return [
            name,
            f"{n:,}",
            f"{100 * n / statistics.n:.1f} %",
            f"{area / HECTARE:,.2f}",
            f"{100 * area / statistics.area:.1f} %",
        ]

    return table(
        [
            words(key)
            for key in ("size_class", "number", "number_share", "area", "area_share")
        ],
        [row(group.name, [group]) for group in statistics.sizes],
        foot=row(words("all"), statistics.sizes),
        kind="short",
    ) + paragraph(words("sizes_note"), "quiet")


def largest(statistics: Statistics, words: Words) -> str:
    """The LARGEST with place, measures, confidence and status."""
    found = statistics.landslides
    head = [
        words("rank"),
        *map(words.field, ("ls_id", "lon", "lat")),
        words("area"),
        *map(words.field, (*LARGEST_FIELDS[1:], "conf_cls", "status")),
    ]
    rows = []
    for rank, i in enumerate(statistics.largest, 1):
        numbers = {name: float(column[i]) for name, column in found.numbers.items()}
        rows.append(
            [
                str(rank),
                words.choice("ls_id", found.texts["ls_id"][i]),
                f"{numbers['lon']:.5f}",
                f"{numbers['lat']:.5f}",
                f"{numbers['area_m2'] / HECTARE:,.2f}",
                *(
                    f"{numbers[name]:,.0f}"
                    if math.isfinite(numbers[name])
                    else words("none")
                    for name in LARGEST_FIELDS[1:]
                ),
                *(
                    words.choice(name, found.texts[name][i])
                    for name in ("conf_cls", "status")
                ),
            ]
        )
    return table(head, rows, texts=(1, 8, 9), kind="largest")


def limits(words: Words) -> str:
    candidate = words.choice("status", "candidate")
    names = ("candidates", "layer", "measures", "terrain", "orders", "age")
    items = "".join(
        f"<li>{safe(words(f'limit_{name}', candidate=candidate))}</li>" for name in names
    )
    return f"<ul>{items}</ul>" + paragraph(words("reference_text"), "quiet")
