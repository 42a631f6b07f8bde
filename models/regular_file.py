# SPDX-License-Identifier: GPL-2.0-or-later
"""Inputs are files, or else a program that opens one may wait for ever."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator

from .errors import MrifeError


def check_regular(source: str | os.PathLike) -> None:
    """Raises MrifeError where somebody would read from a pipe, a socket or a device for
    ever, or a name is no UTF-8, which GDAL opens none of; folders are data sets of some
    formats.

    `source` is what is opened: a path, one within an archive, or a text that names one.
    """
    source = os.fspath(source)
    readable = source.encode("utf-8", "backslashreplace").decode()
    if readable != source:
        raise MrifeError(
            "The name '{}' is not written in UTF-8; rename the file or its folder.",
            readable,
        )
    for path in _paths_within(source):
        try:
            mode = os.stat(path).st_mode
        except (OSError, ValueError):  # there is none of this name
            continue
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise MrifeError(
                "'{}' is a pipe or a device and no file; give the name of a file.",
                os.path.normpath(path),
            )


def _paths_within(source: str) -> Iterator[str]:
    """Whatever may be a path in a text such as `/vsizip/a.zip/b.tif` or
    `GPKG:"a.gpkg":table`.
    """
    yield source
    if source.startswith("<"):  # a VRT as text, whose sources are looked at one by one
        return
    for part in re.split(r"[|:;?\"'{}]", source):
        while match := re.match(r"/?vsi\w+/", part):
            part = part[match.end() :]
            yield part
            yield f"/{part}"
        while part and part != os.sep:
            yield part
            shorter = os.path.dirname(part)
            part = shorter if shorter != part else ""
