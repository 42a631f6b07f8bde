# SPDX-License-Identifier: GPL-2.0-or-later
"""Work on items in a thread of its own while the next ones are being made."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

POLL_SECONDS = 0.05


class _Abandoned(Exception):
    """Ends the work where nobody wants its result any more."""


class Background:
    """Runs `work(items)` in a thread; `put` hands it the items.

    `max_waiting` items at most wait for their turn. A context manager: leaving it by an
    exception ends the work at its next item, leaving it otherwise before `finish` is
    through does too; the thread is gone afterwards. What the work raises is raised by
    the next `put` or by `finish`.
    """

    def __init__(self, work: Callable[[Iterator], None], max_waiting: int):
        self._items: queue.Queue = queue.Queue(max_waiting)
        self._work = work
        self._error: BaseException | None = None
        self._abandoned = threading.Event()
        self._ended = threading.Event()  # no item will come any more
        self._thread = threading.Thread(target=self._run, name="mrife-background")

    def __enter__(self) -> Background:
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._abandoned.set()
        self._thread.join()

    def put(self, item: object) -> None:
        """Hand over the next item, waiting where too many wait already."""
        while True:
            self._raise_error()
            with suppress(queue.Full):  # then look once more whether the work goes on
                self._items.put(item, timeout=POLL_SECONDS)
                return

    def finish(self) -> Iterator[None]:
        """No more items: yield now and then until the work is done."""
        self._ended.set()
        while self._thread.is_alive():
            self._thread.join(POLL_SECONDS)
            yield
        self._raise_error()

    def _raise_error(self) -> None:
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            self._work(self._arriving())
        except _Abandoned:
            return
        except BaseException as error:  # carried into the thread that waits for it
            self._error = error

    def _arriving(self) -> Iterator:
        while True:
            if self._abandoned.is_set():
                raise _Abandoned
            try:
                yield self._items.get(timeout=POLL_SECONDS)
            except queue.Empty:
                # asked after the queue: nothing can have come in between
                if self._ended.is_set() and self._items.empty():
                    return
