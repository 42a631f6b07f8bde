# SPDX-License-Identifier: GPL-2.0-or-later
"""Several candidate layers, an existing inventory and what was rejected become one; a
human's outline always stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from ...watch import Watch, unwatched
from ..confidence import priority, ranks
from ..morphometry.morphometry import Morphometry
from ..status import OPEN
from .change import Change, changes, standing_for
from .combine import identifier_of, with_flag
from .conflicts import Conflict, contested, mark_overlaps, ranked, renamed
from .corrected import as_drawn
from .deduplicate import Deduplicated, deduplicate
from .outline import NO_RELATION, MatchOutline, canonical
from .overlap import SLIVER_SHARE
from .people import contradicted, settle_people
from .resolve import Resolved, resolve
from .rules import MatchRules

# of several changes to one existing outline the last counts
STRENGTH = ("modified", "split", "merged", "known")
CONTRADICTIONS = ("modified", "split", "merged")  # what a person has to decide


@dataclass
class Merged:
    """`outlines` beside the existing ones are the inventory; `changes`: kind and IoU of
    what lies on an existing outline, by its place. `additions`: what the rows of existing
    ones take over of people's records, by place; `replaced`: their new outlines;
    `removed`: places that a person gave up. `decisions`: conflicts that stay decided.

    Counts: duplicates + contested + pieces - united + suppressed + new + known + modified
    + split + merged + refused (of status rejected) are all candidates but those decided.
    """

    outlines: list[MatchOutline] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    changes: dict[int, tuple[str, float]] = field(default_factory=dict)
    counts: Counter = field(default_factory=Counter)
    additions: dict[int, dict] = field(default_factory=dict)
    replaced: dict[int, MatchOutline] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)
    decisions: list[Conflict] = field(default_factory=list)
    resolved: Counter = field(default_factory=Counter)  # by what a person decided

    def places(self, existing: int, keep_all: bool) -> list[int]:
        """Places of the existing outlines, so many, that stand in the inventory: all
        that were not given up, or those of them that something matches.
        """
        return [
            place
            for place in range(existing)
            if place not in self.removed
            and (keep_all or self.changes.get(place) or self.additions.get(place))
        ]

    def ranks(
        self, existing: Sequence[MatchOutline], places: Sequence[int]
    ) -> list[int | None]:
        """One order of review over the existing outlines at `places` and, behind them,
        `outlines`, whatever ranks their own lists gave them: None for what is not open.
        """
        rows = [
            {**existing[place].values, **self.additions.get(place, {})}
            for place in places
        ]
        rows += [outline.values for outline in self.outlines]
        undecided = [i for i, row in enumerate(rows) if row.get("status") == OPEN]
        order = ranks([priority(rows[i]) for i in undecided])
        rank_of = dict(zip(undecided, order))
        return [rank_of.get(i) for i in range(len(rows))]


def merge(
    candidates: Sequence[MatchOutline],
    existing: Sequence[MatchOutline],
    rejected: Sequence[MatchOutline],
    rules: MatchRules,
    morphometry: Morphometry,
    digits: int = 1,
    watch: Watch = unwatched,
) -> Merged:
    """One inventory, whatever the order of the layers; all outlines in one CRS, that of
    `morphometry`.

    Candidates and existing outlines of status rejected count as rejected. `digits` of a
    coordinate stand for about 0.1 m (Crs.decimals). Raises MrifeError for a decision of a
    conflict that cannot be taken up.
    """
    ordered = _identified(canonical(candidates), digits)
    resolved = resolve(ordered, existing, rules, morphometry, watch)
    merged = _decided(resolved)
    places = [
        i
        for i, outline in enumerate(resolved.existing)
        if not outline.rejected and i not in resolved.removed
    ]
    accepted = [resolved.existing[i] for i in places]
    taken = {name for o in existing for name in (o.name, o.values.get("ls_id"))}

    def named(outline: MatchOutline) -> MatchOutline:
        return _identified([outline], digits, taken)[0]

    people = _people(merged, resolved, accepted, places, rules, named, watch)
    standing = accepted + people
    _contradict(merged, resolved, standing, people, rules, watch)
    machines = _single(merged, resolved, rules, morphometry, watch)
    no_landslides = [o for o in [*ordered, *existing] if o.rejected]
    refused = canonical([*rejected, *no_landslides, *resolved.rejected])
    changed = changes(machines.outlines, standing, refused, rules, watch)
    fresh = _fresh(merged, changed, standing, places, rules)
    found = list(map(named, fresh))
    merged.conflicts = renamed(merged.conflicts, fresh, found)
    names = standing_for(changed, standing, found)
    merged.conflicts += contested(machines.contested, names, named)
    by_machines = _completed(watch(found), morphometry)
    merged.outlines = as_drawn(people, morphometry) + by_machines
    mark_overlaps(merged.outlines, merged.conflicts, watch)
    merged.conflicts = ranked(merged.conflicts)
    return merged


def _decided(resolved: Resolved) -> Merged:
    """What a person decided of earlier conflicts, before anything else is settled."""
    merged = Merged(removed=resolved.removed, decisions=resolved.decisions)
    for place, row in resolved.replaced.items():
        merged.replaced[place] = resolved.existing[place]
        merged.additions[place] = row
    merged.counts["duplicates"] = resolved.counts.pop("closed", 0)
    merged.resolved = resolved.counts
    return merged


def _people(
    merged: Merged,
    resolved: Resolved,
    accepted: list[MatchOutline],
    places: list[int],
    rules: MatchRules,
    named: Callable[[MatchOutline], MatchOutline],
    watch: Watch,
) -> list[MatchOutline]:
    """What people stand for beside the `accepted` existing outlines, at `places`."""
    people = settle_people(_by_people(resolved), accepted, rules, named, watch)
    merged.conflicts += people.conflicts
    merged.counts.update(people.counts)
    for change in people.changes:
        _note(merged.changes, change, places, rules)
    for place, values in people.additions.items():
        merged.additions.setdefault(places[place], {}).update(values)
    return people.accepted + list(map(named, resolved.added))


def _contradict(
    merged: Merged,
    resolved: Resolved,
    standing: list[MatchOutline],
    people: list[MatchOutline],
    rules: MatchRules,
    watch: Watch,
) -> None:
    """What people reject against what others have as a landslide, here or there."""
    refusals = [o for o in resolved.undecided if o.rejected]
    merged.counts["refused"] = len(refusals)
    drawn = _by_people(resolved)
    merged.conflicts += contradicted(refusals, standing, drawn, rules, watch)
    given_up = [o for o in resolved.existing if o.rejected]
    merged.conflicts += contradicted(given_up, people, drawn, rules, watch)


def _by_people(resolved: Resolved) -> list[MatchOutline]:
    """What is a landslide by a person in the candidate layers."""
    return [o for o in resolved.undecided if o.human and not o.rejected]


def _single(
    merged: Merged,
    resolved: Resolved,
    rules: MatchRules,
    morphometry: Morphometry,
    watch: Watch,
) -> Deduplicated:
    """What machines found, each landslide once."""
    machines = [o for o in resolved.undecided if not (o.human or o.rejected)]
    single = deduplicate(machines, rules, morphometry, watch)
    merged.counts["duplicates"] += single.copies
    merged.counts.update(
        contested=len(single.contested), pieces=single.pieces, united=single.united
    )
    return single


def _fresh(
    merged: Merged,
    changed: list[Change],
    standing: list[MatchOutline],
    places: list[int],
    rules: MatchRules,
) -> list[MatchOutline]:
    """The new ones of what machines found; what there is to say of the others is noted."""
    fresh = []
    for change in changed:
        merged.counts[change.kind] += 1
        _note(merged.changes, change, places, rules)
        fresh += _settled(merged, change, standing)
    return fresh


def _note(
    noted: dict[int, tuple[str, float]],
    change: Change,
    places: list[int],
    rules: MatchRules,
) -> None:
    """Notes a change for the existing outlines (at `places` of their layer) that it
    touches, unless a stronger one is noted.
    """
    if change.kind not in STRENGTH:
        return
    strength = STRENGTH.index(change.kind)
    for common, i in change.related(rules):
        if i >= len(places):  # a person's, of a candidate layer
            continue
        kind, iou = noted.get(places[i], (change.kind, common.iou))
        if (strength, common.iou) >= (STRENGTH.index(kind), iou):
            noted[places[i]] = (change.kind, common.iou)


def _settled(
    merged: Merged, change: Change, standing: list[MatchOutline]
) -> list[MatchOutline]:
    """The outline where it is new; what there is to decide goes to the conflicts."""
    values = {
        **change.outline.values,
        **NO_RELATION,
        "inv_rel": change.kind,
        "status": OPEN,
    }
    if change.overlaps:
        common, best = change.overlaps[0]
        values["inv_id"] = standing[best].name
        values["inv_iou"] = round(common.iou, 3)
    names = [
        standing[i].name
        for common, i in change.overlaps
        if common.larger_share >= SLIVER_SHARE
    ]
    before = None
    if change.rejection:
        before = change.rejection.before
    if change.kind != "new":
        if change.kind in CONTRADICTIONS:
            outline = replace(change.outline, values=values)
            merged.conflicts.append(Conflict(outline, change.kind, names, before))
        return []
    if names:
        values = with_flag(values, "O")
    if before:
        values["triage"] = "check"
    outline = replace(change.outline, values=values)
    if before:
        merged.conflicts.append(Conflict(outline, "returned", [before.name], before))
    elif names:
        merged.conflicts.append(Conflict(outline, "overlap", names))
    return [outline]


def _identified(
    outlines: list[MatchOutline], digits: int, identifiers: set[str] | None = None
) -> list[MatchOutline]:
    """With identifiers, that nothing else has where those that are given away are known."""
    with_names = []
    for outline in outlines:
        given = set() if identifiers is None else identifiers
        name = identifier_of(outline, digits, given)
        values = {**outline.values, "ls_id": name}
        with_names.append(replace(outline, name=name, values=values))
    return with_names


def _completed(
    outlines: Iterable[MatchOutline], morphometry: Morphometry
) -> list[MatchOutline]:
    """Measured where that is missing or the geometry is another than was measured."""
    completed = []
    for outline in outlines:
        values = dict(outline.values)
        if outline.repaired or values.get("area_m2") is None:
            values.update(morphometry.measure(outline.shape))
        completed.append(replace(outline, values=values))
    return completed
