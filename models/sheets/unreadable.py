# SPDX-License-Identifier: GPL-2.0-or-later
"""What it was that could not be read, where outlines of all sheets failed for it."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from typing import NamedTuple

from ..errors import Note, UnsuitableRaster
from ..inference.probability import Probability
from .mosaic import Mosaic, UnreadableSheet


class BrokenRaster(NamedTuple):
    """The finished raster of a sheet, which was no longer whole."""

    name: str  # of the sheet
    note: Note


def broken_raster(paths: Mapping[str, str]) -> Generator[None, None, BrokenRaster | None]:
    """The first finished raster, by sheet, that cannot be read to its end; it is removed.
    None where there is none.

    Yields now and then.
    """
    for name, path in paths.items():
        try:
            with Probability(path) as probability:
                for _ in probability.strips():
                    yield
        except UnsuitableRaster as error:
            if os.path.exists(path):
                os.remove(path)
            note = Note(
                "Sheet {} is searched anew, for its raster can no longer be read: {}",
                name,
                error.with_traceback(None),
            )
            return BrokenRaster(name, note)
    return None


def unreadable_sheet(
    mosaic: Mosaic, problem: UnsuitableRaster
) -> Generator[None, None, UnreadableSheet]:
    """Of sheets that are elevation models, the one with which nothing can be measured:
    what joins them does not know which. Raises the problem where it is none of them.

    Yields now and then.
    """
    if mosaic.is_elevation:
        try:
            yield from mosaic.file.read_through()
        except UnreadableSheet as unreadable:
            return unreadable.with_traceback(None)
    raise problem
