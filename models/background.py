# SPDX-License-Identifier: GPL-2.0-or-later
"""Work on items in a thread of its own while the next ones are being made."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait

POLL_SECONDS = 0.05
_END = object()  # after the last item
Wanted = Callable[[Iterable], Iterator]  # the items of a loop, while they are wanted


class _Abandoned(Exception):
    """Ends the work where nobody wants its result any more."""


class Background:
    """Runs `work(items, wanted)` in a thread; `put` hands it the items.

    `max_waiting` items at most wait for their turn. A context manager: leaving it by an
    exception ends the work at its next item, leaving it otherwise before `finish` is
    through does too; the thread is gone afterwards. What the work raises is raised by
    the next `put` or by `finish`. Work that takes long for one item goes over what it
    makes of it by `wanted`: a loop that ends where nobody wants the result any more.
    """

    def __init__(self, work: Callable[[Iterator, Wanted], None], max_waiting: int):
        self._work = work
        self._items: queue.SimpleQueue = queue.SimpleQueue()
        self._room = threading.Semaphore(max_waiting)
        self._abandoned = threading.Event()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="mrife-background")

    def __enter__(self) -> Background:
        self._done = self._pool.submit(self._work, self._arriving(), self._wanted)
        return self

    def __exit__(self, *_) -> None:
        self._abandoned.set()
        self._items.put(_END)
        self._pool.shutdown(wait=True)

    def put(self, item: object) -> Iterator[None]:
        """Hand over the next item: yields now and then until there is room for it, where
        too many wait already.
        """
        while True:
            if self._done.done():
                self._done.result()  # raises what the work raised
            if self._room.acquire(timeout=POLL_SECONDS):
                self._items.put(item)
                return
            yield

    def finish(self) -> Iterator[None]:
        """No more items: yield now and then until the work is done."""
        self._items.put(_END)
        while not self._done.done():
            wait([self._done], POLL_SECONDS)
            yield
        self._done.result()

    def _wanted(self, items: Iterable) -> Iterator:
        for item in items:
            self._check()
            yield item

    def _arriving(self) -> Iterator:
        while True:
            item = self._items.get()
            self._check()
            if item is _END:
                return
            self._room.release()
            yield item

    def _check(self) -> None:
        if self._abandoned.is_set():
            raise _Abandoned
