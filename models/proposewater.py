# SPDX-License-Identifier: GPL-2.0-or-later
"""Raster -> polygons of what looks like open water, for a person to check and then to
exclude. Nothing here changes a candidate.

The signs of `inventory.water` are written to rasters of small cells, a tile at a time,
and outlined as probabilities are.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .contract import Contract
from .errors import Note
from .geo.alpha import image_bands
from .geo.dem import ElevationModel
from .geo.files import open_raster
from .geo.geodesic import Geodesic
from .geo.grid import Window, spans
from .geo.missing import FILE_ALONE, LayerNodata
from .inference.level_file import TILE, to_levels
from .inference.levels import Strip
from .inference.probability import Probability
from .inference.probability_writer import ProbabilityWriter
from .inference.raster import Raster
from .inventory.candidates.zonal import surroundings
from .inventory.polygonize.options import OutlineOptions, Thresholds
from .inventory.polygonize.polygonize import polygonize
from .inventory.water.cells import WaterCells
from .inventory.water.flatness import Flatness
from .inventory.water.smoothness import Smoothness
from .pipeline import Progress

MIN_AREA_M2 = 5000.0  # smaller and smooth are fields, yards and roofs, too
HOLE_AREA_M2 = 500.0  # boats and driftwood; an island stays land
THRESHOLD = 0.6  # score of a cell of water
SEED = 0.75  # that one cell of each polygon reaches
MAX_SLOPE = 15.0  # degrees: steeper is no water, however smooth
LEVEL_SLOPE = 5.0  # degrees: up to it the elevation model, too, speaks for water
MIN_SHARE = 0.5  # of a polygon, from which a source is named
TILE_COLS = 1024  # cells computed together
LAYER = "proposed_water"  # of the GeoPackage of the command line
PLANES = ("score", "image", "dem")  # rasters of signs


class Signs(NamedTuple):
    """Levels uint8 (rows, cols) of some cells: the score, and where the image and the
    elevation model speak for water.
    """

    score: np.ndarray
    image: np.ndarray
    dem: np.ndarray


@dataclass(frozen=True)
class WaterJob:
    """All that the search for water needs, examined and found right."""

    cells: WaterCells
    smoothness: Smoothness
    flatness: Flatness | None
    min_area: float  # m2
    notes: tuple[Note, ...]  # for the log


def image_raster(
    path: str, nodata: LayerNodata = FILE_ALONE, wkt: str | None = None
) -> Raster:
    """An image as it is read here: its colours, or its first band where it has none;
    `nodata` and `wkt` as of Raster. Raises UnsuitableRaster.
    """
    dataset = open_raster(path)
    names = ("grey",)
    if len(image_bands(dataset)) >= 3:
        names = ("red", "green", "blue")
    return Raster(path, (), Contract(bands=names), nodata=nodata, wkt=wkt)


def prepare_water(
    raster: Raster,
    dem: ElevationModel | None,
    min_area: float | None = None,
) -> WaterJob:
    """Lay out the search of an image, with an elevation model where there is one, for
    water of at least `min_area` m2. Raises MrifeError.
    """
    raster.grid.check_place()
    cells = WaterCells.of(raster.grid)
    notes = raster.notes
    flatness = None
    if dem is not None:
        flatness = Flatness(dem, cells)
        notes += dem.notes_on(raster.grid.crs)
    if min_area is None:
        min_area = MIN_AREA_M2
    return WaterJob(cells, Smoothness(raster, cells), flatness, min_area, notes)


def propose_water(
    job: WaterJob, folder: str, water: list[tuple[bytes, dict]]
) -> Iterator[Progress]:
    """Find water: (WKB, values of WATER_FIELDS) go to `water`, rasters of signs to an
    empty `folder`. Yields as tiles and polygons are through. Raises MrifeError.
    """
    yield Progress(0, 1)
    paths = [str(Path(folder) / f"water_{name}.tif") for name in PLANES]
    yield from _write_signs(job, paths)
    with ExitStack() as stack:
        score, again, image, dem = (
            stack.enter_context(Probability(path)) for path in (paths[0], *paths)
        )
        thresholds = Thresholds(THRESHOLD, SEED, job.min_area)
        options = OutlineOptions(hole_area=HOLE_AREA_M2, hole_share=0.0)
        grid = job.cells.grid
        geodesic = Geodesic(grid.crs)
        for one in polygonize(score.strips(), again, grid, thresholds, options):
            mean, by_image, by_dem = (
                surroundings([one.polygon], plane)[0]["p_mean"] or 0.0
                for plane in (again, image, dem)
            )
            values = {
                "water_by": source_of(by_image, by_dem),
                "water_sc": mean,
                "area_m2": round(geodesic.area(one.polygon), 1),
            }
            water.append((one.polygon.wkb, values))
            yield Progress(1, 1)
        yield Progress(1, 1)  # the last place to cancel at


def source_of(by_image: float, by_dem: float) -> str:
    """image, dem or both, by the shares of a polygon for which each speaks."""
    if min(by_image, by_dem) >= MIN_SHARE:
        return "both"
    return "image" if by_image >= by_dem else "dem"


def _write_signs(job: WaterJob, paths: list[str]) -> Iterator[Progress]:
    grid = job.cells.grid
    done = 0
    total = -(-grid.height // TILE) * -(-grid.width // TILE_COLS)
    with ExitStack() as stack:
        writers = [
            stack.enter_context(ProbabilityWriter(path, grid, temporary=True))
            for path in paths
        ]
        for row, rows in spans(0, grid.height, TILE):
            tiles = []
            for col, cols in spans(0, grid.width, TILE_COLS):
                tiles.append(signs(job, Window(row, col, rows, cols)))
                done += 1
                yield Progress(done, total)
            job.smoothness.release()
            for writer, planes in zip(writers, zip(*tiles)):
                writer.write(Strip(row, np.concatenate(planes, axis=1)))


def signs(job: WaterJob, window: Window) -> Signs:
    """Of the cells of a window; nodata where the image shows nothing."""
    smooth, covered = job.smoothness.read(window)
    level = np.zeros_like(smooth)
    slope = np.full(smooth.shape, np.nan)
    if job.flatness is not None:
        slope, level = job.flatness.read(window)
    smooth = np.where(slope > MAX_SLOPE, 0, smooth)
    by_image = (smooth >= THRESHOLD).astype(float)
    by_dem = ((slope <= LEVEL_SLOPE) | (level >= THRESHOLD)).astype(float)
    planes = np.maximum(smooth, level), by_image, by_dem
    return Signs(*(to_levels(plane, covered) for plane in planes))
