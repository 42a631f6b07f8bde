# SPDX-License-Identifier: GPL-2.0-or-later
"""Which outlines of the inventory a conflict is about."""

from __future__ import annotations

from ...errors import MrifeError
from ..status import OPEN
from .closed import is_named, names_of
from .conflicts import MAX_IDS_LENGTH, OVERLAPS
from .outline import MatchOutline
from .overlap import EQUAL_SHARE, SLIVER_SHARE, OutlineIndex

LETTER_BYTES = 4  # at most, by which a Shapefile cuts a text earlier
ALSO_IN_INVENTORY = (OVERLAPS, "returned")  # conflicts whose outline a merge adds as well


def own_places(outline: MatchOutline, index: OutlineIndex) -> list[int]:
    """Places of the outline itself in the inventory: equal there or, where a person
    corrected it since a merge wrote it to both layers, of its identifier.
    """
    return [
        place
        for place, common in index.overlapping(outline)
        if common.iou >= EQUAL_SHARE or _same_candidate(outline, index.outlines[place])
    ]


def _same_candidate(outline: MatchOutline, other: MatchOutline) -> bool:
    why = outline.values.get("conflict")
    if why == OVERLAPS and is_named(other, names_of(outline)):
        return False  # what it overlaps: until 0.4 both could have one name
    same = outline.values.get("ls_id") == other.values.get("ls_id")
    undecided = other.values.get("status") == OPEN
    return same and undecided and why in ALSO_IN_INVENTORY


def places_to_replace(outline: MatchOutline, index: OutlineIndex) -> list[int]:
    """Places of the existing outlines that it is to replace: those of their identifiers
    that share ground with it, and where these were too many for their field all that
    share more than a sliver. Raises MrifeError where there is none.
    """
    places = named_places(outline, index)
    if not places:
        raise MrifeError(
            "A conflict is to replace '{}', which the existing inventory does not have; "
            "give the inventory that the conflicts came from.",
            names_of(outline),
        )
    return places


def named_places(outline: MatchOutline, index: OutlineIndex) -> list[int]:
    """Places of the existing outlines that it is in conflict with."""
    names = names_of(outline)
    is_cut = len(names.encode()) > MAX_IDS_LENGTH - LETTER_BYTES
    return [
        place
        for place, common in index.overlapping(outline)
        if is_named(index.outlines[place], names)
        or (is_cut and common.larger_share >= SLIVER_SHARE)
    ]
