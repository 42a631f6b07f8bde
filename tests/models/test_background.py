# SPDX-License-Identifier: GPL-2.0-or-later
"""Work in a thread beside: nothing lost, errors carried, and gone when nobody wants it."""

import gc
import threading
import time
import weakref
from itertools import count

import pytest

from models.background import Background


def alive():
    return [thread for thread in threading.enumerate() if "mrife" in thread.name]


def test_all_items_are_worked_on_in_order():
    worked = []
    with Background(lambda items, _: worked.extend(items), max_waiting=2) as background:
        for number in range(100):
            list(background.put(number))
        for _ in background.finish():
            pass
        assert worked == list(range(100))
    assert not alive()


def test_what_the_work_raises_is_raised_to_who_puts_or_waits():
    def fails(items, wanted):
        next(items)
        raise ValueError("full disk")

    with pytest.raises(ValueError, match="full disk"):
        with Background(fails, max_waiting=1) as background:
            for number in range(1000):
                list(background.put(number))
    with pytest.raises(ValueError, match="full disk"):
        with Background(fails, max_waiting=1) as background:
            list(background.put(0))
            list(background.finish())
    assert not alive()


def test_work_that_is_abandoned_ends_at_its_next_item():
    worked = []

    def slow(items, wanted):
        for item in items:
            time.sleep(0.02)
            worked.append(item)

    with pytest.raises(KeyboardInterrupt):
        with Background(slow, max_waiting=50) as background:
            for number in range(50):
                list(background.put(number))
            raise KeyboardInterrupt
    assert len(worked) < 10 and not alive()


def test_what_the_work_holds_ends_with_it():
    """Files of an elevation model, which GDAL closes before Python ends."""

    class Held:
        pass

    def ended():
        held = Held()

        def work(items, wanted):
            for _ in wanted(items):
                assert held

        with Background(work, max_waiting=1) as background:
            list(background.put(0))
            list(background.finish())
        return weakref.ref(held)

    gc.collect()
    gc.disable()
    try:
        assert ended()() is None
    finally:
        gc.enable()


def test_no_more_than_max_waiting_items_wait():
    go = threading.Event()
    worked = []

    def held(items, wanted):
        go.wait(10)
        worked.extend(items)

    with Background(held, max_waiting=3) as background:
        for number in range(3):
            assert list(background.put(number)) == []
        waiting = background.put(3)
        next(waiting)  # held back by the three that wait; who puts is asked meanwhile
        next(waiting)
        go.set()
        list(waiting)
        list(background.finish())
        assert worked == [0, 1, 2, 3]


def test_work_on_one_item_ends_where_nobody_wants_it():
    begun = threading.Event()

    def endless(items, wanted):
        next(items)
        for _ in wanted(count()):
            begun.set()

    with pytest.raises(KeyboardInterrupt):
        with Background(endless, max_waiting=1) as background:
            list(background.put("the only one"))
            begun.wait(10)
            raise KeyboardInterrupt
    assert begun.is_set() and not alive()
