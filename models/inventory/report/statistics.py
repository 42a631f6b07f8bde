# SPDX-License-Identifier: GPL-2.0-or-later
"""The numbers of an inventory's report: counts, sizes, directions, classes, review."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...geo.geodesic import HECTARE, KM2
from ...watch import Watch, unwatched
from ..morphometry.terrain import AGREEMENT
from ..review.grade import GRADES, grade
from ..status import ACCEPTED, DECIDED, NOT_STATED, OPEN, REJECTED, STATUSES, stated
from .columns import Landslides
from .frequency import Rollover, Tail, power_law, rollover
from .recorded import (
    Rejections,
    Volume,
    recorded,
    shared_ground,
    volumes,
    without_model,
)

STALE_SHARE = 0.01  # by which a stored area is off its outline's
SIZES_HA = (0.0, 0.25, 1.0, 5.0, 20.0, math.inf)  # a class holds its lower limit
SECTORS = 16
N_LARGEST = 20
SOURCES = ("src_img", "img_date", "model_id", "dem_src", "dem_res", "run_utc")


@dataclass(frozen=True)
class Group:
    """A size class, a confidence class: its name, how many, square metres."""

    name: str
    count: int
    area: float


@dataclass(frozen=True)
class Rose:
    """Directions of movement in SECTORS, the first one centred on north."""

    counts: tuple[int, ...]
    n: int
    unreliable: int  # left out for azim_r
    mean: float  # degrees from north
    length: float  # mean resultant length, 0-1
    p: float  # Rayleigh: the chance of such a length without any preferred direction


@dataclass(frozen=True)
class Statistics:
    """`landslides` are those that count; `statuses` speaks of all."""

    landslides: Landslides
    statuses: dict[str, int]  # by stored value, NOT_STATED where there is none
    sizes: tuple[Group, ...]
    classes: tuple[Group, ...]  # of review.grade.GRADES
    tail: Tail | None  # areas in m2
    rollover: Rollover | None
    rose: Rose | None
    largest: tuple[int, ...]  # indices
    sources: dict[str, tuple[str, ...]]  # distinct values by field
    stale: int  # stored area off by more than 1 % from the outline's
    mmu: float | None  # m2 of the minimum mapping unit, where it was given
    investigated_m2: float | None  # of the investigated area
    recorded: dict[str, tuple[tuple[str, int, float], ...]]  # as of recorded.recorded
    volumes: tuple[Volume, ...]
    rejections: Rejections
    drawn: int  # decided ones that a person drew, here or before: no model proposed them
    drawn_right: int  # confirmed or modified ones of them
    overlapping: int  # polygons that lie over others
    doubled_m2: float  # ground that a sum of areas counts more than once

    @property
    def n(self) -> int:
        """Landslides that count."""
        return len(self.landslides)

    @property
    def areas(self) -> np.ndarray:
        """Of each of them, (n,) m2."""
        return self.landslides.numbers["area_m2"]

    @property
    def area(self) -> float:
        """m2 of the ground that they cover, that of several counted once."""
        return self.summed_area - self.doubled_m2

    @property
    def summed_area(self) -> float:
        """m2 of all of them, one after the other."""
        return float(self.areas.sum())

    @property
    def density(self) -> float | None:
        """Landslides per km2."""
        if self.investigated_m2:
            return self.n / (self.investigated_m2 / KM2)
        return None

    @property
    def share(self) -> float | None:
        """Area of the landslides by the investigated area, 0-1."""
        if self.investigated_m2:
            return self.area / self.investigated_m2
        return None

    @property
    def reviewed(self) -> int:
        """Those a person has looked at, rejected ones of a layer of their own included."""
        return sum(
            n for status, n in self.statuses.items() if status not in (OPEN, NOT_STATED)
        )

    @property
    def reviewable(self) -> int:
        """Those with a status: polygons of an existing inventory have none, and are not
        unreviewed for it.
        """
        return sum(n for status, n in self.statuses.items() if status != NOT_STATED)

    @property
    def decided(self) -> int:
        """Those a person confirmed, modified or rejected."""
        return sum(self.statuses.get(status, 0) for status in DECIDED)


def summarize(
    landslides: Landslides,
    statuses: tuple[str, ...],
    investigated_m2: float | None = None,
    mmu: float | None = None,
    rejected: Landslides | None = None,
    watch: Watch = unwatched,
) -> Statistics:
    """The statistics of those landslides whose status is in `statuses`; one without a
    status counts always, as does one whose status is none of ours: old inventories say by
    that name whether a slide is active.

    `investigated_m2`: the investigated area; `mmu`: m2 of the minimum mapping unit;
    `rejected`: what people rejected, of a layer of its own.
    """
    words = [word if word in STATUSES else None for word in landslides.texts["status"]]
    status = np.array(stated(words), object)
    counts = np.isin(status, (*statuses, NOT_STATED))
    counted = landslides.take(counts & (landslides.numbers["area_m2"] > 0))
    areas = counted.numbers["area_m2"]
    stored = counted.numbers["stored_m2"]
    fit = rollover(areas)
    # below the rollover the density rises: no power law begins there
    tail = power_law(areas, fit.mode if fit else 0.0)
    rejections = Rejections.of(landslides, rejected)
    unproposed = without_model(landslides.texts, *([rejected.texts] if rejected else []))
    drawn = [
        int((np.isin(status, words) & unproposed).sum()) for words in (DECIDED, ACCEPTED)
    ]
    overlapping, doubled = shared_ground(counted, watch)
    return Statistics(
        counted,
        count([*status, *[REJECTED] * rejections.count]),
        size_classes(areas),
        confidence_classes(counted),
        tail,
        fit,
        rose(counted.numbers["azim_deg"], counted.numbers["azim_r"]),
        tuple(int(i) for i in np.argsort(-areas, kind="stable")[:N_LARGEST]),
        {name: distinct(counted.texts[name]) for name in SOURCES},
        int((np.abs(stored - areas) > STALE_SHARE * areas).sum()),
        mmu,
        investigated_m2,
        recorded(counted),
        volumes(counted),
        rejections,
        drawn[0] + rejections.without_model,
        drawn[1],
        overlapping,
        doubled,
    )


def count(values) -> dict[str, int]:
    """How often each value occurs: those of STATUSES in their order, then the others."""
    present = {str(value) for value in values}
    ordered = [status for status in STATUSES if status in present]
    ordered += sorted(present - set(STATUSES))
    return {name: int(sum(value == name for value in values)) for name in ordered}


def size_classes(areas: np.ndarray) -> tuple[Group, ...]:
    """By SIZES_HA; `areas` (n,) in m2."""
    hectares = areas / HECTARE
    groups = []
    for low, high in zip(SIZES_HA[:-1], SIZES_HA[1:]):
        inside = (hectares >= low) & (hectares < high)
        if not low:
            name = f"< {high:g}"
        elif high == math.inf:
            name = f"≥ {low:g}"
        else:
            name = f"{low:g} – {high:g}"
        groups.append(Group(name, int(inside.sum()), float(areas[inside].sum())))
    return tuple(groups)


def confidence_classes(landslides: Landslides) -> tuple[Group, ...]:
    """By GRADES, those that occur: a person's word before the network's; empty where there
    is neither of any polygon.
    """
    fields = ("geo_conf", "status", "usgs_conf", "conf_cls")
    columns = [landslides.texts[name] for name in fields]
    grades = np.array([grade(dict(zip(fields, row))) for row in zip(*columns)], object)
    areas = landslides.numbers["area_m2"]
    groups = []
    for name in GRADES:
        inside = grades == name
        if inside.any():
            groups.append(Group(name, int(inside.sum()), float(areas[inside].sum())))
    if [group.name for group in groups] == [NOT_STATED]:
        return ()
    return tuple(groups)


def rose(azimuths: np.ndarray, agreement: np.ndarray) -> Rose | None:
    """From degrees (n,), NaN for none, and the agreement of each; None without a single
    reliable direction.

    The p of Rayleigh's test by Zar 1999, eq. 27.4.
    """
    measured = np.isfinite(azimuths)
    weak = measured & (agreement < AGREEMENT)
    angles = azimuths[measured & ~weak] % 360
    n = len(angles)
    if not n:
        return None
    sector = np.floor((angles + 180 / SECTORS) / (360 / SECTORS)).astype(int) % SECTORS
    east = np.sin(np.radians(angles)).sum()
    north = np.cos(np.radians(angles)).sum()
    total = math.hypot(east, north)
    root = math.sqrt(1 + 4 * n + 4 * (n * n - min(total, n) ** 2))
    p = math.exp(min(0.0, root - (1 + 2 * n)))
    return Rose(
        tuple(int(c) for c in np.bincount(sector, minlength=SECTORS)),
        n,
        int(weak.sum()),
        math.degrees(math.atan2(east, north)) % 360,
        total / n,
        p,
    )


def distinct(values) -> tuple[str, ...]:
    """Different texts, sorted, without the empty ones."""
    return tuple(sorted({str(value) for value in values if value not in (None, "")}))
