# SPDX-License-Identifier: GPL-2.0-or-later
"""Attributes of a landslide that was put together from pieces: what can be known of
the whole, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

from shapely.geometry import MultiPolygon, Polygon

from ..candidates.attributes import flags
from ..confidence import classes
from ..morphometry.morphometry import Morphometry
from ..polygonize.polygonize import Candidate
from ..review.prepare import new_identifier
from ..schema import BY_NAME, SHAPE, SIZE, TERRAIN
from .outline import MatchOutline

# of the whole: those of the pieces, by area
MEANS = ("p_mean", "p_std", "conf", "valid_fr", "excl_fr")
UNKNOWN_OF_WHOLE = (
    "p_p90",
    "p_ctr",
    "rev_rank",
    "triage",
    "tri_why",
    "dem_src",
    "dem_res",
    *(field.name for field in SHAPE + TERRAIN + SIZE),
)
JOINED = ("src_img", "model_id")  # texts of all pieces in a row


def combined_attributes(
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
    largest = max(pieces, key=lambda piece: (piece.shape.area, piece.wkb))
    values = {**largest.values, **dict.fromkeys(UNKNOWN_OF_WHOLE), "edge": int(edge)}
    values.update((name, _mean(pieces, name)) for name in MEANS)
    values.update(classes(values["conf"]), img_date=_common(pieces, "img_date"))
    for name in ("run_utc", "gsd_m"):
        values[name] = max(_stated(pieces, name), default=None)
    for name in JOINED:
        text = " + ".join(sorted(set(_stated(pieces, name))))
        values[name] = text[: BY_NAME[name].length] or None
    values.update(morphometry.measure(whole))
    grown = any("K" in str(text) for text in _stated(pieces, "flags"))
    outline = Candidate(morphometry.to_scale(whole), grown, values["excl_fr"])
    values["flags"] = flags(values, outline, 0.0)
    return values


def identifier_of(outline: MatchOutline, digits: int, identifiers: set[str]) -> str:
    """Its own identifier where it has one that is free, else one from the place and the
    model; `identifiers` that are given grow by it.

    `digits` of a coordinate stand for about 0.1 m.
    """
    own = str(outline.values.get("ls_id") or "")
    if not own or own in identifiers:
        own = new_identifier(outline.shape, digits, outline.values, identifiers)
    identifiers.add(own)
    return own


def with_flag(outline: MatchOutline, letter: str) -> MatchOutline:
    """The outline with one more flag."""
    letters = str(outline.values.get("flags") or "")
    if letter in letters:
        return outline
    return outline.with_values({"flags": letters + letter})


def _stated(pieces: Sequence[MatchOutline], name: str) -> list:
    """The values of those pieces that have one."""
    values = [piece.values.get(name) for piece in pieces]
    return [value for value in values if value not in (None, "")]


def _mean(pieces: Sequence[MatchOutline], name: str) -> float | None:
    """By area, to three digits."""
    total = 0.0
    area = 0.0
    for piece in pieces:
        value = piece.values.get(name)
        if value is not None:
            total = total + value * piece.shape.area
            area = area + piece.shape.area
    if area:
        return round(total / area, 3)
    return None


def _common(pieces: Sequence[MatchOutline], name: str) -> str | None:
    """The value of all pieces; None where they differ."""
    values = {piece.values.get(name) for piece in pieces}
    if len(values) == 1:
        return values.pop()
    return None
