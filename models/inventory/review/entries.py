# SPDX-License-Identifier: GPL-2.0-or-later
"""The polygons of a reviewed layer before they are settled: whether they are one, and
which of them keep their identifiers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from shapely.geometry import MultiPolygon, Polygon

from ...errors import MrifeError
from ...geo.geodesic import Geodesic
from ..status import STATUSES
from ..values import is_area_of
from .provenance import inherit


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


def check_layer(entries: list[Entry], names: set[str], originals: dict | None) -> None:
    """Raises MrifeError where the layer is no reviewed layer, or not the one these
    originals belong to.
    """
    strange = sorted({str(entry.values["status"]) for entry in entries} - set(STATUSES))
    if strange:
        raise MrifeError(
            "The field 'status' holds {}; it must be one of {}.",
            ", ".join(map(repr, strange[:5])),
            ", ".join(STATUSES),
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
    claimants = defaultdict(list)
    for entry in entries:
        if entry.values.get("ls_id"):
            claimants[entry.values["ls_id"]].append(entry)
    for entries_of_name in claimants.values():
        owner = min(entries_of_name, key=lambda e: (e.redrawn, -e.polygon.area))
        owner.owner = True


def find_pieces(entries: list[Entry], measure: Geodesic) -> None:
    """Of a polygon that was split the piece that keeps its identifier is redrawn, too: its
    area is that of the whole.
    """
    pieces = Counter(entry.values.get("ls_id") for entry in entries)
    for entry in entries:
        if entry.owner and pieces[entry.values["ls_id"]] > 1:
            area = measure.area(entry.polygon)
            stated = entry.values.get("area_m2")
            entry.redrawn |= stated is not None and not is_area_of(stated, area)


def inherit_provenance(entries: list[Entry]) -> int:
    """Image and sheet of what a person drew new, from the polygons beside it; how many
    got them.
    """
    drawings = [(e.polygon, e.values) for e in entries if not e.values.get("ls_id")]
    others = [(e.polygon, e.values) for e in entries if e.values.get("ls_id")]
    return inherit(drawings, others)
