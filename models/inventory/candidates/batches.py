# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygons that are measured, and candidates that are described, together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from shapely.geometry import MultiPolygon, Polygon

from ...geo.coordinates import RingTable, table_of
from ..polygonize.polygonize import Candidate

T = TypeVar("T")
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
    """Candidates as they are described together."""

    def points_of(candidate: Candidate) -> int:
        return sum(len(ring) for part in candidate.outline for ring in part)

    return map(CandidateBatch, grouped(candidates, points_of))


def grouped(items: Iterable[T], points_of: Callable[[T], int]) -> Iterator[list[T]]:
    """Polygons some dozens at a time: the arrays of many vertices fill the memory, and
    what each step costs by itself is small beside a few dozen polygons. `points_of` says
    how many vertices one has.
    """
    some = []
    points = 0
    for item in items:
        some.append(item)
        points += points_of(item)
        if len(some) == MAX_POLYGONS or points >= MAX_POINTS:
            yield some
            some = []
            points = 0
    if some:
        yield some
