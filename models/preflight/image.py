# SPDX-License-Identifier: GPL-2.0-or-later
"""One image before a search: it is opened and planned as the search does, whose refusals
are its failures and whose notes are its warnings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import NamedTuple

import numpy as np
from osgeo import gdal

from ..contract import Contract
from ..errors import MrifeError, Note
from ..evaluation.components import label_components
from ..geo.block import unreadable_blocks
from ..geo.files import grid_of, open_raster, pyramid_levels
from ..geo.grid import Grid, sample_windows
from ..geo.missing import FILE_ALONE, LayerNodata
from ..inference.bands import choose_bands, contradictions
from ..inference.elevation_alone import searches_elevation
from ..inference.plan import RESAMPLE_TOLERANCE, plan
from ..inference.radiometry import BYTES, ExaminedImage
from ..inference.raster import Raster
from ..onnxfile import ModelFile
from ..pipeline import OutlineRequest, prepare_detect
from .checked import IMAGE, Check, CheckedInput, Look, failed, judged

MEGA = 1e6
MAX_BLOCK_MB = 64  # unpacked: a larger one is slow to read and fills the memory
MANY_PIXELS = 100e6  # from which on QGIS draws slowly without pyramids
MAX_COARSER = 3  # times the model's pixels
# the same the other way: the shipped model's training is 3 times finer than its pixels
MAX_FINER = 8
MAX_CLIPPED = 0.05  # of the pixels, at the largest or smallest value of a band
# of the range of the training, in which the middle of a band must lie, and which its own
# range must reach
MIN_CONTRAST = 0.25
MAX_MISSING = 0.5
MAX_HOLE_PIXELS = 400  # of a small hole
MIN_HOLES = 20
MIN_HOLES_PER_MPX = 50
PLACES = 4  # a side of a block, at which an elevation model is asked for heights
WHOLE = Note("a complete raster file")
GROUND = Note("a coordinate reference system that says where on the ground it lies")


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
        raster = Raster(source.path, (), contract, nodata=source.nodata)
        if source.wkt is not None:
            raster.place(source.wkt)
    except MrifeError as error:
        return _refused(source, contract, error)
    dataset = open_raster(source.path)
    checks = [
        _file_check(dataset, source.path),
        _reading_check(dataset, source.path),
        *_place_checks(raster, model),
        _bands_check(dataset, raster, contract),
    ]
    gaps = _gaps(raster)
    look = None
    if raster.image is not None:
        checks.append(_values_check(raster.image, contract))
        checks.append(_missing_check(raster.image, gaps))
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
        return stopped(failed("file", error, wanted=WHOLE))
    before = _reading_check(dataset, source.path)
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
        check = failed("bands", error, value, ", ".join(contract.image_bands))
        return stopped(check, before, grid=grid)
    return stopped(failed("values", error, _type_name(dataset)), before, grid=grid)


# --- the file --------------------------------------------------------------------------


def _file_check(dataset: gdal.Dataset, path: str) -> Check:
    value = Note(
        "{} x {} pixels, {} bands, {}; all blocks of a sample can be read",
        f"{dataset.RasterXSize:,}",
        f"{dataset.RasterYSize:,}",
        dataset.RasterCount,
        _type_name(dataset),
    )
    return judged("file", value, WHOLE)


def _type_name(dataset: gdal.Dataset) -> str:
    return gdal.GetDataTypeName(dataset.GetRasterBand(1).DataType)


def _reading_check(dataset: gdal.Dataset, path: str) -> Check:
    """Whether blocks are of a size that is read well, and pyramids are there."""
    band = dataset.GetRasterBand(1)
    across, down = band.GetBlockSize()
    planes = 1
    if dataset.GetMetadataItem("INTERLEAVE", "IMAGE_STRUCTURE") == "PIXEL":
        planes = dataset.RasterCount
    size = gdal.GetDataTypeSize(band.DataType) // 8
    block_mb = across * down * planes * size / MEGA
    pixels = dataset.RasterXSize * dataset.RasterYSize
    levels = pyramid_levels(path)
    advice = []
    if block_mb > MAX_BLOCK_MB:
        advice.append(
            Note(
                "Each block of the file is {} MB when unpacked and can only be read as a "
                "whole: save it tiled (Raster > Conversion > Translate, option "
                "TILED=YES).",
                f"{block_mb:,.0f}",
            )
        )
    if pixels > MANY_PIXELS and not levels:
        advice.append(
            Note(
                "The file has no pyramids: the search needs none, but QGIS draws the "
                "image slowly; build them (layer properties, Pyramids)."
            )
        )
    value = Note("blocks of {} x {} pixels, {} levels of pyramids", across, down, levels)
    wanted = Note(
        "blocks of at most {} MB, pyramids beyond {} million pixels",
        MAX_BLOCK_MB,
        f"{MANY_PIXELS / MEGA:.0f}",
    )
    return judged("reading", value, wanted, advice)


# --- where it lies ---------------------------------------------------------------------


def _place_checks(raster: Raster, model: ModelFile) -> list[Check]:
    """Its coordinate system and its pixels, as the search would plan with them."""
    value = _place_value(raster.grid)
    try:
        raster.grid.check_place()
        raster.grid.pixel_metres()
    except MrifeError as error:
        return [failed("place", error, value, GROUND)]
    try:
        prepare_detect(raster, model, OutlineRequest())
    except MrifeError as error:
        return _plan_refused(raster, model.contract, error)
    return [judged("place", value, GROUND), _pixel_check(raster, model.contract)]


def _plan_refused(raster: Raster, contract: Contract, error: MrifeError) -> list[Check]:
    """By the size of its pixels, or by where it lies."""
    value = _place_value(raster.grid)
    wanted = _pixels_wanted(raster, contract)
    try:
        plan(raster, contract)
    except MrifeError:
        place = judged("place", value, GROUND)
        return [place, failed("pixels", error, _pixels_value(raster), wanted)]
    return [failed("place", error, value, GROUND)]


def _place_value(grid: Grid) -> Note | str:
    crs = grid.crs
    if crs.is_missing:
        return Note("none")
    value: Note | str = crs.name
    if crs.is_geographic:
        value = Note("{}, in degrees: measured in metres on the ground", crs.name)
    elif crs.is_projected:
        east, north = crs.metres_at(*grid.centre)
        metres = math.sqrt(east * north)
        if metres != crs.linear_unit:
            value = Note(
                "{}, whose metre is {} m on the ground here: measured on the ground",
                crs.name,
                f"{metres / crs.linear_unit:.3f}",
            )
    _, across, _, _, turn, _ = grid.geotransform
    if turn:
        angle = math.degrees(math.atan2(turn, across))
        value = Note("{}; turned by {} degrees", value, f"{angle:.1f}")
    return value


def _pixels_value(raster: Raster) -> Note:
    across, down = raster.grid.pixel_metres()
    return Note("{} x {} m", f"{across:.3g}", f"{down:.3g}")


def _pixels_wanted(raster: Raster, contract: Contract) -> Note:
    size = contract.nearest_pixel_size(_side(raster.grid), raster.is_elevation)
    if not size:
        return Note("any")
    lowest, highest = RESAMPLE_TOLERANCE
    return Note(
        "{} m; as it is from {} to {} m, resampled beyond",
        f"{size:.3g}",
        f"{size / highest:.3g}",
        f"{size / lowest:.3g}",
    )


def _pixel_check(raster: Raster, contract: Contract) -> Check:
    side = _side(raster.grid)
    size = contract.nearest_pixel_size(side, raster.is_elevation) or side
    advice = []
    if side > MAX_COARSER * size:
        advice.append(
            Note(
                "The image is {} times coarser than what the model learned from: small "
                "landslides do not show on it; take a finer one where there is one.",
                f"{side / size:.1f}",
            )
        )
    if size > MAX_FINER * side:
        advice.append(
            Note(
                "The image is {} times finer than the model looks at it: it is averaged, "
                "which costs time and shows nothing more; a coarser copy does as well.",
                f"{size / side:.1f}",
            )
        )
    wanted = _pixels_wanted(raster, contract)
    return judged("pixels", _pixels_value(raster), wanted, advice)


def _side(grid: Grid) -> float:
    """Metres."""
    return math.sqrt(math.prod(grid.pixel_metres()))


# --- what it shows ---------------------------------------------------------------------


def _bands_check(dataset: gdal.Dataset, raster: Raster, contract: Contract) -> Check:
    if raster.is_elevation:
        return judged("bands", Note("an elevation model in place of an image"), "")
    advice = contradictions(dataset, raster.bands, contract)
    value = Note("{} of {} bands", _uses(raster, contract), dataset.RasterCount)
    return judged("bands", value, ", ".join(contract.image_bands), advice)


def _uses(raster: Raster, contract: Contract) -> str:
    pairs = zip(raster.bands, contract.image_bands)
    return ", ".join(f"{number} = {name}" for number, name in pairs)


def _values_check(image: ExaminedImage, contract: Contract) -> Check:
    ends = np.percentile(image.sample, (2, 98), axis=1).T
    value = Note("{} ({}, 2nd to 98th percentile)", _ranges(ends), str(image.file.dtype))
    if image.stretch is not None:
        value = Note("{}, stretched onto those of the training", value)
    wanted = Note("any")
    if contract.stretch:
        wanted = Note("{} (2nd to 98th percentile)", _ranges(contract.stretch))
    elif contract.divide == BYTES:
        wanted = "0–255"
    advice = [*image.stretch_notes, *_clipped(image.sample)]
    if contract.stretch and image.stretch is None:
        advice += _unlike_training(image.sample, ends, np.array(contract.stretch))
    return judged("values", value, wanted, advice)


def _ranges(ends) -> str:
    return ", ".join(f"{low:.4g}–{high:.4g}" for low, high in ends)


def _clipped(sample: np.ndarray) -> list[Note]:
    """Of values (bands, n)."""
    shares = [
        max((band == band.max()).mean(), (band == band.min()).mean())
        for band in sample
        if band.max() > band.min()
    ]
    share = max(shares, default=0.0)
    if share <= MAX_CLIPPED:
        return []
    return [
        Note(
            "{} of the pixels hold the largest or the smallest value of a band: what was "
            "brighter or darker is lost; take the image as it was before it was "
            "stretched, where there is one.",
            f"{share:.0%}",
        )
    ]


def _unlike_training(
    sample: np.ndarray, ends: np.ndarray, training: np.ndarray
) -> list[Note]:
    """Of values (bands, n) and percentiles (bands, 2) of the image and the training."""
    middles = np.median(sample, axis=1)
    low, high = training.T
    if (middles < low).any():
        word = Note("darker")
    elif (middles > high).any():
        word = Note("brighter")
    elif (ends[:, 1] - ends[:, 0] < MIN_CONTRAST * (high - low)).all():
        word = Note("of less contrast")
    else:
        return []
    return [
        Note(
            "The image is {} than what the model learned from, and 8-bit images are not "
            "stretched: take it with more bits, or stretch it over 0 to 255.",
            word,
        )
    ]


def _missing_check(image: ExaminedImage, gaps: SampledGaps) -> Check:
    value = Note("none")
    if image.missing:
        reasons = image.file.missing.reasons
        value = Note("{} ({})", f"{image.missing:.1%}", reasons)
    advice = list(image.missing_notes)
    if image.missing > MAX_MISSING:
        advice.append(
            Note(
                "Most of the image is missing: see whether what it says of missing "
                "pixels is right, or choose one that shows more of the ground."
            )
        )
    if gaps.holes >= MIN_HOLES and gaps.holes_per_mpx > MIN_HOLES_PER_MPX:
        advice.append(
            Note(
                "Missing pixels lie scattered, about {} small holes in a million pixels: "
                "dark or bright ground may count as missing; see whether the nodata value "
                "is one of its colours.",
                f"{gaps.holes_per_mpx:,.0f}",
            )
        )
    wanted = Note("less than {}, in one piece", f"{MAX_MISSING:.0%}")
    return judged("missing", value, wanted, advice)


class SampledGaps(NamedTuple):
    """Small holes within the blocks of the sample, how many in a million pixels that is,
    and columns and rows (n, 2) of valid pixels, some of each block.
    """

    holes: int
    holes_per_mpx: float
    places: np.ndarray


def _gaps(raster: Raster) -> SampledGaps:
    holes = 0
    pixels = 0
    places = []
    for window in sample_windows(raster.grid.width, raster.grid.height):
        pixels += window.rows * window.cols
        valid = raster.valid(window.row, window.rows, window.col, window.cols)
        if valid is None:
            valid = np.ones((window.rows, window.cols), bool)
        holes += _small_holes(~valid)
        places.append(_places(valid) + (window.col, window.row))
    return SampledGaps(holes, holes * MEGA / pixels, np.concatenate(places))


def _places(valid: np.ndarray) -> np.ndarray:
    """Columns and rows (n, 2) of the middles of valid pixels of a block, spread over it."""
    shares = (np.arange(PLACES) + 0.5) / PLACES
    rows = np.unique((shares * valid.shape[0]).astype(int))
    cols = np.unique((shares * valid.shape[1]).astype(int))
    chosen = np.argwhere(valid[np.ix_(rows, cols)])
    return np.stack((cols[chosen[:, 1]], rows[chosen[:, 0]]), axis=1) + 0.5


def _small_holes(missing: np.ndarray) -> int:
    """Components of a mask that do not reach its edge."""
    if not missing.any():
        return 0
    labels = label_components(missing)
    edges = (labels[0], labels[-1], labels[:, 0], labels[:, -1])
    sizes = np.bincount(labels.ravel())
    sizes[np.unique(np.concatenate([[0], *edges]))] = 0
    return int(((sizes > 0) & (sizes <= MAX_HOLE_PIXELS)).sum())


def _look(raster: Raster, contract: Contract) -> Look | None:
    """None without a coordinate system."""
    if raster.grid.crs.is_missing:
        return None
    sample = raster.image.sample
    low, middle, high = np.percentile(sample, (2, 50, 98), axis=1)
    uses = _uses(raster, contract)
    dtype = str(raster.image.file.dtype)
    return Look(_side(raster.grid), uses, dtype, middle, high - low)


def name_of(path: str) -> str:
    """As QGIS names a layer after its file."""
    return PurePath(path).stem
