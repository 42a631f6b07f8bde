# SPDX-License-Identifier: GPL-2.0-or-later
"""Where water flows on heights, and how it lowers them: pits filled, steepest descent, the
stream-power law.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

DIAGONAL = np.sqrt(2.0)
STEPS = (
    (0, 1, 1.0),
    (0, -1, 1.0),
    (1, 0, 1.0),
    (-1, 0, 1.0),
    (1, 1, DIAGONAL),
    (1, -1, DIAGONAL),
    (-1, 1, DIAGONAL),
    (-1, -1, DIAGONAL),
)


def fill(z: np.ndarray, base: np.ndarray) -> np.ndarray:
    """z without pits: every cell drains to a base cell over ever lower ones (priority
    flood; Barnes et al. 2014).
    """
    width = z.shape[1] + 2
    height = np.pad(z.astype(float), 1).ravel().tolist()
    done = bytearray(np.pad(base, 1, constant_values=True).ravel().tobytes())
    heap = [(height[i], i) for i in np.flatnonzero(np.pad(base, 1))]
    heapq.heapify(heap)
    around = (1, -1, width, -width, width + 1, width - 1, -width + 1, -width - 1)
    while heap:
        level, i = heapq.heappop(heap)
        for offset in around:
            j = i + offset
            if not done[j]:
                done[j] = 1
                if height[j] <= level:
                    height[j] = level + 1e-4
                heapq.heappush(heap, (height[j], j))
    return np.array(height).reshape(-1, width)[1:-1, 1:-1]


@dataclass(frozen=True)
class Flow:
    """Single-receiver routing: cells from low to high, their receivers (flat indices),
    distance (m), area (m2).
    """

    order: np.ndarray
    receiver: np.ndarray
    distance: np.ndarray
    area: np.ndarray


def route(z: np.ndarray, cell: float, base: np.ndarray, rng: np.random.Generator) -> Flow:
    """Steepest descent of a filled surface; random weights break up straight lines
    along the grid's axes.
    """
    rows, cols = z.shape
    padded = np.pad(z, 1, constant_values=np.inf)
    steepest = np.zeros(z.shape)
    receiver = np.arange(z.size).reshape(z.shape)
    distance = np.full(z.shape, cell)
    for dr, dc, length in STEPS:
        slope = (z - padded[1 + dr : 1 + dr + rows, 1 + dc : 1 + dc + cols]) / (
            length * cell
        )
        slope *= rng.uniform(0.75, 1.25, z.shape)
        better = (slope > steepest) & ~base
        steepest[better] = slope[better]
        receiver[better] = np.flatnonzero(better) + dr * cols + dc
        distance[better] = length * cell
    order = np.argsort(z, axis=None, kind="stable")
    area = [cell * cell] * z.size
    to = receiver.ravel().tolist()
    for i in order[::-1].tolist():
        if to[i] != i:
            area[to[i]] += area[i]
    return Flow(order, receiver.ravel(), distance.ravel(), np.array(area))


def lower(z: np.ndarray, flow: Flow, strength: float, steepest: np.ndarray) -> np.ndarray:
    """One implicit step of E = K A^0.5 S (Braun and Willett 2013), slopes held at the
    threshold `steepest` (m/m).
    """
    pull = (strength * np.sqrt(flow.area) / flow.distance).tolist()
    rise = (steepest.ravel() * flow.distance).tolist()
    height = z.ravel().tolist()
    to = flow.receiver.tolist()
    for i in flow.order.tolist():
        j = to[i]
        if i != j:
            new = (height[i] + pull[i] * height[j]) / (1 + pull[i])
            height[i] = min(new, height[j] + rise[i])
    return np.array(height).reshape(z.shape)
