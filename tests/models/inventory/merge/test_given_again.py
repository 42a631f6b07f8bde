# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person decided of a conflict holds where the layers that it came from are given
again beside it, and nobody is asked twice.
"""

from __future__ import annotations

import pytest
from merged_outlines import (
    CONFLICTS,
    EXISTING,
    REDRAWN,
    SLIDE,
    given_again,
    outline,
)
from shapely import wkb
from shapely.affinity import translate
from shapely.geometry import box

from models.inventory.merge.merge import merge
from models.inventory.merge.outline import read_outline
from models.inventory.merge.rules import MatchRules

RULES = MatchRules()


def inventory_of(merged, existing):
    """The rows that a merge leaves."""
    rows = []
    for place in merged.places(len(existing), True):
        shown = merged.replaced.get(place, existing[place])
        values = {**existing[place].values, **merged.additions.get(place, {})}
        rows.append(read_outline(shown.wkb, values, EXISTING))
    return rows + [read_outline(o.wkb, o.values, EXISTING) for o in merged.outlines]


@pytest.mark.parametrize("of_first", [True, False], ids=["first merge", "same inventory"])
@pytest.mark.parametrize(
    ("word", "shapes"),
    [
        ("keep", [SLIDE]),
        ("replace", [REDRAWN]),
        ("add", [SLIDE, REDRAWN]),
        ("reject", [SLIDE]),
    ],
)
def test_a_decision_of_a_persons_outline_holds(morphometry, word, shapes, of_first):
    """It was asked for once more, whatever had been decided."""
    old = [outline(SLIDE, EXISTING, "confirmed")]
    person = outline(REDRAWN, 0, "modified", reviewer="Li", movement="flow")
    first = merge([person], old, [], RULES, morphometry)
    assert [c.why for c in first.conflicts] == ["human"]
    inventory = inventory_of(first, old) if of_first else old
    decided = given_again(first.conflicts, word)
    second = merge([person, *decided], inventory, [], RULES, morphometry)
    assert not second.conflicts
    rows = inventory_of(second, inventory)
    assert [row.wkb for row in rows] == [wkb.dumps(shape) for shape in shapes]
    kept = given_again(second.decisions)
    third = merge([person, *kept], rows, [], RULES, morphometry)
    assert not third.conflicts and not third.outlines and not third.removed


@pytest.mark.parametrize(("word", "count"), [("keep", 1), ("reject", 0), ("replace", 0)])
@pytest.mark.parametrize("with_existing", [True, False])
def test_a_decision_of_a_rejection_holds(morphometry, word, count, with_existing):
    """What it had taken out of the inventory came back with the layer that it came from."""
    confirmed = outline(SLIDE, 0, "confirmed", reviewer="Anna")
    rejection = outline(SLIDE, 1, "rejected", reviewer="Li", rej_why="road")
    first = merge([confirmed, rejection], [], [], RULES, morphometry)
    assert [c.why for c in first.conflicts] == ["attributes"]
    inventory = inventory_of(first, []) if with_existing else []
    decided = given_again(first.conflicts, word)
    again = [confirmed, rejection, *decided]
    second = merge(again, inventory, [], RULES, morphometry)
    assert not second.conflicts
    assert len(inventory_of(second, inventory)) == count


def test_who_says_something_else_of_the_same_outline_is_asked(morphometry):
    """Another person, or the same one later: only what was decided of is closed."""
    old = [outline(SLIDE, EXISTING, "confirmed", movement="fall")]
    first = outline(SLIDE, 0, "confirmed", reviewer="Li", movement="flow")
    other = outline(SLIDE, 1, "confirmed", reviewer="Anna", movement="topple")
    merged = merge([first], old, [], RULES, morphometry)
    decided = given_again(merged.conflicts, "keep")
    again = merge([first, other, *decided], old, [], RULES, morphometry)
    assert [c.values["movement"] for c in again.conflicts] == ["topple"]


def test_a_rejection_on_decided_ground_is_not_lost(morphometry):
    """It was dropped with what machines found there."""
    old = [outline(SLIDE, EXISTING, "confirmed")]
    person = outline(REDRAWN, 0, "modified", reviewer="Li")
    merged = merge([person], old, [], RULES, morphometry)
    rejection = outline(SLIDE, 1, "rejected", reviewer="Anna", rej_why="road")
    decided = given_again(merged.conflicts, "keep")
    again = merge([rejection, *decided], old, [], RULES, morphometry)
    (conflict,) = again.conflicts
    assert (conflict.why, conflict.values["reviewer"]) == ("attributes", "Anna")


@pytest.mark.parametrize("settled", ["added", "rejected", "rejected before", None])
def test_what_lies_in_a_better_outline_is_asked_of_once(morphometry, settled):
    """Two runs of one image: the smaller one was a conflict in each merge, though a person
    had added it to the inventory, or rejected it.
    """
    large = outline(box(500000, 3000000, 500200, 3000200), 0, "candidate", p_mean=0.9)
    small = outline(translate(REDRAWN, 20, 20), 1, "candidate", ls_id="b", p_mean=0.6)
    runs = [large, small]
    first = merge(runs, [], [], RULES, morphometry)
    assert [(c.why, c.values["ls_id"]) for c in first.conflicts] == [("overlap", "b")]
    inventory, rejected, decided = inventory_of(first, []), [], []
    if settled == "added":
        inventory.append(outline(small.shape, EXISTING, "confirmed", ls_id="b"))
    elif settled == "rejected":
        decided = given_again(first.conflicts, "reject")
    elif settled == "rejected before":
        rejected = [outline(small.shape, -1, None, ls_id="b", p_mean=0.6)]
    again = merge([*runs, *decided], inventory, rejected, RULES, morphometry)
    assert len(again.conflicts) == (settled is None)
    counts = again.counts
    kinds = ("known", "suppressed", "contested")
    assert sum(counts[kind] for kind in kinds) == 2


def test_what_another_record_rejects_stays_away_with_all_its_records(morphometry):
    given = [
        outline(SLIDE, layer, "confirmed", reviewer=name, rev_date=date, movement=word)
        for layer, name, date, word in (
            (0, "Li", "2026-04-01", "fall"),
            (1, "Anna", "2026-03-01", "flow"),
        )
    ]
    first = merge(given, [], [], RULES, morphometry)
    assert [c.values["reviewer"] for c in first.conflicts] == ["Anna"]
    inventory = inventory_of(first, [])
    again = [*given, *given_again(first.conflicts, "reject")]
    second = merge(again, inventory, [], RULES, morphometry)
    assert not inventory_of(second, inventory) and not second.conflicts


def test_a_conflict_that_nobody_has_decided_yet_is_still_one(morphometry):
    """One confirmed what a machine drew, the other drew it otherwise."""
    given = [
        outline(SLIDE, 0, "confirmed", reviewer="Li", rev_date="2026-03-01"),
        outline(REDRAWN, 1, "modified", reviewer="Anna", rev_date="2026-04-01"),
    ]
    first = merge(given, [], [], RULES, morphometry)
    assert [c.values["reviewer"] for c in first.conflicts] == ["Li"]
    again = given_again(first.conflicts, " ")
    second = merge(again, inventory_of(first, []), [], RULES, morphometry)
    assert [c.why for c in second.conflicts] == ["human"] and not second.additions


@pytest.mark.parametrize("with_layers", [True, False])
@pytest.mark.parametrize("of_first", [True, False])
def test_conflicts_of_several_people_in_one_layer_wait_apart(
    morphometry, of_first, with_layers
):
    """The layer of conflicts is nobody's own: a rejection beside somebody's outline was
    taken for that of a person who had drawn it better, and was gone.
    """
    old = [outline(SLIDE, EXISTING, "confirmed")]
    redrawn = outline(REDRAWN, 0, "modified", reviewer="Anna")
    rejection = outline(SLIDE, 1, "rejected", reviewer="Li", rej_why="road")
    first = merge([redrawn, rejection], old, [], RULES, morphometry)
    assert sorted(c.why for c in first.conflicts) == ["attributes", "human"]
    waiting = given_again(first.conflicts, " ")
    inventory = inventory_of(first, old) if of_first else old
    given = [*waiting, *[redrawn, rejection] * with_layers]
    again = merge(given, inventory, [], RULES, morphometry)
    assert sorted(c.why for c in again.conflicts) == ["attributes", "human"]
    assert not again.outlines and not again.additions


def test_a_rejection_does_not_take_out_what_took_the_place(morphometry):
    """Of two decisions one replaces the outline, the other rejects it: the next merge took
    the new one out of the inventory.
    """
    old = [outline(SLIDE, EXISTING, "confirmed")]
    redrawn = outline(REDRAWN, 0, "modified", reviewer="Anna")
    rejection = outline(SLIDE, 1, "rejected", reviewer="Li", rej_why="road")
    first = merge([redrawn, rejection], old, [], RULES, morphometry)
    words = {"human": "replace", "attributes": "reject"}
    decided = [
        row
        for conflict in first.conflicts
        for row in given_again([conflict], words[conflict.why])
    ]
    second = merge(decided, old, [], RULES, morphometry)
    rows = inventory_of(second, old)
    assert [row.wkb for row in rows] == [wkb.dumps(REDRAWN)]
    assert [c.values["reviewer"] for c in second.conflicts] == ["Li"]
    waiting = [*second.decisions, *second.conflicts]
    third = merge(given_again(waiting), rows, [], RULES, morphometry)
    assert not third.removed and len(third.conflicts) == 1


def test_who_has_recorded_more_of_what_is_added_is_heard(morphometry):
    """The outline of the conflict stands in the inventory, and stays there."""
    old = [outline(SLIDE, EXISTING, "confirmed"), outline(REDRAWN, EXISTING, "candidate")]
    old[1].values["ls_id"] = "b"
    values = {"conflict": "overlap", "with_ids": "a", "resolve": "add", "ls_id": "b"}
    conflict = outline(REDRAWN, CONFLICTS, "candidate", **values)
    person = outline(REDRAWN, 0, "confirmed", ls_id="b", movement="flow")
    merged = merge([conflict, person], old, [], RULES, morphometry)
    row = merged.additions[1]
    assert (row["status"], row["movement"]) == ("confirmed", "flow")
    assert not merged.outlines and not merged.conflicts


@pytest.mark.parametrize("status", ["confirmed", "rejected"])
def test_what_another_says_of_an_outline_that_is_replaced_is_heard(morphometry, status):
    """It was dropped with the outline, and counted as a duplicate."""
    old = [outline(SLIDE, EXISTING, "confirmed")]
    redrawn = outline(REDRAWN, 0, "modified", reviewer="Anna", movement="fall")
    first = merge([redrawn], old, [], RULES, morphometry)
    decided = given_again(first.conflicts, "replace")
    other = outline(SLIDE, 1, status, reviewer="Li", movement="flow", material="rock")
    second = merge([redrawn, other, *decided], old, [], RULES, morphometry)
    assert [(c.why, c.values["reviewer"]) for c in second.conflicts] == [
        ("attributes", "Li")
    ]
    assert not second.outlines


EAST = box(500100, 3000000, 500180, 3000100)  # goes on from SLIDE in the next sheet


def first_of_two_sheets(morphometry, *old):
    """The pieces that two sheets show of one slide, and the merge of them."""
    pieces = [
        outline(SLIDE, 0, None, ls_id="w", sheet="west", edge=1),
        outline(EAST, 1, None, ls_id="e", sheet="east", edge=1),
    ]
    return pieces, merge(pieces, old, [], RULES, morphometry)


@pytest.mark.parametrize("with_sheets", [True, False])
@pytest.mark.parametrize("status", [None, "confirmed"])
def test_what_goes_beyond_a_known_slide_waits_for_a_decision(
    morphometry, with_sheets, status
):
    """It was known as a whole in the next merge, and its eastern half nowhere."""
    old = outline(SLIDE, EXISTING, "confirmed", ls_id="old")
    pieces, first = first_of_two_sheets(morphometry, old)
    waiting = [o.with_values({"status": status}) for o in given_again(first.conflicts)]
    given = waiting + (pieces if with_sheets and not status else [])
    second = merge(given, [old], [], RULES, morphometry)
    assert [c.why for c in first.conflicts + second.conflicts] == ["modified"] * 2
    drawn_so = outline(SLIDE.union(EAST), EXISTING, "confirmed", ls_id="old")
    third = merge(given_again(second.conflicts), [drawn_so], [], RULES, morphometry)
    assert third.counts["known"] == 1 and not third.conflicts


@pytest.mark.parametrize("word", ["keep", "replace", "add", "reject"])
def test_a_decision_holds_for_the_pieces_of_the_outline(morphometry, word):
    """After keep the eastern piece was new beside what should stay as it is."""
    old = outline(SLIDE, EXISTING, "confirmed", ls_id="old")
    pieces, first = first_of_two_sheets(morphometry, old)
    decided = given_again(first.conflicts, word)
    second = merge(pieces + decided, [old], [], RULES, morphometry)
    assert not second.conflicts
    rows = inventory_of(second, [old])
    assert len(rows) == (2 if word == "add" else 1)
    kept = given_again(second.decisions)
    third = merge(pieces + kept, rows, [], RULES, morphometry)
    assert not third.conflicts and not third.outlines
