# SPDX-License-Identifier: GPL-2.0-or-later
"""The one grid of a survey, and where each sheet lies on it.

The grid has the reference system and the pixels of most ground: sheets of one system and
one pixel size are counted by their pixels, and the first of them by name gives the edges
of the pixels. It reaches over all sheets. A sheet of these pixels is taken as it is, moved
by half a pixel at most; any other one is resampled onto the grid, bilinearly.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ..errors import MrifeError
from ..geo.grid import Grid, Window
from ..geo.rectangles import bounding
from .sheet import NothingToSearch, Sheet, real_path

SAMPLES = 33  # places along each side of a sheet that is resampled
TINY = 1e-6  # pixels: an edge typed in decimals still falls on its pixel's edge
# pixels between a sheet and the middle of all: one that lies farther is no neighbour, and
# what is empty between them would have to be read
MAX_REACH = 500_000


@dataclass(frozen=True)
class PlacedSheet:
    """A sheet and the pixels of the survey's grid that it covers; `aligned`: pixel by
    pixel.
    """

    sheet: Sheet
    place: Window
    aligned: bool


@dataclass(frozen=True)
class SheetLayout:
    """The survey's grid; of the sheets those that lie on it, in their order, and those
    that cannot be searched.
    """

    grid: Grid
    placed: tuple[PlacedSheet, ...]
    refused: tuple[Sheet, ...]

    def without(
        self, sheet: Sheet, problem: MrifeError, sheets: Sequence[Sheet]
    ) -> SheetLayout:
        """The same when a sheet turned out to be unreadable. Raises NothingLeft, which
        says it of all `sheets`, where no other one is left.
        """
        placed = tuple(item for item in self.placed if item.sheet.name != sheet.name)
        refused = (*self.refused, replace(sheet, problem=problem))
        if not placed:
            raise nothing_left(sheets, refused) from problem
        return replace(self, placed=placed, refused=refused)

    @property
    def is_elevation(self) -> bool:
        """Whether the sheets are elevation models, searched without images."""
        return self.placed[0].sheet.is_elevation


class NothingLeft(MrifeError):
    """No sheet can be searched; `sheets` are all of them, each with its problem."""

    sheets: tuple[Sheet, ...] = ()


def nothing_left(sheets: Iterable[Sheet], refused: Iterable[Sheet]) -> NothingLeft:
    """For `sheets`, in their order, each of which is `refused` with its problem."""
    by_name = {sheet.name: sheet for sheet in refused}
    told = tuple(by_name[sheet.name] for sheet in sheets)
    problem = NothingLeft(
        "None of the {} rasters can be searched; the first one: {}",
        len(told),
        told[0].problem,
    )
    problem.sheets = told
    return problem


def lay_out(sheets: Sequence[Sheet]) -> SheetLayout:
    """Lay sheets, given in their order, on one grid. Raises NothingLeft where none of them
    can be searched.
    """
    sheets = _of_one_type(_without_mosaics(sheets))
    reference = _reference([sheet for sheet in sheets if sheet.problem is None])
    if reference is None:
        raise nothing_left(sheets, sheets)
    placed = [_placed(sheet, reference) for sheet in sheets if sheet.grid is not None]
    middle = _middle(placed)
    whole = bounding([item.place for item in placed if _is_near(item.place, middle)])
    good = []
    refused = [sheet for sheet in sheets if sheet.grid is None]
    for item in placed:
        if item.sheet.problem is not None:
            refused.append(item.sheet)
        elif not _is_near(item.place, middle):
            refused.append(_too_far(item.sheet))
        else:
            row = item.place.row - whole.row
            col = item.place.col - whole.col
            good.append(replace(item, place=item.place._replace(row=row, col=col)))
    return SheetLayout(reference.crop(whole), tuple(good), tuple(refused))


def _without_mosaics(sheets: Sequence[Sheet]) -> list[Sheet]:
    """A mosaic that lay in the folder beside its sheets would take all their ground where
    its name comes first. One of sheets of which none can be searched stays: such are bands
    in files of their own, or scenes that it alone places.
    """
    problems = {real_path(sheet.path): sheet.problem for sheet in sheets}

    def is_covered(sheet: Sheet) -> bool:
        files = sheet.mosaic_of
        if not files or not problems.keys() >= set(files):
            return False
        return any(problems[file] is None for file in files)

    return [_left_out(sheet) if is_covered(sheet) else sheet for sheet in sheets]


def _left_out(mosaic: Sheet) -> Sheet:
    problem = NothingToSearch(
        "It is a mosaic (VRT) of {} files that are searched as sheets themselves; to "
        "search the mosaic, give it and not the folder.",
        len(mosaic.mosaic_of),
    )
    return replace(mosaic, problem=problem, grid=None)


def _of_one_type(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Values of 8 and of 16 bits do not compare, nor colours and heights: those of most
    ground are right.
    """
    pixels: dict[tuple[bool, str], int] = {}
    for sheet in sheets:
        if sheet.problem is None:
            count = pixels.get(_type(sheet), 0)
            pixels[_type(sheet)] = count + sheet.grid.width * sheet.grid.height
    if len(pixels) < 2:
        return list(sheets)
    most = max(sorted(pixels), key=pixels.get)
    return [_checked(sheet, most) for sheet in sheets]


def _type(sheet: Sheet) -> tuple[bool, str]:
    """Whether it is an elevation model, and the type of its numbers."""
    return sheet.is_elevation, sheet.dtype


def _checked(sheet: Sheet, most: tuple[bool, str]) -> Sheet:
    """With a problem where it is of another type than most."""
    if sheet.problem is not None or _type(sheet) == most:
        return sheet
    elevation, dtype = most
    if elevation:
        problem = MrifeError(
            "'{}' is an image and most sheets are elevation models; search images by "
            "themselves.",
            sheet.path,
        )
    elif sheet.is_elevation:
        problem = MrifeError(
            "'{}' is an elevation model and most sheets are images; search elevation "
            "models by themselves.",
            sheet.path,
        )
    else:
        problem = MrifeError(
            "'{}' holds numbers of type {}, most sheets such of {}; make all of them "
            "alike (Raster > Conversion > Translate).",
            sheet.path,
            sheet.dtype,
            dtype,
        )
    return replace(sheet, problem=problem)


def _reference(sheets: Sequence[Sheet]) -> Grid | None:
    """The grid of the first sheet of the kind that covers most pixels; north is up."""
    kinds: list[tuple[Grid, int]] = []
    for sheet in sheets:
        grid = _north_up(sheet.grid)
        pixels = grid.width * grid.height
        for number, (first, count) in enumerate(kinds):
            if _is_alike(grid, first):
                kinds[number] = (first, count + pixels)
                break
        else:
            kinds.append((grid, pixels))
    if not kinds:
        return None
    return max(kinds, key=lambda kind: kind[1])[0]


def _north_up(grid: Grid) -> Grid:
    """The same pixels where they are not turned, else such of their size."""
    x, across, shear, y, turn, down = grid.geotransform
    if across > 0 > down and not shear and not turn:
        return grid
    sides = (math.hypot(across, turn), math.hypot(shear, down))
    west, _, _, north = grid.bounds
    return replace(grid, geotransform=(west, sides[0], 0.0, north, 0.0, -sides[1]))


def _is_alike(grid: Grid, other: Grid) -> bool:
    """Whether system and pixels are the same, over the length of either to half a
    pixel.
    """
    side = max(grid.width, grid.height, other.width, other.height)
    ratios = (
        grid.geotransform[1] / other.geotransform[1],
        grid.geotransform[5] / other.geotransform[5],
    )
    drift = max(abs(ratio - 1) for ratio in ratios) * side
    return drift < 0.5 and grid.crs.is_same(other.crs)


def _placed(sheet: Sheet, reference: Grid) -> PlacedSheet:
    """On a grid that has no end."""
    grid = sheet.grid
    if grid == _north_up(grid) and _is_alike(grid, reference):
        col, row = reference.to_pixel(grid.geotransform[0], grid.geotransform[3])
        place = Window(_nearest(row), _nearest(col), grid.height, grid.width)
        return PlacedSheet(sheet, place, aligned=True)
    return PlacedSheet(sheet, _surroundings(grid, reference), aligned=False)


def _nearest(pixels: float) -> int:
    """Halves always go up: neighbours that lie off the grid alike stay neighbours."""
    return math.floor(pixels + 0.5)


def _surroundings(grid: Grid, reference: Grid) -> Window:
    """Pixels of the reference around a sheet of another grid."""
    cols, rows = grid.lattice_on(reference, SAMPLES)
    if not len(cols):
        return Window(MAX_REACH * 10, MAX_REACH * 10, 1, 1)
    left = math.floor(cols.min() + TINY)
    top = math.floor(rows.min() + TINY)
    right = math.ceil(cols.max() - TINY)
    bottom = math.ceil(rows.max() - TINY)
    return Window(top, left, bottom - top, right - left)


def _middle(placed: Sequence[PlacedSheet]) -> tuple[float, float]:
    """Row and column amid the sheets that can be searched; of two that lie far apart, of
    the first one.
    """
    centres = [_centre(item.place) for item in placed if item.sheet.problem is None]
    middle = tuple(statistics.median_low(places) for places in zip(*centres))
    if any(_is_near(item.place, middle) for item in placed):
        return middle
    return centres[0]


def _centre(place: Window) -> tuple[float, float]:
    return place.row + place.rows / 2, place.col + place.cols / 2


def _is_near(place: Window, middle: tuple[float, float]) -> bool:
    row, col = _centre(place)
    return max(abs(row - middle[0]), abs(col - middle[1])) <= MAX_REACH


def _too_far(sheet: Sheet) -> Sheet:
    problem = MrifeError(
        "'{}' lies more than {} pixels from the other sheets; look at its coordinate "
        "reference system, or search it by itself.",
        sheet.path,
        MAX_REACH,
    )
    return replace(sheet, problem=problem)
