# SPDX-License-Identifier: GPL-2.0-or-later
"""One reference system value: kinds, units, and the ways between systems as GDAL goes
them.
"""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from osgeo import osr
from pyproj import Geod

from models.geo.crs import WGS84, Crs
from models.geo.local_plane import LocalPlane

MARS = "+proj=longlat +a=3396190 +b=3376200 +no_defs"
TIED = (
    "+proj=tmerc +lat_0=0 +lon_0=15 +k=1 +x_0=5500000 +y_0=0 +ellps=bessel "
    "+towgs84=598.1,73.7,418.2,0.202,0.045,-2.455,6.7 +units=m +no_defs"
)
FEET_AND_FEET = "EPSG:2263+6360"  # compound
GRADS = "EPSG:4807"


def by_gdal(text: str) -> osr.SpatialReference:
    srs = osr.SpatialReference()
    srs.SetFromUserInput(text)
    srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return srs


@pytest.mark.parametrize("text", ["", "nonsense", "EPSG:99999", 'LOCAL_CS["x"'])
def test_what_cannot_be_read_is_missing(text):
    crs = Crs(text)
    assert crs.is_missing and not crs.is_geographic and not crs.is_projected
    assert crs.geographic.is_missing and crs.to(WGS84) is None


@pytest.mark.parametrize(
    "text, place",
    [
        ("EPSG:32647", (450000, 3050000)),
        ("EPSG:4326", (98.0, 27.0)),
        ("EPSG:2225", (6500000, 2000000)),
        ("EPSG:5514", (-500000, -1100000)),
        ("EPSG:5513", (1100000, 500000)),
        ("EPSG:27572", (600000, 2200000)),
        (GRADS, (2.5, 54.0)),
        (FEET_AND_FEET, (980000, 200000)),
        ("EPSG:32647+5773", (450000, 3050000)),
        (TIED, (5500000, 5400000)),
        (MARS, (10.0, 20.0)),
        ("+proj=laea +lat_0=45 +lon_0=10 +a=6371000 +b=6371000 +units=km", (10, 20)),
    ],
)
def test_units_and_the_way_to_longitude_and_latitude_are_gdals(text, place):
    srs = by_gdal(text)
    crs = Crs(srs.ExportToWkt())
    geographic = srs.CloneGeogCS()
    geographic.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    assert crs.is_geographic == bool(srs.IsGeographic())
    assert crs.is_projected == bool(srs.IsProjected())
    assert crs.semi_major == srs.GetSemiMajor()
    assert crs.semi_minor == pytest.approx(srs.GetSemiMinor(), abs=1e-6)
    assert crs.angular_unit == pytest.approx(geographic.GetAngularUnits(), rel=1e-14)
    if crs.is_projected:
        assert crs.linear_unit == pytest.approx(srs.GetLinearUnits(), rel=1e-12)
    there = osr.CoordinateTransformation(srs, geographic).TransformPoint(*place)
    assert crs.transform([place], crs.geographic)[0] == pytest.approx(
        there[:2], abs=1e-11
    )


def test_heights_of_a_compound_system_have_their_own_unit():
    assert Crs(FEET_AND_FEET).vertical_unit == pytest.approx(0.3048006096)
    assert Crs("EPSG:32647+5773").vertical_unit == 1
    assert Crs("EPSG:32647").vertical_unit is None


def test_the_world_is_wgs84_but_on_another_planet_its_own():
    assert Crs("EPSG:32647").world == WGS84
    mars = Crs(MARS)
    assert mars.world == mars.geographic != WGS84
    assert mars.to(WGS84) is None
    assert np.isinf(mars.transform([(1, 2)], WGS84)).all()


def test_where_a_system_is_not_defined_there_is_no_place():
    mercator = Crs("+proj=merc +lon_0=0 +datum=WGS84")
    assert np.isinf(WGS84.transform([(0.0, 91.0), (0.0, 90.0)], mercator)).any()


@pytest.mark.parametrize("latitude", [0.0, 27.5, -60.0])
def test_metres_by_degree_are_those_of_geodesics(latitude):
    geod = Geod(ellps="WGS84")
    east, north = WGS84.metres_per_unit(latitude)
    step = 1e-4
    assert east * step == pytest.approx(geod.inv(0, latitude, step, latitude)[2], 1e-6)
    ends = (latitude - step / 2, latitude + step / 2)
    assert north * step == pytest.approx(geod.inv(0, ends[0], 0, ends[1])[2], 1e-6)


def test_metres_by_unit_follow_the_unit():
    assert Crs("EPSG:32647").metres_per_unit(3e6) == (1.0, 1.0)
    assert Crs("EPSG:2225").metres_per_unit(0) == pytest.approx((0.3048006096,) * 2)
    grads = Crs(GRADS).metres_per_unit(50.0)
    degrees = Crs("EPSG:4275").metres_per_unit(45.0)
    assert grads == pytest.approx([0.9 * metres for metres in degrees])


@pytest.mark.parametrize("epsg, east", [(32601, -180.0), (32660, 180.0), (3857, 180.0)])
def test_metres_by_unit_are_the_same_at_180_degrees(epsg, east):
    """Where a step to the west and one to the east lie on both sides."""
    crs = Crs(f"EPSG:{epsg}")
    ((x, y),) = WGS84.transform([(east, -17.0)], crs)
    beside = crs.metres_at(x - math.copysign(5000, east), y)
    assert crs.metres_at(x, y) == pytest.approx(beside, rel=1e-3)


def test_equal_texts_are_one_system():
    assert Crs("EPSG:32647") == Crs("EPSG:32647") != Crs("EPSG:32648")
    assert len({Crs("EPSG:32647"), Crs("EPSG:32647")}) == 1
    assert Crs("EPSG:32647").decimals == Crs("EPSG:2263").decimals == 1  # feet
    assert WGS84.decimals == 6
    assert Crs("+proj=utm +zone=47 +datum=WGS84 +units=km").decimals == 4
    assert math.isclose(WGS84.angular_unit, math.radians(1))


@pytest.mark.parametrize(
    "text, flat",
    [
        ("EPSG:4979", "EPSG:4326"),  # longitude, latitude and ellipsoidal height
        (FEET_AND_FEET, "EPSG:2263"),
        ("EPSG:32648", "EPSG:32648"),
    ],
)
def test_the_same_places_without_heights(text, flat):
    assert by_gdal(Crs(text).flat.text).IsSame(by_gdal(flat))
    assert Crs(Crs(text).flat.text).flat.vertical_unit is None


def test_nothing_without_heights_is_still_nothing():
    assert Crs("").flat == Crs("")


@pytest.mark.parametrize("count", [0, 1, 2])
def test_any_number_of_places_is_transformed_without_a_word(count):
    """QGIS shows each warning of Python to the user."""
    utm = Crs("EPSG:32633")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        places = utm.transform([(500000.0, 0.0)] * count, WGS84)
        world = LocalPlane(utm).world(np.array([(500000.0, 0.0)] * count).reshape(-1, 2))
    assert places.shape == world.shape == (count, 2)
    for result in (places, world):
        assert np.allclose(result, [15, 0], rtol=0, atol=1e-9)
