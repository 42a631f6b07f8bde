# SPDX-License-Identifier: GPL-2.0-or-later
"""Reviews as people deliver them: those of several in one layer, outlines redrawn without
a word of it, days and coordinates as other programs write them. Every decision is heard.
"""

from __future__ import annotations

import pytest
from merged_outlines import EXISTING, REDRAWN, SLIDE, given_again, outline
from shapely.affinity import translate
from shapely.geometry import box

from models.inventory.merge.merge import merge
from models.inventory.merge.outline import read_outline
from models.inventory.merge.reviewers import with_reviewers
from models.inventory.merge.rules import MatchRules

ELSEWHERE = translate(SLIDE, 1000)
ROUNDED = translate(SLIDE, 0.004, -0.003)
PART = box(500000, 3000000, 500100, 3000060)
RULES = MatchRules()
REJECTED = -1


def said(merged):
    """What is in conflict, and who says so."""
    return [(c.why, c.values.get("reviewer")) for c in merged.conflicts]


def both_confirm():
    """A slide of which two people decided in one layer, by which it is one of several."""
    return [
        outline(ELSEWHERE, 0, "confirmed", ls_id="b", reviewer=name)
        for name in ("Anna", "Li")
    ]


@pytest.mark.parametrize("names", [("Anna", "Li"), ("user", "user"), (None, None)])
@pytest.mark.parametrize("waiting", [True, False])
def test_of_two_reviews_in_one_layer_none_is_lost(morphometry, names, waiting):
    """The rejection was, as that of somebody who has a better outline there."""
    anna, li = names
    given = [
        outline(SLIDE, 0, "confirmed", reviewer=anna),
        outline(SLIDE, 0, "rejected", reviewer=li, rej_why="road"),
    ]
    existing = [outline(SLIDE, EXISTING, "candidate")] if waiting else []
    merged = merge(given, existing, [], RULES, morphometry)
    assert said(merged) == [("attributes", li)]
    rows = [*merged.additions.values(), *(o.values for o in merged.outlines)]
    assert [row["status"] for row in rows] == ["confirmed"]


@pytest.mark.parametrize("other", ["Li  Wei ", "li wei", "ＬＩ\u3000ＷＥＩ", "李伟"])
def test_one_name_that_is_written_otherwise_is_one_person(other):
    """Blanks, capitals, full-width letters; each spelling was a person of its own."""
    given = [
        outline(SLIDE, 0, status, reviewer=name)
        for status, name in (("confirmed", "Li Wei"), ("rejected", other))
    ]
    names = {one.reviewer for one in with_reviewers(given)}
    assert len(names) == (2 if other == "李伟" else 1)


def test_what_two_reviewers_in_one_layer_confirm_is_there_once(morphometry):
    merged = merge(both_confirm(), [], [], RULES, morphometry)
    assert len(merged.outlines) == 1 and merged.counts["duplicates"] == 1


def test_one_redraws_what_the_other_has_in_the_same_layer(morphometry):
    """Both outlines came into the inventory, and a rejection of it was gone."""
    redrawn = outline(REDRAWN, 0, "modified", reviewer="Li", rev_date="2026-03-01")
    for status, why in (("confirmed", "human"), ("rejected", "attributes")):
        anna = outline(SLIDE, 0, status, reviewer="Anna")
        merged = merge([*both_confirm(), redrawn, anna], [], [], RULES, morphometry)
        assert said(merged) == [(why, "Anna")]
        assert [o.values["ls_id"] for o in merged.outlines] == ["b", "a"][::-1]


def test_a_review_that_several_went_on_with_is_one(morphometry):
    """Nobody decided what another had decided: the younger slide stands in the older."""
    given = [
        outline(SLIDE, 0, "confirmed", reviewer="Anna"),
        outline(REDRAWN, 0, "confirmed", ls_id=None, method="manual", reviewer="Li"),
    ]
    merged = merge(given, [], [], RULES, morphometry)
    assert len(merged.outlines) == 2 and not merged.conflicts


def test_a_copy_that_one_reviewer_cleans_away_is_no_second_review(morphometry):
    """What two detections have in one layer has two identifiers."""
    kept = outline(SLIDE, 0, "confirmed", reviewer="Anna")
    copy = outline(SLIDE, 0, "rejected", ls_id="c", reviewer="Anna", rej_why="other")
    assert not merge([kept, copy], [], [], RULES, morphometry).conflicts
    copies = [
        outline(ELSEWHERE, 0, "confirmed", ls_id=name, reviewer=name)
        for name in ("b", "d")
    ]
    within = outline(PART, 0, "confirmed", ls_id=None, method="manual", reviewer="Li")
    merged = merge([kept, within, *copies], [], [], RULES, morphometry)
    assert not merged.conflicts and len(merged.outlines) == 4
    waiting = [outline(SLIDE, EXISTING, "candidate")]
    left = outline(SLIDE, 0, "candidate")
    assert not merge([left, copy], waiting, [], RULES, morphometry).additions


def test_what_one_left_open_another_rejects_in_the_same_layer(morphometry):
    waiting = [outline(SLIDE, EXISTING, "candidate")]
    given = [outline(SLIDE, 0, "candidate"), outline(SLIDE, 0, "rejected")]
    merged = merge(given, waiting, [], RULES, morphometry)
    assert merged.additions[0]["status"] == "rejected"


@pytest.mark.parametrize("part_waits", [True, False])
def test_what_was_rejected_before_is_so_beside_a_landslide_on_it(morphometry, part_waits):
    """It waits; somebody confirmed a part of it. The whole was confirmed with it, or
    waited on.
    """
    existing = [outline(SLIDE, EXISTING, "candidate")]
    if part_waits:
        existing.append(outline(PART, EXISTING, "candidate", ls_id="b"))
    confirmed = outline(PART, 0, "confirmed", ls_id="b", reviewer="Anna")
    before = outline(SLIDE, REJECTED, None, rej_why="road")
    merged = merge([confirmed], existing, [before], RULES, morphometry)
    assert merged.additions[0]["status"] == "rejected"
    rows = [*merged.additions.values(), *(o.values for o in merged.outlines)]
    assert [row["status"] for row in rows] == ["rejected", "confirmed"]
    again = outline(SLIDE, 0, "confirmed")  # who has the very outline has the last word
    merged = merge([again], existing[:1], [before], RULES, morphometry)
    assert merged.additions[0]["status"] == "confirmed"


def test_an_outline_that_was_redrawn_and_only_confirmed_is_not_dropped(morphometry):
    """As 'Apply review' sees it by the outline before; the machine's was confirmed in its
    place.
    """
    waiting = [outline(SLIDE, EXISTING, "candidate")]
    redrawn = outline(REDRAWN, 0, "confirmed", reviewer="Li")
    merged = merge([redrawn], waiting, [], RULES, morphometry)
    assert said(merged) == [("human", "Li")] and not merged.additions
    other = outline(REDRAWN, 0, "confirmed", ls_id="b", reviewer="Li")
    merged = merge([other], waiting, [], RULES, morphometry)  # of another run
    assert merged.additions[0]["status"] == "confirmed" and not merged.conflicts
    old = [outline(SLIDE, EXISTING, "modified", method="auto_edit")]
    untouched = outline(REDRAWN, 0, "confirmed", reviewer="Li")
    assert not merge([untouched], old, [], RULES, morphometry).conflicts


@pytest.mark.parametrize("shape, name", [(ROUNDED, "b"), (ROUNDED, "a"), (REDRAWN, "a")])
def test_who_decided_of_the_outline_itself_is_heard_before_an_old_rejection(
    morphometry, shape, name
):
    """As GeoJSON rounds it, or redrawn: the candidate was rejected by what was so before."""
    waiting = [outline(SLIDE, EXISTING, "candidate")]
    before = outline(SLIDE, REJECTED, None, rej_why="road")
    confirmed = outline(shape, 0, "confirmed", ls_id=name, reviewer="Anna")
    merged = merge([confirmed], waiting, [before], RULES, morphometry)
    if shape is REDRAWN:
        assert said(merged) == [("human", "Anna")] and not merged.additions
    else:
        assert merged.additions[0]["status"] == "confirmed"
    assert not merged.outlines


@pytest.mark.parametrize("existing", [True, False])
def test_digits_that_a_format_rounds_are_no_other_outline(morphometry, existing):
    """A centimetre, as in GeoJSON: all that two people had confirmed was in conflict."""
    mine = outline(SLIDE, EXISTING if existing else 0, "modified")
    theirs = outline(ROUNDED, 1, "modified", movement="flow")
    given = [[theirs], [mine]] if existing else [[mine, theirs], []]
    merged = merge(*given, [], RULES, morphometry)
    assert not merged.conflicts
    rows = [*merged.additions.values(), *(o.values for o in merged.outlines)]
    assert rows[0]["movement"] == "flow"


@pytest.mark.parametrize("existing", [True, False])
def test_one_vertex_of_a_large_slide_is_another_outline(morphometry, existing):
    """A centimetre all along its bounds are more m2 than the vertex moved."""
    large = box(500000, 3000000, 502000, 3002000)
    moved = large.difference(box(501990, 3001996, 502000, 3002000))
    given = [outline(moved, 1, "modified", reviewer="Li", rev_date="2026-03-01")]
    old = outline(large, EXISTING if existing else 0, "modified", rev_date="2026-04-01")
    given, old = (given, [old]) if existing else ([*given, old], [])
    assert said(merge(given, old, [], RULES, morphometry)) == [("human", "Li")]


@pytest.mark.parametrize(
    "written",
    [
        "2026/03/01",
        "2026/3/1",
        "2026年3月1日",
        "20260301",
        "2026-03",
        "2026-03-01T10:00:00",
    ],
)
def test_the_later_of_two_reviews_whatever_stands_between_its_numbers(
    morphometry, written
):
    early = outline(SLIDE, 0, "confirmed", reviewer="Anna", rev_date=written)
    late = outline(SLIDE, 1, "field_check", reviewer="Li", rev_date="2026-06-01")
    (stands,) = merge([early, late], [], [], RULES, morphometry).outlines
    assert (stands.values["status"], stands.values["reviewer"]) == ("field_check", "Li")
    waiting = [outline(SLIDE, EXISTING, "candidate")]
    rejections = [
        outline(SLIDE, 0, "rejected", rej_why="road", rev_date=written),
        outline(SLIDE, 1, "rejected", rej_why="field", rev_date="2026-06-01"),
    ]
    merged = merge(rejections, waiting, [], RULES, morphometry)
    assert merged.additions[0]["rej_why"] == "field"


@pytest.mark.parametrize("status", ["confirmed", "modified", None])
def test_a_later_doubt_reaches_what_the_inventory_has_as_a_landslide(morphometry, status):
    """It was lost; where the inventory states no status, its polygon counted as confirmed
    by whoever doubted.
    """
    doubt = outline(SLIDE, 0, "field_check", reviewer="Li", rev_date="2026-06-01")
    stated = {"reviewer": "Anna", "rev_date": "2026-03-01"} if status else {}
    old = [outline(SLIDE, EXISTING, status, **stated)]
    row = merge([doubt], old, [], RULES, morphometry).additions[0]
    assert (row["status"], row["reviewer"]) == ("field_check", "Li")
    if status:
        later = [outline(SLIDE, EXISTING, status, rev_date="2026-07-01")]
        merged = merge([doubt], later, [], RULES, morphometry)
        assert "status" not in merged.additions.get(0, {})


def test_the_confidence_that_a_person_gave_goes_with_the_decision(morphometry):
    """The machine's stayed."""
    waiting = [outline(SLIDE, EXISTING, "candidate", usgs_conf=2)]
    given = [outline(SLIDE, 0, "confirmed", usgs_conf=8)]
    row = merge(given, waiting, [], RULES, morphometry).additions[0]
    assert (row["status"], row["usgs_conf"]) == ("confirmed", 8)
    given += [outline(SLIDE, 1, "confirmed", usgs_conf=2, rev_date="2026-06-01")]
    (stands,) = merge(given, [], [], RULES, morphometry).outlines
    assert stands.values["usgs_conf"] == 8
    given += [outline(SLIDE, 2, "confirmed", usgs_conf=5)]
    assert len(merge(given, [], [], RULES, morphometry).conflicts) == 1


def test_what_lost_its_place_is_not_asked_of_a_third_time(morphometry):
    anna = outline(SLIDE, 0, "modified", reviewer="Anna", rev_date="2026-05-01")
    li = outline(REDRAWN, 1, "modified", reviewer="Li", rev_date="2026-04-01")
    first = merge([anna, li], [], [], RULES, morphometry)
    assert said(first) == [("human", "Li")]
    standing = [read_outline(o.wkb, o.values, EXISTING) for o in first.outlines]
    decided = given_again(first.conflicts, "replace")
    second = merge([anna, li, *decided], standing, [], RULES, morphometry)
    assert not second.conflicts
    (row,) = second.replaced.values()
    replaced = [read_outline(row.wkb, {**row.values}, EXISTING)]
    again = [anna, li, *given_again(second.decisions)]
    third = merge(again, replaced, [], RULES, morphometry)
    assert not third.conflicts and not third.outlines and not third.removed


def test_who_confirms_what_was_decided_to_be_none_is_named(morphometry):
    """It counted as a duplicate, and nobody was told."""
    confirmed = outline(SLIDE, 0, "confirmed", reviewer="Anna")
    rejection = outline(SLIDE, 1, "rejected", reviewer="Li", rej_why="road")
    first = merge([confirmed, rejection], [], [], RULES, morphometry)
    decided = given_again(first.conflicts, "reject")
    late = outline(SLIDE, 2, "confirmed", reviewer="Wei", rev_date="2026-12-01")
    merged = merge([late, *decided], [], [], RULES, morphometry)
    assert not merged.outlines
    assert [o.values["reviewer"] for o in merged.overruled] == ["Wei"]
