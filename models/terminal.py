# SPDX-License-Identifier: GPL-2.0-or-later
"""The process of the command line: its standard streams, as a server gives them, and its
end.
"""

from __future__ import annotations

import os
import signal
import sys

from .errors import MrifeError
from .geo.scratch import remove_all

ENDS = ("SIGTERM", "SIGHUP")  # a server or a scheduler ends it; its terminal is closed


def open_streams() -> None:
    """Standard output speaks UTF-8, as JSON does, and holds the bytes of any file's name;
    a stream that the caller closed leads nowhere, or else the next file that is opened
    takes its number, and what a library prints goes into that file.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    if sys.stdout is not None:
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    if sys.stderr is None:  # print would take standard output
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)


def clear_up_at_the_end() -> None:
    """Where the system ends this process, the folders of its work under way go with it.
    All else is as after a kill: a later run goes on with what is unfinished.
    """
    for name in ENDS:
        number = getattr(signal, name, None)  # Windows knows no SIGHUP
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _ended)


def _ended(number: int, _) -> None:
    remove_all()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def write_line(text: str) -> None:
    """To standard output, at once. Raises MrifeError."""
    try:
        print(text, flush=True)
    except OSError as error:
        raise MrifeError(
            "Standard output takes nothing more ({}); give it a place that does, or "
            "/dev/null.",
            error.strerror,
        ) from error
