# SPDX-License-Identifier: GPL-2.0-or-later
"""What a review comes to: what is redrawn is measured, the rest stays; what is taught,
and where.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from candidates import X, Y, blob, values
from samples import wkt
from shapely import wkb
from shapely.affinity import scale, translate
from shapely.geometry import MultiPolygon, Point, Polygon, box
from shapely.ops import unary_union

from models.errors import MrifeError
from models.geo.crs import Crs
from models.inventory.morphometry.morphometry import Morphometry
from models.inventory.review.apply import Review
from models.inventory.review.training_labels import reviewed_area, surrounded

UTM = Crs(wkt(32647))


def settle(polygons, changes, originals=True, field_check=False, morphometry=None):
    """The outcome for candidates 0, 1, ... of these polygons with changed attributes."""
    records = [
        (
            wkb.dumps(polygon),
            {**values(i, polygon), "status": "candidate", **changes.get(i, {})},
        )
        for i, polygon in enumerate(polygons)
    ]
    before = (
        {values(i, blob(i, 9))["ls_id"]: blob(i, 9) for i in range(9)}
        if originals is True
        else originals
    )
    return Review(UTM, morphometry or Morphometry(UTM), before, field_check).settle(
        records
    )


def blobs():
    return [blob(i, 9) for i in range(9)]


def test_untouched_ones_stay_to_the_last_digit():
    polygons, changes = (
        blobs(),
        {i: {"status": "confirmed", "perim_m": 1.234567890123} for i in range(9)},
    )
    outcome = settle(polygons, changes)
    assert [data for data, _ in outcome.inventory] == [wkb.dumps(p) for p in polygons]
    for i, (_, found) in enumerate(outcome.inventory):
        before = {**values(i, polygons[i]), **changes[i]}
        assert {k: v for k, v in found.items() if k not in ("usgs_conf", "geo_conf")} == {
            k: v for k, v in before.items() if k != "usgs_conf"
        }
        # likely: a person has confirmed it
        assert (found["usgs_conf"], found["geo_conf"]) == (3, None)
    assert not outcome.notes["measured"]


def test_a_redrawn_outline_is_measured_and_says_so():
    polygons = blobs()
    polygons[0] = scale(polygons[0], 0.5, 0.5)
    outcome = settle(
        polygons, {0: {"status": "modified", "z_max": 5.0}, 1: {"status": "modified"}}
    )
    first, second = (found for _, found in outcome.inventory)
    assert (
        first["area_m2"] == pytest.approx(polygons[0].area, rel=1e-3)
        and first["perim_m"] > 100
    )
    assert (
        first["method"] == "auto_edit" and first["z_max"] is None
    )  # without a DEM not that of the old one
    assert (second["perim_m"], second["method"]) == (
        1.25,
        "auto",
    )  # changed in words only
    assert (outcome.counts["modified"], outcome.notes["measured"]) == (2, 1)


def test_a_confirmed_outline_that_was_redrawn_is_modified():
    polygons = blobs()
    polygons[3] = translate(polygons[3], 5)
    outcome = settle(polygons, {3: {"status": "confirmed"}, 4: {"status": "confirmed"}})
    assert [found["status"] for _, found in outcome.inventory] == [
        "modified",
        "confirmed",
    ]
    assert (
        outcome.counts["modified"]
        == outcome.counts["confirmed"]
        == outcome.notes["modified"]
        == 1
    )


def test_a_vertex_list_that_starts_elsewhere_is_not_redrawn():
    polygons = blobs()
    ring = list(polygons[0].exterior.coords)[:-1]
    polygons[0] = MultiPolygon([Polygon(ring[7:] + ring[:7])])
    assert not settle(polygons, {0: {"status": "confirmed"}}).notes["measured"]


def test_digits_that_geojson_rounds_are_not_redrawn():
    """All that was confirmed was measured anew, and lost its terrain."""
    polygons = blobs()
    polygons[0] = translate(polygons[0], 0.004, -0.005)
    outcome = settle(polygons, {0: {"status": "confirmed", "z_max": 5.0}})
    ((_, found),) = outcome.inventory
    assert (found["status"], found["z_max"]) == ("confirmed", 5.0)


def test_an_outline_redrawn_by_some_metres_is_so_in_kilometres_too():
    kilometres = Crs("+proj=utm +zone=47 +datum=WGS84 +units=km")
    before = scale(blob(0, 9), 0.001, 0.001, origin=(0, 0))
    row = {**values(0, before), "status": "confirmed"}
    originals = {row["ls_id"]: before}
    review = Review(kilometres, Morphometry(kilometres), originals, False)
    outcome = review.settle([(wkb.dumps(translate(before, 0.005)), row)])
    assert (outcome.notes["measured"], outcome.notes["modified"]) == (1, 1)


def test_without_originals_the_status_decides():
    outcome = settle(
        blobs(), {0: {"status": "modified"}, 1: {"status": "confirmed"}}, originals=None
    )
    assert (
        outcome.notes["measured"] == 1
        and outcome.inventory[0][1]["method"] == "auto_edit"
    )


def test_measures_of_another_outline_are_said_where_no_originals_are_known():
    """The review was saved as another file: nothing says that the outline was redrawn."""
    polygons = blobs()
    polygons[3] = scale(polygons[3], 0.9, 0.9)
    changes = {i: {"status": "confirmed", "area_m2": blob(i, 9).area} for i in range(9)}
    outcome = settle(polygons, changes, originals=None)
    assert (outcome.notes["stale"], outcome.notes["measured"]) == (1, 0)
    assert not settle(polygons, changes).notes["stale"]


def test_drawn_and_split_polygons_get_identifiers_of_their_own():
    polygons = blobs()
    west, south, east, north = polygons[2].bounds
    cut = west + 0.7 * (east - west)
    large, small = (
        polygons[2].intersection(box(*bounds))
        for bounds in ((west, south, cut, north), (cut, south, east, north))
    )
    drawn, same = (
        box(X + 5, Y - 60, X + 60, Y - 5),
        {"ls_id": values(2, polygons[2])["ls_id"], "status": "confirmed"},
    )
    outcome = settle(
        [*polygons[:2], large, *polygons[3:], small, drawn],
        {
            2: same,
            9: same,
            10: {"ls_id": None, "status": "confirmed", "method": None, "model_id": None},
        },
    )
    kept, piece, new = (found for _, found in outcome.inventory)
    assert (
        kept["ls_id"] == same["ls_id"]
        and len({kept["ls_id"], piece["ls_id"], new["ls_id"]}) == 3
    )
    assert (kept["method"], piece["method"], new["method"]) == (
        "auto_edit",
        "auto_edit",
        "manual",
    )
    assert (piece["status"], new["status"]) == ("modified", "confirmed")
    assert (
        outcome.notes["split"],
        outcome.notes["drawn"],
        outcome.notes["measured"],
    ) == (1, 1, 3)


def test_a_rejected_piece_has_the_area_of_the_piece():
    polygons = blobs()
    west, south, east, north = polygons[2].bounds
    middle = (west + east) / 2
    halves = [
        polygons[2].intersection(box(*bounds))
        for bounds in ((west, south, middle, north), (middle, south, east, north))
    ]
    whole = values(2, polygons[2])
    of_both = {"ls_id": whole["ls_id"], "area_m2": polygons[2].area, "rej_why": "road"}
    polygons[2] = halves[0]
    outcome = settle(
        [*polygons, halves[1]],
        {
            2: {**of_both, "status": "confirmed"},
            9: {**of_both, "status": "rejected"},
        },
    )
    (_, rejected), *_ = outcome.rejected
    assert rejected["area_m2"] == pytest.approx(halves[1].area, rel=0.002)


def test_of_a_copy_the_untouched_one_keeps_the_identifier():
    polygons = blobs()
    larger = scale(polygons[0], 1.2, 1.2)
    name = {"ls_id": values(0, polygons[0])["ls_id"], "status": "confirmed"}
    outcome = settle([larger, *polygons[1:], polygons[0]], {0: name, 9: name})
    assert [found["ls_id"] == name["ls_id"] for _, found in outcome.inventory] == [
        False,
        True,
    ]
    assert outcome.inventory[1][1]["perim_m"] == 1.25


def test_only_redrawn_outlines_are_repaired():
    polygons = blobs()
    bow = Polygon([(X, Y), (X + 100, Y - 100), (X + 100, Y), (X, Y - 100)])
    polygons[0] = polygons[1] = bow
    before = {values(i, p)["ls_id"]: p for i, p in enumerate(blobs())}
    before[values(1, bow)["ls_id"]] = bow  # was invalid all along
    outcome = settle(
        polygons, {0: {"status": "modified"}, 1: {"status": "confirmed"}}, before
    )
    (mended, _), (left, _) = outcome.inventory
    assert wkb.loads(mended).is_valid and left == wkb.dumps(bow)
    assert outcome.notes["repaired"] == outcome.notes["invalid"] == 1


@pytest.mark.parametrize(
    "points, given, geo_conf, usgs_conf",
    [
        ((9, 8, 7, 6), 2, "high", 3),
        ((9, 2, 0, 0), 3, "moderate", 2),
        ((1, 0, 0, 0), 3, "low", 1),
        # a missing feature is not one of 0 points
        ((9, None, None, None), 2, None, 3),
        ((10, 10, 10, None), 2, "high", 3),
        ((10, 5, 4, None), 2, "moderate", 2),
        ((0, 0, 0, None), 3, "low", 1),
        ((0, 0, 1, None), 3, None, 3),
        # 5 and 8 only a person gives
        ((None,) * 4, 8, None, 8),
        ((1, 0, 0, 0), 5, "low", 5),
    ],
)
def test_confidence_of_a_person(points, given, geo_conf, usgs_conf):
    cs = dict(zip(("cs_head", "cs_flank", "cs_toe", "cs_inner"), points))
    outcome = settle(blobs(), {0: {"status": "confirmed", "usgs_conf": given, **cs}})
    found = outcome.inventory[0][1]
    assert (found["geo_conf"], found["usgs_conf"]) == (geo_conf, usgs_conf)


def test_what_is_taught():
    outcome = settle(
        blobs(),
        {
            0: {"status": "confirmed", "geo_conf": "low"},
            1: {"status": "confirmed"},
            2: {"status": "rejected", "rej_why": "road"},
            3: {"status": "rejected"},
            4: {"status": "field_check"},
        },
    )
    lessons = [
        tuple(found[name] for name in ("cls", "rej_why", "weight"))
        for _, found in outcome.training
    ]
    assert lessons == [
        (1, None, 0.5),
        (1, None, 1.0),
        (0, "road", 1.0),
        (0, "other", 1.0),
    ]
    assert (
        outcome.notes["reasonless"] == 1 and len(outcome.unsure) == 5
    )  # 4 open, 1 for a field check
    assert dict(outcome.counts) == {
        "confirmed": 2,
        "rejected": 2,
        "field_check": 1,
        "candidate": 4,
    }
    assert [found["ls_id"] for _, found in outcome.rejected] == [
        "sheet_00000002",
        "sheet_00000003",
    ]


def test_field_checks_enter_only_on_request_and_keep_their_confidence():
    changes = {0: {"status": "field_check"}}
    assert not settle(blobs(), changes).inventory
    ((_, found),) = settle(blobs(), changes, field_check=True).inventory
    assert (found["status"], found["usgs_conf"]) == ("field_check", 2)


def test_the_ring_around_a_reviewed_polygon_is_as_wide_in_all_directions():
    degrees = Crs(wkt(4326))
    east, north = degrees.metres_per_unit(60.0)
    disc = scale(Point(12, 60).buffer(1, 64), 100 / east, 100 / north)
    west, south, right, top = surrounded(disc, degrees).bounds
    across = np.array([(right - west) * east, (top - south) * north])
    assert across == pytest.approx(400, rel=1e-3)


def test_not_labelled_is_not_negative():
    polygons = blobs()
    decided, unsure = polygons[:2], polygons[2:4]
    around = unary_union(reviewed_area(decided, unsure, UTM))
    expected = unary_union([surrounded(p, UTM) for p in decided]).difference(
        unary_union(unsure)
    )
    assert around.symmetric_difference(expected).area < 1e-3 and all(
        around.contains(p.centroid) for p in decided
    )
    whole = unary_union(
        reviewed_area(decided, unsure, UTM, [box(X, Y - 2000, X + 2000, Y)])
    )
    assert whole.area == pytest.approx(4e6 - sum(p.area for p in unsure))
    assert not any(whole.contains(p.centroid) for p in unsure) and whole.contains(
        polygons[8]
    )
    overlapping = unary_union(
        reviewed_area([box(0, 0, 2, 2)], [box(1, 0, 3, 2)], UTM, [box(0, 0, 4, 4)])
    )
    assert overlapping.contains(
        box(1.1, 0.1, 1.9, 1.9)
    )  # decided wins over a candidate that lies on it
    assert reviewed_area([], [], UTM) == []


def test_deleted_polygons_are_neither():
    outcome = settle(blobs()[:7], {0: {"status": "confirmed"}})
    assert outcome.notes["deleted"] == 2 and len(outcome.unsure) == 8


def test_other_words_are_refused_with_the_right_ones():
    with pytest.raises(
        MrifeError, match="'maybe'; it must be one of candidate, confirmed"
    ):
        settle(blobs(), {0: {"status": "maybe"}})
    assert (
        settle(blobs(), {0: {"status": "确认"}, 1: {"status": "Confirmed "}}).counts[
            "confirmed"
        ]
        == 2
    )
    with pytest.raises(MrifeError, match="share no ls_id"):
        settle(blobs(), {}, originals={"another": box(0, 0, 1, 1)})


def test_sizes_of_the_old_outline_do_not_stay():
    polygons = blobs()
    polygons[0] = scale(polygons[0], 0.9)
    measured = SimpleNamespace(measure=lambda polygon: {"area_m2": 1.0})
    ((_, found),) = settle(
        polygons,
        {0: {"status": "modified", "vol_est": 9.0, "dem_src": "old"}},
        morphometry=measured,
    ).inventory
    assert (found["area_m2"], found["vol_est"], found["dem_src"], found["conf"]) == (
        1.0,
        None,
        None,
        0.3,
    )


def test_no_ground_is_taught_as_landslide_and_as_negative():
    """The hard negative loses what it shares; one that a landslide covers is left out."""
    polygons = blobs()
    west, south, east, north = polygons[0].bounds
    half = box(west, south, (west + east) / 2, north)
    states = {i: {"status": "rejected", "rej_why": "road"} for i in range(3)}
    drawn = {"ls_id": None, "status": "confirmed"}
    outcome = settle(
        [*polygons, half, polygons[1].buffer(-0.5)], {**states, 9: drawn, 10: drawn}
    )
    shapes = {0: [], 1: []}
    for data, label in outcome.training:
        shapes[label["cls"]].append(wkb.loads(data))
    assert [len(shapes[1]), len(shapes[0])] == [2, 2]
    landslides, negatives = (unary_union(shapes[cls]) for cls in (1, 0))
    assert landslides.intersection(negatives).area < 1e-3
    assert negatives.area == pytest.approx(polygons[0].area / 2 + polygons[2].area)
    lost = sorted([polygons[0].area / 2, polygons[1].area])
    assert sorted(outcome.untaught_m2) == pytest.approx(lost, rel=2e-3)
    # what must not come back stays whole
    assert [len(outcome.rejected), len(outcome.inventory)] == [3, 2]
    assert wkb.loads(outcome.rejected[0][0]).equals(polygons[0])


def test_a_redrawn_outline_has_the_flags_of_its_own():
    polygons = blobs()
    old = {"flags": "EDK", "edge": 1, "valid_fr": 0.4, "excl_fr": 0.7, "inv_iou": 0.6}
    old.update(triage="check", tri_why="D,C,E", conf=0.5, status="modified", inv_id="a")
    polygons[0] = scale(polygons[0], 0.5, 0.5)
    x, y = polygons[1].centroid.coords[0]
    polygons[1] = box(x - 200, y - 5, x + 200, y + 5)
    outcome = settle(polygons, {i: dict(old) for i in range(3)})
    slide, ribbon, untouched = (values for _, values in outcome.inventory)
    # uncertain is the candidate's confidence, a ribbon the outline's shape
    assert (slide["flags"], ribbon["flags"]) == ("U", "LU")
    for own in (slide, ribbon):
        for name in ("edge", "valid_fr", "excl_fr", "inv_iou", "triage", "tri_why"):
            assert own[name] is None
        assert own["inv_id"] == "a"
    assert {name: untouched[name] for name in old} == old


def test_what_a_person_drew_says_which_image_it_lies_on():
    polygons = blobs()
    other = {"sheet": "H47", "src_img": "b.tif", "img_date": "2021-03-04", "gsd_m": 2.0}
    x, y = polygons[8].centroid.coords[0]
    drawn = {"ls_id": None, "status": "confirmed", "method": None, "model_id": None}
    drawn.update(dict.fromkeys(other), run_utc=None)
    near, own = box(x + 150, y, x + 190, y + 40), box(x - 190, y, x - 150, y + 40)
    outcome = settle(
        [*polygons, near, own],
        {8: other, 9: drawn, 10: {**drawn, "src_img": "mine.tif"}},
    )
    inherited, stated = (values for _, values in outcome.inventory)
    assert {name: inherited[name] for name in other} == other
    assert inherited["ls_id"].startswith("H47_") and inherited["method"] == "manual"
    assert inherited["model_id"] is None and inherited["run_utc"] is None
    assert stated["src_img"] == "mine.tif" and stated["img_date"] is None
    assert outcome.notes["inherited"] == 1


def test_a_piece_that_was_split_off_is_measured_though_no_original_is_known():
    polygons = blobs()
    west, south, east, north = polygons[0].bounds
    third = box(west, south, west + (east - west) / 3, north)
    piece = polygons[0].intersection(third)
    polygons[0] = polygons[0].difference(third)
    name = values(0, blob(0, 9))["ls_id"]
    whole = {"status": "confirmed", "ls_id": name, "area_m2": blob(0, 9).area}
    outcome = settle([*polygons, piece], {0: whole, 9: whole}, originals=None)
    owner, other = (found for _, found in outcome.inventory)
    assert owner["ls_id"] == name != other["ls_id"]
    for found, shape in ((owner, polygons[0]), (other, piece)):
        assert found["area_m2"] == pytest.approx(shape.area, rel=2e-3)
        assert found["status"] == "modified"
    assert outcome.notes["split"] == 1
    assert [shape.area for shape in outcome.decided] == [polygons[0].area, piece.area]


def test_overlaps_in_the_inventory_are_said():
    polygons = blobs()
    west, south, east, north = polygons[0].bounds
    half = box(west, south, (west + east) / 2, north)
    states = {i: {"status": "confirmed"} for i in range(3)}
    drawn = {"ls_id": None, "status": "confirmed"}
    outcome = settle([*polygons, half], {**states, 9: drawn})
    (overlap,) = outcome.overlaps
    assert "sheet_00000000" in (overlap.one, overlap.other)
    assert overlap.m2 == pytest.approx(polygons[0].area / 2, rel=2e-3)
    quarter = box(east - (east - west) / 4, south, east, north)
    two = settle([*polygons, quarter, half], {**states, 9: drawn, 10: drawn}).overlaps
    assert [each.m2 for each in two] == sorted((each.m2 for each in two), reverse=True)
    assert len(two) == 2 and two[0].m2 > 1.5 * two[1].m2
    # a common border is none
    touching = box(east, south, east + 50, north)
    assert not settle([*polygons, touching], {**states, 9: drawn}).overlaps


@pytest.mark.parametrize(
    "originals, relation, stays",
    [(None, "new", 2), (None, None, 1), (True, "new", 1)],
    ids=["of a merge", "of anything", "taken back in a review"],
)
def test_of_a_merge_what_has_no_status_is_in_the_inventory(originals, relation, stays):
    """It was left out of the final one as a candidate that nobody had looked at."""
    changes = {
        0: {"status": None},
        1: {"status": "confirmed", "inv_rel": relation},
    }
    outcome = settle(blobs(), changes, originals)
    assert len(outcome.inventory) == stays
    assert outcome.counts["candidate"] == 9 - stays


@pytest.mark.parametrize("mark", [{"inv_rel": "new"}, {"rev_rank": 4}])
def test_what_a_person_reopened_in_a_merge_is_no_landslide(mark):
    """Without the outlines before the review, as from a copy of the reviewed layer."""
    changes = {0: {"status": None, **mark}, 1: {"status": "confirmed", "inv_rel": "new"}}
    outcome = settle(blobs(), changes, None)
    assert (len(outcome.inventory), outcome.counts["candidate"]) == (1, 8)
