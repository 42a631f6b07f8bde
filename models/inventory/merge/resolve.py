# SPDX-License-Identifier: GPL-2.0-or-later
"""The way on from a layer of conflicts: what a person decided of each in its field
`resolve`, taken up when the layer is given again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ...errors import MrifeError
from ..language import stored_value
from ..morphometry.morphometry import Morphometry
from ..schema import CONFIDENCE, IDENTITY, QUALITY, REVIEW, SHAPE, SIZE, TERRAIN
from ..status import ACCEPTED, CONFIRMED, MODIFIED
from .conflicts import RESOLVE, Conflict
from .outline import MatchOutline
from .overlap import EQUAL_SHARE, OutlineIndex, overlap
from .record import UNKNOWN
from .rules import MatchRules

KEEP = "keep"
REPLACE = "replace"
ADD = "add"
REJECT = "reject"
# of a replaced outline: true of the new one or of none
OF_OUTLINE = tuple(f.name for f in (*SHAPE, *TERRAIN, *SIZE, *QUALITY))
OF_RECORD = tuple(f.name for f in (*IDENTITY, *CONFIDENCE, *REVIEW))
NOT_TAKEN = ("ls_id", "rev_rank", "inv_id", "inv_iou", "inv_rel", "rej_why")


@dataclass
class Resolved:
    """`undecided` candidates go on as ever; `existing` are in their old places, those of
    `replaced` with their new outline, those of `removed` no longer counting.

    `replaced`: what the rows of existing ones take over, by place; `added` stand beside
    them; `rejected` are no landslides. `decisions`: conflicts of keep and reject, which
    hold as long as their layer is given.
    """

    undecided: list[MatchOutline] = field(default_factory=list)
    existing: list[MatchOutline] = field(default_factory=list)
    replaced: dict[int, dict] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)
    added: list[MatchOutline] = field(default_factory=list)
    rejected: list[MatchOutline] = field(default_factory=list)
    decisions: list[Conflict] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)


def resolve(
    candidates: Sequence[MatchOutline],
    existing: Sequence[MatchOutline],
    rules: MatchRules,
    morphometry: Morphometry,
) -> Resolved:
    """Take up what the candidates' field `resolve` says; all outlines in one CRS.

    keep: the existing outlines stay, this one goes, and so does what lies as well on its
    ground (`rules.iou`). replace: it takes the place of those in `with_ids`, with what
    its record says. add: it stands beside them. reject: it is no landslide, and leaves
    the inventory where it is in it. Raises MrifeError for another word, and for the
    replacement of an outline that there is none of.
    """
    decided = [(_decision(outline), outline) for outline in candidates]
    result = Resolved(existing=list(existing))
    result.undecided = [outline for word, outline in decided if word is None]
    replacing = [outline for word, outline in decided if word == REPLACE]
    for word, outline in decided:
        if word is not None:
            result.counts[word] += 1
        if word == ADD:
            result.added.append(_accepted(outline, CONFIRMED))
        elif word == REJECT:
            result.rejected.append(outline)
            result.removed.update(_equal(outline, existing))
        if word in (KEEP, REJECT):
            result.decisions.append(_decision_row(outline, word))
    _replace(result, replacing, existing, morphometry)
    closed = [outline for word, outline in decided if word in (KEEP, REPLACE, ADD)]
    result.undecided = _not_closed(result, closed, rules)
    return result


def _decision(outline: MatchOutline) -> str | None:
    """The stored value of what a person wrote, None for nothing."""
    text = str(outline.values.get(RESOLVE.name) or "").strip()
    if not text:
        return None
    value = stored_value(RESOLVE.choices, text)
    if value:
        return value
    raise MrifeError(
        "The field 'resolve' holds '{}'; it must be one of {}, or empty.",
        text,
        ", ".join(RESOLVE.choices),
    )


def _decision_row(outline: MatchOutline, word: str) -> Conflict:
    """The conflict as it was, with the stored word of the decision; no longer in an
    order of review.
    """
    values = outline.values
    ids = _names(outline)
    outline = replace(outline, values={**values, RESOLVE.name: word, "rev_rank": None})
    return Conflict(outline, str(values.get("conflict") or ""), ids)


def _names(outline: MatchOutline) -> list[str]:
    """Identifiers of the outlines that it is in conflict with."""
    text = str(outline.values.get("with_ids") or outline.values.get("inv_id") or "")
    return [name for name in text.split(", ") if name]


def _equal(outline: MatchOutline, existing: Sequence[MatchOutline]) -> list[int]:
    index = OutlineIndex(existing)
    return [
        place for place, common in index.overlapping(outline) if common.iou >= EQUAL_SHARE
    ]


def _replace(
    result: Resolved,
    outlines: Sequence[MatchOutline],
    existing: Sequence[MatchOutline],
    morphometry: Morphometry,
) -> None:
    """Of several outlines for one place that with the largest overlap takes it, the
    others stand beside it; of several places for one outline it takes the best one, the
    others are given up.
    """
    places_of = [_targets(outline, existing) for outline in outlines]
    claims = []
    for i, places in enumerate(places_of):
        for place in places:
            iou = overlap(outlines[i], existing[place]).iou
            claims.append((-iou, place, i))
    settled = set()
    for _, place, i in sorted(claims):
        if i in settled or place in result.replaced:
            continue
        settled.add(i)
        values = _row_of_replaced(outlines[i], morphometry)
        result.replaced[place] = values
        result.existing[place] = replace(
            outlines[i],
            values={**existing[place].values, **values},
            name=existing[place].name,
            layer=existing[place].layer,
        )
    for i, outline in enumerate(outlines):
        if i not in settled:
            result.added.append(_accepted(outline, MODIFIED))
        own = _equal(outline, existing)
        given_up = {place for place in (*places_of[i], *own)}
        result.removed.update(given_up - set(result.replaced))


def _targets(outline: MatchOutline, existing: Sequence[MatchOutline]) -> list[int]:
    """Places of the existing outlines that it is to replace."""
    names = set(_names(outline))
    places = [i for i, other in enumerate(existing) if other.name in names]
    if not places:
        raise MrifeError(
            "A conflict is to replace '{}', which the existing inventory does not have; "
            "give the inventory that the conflicts came from.",
            ", ".join(sorted(names)),
        )
    return places


def _row_of_replaced(outline: MatchOutline, morphometry: Morphometry) -> dict:
    """What the row of an existing outline takes over with another outline: its measures,
    and all that its record says.
    """
    values = _accepted(outline, MODIFIED).values
    row = {name: values.get(name) for name in OF_OUTLINE}
    row.update(
        (name, values[name]) for name in OF_RECORD if values.get(name) not in UNKNOWN
    )
    row.update(morphometry.measure(outline.shape))
    for name in NOT_TAKEN:
        row.pop(name, None)
    return row


def _accepted(outline: MatchOutline, status: str) -> MatchOutline:
    """A landslide by a person's decision."""
    if outline.values.get("status") in ACCEPTED:
        return outline
    return replace(outline, values={**outline.values, "status": status})


def _not_closed(
    result: Resolved, closed: Sequence[MatchOutline], rules: MatchRules
) -> list[MatchOutline]:
    """The undecided ones without those whose ground a decision was made of."""
    index = OutlineIndex(closed)
    open_ones = []
    for outline in result.undecided:
        overlaps = [common.iou for _, common in index.overlapping(outline)]
        if max(overlaps, default=0.0) >= rules.iou and not outline.human:
            result.counts["closed"] += 1
        else:
            open_ones.append(outline)
    return open_ones
