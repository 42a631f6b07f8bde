# SPDX-License-Identifier: GPL-2.0-or-later
"""Candidates made ready for review: identifiers, advice, and the order in which a
person looks at them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace

from shapely import wkb
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Polygon

from ...geo.geodesic import Geodesic
from ...geo.local_plane import LocalPlane
from ...geo.repair import repaired
from ..candidates.attributes import Run, identifier
from ..confidence import priority
from ..schema import BY_NAME, STATUS
from .triage import advise, confidence_of, road_like

ORDERS = ("confidence", "uncertain", "largest")
OPEN = "candidate"
_STATUS = {word.casefold(): choice[0] for choice in STATUS for word in choice}


class Preparation:
    """Takes the polygons of a layer one by one, then ranks them; `notes` counts what had
    to be mended.

    `order`: one of ORDERS; `min_area` in m2, 0 where the survey has none; `image` is
    named where a polygon names none, `name` of the layer goes into identifiers where
    there is neither image nor sheet.
    """

    def __init__(
        self,
        crs: str,
        order: str = "confidence",
        min_area: float = 0.0,
        image: str = "",
        name: str = "",
    ):
        self._measure = Geodesic(crs)
        self._frame = LocalPlane(crs)
        self._order = order
        self._min_area = min_area
        self._image = image
        self._name = name
        self._taken = set()
        self._keys = []
        self.notes = Counter()

    def sound(
        self, polygon: Polygon | MultiPolygon | None
    ) -> Polygon | MultiPolygon | None:
        """The polygon, repaired where it is invalid; None without an area."""
        found = valid(polygon)
        self.notes["repaired"] += found is not polygon and found is not None
        return found

    def take(self, polygon: Polygon | MultiPolygon, values: dict) -> dict:
        """The polygon's attributes by our names, with identifier, area, status and
        advice; other fields as they are.
        """
        values = by_schema(values)
        values["area_m2"] = area = values.get("area_m2") or round(
            self._measure.area(polygon), 1
        )
        self._state(values)
        values["src_img"] = values.get("src_img") or self._image or None
        self._identify(polygon, values)
        road = road_like(self._frame.plane(polygon))
        values["triage"], values["tri_why"] = advise(values, road, self._min_area)
        self.notes[values["triage"]] += 1
        self._keys.append(self._key(values, area))
        return values

    def ranks(self) -> list[int]:
        """1 is first: open candidates, then those advised to reject, then what is
        reviewed already.
        """
        rank = [0] * len(self._keys)
        for place, i in enumerate(
            sorted(range(len(rank)), key=self._keys.__getitem__), 1
        ):
            rank[i] = place
        return rank

    def _key(self, values: dict, area: float) -> tuple:
        sure = confidence_of(values)
        self.notes[
            "by area"
            if sure is None
            else "by mean"
            if values.get("conf") is None
            else "by confidence"
        ] += 1
        if self._order == "uncertain" and sure is not None:
            first = (abs(sure - 0.5), -area)
        elif self._order == "largest" or sure is None:
            first = (1.0, -area)
        else:
            first = (-priority(values, self._min_area), -area)
        return (
            values["status"] != OPEN,
            values["triage"] == "reject",
            *first,
            values["ls_id"],
        )

    def _state(self, values: dict) -> None:
        """A word that is no status of ours goes to the remarks, so that nothing is lost."""
        text = values.get("status")
        values["status"] = status_of(text) or OPEN
        if text and not status_of(text):
            self.notes["status"] += 1
            values["remarks"] = f"{values.get('remarks') or ''} status: {text}".strip()[
                : BY_NAME["remarks"].length
            ]

    def _identify(self, polygon: Polygon | MultiPolygon, values: dict) -> None:
        name = values.get("ls_id")
        if not name or name in self._taken:
            self.notes["named" if not name else "renamed"] += 1
            values["ls_id"] = new_identifier(
                polygon, self._measure, values, self._taken, self._name
            )
        self._taken.add(values["ls_id"])


def new_identifier(
    polygon: Polygon | MultiPolygon,
    measure: Geodesic,
    values: dict,
    taken: set[str],
    name: str = "",
) -> str:
    """The identifier of a polygon that has none, or one that another has; from its
    place, model and sheet.
    """
    run = Run(
        values.get("model_id") or "",
        values.get("src_img") or "",
        values.get("sheet") or "",
    )
    if not (run.src_img or run.sheet):
        run = replace(run, sheet=name)
    return identifier(polygon, measure.decimals, run, taken)


def by_schema(values: dict) -> dict:
    """Values under our names whatever their capitals, as our kinds; what cannot be
    read as such is None.
    """
    return {
        (name.lower() if name.lower() in BY_NAME else name): (
            _typed(value, BY_NAME[name.lower()]) if name.lower() in BY_NAME else value
        )
        for name, value in values.items()
    }


def _typed(value, field):
    if value is None or value == "":
        return None
    try:
        if field.kind in ("real", "int"):
            if field.kind == "real":
                return float(value)
            return int(float(value))
    except ValueError:
        return None
    return str(value)[: field.length or None]


def status_of(text: str | None) -> str | None:
    """The status a word stands for: stored value, English or Chinese, any capitals;
    None where it is no such word.
    """
    return _STATUS.get(str(text or "").strip().casefold())


def fingerprint(polygon: Polygon | MultiPolygon) -> str:
    """16 hexadecimal digits of an outline's coordinates, exact to the last bit;
    heights do not count.
    """
    flat = wkb.dumps(
        MultiPolygon(list(getattr(polygon, "geoms", [polygon]))), output_dimension=2
    )
    return hashlib.sha256(flat).hexdigest()[:16]


def same_outline(
    one: Polygon | MultiPolygon, other: Polygon | MultiPolygon, tolerance: float
) -> bool:
    """Whether two outlines have the same vertices within a tolerance, wherever their
    rings begin.
    """
    first, second = (
        MultiPolygon(list(getattr(p, "geoms", [p]))).normalize() for p in (one, other)
    )
    return first.equals_exact(second, tolerance)


def polygon_of(data: bytes) -> Polygon | MultiPolygon | None:
    """The polygon of WKB as it is, without heights; repaired where it holds curves,
    None where it holds no area.
    """
    try:
        found = wkb.loads(data)
    except (ShapelyError, NotImplementedError, ValueError):
        found = None
    if not isinstance(found, (Polygon, MultiPolygon)) or found.is_empty:
        return repaired(data).polygon
    if found.has_z:
        return wkb.loads(wkb.dumps(found, output_dimension=2))
    return found


def valid(polygon: Polygon | MultiPolygon | None) -> Polygon | MultiPolygon | None:
    """The polygon, repaired where it is invalid; None where nothing with an area is left."""
    if polygon is None or polygon.is_valid:
        return polygon
    return repaired(wkb.dumps(polygon)).polygon
