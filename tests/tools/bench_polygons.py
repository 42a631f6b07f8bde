# SPDX-License-Identifier: GPL-2.0-or-later
"""CPU time of what is done to the polygons of an inventory, as their number grows
(`./build.sh bench --growth`).

Made-up landslides of 45 to 500 corners in UTM, 700 m apart, against the same ones moved by
a fifth of their size. Where twice as many take more than twice as long, something is held
against everything.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import numpy as np
from samples import wkt
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, Polygon

from models.evaluation.compare import compare
from models.evaluation.evaluate import EvaluationArea, Outline, evaluate
from models.geo.crs import Crs
from models.geo.grid import Grid
from models.geo.overlay import bounding_rectangle
from models.geo.rasterize import PolygonMask
from models.inventory.candidates.existing import ExistingInventory
from models.inventory.merge.merge import merge
from models.inventory.merge.outline import read_outline
from models.inventory.merge.rules import MatchRules
from models.inventory.morphometry.morphometry import Morphometry
from models.inventory.report.columns import collect

UTM = Crs(wkt(32648))
WEST, NORTH = 400_000.0, 3_300_000.0
APART = 700.0  # m
BLOCK_ROWS = 256


def landslides(count: int) -> list[Polygon]:
    """The same in every run."""
    across = int(np.ceil(count**0.5))
    return [
        translate(
            _landslide(np.random.default_rng(number)),
            WEST + number % across * APART,
            NORTH - number // across * APART,
        )
        for number in range(count)
    ]


def _landslide(rng: np.random.Generator) -> Polygon:
    corners = int(np.exp(rng.uniform(np.log(45), np.log(500))))
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    size = np.exp(rng.uniform(np.log(30), np.log(250)))
    reach = size * (1 + 0.25 * np.sin(3 * turn) + 0.05 * rng.standard_normal(corners))
    return Polygon(np.stack((reach * np.cos(turn), 0.7 * reach * np.sin(turn)), axis=1))


def moved(polygon: Polygon) -> Polygon:
    """By a fifth of its size."""
    left, _, right, _ = polygon.bounds
    return translate(polygon, (right - left) / 5)


def evaluated(candidates: list[bytes], references: list[bytes]) -> None:
    """As 'Evaluate against an inventory' does."""
    area = EvaluationArea(bounding_rectangle(references), UTM)
    layers = [
        area.layer(list(map(Outline, some)), UTM) for some in (candidates, references)
    ]
    evaluate(*layers, area.outline)


def merged(candidates: list[bytes], existing: list[bytes]) -> None:
    """As 'Merge into inventory' does."""
    layers = [
        [read_outline(data, {"status": status}, number) for data in some]
        for number, (some, status) in enumerate(
            ((candidates, "candidate"), (existing, "confirmed"))
        )
    ]
    merge(*layers, [], MatchRules(), Morphometry(UTM))


def measured(polygons: list[bytes]) -> None:
    """As 'Measure shape and terrain' does without an elevation model."""
    for _ in ExistingInventory(Morphometry(UTM), UTM, "old", True).take(polygons):
        pass


def collected(polygons: list[bytes]) -> None:
    """As 'Inventory statistics' does."""
    collect(((polygon, {}) for polygon in polygons), UTM)


def burned(polygons: list[Polygon]) -> None:
    """On a raster of 2 m, by blocks of 256 rows, of which the first columns are read."""
    west, south, east, north = MultiPolygon(polygons).bounds
    height = int((north - south) / 2)
    grid = Grid(int((east - west) / 2), height, (west, 2, 0, north, 0, -2), UTM.text)
    mask = PolygonMask([polygon.wkb for polygon in polygons], grid)
    for row in range(0, height, BLOCK_ROWS):
        mask.read(row, min(BLOCK_ROWS, height - row), 0, BLOCK_ROWS)


def seconds(work: Callable, *given) -> float:
    """CPU seconds of one process."""
    started = time.process_time()
    work(*given)
    return time.process_time() - started


def growth(counts: Iterable[int]) -> None:
    """Measures so many polygons each, and prints."""
    for count in counts:
        first = landslides(count)
        candidates = [polygon.wkb for polygon in first]
        references = [moved(polygon).wkb for polygon in first]
        took = {
            "evaluate": seconds(evaluated, candidates, references),
            "compare": seconds(compare, references, candidates, UTM),
            "merge": seconds(merged, candidates, references),
            "measure": seconds(measured, candidates),
            "statistics": seconds(collected, candidates),
            "mask": seconds(burned, first),
        }
        words = ", ".join(f"{name} {value:.2f}" for name, value in took.items())
        print(f"{count} polygons, CPU s: {words}", flush=True)
