# SPDX-License-Identifier: GPL-2.0-or-later
"""Several candidate layers, an existing inventory and what was rejected become one; a
human's outline always stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..confidence import priority, ranks
from ..morphometry.morphometry import Morphometry
from ..schema import Field
from .change import Relation, relations
from .combine import named, with_flag
from .deduplicate import EQUAL, distinct
from .overlap import SLIVER, Index, MatchOutline, MatchRules, canonical, same_source

STRENGTH = (
    "modified",
    "split",
    "merged",
    "known",
)  # of several relations to one existing outline the last counts
CONFLICT_FIELDS = (
    Field(
        "conflict",
        "text",
        10,
        "",
        "What there is to decide",
        "Conflict",
        "冲突",
        (
            ("modified", "differs from an existing outline", "与已有轮廓不同"),
            ("split", "one of several in an existing outline", "已有轮廓内有多个"),
            ("merged", "covers several existing outlines", "覆盖多个已有轮廓"),
            ("overlap", "overlaps another outline", "与其他轮廓重叠"),
            ("human", "another outline drawn by a person stands", "与另一人工轮廓冲突"),
            ("returned", "was rejected before", "曾被剔除"),
        ),
    ),
    Field(
        "with_ids",
        "text",
        254,
        "",
        "Identifiers of the outlines it is in conflict with",
        "In conflict with",
        "冲突对象编号",
    ),
    Field(
        "conf_old",
        "real",
        0,
        "0-1",
        "Confidence with which it was rejected",
        "Confidence before",
        "原可信度",
    ),
)


@dataclass(frozen=True)
class Conflict:
    """What a person has to decide: `why` is one of the choices of CONFLICT_FIELDS, `ids`
    those it clashes with.

    modified, split, merged and human outlines are not in the inventory; returned ones
    are; of overlapping ones those that lie mostly in a better one are not.
    """

    outline: MatchOutline
    why: str
    ids: Sequence[str] = ()
    before: MatchOutline | None = None  # the rejected polygon

    @property
    def values(self) -> dict:
        """Attributes of the outline and of the conflict."""
        if self.before:
            old = {
                "conf_old": self.before.confidence,
                "rej_why": self.before.values.get("rej_why"),
            }
        else:
            old = {}
        return {
            **self.outline.values,
            **old,
            "conflict": self.why,
            "with_ids": ", ".join(self.ids)[:254] or None,
        }


@dataclass
class Merged:
    """`found` beside the existing outlines is the inventory; `relations`: kind and IoU of
    what lies on existing ones.

    Counts: duplicates + contested + pieces - united + suppressed + new + known + modified
    + split + merged are all candidates but those of status rejected.
    """

    found: list[MatchOutline] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    relations: dict[int, tuple[str, float]] = field(default_factory=dict)
    counts: Counter = field(default_factory=Counter)


def merge(
    candidates: Sequence[MatchOutline],
    existing: Sequence[MatchOutline],
    rejected: Sequence[MatchOutline],
    rules: MatchRules,
    morphometry: Morphometry,
    digits: int = 1,
) -> Merged:
    """One inventory, whatever the order of the layers; all outlines in one CRS, that of
    `morphometry`.

    Candidates and existing outlines of status rejected count as rejected. `digits` of a
    coordinate stand for about 0.1 m (Measure.decimals).
    """
    merged = Merged()
    ordered = _identified(canonical(candidates), digits)
    numbers = [i for i, outline in enumerate(existing) if not outline.rejected]
    people = _people(
        merged, [o for o in ordered if o.human], [existing[i] for i in numbers], rules
    )
    machines = distinct(
        [o for o in ordered if not (o.human or o.rejected)], rules, morphometry
    )
    merged.counts.update(
        duplicates=machines.copies,
        contested=len(machines.contested),
        pieces=machines.pieces,
        united=machines.united,
    )
    merged.conflicts += [
        Conflict(double.outline, "overlap", [double.best.name])
        for double in machines.contested
    ]
    refused = canonical([*rejected, *(o for o in [*ordered, *existing] if o.rejected)])
    standing = [existing[i] for i in numbers] + people
    fresh = []
    for relation in relations(machines.outlines, standing, refused, rules):
        merged.counts[relation.kind] += 1
        _note(merged.relations, relation, numbers, rules)
        fresh += _placed(merged, relation, standing, rules)
    found = _identified(people + fresh, digits, {outline.name for outline in existing})
    merged.found = found[: len(people)] + _completed(found[len(people) :], morphometry)
    _mark_overlaps(merged)
    return merged


def _people(
    merged: Merged,
    outlines: list[MatchOutline],
    existing: list[MatchOutline],
    rules: MatchRules,
) -> list[MatchOutline]:
    """What people drew or confirmed in the candidate layers and nothing standing
    contradicts, latest review first.
    """
    latest = sorted(
        outlines, key=lambda o: str(o.values.get("rev_date") or ""), reverse=True
    )
    index = Index([*existing, *latest])
    stands = set(range(len(existing)))
    kept = []
    for number, outline in enumerate(latest, len(existing)):
        met = [
            (found, index.outlines[i])
            for i, found in index.overlapping(outline)
            if i in stands
            and not same_source(outline, index.outlines[i])
            and found.related(rules)
        ]
        best = max(met, key=lambda pair: pair[0].iou, default=None)
        if best is None:
            stands.add(number)
            kept.append(replace(outline, values={**outline.values, "inv_rel": "new"}))
        elif best[0].iou < EQUAL:
            merged.conflicts.append(Conflict(outline, "human", [best[1].name]))
        merged.counts[
            "new"
            if best is None
            else "duplicates"
            if best[0].iou >= EQUAL
            else "contested"
        ] += 1
    return kept


def _note(
    said: dict[int, tuple[str, float]],
    relation: Relation,
    numbers: list[int],
    rules: MatchRules,
) -> None:
    """What the relation says of existing outlines."""
    for found, i in relation.met if relation.kind in STRENGTH else ():
        if i < len(numbers) and found.related(rules):
            rank = (STRENGTH.index(relation.kind), found.iou)
            kind, iou = said.get(numbers[i], (relation.kind, found.iou))
            if rank >= (STRENGTH.index(kind), iou):
                said[numbers[i]] = (relation.kind, found.iou)


def _placed(
    merged: Merged, relation: Relation, standing: list[MatchOutline], rules: MatchRules
) -> list[MatchOutline]:
    """The outline where it is new; what there is to decide goes to the conflicts."""
    names = [
        standing[i].name for found, i in relation.met if found.larger_share >= SLIVER
    ]
    best = [(standing[i].name, round(found.iou, 3)) for found, i in relation.met[:1]] or [
        (None, None)
    ]
    values = {
        **relation.outline.values,
        "inv_rel": relation.kind,
        "inv_id": best[0][0],
        "inv_iou": best[0][1],
        "status": "candidate",
    }
    if relation.rejection:
        before = relation.rejection.before
    else:
        before = None
    if relation.kind in ("modified", "split", "merged"):
        why = relation.kind
    else:
        why = None
    if relation.kind == "new":
        if before:
            why = "returned"
        else:
            if names:
                why = "overlap"
            else:
                why = None
        if names:
            values = with_flag(values, "O")
        if before:
            values = {**values, "triage": "check"}
    outline = replace(relation.outline, values=values)
    if why:
        merged.conflicts.append(
            Conflict(outline, why, [before.name] if why == "returned" else names, before)
        )
    if relation.kind == "new":
        return [outline]
    return []


def _identified(
    outlines: list[MatchOutline], digits: int, taken: set[str] | None = None
) -> list[MatchOutline]:
    """With identifiers, that nothing else has where those that are `taken` are given."""
    names = [
        named(outline, digits, set() if taken is None else taken) for outline in outlines
    ]
    return [
        replace(o, name=name, values={**o.values, "ls_id": name})
        for o, name in zip(outlines, names)
    ]


def _completed(
    outlines: list[MatchOutline], morphometry: Morphometry
) -> list[MatchOutline]:
    """Measured where that is missing or the geometry is another than was measured, and
    in a new order of review.
    """
    measured = [
        {**o.values, **morphometry.measure(o.shape)}
        if o.repaired or o.values.get("area_m2") is None
        else o.values
        for o in outlines
    ]
    order = ranks([priority(values) for values in measured])
    return [
        replace(o, values={**values, "rev_rank": rank})
        for o, values, rank in zip(outlines, measured, order)
    ]


def _mark_overlaps(merged: Merged) -> None:
    """Of two that come from different sources and overlap a little, the less sure one
    is flagged and a conflict.
    """
    found = merged.found
    index = Index(merged.found)
    ranked = sorted(
        range(len(found)),
        key=lambda i: (not found[i].human, -(found[i].confidence or 0.0)),
    )
    place = {i: rank for rank, i in enumerate(ranked)}
    for i, outline in enumerate(found):
        over = [
            j
            for j, o in index.overlapping(outline)
            if place[j] < place[i]
            and o.larger_share >= SLIVER
            and not same_source(outline, found[j])
        ]
        if over and not outline.human:
            marked = replace(outline, values=with_flag(outline.values, "O"))
            merged.conflicts.append(
                Conflict(marked, "overlap", [found[j].name for j in over])
            )
            found[i] = marked
