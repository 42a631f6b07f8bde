# SPDX-License-Identifier: GPL-2.0-or-later
"""A fine-tuning without a network: probability rasters are drawn, the rest follows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from samples import PLACE, write_raster
from shapely.geometry import box

from models.contract import Contract
from models.finetune.folds import Folds
from models.finetune.labels import LANDSLIDE, Label, LabelCount
from models.finetune.prepare import TuneRequest, prepare_tune
from models.finetune.square_counts import SquareCounts
from models.finetune.tuned import Tuned
from models.finetune.verdict import pass_verdict
from models.geo.crs import Crs
from models.geo.grid import Grid
from models.inference.levels import NODATA, Strip
from models.inference.probability_writer import ProbabilityWriter
from models.inference.raster import Raster
from models.onnxfile import ModelFile

UTM = Crs("EPSG:32647")
ROWS = 120
COLS = 480
SIDE = 20  # m of a landslide
# row and column of the landslides, and of two places that are none
A, B, C, D = ((50, 40), (50, 140), (50, 320), (50, 430))
OTHER, NEW = ((10, 230), (90, 230))
CONTRACT = Contract(name="base", bands=("red", "green", "blue"), window=64, min_area=50.0)


def square(row, col, side=SIDE):
    """On pixels of 1 m below PLACE, in its CRS."""
    x = PLACE[0] + col
    y = PLACE[3] - row
    return box(x, y - side, x + side, y)


def label(row, col, kind=LANDSLIDE, side=SIDE, **values):
    return Label(square(row, col, side), kind, values)


def levels(*places, height=230, ground=10, missing=None):
    """(ROWS, COLS) uint8 with squares of a level at places; nodata in the columns from
    `missing` on.
    """
    values = np.full((ROWS, COLS), ground, np.uint8)
    for row, col in places:
        values[row : row + SIDE, col : col + SIDE] = height
    if missing is not None:
        values[:, missing:] = NODATA
    return values


def write_levels(path, values, geotransform=PLACE, wkt=UTM):
    """A probability raster of levels."""
    grid = Grid(values.shape[1], values.shape[0], geotransform, wkt.srs().ExportToWkt())
    with ProbabilityWriter(str(path), grid, {}) as writer:
        writer.write(Strip(0, values))
    return str(path)


def image(path, seed=0):
    values = np.random.default_rng(seed).integers(1, 250, (3, ROWS, COLS))
    return write_raster(path, values.astype(np.uint8))


BASE = ModelFile("base.onnx", CONTRACT, (), (), "01234567", 1)


def tuned(
    folder: Path,
    before,
    after,
    labels=None,
    crs=UTM,
    model="tuned.onnx",
    laps=(),
    base=BASE,
    places=(A, B, C, D),
    **job,
) -> Tuned:
    """Of one raster with landslides at places, searched as `before` and `after` (levels)."""
    if labels is None:
        labels = [label(*place, name=name) for place, name in zip((A, B, C, D), "ABCD")]
    raster = Raster(image(folder / "image.tif"), (), CONTRACT)
    count = LabelCount(len(labels), 0, 0, 0)
    request = TuneRequest(**{"whole": True, "stage": "all", **job})
    tune = prepare_tune(base, [raster], ["image"], labels, count, crs, request)
    paths = [
        write_levels(folder / "before.tif", before),
        write_levels(folder / "after.tif", after),
    ]
    folds = Folds(tune.landslides, crs)
    squares = SquareCounts(24, [1.0])
    bands = [folds.on(fold, raster.grid, buffered=False) for fold in range(folds.count)]
    squares.add(0, tuple(paths), [square(*place).wkb for place in places], None, bands)
    verdict = pass_verdict(*squares.table(), base.contract.threshold)
    cut = verdict.thresholds[1]
    contract = replace(CONTRACT, threshold=cut, seed=cut)
    return Tuned(
        tune, folds, None, verdict, contract, model, tuple(laps), (paths[0],), (paths[1],)
    )
