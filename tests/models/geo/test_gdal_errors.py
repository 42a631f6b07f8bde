# SPDX-License-Identifier: GPL-2.0-or-later
"""GDAL's exceptions are off inside and put back as found, whoever switched them on in
which order and however many threads are inside.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from itertools import permutations

import pytest
from osgeo import gdal, ogr, osr

from models.geo.gdal_errors import quiet

MODULES = (gdal, ogr, osr)
ORDERS = [order for count in range(4) for order in permutations(MODULES, count)]
TURNS = 200


def switches() -> list[int]:
    return [module.GetUseExceptions() for module in MODULES]


@contextmanager
def raising(order):
    """Exceptions of these modules on, in this order, and of no other; then as before."""
    before = switches()
    for module in MODULES * 3:  # a newer GDAL may begin with them
        if module.GetUseExceptions():
            with suppress(RuntimeError):
                module.DontUseExceptions()
    for module in order:
        module.UseExceptions()
    try:
        yield
    finally:
        for module in reversed(order):  # only the top of GDAL's stack can go off
            module.DontUseExceptions()
        for module, on in zip(MODULES, before):
            if on:
                module.UseExceptions()


@pytest.mark.parametrize(
    "order", ORDERS, ids=lambda order: "-".join(m.__name__[6:] for m in order) or "none"
)
def test_exceptions_are_put_back_as_found(order):
    with raising(order):
        found = switches()
        with quiet() as error:
            assert not any(switches())
            assert osr.SpatialReference().ImportFromWkt("nonsense") != 0
            assert gdal.Open("/nowhere/at/all.tif") is None
        assert error.failed and "nowhere" in error.words
        assert switches() == found


def test_a_thread_that_leaves_takes_no_other_threads_quiet_away():
    entered, left = threading.Event(), threading.Event()

    def visit():
        with quiet():
            entered.set()
            left.wait()

    with raising((gdal, osr)):
        found = switches()
        visitor = threading.Thread(target=visit)
        visitor.start()
        entered.wait()
        with quiet() as error:
            left.set()
            visitor.join()
            assert gdal.Open("/nowhere/at/all.tif") is None
            assert osr.SpatialReference().ImportFromWkt("nonsense") != 0
        assert error.failed
        assert switches() == found
        with pytest.raises(RuntimeError):
            gdal.Open("/nowhere/at/all.tif")


def test_many_threads_each_hear_their_own_error_and_none_raises():
    faults = []

    def work(name):
        try:
            for turn in range(TURNS):
                with quiet() as error:
                    dataset = gdal.Open(f"/nowhere/{name}-{turn}.tif")
                if dataset is not None or f"{name}-{turn}" not in error.words:
                    faults.append((name, turn, error.words))
        except RuntimeError as raised:
            faults.append(raised)

    with raising((gdal, ogr)):
        found = switches()
        threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert switches() == found
    assert faults == []
