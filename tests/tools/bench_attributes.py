# SPDX-License-Identifier: GPL-2.0-or-later
"""CPU time of outlines and of attributes without elevations, on levels in memory:

    python3 tests/tools/bench_attributes.py [MPX]        any Python with numpy, GDAL, shapely, pyproj

Blobs as of `bench.py` with the identity model (structures of 80 pixels, threshold 0.72,
seed 0.8, 500 m2 at 1 m). The time that Shapely takes to simplify and buffer the same
polygons, which the ring around each needs, is the yardstick: ratios to it can be compared
between machines.
"""

from __future__ import annotations

import math
import sys
import time
from pathlib import Path

import numpy as np
import shapely
from osgeo import gdal

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "helpers")]

from masks import UTM, Levels, strips_of

from models.geo.grid import Grid
from models.inventory.candidates.attributes import Inventory
from models.inventory.candidates.batches import in_batches
from models.inventory.candidates.zonal import surroundings
from models.inventory.identity import Run
from models.inventory.polygonize.options import Thresholds
from models.inventory.polygonize.polygonize import polygonize

GRAIN = 80  # pixels of a structure
STRIP_ROWS = 512
THRESHOLDS = Thresholds(threshold=0.72, seed=0.8, min_area=500.0)
ISSUE_MPX = 256.0  # what times are given for, too


def made_levels(megapixels: float) -> np.ndarray:
    """Smooth random levels 0-250, uint8 (side, side)."""
    side = round((megapixels * 1e6) ** 0.5)
    coarse = np.random.default_rng(0).integers(0, 251, (side // GRAIN + 2,) * 2)
    small = gdal.GetDriverByName("MEM").Create("", *coarse.shape, 1)
    small.GetRasterBand(1).WriteArray(coarse.astype(np.uint8))
    large = gdal.Translate(
        "", small, format="MEM", width=side, height=side, resampleAlg="cubic"
    )
    return np.minimum(large.ReadAsArray(), 250)


def ring_seconds(polygons: list) -> float:
    """CPU seconds of simplifying and buffering alone."""
    started = time.process_time()
    for polygon in polygons:
        width = math.sqrt(polygon.area / math.pi) / 2
        polygon.simplify(width / 8).buffer(width, 8)
    return time.process_time() - started


def main() -> None:
    """Measure, and print."""
    megapixels = float((sys.argv[1:] or ["64"])[0])
    levels = made_levels(megapixels)
    grid = Grid(*levels.shape[::-1], (5e5, 1, 0, 3.3e6, 0, -1), UTM)
    reader = Levels(levels, grid)
    strips = strips_of(levels, STRIP_ROWS)
    started = time.process_time()
    candidates = list(polygonize(strips, reader, grid, THRESHOLDS))
    outlined = time.process_time()
    inventory = Inventory(grid, Run("model", "image.tif"), min_area=500.0)
    for batch in in_batches(candidates):
        levels = surroundings(batch.polygons, reader, table=batch.table)
        for _ in inventory.describe(batch, levels):
            pass
    described = time.process_time() - outlined
    outlined -= started
    yardstick = ring_seconds([candidate.polygon for candidate in candidates])
    count = len(candidates)
    scale = ISSUE_MPX / megapixels
    print(
        f"shapely {shapely.__version__}, {megapixels:g} Mpx, {count} polygons: outlines "
        f"{outlined:.2f} CPU s ({outlined * scale:.1f} per {ISSUE_MPX:g} Mpx), attributes "
        f"{described / count * 1e3:.2f} ms a polygon ({described * scale:.1f} CPU s), "
        f"{described / yardstick:.1f} times their rings alone"
    )


if __name__ == "__main__":
    main()
