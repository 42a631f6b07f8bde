# SPDX-License-Identifier: GPL-2.0-or-later
"""A reviewed layer becomes the final inventory: what a person redrew is measured
again, the rest stays as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from shapely import wkb
from shapely.geometry import MultiPolygon, Polygon

from ...geo.crs import Crs
from ...geo.geodesic import Geodesic
from ...geo.local_plane import LocalPlane
from ...geo.overlaps import common_ground
from ...geo.repair import polygon_from_wkb, sound, valid
from ...watch import Watch, unwatched
from ..candidates.attributes import flags
from ..morphometry.morphometry import Morphometry
from ..polygonize.polygonize import Candidate
from ..schema import SIZE, TERRAIN
from ..status import (
    ACCEPTED,
    CONFIRMED,
    DECIDED,
    FIELD_CHECK,
    MODIFIED,
    OPEN,
    REJECTED,
)
from ..values import is_area_of
from .entries import Entry, check_layer, find_pieces, give_owners, inherit_provenance
from .outlines import rounding, same_outline
from .points import geologists_confidence
from .prepare import by_schema, has_stood, new_identifier
from .training_labels import teach_once, training_label

# what is no longer true of a redrawn outline; without the image nobody can say whether
# it touches nodata
OF_OUTLINE = (
    "dem_src",
    "dem_res",
    "edge",
    "valid_fr",
    "excl_fr",
    "inv_iou",
    "flags",
    "triage",
    "tri_why",
    *(field.name for field in TERRAIN + SIZE),
)

Record = tuple  # WKB (bytes), attributes (dict)


@dataclass
class SharedGround:
    """Two polygons of the inventory that lie over each other, by their ls_id."""

    one: str
    other: str
    m2: float


@dataclass
class Outcome:
    """What a review comes to; `counts` by status, `notes` by what had to be settled on
    the way. `untaught_m2`: what each hard negative lost that overlaps a landslide.
    """

    inventory: list[Record] = field(default_factory=list)
    training: list[Record] = field(default_factory=list)
    rejected: list[Record] = field(default_factory=list)
    decided: list[Polygon | MultiPolygon] = field(default_factory=list)
    # open, to be checked, deleted
    unsure: list[Polygon | MultiPolygon] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)
    notes: Counter = field(default_factory=Counter)
    overlaps: list[SharedGround] = field(default_factory=list)
    untaught_m2: list[float] = field(default_factory=list)


class Review:
    """Settles reviewed polygons of one CRS.

    `originals`: outlines before the review by ls_id; None where they are not known, then
    the status `modified` says which outlines a person redrew. `field_check`: whether such
    polygons enter the inventory.
    """

    def __init__(
        self,
        crs: Crs,
        morphometry: Morphometry,
        originals: dict[str, Polygon | MultiPolygon] | None,
        field_check: bool,
    ):
        self._decimals = crs.decimals
        self._geodesic = Geodesic(crs)
        self._frame = LocalPlane(crs)
        self._morphometry = morphometry
        self._originals = originals
        self._into_inventory = ACCEPTED
        if field_check:
            self._into_inventory += (FIELD_CHECK,)
        self._tolerance = rounding(crs.decimals)

    def settle(self, records: Iterable[Record], watch: Watch = unwatched) -> Outcome:
        """All records at once. Raises MrifeError, before anything is settled, for a
        status that is none.
        """
        outcome = Outcome()
        entries = []
        for data, values in records:
            entry = self._entry(data, values, outcome.notes)
            if entry is not None:
                entries.append(entry)
        _give_status(entries, self._originals is None)
        names = {entry.values.get("ls_id") for entry in entries} - {None}
        check_layer(entries, names, self._originals)
        give_owners(entries)
        if self._originals is None:
            find_pieces(entries, self._geodesic)
        outcome.notes["inherited"] = inherit_provenance(entries)
        for entry in watch(entries):
            self._settle(entry, names, outcome)
        for name in sorted(set(self._originals or ()) - names):
            outcome.notes["deleted"] += 1
            original = valid(self._originals[name])
            if original is not None:
                outcome.unsure.append(original)
        outcome.training, outcome.untaught_m2 = teach_once(
            outcome.training, self._geodesic, watch
        )
        outcome.overlaps = self._overlaps(outcome.inventory, watch)
        return outcome

    def _overlaps(self, inventory: list[Record], watch: Watch) -> list[SharedGround]:
        """Ground that a sum of the inventory's areas would count twice, largest first."""
        names = [values["ls_id"] for _, values in inventory]
        overlaps = [
            SharedGround(names[first], names[second], self._geodesic.area(polygon))
            for first, second, polygon in common_ground(
                [sound(data) for data, _ in inventory], watch
            )
        ]
        return sorted(overlaps, key=lambda overlap: -overlap.m2)

    def _entry(self, data: bytes, values: dict, notes: Counter) -> Entry | None:
        values = by_schema(values, notes)
        polygon = polygon_from_wkb(data)
        if valid(polygon) is None:
            notes["empty"] += 1
            return None
        return Entry(data, values, polygon, self._redrawn(polygon, values))

    def _redrawn(self, polygon: Polygon | MultiPolygon, values: dict) -> bool:
        if self._originals is None:
            return values.get("ls_id") is None or values.get("status") == MODIFIED
        before = self._originals.get(values.get("ls_id"))
        return before is None or not same_outline(polygon, before, self._tolerance)

    def _settle(self, entry: Entry, names: set[str], outcome: Outcome) -> None:
        values = entry.values
        redrawn = entry.redrawn or not entry.owner
        if values["status"] == CONFIRMED and redrawn and values.get("ls_id"):
            values["status"] = MODIFIED
            outcome.notes["modified"] += 1
        outcome.counts[values["status"]] += 1
        data, polygon = self._valid(entry, redrawn, outcome)
        if not entry.owner:
            self._name(polygon, values, names, outcome)
        if values["status"] in ACCEPTED:
            values.update(geologists_confidence(values))
        if values["status"] in self._into_inventory:
            if redrawn:
                self._remeasure(polygon, values, outcome)
            else:
                outcome.notes["stale"] += self._is_stale(polygon, values)
            outcome.inventory.append((data, values))
        elif redrawn:
            values["area_m2"] = round(self._geodesic.area(polygon), 1)
        _add_training(data, polygon, values, outcome)

    def _valid(
        self, entry: Entry, redrawn: bool, outcome: Outcome
    ) -> tuple[bytes, Polygon | MultiPolygon]:
        """Only what a person redrew is repaired for good; an untouched outline is only
        repaired to reckon with.
        """
        if entry.polygon.is_valid:
            return entry.wkb, entry.polygon
        sound = valid(entry.polygon)
        if not redrawn:
            outcome.notes["invalid"] += 1
            return entry.wkb, sound
        outcome.notes["repaired"] += 1
        return wkb.dumps(sound), sound

    def _name(
        self,
        polygon: Polygon | MultiPolygon,
        values: dict,
        names: set[str],
        outcome: Outcome,
    ) -> None:
        """An identifier for what a person drew or split off."""
        if values.get("ls_id"):
            outcome.notes["split"] += 1
            values["method"] = values.get("method")
        else:
            outcome.notes["drawn"] += 1
            values["method"] = "manual"
        values["ls_id"] = new_identifier(polygon, self._decimals, values, names)
        names.add(values["ls_id"])

    def _is_stale(self, polygon: Polygon | MultiPolygon, values: dict) -> bool:
        """Whether the area is that of another outline, where nothing else says that
        somebody redrew it.
        """
        area = values.get("area_m2")
        if self._originals is not None or area is None:
            return False
        return not is_area_of(area, self._geodesic.area(polygon))

    def _remeasure(
        self, polygon: Polygon | MultiPolygon, values: dict, outcome: Outcome
    ) -> None:
        outcome.notes["measured"] += 1
        plane = self._frame.plane(polygon)
        values.update(remeasured(values, polygon, plane, self._morphometry))


def _give_status(entries: list[Entry], unprepared: bool) -> None:
    """Who took a decision back left none: that polygon is open again. In what a merge gave,
    as long as it is `unprepared`, those of the existing inventory have none.
    """
    merged = unprepared and any(entry.values.get("inv_rel") for entry in entries)
    for entry in entries:
        if not entry.values.get("status"):
            stood = merged and has_stood(entry.values)
            entry.values["status"] = CONFIRMED if stood else OPEN


def remeasured(
    values: dict,
    polygon: Polygon | MultiPolygon,
    to_scale: Polygon | MultiPolygon,
    morphometry: Morphometry,
) -> dict:
    """The attributes of a polygon whose outline a person changed: measured afresh, without
    what was true of the former one only. `to_scale`: the polygon in coordinates whose
    units are as long in all directions.
    """
    values = {**values, **dict.fromkeys(OF_OUTLINE), **morphometry.measure(polygon)}
    values["flags"] = flags({"conf": None, **values}, Candidate(to_scale), 0.0)
    if values.get("method") != "manual":
        values["method"] = "auto_edit"
    return values


def _add_training(
    data: bytes, polygon: Polygon | MultiPolygon, values: dict, outcome: Outcome
) -> None:
    """What training may learn of the polygon: a label where it is decided, else only
    where nothing is known.
    """
    if values["status"] not in DECIDED:
        outcome.unsure.append(polygon)
        return
    if values["status"] == REJECTED:
        outcome.notes["reasonless"] += not values.get("rej_why")
        values["rej_why"] = values.get("rej_why") or "other"
        outcome.rejected.append((data, values))
    outcome.decided.append(polygon)
    outcome.training.append((data, training_label(values)))
