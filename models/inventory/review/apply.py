# SPDX-License-Identifier: GPL-2.0-or-later
"""A reviewed layer becomes the final inventory: what a person redrew is measured
again, the rest stays as it is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from shapely import wkb
from shapely.geometry import MultiPolygon, Polygon

from ...errors import MrifeError
from ...geo.geodesic import Geodesic
from ..morphometry.morphometry import Morphometry
from ..schema import SIZE, STATUS, TERRAIN
from .prepare import (
    OPEN,
    by_schema,
    new_identifier,
    polygon_of,
    same_outline,
    status_of,
    valid,
)
from .training_labels import lesson

KEPT = ("confirmed", "modified")
POINTS = ("cs_head", "cs_flank", "cs_toe", "cs_inner")
HIGH = 30  # sums of points (Oregon DOGAMI)
MODERATE = 11
CONFIDENT = 5  # USGS
LIKELY = 3
OF_OUTLINE = (
    "dem_src",
    "dem_res",
    *(field.name for field in TERRAIN + SIZE),
)  # no longer true of a redrawn one

Record = tuple  # WKB (bytes), attributes (dict)


@dataclass
class Outcome:
    """What a review comes to; `counts` by status, `notes` by what had to be settled on
    the way.
    """

    inventory: list[Record] = field(default_factory=list)
    training: list[Record] = field(default_factory=list)
    rejected: list[Record] = field(default_factory=list)
    decided: list[Polygon | MultiPolygon] = field(default_factory=list)
    unsure: list[Polygon | MultiPolygon] = field(
        default_factory=list
    )  # open, to be checked, deleted
    counts: Counter = field(default_factory=Counter)
    notes: Counter = field(default_factory=Counter)


@dataclass
class Entry:
    """A polygon of the reviewed layer; `redrawn`: by a person; `owner`: its ls_id is
    its own.
    """

    wkb: bytes
    values: dict
    polygon: Polygon | MultiPolygon
    redrawn: bool
    owner: bool = False


class Review:
    """Settles reviewed polygons of one CRS.

    `originals`: outlines before the review by ls_id; None where they are not known, then
    the status `modified` says which outlines a person redrew. `field_check`: whether such
    polygons enter the inventory.
    """

    def __init__(
        self,
        crs: str,
        morphometry: Morphometry,
        originals: dict[str, Polygon | MultiPolygon] | None,
        field_check: bool = False,
    ):
        self._measure = Geodesic(crs)
        self._morphometry = morphometry
        self._originals = originals
        self._kept = KEPT + (("field_check",) if field_check else ())
        # a millimetre
        if self._measure.decimals == 1:
            self._tolerance = 0.001
        else:
            self._tolerance = 1e-8

    def settle(self, records: Iterable[Record]) -> Outcome:
        """All records at once. Raises MrifeError, before anything is settled, for a
        status that is none.
        """
        outcome = Outcome()
        entries = list(
            filter(None, (self._entry(*record, outcome.notes) for record in records))
        )
        names = {entry.values.get("ls_id") for entry in entries} - {None}
        check(entries, names, self._originals)
        give_owners(entries)
        for entry in entries:
            self._take(entry, names, outcome)
        for name in sorted(set(self._originals or ()) - names):
            outcome.notes["deleted"] += 1
            outcome.unsure.append(self._originals[name])
        return outcome

    def _entry(self, data: bytes, values: dict, notes: Counter) -> Entry | None:
        values = by_schema(values)
        polygon = polygon_of(data)
        if valid(polygon) is None:
            notes["empty"] += 1
            return None
        values["status"] = status_of(values.get("status")) or values.get("status") or OPEN
        return Entry(data, values, polygon, self._redrawn(polygon, values))

    def _redrawn(self, polygon: Polygon | MultiPolygon, values: dict) -> bool:
        if self._originals is None:
            return values.get("ls_id") is None or values["status"] == "modified"
        before = self._originals.get(values.get("ls_id"))
        return before is None or not same_outline(polygon, before, self._tolerance)

    def _take(self, entry: Entry, names: set[str], outcome: Outcome) -> None:
        values = entry.values
        redrawn = entry.redrawn or not entry.owner
        if values["status"] == "confirmed" and redrawn and values.get("ls_id"):
            values["status"] = "modified"
            outcome.notes["modified"] += 1
        outcome.counts[values["status"]] += 1
        data, polygon = self._valid(entry, redrawn, outcome)
        if not entry.owner:
            self._name(polygon, values, names, outcome)
        if values["status"] in KEPT:
            values.update(confidence(values))
        if values["status"] in self._kept:
            if redrawn:
                self._remeasure(polygon, values, outcome)
            outcome.inventory.append((data, values))
        _teach(data, polygon, values, outcome)

    def _valid(
        self, entry: Entry, redrawn: bool, outcome: Outcome
    ) -> tuple[bytes, Polygon | MultiPolygon]:
        """Only what a person redrew is repaired for good; an untouched outline is only
        repaired to reckon with.
        """
        if entry.polygon.is_valid:
            return entry.wkb, entry.polygon
        mended = valid(entry.polygon)
        outcome.notes["repaired" if redrawn else "invalid"] += 1
        return (wkb.dumps(mended) if redrawn else entry.wkb), mended

    def _name(
        self,
        polygon: Polygon | MultiPolygon,
        values: dict,
        names: set[str],
        outcome: Outcome,
    ) -> None:
        """An identifier for what a person drew or split off."""
        outcome.notes["split" if values.get("ls_id") else "drawn"] += 1
        if values.get("ls_id"):
            values["method"] = values.get("method")
        else:
            values["method"] = "manual"
        values["ls_id"] = new_identifier(polygon, self._measure, values, names)
        names.add(values["ls_id"])

    def _remeasure(
        self, polygon: Polygon | MultiPolygon, values: dict, outcome: Outcome
    ) -> None:
        outcome.notes["measured"] += 1
        values.update(dict.fromkeys(OF_OUTLINE))
        values.update(self._morphometry.measure(polygon))
        if values.get("method") == "manual":
            values["method"] = "manual"
        else:
            values["method"] = "auto_edit"


def check(entries: list[Entry], names: set[str], originals: dict | None) -> None:
    """Raises MrifeError where the layer is no reviewed layer, or not the one these
    originals belong to.
    """
    words = sorted(
        {str(e.values["status"]) for e in entries} - {choice[0] for choice in STATUS}
    )
    if words:
        raise MrifeError(
            "The field 'status' holds {}; it must be one of {}.",
            ", ".join(map(repr, words[:5])),
            ", ".join((choice[0] for choice in STATUS)),
        )
    if originals and names and not names & set(originals):
        raise MrifeError(
            "The original outlines share no ls_id with the reviewed layer; choose those "
            "that it was prepared from."
        )


def give_owners(entries: list[Entry]) -> None:
    """Which of the polygons of one ls_id, as after a split, keeps it: the untouched
    one, else the largest.
    """
    rivals = defaultdict(list)
    for entry in entries:
        if entry.values.get("ls_id"):
            rivals[entry.values["ls_id"]].append(entry)
    for found in rivals.values():
        min(found, key=lambda e: (e.redrawn, -e.polygon.area)).owner = True


def confidence(values: dict) -> dict:
    """geo_conf from the points where any are given, usgs_conf lifted to what a
    confirmation means, never lowered.

    USGS 3 (likely), or 5 (confident) where the geologist's confidence is high; 8 only a
    person gives.
    """
    points = [values[name] for name in POINTS if values.get(name) is not None]
    found = values.get("geo_conf")
    if points:
        if sum(points) >= HIGH:
            found = "high"
        else:
            if sum(points) >= MODERATE:
                found = "moderate"
            else:
                found = "low"
    return {
        "geo_conf": found,
        "usgs_conf": max(
            values.get("usgs_conf") or 0, CONFIDENT if found == "high" else LIKELY
        ),
    }


def _teach(
    data: bytes, polygon: Polygon | MultiPolygon, values: dict, outcome: Outcome
) -> None:
    if values["status"] not in (*KEPT, "rejected"):
        outcome.unsure.append(polygon)
        return
    if values["status"] == "rejected":
        outcome.notes["reasonless"] += not values.get("rej_why")
        values["rej_why"] = values.get("rej_why") or "other"
        outcome.rejected.append((data, values))
    outcome.decided.append(polygon)
    outcome.training.append((data, lesson(values)))
