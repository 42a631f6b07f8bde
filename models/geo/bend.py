# SPDX-License-Identifier: GPL-2.0-or-later
"""Edges of polygons that are straight in one reference system and bent in another: where
they must be cut to lie there where they do here.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from .coordinates import with_edges_cut
from .crs import Crs

Bounds = tuple[float, float, float, float]  # least x, least y, largest x, largest y
# of a polygon's size: no edge runs farther beside its place, 0.1 mm for a map sheet of
# 10 km. Its area is off by less than 1e-7, and by much less where both sides bend alike
MAX_BESIDE = 1e-8
LATTICE = 5  # places along each side of the bounds by which a bend is measured
STEPS = np.indices((LATTICE, LATTICE)).reshape(2, -1).T[:, ::-1]  # (25, 2): by y, by x
# times what is measured: a bend that grows across the bounds is largest on their sides,
# where no step of the lattice has its middle
RESERVE = 2


class Bend:
    """Measured over `bounds` of a system on the way to another one, whose longitudes lie
    within half a turn of the `middle`.

    A line bends by its second derivatives: with those along x, along y and across, an
    edge of (u, v) steps of the lattice leaves its chord by
    (xx u^2 + 2 xy u v + yy v^2) / 8.
    """

    def __init__(self, bounds: Bounds, crs: Crs, target: Crs, middle: float):
        self._low = np.array(bounds[:2])
        self._step = (np.array(bounds[2:]) - self._low) / (LATTICE - 1)
        self._crs = crs
        self._target = target
        self._middle = middle

    def cut(self, ring: np.ndarray, longest: float) -> np.ndarray:
        """A closed ring (n, 2), closed (m, 2), with its edges cut as MAX_BESIDE asks; where
        the bend is not known, or stronger than that, into pieces not above the `longest`.
        """
        edges = np.diff(ring, axis=0)
        most = np.hypot(*edges.T) / longest
        if most.max() <= 1:
            return ring
        along_x, along_y, across = self._derivatives
        u, v = np.abs(edges / self._step).T
        with np.errstate(invalid="ignore"):  # of infinite bends
            beside = (along_x * u**2 + along_y * v**2 + 2 * across * u * v) / 8
            parts = np.sqrt(RESERVE * beside / MAX_BESIDE)
        parts = np.fmin(parts, most)
        return np.append(with_edges_cut(ring, parts), ring[:1], axis=0)

    @cached_property
    def _derivatives(self) -> tuple[float, float, float]:
        """The largest ones along x, along y and across, of the size of the bounds there by
        steps of the lattice; NaN or infinite where a place is not defined there.
        """
        places = self._crs.transform(self._low + STEPS * self._step, self._target)
        places = self._target.turned(places, self._middle)
        places = places.reshape(LATTICE, LATTICE, 2)
        with np.errstate(invalid="ignore"):  # of infinite places
            size = np.ptp(places, axis=(0, 1)).max()
            along_x = np.diff(places, 2, axis=1)
            along_y = np.diff(places, 2, axis=0)
            across = np.diff(np.diff(places, axis=0), axis=1)
            return tuple(_longest(steps) / size for steps in (along_x, along_y, across))


def _longest(steps: np.ndarray) -> float:
    """Length of the longest of (n, m, 2)."""
    return np.hypot(steps[..., 0], steps[..., 1]).max()
