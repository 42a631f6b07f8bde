# SPDX-License-Identifier: GPL-2.0-or-later
"""A county of Bijie that is held to be new: some of its crops to learn from, others that
are only scored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from osgeo import gdal, ogr

from ..contract import Contract
from ..errors import MrifeError
from ..finetune.folds import Folds
from ..finetune.ground import ground_of
from ..finetune.labels import LANDSLIDE, of_kind, read_labels
from ..finetune.samples import write_samples
from ..inference.raster import Raster
from ..training.bijie import GAP, NATIVE, UNKNOWN, path_of, split_rows
from ..training.images import read
from ..training.settings import Settings
from .plugin_run import in_memory

# metres from one crop's corner to the next one's, at least; the widest crop is 1 km
SPACING_M = 2000.0
CORNER = (500000.0, 3000000.0)  # of the first crop with a landslide, in a UTM zone

Row = dict[str, str]


@dataclass(frozen=True)
class NewCounty:
    """Rows of `split.csv`: `pool` to learn from, `rest` to score on, without those
    between that may show the same ground.
    """

    pool: tuple[Row, ...]
    rest: tuple[Row, ...]

    def subset(self, size: int, seed: int) -> list[Row]:
        """So many crops of the pool with its share of landslides, in the order that the
        seed draws; a larger subset of the same seed holds the smaller ones.
        """
        share = sum(map(is_landslide, self.pool)) / len(self.pool)
        most = {True: round(size * share)}
        most[False] = size - most[True]
        crops = []
        for place in np.random.default_rng(seed).permutation(len(self.pool)):
            row = self.pool[place]
            if most[is_landslide(row)]:
                most[is_landslide(row)] -= 1
                crops.append(row)
        return crops


def is_landslide(row: Row) -> bool:
    """Whether a crop shows one."""
    return row["kind"] == "landslide"


def new_county(data: str, county: str, pool: int) -> NewCounty:
    """A county of the test part, `pool` of its crops to learn from.

    Raises MrifeError where there is no such county there, or it has too few crops.
    """
    slides, plain = crops_of(data, county)
    total = len(slides) + len(plain)
    taught = round(pool * len(slides) / total)
    parts = ((slides, taught), (plain, pool - taught))
    if any(count + GAP >= len(rows) for rows, count in parts):
        raise MrifeError(
            "The county '{}' has {} crops; a pool of {} leaves none to score on.",
            county,
            total,
            pool,
        )
    learned = [row for rows, count in parts for row in rows[:count]]
    scored = [row for rows, count in parts for row in rows[count + GAP :]]
    return NewCounty(tuple(learned), tuple(scored))


def crops_of(data: str, county: str) -> tuple[list[Row], list[Row]]:
    """Crops of the main sensor with and without landslide of a county of the test part;
    of those without, whose county nobody knows, a block as large as that of the others.

    Raises MrifeError where there is no such county there.
    """
    table = split_rows(Settings(data=data), "test")
    table = [row for row in table if row["sensor_group"] == "main"]
    plain = [row for row in table if row["county_group"] == UNKNOWN]
    counties = list(dict.fromkeys(row["county_group"] for row in table))
    counties = [name for name in counties if name != UNKNOWN]
    if county not in counties:
        raise MrifeError(
            "There is no county '{}' that no training sees; choose one of {}.",
            county,
            ", ".join(counties),
        )
    slides = [row for row in table if row["county_group"] == county]
    number = counties.index(county)
    first, end = (round(i * len(plain) / len(counties)) for i in (number, number + 1))
    return slides, plain[first:end]


def write_county_samples(
    data: str, rows: Sequence[Row], contract: Contract, folder: Path, seed: int
) -> int:
    """What `mrife:train` would read from these crops, were each an image of its own with
    its outlines digitized and all of it reviewed; returns the number of folds.
    """
    settings = Settings(data=data)
    paths = []
    records = []
    for row, place in zip(rows, places(rows)):
        image = read(path_of(settings, "images", row), 1)
        paths.append(in_memory(row["id"], image, place))
        if is_landslide(row):
            mask = read(path_of(settings, "masks", row), 1)[0] > 127
            records += outlines(mask, place)
    bands = range(1, 1 + len(contract.image_bands))
    rasters = [Raster(path, bands, contract) for path in paths]
    crs = rasters[0].grid.crs
    labels, _ = read_labels(records)
    folds = Folds(of_kind(labels, LANDSLIDE), crs)
    grounds = [
        ground_of(raster, contract, labels, None, crs, folds) for raster in rasters
    ]
    for _ in write_samples(grounds, folder, seed):
        pass
    for path in paths:
        gdal.Unlink(path)
    return folds.count


def places(rows: Sequence[Row]) -> list[tuple[float, ...]]:
    """Where each crop lies, as a geotransform: those with landslides in one line, those
    without in a second one, evenly over the same length, so that any stretch of it holds
    its share of both.
    """
    length = SPACING_M * len(rows)
    count = {
        kind: sum(is_landslide(row) == kind for row in rows) for kind in (True, False)
    }
    placed = {True: 0, False: 0}
    placements = []
    for row in rows:
        kind = is_landslide(row)
        west = CORNER[0] + length * placed[kind] / count[kind]
        north = CORNER[1] - SPACING_M * (not kind)
        placements.append((west, NATIVE, 0.0, north, 0.0, -NATIVE))
        placed[kind] += 1
    return placements


def outlines(mask: np.ndarray, place: tuple[float, ...]) -> list[tuple[bytes, dict]]:
    """WKB of the polygons around a mask (H, W) bool, along its pixels' edges, each
    without attributes.
    """
    raster = gdal.GetDriverByName("MEM").Create("", mask.shape[1], mask.shape[0], 1)
    raster.SetGeoTransform(place)
    band = raster.GetRasterBand(1)
    band.WriteArray(mask.astype(np.uint8))
    vectors = ogr.GetDriverByName("Memory").CreateDataSource("")
    layer = vectors.CreateLayer("outlines")
    gdal.Polygonize(band, band, layer, -1)  # the band masks its own zeros
    return [(bytes(feature.GetGeometryRef().ExportToWkb()), {}) for feature in layer]
