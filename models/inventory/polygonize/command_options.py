# SPDX-License-Identifier: GPL-2.0-or-later
"""The steps from mask to outline as options of the command line."""

from __future__ import annotations

import argparse

from osgeo import gdal, osr

from ...errors import MrifeError
from ...geo.gdal_errors import quiet
from ...geo.grid import Grid
from .exclusion import Exclusion
from .options import OutlineOptions


def add_steps(command: argparse.ArgumentParser) -> None:
    """The options, named as the algorithms' parameters."""
    command.add_argument(
        "--scale",
        type=float,
        help="map scale 1:N; sets the minimum area to a square of 2 mm",
    )
    command.add_argument("--outline", choices=("contour", "pixel"), default="contour")
    command.add_argument("--keep-holes", action="store_true", help="fill none")
    command.add_argument("--hole-area", type=float, help="m2; default: the minimum area")
    command.add_argument(
        "--hole-share", type=float, default=10, help="percent of the polygon"
    )
    command.add_argument(
        "--gap", type=float, default=0, help="join pieces closer than that, metres"
    )
    command.add_argument("--no-smooth", action="store_true")
    command.add_argument(
        "--simplify", type=float, help="metres; default: a quarter of a pixel; 0: not"
    )
    command.add_argument(
        "--exclude", nargs="*", default=[], help="files with polygons to exclude"
    )
    command.add_argument(
        "--max-excluded", type=float, help="percent; default: none is dropped"
    )
    command.add_argument(
        "--split", action="store_true", help="cut what has grown together"
    )


def chosen_steps(chosen: argparse.Namespace) -> OutlineOptions:
    """The steps that were asked for."""
    if chosen.max_excluded is None:
        most = None
    else:
        most = chosen.max_excluded / 100
    return OutlineOptions(
        chosen.outline == "contour",
        not chosen.keep_holes,
        chosen.hole_area,
        chosen.hole_share / 100,
        chosen.gap,
        not chosen.no_smooth,
        chosen.simplify,
        most,
        chosen.split,
    )


def chosen_exclusion(chosen: argparse.Namespace, grid: Grid) -> Exclusion | None:
    """The polygons of all layers of the files in the grid's CRS; raises MrifeError for
    a file that has none.
    """
    if chosen.exclude:
        return Exclusion(
            shape for path in chosen.exclude for shape in _shapes(path, grid)
        )
    return None


def _shapes(path: str, grid: Grid):
    with quiet():
        source = gdal.OpenEx(path, gdal.OF_VECTOR)
    if source is None:
        raise MrifeError("'{}' cannot be opened; choose a file with polygons.", path)
    for number in range(source.GetLayerCount()):
        layer = source.GetLayer(number)
        srs = layer.GetSpatialRef()
        if srs is None:
            raise MrifeError(
                "'{}' has no coordinate reference system; assign the right one to it "
                "first.",
                path,
            )
        srs = srs.Clone()
        srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        move = osr.CoordinateTransformation(srs, grid.srs())
        for feature in layer:
            shape = feature.GetGeometryRef()
            if shape is not None and not shape.IsEmpty() and shape.Transform(move) == 0:
                yield bytes(shape.ExportToWkb())
