# SPDX-License-Identifier: GPL-2.0-or-later
"""The options of the command line, named as the parameters of the algorithms, and what
they ask of the pipeline.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Sequence

from .. import numerals
from ..contract import BATCH_SIZE
from ..endings import GEOTIFF, has_ending
from ..geo.feature_file import polygons_by_layer
from ..geo.grid import Grid
from ..geo.reproject import near
from ..geo.search_area import search_area
from ..inference.image_date import stated_date
from ..inventory.polygonize.exclusion import Exclusion
from ..inventory.polygonize.options import OutlineOptions
from ..jobs import OutlineRequest


def number_between(low: float, high: float = math.inf) -> Callable[[str], float]:
    """What reads a number of an option."""

    def read(text: str) -> float:
        try:
            value = numerals.number(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(
                f"'{text}' cannot be read as a number; write it as 0.5 or 1000"
            ) from error
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(
                f"{text} does not lie between {low:g} and {high:g}"
            )
        return value

    return read


def whole_between(low: int, high: float = math.inf) -> Callable[[str], int]:
    """What reads a whole number of an option."""

    def read(text: str) -> int:
        value = number_between(low, high)(text)
        if not value.is_integer():
            raise argparse.ArgumentTypeError(f"{text} is no whole number")
        return int(value)

    return read


def file_named(endings: Sequence[str]) -> Callable[[str], str]:
    """What reads the name of a file that is written."""

    def read(path: str) -> str:
        if not has_ending(path, endings):
            raise argparse.ArgumentTypeError(
                f"the name of this file must end in {' / '.join(endings)}, and '{path}' "
                "does not; choose another"
            )
        return path

    return read


MOST_THREADS = 1024
ANY = number_between(-math.inf)
LENGTH = number_between(0.0)  # or an area
SHARE = number_between(0.0, 1.0)
PERCENT = number_between(0.0, 100.0)
GEOPACKAGE = file_named([".gpkg"])
RASTER = file_named(GEOTIFF)
PAGE = file_named([".html"])
TABLE = file_named([".csv"])
MODEL = file_named([".onnx"])
WEIGHTS = file_named([".pt"])


def add_search_options(command: argparse.ArgumentParser) -> None:
    """Which model searches what, and how."""
    add = command.add_argument
    add("--model", help="an .onnx file; default: the shipped one that suits")
    add(
        "--fast",
        action=argparse.BooleanOptionalAction,
        help="the shipped model in 8-bit numbers, or not; default: for one raster if the "
        "processor has instructions for it, never for sheets",
    )
    add(
        "--bands",
        type=whole_between(1),
        nargs="*",
        default=[],
        help="1-based, in the model's order",
    )
    add(
        "--extent",
        type=ANY,
        nargs=4,
        metavar=("XMIN", "YMIN", "XMAX", "YMAX"),
        help="to search, in the coordinates of the image, or of most sheets",
    )
    add("--mask", help="file of polygons to search inside")
    _add_network_options(command)


def _add_network_options(command: argparse.ArgumentParser) -> None:
    """How the network looks at the ground, and what of its answers is kept."""
    add = command.add_argument
    add(
        "--overlap",
        type=number_between(0, 75),
        help="percent of a window; default: the model's own",
    )
    add(
        "--batch",
        type=whole_between(1, 256),
        help=f"windows computed at once; default: {BATCH_SIZE} for each core",
    )
    add("--device", choices=("auto", "cpu", "cuda"), default="auto")
    add("--threads", type=whole_between(0, MOST_THREADS), default=0, help="0: all cores")
    add(
        "--uncertainty",
        action="store_true",
        help="mean and spread over flips and rotations; 8 times the time",
    )
    add(
        "--flat-below",
        type=number_between(0.0, 90.0),
        metavar="DEGREES",
        help="do not search windows of which all ground is flatter by the elevation model",
    )


def add_outline_options(
    command: argparse.ArgumentParser, of_one_image: bool = True
) -> None:
    """What becomes a polygon, how it is drawn and what is said of it."""
    add = command.add_argument
    add("--threshold", type=SHARE, help="0 to 1; default: what model or raster says")
    add("--seed", type=SHARE, help="a polygon needs one pixel at or above it; as above")
    add("--min-area", type=LENGTH, help="m2; as above")
    add(
        "--scale",
        type=number_between(1),
        help="map scale 1:N; a minimum area of 2 mm square",
    )
    add("--outline", choices=("contour", "pixel"), default="contour")
    add("--keep-holes", action="store_true", help="fill none")
    add("--hole-area", type=LENGTH, help="m2; default: the minimum area")
    add(
        "--hole-share",
        type=PERCENT,
        default=10,
        help="percent of the polygon; default: 10",
    )
    add("--gap", type=LENGTH, default=0, help="join pieces closer than that, metres")
    add("--no-smooth", action="store_true")
    add("--simplify", type=LENGTH, help="metres; default: a quarter of a pixel; 0: not")
    add("--exclude", nargs="*", default=[], help="files with polygons to exclude")
    add("--max-excluded", type=PERCENT, help="percent; default: none is dropped")
    add("--exclude-mode", choices=("clip", "drop"), default="clip")
    add("--split", action="store_true", help="cut what has grown together")
    add("--dem", help="elevation model, for attributes and models that take elevation")
    add("--dem-unit", choices=("auto", "metres", "feet"), default="auto")
    add("--sizes", action="store_true", help="estimates of depth and volume")
    if of_one_image:
        add("--sheet", default="", help="map sheet")
    else:
        command.set_defaults(sheet="")
    add("--image-date", help="year-month-day")


def outline_request(options: argparse.Namespace) -> OutlineRequest:
    """Raises MrifeError for a date that is none."""
    image_date = None
    if options.image_date:
        image_date = stated_date(options.image_date)
    return OutlineRequest(
        threshold=options.threshold,
        seed=options.seed,
        min_area=options.min_area,
        scale=options.scale,
        options=_outline_options(options),
        read_exclusion=_exclusion_reader(options.exclude),
        dem=options.dem,
        dem_unit=options.dem_unit,
        sizes=options.sizes,
        sheet=options.sheet.strip(),
        image_date=image_date,
    )


def read_mask(path: str | None, grid: Grid) -> list[bytes] | None:
    """WKB polygons of a file in the grid's CRS; None without a file."""
    if path is None:
        return None
    return [
        polygon
        for crs, polygons in polygons_by_layer(path)
        for polygon in search_area(polygons, crs, grid)
    ]


def _outline_options(options: argparse.Namespace) -> OutlineOptions:
    max_excluded = None
    if options.max_excluded is not None:
        max_excluded = options.max_excluded / 100
    return OutlineOptions(
        contour=options.outline == "contour",
        holes=not options.keep_holes,
        hole_area=options.hole_area,
        hole_share=options.hole_share / 100,
        gap=options.gap,
        smooth=not options.no_smooth,
        simplify=options.simplify,
        max_excluded=max_excluded,
        clip=options.exclude_mode == "clip",
        split=options.split,
    )


def _exclusion_reader(paths: list[str]) -> Callable[[Grid], Exclusion] | None:
    if not paths:
        return None

    def read(grid: Grid) -> Exclusion:
        return Exclusion(
            polygon.wkb
            for path in paths
            for crs, polygons in polygons_by_layer(path)
            for polygon in near(polygons, crs, grid.bounds, grid.crs)
        )

    return read
