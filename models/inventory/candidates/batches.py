# SPDX-License-Identifier: GPL-2.0-or-later
"""Candidates that are described together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from shapely.geometry import MultiPolygon, Polygon

from ...geo.coordinates import RingTable, table_of
from ..polygonize.polygonize import Candidate

MAX_POLYGONS = 64  # of a batch
MAX_POINTS = 1 << 17  # of their outlines


@dataclass(frozen=True)
class CandidateBatch:
    """One at least, and their rings."""

    candidates: Sequence[Candidate]

    @cached_property
    def polygons(self) -> list[Polygon | MultiPolygon]:
        """Their outlines."""
        return [candidate.polygon for candidate in self.candidates]

    @cached_property
    def table(self) -> RingTable:
        """Their rings."""
        return table_of(candidate.outline for candidate in self.candidates)


def in_batches(candidates: Iterable[Candidate]) -> Iterator[CandidateBatch]:
    """Candidates some dozens at a time: the arrays of many vertices fill the memory, and
    what each step costs by itself is small beside a few dozen polygons.
    """
    some = []
    points = 0
    for candidate in candidates:
        some.append(candidate)
        points += sum(len(ring) for part in candidate.outline for ring in part)
        if len(some) == MAX_POLYGONS or points >= MAX_POINTS:
            yield CandidateBatch(some)
            some = []
            points = 0
    if some:
        yield CandidateBatch(some)
