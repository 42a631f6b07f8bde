# SPDX-License-Identifier: GPL-2.0-or-later
"""The way on from a layer of conflicts: what a person decided of each in its field
`resolve`, taken up when the layer is given again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ...errors import MrifeError
from ...watch import Watch, unwatched
from ..language import stored_value
from ..morphometry.morphometry import Morphometry
from ..schema import CONFIDENCE, IDENTITY, QUALITY, REVIEW, SHAPE, SIZE, TERRAIN
from ..status import ACCEPTED, CONFIRMED, MODIFIED, OPEN
from .closed import (
    ADD,
    KEEP,
    REJECT,
    REPLACE,
    decision_row,
    in_conflict,
    without_closed,
)
from .concerned import named_places, own_places, places_to_replace
from .conflicts import OVERLAPS, RESOLVE, Conflict
from .corrected import as_drawn
from .outline import MatchOutline
from .overlap import EQUAL_SHARE, OutlineIndex, overlap
from .record import UNKNOWN, additions
from .rules import MatchRules

# of a replaced outline: true of the new one or of none
OF_OUTLINE = (
    "dem_src",
    "dem_res",
    *(f.name for f in (*SHAPE, *TERRAIN, *SIZE, *QUALITY)),
)
OF_RECORD = tuple(f.name for f in (*IDENTITY, *CONFIDENCE, *REVIEW))
NOT_TAKEN = ("ls_id", "rev_rank", "inv_id", "inv_iou", "inv_rel", "rej_why")


@dataclass
class Resolved:
    """`undecided` candidates go on as ever, of those that are `closed` a decision was
    made; `existing` are in their old places, those of `replaced` with their new outline,
    those of `removed` no longer counting.

    `replaced`: what the rows of existing ones take over, by place; `added` stand beside
    them; `rejected` are no landslides. `decisions`: conflicts of keep and reject, and what
    lost to an outline of replace, which hold as long as their layer is given.
    """

    undecided: list[MatchOutline] = field(default_factory=list)
    existing: list[MatchOutline] = field(default_factory=list)
    replaced: dict[int, dict] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)
    added: list[MatchOutline] = field(default_factory=list)
    rejected: list[MatchOutline] = field(default_factory=list)
    decisions: list[Conflict] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)  # of decisions, by their words
    closed: list[MatchOutline] = field(default_factory=list)


def resolve(
    candidates: Sequence[MatchOutline],
    existing: Sequence[MatchOutline],
    rules: MatchRules,
    morphometry: Morphometry,
    watch: Watch = unwatched,
) -> Resolved:
    """Take up what the candidates' field `resolve` says; all outlines in one CRS.

    keep: the existing outlines stay, this one goes, and so does what lies as well on its
    ground (`rules.iou`). replace: it takes the place of those in `with_ids`, with what
    its record says. add: it stands beside them. reject: it is no landslide. Where it is
    in the inventory already it leaves it, or for add is confirmed there. Raises
    MrifeError for another word, and for the replacement of an outline that there is none
    of.
    """
    decided = [(_decision(outline), outline) for outline in candidates]
    result = Resolved(existing=list(existing))
    undecided = [outline for word, outline in decided if word is None]
    claims = []  # outlines and the places that they are to take
    index = OutlineIndex(existing)
    for word, outline in watch(decided):
        if word is not None:
            result.counts[word] += 1
            if word in (ADD, REPLACE):
                (outline,) = as_drawn([outline], morphometry)
            claims += _taken_up(result, word, outline, index)
    lost = _replace(result, claims)
    result.decisions += [decision_row(outline, KEEP) for outline in lost]
    decided = [pair for pair in decided if pair[0]]
    decided += [(KEEP, outline) for outline in lost]
    for outline in [outline for word, outline in decided if word == REJECT]:
        if not _reject(result, outline, index):
            decided.remove((REJECT, outline))
            undecided.append(_asked_again(outline))
    gone = [
        outline
        for place, outline in enumerate(existing)
        if place in result.removed or result.existing[place].wkb != outline.wkb
    ]
    result.undecided, result.closed = without_closed(
        undecided, decided, gone, rules, watch
    )
    return result


def _decision(outline: MatchOutline) -> str | None:
    """The stored value of what a person wrote, None for nothing. What is rejected takes
    the place of a landslide as no landslide.
    """
    text = str(outline.values.get(RESOLVE.name) or "").strip()
    if not text:
        return None
    value = stored_value(RESOLVE.choices, text)
    if value == REPLACE and outline.rejected:
        return REJECT
    if value:
        return value
    raise MrifeError(
        "The field 'resolve' holds '{}'; it must be one of {}, or empty.",
        text,
        ", ".join(RESOLVE.choices),
    )


def _taken_up(
    result: Resolved, word: str, outline: MatchOutline, index: OutlineIndex
) -> list[tuple[MatchOutline, list[int]]]:
    """One decision; the outline with the places that it is to take, where it is to take
    some.
    """
    own = own_places(outline, index)
    claims = []
    if word == KEEP:
        if outline.values.get("conflict") == OVERLAPS:
            rows = index.outlines
            undecided = [i for i in own if rows[i].values.get("status") == OPEN]
            result.removed.update(undecided)
    elif word == REPLACE:
        claims = [(outline, places_to_replace(outline, index))]
        result.removed.update(own)
    elif word == ADD and own:
        claims = _confirmed(result, outline, own[0])
    elif word == ADD:
        result.added.append(_accepted(outline, CONFIRMED))
    if word == KEEP:
        result.decisions.append(decision_row(outline, word))
    return claims


def _reject(result: Resolved, outline: MatchOutline, index: OutlineIndex) -> bool:
    """Take it out of the inventory; False where another decision has put an outline in
    the place that it would leave.
    """
    places = {i for i in own_places(outline, index) if not index.outlines[i].rejected}
    if outline.rejected:  # it is about the one that stands
        places.update(named_places(outline, index))
    if places & set(result.replaced):
        result.counts[REJECT] -= 1
        return False
    result.removed.update(places)
    result.rejected.append(outline)
    result.decisions.append(decision_row(outline, REJECT))
    return True


def _asked_again(outline: MatchOutline) -> MatchOutline:
    return outline.with_values({RESOLVE.name: None})


def _confirmed(
    result: Resolved, outline: MatchOutline, place: int
) -> list[tuple[MatchOutline, list[int]]]:
    """The row that the outline has in the inventory takes over a person's record; one
    that was corrected since is to take its place.
    """
    standing = result.existing[place]
    if overlap(outline, standing).iou < EQUAL_SHARE:
        return [(outline, [place])]
    record = additions(standing.values, _accepted(outline, CONFIRMED).values)
    result.replaced[place] = record
    result.existing[place] = standing.with_values(record)
    return []


def _replace(
    result: Resolved,
    claims: Sequence[tuple[MatchOutline, list[int]]],
) -> list[MatchOutline]:
    """Of several outlines for one place that with the largest overlap takes it, the
    others stand beside it; of several places for one outline it takes the best one, the
    others are given up. Returns what people had in these places, as conflicts.
    """
    existing = list(result.existing)
    ranked = sorted(
        (-overlap(outline, existing[place]).iou, place, i)
        for i, (outline, places) in enumerate(claims)
        for place in places
    )
    settled = set()
    for _, place, i in ranked:
        if i in settled or place in result.replaced:
            continue
        settled.add(i)
        outline = claims[i][0]
        values = _row_of_replaced(outline)
        result.replaced[place] = values
        result.existing[place] = replace(
            outline,
            values={**existing[place].values, **values},
            name=existing[place].name,
            layer=existing[place].layer,
        )
    for i, (outline, places) in enumerate(claims):
        if i not in settled:
            result.added.append(_accepted(outline, MODIFIED))
        result.removed.update(places)
    result.removed -= set(result.replaced)
    places = {place for _, claimed in claims for place in claimed}
    lost = [existing[place] for place in sorted(places)]
    return [in_conflict(outline) for outline in lost if outline.human]


def _row_of_replaced(outline: MatchOutline) -> dict:
    """What the row of an existing outline takes over with another outline: its measures,
    and all that its record says.
    """
    values = _accepted(outline, MODIFIED).values
    row = {name: values.get(name) for name in OF_OUTLINE}
    row.update(
        (name, values[name]) for name in OF_RECORD if values.get(name) not in UNKNOWN
    )
    for name in NOT_TAKEN:
        row.pop(name, None)
    return row


def _accepted(outline: MatchOutline, status: str) -> MatchOutline:
    """A landslide by a person's decision."""
    if outline.values.get("status") in ACCEPTED:
        return outline
    return outline.with_values({"status": status, "rej_why": None})
