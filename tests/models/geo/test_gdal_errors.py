# SPDX-License-Identifier: GPL-2.0-or-later
"""GDAL's exceptions are switched off inside and put back as found, whoever switched
them on in which order.
"""

from __future__ import annotations

from itertools import permutations

import pytest
from osgeo import gdal, ogr, osr

from models.geo.gdal_errors import _without_exceptions, quiet

MODULES = (gdal, ogr, osr)
ORDERS = [order for count in range(4) for order in permutations(MODULES, count)]


@pytest.mark.parametrize(
    "order", ORDERS, ids=lambda order: "-".join(m.__name__[6:] for m in order) or "none"
)
def test_exceptions_are_put_back_as_found(order):
    before = [module.GetUseExceptions() for module in MODULES]
    on = _without_exceptions()  # a newer GDAL may begin with them
    for module in order:
        module.UseExceptions()
    try:
        found = [module.GetUseExceptions() for module in MODULES]
        with quiet() as said:
            assert not any(module.GetUseExceptions() for module in MODULES)
            assert osr.SpatialReference().ImportFromWkt("nonsense") != 0
            assert gdal.Open("/nowhere/at/all.tif") is None
        assert said.failed and "nowhere" in said.words
        assert [module.GetUseExceptions() for module in MODULES] == found
    finally:
        for module in reversed(
            order
        ):  # only what lies on top of GDAL's stack can be switched off
            module.DontUseExceptions()
        for module in reversed(on):
            module.UseExceptions()
    assert [module.GetUseExceptions() for module in MODULES] == before
