# SPDX-License-Identifier: GPL-2.0-or-later
"""What a polygon is called: its identifier and its map sheet, by the run it comes from."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath

from shapely.geometry import MultiPolygon, Polygon

from ..geo.coordinates import inner_point

MAX_SHEET = 24  # characters, as the field `sheet` holds
MAX_SHEET_NAME = 15  # characters of it in an identifier
DIGEST_DIGITS = 8  # hexadecimal
MAX_ALIKE = 16  # of one place and model, which are told apart by being tried in turn


@dataclass(frozen=True)
class Run:
    """What all polygons of a run share; `sheet` is the map sheet, by default the image's
    base name.

    Dates are ISO 8601 texts, `gsd_m` the image's pixel in m, `objects` the coefficients
    of a polygon's confidence.
    """

    model_id: str
    src_img: str
    sheet: str = ""
    img_date: str | None = None
    gsd_m: float | None = None
    run_utc: str | None = None
    objects: tuple[float, ...] = ()


def identifier(
    polygon: Polygon | MultiPolygon,
    decimals: int,
    run: Run,
    used: Collection[str] = frozenset(),
) -> str:
    """The sheet and 8 hexadecimal digits of a point inside (to 0.1 m) and the model: the
    same in every run.

    `decimals` of a coordinate stand for 0.1 m (`Crs.decimals`); `used` are the
    identifiers given before in this run.
    """
    return identifier_at(inner_point(polygon), decimals, run, used)


def identifier_at(
    point: tuple[float, float],
    decimals: int,
    run: Run,
    used: Collection[str],
) -> str:
    """The same of a polygon whose inner point is known."""
    x, y = point
    text = f"{x:.{decimals}f} {y:.{decimals}f} {run.model_id}"
    tried = 0
    while (name := _name(text, run)) in used:
        tried += 1
        text += "+"
        if tried == MAX_ALIKE:  # thousands of one outline would be tried by the square
            text += str(len(used))
    return name


def _name(text: str, run: Run) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()[:DIGEST_DIGITS]
    return f"{sheet_name(run)}_{digest}"


def sheet(run: Run) -> str:
    """The map sheet as it is called, else the image's base name; at most 24 characters."""
    return (run.sheet or PurePath(run.src_img).stem)[:MAX_SHEET]


@lru_cache(maxsize=8)
def sheet_name(run: Run) -> str:
    """At most 15 letters (of any script), digits, hyphens and underscores."""
    name = run.sheet or PurePath(run.src_img).stem
    return re.sub(r"[^\w-]+", "_", name).strip("_")[:MAX_SHEET_NAME] or "sheet"
