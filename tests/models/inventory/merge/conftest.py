# SPDX-License-Identifier: GPL-2.0-or-later
import pytest
from samples import wkt

from models.geo.crs import Crs
from models.inventory.morphometry.morphometry import Morphometry


@pytest.fixture(scope="module")
def morphometry():
    return Morphometry(Crs(wkt(32647)))
