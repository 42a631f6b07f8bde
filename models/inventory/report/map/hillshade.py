# SPDX-License-Identifier: GPL-2.0-or-later
"""Shaded relief under the locator map, inside the page."""

from __future__ import annotations

import math

import numpy as np
from osgeo import gdal

from ....geo.dem import ElevationModel
from ....geo.gdal_errors import quiet
from ....geo.grid import Grid
from ....geo.picture import picture_uri
from .frame import INNER, MARGIN, TOP, View

CELLS_PER_PX = 1.4  # of the picture, by pixel of the map
# of the elevation model: above, reading it all is not worth a backdrop
MAX_CELLS = 400_000_000
NO_SHADE = 0  # GDAL's value where there is no elevation; shades are 1 to 255
# of level ground, light from 45 degrees
FLAT_SHADE = 1 + 254 * math.sin(math.radians(45))
PAPER = 251  # grey where there is no elevation
LEVEL_GREY = PAPER - 18
CONTRAST = 0.42  # how much of the shading is left
DARKEST = 90


def backdrop(dem: ElevationModel, view: View) -> str | None:
    """The relief as an SVG image in the frame of a map; None where the elevation model
    is too large.
    """
    if dem.grid.width * dem.grid.height > MAX_CELLS:
        return None
    relief = shaded(dem.raster_on(_grid(view)))
    return (
        f'<image x="{MARGIN}" y="{TOP}" width="{INNER}" height="{view.bottom - TOP:.1f}" '
        f'preserveAspectRatio="none" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'xlink:href="{picture_uri(relief[None])}"/>'
    )


def _grid(view: View) -> Grid:
    """The cells of the picture."""
    cols = round(INNER * CELLS_PER_PX)
    rows = round((view.bottom - TOP) * CELLS_PER_PX)
    across, up = (view.high - view.low) / (cols, rows)
    place = (view.low[0], across, 0.0, view.high[1], 0.0, -up)
    return Grid(cols, rows, place, view.crs.srs().ExportToWkt())


def shaded(elevations: gdal.Dataset) -> np.ndarray:
    """Light grey relief (rows, cols) uint8, lit from several sides (GDAL, after Mark
    1992); PAPER where there are no elevations.
    """
    with quiet():
        relief = gdal.DEMProcessing(
            "",
            elevations,
            "hillshade",
            format="MEM",
            multiDirectional=True,
            computeEdges=True,
        )
        shade = relief.ReadAsArray().astype(float)
    grey = np.clip(LEVEL_GREY + (shade - FLAT_SHADE) * CONTRAST, DARKEST, PAPER)
    return np.where(shade == NO_SHADE, PAPER, grey).astype(np.uint8)
