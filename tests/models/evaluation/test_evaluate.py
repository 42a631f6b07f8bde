# SPDX-License-Identifier: GPL-2.0-or-later
"""An evaluation that can be worked out by hand: ten landslides and ten candidates on a
sheet of 10 x 10 km.
"""

from __future__ import annotations

import math
from datetime import datetime, timezone
from xml.etree import ElementTree

import numpy as np
import pytest
from shapely.geometry import box

from models.errors import MrifeError
from models.evaluation.evaluate import EvaluationArea, Outline, evaluate, plane_around
from models.evaluation.fields import candidate_values, reference_values
from models.evaluation.page import page
from models.evaluation.pixel_metrics import ConfusionCounts
from models.evaluation.ranking import confidence_of
from models.evaluation.result import Result
from models.evaluation.scores import SIZES_HA, homes_of
from models.evaluation.table import rows, table
from models.geo.coordinates import mapped
from models.geo.crs import Crs

EQUAL_AREA = Crs("+proj=laea +lat_0=30 +lon_0=100 +datum=WGS84 +units=m")


def rectangle(x, y, width, height):
    return box(x, y, x + width, y + height).wkb


AREA = [rectangle(0, 0, 10000, 10000)]
# x, y, width, height (m)
REFERENCE = [
    (1000, 1000, 100, 100),  # 0 drawn exactly
    (2000, 1000, 100, 100),  # 1 drawn with 60 of 100 m
    (3000, 1000, 200, 100),  # 2 drawn in two pieces, which leave 10 m between them
    (4000, 1000, 100, 100),  # 3 and 4: one candidate over both and 50 m between them
    (4150, 1000, 100, 100),
    (5000, 1000, 400, 200),  # 5 drawn 40 m too far east
    (6000, 1000, 100, 100),  # 6 missed
    (7000, 1000, 40, 40),  # 7 missed, below 0.25 ha
    (8000, 1000, 100, 100),  # 8 covered by 40 of 100 m: not found
    (9000, 1000, 100, 100),  # 9 inside a candidate four times as large: found
]
CANDIDATES = [
    ((1000, 1000, 100, 100), 0.9),
    ((2000, 1000, 60, 100), 0.8),
    ((3000, 1000, 95, 100), 0.7),
    ((3105, 1000, 95, 100), 0.7),
    ((4000, 1000, 250, 100), 0.6),
    ((5040, 1000, 400, 200), 0.95),
    ((8000, 1000, 40, 100), 0.5),
    ((8900, 900, 200, 200), 0.3),
    ((2000, 8000, 100, 100), 0.4),  # on nothing
    ((9960, 9000, 100, 100), 0.2),  # 40 of 100 m inside: no candidate of this area
]


@pytest.fixture(scope="module")
def area():
    return EvaluationArea(AREA, EQUAL_AREA)


@pytest.fixture(scope="module")
def hand(area):
    references = [Outline(rectangle(*shape)) for shape in REFERENCE]
    candidates = [Outline(rectangle(*shape), p) for shape, p in CANDIDATES]
    return evaluate(
        area.layer(candidates, EQUAL_AREA),
        area.layer(references, EQUAL_AREA),
        area.outline,
    )


def named(evaluation):
    return {scores.matches.rule: scores for scores in evaluation.rules}


def test_by_ground(hand):
    scores = hand.areas
    reference = 7 * 10_000 + 20_000 + 80_000 + 1_600
    candidate = 10_000 + 6_000 + 2 * 9_500 + 25_000 + 80_000 + 4_000 + 40_000 + 10_000
    candidate += 4_000  # what lies inside of the one at the edge
    both = 10_000 + 6_000 + 2 * 9_500 + 20_000 + 72_000 + 4_000 + 10_000
    assert scores.ground_m2 == pytest.approx(1e8, rel=1e-6)
    assert scores.reference_m2 == pytest.approx(reference, rel=1e-6)
    assert scores.candidate_m2 == pytest.approx(candidate, rel=1e-6)
    assert scores.both_m2 == pytest.approx(both, rel=1e-6)
    assert scores.precision.value == pytest.approx(both / candidate)
    assert scores.recall.value == pytest.approx(both / reference)
    assert scores.iou.value == pytest.approx(both / (candidate + reference - both))
    assert scores.f1.value == pytest.approx(2 * both / (candidate + reference))
    false = (candidate - both) / (1e8 - reference)
    assert scores.false_share.value == pytest.approx(false, rel=1e-4)


def test_strict_rule(hand):
    matches = named(hand)["strict"].matches
    # IoU: 1, 0.6, 0.475 and 0.475, 0.4 and 0.4, 0.818, 0.4, 0.25
    assert np.flatnonzero(matches.found).tolist() == [0, 1, 5]
    assert np.flatnonzero(matches.right).tolist() == [0, 1, 5]
    assert named(hand)["strict"].precision.value == pytest.approx(3 / 9)
    assert named(hand)["strict"].recall.value == pytest.approx(3 / 10)


def test_survey_rule(hand):
    scores = named(hand)["survey"]
    assert np.flatnonzero(scores.matches.found).tolist() == [0, 1, 2, 3, 4, 5, 9]
    # 7 covers a quarter of itself with a landslide, 8 nothing
    assert np.flatnonzero(scores.matches.right).tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert scores.precision.value == pytest.approx(7 / 9)
    assert scores.recall.value == pytest.approx(7 / 10)
    assert scores.f1.value == pytest.approx(2 * 7 / 9 * 0.7 / (7 / 9 + 0.7))


def test_two_thirds_rule(hand):
    matches = named(hand)["audit"].matches
    assert np.flatnonzero(matches.found).tolist() == [0, 5]


def test_pieces_and_merged_landslides(hand):
    assert hand.relations.fragments.tolist() == [1, 1, 2, 0, 0, 1, 0, 0, 1, 0]
    assert hand.relations.merged.tolist() == [1, 1, 0, 0, 2, 1, 0, 1, 0]


def test_pieces_that_cover_too_little_do_not_find_a_landslide(area):
    references = [Outline(rectangle(1000, 1000, 300, 100))]
    pieces = [Outline(rectangle(x, 1000, 50, 100)) for x in (1000, 1200)]
    layers = [area.layer(outlines, EQUAL_AREA) for outlines in (pieces, references)]
    found = evaluate(*layers, area.outline)
    assert found.relations.fragments.tolist() == [2] and found.found_in_pieces == 0
    scores = (found.survey.precision, found.survey.recall, found.survey.f1)
    assert [score.value for score in scores] == [1, 0, 0]


def test_of_what_reaches_out_of_the_area_the_part_inside_counts(area):
    shapes = [(9960, 9000, 100, 100), (9940, 5000, 100, 100), (1000, 1000, 50, 50)]
    layer = area.layer([Outline(rectangle(*shape)) for shape in shapes], EQUAL_AREA)
    assert layer.places.tolist() == [1, 2]
    assert layer.areas == pytest.approx([6000, 2500], rel=1e-6)


def test_pairs_are_compared_whatever_the_order_of_the_layers(area):
    shapes = [rectangle(1000 * n, 1000, 100, 100) for n in range(1, 4)]
    references = area.layer([Outline(shape) for shape in shapes], EQUAL_AREA)
    order = (2, 0, 1)
    candidates = area.layer([Outline(shapes[n]) for n in order], EQUAL_AREA)
    found = evaluate(candidates, references, area.outline)
    assert found.boundary.pairs == 3 and found.boundary.percentile_90 < 1e-6


def test_false_candidates_are_counted_on_what_was_searched(area):
    false = area.layer([Outline(rectangle(1000, 1000, 100, 100))], EQUAL_AREA)
    for searched in (1.0, 0.25):
        found = evaluate(false, area.layer([], EQUAL_AREA), area.outline, "conf", searched)
        density = found.false_per_100_km2.value
        assert density == pytest.approx(1 / searched, rel=1e-6)


def test_an_object_is_at_home_where_most_of_it_lies():
    objects = [box(0, 0, 10, 1), box(4, 0, 9, 1), box(8, 0, 18, 1)]
    blocks = [box(-20, 0, 7, 1), box(7, 0, 20, 1)]
    assert homes_of(objects, blocks).tolist() == [0, 0, 1]
    assert homes_of(objects, blocks[::-1]).tolist() == [1, 1, 0]


def test_sizes(hand):
    by_size = {(size.low, size.high): size for size in hand.sizes}
    assert len(by_size) == len(SIZES_HA) + 1
    smallest = by_size[0, 0.25]
    assert (smallest.references, smallest.found) == (1, 0)
    middle = by_size[1, 5]  # seven of exactly 1 ha and one of 2 ha
    assert (middle.references, middle.found) == (8, 6)
    large = by_size[5, 20]
    assert (large.references, large.found, large.candidates, large.right) == (1, 1, 1, 1)
    assert sum(size.candidates for size in hand.sizes) == 9


def test_false_density_and_effort(hand):
    assert hand.false_per_100_km2.value == pytest.approx(2, rel=1e-6)
    assert result_of(hand).effort == pytest.approx(9 / 7)


def test_boundary_of_strict_pairs(hand):
    assert hand.boundary.pairs == 3
    assert hand.boundary.median < 1e-6  # most of these outlines lie on each other
    assert hand.boundary.percentile_90 == pytest.approx(40, abs=0.1)


def drawn_20_m_too_far_east(area_bounds, system):
    """Evaluation of one landslide of 100 m a side, all layers in a system."""
    plane = Crs("+proj=laea +lat_0=65 +lon_0=100 +datum=WGS84 +units=m")
    shapes = [box(*area_bounds), box(20, 0, 120, 100), box(0, 0, 100, 100)]
    crs = Crs(system)
    ground, candidate, landslide = (
        mapped(shape, lambda points: plane.transform(points, crs)).wkb for shape in shapes
    )
    area = EvaluationArea([ground], crs)
    layers = (area.layer([Outline(shape)], crs) for shape in (candidate, landslide))
    return evaluate(*layers, area.outline).boundary


@pytest.mark.parametrize("system", ["EPSG:4326", "EPSG:32647", "EPSG:3857"])
def test_boundary_is_the_same_in_any_system(system):
    boundary = drawn_20_m_too_far_east((-1000, -1000, 1000, 1000), system)
    # of each outline one side lies 20 m off, one 0 to 20 along both others
    assert boundary.median == pytest.approx(10, abs=0.5)
    assert boundary.percentile_90 == pytest.approx(20, abs=0.1)


def test_boundary_leaves_out_where_the_area_cuts():
    whole = drawn_20_m_too_far_east((-1000, -1000, 1000, 1000), "EPSG:32647")
    # the area ends in the middle of both, along their length
    cut = drawn_20_m_too_far_east((-1000, -1000, 1000, 50), "EPSG:32647")
    assert cut.pairs == whole.pairs == 1
    assert cut.median == pytest.approx(whole.median, abs=0.5)


def test_boundaries_are_compared_both_ways(area):
    """A thin spike of 80 m on a square of 100 m: of 960 points along both outlines 160 lie
    on the spike, and the 96 farthest of them beyond 32 m.
    """
    square = box(1000, 1000, 1100, 1100)
    spike = square.union(box(1100, 1050, 1180, 1050.1))
    layers = [area.layer([Outline(s.wkb)], EQUAL_AREA) for s in (spike, square)]
    for candidates, references in (layers, layers[::-1]):
        scores = evaluate(candidates, references, area.outline)
        assert scores.boundary.median < 0.1
        assert scores.boundary.percentile_90 == pytest.approx(32, abs=1)


def test_confidence_ranks(hand):
    ranking = hand.ranking
    assert ranking.thresholds.tolist() == [0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3]
    assert ranking.counts.tolist() == [1, 2, 3, 5, 6, 7, 8, 9]
    # the two pieces find their landslide together, the large one finds two
    found = [1, 2, 3, 4, 6, 6, 6, 7]
    assert ranking.recall == pytest.approx(np.array(found) / 10)
    assert ranking.precision[5] == 1 and ranking.precision[-1] == pytest.approx(7 / 9)
    assert ranking.best().threshold == 0.6  # F1 0.75; of all of them 0.737
    assert ranking.reaching(0.6).threshold == 0.6
    assert ranking.reaching(0.8) is None
    assert ranking.most(5).threshold == 0.7
    assert ranking.reliability is None  # of nine candidates nothing can be said


def test_fields_of_the_layers(hand):
    candidates = candidate_values(hand)
    references = reference_values(hand)
    assert [row["ev_result"] for row in candidates] == [
        *["right"] * 4,
        "merging",
        "right",
        "right",
        "false",
        "false",
    ]
    assert [row["ev_result"] for row in references].count("missed") == 3
    assert candidates[7]["ev_cover"] == pytest.approx(0.25)
    assert references[1]["ev_iou"] == pytest.approx(0.6)


def test_degrees_and_another_system_give_the_same(area):
    degrees = Crs("EPSG:4326")

    def moved(shape):
        left, bottom, width, height = shape
        ring = np.array(
            [
                (left, bottom),
                (left + width, bottom),
                (left + width, bottom + height),
                (left, bottom + height),
            ],
            float,
        )
        from shapely.geometry import Polygon

        return Polygon(EQUAL_AREA.transform(ring, degrees)).wkb

    scores = evaluate(
        area.layer([Outline(moved(s), p) for s, p in CANDIDATES], degrees),
        area.layer([Outline(rectangle(*s)) for s in REFERENCE], EQUAL_AREA),
        area.outline,
    )
    assert scores.areas.iou.value == pytest.approx(141 / 228.6, abs=2e-4)
    assert named(scores)["survey"].recall.value == 0.7


def test_web_mercator_far_north_is_measured_in_true_metres():
    mercator = Crs("EPSG:3857")
    north = EvaluationArea([rectangle(0, 8_399_000, 20_000, 20_000)], mercator)
    # at 60 degrees a metre of the map is half a metre on the ground
    assert north.outline.area == pytest.approx(1e8, rel=0.01)
    assert plane_around(north.bounds, mercator).is_projected


def test_one_candidate_is_not_used_twice():
    """Of two equal landslides one over the other the strict rule finds one."""
    area = EvaluationArea(AREA, EQUAL_AREA)
    twice = [Outline(rectangle(0, 0, 100, 100))] * 2
    one = [Outline(rectangle(0, 0, 100, 100))]
    scores = evaluate(
        area.layer(one, EQUAL_AREA), area.layer(twice, EQUAL_AREA), area.outline
    )
    assert named(scores)["strict"].recall.value == 0.5
    assert named(scores)["survey"].recall.value == 1
    assert scores.areas.iou.value == pytest.approx(1)


def test_nothing_to_count_is_nan(area):
    empty = area.layer([], EQUAL_AREA)
    scores = evaluate(empty, empty, area.outline)
    assert math.isnan(scores.areas.iou.value) and math.isnan(scores.survey.recall.value)
    assert scores.boundary is None and scores.ranking is None
    assert scores.false_per_100_km2.value == 0
    assert "–" in page(result_of(scores))
    assert ",," in table(result_of(scores)) or ",\r" in table(result_of(scores))


def test_what_is_found_without_exception_has_no_interval(area):
    """Ten of ten: a recall of 0.8 finds as many in one survey of nine."""
    everything = area.layer([Outline(rectangle(*s)) for s in REFERENCE], EQUAL_AREA)
    scores = evaluate(everything, everything, area.outline)
    assert scores.survey.recall.value == 1 and math.isnan(scores.survey.recall.low)
    assert math.isnan(scores.areas.iou.high)
    html = page(result_of(scores))
    assert "1.000 – 1.000" not in html and "(95 % interval –)" in html


def test_few_landslides_have_no_interval_of_what_is_found(area):
    """Draws hold the same seven again and again; candidates are as many as before."""
    candidates = [Outline(rectangle(*shape), p) for shape, p in CANDIDATES]
    few = [Outline(rectangle(*shape)) for shape in REFERENCE[:7]]
    scores = evaluate(
        area.layer(candidates, EQUAL_AREA), area.layer(few, EQUAL_AREA), area.outline
    )
    for score in (scores.areas.iou, scores.areas.recall, scores.survey.recall):
        assert 0 < score.value < 1 and math.isnan(score.low) and math.isnan(score.high)
    assert math.isfinite(scores.areas.precision.low)
    assert math.isfinite(scores.survey.precision.low)
    assert "fewer than 8" in page(result_of(scores))


def test_of_a_giant_landslide_the_share_painted_beside_it_stays_a_share(area):
    giant = [Outline(rectangle(500, 500, 7000, 7000))]
    candidates = [Outline(rectangle(1000, 8000, 900, 900))]
    candidates += [Outline(rectangle(8000, 1000 * n, 700, 600)) for n in range(9)]
    scores = evaluate(
        area.layer(candidates, EQUAL_AREA), area.layer(giant, EQUAL_AREA), area.outline
    )
    share = scores.areas.false_share
    assert share.value == pytest.approx((0.81 + 9 * 0.42) / 51, rel=1e-3)
    assert 0 < share.low < share.value < share.high < 0.3


def test_an_area_without_ground_is_refused():
    with pytest.raises(MrifeError, match="holds no polygon with an area"):
        EvaluationArea([], EQUAL_AREA)


# --- page and table -------------------------------------------------------------------


def result_of(evaluation, pixels=None, **more):
    moment = datetime(2026, 11, 28, tzinfo=timezone.utc)
    given = {"per_100_km2": 5, "is_bounding_box": False, "pixels": pixels, **more}
    return Result(evaluation, "found <b>", "known", "sheet", moment, **given)


@pytest.fixture(scope="module")
def pixels():
    counts = ConfusionCounts()
    probability = np.repeat([0.1, 0.4, 0.9], (60, 20, 20))
    truth = np.zeros(100, bool)
    truth[[70, 75, *range(80, 96)]] = True
    counts.add(probability, truth)
    return counts


def test_recommended_thresholds(hand, pixels):
    recommended = {
        (purpose, scale): cut
        for purpose, scale, cut in result_of(hand, pixels).recommendations
    }
    best = recommended["f1", "probability"]
    assert 0.4 < best.threshold <= 0.9 and best.precision == pytest.approx(0.8)
    assert best.recall == pytest.approx(16 / 18)
    assert recommended["recall", "probability"].threshold == 0.9
    assert recommended["count", "confidence"].count == 5
    assert recommended["recall", "confidence"] is None


@pytest.mark.parametrize(
    "language, word", [("en", "Landslide IoU"), ("zh", "滑坡交并比")]
)
def test_page_is_whole_and_holds_the_numbers(hand, pixels, language, word):
    html = page(result_of(hand, pixels, searched=0.63, is_bounding_box=True), language)
    tree = ElementTree.fromstring(html.split("\n", 1)[1] if html[0] == "\n" else html)
    text = " ".join(tree.itertext())
    assert word in text and "found <b>" in text and "7 / 10" in text
    assert "63" in text and "{" not in text.split("}")[-1]
    assert f"{hand.areas.iou.value:.3f}" in text
    assert html.count("<svg") == 3  # nine candidates say nothing of their confidence


def test_table_holds_every_number_of_the_page(hand, pixels):
    values = {
        (name, str(item), quantity): value
        for name, item, quantity, value, _ in rows(result_of(hand, pixels))
    }
    assert values["objects", "survey", "found"] == 7
    assert values["objects", "survey", "fragmented"] == 1
    assert values["objects", "survey", "merging"] == 1
    assert values["ground", "all", "iou"] == hand.areas.iou.value
    assert values["pixels", "all", "landslide"] == 18
    assert values["thresholds", "count confidence", "candidates"] == 5
    lines = table(result_of(hand, pixels)).split("\r\n")
    assert f"ground,all,candidate,{hand.areas.candidate_m2:.10g},m2" in lines
    assert lines[0] == "table,item,quantity,value,unit"
    assert any(line.startswith("boundary,strict,median") for line in lines)


def test_what_ranks_polygons():
    assert confidence_of([{"CONF": "0,5"}, {"CONF": None}])[0] == "conf"
    assert confidence_of([{"conf": None, "p_mean": 0.25}]) == ("p_mean", [0.25])
    assert confidence_of([{"name": "a"}]) == ("", [None])


@pytest.mark.parametrize(
    "outline, epsg",
    [(box(-180, -90, 180, 90), 4326), (box(-2e7, -2e7, 2e7, 2e7), 3857)],
)
def test_the_whole_earth_is_no_evaluation_area(outline, epsg):
    with pytest.raises(MrifeError, match="too large to be laid on one plane"):
        EvaluationArea([outline.wkb], Crs(f"EPSG:{epsg}"))


def test_a_continent_is_one():
    area = EvaluationArea([box(73, 18, 135, 53).wkb], Crs("EPSG:4326"))
    assert area.outline.area / 1e6 == pytest.approx(21_503_080, rel=1e-4)


def test_what_lies_mostly_beyond_the_area_still_covers_what_lies_in_it(area):
    """A candidate of 100 m in the area and 300 beyond is none of this area, but the
    landslide under it is found, and at its confidence; a candidate on a landslide that
    lies mostly beyond is not false.
    """
    candidates = [((9900, 1000, 400, 100), 0.3), ((9900, 5000, 100, 100), 0.9)]
    references = [(9920, 1000, 80, 100), (9900, 5000, 400, 100)]
    evaluation = evaluate(
        area.layer([Outline(rectangle(*s), p) for s, p in candidates], EQUAL_AREA),
        area.layer([Outline(rectangle(*shape)) for shape in references], EQUAL_AREA),
        area.outline,
    )
    assert evaluation.candidates.places.tolist() == [1]
    assert evaluation.references.places.tolist() == [0]
    assert evaluation.survey.matches.right.tolist() == [True]
    assert evaluation.survey.matches.found.tolist() == [True]
    (candidate,) = candidate_values(evaluation)
    (landslide,) = reference_values(evaluation)
    assert (candidate["ev_cover"], candidate["ev_iou"]) == (1, 1)
    assert (landslide["ev_cover"], landslide["ev_iou"]) == (1, 0.8)
    assert evaluation.ranking.thresholds.tolist() == [0.9]
    assert evaluation.ranking.recall.tolist() == [0]  # only a surer one would count
