# SPDX-License-Identifier: GPL-2.0-or-later
"""Work in a thread beside: nothing lost, errors carried, and gone when nobody wants it."""

import threading
import time

import pytest

from models.background import Background


def alive():
    return [thread for thread in threading.enumerate() if "mrife" in thread.name]


def test_all_items_are_worked_on_in_order():
    worked = []
    with Background(worked.extend, max_waiting=2) as background:
        for number in range(100):
            background.put(number)
        for _ in background.finish():
            pass
        assert worked == list(range(100))
    assert not alive()


def test_what_the_work_raises_is_raised_to_who_puts_or_waits():
    def fails(items):
        next(items)
        raise ValueError("full disk")

    with pytest.raises(ValueError, match="full disk"):
        with Background(fails, max_waiting=1) as background:
            for number in range(1000):
                background.put(number)
    with pytest.raises(ValueError, match="full disk"):
        with Background(fails, max_waiting=1) as background:
            background.put(0)
            list(background.finish())
    assert not alive()


def test_work_that_is_abandoned_ends_at_its_next_item():
    worked = []

    def slow(items):
        for item in items:
            time.sleep(0.02)
            worked.append(item)

    with pytest.raises(KeyboardInterrupt):
        with Background(slow, max_waiting=50) as background:
            for number in range(50):
                background.put(number)
            raise KeyboardInterrupt
    assert len(worked) < 10 and not alive()


def test_no_more_than_max_waiting_items_wait():
    go = threading.Event()

    def held(items):
        go.wait(10)
        list(items)

    with Background(held, max_waiting=3) as background:
        putting = threading.Thread(target=lambda: [background.put(n) for n in range(9)])
        putting.start()
        putting.join(0.3)
        assert putting.is_alive()  # held back by the three that wait
        go.set()
        putting.join(10)
        list(background.finish())
