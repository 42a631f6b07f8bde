# SPDX-License-Identifier: GPL-2.0-or-later
"""What a merge leaves for a person to decide, as a layer of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ...watch import Watch
from ..confidence import priority, ranks
from ..schema import Choices, Field
from .combine import with_flag
from .deduplicate import Duplicate
from .outline import NO_RELATION, MatchOutline, same_source
from .overlap import SLIVER_SHARE, OutlineIndex

RESOLVE = Field(
    "resolve",
    "text",
    10,
    "",
    "What a person decides; taken up when the layer is given to a merge again",
    "Decision",
    Choices(
        "decision",
        (
            ("keep", "existing outline stays"),
            ("replace", "takes its place"),
            ("add", "stands beside it"),
            ("reject", "no landslide"),
        ),
    ),
)
OVERLAPS = "overlap"
MAX_IDS_LENGTH = 254  # characters of the field with_ids
CONFLICT_FIELDS = (
    Field(
        "conflict",
        "text",
        10,
        "",
        "What there is to decide",
        "Conflict",
        Choices(
            "conflict",
            (
                ("modified", "differs from an existing outline"),
                ("split", "one of several in an existing outline"),
                ("merged", "covers several existing outlines"),
                (OVERLAPS, "overlaps another outline"),
                ("human", "another outline drawn by a person stands"),
                ("returned", "was rejected before"),
                ("attributes", "recorded otherwise than what stands"),
            ),
        ),
    ),
    Field(
        "with_ids",
        "text",
        MAX_IDS_LENGTH,
        "",
        "Identifiers of the outlines it is in conflict with",
        "In conflict with",
    ),
    Field(
        "conf_old",
        "real",
        0,
        "0-1",
        "Confidence with which it was rejected",
        "Confidence before",
    ),
    RESOLVE,
)


@dataclass(frozen=True)
class Conflict:
    """What a person has to decide: `why` is one of the choices of CONFLICT_FIELDS, `ids`
    those it clashes with.

    modified, split, merged, human and attributes outlines are not in the inventory;
    returned ones are; of overlapping ones those that lie mostly in a better one are not.
    """

    outline: MatchOutline
    why: str
    ids: Sequence[str] = ()
    before: MatchOutline | None = None  # the rejected polygon

    @property
    def values(self) -> dict:
        """Attributes of the outline and of the conflict."""
        values = {
            **self.outline.values,
            "conflict": self.why,
            "with_ids": ", ".join(self.ids)[:MAX_IDS_LENGTH] or None,
        }
        if self.before:
            values["conf_old"] = self.before.confidence
            values["rej_why"] = self.before.values.get("rej_why")
        return values


def renamed(
    conflicts: Sequence[Conflict],
    before: Sequence[MatchOutline],
    after: Sequence[MatchOutline],
) -> list[Conflict]:
    """The conflicts with their outlines as they are called in the inventory, those that
    are in it: `before` and `after` they got their identifiers.
    """
    named = dict(zip(before, after))
    return [
        replace(conflict, outline=named.get(conflict.outline, conflict.outline))
        for conflict in conflicts
    ]


def contested(
    duplicates: Sequence[Duplicate],
    names: Mapping[MatchOutline, str],
    named: Callable[[MatchOutline], MatchOutline],
) -> list[Conflict]:
    """What lies mostly in a better outline, which `names` call as in the inventory;
    `named` gives an identifier that nothing there has: by it a decision finds its outline.
    """
    conflicts = []
    for outline, best, _ in duplicates:
        stands_apart = named(outline.with_values(NO_RELATION))
        name = names.get(best, best.name)
        conflicts.append(Conflict(stands_apart, OVERLAPS, [name]))
    return conflicts


def ranked(conflicts: Sequence[Conflict]) -> list[Conflict]:
    """In one order of review: a person has to decide of each, whatever its status."""
    order = ranks([priority(conflict.outline.values) for conflict in conflicts])
    return [
        replace(conflict, outline=conflict.outline.with_values({"rev_rank": rank}))
        for conflict, rank in zip(conflicts, order)
    ]


def mark_overlaps(
    outlines: list[MatchOutline], conflicts: list[Conflict], watch: Watch
) -> None:
    """Of two that come from different sources and overlap a little, the less sure one
    is flagged and a conflict, where it is none yet.
    """
    told = {
        (conflict.outline.name, name)
        for conflict in conflicts
        if conflict.why == OVERLAPS
        for name in conflict.ids
    }
    index = OutlineIndex(list(outlines))
    order = sorted(
        range(len(outlines)),
        key=lambda i: (not outlines[i].human, -(outlines[i].confidence or 0.0)),
    )
    rank = {i: place for place, i in enumerate(order)}
    for i, outline in enumerate(watch(list(outlines))):
        if outline.human:
            continue
        names = [
            outlines[j].name
            for j, common in index.overlapping(outline)
            if rank[j] < rank[i]
            and common.larger_share >= SLIVER_SHARE
            and not same_source(outline, outlines[j])
            and (outline.name, outlines[j].name) not in told
        ]
        if names:
            flagged = with_flag(outline, "O")
            conflicts.append(Conflict(flagged, OVERLAPS, names))
            outlines[i] = flagged
