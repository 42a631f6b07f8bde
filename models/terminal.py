# SPDX-License-Identifier: GPL-2.0-or-later
"""The process of the command line: its standard streams, as a server gives them."""

from __future__ import annotations

import os
import sys

from .errors import MrifeError


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
