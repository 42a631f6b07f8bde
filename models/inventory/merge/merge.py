# SPDX-License-Identifier: GPL-2.0-or-later
"""Several candidate layers, an existing inventory and what was rejected become one; a
human's outline always stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ...watch import Watch, unwatched
from ..morphometry.morphometry import Morphometry
from ..review.outlines import rounding
from .closed import overruled
from .combine import identifier_of
from .conflicts import mark_overlaps, ranked
from .corrected import as_drawn
from .machines import Machines
from .merged import Merged
from .outline import MatchOutline, canonical
from .people import settle_people
from .refusals import Refusals
from .resolve import Resolved, resolve
from .reviewers import with_reviewers
from .rules import MatchRules


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
    ordered = _identified(with_reviewers(canonical(candidates)), digits)
    resolved = resolve(ordered, existing, rules, morphometry, watch)
    merged = _decided(resolved, rules)
    refusals = _refusals(resolved, rules, watch)
    refused_now = _refuse(merged, resolved, refusals, rejected)
    places = [
        i
        for i, outline in enumerate(resolved.existing)
        if not outline.rejected and i not in resolved.removed
    ]
    accepted = [resolved.existing[i] for i in places]
    taken = {name for o in existing for name in (o.name, o.values.get("ls_id"))}

    def named(outline: MatchOutline) -> MatchOutline:
        return _identified([outline], digits, taken)[0]

    exact = rounding(digits)
    people = _people(merged, resolved, accepted, places, rules, exact, named, watch)
    standing = accepted + people
    recorded = _with_records(merged, accepted, places) + people
    rejected_before = [o for o in existing if o.rejected]
    merged.conflicts += refusals.contradicted(refusals.outlines, recorded)
    merged.conflicts += refusals.contradicted(rejected_before, people)
    no_landslides = [o for o in ordered if o.rejected] + rejected_before + refused_now
    refused = canonical([*rejected, *no_landslides, *resolved.rejected])
    machines = Machines(merged, standing, refused, places, rules, watch)
    by_machines = machines.settle(resolved.undecided, morphometry, named)
    merged.outlines = as_drawn(people, morphometry) + by_machines
    mark_overlaps(merged.outlines, merged.conflicts, watch)
    merged.conflicts = ranked(merged.conflicts)
    return merged


def _decided(resolved: Resolved, rules: MatchRules) -> Merged:
    """What a person decided of earlier conflicts, before anything else is settled."""
    merged = Merged(removed=resolved.removed, decisions=resolved.decisions)
    for place, row in resolved.replaced.items():
        merged.replaced[place] = resolved.existing[place]
        merged.additions[place] = row
    merged.counts["duplicates"] = len(resolved.closed)
    merged.overruled = overruled(resolved.closed, resolved.rejected, rules)
    merged.resolved = resolved.counts
    return merged


def _people(
    merged: Merged,
    resolved: Resolved,
    accepted: list[MatchOutline],
    places: list[int],
    rules: MatchRules,
    exact: float,
    named: Callable[[MatchOutline], MatchOutline],
    watch: Watch,
) -> list[MatchOutline]:
    """What people stand for beside the `accepted` existing outlines, at `places`."""
    drawn = [o for o in resolved.undecided if o.human and not o.rejected]
    people = settle_people(drawn, accepted, rules, exact, named, watch)
    merged.conflicts += people.conflicts
    merged.counts.update(people.counts)
    for change in people.changes:
        merged.note(change, places, rules)
    for place, values in people.additions.items():
        merged.additions.setdefault(places[place], {}).update(values)
    return people.accepted + list(map(named, resolved.added))


def _refusals(resolved: Resolved, rules: MatchRules, watch: Watch) -> Refusals:
    """What people reject, beside all else that is given."""
    given = [*resolved.undecided, *resolved.closed]
    others = [o for o in given if not o.rejected]
    undecided = [o for o in resolved.undecided if o.rejected]
    return Refusals(undecided, others, rules, watch)


def _refuse(
    merged: Merged,
    resolved: Resolved,
    refusals: Refusals,
    rejected: Sequence[MatchOutline],
) -> list[MatchOutline]:
    """The existing outlines that are rejected now: they waited for it."""
    merged.counts["refused"] = len(refusals.outlines)
    existing = {
        place: outline
        for place, outline in enumerate(resolved.existing)
        if place not in resolved.removed
    }
    rows = refusals.taken_over(existing, rejected)
    for place, row in rows.items():
        merged.additions[place] = row
        resolved.existing[place] = existing[place].with_values(row)
    return [resolved.existing[place] for place in rows]


def _with_records(
    merged: Merged, accepted: list[MatchOutline], places: list[int]
) -> list[MatchOutline]:
    """The `accepted` existing outlines with what they take over in this merge."""
    return [
        outline.with_values(merged.additions.get(place, {}))
        for place, outline in zip(places, accepted)
    ]


def _identified(
    outlines: list[MatchOutline], digits: int, identifiers: set[str] | None = None
) -> list[MatchOutline]:
    """With identifiers, that nothing else has where those that are given away are known."""
    with_names = []
    for outline in outlines:
        given = set() if identifiers is None else identifiers
        name = identifier_of(outline, digits, given)
        with_names.append(replace(outline.with_values({"ls_id": name}), name=name))
    return with_names
