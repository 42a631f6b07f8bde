# SPDX-License-Identifier: GPL-2.0-or-later
"""What the steps from mask to outline say they did."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field


@dataclass
class StepReport:
    """To how many polygons a step did something, and how much area (m2) it added, took or
    touched.
    """

    polygons: int = 0
    area: float = 0.0

    def count(self, polygons: int, area: float) -> None:
        """Count some polygons and square metres."""
        self.polygons += int(polygons)
        self.area += float(area)


@dataclass
class ContourReport(StepReport):
    """Outlines moved to the iso-line."""

    large: int = 0  # polygons too long to be worked on, which keep their pixel edges


@dataclass
class HolesReport(StepReport):
    """Polygons with filled holes."""

    holes: int = 0  # that were filled


@dataclass
class SmoothReport(StepReport):
    """Polygons smoothed."""

    fewer: int = 0  # polygons with fewer passes, to keep their area
    unsmoothed: int = 0  # polygons that would have lost it with the fewest


@dataclass
class SimplifyReport(StepReport):
    """Polygons simplified."""

    vertices: int = 0  # before
    left: int = 0  # vertices after
    unsimplified: int = 0  # polygons that keep all vertices


@dataclass
class GapsReport(StepReport):
    """Polygons that were joined to others."""

    joined: int = 0  # polygons that they became


@dataclass
class ExclusionReport(StepReport):
    """Polygons that overlap exclusions."""

    dropped: int = 0  # polygons
    clipped: int = 0  # polygons that lost what is covered
    pieces: int = 0  # that they became
    small: int = 0  # pieces left out, below the minimum area
    small_area: float = 0.0  # m2 of these


@dataclass
class SplitReport(StepReport):
    """Polygons that were cut."""

    pieces: int = 0  # that they became


@dataclass
class PolygonizeReport:
    """One report for each step, in the order of the work."""

    outline: ContourReport = field(default_factory=ContourReport)
    holes: HolesReport = field(default_factory=HolesReport)
    smooth: SmoothReport = field(default_factory=SmoothReport)
    simplify: SimplifyReport = field(default_factory=SimplifyReport)
    gaps: GapsReport = field(default_factory=GapsReport)
    min_area: StepReport = field(default_factory=StepReport)
    coalesced: StepReport = field(default_factory=StepReport)
    split: SplitReport = field(default_factory=SplitReport)
    excluded: ExclusionReport = field(default_factory=ExclusionReport)

    def to_dict(self) -> dict[str, dict[str, int | float]]:
        """The counters by step, each with its name."""
        return asdict(self)
