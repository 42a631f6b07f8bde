# SPDX-License-Identifier: GPL-2.0-or-later
"""The network in a process of its own, for programs without Qt: what ends that process
ends nothing else.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection

from ..errors import WorkerDied
from .worker_server import serve

GRACE_SECONDS = 1.0  # to end by itself


class ProcessChannel:
    """A channel, as of RemoteDetector, to a new process of this Python, which ends with
    this one. Raises WorkerDied.
    """

    def __init__(self):
        context = get_context("spawn")  # threads and open files stay here
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_served, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()  # or its death would not be seen

    def send(self, message: dict) -> None:
        """A request."""
        try:
            self._connection.send_bytes(json.dumps(message).encode())
        except OSError as error:
            raise self._death() from error

    def receive(self) -> dict:
        """The next answer."""
        try:
            return json.loads(self._connection.recv_bytes())
        except (EOFError, OSError) as error:
            raise self._death() from error

    def kill(self) -> None:
        """End the process at once: who waits for its answer gets WorkerDied."""
        self._process.kill()

    def close(self) -> None:
        """End the process."""
        self._connection.close()
        self._process.join(GRACE_SECONDS)
        self._process.kill()
        self._process.join()

    def _death(self) -> WorkerDied:
        self._process.join(GRACE_SECONDS)
        return WorkerDied(
            "The process of the network was killed or crashed before its answer (code {}).",
            self._process.exitcode,
        )


class _Lines:
    """A connection as the two streams of lines that a worker serves."""

    def __init__(self, connection: Connection):
        self._connection = connection

    def __iter__(self) -> Iterator[str]:
        while True:
            try:
                yield self._connection.recv_bytes().decode()
            except (EOFError, OSError):  # who asked has ended
                return

    def write(self, line: str) -> None:
        """An answer."""
        with suppress(OSError):  # who asked has ended, and so will the requests
            self._connection.send_bytes(line.encode())

    def flush(self) -> None:
        """Nothing waits."""


def _served(connection: Connection) -> None:
    """The other process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asked ends it
    sys.stdout = sys.stderr  # what a library prints is no line of the command's
    lines = _Lines(connection)
    serve(lines, lines)
