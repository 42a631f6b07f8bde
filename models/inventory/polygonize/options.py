# SPDX-License-Identifier: GPL-2.0-or-later
"""What is asked of the steps from mask to outline."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Thresholds:
    """Which polygons are kept: probabilities 0-1, square metres."""

    threshold: float
    seed: float
    min_area: float


@dataclass(frozen=True)
class OutlineOptions:
    """What is done to outlines; lengths in metres, areas in square metres, shares 0-1."""

    contour: bool = True  # the iso-line of the probability, else pixel edges
    holes: bool = True  # fill holes below either of
    hole_area: float | None = None  # None: the minimum area
    hole_share: float = 0.1  # of the polygon
    gap: float = 0.0  # pieces closer than that are joined; 0: none
    smooth: bool = True
    simplify: float | None = None  # None: a quarter of a pixel; 0: not
    # share covered by exclusions above which a polygon is dropped; None: none is
    max_excluded: float | None = None
    clip: bool = True  # what exclusions cover is cut out of a polygon
    split: bool = False  # cut what has grown together

    @property
    def exact(self) -> bool:
        """Whether outlines stay on pixel edges."""
        return not (self.contour or self.smooth or self.simplify != 0)


DEFAULT = OutlineOptions()


def minimum_area(scale: float) -> float:
    """Smallest area drawn on a map of 1:`scale`, m2: a square of 2 mm."""
    return (0.002 * scale) ** 2
