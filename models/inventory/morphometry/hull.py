# SPDX-License-Identifier: GPL-2.0-or-later
"""Convex hulls of many polygons at a time, and what is measured on them. Planar
coordinates that are true to scale.
"""

from __future__ import annotations

import math

import numpy as np

from ...geo.coordinates import RingTable

TURN = 2 * math.pi
LAP = 8.0  # radians from polygon to polygon, more than a turn: one search serves all


def convex_hulls(table: RingTable) -> RingTable:
    """One closed ring, anticlockwise from its westernmost point, for each polygon: the
    lower and the upper chain of its points by x (Andrew 1979), all at once.
    """
    owners = table.owners
    order = np.lexsort((table.points[:, 1], table.points[:, 0], owners))
    # column by column: numpy takes a third of the time that it takes for pairs
    x, y = table.points.take(order, axis=0).T.copy()
    owners = owners.take(order)
    fresh = np.ones(len(x), bool)
    fresh[1:] = (x[1:] != x[:-1]) | (y[1:] != y[:-1]) | (owners[1:] != owners[:-1])
    x = x.compress(fresh)
    y = y.compress(fresh)
    owners = owners.compress(fresh)
    lower = _lower_chain(x, y, owners)
    upper = len(x) - 1 - _lower_chain(-x[::-1], -y[::-1], owners[::-1])
    # its first point is the last one of the lower chain
    upper = upper[np.append(False, owners[upper[1:]] == owners[upper[:-1]])]
    both = np.concatenate((lower, upper))
    both = both[np.argsort(owners[both], kind="stable")]
    points = np.stack((x.take(both), y.take(both)), axis=1)
    owners = owners.take(both)
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    return RingTable(points, starts, owners[starts], np.full(len(starts), True))


def _lower_chain(x: np.ndarray, y: np.ndarray, owners: np.ndarray) -> np.ndarray:
    """Which points (n,), sorted by x for each owner (n,), lie on the lower hull."""
    chain = np.arange(len(x))
    while True:
        east = x[1:] - x[:-1]
        north = y[1:] - y[:-1]
        stays = np.ones(len(x), bool)
        # what does not turn left lies on or above the line of its neighbours: all such
        # points can go together; ends of a chain stay
        stays[1:-1] = east[:-1] * north[1:] - north[:-1] * east[1:] > 0
        stays[1:-1] |= owners[2:] != owners[:-2]
        if stays.all():
            return chain
        chain = chain.compress(stays)
        x = x.compress(stays)
        y = y.compress(stays)
        owners = owners.compress(stays)


def cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Twice the signed area (n,) of the triangle between vectors (n, 2)."""
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]


def dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(n,) of vectors (n, 2)."""
    return a[:, 0] * b[:, 0] + a[:, 1] * b[:, 1]


def extents(hulls: RingTable, azimuths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Along and across directions (p,), degrees from north; x is east, y is north."""
    direction = np.radians(azimuths)[hulls.owners]
    east = np.sin(direction)
    north = np.cos(direction)
    x, y = hulls.points.T
    return (
        _spread(x * east + y * north, hulls.starts),
        _spread(x * north - y * east, hulls.starts),
    )


def _spread(values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    return np.maximum.reduceat(values, starts) - np.minimum.reduceat(values, starts)


def smallest_rectangles(hulls: RingTable) -> tuple[np.ndarray, np.ndarray]:
    """Long and short side (p,) of the rectangle of least area around each hull: one
    side lies on an edge, three corners of the hull touch the others (Toussaint 1983).
    """
    edges = hulls.edges()
    real = np.flatnonzero(edges.any(axis=1))
    owners = hulls.owners[real]
    edges = edges[real]
    angles = np.arctan2(edges[:, 1], edges[:, 0])
    angles[angles <= -math.pi / 2] += TURN  # ascending around each hull
    unit = edges / np.hypot(edges[:, 0], edges[:, 1])[:, None]
    ahead, opposite, behind = (
        hulls.points[_touched(angles, owners, real, turn)]
        for turn in (math.pi / 2, math.pi, 1.5 * math.pi)
    )
    along = dot(unit, ahead - behind)
    across = cross(unit, opposite - hulls.points[real])
    best = np.lexsort((along * across, owners))
    best = best[np.flatnonzero(np.diff(owners, prepend=-1))]
    sides = along[best], across[best]
    return np.maximum(*sides), np.minimum(*sides)


def _touched(
    angles: np.ndarray, owners: np.ndarray, points: np.ndarray, turn: float
) -> np.ndarray:
    """The point of its hull (n,) at which edges go beyond the angle of each edge (n,)
    by `turn`; `points` (n,) begin the edges.
    """
    targets = angles + turn
    targets[targets > 1.5 * math.pi] -= TURN
    edge = np.searchsorted(angles + LAP * owners, targets + LAP * owners)
    first = np.searchsorted(owners, owners)
    last = np.searchsorted(owners, owners, "right") - 1
    return np.where(edge > last, points[first], points[np.minimum(edge, last)])


def second_moments(hulls: RingTable) -> tuple[np.ndarray, np.ndarray]:
    """Centroids (p, 2) and central second moments per area (p, 2, 2) of what hulls
    bound.
    """
    origins = hulls.points[hulls.starts]
    a = hulls.points - origins[hulls.polygons][hulls.owners]
    b = a + hulls.edges()
    weights = cross(a, b)
    both = a + b
    products = [
        weights,
        *(weights[:, None] * both).T,
        *(
            weights * (a[:, i] * a[:, j] + b[:, i] * b[:, j] + both[:, i] * both[:, j])
            for i, j in ((0, 0), (0, 1), (1, 1))
        ),
    ]
    twice_area, x, y, xx, xy, yy = np.add.reduceat(products, hulls.starts, axis=1)
    centres = np.stack((x, y), axis=1) / (3 * twice_area[:, None])
    moments = np.stack((xx, xy, xy, yy), axis=1) / (12 * twice_area[:, None])
    moments = moments.reshape(-1, 2, 2) - centres[:, :, None] * centres[:, None, :]
    return centres + origins, moments


def solidity(areas: np.ndarray, hulls: RingTable) -> np.ndarray:
    """Areas (p,) of polygons by those of their hulls, 0-1."""
    return areas / hulls.areas()


def ellipse_fit(table: RingTable, areas: np.ndarray, hulls: RingTable) -> np.ndarray:
    """Share (p,) of each polygon that lies within its equivalent ellipse, 0-1 (Taylor
    and others 2018, Geomorphology 309).

    The ellipse has the centre, directions and ratio of axes of the second moments of the
    polygon's hull, and the polygon's own area (p,); below 0.5 several landslides have
    typically grown together.
    """
    centres, moments = second_moments(hulls)
    values, axes = np.linalg.eigh(moments)
    half = np.sqrt(np.maximum(values, values[:, 1:] * 1e-12))
    size = np.sqrt(areas / (math.pi * half[:, 0] * half[:, 1]))
    to_circle = axes / (half * size[:, None])[:, None, :]  # (p, 2, 2)
    owners = table.owners
    x, y = (table.points - centres.take(owners, axis=0)).T
    across, along = to_circle.take(owners, axis=0).transpose(1, 2, 0)
    points = np.stack(
        (x * across[0] + y * along[0], x * across[1] + y * along[1]), axis=1
    )
    within = np.add.reduceat(
        _in_unit_circle(points, table._replace(points=points).edges()), table.starts
    )
    return np.minimum(1.0, table.sums(np.abs(within)) / math.pi)


def _in_unit_circle(points: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Signed area (n,) that the unit circle shares with the triangle between its centre
    and each edge (n, 2), which begins at a point (n, 2).
    """
    length2 = np.maximum(dot(edges, edges), 1e-300)
    middle = -dot(points, edges) / length2  # where the edge's line is nearest
    squared = middle**2 - (dot(points, points) - 1) / length2
    half = np.sqrt(np.maximum(squared, 0))
    enters = points + edges * (middle - half).clip(0, 1)[:, None]
    leaves = points + edges * (middle + half).clip(0, 1)[:, None]
    return (
        _sector(points, enters) + cross(enters, leaves) + _sector(leaves, points + edges)
    ) / 2


def _sector(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Signed angle (n,) from one vector (n, 2) to another."""
    return np.arctan2(cross(a, b), dot(a, b))
