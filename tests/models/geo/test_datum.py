# SPDX-License-Identifier: GPL-2.0-or-later
"""Datums between which no transformation is public."""

from __future__ import annotations

import pytest

from models.geo.crs import Crs
from models.geo.datum import datum_doubt

XIAN_1980 = "EPSG:2357"  # 3-degree zone 33, as UTM 47 N below
TIED = (
    "+proj=tmerc +lat_0=0 +lon_0=99 +x_0=500000 +ellps=krass "
    "+towgs84=15.8,-154.4,-82.3 +units=m +no_defs"
)


@pytest.mark.parametrize("other", ["EPSG:32647", "EPSG:4490"], ids=["WGS 84", "CGCS2000"])
def test_a_survey_before_satellites_without_a_transformation(other):
    doubt = str(datum_doubt("old", Crs(XIAN_1980), Crs(other)))
    assert "'old' (Xian 1980 / 3-degree Gauss-Kruger zone 33)" in doubt
    assert datum_doubt("old", Crs(other), Crs(XIAN_1980)) is not None


@pytest.mark.parametrize(
    "one, other",
    [
        (XIAN_1980, XIAN_1980),
        (XIAN_1980, "EPSG:2355"),  # another zone of the same datum
        ("EPSG:4490", "EPSG:32647"),  # within metres of each other, and not tied either
        ("EPSG:3844", "EPSG:4326"),  # public parameters
        (TIED, "EPSG:32647"),  # parameters of its own
        ("+proj=longlat +a=3396190 +b=3376200 +no_defs", "EPSG:4326"),
        ("", "EPSG:4326"),
    ],
)
def test_nothing_is_doubted_elsewhere(one, other):
    assert datum_doubt("layer", Crs(one), Crs(other)) is None
