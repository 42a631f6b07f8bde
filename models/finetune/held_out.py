# SPDX-License-Identifier: GPL-2.0-or-later
"""Probabilities on ground that a network did not learn from, beside those of its base."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from ..geo.grid import Grid
from ..geo.overlay import Surface, joined
from ..geo.repair import areal
from ..inference.levels import LEVELS, NODATA, Strip
from ..inference.plan import plan
from ..inference.predict import predict
from ..inference.probability import Probability
from ..inference.probability_writer import ProbabilityWriter
from ..inference.raster import Raster, RasterReader
from ..onnxfile import ModelFile
from .folds import Folds
from .labels import joined_on_grid
from .searched_ground import SearchedBefore

METADATA = {"MRIFE_PURPOSE": "fine-tuning"}  # of rasters that nobody keeps


def search_area(
    grid: Grid, reviewed: Surface | None, crs, folds: Folds, fold: int | None
) -> list[bytes] | None:
    """WKB polygons in a grid's CRS of what is judged: the reviewed area (in `crs`), and
    of it a fold's ground. None: all of it.
    """
    if reviewed is None and fold is None:
        return None
    area = None
    if reviewed is not None:
        area = joined_on_grid(reviewed, crs, grid)
    if fold is not None:
        band = joined(folds.on(fold, grid, buffered=False))
        if area is None or band is None:
            area = band
        else:
            area = areal(area.intersection(band))
    if area is None:
        return []
    return [area.wkb]


def write_probability(
    raster: Raster,
    model: ModelFile,
    detector,
    mask: Sequence[bytes] | None,
    path: str,
    before: Sequence[str] = (),
) -> Iterator[float]:
    """Search a raster inside a mask, with its elevation where the model takes it; yields
    the share that is through. Nothing is said of what the probability rasters `before`
    hold: ground that two sheets show counts once.
    """
    layout = plan(raster, model.contract, mask=mask)
    reader: RasterReader = raster
    if not model.contract.takes_elevation:
        reader = raster.without_elevation()
    searched = SearchedBefore(before, layout.grid)
    with ProbabilityWriter(path, layout.grid, METADATA, temporary=True) as writer:
        for strip in predict(reader, detector, layout):
            searched.clear(strip)
            writer.write(strip)
            yield strip.end / layout.grid.height


def merge_probabilities(paths: Iterable[str], path: str) -> None:
    """One raster of several on one grid, each of which says something of its own ground."""
    rasters = [Probability(each) for each in paths]
    grid = rasters[0].grid
    with ProbabilityWriter(path, grid, METADATA, temporary=True) as writer:
        for strips in zip(*(raster.strips() for raster in rasters)):
            values = strips[0].values.copy()
            for strip in strips[1:]:
                has_level = strip.values != NODATA
                values[has_level] = strip.values[has_level]
            writer.write(Strip(strips[0].row, values))


def write_everything(path: str, target: str) -> None:
    """A raster that says 0.5 wherever the one at `path` says anything: whoever paints all
    ground at that threshold is right as often as there are landslides.
    """
    with Probability(path) as probability:
        with ProbabilityWriter(
            target, probability.grid, METADATA, temporary=True
        ) as writer:
            for strip in probability.strips():
                values = np.where(strip.values == NODATA, NODATA, LEVELS // 2)
                writer.write(Strip(strip.row, values.astype(np.uint8)))
