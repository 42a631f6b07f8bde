# SPDX-License-Identifier: GPL-2.0-or-later
"""Which holes are filled: small ones, unless another polygon lies inside."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from .contour import Contours


class Holes:
    """Remembers where polygons lie: what lies in a hole is finished before what lies
    around it.

    A hole is filled below `area` (m2) or below `share` of what its polygon's shell
    bounds. `width`: of the raster.
    """

    def __init__(self, width: int, area: float, share: float):
        self._stride = width + 1
        self._area = area
        self._share = share
        self._found: dict[int, list[int]] = defaultdict(list)

    def remember(self, first: np.ndarray) -> None:
        """First pixels, row * (width + 1) + column, of polygons that may be kept."""
        for row, col in zip(*(part.tolist() for part in np.divmod(first, self._stride))):
            self._found[row].append(col)

    def filled(self, outlines: Contours, pixel_area: np.ndarray) -> np.ndarray:
        """Rings to leave out, bool (r,); `pixel_area` (m2) where each polygon lies,
        (polygons,).
        """
        areas = outlines.ring_areas
        shells = areas[np.searchsorted(outlines.owner, outlines.owner)]
        small = (-areas * pixel_area[outlines.owner] < self._area) | (
            -areas < self._share * shells
        )
        filled = np.zeros(len(areas), bool)
        points = outlines.points
        for ring in np.flatnonzero(small & (areas < 0)):
            filled[ring] = not self._inhabited(
                points[outlines.first[ring] : outlines.first[ring + 1]]
            )
        return filled

    def _inhabited(self, ring: np.ndarray) -> bool:
        (left, top) = ring.min(axis=0)
        (right, bottom) = ring.max(axis=0)
        for row in range(int(np.floor(top)), int(np.ceil(bottom))):
            for col in self._found.get(row, ()):
                if left < col + 0.5 < right and _holds(ring, col + 0.5, row + 0.5):
                    return True
        return False


def _holds(ring: np.ndarray, x: float, y: float) -> bool:
    """Even-odd rule."""
    ahead = np.roll(ring, -1, axis=0)
    crosses = (ring[:, 1] > y) != (ahead[:, 1] > y)
    (x0, y0) = ring[crosses].T
    (x1, y1) = ahead[crosses].T
    return bool(np.count_nonzero(x0 + (y - y0) * (x1 - x0) / (y1 - y0) > x) % 2)
