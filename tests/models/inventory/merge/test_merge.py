# SPDX-License-Identifier: GPL-2.0-or-later
"""Many layers to one inventory: each landslide once, whatever the order; what a person
drew stays byte for byte.
"""

from __future__ import annotations

import itertools

import pytest
from samples import wkt
from shapely import wkb
from shapely.affinity import scale, translate
from shapely.geometry import MultiPolygon, Point, Polygon, box

from models.errors import MrifeError
from models.geo.crs import Crs
from models.inventory.merge.edge_matching import cut_sides, gap_between
from models.inventory.merge.merge import merge
from models.inventory.merge.outline import read_outline
from models.inventory.merge.record import additions
from models.inventory.merge.rules import MatchRules

X, Y = 500000.0, 3000000.0
SLIDE = Polygon(
    [
        (X - 130, Y - 41),
        (X - 20, Y - 160),
        (X + 90, Y - 75),
        (X + 155, Y + 60),
        (X + 35, Y + 148),
        (X - 66, Y + 95),
    ]
)  # across four sheets that meet at X, Y


def layer(shapes, number, **values):
    """Outlines of one layer as they come from detection; values may be lists, one an
    outline.
    """
    wkbs = [wkb.dumps(shape) for shape in shapes]
    each = [
        {
            "p_mean": 0.7,
            "method": "auto",
            "status": "candidate",
            **{
                name: value[i] if isinstance(value, list) else value
                for name, value in values.items()
            },
        }
        for i in range(len(shapes))
    ]
    return [
        read_outline(data, value, number, side)
        for data, value, side in zip(wkbs, each, cut_sides(wkbs, each))
    ]


def existing(*shapes, **values):
    return [
        read_outline(wkb.dumps(shape), values, -2, name=f"old{i}")
        for i, shape in enumerate(shapes)
    ]


def square(x, y, side=100.0):
    return box(X + x, Y + y, X + x + side, Y + y + side)


def sheets(shapes, overlap):
    """Layers of four sheets that meet at X, Y and overlap by so many metres; each also
    shows a slide of its own.
    """
    layers = []
    for number, (east, north) in enumerate(itertools.product((0, 1), (0, 1))):
        west, south = (
            X - 1000 + (1000 - overlap) * east,
            Y - 1000 + (1000 - overlap) * north,
        )
        sheet = box(
            west,
            south,
            west + 1000 + overlap * (1 - east),
            south + 1000 + overlap * (1 - north),
        )
        own = Point(X - 700 + 1400 * east, Y - 700 + 1400 * north).buffer(40)
        shown = [shape.intersection(sheet) for shape in shapes if shape.intersects(sheet)]
        edge = [
            int(not shape.within(sheet)) for shape in shapes if shape.intersects(sheet)
        ]
        layers.append(
            layer(
                [*shown, own],
                number,
                sheet=f"H47E00{number}",
                edge=[*edge, 0],
                p_mean=0.5 + number / 10,
                gsd_m=1.0,
            )
        )
    return layers


def said(merged):
    """All that comes out, comparable."""
    rows = [
        (o.wkb, sorted((k, str(v)) for k, v in o.values.items())) for o in merged.outlines
    ]
    return (
        rows,
        sorted((c.outline.wkb, c.why, c.ids) for c in merged.conflicts),
        merged.counts,
        merged.changes,
    )


def accounted(merged, candidates):
    """Every candidate is in exactly one of the counts."""
    count = merged.counts
    names = (
        "duplicates",
        "contested",
        "pieces",
        "suppressed",
        "new",
        "known",
        "modified",
        "split",
        "merged",
    )
    return sum(count[name] for name in names) - count["united"] == len(candidates)


@pytest.mark.parametrize("overlap", [0, 40, 400])
def test_a_slide_across_four_sheets_is_one_without_seams(morphometry, overlap):
    candidates = sum(sheets([SLIDE], overlap), [])
    merged = merge(candidates, [], [], MatchRules(), morphometry)
    across = [o for o in merged.outlines if o.shape.intersects(SLIDE)]
    assert len(across) == 1 and len(merged.outlines) == 5 and not merged.conflicts
    assert len({o.values["ls_id"] for o in merged.outlines}) == 5
    whole, values = across[0].shape, across[0].values
    assert whole.symmetric_difference(SLIDE).area < 1e-6 * SLIDE.area
    assert (
        len(whole.exterior.coords) <= len(SLIDE.exterior.coords) + 1
    )  # of the seams at most the start is left
    assert values["edge"] == 0 and not values.get("flags")
    assert values["area_m2"] == pytest.approx(
        morphometry.measure(SLIDE)["area_m2"], abs=0.2
    )
    assert values.get("p_p90") is None and values.get("z_max") is None
    assert accounted(merged, candidates)


def test_probability_of_the_whole_is_the_mean_by_area(morphometry):
    early = {"gsd_m": 2.0, "run_utc": "2026-01-02T00:00:00Z", "img_date": "2019-05-28"}
    late = {"gsd_m": 1.0, "run_utc": "2026-03-02T00:00:00Z", "img_date": "2021-05-28"}
    west, east = (
        SLIDE.intersection(box(X - 999, Y - 999, X, Y + 999)),
        SLIDE.intersection(box(X, Y - 999, X + 999, Y + 999)),
    )
    merged = merge(
        layer([west], 0, edge=1, p_mean=0.5, sheet="a", flags="KE", conf=0.2, **early)
        + layer([east], 1, edge=1, p_mean=0.9, sheet="b", conf=0.81, **late),
        [],
        [],
        MatchRules(),
        morphometry,
    )
    values = merged.outlines[0].values
    of_whole = (values["gsd_m"], values["run_utc"], values["img_date"])
    assert of_whole == (2.0, late["run_utc"], None), "the coarser, the later, not known"
    assert values["p_mean"] == pytest.approx(
        (0.5 * west.area + 0.9 * east.area) / SLIDE.area, abs=0.001
    )
    assert (
        values["flags"] == "KU"
        and values["conf_cls"] == "moderate"
        and values["usgs_conf"] == 2
    )
    confidence = (0.2 * west.area + 0.81 * east.area) / SLIDE.area
    assert values["conf"] == pytest.approx(confidence, abs=0.001)
    assert values["sheet"] == ("a" if west.area > east.area else "b")


def test_a_piece_that_lies_all_but_within_a_whole_one_is_a_copy(morphometry):
    """95 % of what a sheet's edge cut: no conflict. Where the better one is cut as well the
    two are pieces of one.
    """
    piece = layer([box(X + 62, Y, X + 102, Y + 100)], 1, edge=1, sheet="b", p_mean=0.6)
    for edge, counts, area in ((0, (1, 0), 10000), (1, (0, 1), 10200)):
        best = layer([square(0, 0)], 0, edge=edge, sheet="a", p_mean=0.8)
        merged = merge(best + piece, [], [], MatchRules(), morphometry)
        assert (merged.counts["duplicates"], merged.counts["united"]) == counts
        assert [o.shape.area for o in merged.outlines] == [pytest.approx(area)]
        assert not merged.conflicts


def test_a_whole_one_within_a_better_one_is_for_a_person_to_decide(morphometry):
    best = layer([square(0, 0)], 0, edge=0, sheet="a", p_mean=0.8)
    inside = layer([square(10, 10, 40)], 1, edge=0, sheet="b", p_mean=0.6)
    merged = merge(best + inside, [], [], MatchRules(), morphometry)
    assert (merged.counts["duplicates"], merged.counts["contested"]) == (0, 1)


def test_pieces_that_share_more_than_half_are_put_together(morphometry):
    west = layer([square(0, 0)], 0, edge=1, sheet="a", p_mean=0.8)
    east = layer([square(30, 0)], 1, edge=1, sheet="b", p_mean=0.6)
    (outline,) = merge(west + east, [], [], MatchRules(), morphometry).outlines
    assert outline.shape.area == pytest.approx(13000)


def test_what_gives_way_takes_nothing_with_it(morphometry):
    """Each shares 60 m with the next; the second one gives way to the first."""
    found = [
        layer([square(40 * i, 0)], i, p_mean=p_mean, sheet="abc"[i])
        for i, p_mean in enumerate((0.9, 0.8, 0.7))
    ]
    merged = merge(sum(found, []), [], [], MatchRules(iou=0.3), morphometry)
    assert {o.values["p_mean"] for o in merged.outlines} == {0.9, 0.7}
    assert merged.counts["duplicates"] == 1


def test_of_two_that_are_as_sure_the_larger_stays(morphometry):
    small, large = layer([square(10, 10, 80)], 0), layer([square(0, 0)], 1)
    (outline,) = merge(small + large, [], [], MatchRules(), morphometry).outlines
    assert outline.shape.area == pytest.approx(10000)


def test_of_two_opinions_on_a_piece_the_larger_stays_though_it_is_less_sure(morphometry):
    small, large = (
        layer([shape], i, edge=1, sheet="s", model_id=str(i), p_mean=0.9 - 0.4 * i)
        for i, shape in enumerate((square(10, 0, 80), square(0, 0)))
    )
    (outline,) = merge(small + large, [], [], MatchRules(), morphometry).outlines
    assert (outline.shape.area, outline.values["p_mean"]) == (10000, 0.5)


def test_a_whole_counts_as_cut_where_nobody_knows_where_a_piece_was(morphometry):
    """The eastern piece was cut within its sheet, as by missing ground."""
    west = layer([square(-100, 0)], 0, edge=1, sheet="a")
    others = [square(-400, -400, 50), square(400, 400, 50)]
    east = layer([square(0, 0), *others], 1, edge=[1, 0, 0], sheet="b")
    assert west[0].cut is not None and east[0].cut is None
    merged = merge(west + east, [], [], MatchRules(), morphometry)
    (whole,) = (o for o in merged.outlines if o.shape.area > 15000)
    assert merged.counts["united"] == 1 and whole.values["edge"] == 1


def test_pieces_meet_across_the_coarsest_pixel():
    utm, degrees = (Crs(wkt(epsg)) for epsg in (32647, 4326))
    found = [*layer([square(0, 0)], 0, gsd_m=0.5), *layer([square(9, 0)], 1, gsd_m=2.0)]
    assert gap_between(found, utm, None) == pytest.approx(2, rel=1e-3)
    assert gap_between(found, utm, 5.0) == pytest.approx(5, rel=1e-3)
    assert gap_between(layer([square(0, 0)], 0), utm, None) == pytest.approx(1, rel=1e-3)
    assert gap_between([], utm, 5.0) == 5
    north = layer([box(100, 60, 100.001, 60.001)], 0, gsd_m=2.0)
    to_the_east = 111_320 * 0.5  # metres of a degree, fewer than to the north
    gap = gap_between(north, degrees, None)
    assert gap == pytest.approx(2 / to_the_east, rel=5e-3)


@pytest.mark.parametrize("gap", [0.0, 1.0])
def test_pieces_meet_even_where_no_gap_is_allowed(morphometry, gap):
    west, east = (
        layer([square(-100, 0)], 0, edge=1, sheet="a"),
        layer([square(0, 0)], 1, edge=1, sheet="b"),
    )
    (found,) = merge(west + east, [], [], MatchRules(gap=gap), morphometry).outlines
    assert (
        found.shape.equals(box(X - 100, Y, X + 100, Y + 100))
        and found.values["edge"] == 1
    )  # the outer sides


@pytest.mark.parametrize("gap, pieces", [(0.5, 1), (1.5, 2)])
def test_pieces_meet_across_a_pixel_and_no_more(morphometry, gap, pieces):
    west, east = square(-100, 0), square(gap, 0)
    merged = merge(
        layer([west], 0, edge=1, sheet="a") + layer([east], 1, edge=1, sheet="b"),
        [],
        [],
        MatchRules(gap=1.0),
        morphometry,
    )
    assert len(merged.outlines) == pieces
    if pieces == 1:
        assert merged.outlines[0].shape.geom_type == "Polygon"
        assert merged.outlines[0].shape.area == pytest.approx((200 + gap) * 100, rel=1e-4)


def test_neighbours_that_only_touch_at_a_corner_or_are_whole_stay_apart(morphometry):
    west, north_east = square(-100, -100), square(0, 0)
    for edge, other in ((1, north_east), (0, square(0, -100))):
        merged = merge(
            layer([west], 0, edge=edge, sheet="a")
            + layer([other], 1, edge=edge, sheet="b"),
            [],
            [],
            MatchRules(),
            morphometry,
        )
        assert len(merged.outlines) == 2, edge


def test_pieces_of_one_sheet_are_never_put_together(morphometry):
    both = layer([square(-100, 0), square(0, 0)], 0, edge=1, sheet="a")
    assert len(merge(both, [], [], MatchRules(), morphometry).outlines) == 2


def test_extents_of_one_image_are_put_together_but_not_the_opinions_of_two_models(
    morphometry,
):
    west, east = (
        SLIDE.intersection(box(X + a, Y - 999, X + b, Y + 999))
        for a, b in ((-999, 60), (-60, 999))
    )
    for models, pieces in ((("m", "m"), 1), (("m", "n"), 2)):
        both = [
            o
            for i, shape in enumerate((west, east))
            for o in layer([shape], i, edge=1, sheet="image", model_id=models[i])
        ]
        merged = merge(both, [], [], MatchRules(iou=0.9, share=0.9), morphometry)
        assert len(merged.outlines) == pieces and merged.counts["united"] == (pieces == 1)


def test_of_two_models_opinions_on_a_piece_one_goes_into_the_whole(morphometry):
    west = [square(-100, 0), square(-98, 3)]
    opinions = [
        o
        for i, shape in enumerate(west)
        for o in layer([shape], i, edge=1, sheet="a", model_id=f"m{i}")
    ]
    merged = merge(
        opinions + layer([square(0, 0)], 2, edge=1, sheet="b", model_id="m0"),
        [],
        [],
        MatchRules(),
        morphometry,
    )
    assert [o.shape.area for o in merged.outlines] == [20000] and merged.counts[
        "duplicates"
    ] == 1


def test_a_side_at_another_border_still_counts_as_cut(morphometry):
    """The west sheet ends at X in the east and at Y + 100 in the north."""
    west = layer([square(-100, 0), square(-900, -900)], 0, edge=[1, 0], sheet="a")
    east = layer([square(0, 0, 60)], 1, edge=1, sheet="b")
    merged = merge(west + east, [], [], MatchRules(), morphometry)
    assert merged.counts["united"] == 1
    assert sorted(o.values["edge"] for o in merged.outlines) == [0, 1]


@pytest.mark.parametrize("overlap", [0, 40])
def test_the_order_of_the_layers_does_not_count(morphometry, overlap):
    layers = sheets([SLIDE, translate(SLIDE, 310, 20)], overlap) + [
        layer([translate(SLIDE, 12, -8)], 4, sheet="mosaic", edge=0, p_mean=0.8)
    ]
    old = existing(translate(SLIDE, 290, 30), Point(X + 700, Y + 700).buffer(120))
    first = said(merge(sum(layers, []), old, [], MatchRules(), morphometry))
    for order in list(itertools.permutations(layers))[::7]:
        assert said(merge(sum(order, []), old, [], MatchRules(), morphometry)) == first


@pytest.mark.parametrize("as_existing", [True, False])
def test_merging_the_result_with_the_same_candidates_changes_nothing(
    morphometry, as_existing
):
    candidates = sum(sheets([SLIDE, translate(SLIDE, 310, 20)], 40), [])
    first = merge(candidates, [], [], MatchRules(), morphometry)
    result = [read_outline(o.wkb, o.values, 9, name=o.name) for o in first.outlines]
    if as_existing:
        again = merge(candidates, result, [], MatchRules(), morphometry)
        assert (
            not again.outlines
            and not again.conflicts
            and again.counts["known"] == len(result)
        )
    else:
        again = merge(candidates + result, [], [], MatchRules(), morphometry)
        assert said(again)[:2] == said(first)[:2]


def test_what_two_models_saw_is_one_the_surer_whole_one(morphometry):
    a = layer([SLIDE], 0, sheet="s", edge=0, p_mean=0.6, model_id="a")
    b = layer([scale(SLIDE, 0.9, 0.95)], 1, sheet="s", edge=0, p_mean=0.8, model_id="b")
    cut = layer(
        [SLIDE.intersection(box(X + 60, Y - 999, X + 999, Y + 999))],
        2,
        sheet="t",
        edge=1,
        p_mean=0.99,
    )
    merged = merge(a + cut, [], [], MatchRules(), morphometry)
    assert [o.wkb for o in merged.outlines] == [a[0].wkb] and not merged.conflicts
    merged = merge(a + b, [], [], MatchRules(), morphometry)
    assert [o.values["model_id"] for o in merged.outlines] == ["b"] and merged.counts[
        "duplicates"
    ] == 1


def test_a_layers_own_overlaps_are_left_to_its_maker(morphometry):
    for status in ("candidate", "confirmed"):
        nested = layer(
            [square(0, 0, 200), square(10, 10, 150), square(10, 10, 150)],
            0,
            edge=0,
            status=status,
        )
        merged = merge(nested, [], [], MatchRules(), morphometry)
        assert len(merged.outlines) == 3 and not merged.conflicts, status


def test_what_lies_mostly_in_a_better_one_is_for_a_person_to_decide(morphometry):
    large, small = (
        layer([square(0, 0, 200)], 0, p_mean=0.6),
        layer([square(10, 10, 60)], 1, p_mean=0.9),
    )
    merged = merge(large + small, [], [], MatchRules(), morphometry)
    assert [o.shape.area for o in merged.outlines] == [3600] and [
        c.why for c in merged.conflicts
    ] == ["overlap"]
    assert accounted(merged, large + small)


def test_small_overlaps_stay_flagged_and_slivers_unmentioned(morphometry):
    for width, flag in ((20, "O"), (3, None)):
        both = layer([square(0, 0)], 0, p_mean=0.9, edge=0) + layer(
            [square(100 - width, 0)], 1, p_mean=0.6, edge=0
        )
        merged = merge(both, [], [], MatchRules(), morphometry)
        assert len(merged.outlines) == 2 and len(merged.conflicts) == (flag is not None)
        assert [
            o.values.get("flags")
            for o in sorted(merged.outlines, key=lambda o: o.values["p_mean"])
        ] == [flag, None]


RELATIONS = {
    "new": ([square(0, 0)], [square(300, 0)]),
    "known": ([square(0, 0)], [square(10, 5)]),
    "modified": ([square(0, 0, 40)], [square(0, 0)]),
    "split": ([square(0, 0, 45), square(50, 50, 45)], [square(0, 0)]),
    "merged": ([box(X, Y, X + 210, Y + 100)], [square(0, 0), square(110, 0)]),
}


@pytest.mark.parametrize("relation", RELATIONS)
def test_relations_to_the_existing_inventory(morphometry, relation):
    shapes, old = RELATIONS[relation]
    if relation == "merged":
        old = [scale(shape, 0.95, 0.95) for shape in old]
    merged = merge(layer(shapes, 0), existing(*old), [], MatchRules(), morphometry)
    assert merged.counts[relation] == len(shapes)
    assert len(merged.outlines) == (relation == "new")
    assert [c.why for c in merged.conflicts] == [relation] * len(shapes) * (
        relation not in ("new", "known")
    )
    assert {kind for kind, _ in merged.changes.values()} == ({relation} - {"new"})
    if relation == "merged":
        assert merged.conflicts[0].ids == ["old0", "old1"]
    if relation == "known":
        assert merged.changes[0][1] == pytest.approx(0.855 / 1.145)
    if relation == "new":
        assert (
            merged.outlines[0].values["inv_rel"] == "new"
            and merged.outlines[0].values["inv_id"] is None
        )


def test_what_grew_far_beyond_an_existing_outline_is_modified(morphometry):
    grown = box(X, Y, X + 300, Y + 100)
    old = existing(square(0, 0))
    merged = merge(layer([grown], 0), old, [], MatchRules(), morphometry)
    assert [c.why for c in merged.conflicts] == ["modified"]
    found = layer([grown, square(0, 0, 45), square(50, 50, 45)], 0)
    merged = merge(found, old, [], MatchRules(), morphometry)
    changes = {c.outline.shape.area: c.why for c in merged.conflicts}
    assert changes == {30000: "modified", 2025: "split"}, "it is no part as the others"


@pytest.mark.parametrize(
    "standing, record, added",
    [
        ({"status": "candidate"}, {"status": "confirmed"}, {"status": "confirmed"}),
        ({"status": "modified"}, {"status": "confirmed"}, {}),
        ({"status": "candidate"}, {"status": "field_check"}, {"status": "field_check"}),
        ({"status": "field_check"}, {"status": "confirmed"}, {"status": "confirmed"}),
        ({"status": "modified"}, {"status": "field_check"}, {}),
        ({"status": None}, {"status": "field_check"}, {}),
        ({"usgs_conf": None}, {"usgs_conf": 5}, {"usgs_conf": 5}),
        ({"usgs_conf": 8}, {"usgs_conf": 5}, {}),
        ({"movement": "unknown"}, {"movement": "flow"}, {"movement": "flow"}),
        ({"movement": "flow"}, {"movement": "unknown"}, {}),
        ({"cs_toe": 3}, {"cs_head": 9, "geo_conf": "high"}, {}),
        ({}, {"cs_head": 9, "geo_conf": "high"}, {"cs_head": 9, "geo_conf": "high"}),
        ({"reviewer": "W"}, {"reviewer": "L", "rev_date": "2026-01-02"}, {}),
        (
            {"status": "field_check", "reviewer": "W", "rev_date": "2026-01-02"},
            {"status": "confirmed", "reviewer": "L"},
            {"status": "confirmed", "reviewer": "L", "rev_date": None},
        ),
        (
            {"status": "field_check", "reviewer": "W", "rev_date": "2026-06-01"},
            {"status": "confirmed", "reviewer": "L", "rev_date": "2026-03-01T09:00:00Z"},
            {},
        ),
    ],
)
def test_what_a_record_adds_to_another(standing, record, added):
    """Points of two people are no sum, and no date is that of another reviewer."""
    assert additions(standing, record) == added


@pytest.mark.parametrize("other", ["a", "b"])
def test_beside_a_persons_outline_a_surer_one_of_a_machine_is_flagged(morphometry, other):
    """It is one conflict, with the outline as it is called in the inventory, where another
    may have its name.
    """
    drawn = layer([square(0, 0)], 0, status="confirmed", ls_id="a", p_mean=0.6)
    surer = layer([square(90, 0)], 1, ls_id="m", p_mean=0.9)
    elsewhere = existing(square(900, 0), ls_id=other)
    merged = merge(drawn + surer, elsewhere, [], MatchRules(), morphometry)
    person, machine = merged.outlines
    assert (person.name == "a") == (other != "a")
    assert [o.values.get("flags") for o in merged.outlines] == [None, "O"]
    assert [(c.why, c.ids) for c in merged.conflicts] == [("overlap", [person.name])]
    assert machine.values["inv_id"] == person.name


def test_who_disagrees_with_a_person_is_told_the_name_in_the_inventory(morphometry):
    late, early = (
        layer([square(x, 0)], x, status="confirmed", ls_id="a", rev_date=date)
        for x, date in ((0, "2026-03-02"), (20, "2026-01-02"))
    )
    elsewhere = existing(square(900, 0), ls_id="a")
    merged = merge(late + early, elsewhere, [], MatchRules(), morphometry)
    (stands,) = merged.outlines
    assert stands.name != "a"
    assert [(c.why, c.ids) for c in merged.conflicts] == [("human", [stands.name])]


def test_a_sliver_over_an_existing_outline_is_inexact_drawing(morphometry):
    found = layer([square(97, 0)], 0)
    merged = merge(found, existing(square(0, 0)), [], MatchRules(), morphometry)
    (outline,) = merged.outlines
    assert outline.values.get("flags") is None and not merged.conflicts


def test_of_several_changes_to_an_existing_outline_the_strongest_is_noted(morphometry):
    old = existing(square(0, 0))
    grown = box(X, Y, X + 300, Y + 100)
    parts = [square(0, 0, 45), square(50, 50, 40)]
    for shapes, change in (
        ([grown, square(5, 0)], ("known", 95 / 105)),
        (parts, ("split", 0.2025)),
        ([grown, *parts], ("split", 0.2025)),
    ):
        for order in (shapes, shapes[::-1]):
            merged = merge(layer(order, 0), old, [], MatchRules(), morphometry)
            kind, iou = merged.changes[0]
            assert (kind, iou) == (change[0], pytest.approx(change[1]))


def test_an_existing_candidate_that_a_person_confirmed_is_in_no_order(morphometry):
    old = existing(SLIDE, square(900, 0), status="candidate", p_mean=0.7)
    confirmed = layer([SLIDE], 0, status="confirmed")
    merged = merge(confirmed, old, [], MatchRules(), morphometry)
    assert merged.additions[0]["status"] == "confirmed"
    assert merged.ranks(old, [0, 1]) == [None, 1]


def test_of_several_existing_outlines_the_best_comes_first(morphometry):
    """A candidate of 210 m over one of 60 and one of 100 m."""
    old = existing(box(X, Y, X + 60, Y + 100), box(X + 80, Y, X + 180, Y + 100))
    found = layer([box(X, Y, X + 210, Y + 100)], 0)
    (conflict,) = merge(found, old, [], MatchRules(), morphometry).conflicts
    assert (conflict.why, conflict.ids) == ("merged", ["old1", "old0"])
    best = (conflict.values["inv_id"], conflict.values["inv_iou"])
    assert best == ("old1", round(100 / 210, 3))


def test_a_piece_that_an_edge_cut_from_a_known_slide_is_known(morphometry):
    piece = SLIDE.intersection(box(X - 999, Y - 999, X - 60, Y + 999))
    for edge, relation in ((1, "known"), (0, "modified")):
        merged = merge(
            layer([piece], 0, edge=edge), existing(SLIDE), [], MatchRules(), morphometry
        )
        assert merged.counts[relation] == 1 and not merged.outlines


def two_pieces(east):
    """A slide that a sheet's edge cut at X, 60 m west of it and `east` metres east."""
    return [
        *layer([box(X - 60, Y, X, Y + 100)], 0, sheet="west", edge=1),
        *layer([box(X, Y, X + east, Y + 100)], 1, sheet="east", edge=1),
    ]


WEST = box(X - 60, Y, X, Y + 100)


def test_a_piece_beyond_what_is_known_is_not_lost_with_it(morphometry):
    """The inventory knows the western sheet; by itself the eastern piece would be new."""
    merged = merge(two_pieces(50), existing(WEST), [], MatchRules(), morphometry)
    (conflict,) = merged.conflicts
    assert (conflict.why, conflict.ids) == ("modified", ["old0"])
    assert conflict.outline.shape.area == pytest.approx(11000)
    assert merged.counts["known"] == 0 and not merged.outlines
    alone = merge(two_pieces(50)[1:], existing(WEST), [], MatchRules(), morphometry)
    assert alone.counts["new"] == 1


@pytest.mark.parametrize(
    "east, old",
    [
        (3, [WEST]),  # a sliver
        (50, [WEST, box(X + 1, Y, X + 50, Y + 100)]),  # the inventory has both
        (50, [box(X - 60, Y, X + 30, Y + 100)]),
    ],
)
def test_pieces_that_the_inventory_has_are_known(morphometry, east, old):
    merged = merge(two_pieces(east), existing(*old), [], MatchRules(), morphometry)
    assert merged.counts["known"] == 1 and not (merged.outlines or merged.conflicts)


def test_a_piece_beyond_what_was_rejected_comes_back(morphometry):
    refused = layer([WEST], 7, ls_id="r")
    merged = merge(two_pieces(50), [], refused, MatchRules(), morphometry)
    assert [c.why for c in merged.conflicts] == ["returned"]
    assert merged.outlines[0].values["triage"] == "check"
    merged = merge(two_pieces(3), [], refused, MatchRules(), morphometry)
    assert merged.counts["suppressed"] == 1 and not merged.outlines


def test_a_piece_that_was_rejected_was_seen(morphometry):
    """The inventory has the western part, and somebody rejected the eastern one."""
    east = layer([box(X, Y, X + 50, Y + 100)], 7, ls_id="r")
    merged = merge(two_pieces(50), existing(WEST), east, MatchRules(), morphometry)
    assert merged.counts["known"] == 1 and not (merged.outlines or merged.conflicts)


def test_a_new_slide_that_overlaps_an_existing_one_a_little_is_flagged(morphometry):
    merged = merge(
        layer([square(70, 0)], 0), existing(square(0, 0)), [], MatchRules(), morphometry
    )
    assert (
        merged.outlines[0].values["flags"] == "O"
        and merged.outlines[0].values["inv_id"] == "old0"
    )
    assert [(c.why, c.ids) for c in merged.conflicts] == [("overlap", ["old0"])]


@pytest.mark.parametrize(
    "human",
    [
        {"status": "confirmed"},
        {"status": "modified"},
        {"method": "manual"},
        {"method": "auto_edit"},
    ],
)
def test_a_humans_outline_among_the_candidates_stays_too(morphometry, human):
    drawn = layer([scale(SLIDE, 0.8, 0.8)], 0, **human, p_mean=0.3, remarks="mine")
    merged = merge(
        drawn + layer([SLIDE], 1, p_mean=0.99), [], [], MatchRules(), morphometry
    )
    assert [o.wkb for o in merged.outlines] == [drawn[0].wkb]
    assert merged.outlines[0].values["remarks"] == "mine" and merged.counts["known"] == 1


def test_two_people_who_disagree_are_a_conflict_and_nothing_is_lost(morphometry):
    early, late = (
        layer([shape], i, status="confirmed", rev_date=date)
        for i, (shape, date) in enumerate(
            [(SLIDE, "2026-01-02"), (translate(SLIDE, 20, 0), "2026-03-02")]
        )
    )
    merged = merge(early + late, [], [], MatchRules(), morphometry)
    assert merged.outlines[0].wkb == late[0].wkb and len(merged.outlines) == 1
    assert [(c.why, c.outline.wkb) for c in merged.conflicts] == [("human", early[0].wkb)]


@pytest.mark.parametrize(
    "now, then, back",
    [
        ({"p_mean": 0.70}, {"p_mean": 0.60}, False),
        ({"p_mean": 0.75}, {"p_mean": 0.60}, True),
        ({"conf": 0.5, "p_mean": 0.9}, {"conf": 0.5, "p_mean": 0.3}, False),
        ({"p_mean": None}, {"p_mean": 0.1}, False),
        ({"conf": 0.9, "p_mean": 0.7}, {"p_mean": 0.6}, False),
    ],
)
def test_a_rejected_polygon_comes_back_only_where_it_is_surer(
    morphometry, now, then, back
):
    refused = layer(
        [translate(SLIDE, 6, 4)], 7, **{"ls_id": "r", "rej_why": "terrace", **then}
    )
    merged = merge(layer([SLIDE], 0, **now), [], refused, MatchRules(), morphometry)
    assert len(merged.outlines) == back and merged.counts["suppressed"] == (not back)
    assert [(c.why, c.values["rej_why"], c.ids) for c in merged.conflicts] == [
        ("returned", "terrace", ["r"])
    ] * back
    if back:
        assert (
            merged.outlines[0].values["triage"] == "check"
            and merged.outlines[0].values["status"] == "candidate"
        )
        assert not merged.outlines[0].values.get("rej_why")


@pytest.mark.parametrize("p_mean, back", [(0.45, False), (0.6, False), (0.7, True)])
def test_what_covers_several_rejected_ones_repeats_them_all(morphometry, p_mean, back):
    """40 and 70 of its 150 m were rejected: neither by itself is half of it. It comes back
    where it is surer than each.
    """
    found = layer([box(X, Y, X + 150, Y + 100)], 0, p_mean=p_mean)
    shapes = [box(X, Y, X + 40, Y + 100), box(X + 50, Y, X + 120, Y + 100)]
    refused = layer(shapes, 7, ls_id=["small", "large"], p_mean=[0.3, 0.5])
    merged = merge(found, [], refused, MatchRules(), morphometry)
    assert merged.counts["suppressed"] == (not back)
    assert [c.ids for c in merged.conflicts] == [["large"]] * back


def test_what_was_rejected_is_repeated_by_iou_though_less_than_the_share_lies_in_it(
    morphometry,
):
    found = layer([square(0, 0)], 0)
    refused = layer([box(X + 50, Y, X + 100, Y + 100)], 7)
    rules = MatchRules(iou=0.4, share=0.6)
    merged = merge(found, [], refused, rules, morphometry)
    assert merged.counts["suppressed"] == 1


def test_a_part_of_what_was_rejected_stays_away_and_a_known_slide_is_known(morphometry):
    part, refused = layer([square(10, 10, 50)], 0), layer([square(0, 0)], 7, ls_id="r")
    assert merge(part, [], refused, MatchRules(), morphometry).counts["suppressed"] == 1
    merged = merge(
        layer([square(0, 0)], 0),
        existing(square(3, 3)),
        refused,
        MatchRules(),
        morphometry,
    )
    assert merged.counts["known"] == 1 and merged.counts["suppressed"] == 0


def test_rejected_rows_of_candidates_and_inventory_count_as_rejected(morphometry):
    reviewed = layer([SLIDE], 1, status="rejected")
    merged = merge(layer([SLIDE], 0) + reviewed, [], [], MatchRules(), morphometry)
    assert (
        merged.counts["suppressed"] == 1
        and not merged.counts["duplicates"]
        and not merged.outlines
    )
    merged = merge(
        layer([SLIDE], 0),
        existing(SLIDE, status="rejected", p_mean=0.7),
        [],
        MatchRules(),
        morphometry,
    )
    assert merged.counts["suppressed"] == 1 and not merged.outlines and not merged.changes


def test_nine_in_ten_rejected_polygons_stay_away_though_a_new_model_draws_them_otherwise(
    morphometry,
):
    import numpy as np

    rng = np.random.default_rng(5)
    shapes = [translate(SLIDE, 500 * (i % 20), 500 * (i // 20)) for i in range(200)]
    again = [
        translate(scale(s, *rng.uniform(0.75, 1.25, 2)), *rng.normal(0, 12, 2))
        for s in shapes
    ]
    then, now = rng.uniform(0.4, 0.8, 200), rng.normal(-0.05, 0.1, 200)
    merged = merge(
        layer(again, 0, p_mean=list((then + now).clip(0, 1))),
        [],
        layer(shapes, 1, p_mean=list(then)),
        MatchRules(),
        morphometry,
    )
    assert merged.counts["suppressed"] >= 180


def test_much_more_than_what_was_rejected_is_something_else(morphometry):
    merged = merge(
        layer([square(0, 0, 300)], 0),
        [],
        layer([square(10, 10, 50)], 7, ls_id="r"),
        MatchRules(),
        morphometry,
    )
    assert len(merged.outlines) == 1 and [c.why for c in merged.conflicts] == ["returned"]


def test_identifiers_are_unique_and_free_of_those_that_exist(morphometry):
    merged = merge(
        layer(
            [square(0, 0), square(300, 0), square(600, 0)],
            0,
            ls_id=["a", "a", None],
            sheet="s",
        ),
        existing(square(970, 0), square(690, 0), ls_id="a"),
        [],
        MatchRules(),
        morphometry,
    )
    names = [o.values["ls_id"] for o in merged.outlines]
    assert len(set(names)) == 3 and "a" not in names
    (conflict,) = merged.conflicts  # the third, which overlaps an existing one
    assert conflict.values["ls_id"] == merged.outlines[2].values["ls_id"]
    twice = layer([square(0, 0)], 0, ls_id="a") + layer([square(300, 0)], 1, ls_id="a")
    outlines = merge(twice, [], [], MatchRules(), morphometry).outlines
    first, second = (outline.values["ls_id"] for outline in outlines)
    assert first == "a" != second


def test_a_conflict_is_called_as_its_outline_in_the_inventory(morphometry):
    """The candidate's own identifier is that of the polygon that it overlaps."""
    found, old = layer([square(70, 0)], 0, ls_id="a"), existing(square(0, 0), ls_id="a")
    merged = merge(found, old, [], MatchRules(), morphometry)
    names = [row.values["ls_id"] for row in (*merged.outlines, *merged.conflicts)]
    assert len(names) == 2 and len(set(names)) == 1 and names[0] != "a"


def contested(**values):
    """A small surer one within a large one of another layer."""
    large = layer([square(0, 0, 200)], 0, p_mean=0.6, **values)
    return large + layer([square(10, 10, 60)], 1, p_mean=0.9, ls_id="a")


@pytest.mark.parametrize(
    "old, stands",
    [(square(5000, 0), None), (square(10, 10, 58), "old0"), (square(10, 10, 25), "old0")],
    ids=["new", "known", "modified"],
)
def test_a_conflict_names_what_stands_in_the_inventory(morphometry, old, stands):
    """The better one is new there by another name, or an existing one stands for it."""
    merged = merge(
        contested(ls_id="b"), existing(old, ls_id="a"), [], MatchRules(), morphometry
    )
    large = next(c.values for c in merged.conflicts if c.why == "overlap")
    if stands is None:
        (stands,) = (outline.name for outline in merged.outlines)
        assert stands != "a"
    assert (large["ls_id"], large["with_ids"]) == ("b", stands)


@pytest.mark.parametrize("of_version_0_4", [False, True])
@pytest.mark.parametrize(
    "word, areas",
    [("keep", [3600]), ("reject", [3600]), ("add", [3600, 40000]), ("replace", [40000])],
)
def test_a_conflict_is_never_taken_for_the_better_one_of_its_name(
    morphometry, word, areas, of_version_0_4
):
    """Layers that number their polygons from one on, each by itself."""
    first = merge(contested(ls_id="a"), [], [], MatchRules(), morphometry)
    inventory = [read_outline(o.wkb, o.values, -2) for o in first.outlines]
    (conflict,) = decided(first, word)
    if of_version_0_4:
        conflict.values["ls_id"] = "a"
    merged = merge([conflict], inventory, [], MatchRules(), morphometry)
    places = merged.places(len(inventory), True)
    outlines = [merged.replaced.get(place, inventory[place]) for place in places]
    assert sorted(o.shape.area for o in outlines + merged.outlines) == areas


def test_broken_outlines_are_repaired_and_measured(morphometry):
    bow = Polygon([(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100)])
    lifted = Polygon([(x, y, 5) for x, y in square(300, 0).exterior.coords])
    parts = MultiPolygon([square(600, 0), square(800, 0)])
    merged = merge(
        layer([bow, lifted, parts], 0, area_m2=1.0), [], [], MatchRules(), morphometry
    )
    assert [o.shape.is_valid and not o.shape.has_z for o in merged.outlines] == [True] * 3
    assert merged.outlines[0].values["area_m2"] == pytest.approx(5000, rel=0.002)
    assert [o.values["area_m2"] for o in merged.outlines[1:]] == [1.0, 1.0]


# --- what people recorded ---


def test_a_persons_record_goes_to_the_existing_outline(morphometry):
    """Of an identical outline nothing is lost: what is empty is filled, what contradicts
    is a conflict with the identifier and the IoU.
    """
    record = {
        "status": "modified",
        "method": "manual",
        "movement": "flow",
        "activity": "relict",
        "age_cls": "ancient",
        "cs_head": 9,
        "reviewer": "Li",
        "rev_date": "2026-02-03",
        "remarks": "seen in the field",
    }
    drawn = layer([SLIDE], 0, **record)
    merged = merge(
        drawn, existing(SLIDE, movement="unknown"), [], MatchRules(), morphometry
    )
    assert merged.additions == {0: {k: v for k, v in record.items() if k != "method"}}
    assert merged.changes == {0: ("known", 1.0)} and not merged.conflicts
    assert (merged.counts["known"], merged.counts["duplicates"]) == (1, 0)
    assert accounted(merged, drawn) and not merged.outlines

    said_before = existing(SLIDE, movement="fall", reviewer="Wang", remarks="old")
    merged = merge(drawn, said_before, [], MatchRules(), morphometry)
    assert set(merged.additions[0]) == {"status", "activity", "age_cls", "cs_head"}
    (conflict,) = merged.conflicts
    assert (conflict.why, conflict.ids) == ("attributes", ["old0"])
    assert (conflict.values["inv_id"], conflict.values["inv_iou"]) == ("old0", 1.0)
    assert conflict.values["movement"] == "flow"


@pytest.mark.parametrize("relation", RELATIONS)
def test_what_a_person_confirmed_is_classed_as_what_a_machine_found(
    morphometry, relation
):
    shapes, old = RELATIONS[relation]
    if relation == "merged":
        old = [scale(shape, 0.95, 0.95) for shape in old]
    confirmed = layer(shapes, 0, status="confirmed", movement="flow")
    merged = merge(confirmed, existing(*old), [], MatchRules(), morphometry)
    assert merged.counts[relation] == len(shapes) and accounted(merged, confirmed)
    assert {kind for kind, _ in merged.changes.values()} == {relation} - {"new"}
    assert len(merged.outlines) == (relation == "new")
    if relation == "known":
        assert merged.additions == {0: {"movement": "flow", "status": "confirmed"}}
        assert not merged.conflicts
    elif relation != "new":
        for conflict in merged.conflicts:
            assert conflict.why == conflict.values["inv_rel"] == relation
            assert conflict.values["inv_id"].startswith("old")
            assert 0 < conflict.values["inv_iou"] < 1


def test_another_drawing_of_a_known_slide_is_a_conflict(morphometry):
    drawn = layer([translate(SLIDE, 20, 0)], 0, method="auto_edit", status="modified")
    merged = merge(drawn, existing(SLIDE), [], MatchRules(), morphometry)
    (conflict,) = merged.conflicts
    assert (conflict.why, conflict.ids) == ("human", ["old0"])
    assert 0.5 < conflict.values["inv_iou"] < 1 and not merged.additions
    assert accounted(merged, drawn) and set(merged.changes) == {0}


def test_two_reviews_of_one_outline_are_one_record(morphometry):
    early, late = (
        layer([SLIDE], i, status="confirmed", rev_date=date, **values)
        for i, (date, values) in enumerate(
            [
                ("2026-01-02", {"movement": "flow", "activity": "relict"}),
                ("2026-03-02", {"movement": "fall"}),
            ]
        )
    )
    merged = merge(early + late, [], [], MatchRules(), morphometry)
    (outline,) = merged.outlines
    assert (outline.values["movement"], outline.values["activity"]) == ("fall", "relict")
    (conflict,) = merged.conflicts
    assert (conflict.why, conflict.values["movement"]) == ("attributes", "flow")


def test_what_a_person_redrew_is_measured_though_the_review_was_not_applied(morphometry):
    """Area, length and terrain were those of the candidate, of what was drawn new none."""
    before = {**morphometry.measure(square(0, 0)), "slope_mean": 12.0}
    redrawn = layer([square(0, 0, 120)], 0, status="modified", **before)
    confirmed = layer([square(500, 0)], 0, status="confirmed", **before)
    drawn = layer([square(900, 0, 50)], 0, status="confirmed", method="manual")
    merged = merge(redrawn + confirmed + drawn, [], [], MatchRules(), morphometry)
    rows = sorted((o.values for o in merged.outlines), key=lambda row: row["lon"])
    areas = [row["area_m2"] * 0.9996**2 for row in rows]
    assert areas == pytest.approx([120**2, 100**2, 50**2], rel=1e-3)
    assert [row.get("slope_mean") for row in rows] == [None, 12.0, None]
    assert [row["method"] for row in rows] == ["auto_edit", "auto", "manual"]


# --- the way on from a conflict ---


def decided(merged, word, layer_number=8):
    """The conflicts of a merge as their layer gives them back, with a decision."""
    return [
        read_outline(c.outline.wkb, {**c.values, "resolve": word}, layer_number)
        for c in merged.conflicts
    ]


@pytest.fixture
def conflict(morphometry):
    """A candidate of 40 m x 40 m in an existing square of 100 m."""
    found, old = layer([square(10, 10, 40)], 0), existing(square(0, 0), movement="flow")
    return found, old, merge(found, old, [], MatchRules(), morphometry)


@pytest.mark.parametrize("with_candidates", [True, False])
@pytest.mark.parametrize(
    "word", ["keep", "replace", "add", "reject", "REPLACE", "替换已有轮廓"]
)
def test_a_decision_is_taken_up(morphometry, conflict, word, with_candidates):
    found, old, first = conflict
    again = decided(first, word) + found * with_candidates
    merged = merge(again, old, [], MatchRules(), morphometry)
    assert not merged.conflicts and not merged.removed
    stored = {"REPLACE": "replace", "替换已有轮廓": "replace"}.get(word, word)
    assert dict(merged.resolved) == {stored: 1}
    assert [o.shape.area for o in merged.outlines] == [1600] * (stored == "add")
    if stored == "replace":
        assert merged.replaced[0].shape.area == 1600 and merged.replaced[0].name == "old0"
        row = merged.additions[0]
        assert row["area_m2"] == pytest.approx(1600 / 0.9996**2, rel=1e-3)
        assert (row["status"], row["method"]) == ("modified", "auto")
        assert "movement" not in row and "ls_id" not in row
    else:
        assert not merged.replaced and not merged.additions
    kept = [c.values["resolve"] for c in merged.decisions]
    assert kept == [stored] * (stored in ("keep", "reject"))
    # which goes on holding when the layer of conflicts is given once more
    third = merge(
        [read_outline(c.outline.wkb, c.values, 8) for c in merged.decisions] + found,
        old,
        [],
        MatchRules(),
        morphometry,
    )
    assert len(third.conflicts) == (stored not in ("keep", "reject"))


def test_one_outline_takes_the_place_of_two_and_two_that_of_one(morphometry):
    both = [scale(shape, 0.95, 0.95) for shape in RELATIONS["merged"][1]]
    wide = layer(RELATIONS["merged"][0], 0)
    old = existing(*both)
    first = merge(wide, old, [], MatchRules(), morphometry)
    merged = merge(decided(first, "replace"), old, [], MatchRules(), morphometry)
    assert merged.replaced[0].shape.equals(wide[0].shape)
    assert merged.removed == {1} and not merged.outlines

    halves, old = layer(RELATIONS["split"][0], 0), existing(*RELATIONS["split"][1])
    first = merge(halves, old, [], MatchRules(), morphometry)
    assert len(first.conflicts) == 2
    merged = merge(decided(first, "replace"), old, [], MatchRules(), morphometry)
    assert len(merged.replaced) == len(merged.outlines) == 1 and not merged.removed
    assert not merged.conflicts
    assert merged.outlines[0].values["status"] == "modified"


def test_identifiers_may_hold_commas(morphometry):
    both = RELATIONS["merged"][1]
    old = [
        read_outline(wkb.dumps(shape), {}, -2, name=name)
        for shape, name in zip(both, ["Ridge, north", "Ridge, south"])
    ]
    wide = layer(RELATIONS["merged"][0], 0)
    first = merge(wide, old, [], MatchRules(), morphometry)
    merged = merge(decided(first, "replace"), old, [], MatchRules(), morphometry)
    assert len(merged.replaced) == 1 and len(merged.removed) == 1
    kept = merge(decided(first, "keep"), old, [], MatchRules(), morphometry).decisions
    assert kept[0].values["with_ids"] == first.conflicts[0].values["with_ids"]


@pytest.mark.parametrize("length", [254, 252])  # of a field, of a Shapefile's in Chinese
def test_one_outline_takes_the_place_of_more_than_a_field_can_name(morphometry, length):
    """A deep-seated slide around forty of an inventory: those whose identifiers did not
    fit stayed beneath it.
    """
    small = [square(20 * i, 20 * j, 18) for i in range(8) for j in range(5)]
    old = [
        read_outline(wkb.dumps(shape), {}, -2, name=f"sheet_{place:08x}")
        for place, shape in enumerate(small)
    ]
    first = merge(layer([square(0, 0, 160)], 0), old, [], MatchRules(), morphometry)
    (outline,) = decided(first, "replace")
    values = {**outline.values, "with_ids": outline.values["with_ids"][:length]}
    again = [read_outline(outline.wkb, values, 8)]
    merged = merge(again, old, [], MatchRules(), morphometry)
    assert len(merged.replaced) == 1 and not merged.outlines
    assert merged.removed | set(merged.replaced) == set(range(40))


@pytest.fixture
def both_added(morphometry):
    """An inventory that a merge gave, and its conflicts, whose outlines stand in it: one
    that overlaps an existing square, one that was rejected before.
    """
    found = layer([square(70, 0), square(500, 0)], 0, ls_id=["o", "r"], p_mean=0.9)
    refused = layer([square(505, 0)], 7, ls_id="no", p_mean=0.5)
    old = existing(square(0, 0), status="confirmed", ls_id="old0")
    first = merge(found, old, refused, MatchRules(), morphometry)
    assert [c.why for c in first.conflicts] == ["overlap", "returned"]
    rows = [read_outline(o.wkb, o.values, -2, name=o.name) for o in first.outlines]
    return [*old, *rows], first


@pytest.mark.parametrize("inset", [0, 2])
@pytest.mark.parametrize(
    ("word", "removed"), [("add", set()), ("keep", {1}), ("reject", {1, 2})]
)
def test_what_the_inventory_has_is_not_added_once_more(
    morphometry, both_added, word, removed, inset
):
    """Whether or not the person corrected the outline of the conflict."""
    inventory, first = both_added
    again = [
        read_outline(wkb.dumps(outline.shape.buffer(-inset)), outline.values, 8)
        for outline in decided(first, word)
    ]
    merged = merge(again, inventory, [], MatchRules(), morphometry)
    assert merged.removed == removed and not merged.outlines and not merged.conflicts
    status, side = ("modified", 96) if inset else ("confirmed", 100)
    rows = {i: merged.additions[i]["status"] for i in merged.additions}
    assert rows == ({1: status, 2: status} if word == "add" else {})
    areas = [round(shown.shape.area) for shown in merged.replaced.values()]
    assert areas == ([side**2] * 2 if word == "add" else [])


@pytest.mark.parametrize("inset", [0, 2])
def test_what_replaces_another_does_not_stay_beside_it(morphometry, both_added, inset):
    inventory, first = both_added
    outline = decided(first, "replace")[0]
    again = read_outline(wkb.dumps(outline.shape.buffer(-inset)), outline.values, 8)
    merged = merge([again], inventory, [], MatchRules(), morphometry)
    assert set(merged.replaced) == {0} and merged.removed == {1} and not merged.outlines


@pytest.mark.parametrize("word", ["add", "replace"])
@pytest.mark.parametrize("inset", [0, 2])
def test_measures_of_a_corrected_outline_are_its_own(morphometry, word, inset):
    """Area and relief were those of the outline before, for an outline that nobody touched
    length and width were no longer those along its slope.
    """
    terrain = {"slope_mean": 12.0, "h_l": 0.2, "length_m": 40.0, "lw_meth": "dem"}
    measured = {**morphometry.measure(square(10, 10, 40)), **terrain, "dem_src": "d.tif"}
    found = layer([square(10, 10, 40)], 0, flags="D", **measured)
    old = existing(square(0, 0), dem_src="old.tif")
    first = merge(found, old, [], MatchRules(), morphometry)
    (outline,) = decided(first, word)
    again = read_outline(wkb.dumps(outline.shape.buffer(-inset)), outline.values, 8)
    merged = merge([again], old, [], MatchRules(), morphometry)
    row = merged.outlines[0].values if word == "add" else merged.additions[0]
    side = 40 - 2 * inset
    assert row["area_m2"] == pytest.approx(side**2 / 0.9996**2, rel=1e-3)
    names = ("slope_mean", "h_l", "dem_src", "flags")
    if inset:
        assert [row[name] for name in names] == [None] * 4
        assert (row["lw_meth"], row["method"]) == ("mbr", "auto_edit")
    else:
        assert [row[name] for name in names] == [12.0, 0.2, "d.tif", "D"]
        assert (row["length_m"], row["lw_meth"], row["method"]) == (40.0, "dem", "auto")


def test_an_area_that_was_taken_on_a_map_is_that_of_its_outline(morphometry):
    """At the edge of a zone of six degrees it is 0.2 % larger than on the ground, on a
    cone through a whole country 0.6 %.
    """
    area = 1.006 * morphometry.measure(SLIDE)["area_m2"]
    person = layer([SLIDE], 0, status="confirmed", area_m2=area, slope_mean=12.0)
    merged = merge(person, [], [], MatchRules(), morphometry)
    assert merged.outlines[0].values["slope_mean"] == 12.0


def test_a_person_s_row_is_not_given_up_for_a_machine_s(morphometry):
    """Of the same identifier, drawn otherwise by a person since."""
    inventory = existing(square(0, 0), ls_id="a", status="modified")
    values = {"conflict": "overlap", "ls_id": "a", "resolve": "reject", "with_ids": "b"}
    again = [read_outline(wkb.dumps(square(90, 0)), values, 8)]
    merged = merge(again, inventory, [], MatchRules(), morphometry)
    assert not merged.removed


def test_what_came_back_and_is_rejected_again_leaves_the_inventory(morphometry):
    refused = layer([translate(SLIDE, 6, 4)], 7, ls_id="r", p_mean=0.5)
    found = layer([SLIDE], 0, p_mean=0.9)
    first = merge(found, [], refused, MatchRules(), morphometry)
    inventory = [read_outline(o.wkb, o.values, 9, name=o.name) for o in first.outlines]
    merged = merge(decided(first, "reject"), inventory, [], MatchRules(), morphometry)
    assert merged.removed == {0} and not merged.outlines and not merged.conflicts


def test_decisions_that_cannot_be_taken_up_are_refused(morphometry, conflict):
    _, old, first = conflict
    with pytest.raises(MrifeError, match="'maybe'; it must be one of keep, replace"):
        merge(decided(first, "maybe"), old, [], MatchRules(), morphometry)
    with pytest.raises(MrifeError, match="'old0', which the existing inventory does not"):
        merge(decided(first, "replace"), [], [], MatchRules(), morphometry)
    elsewhere = existing(square(900, 900))  # called old0, too
    with pytest.raises(MrifeError, match="'old0', which the existing inventory does not"):
        merge(decided(first, "replace"), elsewhere, [], MatchRules(), morphometry)


def test_one_order_of_review_over_what_is_open(morphometry):
    """Ranks of three lists: each began at 1. A confirmed outline, whichever layer it came
    in, and one that is given up have no place in the order.
    """
    slides = [square(300 * i, 0, 60 + 20 * i) for i in range(6)]
    old = existing(slides[0], slides[1], slides[2], rev_rank=1, conf=0.6, area_m2=8000.0)
    old[0].values["status"] = "candidate"
    old[1].values["status"] = "confirmed"
    gone = layer([slides[2]], 0, resolve="reject", rev_rank=1, p_mean=0.1)
    first = layer([slides[3]], 1, rev_rank=1, p_mean=0.55)
    second = layer([slides[4]], 2, rev_rank=1, p_mean=0.9)
    person = layer([slides[5]], 3, rev_rank=2, status="confirmed")
    merged = merge([*gone, *first, *second, *person], old, [], MatchRules(), morphometry)
    places = merged.places(len(old), keep_all=True)
    assert places == [0, 1]
    order = merged.ranks(old, places)
    assert order[:2] == [3, None]  # 0.6 of 0.8 ha comes behind 0.55 of 1.4 and 0.9 of 2
    by_place = {
        outline.shape.bounds[0] - X: rank
        for outline, rank in zip(merged.outlines, order[2:])
    }
    assert by_place == {900.0: 2, 1200.0: 1, 1500.0: None}


def test_conflicts_have_an_order_of_their_own(morphometry):
    old = existing(square(0, 0), square(500, 0), square(1000, 0))
    moved = [square(500 * i + 40, 0) for i in range(3)]
    measured = {"area_m2": 10000.0}
    first = layer(moved[:2], 0, rev_rank=[1, 2], p_mean=[0.6, 0.9], **measured)
    second = layer(moved[2:], 1, rev_rank=1, p_mean=0.7, resolve="keep", with_ids="old2")
    merged = merge(first + second, old, [], MatchRules(), morphometry)
    order = {
        c.outline.values["p_mean"]: c.values["rev_rank"]
        for c in (*merged.conflicts, *merged.decisions)
    }
    assert order == {0.6: 2, 0.9: 1, 0.7: None}


def test_the_sides_on_a_border_are_looked_for_in_one_pass_over_all_sheets():
    """A name of a sheet is not held against that of each polygon."""
    compared = []

    class Name(str):
        __hash__ = str.__hash__

        def __eq__(self, other):
            compared.append(other)
            return str.__eq__(self, other)

    count = 100  # sheets of two polygons
    shapes = [box(x, y, x + 1, y + 1) for x in range(count) for y in (3 * x, 3 * x + 1)]
    values = [{"sheet": Name(f"s{x}")} for x in range(count) for _ in range(2)]
    sides = cut_sides([wkb.dumps(shape) for shape in shapes], values)
    assert len(compared) < 10 * count
    assert all(wkb.loads(side).length == 3 for side in sides)


def test_of_two_that_replace_one_the_better_takes_its_place_and_the_other_stays(
    morphometry,
):
    decided = {"conflict": "modified", "resolve": "replace", "with_ids": "old0"}
    small = layer([square(0, 0, 45)], 0, ls_id="s", **decided)
    better = layer([box(X, Y, X + 90, Y + 100)], 1, ls_id="b", **decided)
    merged = merge(small + better, existing(square(0, 0)), [], MatchRules(), morphometry)
    assert merged.replaced[0].shape.area == pytest.approx(9000)
    assert [o.shape.area for o in merged.outlines] == [pytest.approx(2025)]


@pytest.mark.parametrize("status, removed", [("candidate", {0}), ("confirmed", set())])
def test_keep_takes_no_outline_away_that_a_person_confirmed(morphometry, status, removed):
    old = existing(square(0, 0), ls_id="m", status=status)
    decided = {"conflict": "overlap", "resolve": "keep", "with_ids": "old1"}
    conflict = layer([square(0, 0)], 0, ls_id="m", **decided)
    merged = merge(conflict, old, [], MatchRules(), morphometry)
    assert merged.removed == removed


@pytest.mark.parametrize("status, stays", [("candidate", False), ("confirmed", True)])
def test_what_a_person_drew_on_decided_ground_stays(morphometry, status, stays):
    decided = {"conflict": "modified", "resolve": "keep", "with_ids": "old0"}
    conflict = layer([square(0, 0)], 0, ls_id="m", **decided)
    again = layer([square(5, 0)], 1, status=status)
    merged = merge(conflict + again, [], [], MatchRules(), morphometry)
    assert len(merged.outlines) == stays
    assert merged.counts["duplicates"] == (not stays)
