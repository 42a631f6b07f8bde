# SPDX-License-Identifier: GPL-2.0-or-later
"""A run's candidates with their attributes, waiting on the disk until the run has
succeeded and all have a rank.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...geo.polygon_store import PolygonStore
from ...inference.probability import Probability
from ..confidence import ranks
from ..polygonize.candidate import Candidate
from .attributes import Inventory


class Collection(PolygonStore):
    """A spool that describes what it takes and knows the order of review."""

    def __init__(self, inventory: Inventory):
        super().__init__()
        self._inventory = inventory
        self._priorities = []
        self.changes = {}  # what each step of outlining did, once the run is through

    def add(self, candidate: Candidate, probability: Probability) -> None:
        """Describe a candidate by what the raster says around it, and keep it."""
        values = self._inventory.describe(candidate, probability)
        self._priorities.append(self._inventory.priority(values))
        super().add(candidate.polygon, values)

    def __iter__(self) -> Iterator[tuple[bytes, dict]]:
        """WKB and attributes, `rev_rank` over all of them included."""
        for rank, (geometry, values) in zip(ranks(self._priorities), super().__iter__()):
            yield geometry, {**values, "rev_rank": rank}
