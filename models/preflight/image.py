# SPDX-License-Identifier: GPL-2.0-or-later
"""One image before a search: it is opened and planned as the search does, whose refusals
are its failures and whose notes are its warnings.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePath

import numpy as np

from ..contract import Contract
from ..errors import MrifeError, Note
from ..geo.block import unreadable_blocks
from ..geo.files import grid_of, open_raster
from ..geo.grid import Grid
from ..geo.missing import FILE_ALONE, LayerNodata
from ..inference.bands import choose_bands
from ..inference.elevation_alone import searches_elevation
from ..inference.raster import Raster
from ..onnxfile import ModelFile
from .checked import IMAGE, Check, CheckedInput, Look, failed
from .content import (
    bands_check,
    missing_check,
    sampled_gaps,
    uses_of,
    values_check,
    wanted_bands,
)
from .layout import WHOLE, file_check, reading_check, type_name
from .place import GROUND, place_checks, side_of


@dataclass(frozen=True)
class ImageSource:
    """A raster file and what the user says of it: `wkt` of its CRS where it is not the
    file's, and why it cannot be read by name of a service and not of a file.
    """

    path: str
    name: str
    nodata: LayerNodata = FILE_ALONE
    wkt: str | None = None
    error: MrifeError | None = None


def check_image(source: ImageSource, model: ModelFile) -> CheckedInput:
    """All that a search with the model would find right or wrong, from samples."""
    if source.error is not None:
        return CheckedInput(source.name, IMAGE, (failed("file", source.error),))
    contract = model.contract
    try:
        raster = Raster(source.path, (), contract, nodata=source.nodata, wkt=source.wkt)
        gaps = sampled_gaps(raster)
    except MrifeError as error:
        return _refused(source, contract, error)
    dataset = open_raster(source.path)
    checks = [
        file_check(dataset),
        reading_check(dataset, source.path),
        *place_checks(raster, model),
        bands_check(dataset, raster, contract),
    ]
    look = None
    if raster.image is not None:
        checks.append(values_check(raster.image, contract))
        checks.append(missing_check(raster.image, gaps))
        look = _look(raster, contract)
    places = np.stack(raster.grid.to_map(*gaps.places.T), axis=1)
    return CheckedInput(source.name, IMAGE, tuple(checks), raster.grid, look, places)


def _refused(source: ImageSource, contract: Contract, error: MrifeError) -> CheckedInput:
    """An image that cannot be searched: by which of the steps of opening it."""

    def stopped(check: Check, *before: Check, grid: Grid | None = None) -> CheckedInput:
        return CheckedInput(source.name, IMAGE, (*before, check), grid)

    try:
        dataset = open_raster(source.path)
    except MrifeError:
        return stopped(failed("file", error, expected=WHOLE))
    before = reading_check(dataset, source.path)
    try:
        grid = grid_of(dataset)
    except MrifeError:
        return stopped(failed("place", error, Note("none"), GROUND), before)
    if source.wkt is not None:
        grid = replace(grid, wkt=source.wkt)
    unread, sampled = unreadable_blocks(dataset)
    if unread:
        value = Note("at least {} of {} sampled blocks cannot be read", unread, sampled)
        return stopped(failed("file", error, value, WHOLE), before, grid=grid)
    try:
        if not searches_elevation(dataset, source.path, contract, ()):
            choose_bands(dataset, (), contract, strict=True)
    except MrifeError:
        value = Note("{} bands", dataset.RasterCount)
        check = failed("bands", error, value, wanted_bands(contract))
        return stopped(check, before, grid=grid)
    return stopped(failed("values", error, type_name(dataset)), before, grid=grid)


def _look(raster: Raster, contract: Contract) -> Look | None:
    """None without a coordinate system."""
    if raster.grid.crs.is_missing:
        return None
    sample = raster.image.sample
    low, middle, high = np.percentile(sample, (2, 50, 98), axis=1)
    uses = uses_of(raster, contract)
    dtype = str(raster.image.file.dtype)
    return Look(side_of(raster.grid), uses, dtype, middle, high - low)


def name_of(path: str) -> str:
    """As QGIS names a layer after its file."""
    return PurePath(path).stem
