# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of a report: well-formed, alone, in two languages, honest where there is
nothing to draw.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest
from pyproj import Geod
from samples import wkt, write_raster
from shapely import wkb
from shapely.geometry import Point, Polygon, box

from models.geo.crs import Crs
from models.geo.dem import ElevationModel
from models.inventory.language import Language
from models.inventory.markup import escaped
from models.inventory.report.charts import WIDTH, bars, round_edges
from models.inventory.report.columns import collect
from models.inventory.report.contents import largest_table
from models.inventory.report.map.frame import View, angle
from models.inventory.report.map.locator import locator
from models.inventory.report.page import Report
from models.inventory.report.statistics import summarize
from models.inventory.report.study_area import StudyArea
from models.inventory.report.table import table
from models.inventory.svg import Axis, step, text_width

SVG = "{http://www.w3.org/2000/svg}"
UTM = Crs(wkt(32648))
STATUSES = ("candidate", "confirmed", "modified", "field_check")
ENGLISH = Language.of("en")


def landslides(n=120, seed=0, **values):
    """Discs with all that a report shows."""
    rng, made = np.random.default_rng(seed), []
    for i in range(n):
        area = 1280 / rng.gamma(1.4) * 5 + 300
        x, y = rng.uniform(500000, 520000), rng.uniform(4e6, 4.015e6)
        z = float(rng.uniform(300, 900))
        made.append(
            (
                wkb.dumps(Point(x, y).buffer(np.sqrt(area / np.pi), 8)),
                {
                    "ls_id": f"sheet_{i:08x}",
                    "status": ("candidate", "confirmed", "rejected")[i % 3],
                    "conf_cls": ("high", "moderate", "low")[i % 3],
                    "azim_deg": float(rng.normal(140, 40) % 360),
                    "azim_r": 0.8,
                    "slope_mean": float(rng.normal(20, 4)),
                    "z_max": z + 60,
                    "z_min": z,
                    "relief_m": 60.0,
                    "length_m": 200.0,
                    "lw_ratio": float(rng.lognormal(0.2, 0.4)),
                    "h_l": 0.3,
                    "src_img": "影像&1 <b>.tif",
                    "dem_res": 5.0,
                    "model_id": "m",
                    **values,
                },
            )
        )
    return made


def statistics(records=None, **more):
    return summarize(
        collect(landslides() if records is None else records, UTM), STATUSES, **more
    )


def page(found, language="en", **more):
    return Report(
        **{
            "title": "Sheet <script>alert(1)</script> & \x07",
            "layer": "<影像&1>",
            "moment": datetime(2026, 1, 2, 3, 4),
            **more,
        }
    ).html(found, language)


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.open, self.seen, self.links = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        self.seen.append(tag)
        self.links += [
            value
            for name, value in attributes
            if name.split(":")[-1] in ("href", "src", "srcset", "data")
        ]

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "records", [None, [], landslides(1), [(data, {}) for data, _ in landslides(30)]]
)
def test_a_page_is_well_formed_and_needs_nothing_else(language, records):
    text = page(statistics(records), language)
    ElementTree.fromstring(text)
    tags = Tags(text)
    assert tags.open == [] and tags.links == []
    assert not {"script", "link", "iframe", "img", "object"} & set(tags.seen)
    assert not re.search(r"url\((?!#)|@import", text)
    assert "nan" not in re.sub(r"[A-Za-z]{4,}", "", text).lower()


def test_names_are_escaped():
    text = page(statistics())
    assert (
        "<script" not in text
        and "Sheet &lt;script&gt;alert(1)&lt;/script&gt; &amp; " in text
    )
    assert "&lt;影像&amp;1&gt;" in text and "影像&amp;1 &lt;b&gt;.tif" in text
    assert escaped('a"<\x00\ud800') == "a&quot;&lt;"


@pytest.mark.parametrize("field", ["ls_id", "status", "conf_cls", "src_img", "model_id"])
def test_hostile_values_stay_text(field):
    """Whatever a field holds, and wherever the page shows it."""
    hostile = "<script>alert('x')</script>\"&\x07"
    records = landslides(25, **{field: hostile})
    found = summarize(collect(records, UTM), (*STATUSES, hostile.lower()))
    text = page(found, title=hostile, layer=hostile)
    assert "<script" not in text.lower() and "\x07" not in text
    root = ElementTree.fromstring(text)
    assert hostile.replace("\x07", "") in "".join(root.itertext())


def test_everything_a_survey_expects_is_there():
    text = page(statistics(mmu=300.0))
    assert text.count("<svg") == 11  # map, 2 of frequency, rose, 5 histograms, 2 of bars
    # two of half a width stand side by side only without a blank between them
    assert "</figure><figure>" in text and not re.search(r"</figure>\s+<figure>", text)
    for heading in (
        "Location",
        "Sources",
        "Sizes",
        "Direction and terrain",
        "Confidence and review",
        "The largest landslides",
        "Limits of the method",
    ):
        assert f"<h2>{heading}" in text
    assert "Counted: candidate 40, confirmed 40. Not counted: rejected 40." in text
    assert (
        "80 of 120 polygons reviewed, 80 decided: 40 confirmed or modified, 40 "
        "rejected, so 50 %" in text
    )
    largest = text.split('class="largest"')[1]
    assert largest.split("</table>")[0].count("<tr>") == 21


def test_candidates_are_not_called_landslides():
    found = statistics(landslides(status="candidate", conf_cls=None, p_mean=0.6))
    text = page(found)
    assert (
        "<span>Candidates</span>" in text and "Not one polygon has been reviewed" in text
    )
    assert "Probability of the network" in text and "no chance of being right" in text
    assert "<span>Landslides</span>" in page(statistics())


def test_an_old_inventory_among_candidates_is_not_called_a_machines():
    mixed = [*landslides(4, status="candidate"), *landslides(3, status=None)]
    text = page(statistics(mixed))
    assert "Not one of 4 candidates has been reviewed" in text
    assert "The other 3 polygons have no status" in text
    assert "Not one polygon has been reviewed" not in text


def test_what_cannot_be_drawn_says_why():
    bare = page(statistics([(data, {}) for data, _ in landslides(30)]))
    # rose, slope, elevation, relief, H/L, classes
    assert bare.count("Not drawn: no polygon has a value of") == 6
    assert (
        "No density: no investigated area was given." in bare
        and "fewer than about 100" in bare
    )
    assert "there are too few: 12" in page(statistics(landslides(12, status=None)))
    weak = statistics(landslides(azim_r=0.2))
    assert "no polygon has a reliable direction; 80 have" in page(weak)


def test_north_is_0_and_not_360():
    found = statistics(landslides(azim_deg=359.6))
    largest = largest_table(found, ENGLISH)
    column = largest.head.index(ENGLISH.field("azim_deg"))
    assert {row[column] for row in largest.rows} == {"0"}
    assert "360°" not in page(found)


@pytest.mark.parametrize("agreement, told", [(0.5, True), (0.499, False)])
def test_directions_of_the_largest_are_told_where_slopes_agree(agreement, told):
    found = statistics(landslides(azim_r=agreement, azim_deg=45.0))
    largest = largest_table(found, ENGLISH)
    column = largest.head.index(ENGLISH.field("azim_deg"))
    assert {row[column] == "45" for row in largest.rows} == {told}
    assert f"\nlargest,1,azim_r,{agreement}," in table(found).replace("\r", "")


def test_a_rollover_far_above_the_mapping_unit_is_remarked():
    found = statistics()
    mode = found.rollover.mode
    assert "landslides below it are probably missing" in page(
        replace(found, mmu=mode / 5)
    )
    assert "it may be the cut" in page(replace(found, mmu=mode / 1.5))
    middle = page(replace(found, mmu=mode / 3))
    assert "probably missing" not in middle and "it may be the cut" not in middle


def test_chinese_is_complete():
    text = ElementTree.fromstring(
        page(statistics(mmu=300.0), "zh", title="图幅", layer="图层")
    )
    said = " ".join("".join(part.itertext()) for part in text.iter("main"))
    for known in (
        "UTC",
        "WGS",
        "Clauset",
        "Malamud",
        "Hurst",
        "Van Den Eeckhaut",
        "Li",
        "Kolmogorov–Smirnov",
        "tif",
        "sheet_[0-9a-f]+",
    ):
        said = re.sub(known, "", said)
    assert re.findall(r"[A-Za-z]{3,}", said) == []


# --- the map ----------------------------------------------------------------------------
# -----------------------------


@pytest.mark.parametrize("epsg", [4326, 32633])
def test_areas_are_those_on_the_ellipsoid(epsg):
    """Of an outline with few corners, whose side of 2 km along a parallel is curved on the
    ground: Karney's, of sides in pieces.
    """
    corners = np.array([(15.7, 70.0), (15.7525, 70.0), (15.72, 70.012), (15.7, 70.0)])
    crs = Crs(wkt(epsg))
    corners = Crs(wkt(4326)).transform(corners, crs)
    shares = np.linspace(0, 1, 200, endpoint=False)[:, None]
    sides = [a + shares * (b - a) for a, b in zip(corners, corners[1:])]
    places = crs.transform(np.concatenate(sides), Crs(wkt(4326)))
    area, _ = Geod(ellps="WGS84").polygon_area_perimeter(*places.T)
    one = collect([(wkb.dumps(Polygon(corners)), {})], crs)
    assert one.numbers["area_m2"] == pytest.approx([area], rel=1e-6)


def test_the_map_is_true_to_scale_and_north_is_up():
    view = View_of(np.array([105.0, 105.1]), np.array([36.0, 36.1]))
    (x0, y0), (x1, y1) = view.place([105.0, 105.0], [36.0, 36.1])
    metres = 0.1 * 110_958  # of a degree of latitude at 36
    assert y0 - y1 == pytest.approx(metres * view.scale, rel=1e-3) and abs(x1 - x0) < 1


def View_of(lon, lat):
    from models.geo.crs import WGS84

    return View(WGS84, lon, lat, np.full(len(lon), 50.0))


def test_a_map_across_180_degrees_stays_small():
    view = View_of(np.array([179.9, -179.9]), np.array([-17.0, -17.0]))
    assert abs(abs(view.middle[0]) - 180) < 1e-6 and view.high[0] - view.low[0] < 30_000


def drawn_rings(records):
    """Outlines on the map, (n, 2) pixels each."""
    drawn = ElementTree.fromstring(locator(statistics(records), None, ENGLISH))
    outlines = next(
        path for path in drawn.iter(f"{SVG}path") if path.get("fill-opacity") == "0.55"
    )
    # the turns of rings count: SVG's "nonzero"
    assert outlines.get("fill-rule") is None
    data = outlines.get("d")
    return [
        np.array(re.findall(r"([\d.]+) ([\d.]+)", ring), float)
        for ring in data.split("Z")
        if ring
    ]


def test_ground_under_two_outlines_is_filled_and_holes_are_not():
    first = box(500000, 4e6, 501000, 4001000, ccw=True)
    second = box(500500, 4e6, 501500, 4001000, ccw=False)
    holed = first.difference(box(500100, 4000100, 500400, 4000900))
    rings = drawn_rings([(wkb.dumps(shape), {}) for shape in (holed, second)])
    turns = [Polygon(ring).exterior.is_ccw for ring in rings]
    (hole,) = np.argsort([Polygon(ring).area for ring in rings])[:1]
    assert [turn == turns[hole] for turn in turns].count(True) == 1


def test_outlines_lie_where_they_are():
    records = [
        (wkb.dumps(box(500000, 4e6, 501000, 4001000)), {}),
        (wkb.dumps(box(509000, 4e6, 510000, 4001000)), {}),
    ]
    rings = drawn_rings(records)
    (left, right), size = (
        sorted((ring.mean(axis=0) for ring in rings), key=lambda p: p[0]),
        np.ptp(rings[0], axis=0),
    )
    assert right[0] - left[0] == pytest.approx(9 * size[0], rel=0.02) and size[
        0
    ] == pytest.approx(size[1], rel=0.02)


def test_many_small_landslides_are_few_marks():
    rng = np.random.default_rng(0)
    places = rng.uniform((4e5, 4e6), (6e5, 4.2e6), (1500, 2))
    text = locator(
        statistics([(wkb.dumps(box(x, y, x + 30, y + 30)), {}) for x, y in places]),
        None,
        ENGLISH,
    )
    assert 1000 < text.count("h.1") < 1500 and len(text) < 40_000


def test_the_map_shows_the_area_and_the_relief(tmp_path):
    found = statistics()
    area = StudyArea([wkb.dumps(box(499000, 3.999e6, 521000, 4.016e6))], UTM)
    y, x = np.mgrid[:300, :400]
    dem = write_raster(
        tmp_path / "dem.tif",
        (500 + 100 * np.sin(x / 20) + y).astype(np.float32),
        (499000.0, 55.0, 0.0, 4016000.0, 0.0, -55.0),
        32648,
    )
    text = page(found, area=area, dem=ElevationModel(dem))
    assert "investigated area" in text and "data:image/jpeg;base64," in text
    assert [link[:23] for link in Tags(text).links] == ["data:image/jpeg;base64,"]
    assert len(text) < 400_000
    ElementTree.fromstring(text)


@pytest.mark.parametrize(
    "value, width, shown",
    [
        (105.5, 0.5, "105°30′E"),
        (-0.25, 1 / 4, "0°15′W"),
        (181.0, 1, "179°W"),
        (30 + 1 / 120, 1 / 120, "30°00′30″E"),
    ],
)
def test_degrees(value, width, shown):
    assert angle(value, "EW", width) == shown


# --- the charts -------------------------------------------------------------------------
# -----------------------------


def test_axes():
    axis = Axis(0, 10, 100, 200)
    assert axis(5) == 150 and axis.ticks() == [0, 2, 4, 6, 8, 10]
    log = Axis(0.01, 100, 0, 400, log=True)
    assert log(1) == pytest.approx(200) and log.ticks() == pytest.approx(
        [0.01, 0.1, 1, 10, 100]
    )
    assert [step(span, 10) for span in (10, 11, 24, 51)] == [1, 2, 5, 10]


@pytest.mark.parametrize(
    "values",
    [[40.0], [0.0, 0.0], [-3.0, 7.0], [0.1, 0.2, 0.9], list(range(1000)), [1e-3, 5e3]],
)
def test_edges_hold_the_values_at_round_numbers(values):
    values = np.array(values)
    edges = round_edges(values, 12)
    assert 3 <= len(edges) - 1 <= 26 and np.allclose(np.diff(edges), edges[1] - edges[0])
    inside = (values >= edges[0]) & (values <= edges[-1])
    assert inside.mean() >= 0.5 and edges[0] <= values.min()


def test_bars_of_a_histogram_are_as_high_as_the_counts():
    from models.inventory.report.charts import Series, histogram

    values = np.r_[np.full(4, 1.5), np.full(2, 5.5), 9.5, np.nan]
    drawn = ElementTree.fromstring(histogram([Series(values, "")], "x", ENGLISH))
    heights = sorted(float(bar.get("height")) for bar in drawn.iter(f"{SVG}rect"))
    assert heights[1:] == pytest.approx([2 * heights[0], 4 * heights[0]], abs=0.2)
    assert "median 1.5" in "".join(drawn.itertext())


def test_petals_are_as_large_as_the_counts():
    from models.inventory.report import charts
    from models.inventory.report.statistics import rose

    drawn = ElementTree.fromstring(
        charts.rose_chart(
            rose(np.r_[np.zeros(9), np.full(4, 90.0)], np.ones(13)), ENGLISH
        )
    )
    radii = [
        float(re.search(r"A([\d.]+)", p.get("d")).group(1))
        for p in drawn.iter(f"{SVG}path")
        if "A" in p.get("d")
    ]
    assert (radii[1] / radii[0]) ** 2 == pytest.approx(4 / 9, rel=0.01)


def test_the_rollover_and_the_limit_do_not_contradict_each_other():
    """No power law from below the rollover, none of fewer than 50, and ρ + 1 where
    Malamud's exponent is spoken of.
    """
    found = statistics()
    assert found.tail is None or found.tail.start >= found.rollover.mode
    text = page(found)
    assert f"ρ + 1 = {found.rollover.exponent:.2f}" in text
    if found.tail is None:
        assert "as large as the rollover" in text
    few = page(statistics(landslides(40)))
    assert "No exponent: at least" in few
    assert "α =" not in few


def test_the_table_holds_every_landslide():
    found = statistics(landslides(2500, status="confirmed"))
    rows = [line.split(",") for line in table(found).splitlines()]
    ranks = [int(row[1]) for row in rows if row[0] == "frequency_area"]
    assert ranks == list(range(1, 2501))


# --- what people decided and recorded ---


def rows_of(found):
    lines = (line.split(",") for line in table(found).splitlines())
    return {tuple(row[:3]): row[3] for row in lines}


def test_the_share_of_landslides_needs_those_that_were_rejected():
    """5 of 14 decided polygons were landslides; the inventory of the 5 holds no other."""
    inventory = landslides(5, status="confirmed") + landslides(15, seed=1, status=None)
    alone = page(statistics(inventory))
    assert "5 of 5 polygons reviewed" in alone and "5 confirmed or modified" in alone
    assert "were landslides is not known here" in alone and "100 % of the" not in alone
    assert "as of an existing inventory, are not among them: 15." in alone
    rejected = collect(landslides(9, seed=2, rej_why="road"), UTM)
    found = statistics(inventory, rejected=rejected)
    assert (found.decided, found.reviewed, found.reviewable) == (14, 14, 14)
    text = page(found)
    assert "so 36 % of the decided were landslides" in text
    assert rows_of(found)["rej_why", "road", "number"] == "9"
    # those of the layer itself are not counted again
    both = landslides(6, status="rejected")
    same = collect(both[:4] + landslides(1, seed=7, ls_id="another"), UTM)
    assert statistics(both, rejected=same).statuses == {"rejected": 7}


def test_what_a_person_drew_was_no_candidate_that_was_right():
    """3 of 8 candidates were landslides, and 4 more had been missed."""
    proposed = landslides(3, status="confirmed", method="auto")
    proposed += landslides(5, seed=1, status="rejected", method="auto")
    drawn = landslides(4, seed=2, status="confirmed", method="manual")
    text = page(statistics(proposed + drawn))
    assert "12 decided: 7 confirmed or modified, 5 rejected. Drawn by a person: 4;" in text
    assert "of the others that are decided 38 % were landslides" in text
    assert "so 38 % of the decided were landslides" in page(statistics(proposed))
    none = collect(landslides(0), UTM)
    assert "% were landslides" not in page(statistics(drawn, rejected=none))


def test_an_old_inventory_is_no_models_success():
    """Of four that the model proposed one was right; the old ones were reviewed, too."""
    model = {"model_id": "m-1", "method": "auto"}
    rows = [
        *landslides(1, status="confirmed", ls_id="a", **model),
        *landslides(2, status="rejected", ls_id="b", **model),
        *landslides(6, status="confirmed", ls_id="old", model_id=None, method=None),
    ]
    others = [
        *landslides(1, ls_id="c", rej_why="road", **model),
        *landslides(3, ls_id="old", rej_why="other", model_id=None, method=None),
    ]
    text = page(statistics(rows, rejected=collect(others, UTM)))
    assert "13 decided: 7 confirmed or modified, 6 rejected. Drawn by a person: 9;" in text
    assert "of the others that are decided 25 % were landslides" in text


def test_a_confirmed_landslide_is_not_of_low_confidence():
    found = statistics(
        landslides(5, status="confirmed", conf_cls="low")
        + landslides(3, seed=1, status="modified", conf_cls="low", geo_conf="moderate")
        + landslides(2, seed=2, status="candidate", conf_cls="low")
    )
    groups = {group.name: group.count for group in found.classes}
    assert groups == {"geologist_moderate": 3, "confirmed": 5, "network_low": 2}
    text = page(found)
    assert text.count("<td>low (network)</td>") == 2
    assert text.count("<td>confirmed, without confidence</td>") == 5
    assert "<td>moderate (geologist)</td>" in text and "<td>low</td>" not in text


def test_ground_under_several_polygons_counts_once():
    squares = [box(x, 4e6, x + 100, 4e6 + 100) for x in (500000, 500050, 500080, 501000)]
    records = [
        (wkb.dumps(square), {"ls_id": str(i), "status": "confirmed"})
        for i, square in enumerate(squares)
    ]
    found = statistics(records)
    once = (180 + 100) * 100 / 0.9996**2
    assert found.area == pytest.approx(once, rel=1e-3)
    assert found.summed_area == pytest.approx(40000 / 0.9996**2, rel=1e-3)
    assert found.overlapping == 3
    assert "3 polygons lie over each other; 1.20 ha count once" in page(found)
    assert not statistics(records[:1] + records[3:]).overlapping


def test_what_geologists_recorded_is_told():
    found = statistics(
        landslides(4, status="confirmed", movement="flow", age_cls="ancient")
        + landslides(2, seed=1, status="confirmed", movement="fall", vol_est=2e5)
        + landslides(2, seed=2, status="confirmed", vol_est=1e6, vol_meth="scarp")
    )
    values = {value: n for value, n, _ in found.recorded["movement"]}
    assert values == {"fall": 2, "flow": 4, "": 2} and "material" not in found.recorded
    text = page(found)
    assert "What geologists recorded" in text and "<td>flow</td>" in text
    assert "2,000,000 m³ in all from area and depth (landslides: 2)" in text
    rows = rows_of(found)
    assert (rows["age_cls", "ancient", "number"], rows["movement", "fall", "number"]) == (
        "4",
        "2",
    )
    assert float(rows["volume", "not_stated", "volume"]) == pytest.approx(4e5)
    assert "No polygon says movement" in page(statistics(landslides(5)))
    chinese = page(found, "zh")
    assert "地质人员的记录" in chinese and "流动" in chinese


def test_two_series_of_a_histogram_stand_where_the_axis_says():
    """Crown and toe of one bin side by side looked like two elevations."""
    from models.inventory.report.charts import Series, histogram
    from models.inventory.svg import BAR, SECOND

    values = np.array([100.0, 110.0, 200.0, 205.0, 290.0])
    series = [Series(values, "crown", BAR), Series(values, "toe", SECOND)]
    drawn = ElementTree.fromstring(histogram(series, "x", ENGLISH))
    blue = [b for b in drawn.iter(f"{SVG}rect") if b.get("fill") == BAR]
    bars = [b for b in blue if float(b.get("height")) > 20]  # not the legend's
    (outline,) = [p for p in drawn.iter(f"{SVG}polyline") if p.get("stroke") == SECOND]
    points = [tuple(map(float, p.split(","))) for p in outline.get("points").split()]
    assert len(bars) == 3
    for bar in bars:
        left, top, width = (float(bar.get(name)) for name in ("x", "y", "width"))
        level = [x for x, y in points if y == pytest.approx(top, abs=0.11)]
        near = [x for x in level if left - 1 <= x <= left + width + 1]
        assert min(near) == pytest.approx(left - 0.75, abs=0.2)
        assert max(near) == pytest.approx(left + width + 0.75, abs=0.2)


@pytest.mark.parametrize(
    "name", ["low", "moderate (network)", "滑坡可能性中等（机器判断）"]
)
def test_names_before_bars_are_whole(name):
    """A name ends before its bar and begins on the page; what stands behind the longest
    bar fits, too.
    """
    behind = "1,234 · 99.9 %"
    drawn = ElementTree.fromstring(bars([(name, 3.0, behind, "#000000")], "bars"))
    before, after = drawn.iter(f"{SVG}text")
    (bar,) = drawn.iter(f"{SVG}rect")
    assert before.get("text-anchor") == "end" and before.text == name
    end = float(before.get("x"))
    assert text_width(name, 11) <= end < float(bar.get("x"))
    assert float(after.get("x")) + text_width(behind, 10.5) <= WIDTH
