# SPDX-License-Identifier: GPL-2.0-or-later
"""A run over sheets, parted into the searches of single sheets. Each of them is a window
of the mosaic and depends only on the sheets that it reads.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from shapely import wkb
from shapely.geometry import MultiPolygon, Polygon, box

from ..errors import MrifeError, Note, UnsuitableRaster
from ..geo.files import stem_of
from ..geo.grid import Grid, Window
from ..geo.rectangles import bounding, common, grown, without
from ..inventory.candidates.attributes import Inventory
from ..inventory.identity import Run
from ..jobs import (
    DetectJob,
    OutlineJob,
    OutlineRequest,
    prepare_detect,
    without_flat,
)
from ..onnxfile import ModelFile
from .layout import PlacedSheet
from .mosaic import Mosaic
from .sheet import NothingToSearch, Sheet, digest

# what the raster of a sheet says of its making, and the words for it
ORIGINS = {
    "MRIFE_MODEL": Note("the model is another one"),
    "MRIFE_BANDS": Note("the bands are others"),
    "MRIFE_GRID": Note("the ground of all sheets, or the extent, is another one"),
    "MRIFE_IMAGES": Note("their images, or those beside them, are others"),
    "MRIFE_RADIOMETRY": Note("the common stretch of all images is another one"),
    "MRIFE_ELEVATION": Note("the elevation model is another one"),
    "MRIFE_OVERLAP": Note("the overlap of windows is another one"),
    "MRIFE_SYMMETRIES": Note("uncertainty was switched on or off"),
    "MRIFE_FLAT": Note("other windows are left out for their flat ground"),
    "MRIFE_AREA": Note("the area to search is another one"),
}
# where all of that is as it was
OTHERWISE = Note("another version made them, or the date of their images is another one")


@dataclass(frozen=True)
class SheetsRequest:
    """What the user asks of a run over sheets, beside what becomes a polygon. None: what
    the model says.
    """

    overlap: float | None = None  # 0-0.75
    batch_size: int | None = None
    uncertainty: bool = False
    # of the survey's grid: the pixels, and the WKB polygons in its CRS, to search inside
    read_extent: Callable[[Grid], Window | None] | None = None
    read_mask: Callable[[Grid], Iterable[bytes] | None] | None = None
    flat_below: float | None = None  # degrees; windows that are flatter are left out

    def area_on(self, grid: Grid) -> tuple[Window | None, tuple[bytes, ...] | None]:
        """The extent and the mask on the survey's grid. Raises MrifeError."""
        extent = None
        if self.read_extent is not None:
            extent = self.read_extent(grid)
        mask = None
        if self.read_mask is not None:
            mask = self.read_mask(grid)
        if mask is not None:
            mask = tuple(mask)
        return extent, mask


@dataclass(frozen=True)
class SheetPart:
    """The ground that one sheet answers for, and its search."""

    sheet: Sheet
    detect: DetectJob

    @property
    def window(self) -> Window:
        """Of the survey's grid."""
        return self.detect.plan.out

    def reads(self, sheet: Sheet) -> bool:
        """Whether its search looks at a sheet."""
        placed = self.detect.raster.layout.placed
        return any(item.sheet.name == sheet.name for item in placed)

    def close(self) -> None:
        """Let the files of its sheets go."""
        self.detect.raster.close()


@dataclass(frozen=True)
class SheetsJob:
    """A run over sheets, examined and found right."""

    sheets: tuple[Sheet, ...]  # all of them, in their order
    mosaic: Mosaic
    whole: DetectJob  # of the mosaic
    outline_request: OutlineRequest
    request: SheetsRequest
    mask: tuple[bytes, ...] | None
    notes: tuple[Note, ...]  # for the log

    @property
    def model(self) -> ModelFile:
        """What searches."""
        return self.whole.model

    @cached_property
    def outline(self) -> OutlineJob:
        """How the joined probability becomes polygons, each of which says its sheet."""
        return _by_sheet(self.whole.outline, self.mosaic, self.outline_request)

    @property
    def refused(self) -> tuple[Sheet, ...]:
        """Those that cannot be searched, as far as it is known."""
        return self.mosaic.layout.refused

    @cached_property
    def planned(self) -> tuple[tuple[SheetPart, ...], tuple[Sheet, ...]]:
        """The parts, in the order of the sheets, and the sheets with nothing left to do,
        whose `problem` says why.
        """
        parts = []
        skipped = []
        for number, item in enumerate(self.mosaic.layout.placed):
            beside = self.mosaic.file.under(item.place)
            before = [shared for other, shared in beside if other < number]
            try:
                parts.append(self._part(item, before))
            except NothingToSearch as problem:
                skipped.append(replace(item.sheet, problem=problem))
        return tuple(parts), tuple(skipped)

    def without_flat(self) -> Generator[float, None, SheetsJob]:
        """The same without windows of flat ground, as jobs.without_flat of all sheets."""
        whole = yield from without_flat(self.whole)
        return replace(self, whole=whole)

    def without(self, sheet: Sheet, problem: MrifeError) -> SheetsJob:
        """The same run when a sheet turned out to be unreadable. Raises NothingLeft where
        no other one is left.
        """
        layout = self.mosaic.layout.without(sheet, problem, self.sheets)
        mosaic = self.mosaic.part(layout.placed)
        mosaic.layout = layout
        return replace(self, mosaic=mosaic)

    def _part(self, item: PlacedSheet, before: Sequence[Window]) -> SheetPart:
        """`before`: what sheets before it share with it. Raises NothingToSearch."""
        rest = without(item.place, before)
        if not rest:
            raise NothingToSearch(
                "All of its ground lies on sheets before it, by name; it only fills their "
                "gaps."
            )
        window = common(bounding(rest), self.whole.plan.out)
        if window is None:
            raise NothingToSearch("It lies outside the extent to search.")
        try:
            return self._search_of(item.sheet, window)
        except UnsuitableRaster as error:
            if self.mask is None:
                raise
            raise NothingToSearch("It lies outside the area to search.") from error

    def _search_of(self, sheet: Sheet, window: Window) -> SheetPart:
        """A window of the mosaic, with the sheets alone that are read for it. Raises
        UnsuitableRaster where none of it lies in the area to search.
        """
        reach = self._reach(window)
        placed = self.mosaic.layout.placed
        near = [placed[number] for number, _ in self.mosaic.file.under(reach)]
        mosaic = self.mosaic.part(near)
        detect = prepare_detect(
            mosaic,
            self.model,
            OutlineRequest(image_date=sheet.image_date),
            window,
            self._mask_in(reach),
            self.request.overlap,
            self.request.batch_size,
            image=sheet.name,
            uncertainty=self.request.uncertainty,
            flat_as=self.whole.plan,
        )
        metadata = _origins(detect, mosaic, sheet)
        return SheetPart(sheet, replace(detect, metadata=metadata))

    def _reach(self, window: Window) -> Window:
        """What the windows of a part may read."""
        plan = self.whole.plan
        down = plan.window * self.mosaic.grid.height / plan.model_grid.height
        across = plan.window * self.mosaic.grid.width / plan.model_grid.width
        return grown(window, math.ceil(down) + 2, math.ceil(across) + 2)

    def _mask_in(self, reach: Window) -> tuple[bytes, ...] | None:
        """The polygons to search inside that a part sees."""
        if self.mask is None:
            return None
        ground = box(*self.mosaic.grid.crop(reach).bounds)
        return tuple(mask for mask in self.mask if wkb.loads(mask).intersects(ground))


def _by_sheet(outline: OutlineJob, mosaic: Mosaic, request: OutlineRequest) -> OutlineJob:
    """Each polygon says the sheet that it lies on."""

    def run_of(polygon: Polygon | MultiPolygon) -> Run:
        sheet = mosaic.sheet_of(polygon)
        across, down = sheet.grid.pixel_metres()
        return replace(
            outline.run,
            src_img=stem_of(sheet.path),
            sheet=sheet.name,
            img_date=request.image_date or sheet.image_date,
            gsd_m=round(math.sqrt(across * down), 3),
        )

    dem = outline.dem
    if dem is None:
        dem = mosaic.elevation_model(outline.run.src_img)
    inventory = Inventory(
        outline.grid,
        outline.run,
        dem,
        outline.thresholds.min_area,
        request.sizes,
        run_of,
    )
    return replace(outline, inventory=inventory, dem=dem)


def _origins(detect: DetectJob, mosaic: Mosaic, sheet: Sheet) -> dict[str, str]:
    """Metadata of a part's raster, with what it depends on said one by one."""
    plan = detect.plan
    metadata = {
        **detect.metadata,
        "MRIFE_BANDS": ",".join(map(str, sheet.bands)),
        "MRIFE_GRID": digest((plan.model_grid, plan.out, plan.window)),
        "MRIFE_IMAGES": mosaic.images,
        "MRIFE_RADIOMETRY": mosaic.radiometry,
    }
    if mosaic.elevation_identity:
        metadata["MRIFE_ELEVATION"] = mosaic.elevation_identity
    if plan.mask is not None:
        metadata["MRIFE_AREA"] = digest(plan.mask)
    return metadata
