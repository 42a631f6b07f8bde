# SPDX-License-Identifier: GPL-2.0-or-later
"""Where an image lies and how large its pixels are, as a search would plan with them."""

from __future__ import annotations

import math

from ..contract import Contract
from ..errors import MrifeError, Note
from ..geo.grid import Grid
from ..inference.plan import RESAMPLE_TOLERANCE, plan
from ..inference.raster import Raster
from ..jobs import OutlineRequest, prepare_detect
from ..onnxfile import ModelFile
from .checked import Check, failed, judged

MAX_COARSER = 3  # times the model's pixels
# the same the other way: the shipped model's training is 3 times finer than its pixels
MAX_FINER = 8
GROUND = Note("a coordinate reference system that says where on the ground it lies")


def place_checks(raster: Raster, model: ModelFile) -> list[Check]:
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
    expected = _pixels_wanted(raster, contract)
    try:
        plan(raster, contract)
    except MrifeError:
        place = judged("place", value, GROUND)
        return [place, failed("pixels", error, _pixels_value(raster), expected)]
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
    size = contract.nearest_pixel_size(*raster.grid.pixel_metres(), raster.is_elevation)
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
    side = side_of(raster.grid)
    cells = raster.grid.pixel_metres()
    size = contract.nearest_pixel_size(*cells, raster.is_elevation) or side
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
    expected = _pixels_wanted(raster, contract)
    return judged("pixels", _pixels_value(raster), expected, advice)


def side_of(grid: Grid) -> float:
    """Side of the central pixel on the ground, metres."""
    return math.sqrt(math.prod(grid.pixel_metres()))
