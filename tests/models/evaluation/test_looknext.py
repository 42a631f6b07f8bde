# SPDX-License-Identifier: GPL-2.0-or-later
"""Places to look at next: which candidates and tiles may be chosen, and what is said of
each.
"""

from __future__ import annotations

import numpy as np
import pytest
from samples import wkt
from shapely import wkb
from shapely.geometry import Polygon, box

from models.errors import MrifeError
from models.evaluation.evaluate import plane_around
from models.evaluation.looknext import (
    LOOK_FIELDS,
    LookRequest,
    NextPlaces,
    Searched,
    look_next,
    prepare_look,
)
from models.evaluation.places import Candidates, Polygons, TilePlaces
from models.geo.crs import Crs
from models.geo.grid import Grid
from models.inference.levels import Strip
from models.inference.probability import Probability
from models.inference.probability_writer import ProbabilityWriter

UTM = Crs(wkt(32647))
OTHER_ZONE = Crs(wkt(32648))
PLACE = (500000.0, 2.0, 0.0, 3000000.0, 0.0, -2.0)
GRID = Grid(100, 100, PLACE, wkt(32647))  # 200 m a side: 25 tiles of 40 m


@pytest.fixture
def raster(tmp_path):
    """Sure of the upper left tile, unsure of the next one, nothing elsewhere."""
    values = np.zeros((100, 100), np.uint8)
    values[:20, :20] = 250
    values[:20, 20:40] = 110
    path = str(tmp_path / "p.tif")
    with ProbabilityWriter(path, GRID) as writer:
        writer.write(Strip(0, values))
    return Searched(path, GRID, 0.4)


def square(col, row, side=36):
    """Inside of a tile."""
    x = 500002 + 40 * col
    y = 2999998 - 40 * row
    return box(x, y - side, x + side, y)


def candidates(count=12, **columns):
    """One in each of the first tiles; confidence 0.05, 0.1 ..."""
    records = []
    for place in range(count):
        values = {"ls_id": str(place), "conf": 0.05 * (place + 1)}
        values.update({name: column[place] for name, column in columns.items()})
        records.append((square(place % 5, place // 5).wkb, values))
    return Candidates(records, UTM)


def look(candidates=None, searched=None, area=None, reviewed=None, **request):
    asked = LookRequest(**{"tile_m": 40.0, **request})
    job = prepare_look(asked, candidates is not None, searched, area, reviewed)
    places = NextPlaces()
    shares = list(look_next(job, candidates, places))
    assert shares[-1] == 1
    return places


def names(places):
    return {values["ls_id"] for _, values in places if "ls_id" in values}


def test_tiles_of_a_raster(raster):
    places = look(searched=raster, count=10)
    ours = {field.name for field in LOOK_FIELDS}
    assert all(set(values) == ours for _, values in places)
    assert [values["look_rank"] for _, values in places] == list(range(1, 11))
    assert {values["look_kind"] for _, values in places} == {"tile"}
    shape, first = places[0]
    assert (first["look_why"], first["look_score"]) == ("uncertain", 0.88)  # 2 x 0.44
    assert wkb.loads(shape).bounds == (500040, 2999960, 500080, 3000000)
    assert wkb.loads(shape).area == 1600
    # 500060, 2999980 by PROJ
    lon, lat = UTM.transform([(500060, 2999980)], UTM.world)[0]
    assert (first["lon"], first["lat"]) == (round(lon, 6), round(lat, 6))
    shape, second = places[1]
    assert second["look_why"] == "diverse"  # of the two that show something
    assert wkb.loads(shape).bounds == (500000, 2999960, 500040, 3000000)
    assert sum(places.reasons.values()) == 10 and places.reasons["random"] >= 2


def test_the_same_seed_gives_the_same_places(raster):
    assert look(searched=raster, seed=4) == look(searched=raster, seed=4)
    first, second = (look(searched=raster, seed=seed, count=8) for seed in (4, 5))
    assert first != second


def test_candidates_that_a_person_has_seen_are_left_out():
    statuses = [None, "candidate", "confirmed", "rejected", "field_check", "modified"]
    given = candidates(6, status=statuses)
    places = look(given)
    assert names(places) == {"0", "1"}
    assert "4 of 6 candidates are left out" in str(places.notes[0])
    assert "Only 2 places are left of 30" in str(places.notes[1])
    assert {values["look_kind"] for _, values in places} == {"candidate"}


def test_the_most_uncertain_first_whatever_the_capitals_of_its_fields():
    given = candidates()
    first = look(given, count=1)[0][1]
    assert (first["ls_id"], first["look_score"]) == ("9", 1.0)  # 0.5
    records = [
        (shape, {name.upper(): value for name, value in values.items()})
        for shape, values in given.records
    ]
    first = look(Candidates(records, UTM), count=1)[0][1]
    assert (first["LS_ID"], first["look_score"]) == ("9", 1.0)


def test_a_spread_of_the_polygon_counts_as_much_as_its_confidence():
    stds = [0.0] * 12
    stds[2] = 0.5  # confidence 0.15: doubt 0.3; spread 1: 0.65
    first = look(candidates(p_std=stds), count=1)[0][1]
    assert (first["ls_id"], first["look_score"]) == ("2", 0.65)


def test_without_confidence_the_mean_probability_counts_and_without_both_it_is_said():
    given = candidates(conf=[None] * 12, p_mean=[0.9] * 11 + [0.6])
    assert look(given, count=1)[0][1]["look_score"] == 0.8
    places = look(candidates(conf=[None] * 12), count=4)
    assert places.reasons["uncertain"] == 0
    assert "No candidate has a confidence" in str(places.notes[0])


def test_the_reviewed_area_and_what_lies_outside_the_area_are_left_out():
    first_row = Polygons([box(500000, 2999960, 500200, 3000000).wkb], UTM)
    assert names(look(candidates(), area=first_row)) == set("01234")
    rest = names(look(candidates(), reviewed=first_row))
    assert rest == set(map(str, range(5, 12)))
    # 17 of the 36 m of the first row's candidates lie in this one
    strip = Polygons([box(500000, 2999981, 500200, 3000000).wkb], UTM)
    assert len(look(candidates(), reviewed=strip)) == 12
    assert len(look(candidates(), area=strip)) == 0
    assert len(look(candidates(), reviewed=Polygons([], UTM))) == 12


def test_area_and_reviewed_area_may_be_in_other_systems(raster):
    corners = np.array(box(500000, 2999960, 500200, 3000000).exterior.coords)
    moved = Polygon(UTM.transform(corners, UTM.world)).wkb
    world = Polygons([moved], UTM.world)
    assert names(look(candidates(), area=world)) == set("01234")
    tiles = look(searched=raster, area=world)
    assert len(tiles) == 5
    assert len(look(searched=raster, reviewed=world)) == 20


def test_beside_candidates_lots_are_drawn_among_the_tiles(raster):
    places = look(candidates(), raster, count=10)
    for shape, values in places:
        is_lot = values["look_why"] == "random"
        assert (values["look_kind"] == "tile") == is_lot == ("ls_id" not in values)
        assert wkb.loads(shape).area == (1600 if is_lot else 36**2)
    assert places.reasons["random"] == 2


def test_tiles_come_in_the_system_of_the_candidates(raster):
    corners = [np.array(square(i, 0).exterior.coords) for i in range(4)]
    moved = [Polygon(UTM.transform(each, OTHER_ZONE)).wkb for each in corners]
    given = Candidates([(shape, {"conf": 0.4}) for shape in moved], OTHER_ZONE)
    places = look(given, raster, count=6)
    (tile,) = [shape for shape, values in places if values["look_why"] == "random"][:1]
    back = OTHER_ZONE.transform(np.array(wkb.loads(tile).exterior.coords), UTM)
    offsets = (back - [500000, 3000000]) / 40
    assert offsets == pytest.approx(offsets.round(), abs=1e-4)


def test_invalid_candidates_are_mended_and_those_without_area_left_out():
    bow = Polygon(
        [(500000, 2999900), (500040, 2999940), (500040, 2999900), (500000, 2999940)]
    )
    line = Polygon([(500000, 2999900), (500040, 2999940), (500000, 2999900)])
    records = [(bow.wkb, {"ls_id": "bow"}), (line.wkb, {"ls_id": "line"})]
    places = look(Candidates(records, UTM))
    assert names(places) == {"bow"}
    assert all(wkb.loads(shape).is_valid for shape, _ in places)


def test_what_cannot_be_is_refused_before_the_raster_is_read(raster):
    with pytest.raises(MrifeError, match="nothing to choose places from"):
        prepare_look(LookRequest(), False)
    far = Polygons([box(400000, 2999960, 400200, 3000000).wkb], UTM)
    with pytest.raises(MrifeError, match="area to look in .* do not overlap"):
        prepare_look(LookRequest(), False, raster, far)
    with pytest.raises(MrifeError, match="holds no polygon with an area"):
        prepare_look(LookRequest(), True, None, Polygons([], UTM))
    with pytest.raises(MrifeError, match="Tiles of 0 m are smaller .* pixels of 2 m"):
        prepare_look(LookRequest(tile_m=0), False, raster)
    elsewhere = Candidates([(far.shapes[0], {})], UTM)
    with pytest.raises(MrifeError, match="candidates and the probability raster do not"):
        look(elsewhere, raster)


def test_all_reviewed_is_a_normal_end(raster):
    everywhere = Polygons([box(499000, 2999000, 501000, 3001000).wkb], UTM)
    assert look(searched=raster, reviewed=everywhere) == []
    assert look(candidates(), raster, reviewed=everywhere) == []
    assert look(Candidates([], UTM)) == []


def test_half_in_the_area_is_in_it():
    """On the plane itself, where nothing is rounded; the second one keeps it in place."""
    plane = plane_around((100, 30, 100, 30), Crs("EPSG:4326"))
    records = [
        (box(-4, -1, -2, 1).wkb, {"ls_id": "half"}),
        (box(2, -1, 4, 1).wkb, {"ls_id": "none"}),
    ]
    ground = Polygons([box(-4, -1, -3, 1).wkb], plane)
    given = Candidates(records, plane)
    assert names(look(given, area=ground)) == {"half"}
    assert names(look(given, reviewed=ground)) == {"none"}
    less = Polygons([box(-4, -1, -3.1, 1).wkb], plane)
    assert names(look(given, area=less)) == set()
    assert names(look(given, reviewed=less)) == {"half", "none"}


def test_a_confidence_beyond_one_is_sure():
    values = {"conf": [1.2], "p_std": [0.3]}
    first = look(candidates(1, **values), count=1)[0][1]
    assert first["look_score"] == 0.3  # (0 + 2 x 0.3) / 2


def test_what_was_reviewed_is_not_looked_at_again_in_its_like():
    """All at one place: one of confidence 0.9 was reviewed, 0.1 is farthest from it."""
    shape = square(0, 0).wkb
    given = [(shape, {"ls_id": str(c), "conf": c}) for c in (0.95, 0.5, 0.1)]
    seen = (shape, {"ls_id": "seen", "conf": 0.9, "status": "rejected"})
    places = look(Candidates([*given, seen], UTM), count=2)
    assert [values["ls_id"] for _, values in places] == ["0.5", "0.1"]
    assert [values["look_why"] for _, values in places] == ["uncertain", "diverse"]


def test_areas_differ_by_their_ratio():
    """Squares about one middle: 100 m2 is farther from 1 and 3 ha than these are apart."""
    middle = wkb.loads(square(0, 0).wkb).centroid
    sides = (10, 100, 100, 173)
    records = [
        (
            box(
                *(middle.x - s / 2, middle.y - s / 2, middle.x + s / 2, middle.y + s / 2)
            ),
            {"ls_id": str(s)},
        )
        for s in sides
    ]
    places = look(Candidates([(s.wkb, v) for s, v in records], UTM), count=1)
    assert (places[0][1]["ls_id"], places[0][1]["look_why"]) == ("10", "diverse")


def test_the_largest_are_among_them():
    records = [
        (square(i % 5, i // 5, 10 + i).wkb, {"ls_id": str(i), "conf": 0.5})
        for i in range(12)
    ]
    places = look(Candidates(records, UTM), count=12)
    large = [values for _, values in places if values["look_why"] == "large"]
    first = large[0]
    earlier = {v["ls_id"] for _, v in places if v["look_rank"] < first["look_rank"]}
    rest = [i for i in range(12) if str(i) not in earlier]
    assert first["ls_id"] == str(max(rest))
    assert first["look_score"] == pytest.approx(((10 + max(rest)) / 21) ** 2, abs=1e-3)


def test_of_a_tile_that_is_half_open_the_open_half_counts(tmp_path):
    values = np.full((40, 100), 110, np.uint8)
    values[:20, :12] = 250  # 12 of 20 columns of the first tile
    values[:10, 40:60] = 255  # not searched
    values[10:20, 40:60] = 250
    path = str(tmp_path / "p.tif")
    grid = Grid(100, 40, PLACE, wkt(32647))
    with ProbabilityWriter(path, grid) as writer:
        writer.write(Strip(0, values))
    job = prepare_look(
        LookRequest(tile_m=40.0), False, searched=Searched(path, grid, 0.8)
    )
    with Probability(path) as probability:
        list(job.survey.run(probability))
    sizes = TilePlaces(job.survey).pool().size
    assert sizes[job.survey.landslide_share > 0].tolist() == [960, 800]


def test_as_many_as_were_asked_for_need_no_remark():
    assert not look(candidates(), count=12).notes
    assert "Only 12 places are left of 13" in str(look(candidates(), count=13).notes[0])


def test_on_the_moon_there_is_no_longitude_of_the_earth():
    moon = Crs("+proj=laea +lat_0=0 +lon_0=0 +a=1737400 +b=1737400 +units=m")
    places = look(Candidates([(box(0, 0, 100, 100).wkb, {"conf": 0.5})], moon))
    (values,) = (values for _, values in places)
    assert (values["lon"], values["lat"]) == (None, None)


def test_the_longitude_of_a_layer_from_0_to_360_is_west_of_greenwich():
    degrees = Crs("EPSG:4326")
    places = look(Candidates([(box(250, 10, 250.01, 10.01).wkb, {"conf": 0.5})], degrees))
    (values,) = (values for _, values in places)
    assert (values["lon"], values["lat"]) == (-109.995, 10.005)
