# SPDX-License-Identifier: GPL-2.0-or-later
"""Candidates made ready for review: identifiers, advice, and the order in which a
person looks at them.
"""

from __future__ import annotations

from collections import Counter

from shapely.geometry import MultiPolygon, Polygon

from ...geo.crs import Crs
from ...geo.geodesic import Geodesic
from ...geo.local_plane import LocalPlane
from ...geo.repair import valid
from ..confidence import priority, ranks_by
from ..identity import Run, identifier
from ..morphometry.shape import road_like
from ..schema import BY_NAME
from ..status import CONFIRMED, OPEN, STATUSES
from ..values import is_area_of, typed
from .provenance import ShownImage
from .triage import advise, confidence_of

ORDERS = ("confidence", "uncertain", "largest")


class Preparation:
    """Takes the polygons of a layer one by one, then ranks them; `notes` counts what had
    to be mended.

    `order`: one of ORDERS; `min_area` in m2, 0 where the survey has none; `image` is
    named where a polygon on it names none, `name` of the layer goes into identifiers
    where there is neither image nor sheet. `merged`: the layer is of a merge, which gives
    what it adds to an existing inventory a status.
    """

    def __init__(
        self,
        crs: Crs,
        order: str = "confidence",
        min_area: float = 0.0,
        image: ShownImage | None = None,
        name: str = "",
        merged: bool = False,
    ):
        self._crs = crs
        self._measure = Geodesic(crs)
        self._decimals = crs.decimals
        self._frame = LocalPlane(crs)
        self._order = order
        self._min_area = min_area
        self._image = image
        self._name = name
        self._merged = merged
        self._identifiers = set()
        self._sort_keys = []
        self.notes = Counter()

    def sound(
        self, polygon: Polygon | MultiPolygon | None
    ) -> Polygon | MultiPolygon | None:
        """The polygon, repaired where it is invalid; None without an area."""
        sound = valid(polygon)
        self.notes["repaired"] += sound is not polygon and sound is not None
        return sound

    def take(self, polygon: Polygon | MultiPolygon, values: dict) -> dict:
        """The polygon's attributes by our names, with identifier, area, status and
        advice; other fields as they are.
        """
        values = by_schema(values, self.notes)
        values["area_m2"] = self._area(polygon, values.get("area_m2"))
        self._state(values)
        self.notes["reviewed"] += values["status"] != OPEN
        values["src_img"] = values.get("src_img") or self._name_of_image(polygon)
        self._identify(polygon, values)
        road = road_like(self._frame.plane(polygon))
        values["triage"], values["tri_why"] = advise(values, road, self._min_area)
        self.notes[values["triage"]] += 1
        self._sort_keys.append(self._sort_key(values))
        return values

    def ranks(self) -> list[int]:
        """1 is first: open candidates, then those advised to reject, then what is
        reviewed already.
        """
        return ranks_by(self._sort_keys)

    def _sort_key(self, values: dict) -> tuple:
        """Smaller comes first; notes what the order of this polygon goes by."""
        probability = confidence_of(values)
        area = values["area_m2"]
        if probability is None:
            self.notes["by area"] += 1
        elif values.get("conf") is None:
            self.notes["by mean"] += 1
        else:
            self.notes["by confidence"] += 1
        if self._order == "uncertain" and probability is not None:
            first = (abs(probability - 0.5), -area)
        elif self._order == "largest" or probability is None:
            first = (1.0, -area)
        else:
            first = (-priority(values, self._min_area), -area)
        return (
            values["status"] != OPEN,
            values["triage"] == "reject",
            *first,
            values["ls_id"],
        )

    def _name_of_image(self, polygon: Polygon | MultiPolygon) -> str | None:
        """None where no image was given, or the polygon lies elsewhere."""
        if self._image is not None and self._image.shows(polygon, self._crs):
            return self._image.name
        return None

    def _area(self, polygon: Polygon | MultiPolygon, stated: float | None) -> float:
        """m2: as it is stated, unless that is the area of another outline."""
        area = round(self._measure.area(polygon), 1)
        if not stated:
            return area
        if is_area_of(stated, area):
            return stated
        self.notes["area"] += 1
        return area

    def _state(self, values: dict) -> None:
        """A word that is no status of ours goes to the remarks, so that nothing is lost.
        What has none in an existing inventory, or such a word, is a landslide of it.
        """
        text = values.get("status")
        if text in STATUSES:
            return
        values["status"] = OPEN
        if self._merged and has_stood(values):
            values["status"] = CONFIRMED
            self.notes["other words" if text else "inventory"] += 1
        if text:
            self.notes["status"] += 1
            remarks = f"{values.get('remarks') or ''} status: {text}".strip()
            values["remarks"] = remarks[: BY_NAME["remarks"].length]

    def _identify(self, polygon: Polygon | MultiPolygon, values: dict) -> None:
        identifiers = self._identifiers
        own = values.get("ls_id")
        if not own or own in identifiers:
            if own:
                self.notes["renamed"] += 1
            else:
                self.notes["named"] += 1
            values["ls_id"] = new_identifier(
                polygon, self._decimals, values, identifiers, self._name
            )
        identifiers.add(values["ls_id"])


def new_identifier(
    polygon: Polygon | MultiPolygon,
    decimals: int,
    values: dict,
    identifiers: set[str],
    name: str = "",
) -> str:
    """The identifier of a polygon that has none, or one that another has; from its
    place, model and sheet (`name` where it has neither sheet nor image), and none of
    `identifiers`; `decimals` of a coordinate stand for 0.1 m.
    """
    model, image, sheet = (
        str(values.get(key) or "") for key in ("model_id", "src_img", "sheet")
    )
    if not (image or sheet):
        sheet = name
    return identifier(polygon, decimals, Run(model, image, sheet), identifiers)


def has_stood(values: dict) -> bool:
    """Whether a polygon of a merge that has no status is the existing inventory's. What is
    new has one, and those to be reviewed a rank: there somebody took it back.
    """
    return values.get("rev_rank") is None and values.get("inv_rel") != "new"


def by_schema(values: dict, notes: Counter | None = None) -> dict:
    """Values under our names whatever their capitals, as our kinds and lengths; an empty
    text and what cannot be read as such is None. `notes` counts texts that are cut.
    """
    cleaned = {}
    for name, value in values.items():
        field = BY_NAME.get(name.lower())
        if field is None:
            cleaned[name] = value
            continue
        value = typed(value, field)
        if isinstance(value, str):
            if notes is not None and 0 < field.length < len(value):
                notes["cut"] += 1
            value = value[: field.length or None] or None
        cleaned[field.name] = value
    return cleaned
