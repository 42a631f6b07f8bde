# SPDX-License-Identifier: GPL-2.0-or-later
"""Attributes of a landslide that was put together from pieces: what can be known of
the whole, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

from shapely.geometry import MultiPolygon, Polygon

from ..candidates.attributes import Run, flags, identifier
from ..confidence import classes
from ..morphometry.morphometry import Morphometry
from ..polygonize.candidate import Candidate
from ..schema import SHAPE, SIZE, TERRAIN
from .overlap import MatchOutline

MEANS = (
    "p_mean",
    "p_std",
    "conf",
    "valid_fr",
    "excl_fr",
)  # of the whole: those of the pieces, by area
UNKNOWN = (
    "p_p90",
    "p_ctr",
    "rev_rank",
    "triage",
    "tri_why",
    "dem_src",
    "dem_res",
    *(field.name for field in SHAPE + TERRAIN + SIZE),
)
LENGTHS = {"src_img": 120, "model_id": 40}


def combined(
    pieces: Sequence[MatchOutline],
    whole: Polygon | MultiPolygon,
    edge: bool,
    morphometry: Morphometry,
) -> dict:
    """The attributes of the whole, by name; the largest piece gives the identity and what
    is not spoken of here.

    Means by area of the pieces, ground that two sheets show counting twice. Percentile
    and contrast of the whole are unknown (None), and so is the terrain unless
    `morphometry` has an elevation model.
    """
    largest = max(pieces, key=lambda piece: (piece.shape.area, piece.key))
    values = {**largest.values, **dict.fromkeys(UNKNOWN), "edge": int(edge)}
    values.update((name, _mean(pieces, name)) for name in MEANS)
    values.update(classes(values["conf"]), img_date=_common(pieces, "img_date"))
    for name in ("run_utc", "gsd_m"):
        values[name] = max(_known(pieces, name), default=None)
    for name, length in LENGTHS.items():
        values[name] = " + ".join(sorted(set(_known(pieces, name))))[:length] or None
    values.update(morphometry.measure(whole))
    grown = any("K" in str(text) for text in _known(pieces, "flags"))
    values["flags"] = flags(values, Candidate(whole, grown, values["excl_fr"]), 0.0)
    return values


def named(outline: MatchOutline, digits: int, taken: set[str]) -> str:
    """Its own identifier where it has one that is free, else one from the place and the
    model; `taken` grows by it.

    `digits` of a coordinate stand for about 0.1 m.
    """
    own = str(outline.values.get("ls_id") or "")
    values = outline.values
    if not own or own in taken:
        run = Run(
            str(values.get("model_id") or ""),
            str(values.get("src_img") or ""),
            str(values.get("sheet") or ""),
        )
        own = identifier(outline.shape, digits, run, taken)
    taken.add(own)
    return own


def with_flag(values: dict, letter: str) -> dict:
    """The attributes with one more flag."""
    letters = str(values.get("flags") or "")
    if letter in letters:
        return values
    return {**values, "flags": letters + letter}


def _known(pieces: Sequence[MatchOutline], name: str) -> list:
    return [
        piece.values[name] for piece in pieces if piece.values.get(name) not in (None, "")
    ]


def _mean(pieces: Sequence[MatchOutline], name: str) -> float | None:
    known = [
        (piece.values[name], piece.shape.area)
        for piece in pieces
        if piece.values.get(name) is not None
    ]
    if known:
        return round(
            sum(value * area for value, area in known) / sum(area for _, area in known), 3
        )
    return None


def _common(pieces: Sequence[MatchOutline], name: str) -> str | None:
    found = {piece.values.get(name) for piece in pieces}
    if len(found) == 1:
        return found.pop()
    return None
