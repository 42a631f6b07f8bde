# SPDX-License-Identifier: GPL-2.0-or-later
"""Two people looked at the same candidates: where they say different things of one, that
is a conflict, whoever's layer comes first, and nothing of either is lost.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from shapely import wkb
from shapely.geometry import box

from models.inventory.merge.merge import merge
from models.inventory.merge.outline import read_outline
from models.inventory.merge.rules import MatchRules

SLIDE = box(500000, 3000000, 500100, 3000100)
RULES = MatchRules()
EXISTING = -2


def reviewed(status, layer, shape=SLIDE, **values):
    values = {"ls_id": "a", "method": "auto", "p_mean": 0.7, "status": status, **values}
    return read_outline(wkb.dumps(shape), values, layer)


@pytest.mark.parametrize("rejected_first", [True, False])
@pytest.mark.parametrize("standing", ["confirmed", "modified"])
def test_one_confirms_what_the_other_rejects(morphometry, standing, rejected_first):
    layers = (0, 1) if rejected_first else (1, 0)
    anna = reviewed(standing, layers[0], reviewer="Anna")
    li = reviewed("rejected", layers[1], reviewer="Li", rej_why="road")
    given = [li, anna] if rejected_first else [anna, li]
    merged = merge(given, [], [], RULES, morphometry)
    assert [outline.values["status"] for outline in merged.outlines] == [standing]
    (conflict,) = merged.conflicts
    said = [conflict.values[name] for name in ("conflict", "with_ids", "rej_why")]
    assert said == ["attributes", "a", "road"]
    assert (merged.counts["new"], merged.counts["refused"]) == (1, 1)


@pytest.mark.parametrize("status", ["confirmed", None])
def test_what_an_inventory_has_is_rejected_in_a_review(morphometry, status):
    """An old inventory states no status; what waits for its review is none of it yet."""
    old = reviewed(status, EXISTING)
    merged = merge([reviewed("rejected", 0)], [old], [], RULES, morphometry)
    assert [c.why for c in merged.conflicts] == ["attributes"] and not merged.removed
    waiting = reviewed("candidate", EXISTING)
    assert not merge(
        [reviewed("rejected", 0)], [waiting], [], RULES, morphometry
    ).conflicts


def test_what_an_inventory_has_as_rejected_is_confirmed_in_a_review(morphometry):
    old = reviewed("rejected", EXISTING, rej_why="road")
    merged = merge([reviewed("confirmed", 0)], [old], [], RULES, morphometry)
    (conflict,) = merged.conflicts
    assert (conflict.why, conflict.ids) == ("attributes", [merged.outlines[0].name])
    assert conflict.values["rej_why"] == "road"


@pytest.mark.parametrize(
    "word, removed, left", [("keep", set(), 0), ("reject", {0}, 0), ("", set(), 1)]
)
def test_the_conflict_is_decided(morphometry, word, removed, left):
    """Reject takes what stands out of the inventory, though somebody redrew it."""
    redrawn = reviewed("modified", EXISTING, SLIDE.buffer(5), method="auto_edit")
    rejection = reviewed("rejected", 0)
    first = merge([rejection], [redrawn], [], RULES, morphometry)
    (conflict,) = first.conflicts
    again = read_outline(rejection.wkb, {**conflict.values, "resolve": word}, 0)
    second = merge([again], [redrawn], [], RULES, morphometry)
    assert second.removed == removed
    assert len(second.conflicts) == left and not second.outlines
    if word:  # and holds when it is given once more
        (decision,) = second.decisions
        kept = [] if removed else [redrawn]
        again = replace(again, values=decision.values)
        third = merge([again], kept, [], RULES, morphometry)
        assert not third.conflicts and not third.removed


def test_an_outline_redrawn_in_a_review_that_is_not_applied_is_not_dropped(morphometry):
    """Its method still says that the machine drew it."""
    old = reviewed("modified", EXISTING, SLIDE.buffer(5))
    merged = merge(
        [reviewed("modified", 0, SLIDE.buffer(-5))], [old], [], RULES, morphometry
    )
    assert [c.why for c in merged.conflicts] == ["human"] and not merged.counts["known"]


def test_new_says_nothing_of_an_earlier_inventory(morphometry):
    """What an earlier merge wrote of another inventory is none of this one."""
    earlier = {"inv_rel": "known", "inv_id": "13", "inv_iou": 0.6}
    merged = merge([reviewed("confirmed", 0, **earlier)], [], [], RULES, morphometry)
    (outline,) = merged.outlines
    assert [outline.values[name] for name in earlier] == ["new", None, None]


def test_who_rejects_an_outline_and_draws_a_better_one_contradicts_nobody(morphometry):
    """Before the review is applied the new outline has no sheet yet."""
    better = reviewed("confirmed", 0, SLIDE.buffer(-5), method="manual", ls_id=None)
    given = [reviewed("rejected", 0, sheet="s"), better]
    first = merge(given, [], [], RULES, morphometry)
    assert len(first.outlines) == 1 and not first.conflicts
    inventory = [read_outline(o.wkb, o.values, EXISTING) for o in first.outlines]
    assert not merge(given, inventory, [], RULES, morphometry).conflicts
    other = reviewed("rejected", 1, SLIDE.buffer(-2))
    (conflict,) = merge([*given, other], [], [], RULES, morphometry).conflicts
    assert conflict.outline.wkb == other.wkb


def test_a_contradiction_is_a_relation_of_this_merge(morphometry):
    """What is said of earlier inventories holds of none that is here."""
    earlier = {"inv_rel": "known", "inv_id": "13", "inv_iou": 0.6}
    old = reviewed("confirmed", EXISTING, ls_id="b")
    rejection = reviewed("rejected", 0, **earlier)
    drawn = [
        reviewed("confirmed", i, SLIDE.buffer(5 * i), method="manual", **earlier)
        for i in (1, 2)
    ]
    found = [
        reviewed("candidate", i, SLIDE.buffer(30 * i), p_mean=0.9 - 0.1 * i, **earlier)
        for i in (0, 1)
    ]
    why = []
    for given, existing in (([rejection], [old]), (drawn, []), (found, [])):
        (conflict,) = merge(given, existing, [], RULES, morphometry).conflicts
        assert conflict.values["inv_rel"] is None
        assert conflict.values["inv_id"] in (None, conflict.values["with_ids"])
        why.append(conflict.why)
    assert why == ["attributes", "human", "overlap"]


def decided(conflict, word):
    return read_outline(conflict.outline.wkb, {**conflict.values, "resolve": word}, 9)


def test_what_was_rejected_all_along_stays_in_the_inventory_as_rejected(morphometry):
    """Where what somebody confirmed on its ground is none, either."""
    old = reviewed("rejected", EXISTING, ls_id="b", rej_why="road")
    first = merge([reviewed("confirmed", 0)], [old], [], RULES, morphometry)
    inventory = [old, *(read_outline(o.wkb, o.values, EXISTING) for o in first.outlines)]
    (conflict,) = first.conflicts
    merged = merge([decided(conflict, "reject")], inventory, [], RULES, morphometry)
    assert merged.places(2, True) == [0]


@pytest.mark.parametrize("word, status", [("replace", None), ("add", "confirmed")])
def test_a_rejection_becomes_no_landslide_with_a_reason_to_reject_it(
    morphometry, word, status
):
    """What takes the place of a landslide is the rejection."""
    old = reviewed("confirmed", EXISTING, SLIDE.buffer(5), ls_id="b")
    rejection = reviewed("rejected", 0, rej_why="road")
    (conflict,) = merge([rejection], [old], [], RULES, morphometry).conflicts
    merged = merge([decided(conflict, word)], [old], [], RULES, morphometry)
    if status is None:
        assert merged.removed == {0} and not merged.replaced
        return
    (added,) = merged.outlines
    assert (added.values["status"], added.values["rej_why"]) == (status, None)


REFUSAL = {"reviewer": "Li", "rev_date": "2026-04-01", "rej_why": "road"}


@pytest.mark.parametrize("as_rejected_layer", [True, False])
def test_who_rejects_what_waits_in_the_inventory_is_heard(morphometry, as_rejected_layer):
    """It stayed a candidate there, and came into the next review."""
    old = reviewed("candidate", EXISTING, p_mean=0.7)
    rejection = reviewed("rejected", -1 if as_rejected_layer else 0, **REFUSAL)
    given = [[rejection], [old], []]
    if as_rejected_layer:
        given = [[], [old], [rejection]]
    merged = merge(*given, RULES, morphometry)
    assert merged.additions == {0: {"status": "rejected", **REFUSAL}}
    assert not merged.conflicts and merged.places(1, True) == [0]
    assert merged.ranks([old], [0]) == [None]
    surer = reviewed("candidate", EXISTING, p_mean=0.9)  # has come back since
    given[1] = [surer]
    assert not merge(*given, RULES, morphometry).additions


def test_of_two_rejections_the_later_one_is_written_down(morphometry):
    early = reviewed("rejected", 0, reviewer="Anna", rev_date="2026-03-01", remarks="x")
    old = reviewed("candidate", EXISTING, remarks="seen")
    late = reviewed("rejected", 1, **REFUSAL)
    for given in ([early, late], [late, early]):
        merged = merge(given, [old], [], RULES, morphometry)
        assert merged.additions == {0: {"status": "rejected", **REFUSAL}}


def test_what_waits_is_confirmed_by_one_and_rejected_by_the_other(morphometry):
    old = reviewed("candidate", EXISTING)
    given = [
        reviewed("confirmed", 0, reviewer="Anna"),
        reviewed("rejected", 1, **REFUSAL),
    ]
    merged = merge(given, [old], [], RULES, morphometry)
    assert merged.additions == {
        0: {"status": "confirmed", "reviewer": "Anna", "rev_date": None}
    }
    (conflict,) = merged.conflicts
    said = [conflict.values[name] for name in ("conflict", "with_ids", "reviewer")]
    assert said == ["attributes", "a", "Li"]


def test_what_waits_is_redrawn_by_one_and_rejected_by_the_other(morphometry):
    old = reviewed("candidate", EXISTING)
    redrawn = reviewed("modified", 0, SLIDE.buffer(-5), reviewer="Anna")
    given = [redrawn, reviewed("rejected", 1, **REFUSAL)]
    merged = merge(given, [old], [], RULES, morphometry)
    assert sorted((c.why, c.values["reviewer"]) for c in merged.conflicts) == [
        ("attributes", "Li"),
        ("human", "Anna"),
    ]
    assert not merged.additions


def test_who_rejects_what_waits_and_draws_a_better_one_has_it_in_the_inventory(
    morphometry,
):
    """It was in conflict with the candidate that its own layer rejects."""
    old = reviewed("candidate", EXISTING)
    better = reviewed("confirmed", 0, SLIDE.buffer(-5), method="manual", ls_id=None)
    given = [reviewed("rejected", 0, **REFUSAL), better]
    merged = merge(given, [old], [], RULES, morphometry)
    assert [o.wkb for o in merged.outlines] == [better.wkb]
    assert merged.additions[0]["status"] == "rejected" and not merged.conflicts


@pytest.mark.parametrize("dates", [("2026-03-01", "2026-03-02"), (None, None)])
def test_a_slide_within_an_older_one_that_both_have_is_no_conflict(morphometry, dates):
    """Each was later with one of the two."""
    inner = box(500000, 3000000, 500060, 3000100)
    given = [
        reviewed("confirmed", layer, shape, ls_id=name, rev_date=date)
        for layer, names in ((0, "ab"), (1, "ba"))
        for name, date in zip(names, dates)
        for shape in ([SLIDE if name == "a" else inner])
    ]
    for order in (given, given[::-1], given[1:] + given[:1]):
        merged = merge(order, [], [], RULES, morphometry)
        assert sorted(o.name for o in merged.outlines) == ["a", "b"]
        assert not merged.conflicts and merged.counts["duplicates"] == 2


def test_a_person_is_not_in_conflict_with_what_she_has_on_another_sheet(morphometry):
    inner = box(500000, 3000000, 500060, 3000100)
    given = [
        reviewed("confirmed", 0, sheet="s"),
        reviewed("confirmed", 0, inner, method="manual", ls_id=None),
    ]
    merged = merge(given, [], [], RULES, morphometry)
    assert len(merged.outlines) == 2 and not merged.conflicts


def test_who_sends_to_a_field_check_what_another_confirmed_before_is_heard(morphometry):
    given = [
        reviewed("field_check", 0, reviewer="Anna", rev_date="2026-06-01"),
        reviewed("confirmed", 1, reviewer="Li", rev_date="2026-03-01"),
    ]
    (outline,) = merge(given, [], [], RULES, morphometry).outlines
    row = [outline.values[name] for name in ("status", "reviewer")]
    assert row == ["field_check", "Anna"]


LOWER = box(500000, 3000000, 500100, 3000080)  # most of SLIDE


@pytest.mark.parametrize(
    "status, as_rejected_layer",
    [("confirmed", False), ("candidate", False), ("candidate", True), (None, True)],
)
def test_a_rejection_is_about_the_outline_that_it_overlaps_best(
    morphometry, status, as_rejected_layer
):
    """Of two that wait on one place, one was rejected, and so was the other: what the
    same person had confirmed, left open, or not been shown.
    """
    old = [reviewed("candidate", EXISTING), reviewed("candidate", EXISTING, LOWER)]
    old[1].values["ls_id"] = "b"
    given = [reviewed(status, 0)] if status else []
    rejected = [reviewed("rejected", -1 if as_rejected_layer else 0, LOWER, **REFUSAL)]
    layers = (given, rejected) if as_rejected_layer else ([*given, *rejected], [])
    for _ in range(2):  # and the second merge leaves it, too
        merged = merge(layers[0], old, layers[1], RULES, morphometry)
        assert not merged.outlines and not merged.conflicts
        for place, row in merged.additions.items():
            values = {**old[place].values, **row}
            old[place] = read_outline(old[place].wkb, values, EXISTING)
        stand = [outline.values["status"] for outline in old]
        assert stand == [status or "candidate", "rejected"]


@pytest.mark.parametrize("status", ["confirmed", "candidate"])
def test_who_rejects_a_part_rejects_not_what_the_same_layer_has_beside_it(
    morphometry, status
):
    """The part is not in the inventory."""
    given = [reviewed(status, 0), reviewed("rejected", 0, LOWER, ls_id="b", **REFUSAL)]
    old = [reviewed("candidate", EXISTING)]
    merged = merge(given, old, [], RULES, morphometry)
    row = merged.additions.get(0, {"status": "candidate"})
    assert row["status"] == status and not merged.outlines
