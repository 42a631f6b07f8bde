# SPDX-License-Identifier: GPL-2.0-or-later
"""How much larger pixels become where GDAL lays a raster on another grid."""

from __future__ import annotations

import numpy as np

from .grid import Grid


def warp_scale(source: Grid, target: Grid) -> list[str]:
    """Options for GDAL's Warp: pixels of the target by one of the source, along the
    source's columns and rows, in the middle of the target.

    Without them GDAL takes the scale of each piece that it computes, from whole pixels
    around it and as far as the source reaches, and the same pixel comes out otherwise in
    another piece. None where the target does not lie where the source's system is defined.
    """
    # the middle, and a pixel to the right and down from there
    cols = target.width / 2 + np.array([0, 1, 0])
    rows = target.height / 2 + np.array([0, 0, 1])
    points = np.stack(target.to_map(cols, rows), axis=1)
    if not target.crs.is_same(source.crs):
        points = target.crs.transform(points, source.crs)
    if not np.isfinite(points).all():
        return []
    cols, rows = source.to_pixel(*points.T)
    across = np.hypot(cols[1] - cols[0], cols[2] - cols[0])
    down = np.hypot(rows[1] - rows[0], rows[2] - rows[0])
    return [f"XSCALE={1 / across:.4g}", f"YSCALE={1 / down:.4g}"]
