# SPDX-License-Identifier: GPL-2.0-or-later
"""The life of an inventory by lot: two reviewers of what stands and of what was found,
conflicts, decisions, and all of it given again.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from shapely.affinity import translate
from shapely.geometry import box

from models.inventory.merge.merge import merge
from models.inventory.merge.outline import read_outline
from models.inventory.merge.record import same_record
from models.inventory.merge.rules import MatchRules

RULES = MatchRules()
EXISTING = -2
CONFLICTS = 9
SITES = 12  # places, far from each other
WORDS = ("keep", "reject", "")
STATUSES = ("confirmed", "modified", "rejected", "field_check", "candidate")
COUNTS = (
    *("duplicates", "contested", "pieces", "suppressed", "new", "known"),
    *("modified", "split", "merged", "refused"),
)


def place(site):
    return box(500000 + 2000 * site, 3000000, 500100 + 2000 * site, 3000100)


def stands(rng):
    """What the inventory has, of every state."""
    rows = []
    for site in range(SITES):
        status = rng.choice([*STATUSES, "none"])
        values = {"ls_id": f"s{site}", "method": "auto", "p_mean": 0.6}
        if status != "none":
            values["status"] = str(status)
        if rng.random() < 0.7:
            rows.append((place(site).wkb, values))
    return rows


def review(rng, who):
    """What a person says of each place, and draws there."""
    rows = []
    for site in range(SITES):
        shape = place(site)
        status = str(rng.choice(STATUSES))
        if status == "modified":
            shape = shape.buffer(float(rng.choice([-8, 6])), join_style=2)
        elif rng.random() < 0.3:
            shape = translate(shape, 15, 5)
        values = {"ls_id": f"s{site}", "method": "auto", "p_mean": 0.6, "status": status}
        if status != "candidate":
            values.update(reviewer=who, rev_date=f"2026-0{rng.integers(1, 9)}-01")
        if rng.random() < 0.5 and status != "rejected":
            values["movement"] = str(rng.choice(["flow", "fall"]))
        rows.append((shape.wkb, values))
        if rng.random() < 0.2:  # a younger one within it
            inner = box(*place(site).bounds[:2], *place(site).centroid.coords[0])
            values = {"method": "manual", "status": "confirmed", "reviewer": who}
            rows.append((inner.wkb, values))
    return rows


def outlines(rows, layer):
    return [read_outline(data, values, layer) for data, values in rows]


def merged_with(layers, existing, morphometry):
    candidates = [o for number, rows in layers for o in outlines(rows, number)]
    merged = merge(candidates, outlines(existing, EXISTING), [], RULES, morphometry)
    accounted = sum(merged.counts[name] for name in COUNTS) - merged.counts["united"]
    assert accounted + sum(merged.resolved.values()) == len(candidates)
    return merged


def inventory_of(merged, existing):
    rows = []
    for number in merged.places(len(existing), True):
        data, values = existing[number]
        shown = merged.replaced.get(number)
        added = merged.additions.get(number, {})
        rows.append((shown.wkb if shown else data, {**values, **added}))
    rows += [(o.wkb, dict(o.values)) for o in merged.outlines]
    names = Counter(values["ls_id"] for _, values in rows)
    assert set(names.values()) <= {1}
    return rows


def conflicts_of(conflicts):
    return [(c.outline.wkb, dict(c.values)) for c in conflicts]


def said(merged, existing):
    """Inventory and conflicts, whatever the order of the layers."""
    rows = inventory_of(merged, existing) + conflicts_of(merged.conflicts)
    texts = [(data, sorted((k, str(v)) for k, v in row.items())) for data, row in rows]
    return sorted(texts)


def decide(conflicts, rng):
    """Of all with one outline the same, as long as nothing takes its place."""
    names = Counter(values["with_ids"] for _, values in conflicts)
    words = {name: str(rng.choice(WORDS)) for name in names}
    for _, values in conflicts:
        values["resolve"] = words[values["with_ids"]]
        alone = names[values["with_ids"]] == 1 and values["status"] != "rejected"
        if alone and rng.random() < 0.3:
            values["resolve"] = "replace"


def asked_again(decided, merged):
    """Conflicts of a merge of which somebody had decided."""
    return [
        values
        for data, values in conflicts_of(merged.conflicts)
        for own, decision in decided
        if decision["resolve"] and own == data and same_record(decision, values)
    ]


def state(rows):
    return sorted((data, row["ls_id"], str(row.get("status"))) for data, row in rows)


@pytest.mark.parametrize("seed", range(6))
def test_nothing_that_a_person_decided_is_lost_undone_or_asked_twice(morphometry, seed):
    rng = np.random.default_rng(seed)
    existing = stands(rng)
    anna, li = review(rng, "Anna"), review(rng, "Li")
    layers = [(0, anna), (1, li)]
    first = merged_with(layers, existing, morphometry)
    turned = [(0, li[::-1]), (1, anna[::-1])]
    assert said(first, existing) == said(
        merged_with(turned, existing, morphometry), existing
    )
    inventory = inventory_of(first, existing)
    decided = conflicts_of(first.conflicts)
    decide(decided, rng)
    second = merged_with([*layers, (CONFLICTS, decided)], inventory, morphometry)
    assert not asked_again(decided, second)
    rows = inventory_of(second, inventory)
    kept = conflicts_of(second.decisions)
    waiting = [*kept, *conflicts_of(second.conflicts)]
    for given in ([], layers):
        third = merged_with([*given, (CONFLICTS, waiting)], rows, morphometry)
        assert state(inventory_of(third, rows)) == state(rows)
        assert not asked_again(kept, third)
        if not given:
            assert len(third.conflicts) == len(second.conflicts)
