# SPDX-License-Identifier: GPL-2.0-or-later
"""Which labels, and what of the reviewed area, lie on the images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shapely.geometry import Polygon

from ..contract import Contract
from ..errors import MrifeError
from ..geo.crs import Crs
from ..geo.geodesic import Geodesic
from ..geo.grid import Grid
from ..geo.overlay import Surface, joined
from ..geo.repair import areal
from ..geo.reproject import Surroundings, into, meets
from ..inference.raster import Raster
from .labels import LANDSLIDE, MIN_PIXELS, UNDECIDED, Label, LabelCount, of_kind, on_grid


def on_images(
    labels: Sequence[Label],
    count: LabelCount,
    grids: Sequence[Grid],
    crs: Crs,
    contract: Contract,
) -> tuple[list[Label], LabelCount]:
    """The labels that lie on a raster of these grids and are large enough, and how many do
    not. Raises MrifeError where none does.
    """
    outside = 0
    small = 0
    on_image = []
    measure = Geodesic(crs)
    least = MIN_PIXELS * min(pixel_area(grid, contract) for grid in grids)
    images = Surroundings([(grid.bounds, grid.crs) for grid in grids], crs)
    for label in labels:
        near = [grids[number] for number in images.of(label.polygon)]
        pieces = (on_grid([label.polygon], crs, grid) for grid in near)
        if not any(meets(piece, grid.bounds) for piece, grid in zip(pieces, near)):
            outside += 1
        elif label.kind == LANDSLIDE and measure.area(label.polygon) < least:
            small += 1
        else:
            on_image.append(label)
    if not on_image:
        raise MrifeError(
            "None of the {} polygons lies on an image; look at the coordinate systems "
            "of both.",
            len(labels),
        )
    unsure = sum(label.weight < 1 for label in on_image if label.kind != UNDECIDED)
    return on_image, replace(
        count, outside=outside, small=small, least_m2=least, unsure=unsure
    )


def pixel_area(grid: Grid, contract: Contract) -> float:
    """m2 of a pixel as the network sees it."""
    if contract.pixel_size:
        return contract.pixel_size**2
    across, down = grid.pixel_metres()
    return across * down


def check_reviewed(
    reviewed: Surface, landslides: list[Surface], rasters: Sequence[Raster], crs: Crs
) -> None:
    """Raises MrifeError where the reviewed area lies elsewhere."""
    if not any(
        meets(on_grid([reviewed], crs, raster.grid), raster.grid.bounds)
        for raster in rasters
    ):
        raise MrifeError(
            "The reviewed area lies on none of the images; look at its coordinate system."
        )
    if not any(reviewed.intersects(polygon) for polygon in landslides):
        raise MrifeError(
            "No landslide lies in the reviewed area; draw it around landslides that are "
            "digitized completely."
        )


def without_undecided(
    reviewed: Surface | None,
    labels: Sequence[Label],
    rasters: Sequence[Raster],
    crs: Crs,
) -> Surface | None:
    """The reviewed area without what nobody has decided: what is not known to be a
    landslide or none can neither be taught nor judged.
    """
    undecided = joined(polygon.wkb for polygon in of_kind(labels, UNDECIDED))
    if undecided is None:
        return reviewed
    landslides = joined(polygon.wkb for polygon in of_kind(labels, LANDSLIDE))
    open_ground = areal(undecided.difference(landslides))
    ground = reviewed or joined(extents(rasters, labels, crs))
    if open_ground is None:
        return reviewed
    return areal(ground.difference(open_ground))


def extents(rasters: Sequence[Raster], labels: Sequence[Label], crs: Crs) -> list[bytes]:
    """WKB of the rasters' outer edges in the CRS of the labels."""
    bounds = joined(label.polygon.wkb for label in labels).bounds
    edges = []
    for raster in rasters:
        grid = raster.grid
        edge = Polygon(grid.corners).wkb
        edges += [part.wkb for part in into([edge], grid.crs, bounds, crs)]
    return edges
