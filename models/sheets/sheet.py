# SPDX-License-Identifier: GPL-2.0-or-later
"""The rasters of a survey, each examined by itself: what is wrong with one is said of it
and stops no other.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from osgeo import gdal

from ..contract import Contract
from ..errors import EmptyRaster, MrifeError, Note
from ..geo.dem import ElevationModel
from ..geo.elevation_band import ElevationLayer
from ..geo.elevation_reader import ElevationReader
from ..geo.files import grid_of, open_raster, stamps, stem_of
from ..geo.grid import Grid
from ..geo.heights import Heights
from ..geo.missing import FILE_ALONE, LayerNodata, Missing
from ..geo.undeclared import NOTHING, Undeclared
from ..inference.band_file import BandFile
from ..inference.bands import choose_bands, contradictions
from ..inference.elevation_alone import (
    ElevationAlone,
    sampled_heights,
    searches_elevation,
)
from ..inference.image_date import image_date
from ..inference.plan import network_grid
from ..inference.radiometry import examine
from ..inventory.identity import MAX_SHEET

MARK_DIGITS = 10  # hexadecimal, of sheets that would be called alike


@dataclass(frozen=True)
class SheetSource:
    """A raster that the user named; `nodata` and `wkt`: what he calls missing in it and
    the CRS he takes it to be in, beside what the file says. Of a VRT that he did not name
    but that lay in a folder, `mosaic_of` are the files that it is made of (real paths).
    """

    path: str
    nodata: LayerNodata = FILE_ALONE
    wkt: str | None = None
    mosaic_of: tuple[str, ...] = ()


class NothingToSearch(MrifeError):
    """A sheet has no ground of its own in this run."""


@dataclass(frozen=True)
class Sheet:
    """A raster of the survey as it was examined; `problem` says why it cannot be
    searched, and `grid` is None where nobody knows where it lies.
    """

    name: str  # as the field `sheet` has it; no other sheet's
    path: str
    grid: Grid | None = None
    problem: MrifeError | None = None
    bands: tuple[int, ...] = ()  # 1-based
    dtype: str = ""
    nodata: LayerNodata = FILE_ALONE
    undeclared: Undeclared = NOTHING
    image_date: str | None = None  # ISO 8601
    identity: str = ""  # differs where its pixels, or what is missing, do
    notes: tuple[Note, ...] = ()
    heights: str = ""  # of an elevation model: XML as of geo.heights.Heights
    mosaic_of: tuple[str, ...] = ()  # as of its SheetSource

    @property
    def is_elevation(self) -> bool:
        """Whether it is searched by its heights, without an image."""
        return bool(self.heights)

    @property
    def state(self) -> str:
        """Of one that cannot be searched, or need not be: empty, skipped or failed."""
        if isinstance(self.problem, EmptyRaster):
            return "empty"
        if isinstance(self.problem, NothingToSearch):
            return "skipped"
        return "failed"

    def open(self) -> BandFile | ElevationAlone:
        """Its bands, or heights, for reading. Raises UnsuitableRaster."""
        if self.is_elevation:
            return heights_of(Heights(self.heights, self.path), self.grid)
        dataset = open_raster(self.path)
        missing = Missing(dataset, self.bands, self.nodata, self.undeclared)
        return BandFile(dataset, self.bands, self.path, missing)


def in_order(sources: Iterable[SheetSource]) -> list[tuple[str, SheetSource]]:
    """Each raster once with the name of its sheet, which no other one has, by file name
    and then by folder: whatever the order in which they were given.
    """
    by_path: dict[str, SheetSource] = {}
    for source in sources:
        by_path.setdefault(real_path(source.path), source)
    order = sorted(by_path.items(), key=lambda item: (os.path.basename(item[0]), item[0]))
    names = _names([path for path, _ in order])
    return [(name, source) for name, (_, source) in zip(names, order)]


def _names(paths: Sequence[str]) -> list[str]:
    """Of the sheets at paths. Those that would be called alike have digits of their whole
    name, and where that is the same, of their path: none counts how many there are, so
    that one more sheet changes no name but that of its like.
    """
    names = [_shortened(stem_of(path), MAX_SHEET) for path in paths]
    for known_by in (stem_of, str):
        count = Counter(name.casefold() for name in names)
        for place, path in enumerate(paths):
            if count[names[place].casefold()] > 1:
                mark = f"~{digest(known_by(path))[:MARK_DIGITS]}"
                names[place] = _shortened(stem_of(path), MAX_SHEET - len(mark)) + mark
    return names


def _shortened(name: str, length: int) -> str:
    """At most so many characters: a third of them of its beginning, and its end, in
    which the sheets of one survey differ.
    """
    if len(name) <= length:
        return name
    head = length // 3
    tail = length - head - 1
    return f"{name[:head]}~{name[-tail:]}"


def heights_of(heights: Heights, grid: Grid) -> ElevationAlone:
    """The heights of one sheet on a grid, for reading. Raises UnsuitableRaster."""
    return ElevationAlone(ElevationReader(heights, grid), 0)


def examine_sheet(
    name: str,
    source: SheetSource,
    contract: Contract,
    bands: Sequence[int],
    dem_unit: str,
) -> Sheet:
    """One raster, read at some places; `bands` as of inference.raster.Raster, `dem_unit`
    (auto, metres, feet) that of heights where it is an elevation model.
    """
    sheet = Sheet(name, source.path, nodata=source.nodata, mosaic_of=source.mosaic_of)
    try:
        dataset = open_raster(source.path)
        grid = grid_of(dataset)
        if source.wkt is not None:
            grid = replace(grid, wkt=source.wkt)
        alone = searches_elevation(dataset, source.path, contract, bands)
        network_grid(grid, contract, alone)
        grid.check_place()
        sheet = replace(sheet, grid=grid)
        if alone:
            return _with_heights(sheet, dem_unit, source.wkt)
        return _searchable(sheet, dataset, contract, tuple(bands))
    except MrifeError as error:
        return replace(sheet, problem=error)


def _searchable(
    sheet: Sheet, dataset: gdal.Dataset, contract: Contract, bands: tuple[int, ...]
) -> Sheet:
    """Raises MrifeError where it is not."""
    bands = choose_bands(dataset, bands, contract, strict=True)
    image = examine(dataset, bands, sheet.path, contract, sheet.nodata)
    facts = (
        sheet.grid,
        bands,
        sheet.nodata,
        image.file.missing.reasons,
        image.sample.tobytes(),
        stamps(sheet.path),
    )
    return replace(
        sheet,
        bands=bands,
        dtype=image.file.dtype.name,
        undeclared=image.file.missing.undeclared,
        image_date=image_date(sheet.path),
        identity=digest(facts),
        notes=contradictions(dataset, bands, contract) + image.missing_notes,
    )


def _with_heights(sheet: Sheet, dem_unit: str, wkt: str | None) -> Sheet:
    """Raises MrifeError where it has none."""
    layer = ElevationLayer(sheet.nodata, wkt)
    model = ElevationModel(sheet.path, dem_unit, layer=layer)
    source = heights_of(model, sheet.grid)
    sample = sampled_heights(source, sheet.grid, sheet.path)
    facts = (sheet.grid, model.xml, sample.tobytes(), stamps(sheet.path))
    return replace(
        sheet,
        bands=(1,),
        dtype=source.dtype.name,
        image_date=image_date(sheet.path),
        identity=digest(facts),
        notes=model.notes,
        heights=model.xml,
    )


def digest(facts: object) -> str:
    """16 hex digits of what tells two things apart."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def real_path(path: str) -> str:
    """The one name of a file; what is none, within an archive or on a server, as it is."""
    if os.path.exists(path):
        return os.path.realpath(path)
    return path
