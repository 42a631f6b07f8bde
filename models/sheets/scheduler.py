# SPDX-License-Identifier: GPL-2.0-or-later
"""Sheets searched on the workers of a Dask cluster, which see the same files under the
same paths. The one place that knows Dask; workers import it, too.
"""

from __future__ import annotations

import os
import socket
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import closing
from functools import lru_cache
from itertools import chain
from queue import SimpleQueue

from ..errors import Cancelled, MissingRuntime, MrifeError, Note, WorkerDied
from ..onnxfile import describe
from .at_once import followed, taken
from .part_search import PartOrder, PartStep, is_finished, search_part

CONNECTION_SECONDS = 10
# without a worker, until the log says so
LONELY_SECONDS = 15
LOOK_SECONDS = 5  # between two looks for one, each a question to the scheduler
# until a file that another machine wrote is seen on a network drive
VISIBLE_SECONDS = 60


class Cluster:
    """Searches parts on the cluster whose scheduler listens at `address`, on each worker
    as many at once as it has threads; `device` and `threads` as of a Detector.

    A context manager. A part whose worker is lost begins again on another one, until as
    many are lost on it as the scheduler allows. Raises MrifeError, MissingRuntime where
    distributed is not installed.
    """

    def __init__(self, address: str, device: str = "auto", threads: int = 0):
        self._address = address
        self._device = device
        self._threads = threads
        self._client = _connected(address)

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_) -> None:
        self._client.close()

    @property
    def address(self) -> str:
        """Of the scheduler."""
        return self._address

    @property
    def workers(self) -> int:
        """How many there are now; more may come. Raises MrifeError."""
        # not scheduler_info: what that remembers is now and then one without workers
        try:
            return len(self._client.nthreads())
        except OSError as error:
            raise self._lost() from error

    def map(self, function: Callable, *items: Iterable) -> Iterator:
        """As Python's, on the workers. Raises MrifeError."""
        try:
            yield from self._client.get_executor(pure=False).map(function, *items)
        except CancelledError as error:
            raise self._lost() from error

    def __call__(self, orders: Sequence[PartOrder]) -> Iterator[PartStep]:
        """A Searcher."""
        news: SimpleQueue = SimpleQueue()
        run = uuid.uuid4().hex
        topic = f"mrife-{run}"
        self._client.subscribe_topic(topic, lambda event: news.put(PartStep(*event[1])))
        executor = self._client.get_executor(pure=False)
        futures = [
            executor.submit(
                search_on_worker,
                topic,
                number,
                order,
                _places(order),
                self._device,
                self._threads,
                key=f"{order.part.sheet.name}-{run}",
            )
            for number, order in enumerate(orders)
        ]
        died = set()
        try:
            watch = WorkersWatch(self)
            for step in followed(
                futures, orders, lambda: chain(taken(news), watch.news()), _seconds
            ):
                if step.death is not None:
                    died.add(step.number)
                yield step
        except CancelledError as error:
            raise self._lost() from error
        finally:
            for future in futures:
                future.cancel()
            self._client.unsubscribe_topic(topic)
        _check_visible(
            [order for number, order in enumerate(orders) if number not in died]
        )

    def _lost(self) -> MrifeError:
        return MrifeError(
            "The scheduler at {} no longer answers; start it and the same command again: "
            "finished sheets are kept.",
            self._address,
        )


class WorkersWatch:
    """Sees that a cluster has workers, for without any it is waited for."""

    def __init__(self, cluster: Cluster):
        self._cluster = cluster
        self._last_seen = self._last_look = time.monotonic()
        self._is_said = False

    def news(self) -> Iterator[PartStep]:
        """A note once there have been none for a while, and again after there were
        some.
        """
        now = time.monotonic()
        if now - self._last_look < LOOK_SECONDS:
            return
        self._last_look = now
        if self._cluster.workers:
            self._last_seen = now
            self._is_said = False
        elif now - self._last_seen >= LONELY_SECONDS and not self._is_said:
            self._is_said = True
            note = Note(
                "The scheduler at {} has no worker, and the search waits for one: python -m "
                "dask worker {}",
                self._cluster.address,
                self._cluster.address,
            )
            yield PartStep(0, 0.0, note=note)


def search_on_worker(
    topic: str,
    number: int,
    order: PartOrder,
    places: Sequence[str],
    device: str,
    threads: int,
) -> float:
    """Search one part, under a name of its own: a worker that was given up may still be
    writing another. How far it is goes to `topic`. Seconds that it took: none where it is
    finished, as when Dask asks again for what a lost worker had told. Raises MrifeError
    where this machine lacks one of `places`.
    """
    from distributed import get_worker

    for place in places:
        if not os.path.exists(place):
            raise MrifeError(
                "'{}' is not there on the machine {} of the cluster; all of them need it "
                "under this path.",
                place,
                socket.gethostname(),
            )
    if is_finished(order.path, order.part):
        return 0.0
    worker = get_worker()
    key = worker.get_current_task()
    detect = order.part.detect
    detector = _detector(
        detect.model.path, detect.model.digest, device, threads, detect.batch_size
    )
    order = order._replace(attempt=uuid.uuid4().hex[:8])
    with closing(search_part(order, detector)) as steps:
        for step in steps:
            task = worker.state.tasks.get(key)
            if task is None or task.state == "cancelled":
                raise Cancelled()
            worker.log_event(topic, (number, step.share))
    return step.seconds


def _places(order: PartOrder) -> list[str]:
    """Files and folders of this machine that the search of a part needs."""
    detect = order.part.detect
    sheets = [item.sheet.path for item in detect.raster.layout.placed]
    needed = [os.path.dirname(order.path), detect.model.path, *sheets]
    return [place for place in needed if os.path.exists(place)]


@lru_cache(maxsize=1)
def _detector(path: str, digest: str, device: str, threads: int, batch_size: int):
    """Of this worker, kept for its next sheet. Raises MrifeError."""
    from ..inference.detector import Detector

    model = describe(path)
    if model.digest != digest:
        raise MrifeError(
            "The model '{}' is another file on a worker; give one that all machines "
            "share.",
            path,
        )
    return Detector(path, device, threads, model.contract, batch_size)


def _seconds(future: Future) -> float:
    """That a part took. Raises WorkerDied where the scheduler gives it up."""
    from distributed.scheduler import KilledWorker

    try:
        return future.result()
    except KilledWorker as error:
        raise WorkerDied(
            "{} workers of the cluster were lost on it, one after the other; look at the "
            "log of the last one, {}, and at its memory.",
            error.allowed_failures + 1,
            error.last_worker.address,
        ) from error


def _connected(address: str):
    """A client of the scheduler. Raises MrifeError."""
    try:
        from distributed import Client
    except ImportError as error:
        raise MissingRuntime(
            "A search on a cluster needs the package distributed, which this Python does "
            "not have; install it here and on the workers: {} -m pip install distributed",
            sys.executable,
        ) from error
    try:
        return Client(address, timeout=CONNECTION_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise MrifeError(
            "No Dask scheduler answers at '{}' ({}); give its address as it says it when "
            "it starts, such as tcp://10.0.0.1:8786.",
            address,
            str(error).splitlines()[0],
        ) from error


def _check_visible(orders: Sequence[PartOrder]) -> None:
    """Raises MrifeError where what workers finished does not come to be seen here."""
    end = time.monotonic() + VISIBLE_SECONDS
    for part, path, _ in orders:
        while not is_finished(path, part):
            if time.monotonic() > end:
                raise MrifeError(
                    "A worker finished sheet {}, but '{}' is not there; choose a folder "
                    "that all machines share under one path.",
                    part.sheet.name,
                    path,
                )
            time.sleep(0.5)
            os.listdir(os.path.dirname(path))  # a network drive looks again
