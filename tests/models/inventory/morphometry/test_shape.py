# SPDX-License-Identifier: GPL-2.0-or-later
"""Shape attributes of drawn polygons of known size and direction, in many systems."""

from __future__ import annotations

import math

import numpy as np
import pytest
from osgeo import ogr, osr
from samples import wkt
from shapely import affinity, wkb
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box
from systems import MARS, moved, qgis_measure

from models.errors import UnsuitableRaster
from models.geo.coordinates import ring_table
from models.geo.crs import Crs
from models.geo.local_plane import LocalPlane
from models.inventory.morphometry.morphometry import Morphometry
from models.inventory.morphometry.shape import (
    RIBBON_RATIO,
    Shape,
    road_like,
    surely_no_road,
)
from models.inventory.schema import SHAPE

SYSTEMS = (
    32648,
    32647,
    4326,
    4490,
    3857,
    4544,
    4525,
    2327,
    4610,
    2414,
)  # UTM, degrees, Web Mercator, Gauss-Krueger
PLACE = (
    300000.0,
    3600000.0,
)  # in UTM 48N, 102.9 E 32.5 N: grid north is 1.1 degrees off true north


def true_rectangle(epsg: int, length: float, width: float, azimuth: float):
    """A rectangle of true metres whose length points to `azimuth` from true north,
    drawn in a system at PLACE.
    """
    place = moved(Point(PLACE), 32648, 4326)
    local = (
        'PROJCS["local",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],'
        'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Azimuthal_Equidistant"],'
        f'PARAMETER["latitude_of_center",{place.y}],PARAMETER["longitude_of_center",{place.x}],UNIT["metre",1]]'
    )
    drawn = affinity.rotate(
        box(-width / 2, -length / 2, width / 2, length / 2), -azimuth, origin=(0, 0)
    )
    source, target = osr.SpatialReference(), osr.SpatialReference()
    source.ImportFromWkt(local)
    target.ImportFromEPSG(epsg)
    target.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    shape = ogr.CreateGeometryFromWkb(wkb.dumps(drawn))
    shape.Transform(osr.CoordinateTransformation(source, target))
    return wkb.loads(bytes(shape.ExportToWkb()))


def measured(text, polygon, azimuth=None):
    return Shape(Crs(text)).measure_all([polygon], [azimuth])[0]


@pytest.mark.parametrize("epsg", SYSTEMS)
@pytest.mark.parametrize("length, width, azimuth", [(400, 150, 30), (120, 300, 200)])
def test_length_and_width_follow_the_movement_from_true_north(
    epsg, length, width, azimuth
):
    found = measured(wkt(epsg), true_rectangle(epsg, length, width, azimuth), azimuth)
    assert found["length_m"] == pytest.approx(length, rel=5e-4) and found[
        "width_m"
    ] == pytest.approx(width, rel=5e-4)
    assert (
        found["lw_ratio"] == pytest.approx(length / width, abs=0.01)
        and found["lw_meth"] == "dem"
    )
    assert found["area_m2"] == pytest.approx(length * width, rel=5e-4)
    assert found["compact"] == pytest.approx(
        math.pi * length * width / (length + width) ** 2, abs=2e-3
    )


@pytest.mark.parametrize("epsg", SYSTEMS)
def test_without_a_direction_the_smallest_rectangle_counts(epsg):
    found = measured(wkt(epsg), true_rectangle(epsg, 120, 300, 200))
    assert found["length_m"] == pytest.approx(300, rel=5e-4) and found[
        "width_m"
    ] == pytest.approx(120, rel=5e-4)
    assert found["lw_meth"] == "mbr" and list(found) == [field.name for field in SHAPE]


def test_measures_have_the_digits_that_they_are_reported_with():
    found = measured(wkt(32648), true_rectangle(32648, 123.46, 57.34, 0), 0.0)
    for name in ("lon", "lat", "ell_fit"):
        del found[name]
    assert found == {
        "area_m2": pytest.approx(123.46 * 57.34, abs=1),
        "perim_m": 361.6,
        "length_m": 123.5,
        "width_m": 57.3,
        "lw_ratio": 2.15,
        "lw_meth": "dem",
        "solidity": 1.0,
        "compact": 0.68,
    }


@pytest.mark.parametrize("epsg", [32648, 4490, 4544, 3857])
def test_area_agrees_with_qgis_within_a_thousandth(epsg):
    theirs = qgis_measure(epsg)
    from qgis.core import QgsGeometry

    polygon = moved(
        MultiPolygon(
            [Point(PLACE).buffer(300), Point(PLACE[0] + 900, PLACE[1]).buffer(100)]
        ),
        32648,
        epsg,
    )
    assert measured(wkt(epsg), polygon)["area_m2"] == pytest.approx(
        theirs.measureArea(QgsGeometry.fromWkt(polygon.wkt)), rel=1e-3
    )


def test_the_point_lies_inside_also_of_a_crescent_and_on_wgs_84():
    crescent = (
        Point(PLACE).buffer(300).difference(Point(PLACE[0] + 100, PLACE[1]).buffer(280))
    )
    for epsg in (32648, 4490, 3857):
        found = measured(wkt(epsg), moved(crescent, 32648, epsg))
        assert (
            moved(crescent, 32648, 4326)
            .buffer(1e-6)
            .contains(Point(found["lon"], found["lat"]))
        )


def test_the_point_is_shifted_between_datums():
    polygon = Point(600000.0, 2200000.0).buffer(50)  # NTF (Paris), 60 m off WGS 84
    found = measured(wkt(27572), polygon)
    expected = moved(polygon.representative_point(), 27572, 4326)
    assert (found["lon"], found["lat"]) == (
        pytest.approx(expected.x, abs=2e-6),
        pytest.approx(expected.y, abs=2e-6),
    )
    own = moved(polygon.representative_point(), 27572, 4275)
    assert (
        math.hypot((own.x - found["lon"]) * 75000, (own.y - found["lat"]) * 111000) > 20
    )


@pytest.mark.parametrize("west, lon", [(250.0, -109.95), (-180.3, 179.75), (-70.0, -69.95)])
def test_the_longitude_is_east_or_west_of_greenwich(west, lon):
    """Whichever way the layer counts: from 0 to 360, or on beyond 180."""
    assert measured(wkt(4326), box(west, 10, west + 0.1, 10.1))["lon"] == lon


def test_another_planet_has_no_place_on_wgs_84():
    found = measured(MARS, box(-70.0, -10.0, -69.9, -9.9))
    assert found["lon"] is None and found["lat"] is None
    assert found["length_m"] == pytest.approx(math.radians(0.1) * 3396190, rel=0.03)


def test_a_missing_system_is_named():
    with pytest.raises(UnsuitableRaster, match="coordinate reference system"):
        LocalPlane(Crs(""))


def test_the_plane_keeps_lengths_across_the_date_line():
    plane = LocalPlane(Crs(wkt(4326))).plane(box(179.99, 10.0, 180.01, 10.02))
    assert np.ptp(np.array(plane.exterior.coords)[:, 0]) == pytest.approx(2192.7, abs=1)


def test_many_are_measured_as_each_alone():
    drawn = [
        true_rectangle(32648, 300, 100, 30),
        Point(PLACE).buffer(300).difference(Point(PLACE[0] + 100, PLACE[1]).buffer(280)),
        MultiPolygon(
            [box(3e5, 3.6e6, 300080, 3600020), box(302000, 3.6e6, 302300, 3600010)]
        ),
        box(3e5, 3.6e6, 304000, 3604000).difference(
            box(301000, 3601000, 302000, 3603500)
        ),
    ]
    azimuths = [30.0, None, 200.0, None]
    together = Shape(Crs(wkt(32648))).measure_all(drawn, azimuths)
    assert together == [measured(wkt(32648), *each) for each in zip(drawn, azimuths)]
    assert [each["lw_meth"] for each in together] == ["dem", "mbr", "dem", "mbr"]


def wavy_ribbon(seed: int) -> Polygon:
    """A winding ribbon of some ten times its width, its border rough."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(0, 0.25, 12).cumsum()
    spine = np.cumsum(np.stack((np.cos(steps), np.sin(steps)), axis=1) * 10, axis=0)
    ribbon = LineString(spine).buffer(rng.uniform(5, 9))
    around = np.arange(0, ribbon.exterior.length, 0.5)
    border = np.array([ribbon.exterior.interpolate(place).coords[0] for place in around])
    return Polygon(border + rng.normal(0, 0.05, border.shape)).buffer(0)


def test_thinning_an_outline_first_makes_no_road_and_unmakes_none():
    answers = []
    for seed in range(60):
        shape = wavy_ribbon(seed)
        half_width = math.sqrt(shape.area / RIBBON_RATIO) / 2
        answers.append(shape.buffer(-half_width).is_empty)
        assert road_like(shape) == answers[-1], seed
    assert 10 < sum(answers) < 50


def test_only_what_is_no_road_is_told_by_area_and_border():
    shapes = [wavy_ribbon(seed) for seed in range(60)]
    shapes += [box(0, 0, 100, width) for width in (1, 5, 12, 12.5, 13, 20, 60, 100)]
    shapes += [MultiPolygon([box(0, 0, 100, 60), box(200, 0, 300, 1)]), ring_of_ground()]
    told = surely_no_road(ring_table(shapes))
    roads = np.array([road_like(shape) for shape in shapes])
    assert not (told & roads).any()
    # squares are told without a look at their ground, ribbons are not
    assert told[67] and told[66] and not told[60]
    assert told[-1] and not told[-2]


def ring_of_ground() -> Polygon:
    """A square with a large hole: a road by its area, none by what its border holds."""
    return Polygon(box(0, 0, 100, 100).exterior, [box(5, 5, 95, 95).exterior.coords])


@pytest.mark.parametrize("epsg", [32633, 4326, 4087, 6933])
def test_a_road_is_one_on_every_map(epsg):
    """A slide of 350 m to the east and a road of 1,200 m to the north, both 100 m wide, at
    70 degrees: a map may have them as strips of 10 and 4 times their width.
    """
    crs = Crs(wkt(epsg))
    strips = []
    for width, height in ((350, 100), (100, 1200)):
        # WGS 84 at 70 degrees: 38,188 m and 111,563 m by degree
        corners = np.array(box(0, 0, width / 38_188, height / 111_563).exterior.coords)
        strips.append(Polygon(Crs(wkt(4326)).transform(corners + (15.7, 70.0), crs)))
    morphometry = Morphometry(crs)
    assert morphometry.are_roads(strips, ring_table(strips)) == [False, True]
    roads = [road_like(morphometry.to_scale(strip)) for strip in strips]
    assert roads == [False, True]
