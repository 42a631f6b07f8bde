# SPDX-License-Identifier: GPL-2.0-or-later
"""The elevation model beside the images that are taught: who looks at it, and where it has
heights.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..contract import MISSING_ELEVATION
from ..errors import MrifeError, Note
from ..geo.crs import Crs
from ..geo.grid import Window
from ..geo.overlay import Surface
from ..geo.reproject import Surroundings
from ..inference.raster import Raster
from .labels import on_grid
from .stages import ALL

if TYPE_CHECKING:
    from .prepare import TuneJob


def has_elevation(rasters: Sequence[Raster]) -> bool:
    """Whether an elevation model lies beside the images."""
    return any(raster.has_elevation for raster in rasters)


def elevation_notes(job: TuneJob) -> tuple[Note, ...]:
    """What the log says of an elevation model. Raises MrifeError where it has no heights
    at the landslides, or nothing that looks at it would learn.
    """
    if not has_elevation(job.rasters):
        return ()
    cover = cover_notes(job)
    if job.base.contract.takes_elevation:
        return cover
    if job.learns_nothing:
        return (
            Note(
                "The elevation model is not looked at: the base sees the image alone, "
                "and the threshold alone is set anew."
            ),
        )
    if job.stage.learn != ALL:
        raise MrifeError(
            "The base sees the image alone, and what looks at an elevation model is its "
            "first layer, which learns with the whole network alone: let all of it learn, "
            "or leave the elevation model out."
        )
    extended = Note(
        "The base sees the image alone; its network is extended by elevation, and what "
        "comes out needs an elevation model."
    )
    return (extended, *cover)


def cover_notes(job: TuneJob) -> tuple[Note, ...]:
    """Whether there are heights at all landslides. Raises MrifeError where at none."""
    total = len(job.landslides)
    grids = [(raster.grid.bounds, raster.grid.crs) for raster in job.rasters]
    images = Surroundings(grids, job.crs)
    count = 0
    for polygon in job.landslides:
        near = [job.rasters[number] for number in images.of(polygon)]
        count += has_heights(polygon, near, job.crs)
    if not count:
        raise MrifeError(
            "The elevation model has heights at none of the {} landslides; choose one "
            "that covers the images, or none.",
            total,
        )
    if count == total:
        return ()
    return (
        Note(
            "The elevation model has heights at {} of {} landslides; where it has none "
            "the network sees the image alone.",
            count,
            total,
        ),
    )


def has_heights(polygon: Surface, rasters: Sequence[Raster], crs: Crs) -> bool:
    """Whether the elevation model has a height at a landslide of a CRS, seen from any of
    the images.
    """
    for raster in rasters:
        for piece in on_grid([polygon], crs, raster.grid):
            point = piece.representative_point()
            col, row = map(int, raster.grid.to_pixel(point.x, point.y))
            if not (0 <= row < raster.grid.height and 0 <= col < raster.grid.width):
                continue
            if raster.heights(Window(row, col, 1, 1))[0, 0] > MISSING_ELEVATION:
                return True
    return False
