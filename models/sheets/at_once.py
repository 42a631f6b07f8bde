# SPDX-License-Identifier: GPL-2.0-or-later
"""Several sheets searched at once: in threads of this process, or wherever an executor
runs them. What comes out is the same as one after the other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Future,
    ThreadPoolExecutor,
    wait,
)
from contextlib import closing
from copy import deepcopy
from queue import SimpleQueue

from ..errors import Cancelled, WorkerDied
from .mosaic import UnreadableSheet
from .part_search import PartOrder, PartStep, search_part

POLL_SECONDS = 0.05
GRACE_SECONDS = 2.0  # for the batch under way, where all is to end


class AtOnce:
    """Searches as many parts at once as there are detectors, each of which answers one
    thread at a time and has `restart` and `kill` where it lives in another process.
    """

    def __init__(self, detectors: Sequence):
        self._detectors = tuple(detectors)
        self._dead = set()  # of them, those whose process has ended

    def __call__(self, orders: Sequence[PartOrder]) -> Iterator[PartStep]:
        """A Searcher."""
        news: SimpleQueue = SimpleQueue()
        free: SimpleQueue = SimpleQueue()
        stopped = threading.Event()
        for detector in self._detectors:
            free.put(detector)

        def work(number: int) -> float:
            detector = free.get()
            # files of its own: GDAL's are not for two threads
            order = deepcopy(orders[number])
            try:
                if detector in self._dead:
                    detector.restart()
                    self._dead.discard(detector)
                with closing(search_part(order, detector)) as steps:
                    for step in steps:
                        news.put(step._replace(number=number))
                        if stopped.is_set():
                            raise Cancelled()
            except WorkerDied:
                self._dead.add(detector)  # begun anew where it is needed
                raise
            finally:
                free.put(detector)
            return step.seconds

        with ThreadPoolExecutor(len(self._detectors)) as pool:
            futures = [pool.submit(work, number) for number in range(len(orders))]
            try:
                yield from followed(futures, orders, lambda: taken(news))
            finally:
                stopped.set()
                for future in futures:
                    future.cancel()
                if wait(futures, GRACE_SECONDS).not_done:
                    self._kill()

    def _kill(self) -> None:
        """The processes, one of which answers no more: its thread waits for it."""
        for detector in self._detectors:
            if hasattr(detector, "kill"):
                detector.kill()
                self._dead.add(detector)


def followed(
    futures: Sequence[Future],
    orders: Sequence[PartOrder],
    news: Callable[[], Iterable[PartStep]],
    result: Callable[[Future], float] = Future.result,
) -> Iterator[PartStep]:
    """The steps that are `news` each time it is asked, until every order is through in
    its future, which gives seconds as its `result`, or raises WorkerDied where the
    process that searched is lost.

    A sheet that cannot be read ends the searches that come later and read of it, and no
    other; when these are through, the first of such failures is raised, as it would be
    one by one. Raises CancelledError where somebody else ends a search.
    """
    numbers = {future: number for number, future in enumerate(futures)}
    waiting = set(futures)
    needless = set()
    problems: dict[int, UnreadableSheet] = {}
    while waiting:
        done, waiting = wait(waiting, POLL_SECONDS, FIRST_COMPLETED)
        yield from news()
        for future in done:
            number = numbers[future]
            try:
                yield PartStep(number, 1.0, result(future))
            except WorkerDied as death:
                yield PartStep(number, 0.0, death=death.with_traceback(None))
            except UnreadableSheet as problem:
                problems[number] = problem
                later = _later(number, problem, orders)
                needless.update(later)
                for other in later:
                    futures[other].cancel()
            except CancelledError:
                if number not in needless:
                    raise
    if problems:
        raise problems[min(problems)]


def taken(news: SimpleQueue) -> Iterator[PartStep]:
    """All that has come, and none is waited for."""
    while not news.empty():
        yield news.get()


def _later(
    number: int, problem: UnreadableSheet, orders: Sequence[PartOrder]
) -> list[int]:
    """Orders after one that read of a sheet that cannot be read."""
    return [
        other
        for other in range(number + 1, len(orders))
        if orders[other].part.reads(problem.sheet)
    ]
