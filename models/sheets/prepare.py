# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run over sheets will compute, settled and checked before the long work starts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePath

from shapely import wkb
from shapely.geometry import MultiPolygon, Polygon, box

from .. import pipeline
from ..contract import Contract
from ..errors import MrifeError, Note, UnsuitableRaster
from ..geo.dem import ElevationModel
from ..geo.grid import Grid, Window
from ..geo.missing import LayerNodata
from ..geo.rectangles import bounding, common, without
from ..inference.radiometry import BYTES, Stretch, stretch_of
from ..inference.raster import elevation_on, in_words
from ..inventory.candidates.attributes import Inventory
from ..inventory.identity import Run
from ..onnxfile import ModelFile
from ..pipeline import DetectJob, OutlineJob, OutlineRequest
from .layout import PlacedSheet, SheetLayout, lay_out
from .mosaic import Mosaic, MosaicFile, UnreadableSheet
from .sheet import Sheet, SheetSource, digest, examine_sheet, in_order

MANY = 3  # sheets that are named where a sentence holds for more
# what the raster of a sheet says of its making, and the words for it
ORIGINS = {
    "MRIFE_MODEL": Note("the model is another one"),
    "MRIFE_GRID": Note("the ground of all sheets, or the extent, is another one"),
    "MRIFE_IMAGES": Note("their images, or those beside them, are others"),
    "MRIFE_RADIOMETRY": Note("the common stretch of all images is another one"),
    "MRIFE_ELEVATION": Note("the elevation model is another one"),
    "MRIFE_OVERLAP": Note("the overlap of windows is another one"),
    "MRIFE_SYMMETRIES": Note("uncertainty was switched on or off"),
    "MRIFE_AREA": Note("the area to search is another one"),
}


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


@dataclass(frozen=True)
class SheetPart:
    """The ground that one sheet answers for, and its search."""

    sheet: Sheet
    detect: DetectJob

    @property
    def window(self) -> Window:
        """Of the survey's grid."""
        return self.detect.plan.out


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
        before: list[Window] = []
        for item in self.mosaic.layout.placed:
            try:
                parts.append(self._part(item, before))
            except NothingToSearch as problem:
                skipped.append(replace(item.sheet, problem=problem))
            before.append(item.place)
        return tuple(parts), tuple(skipped)

    def without(self, sheet: Sheet, problem: MrifeError) -> SheetsJob:
        """The same run when a sheet turned out to be unreadable. Raises MrifeError where
        no other one is left.
        """
        layout = self.mosaic.layout
        placed = tuple(p for p in layout.placed if p.sheet.name != sheet.name)
        if not placed:
            raise problem
        refused = (*layout.refused, replace(sheet, problem=problem))
        mosaic = self.mosaic.part(placed)
        mosaic.layout = replace(mosaic.layout, refused=refused)
        return replace(self, mosaic=mosaic)

    def _part(self, item: PlacedSheet, before: Sequence[Window]) -> SheetPart:
        """Raises NothingToSearch."""
        rest = without(item.place, before)
        if not rest:
            raise NothingToSearch(
                "All of its ground lies on sheets before it, by name; it only fills their "
                "gaps."
            )
        window = common(bounding(rest), self.whole.plan.out)
        if window is None:
            raise NothingToSearch("It lies outside the extent to search.")
        reach = self._reach(window)
        mosaic = self.mosaic.part(
            [p for p in self.mosaic.layout.placed if common(p.place, reach)]
        )
        try:
            detect = pipeline.prepare_detect(
                mosaic,
                self.model,
                OutlineRequest(image_date=item.sheet.image_date),
                window,
                self._mask_in(reach),
                self.request.overlap,
                self.request.batch_size,
                image=item.sheet.name,
                uncertainty=self.request.uncertainty,
            )
        except UnsuitableRaster as error:
            if self.mask is None:
                raise
            raise NothingToSearch("It lies outside the area to search.") from error
        metadata = _origins(detect, mosaic, item.sheet)
        return SheetPart(item.sheet, replace(detect, metadata=metadata))

    def _reach(self, window: Window) -> Window:
        """What the windows of a part may read."""
        plan = self.whole.plan
        down = plan.window * self.mosaic.grid.height / plan.model_grid.height
        across = plan.window * self.mosaic.grid.width / plan.model_grid.width
        rows = math.ceil(down) + 2
        cols = math.ceil(across) + 2
        return Window(
            window.row - rows,
            window.col - cols,
            window.rows + 2 * rows,
            window.cols + 2 * cols,
        )

    def _mask_in(self, reach: Window) -> tuple[bytes, ...] | None:
        """The polygons to search inside that a part sees."""
        if self.mask is None:
            return None
        ground = box(*self.mosaic.grid.crop(reach).bounds)
        return tuple(mask for mask in self.mask if wkb.loads(mask).intersects(ground))


class NothingToSearch(MrifeError):
    """A sheet has no ground of its own in this run."""


def examine_sheets(
    sources: Iterable[SheetSource], contract: Contract, bands: Sequence[int] = ()
) -> Iterator[Sheet]:
    """All sheets in their order; `bands` as of inference.raster.Raster. Raises MrifeError
    where there are none, or the model does not take images.
    """
    if not contract.image_bands:
        raise MrifeError(
            "The model takes elevation alone; join the elevation models to one raster "
            "(Raster > Miscellaneous > Build Virtual Raster) and search that."
        )
    named = in_order(sources)
    if not named:
        raise MrifeError("There is no raster to search; give images or a folder of them.")
    for name, source in named:
        yield examine_sheet(name, source, contract, bands)


def prepare_sheets(
    sheets: Sequence[Sheet],
    model: ModelFile,
    request: OutlineRequest,
    asked: SheetsRequest,
) -> SheetsJob:
    """Lay out the search of sheets, given in their order. Raises MrifeError where none
    can be searched, or where what is asked contradicts itself.
    """
    contract = model.contract
    layout = lay_out(sheets)
    layout, stretch, notes = _radiometry(layout, contract)
    mosaic = _mosaic(layout, stretch, contract, request)
    mosaic.notes += (*_notes_on(layout), *notes)
    mask = None
    if asked.read_mask is not None:
        mask = asked.read_mask(mosaic.grid)
    extent = None
    if asked.read_extent is not None:
        extent = asked.read_extent(mosaic.grid)
    whole = pipeline.prepare_detect(
        mosaic,
        model,
        request,
        extent,
        mask,
        asked.overlap,
        asked.batch_size,
        image=_survey_name(sheets),
        uncertainty=asked.uncertainty,
    )
    return SheetsJob(
        tuple(sheets),
        mosaic,
        whole,
        request,
        asked,
        None if mask is None else tuple(mask),
        whole.plan.notes + whole.outline.notes,
    )


def _radiometry(
    layout: SheetLayout, contract: Contract
) -> tuple[SheetLayout, Stretch | None, tuple[Note, ...]]:
    """One stretch for all sheets; the layout without those that cannot be read where they
    are looked at for it. What fails later changes it no more.
    """
    if not (contract.stretch or contract.divide == BYTES):
        return layout, None, ()
    while True:
        try:
            file = MosaicFile(layout.grid, layout.placed)
            return layout, *stretch_of(file, contract)
        except UnreadableSheet as problem:
            failed = problem.sheet
            placed = tuple(p for p in layout.placed if p.sheet.name != failed.name)
            if not placed:
                raise
            refused = (*layout.refused, replace(failed, problem=problem))
            layout = replace(layout, placed=placed, refused=refused)


def _mosaic(
    layout: SheetLayout,
    stretch: Stretch | None,
    contract: Contract,
    request: OutlineRequest,
) -> Mosaic:
    """With the elevation model that the user gave, where the model takes one."""
    heights = None
    identity = ""
    if request.dem and contract.takes_elevation:
        nodata: LayerNodata | None = request.dem_nodata
        heights = ElevationModel(request.dem, request.dem_unit, layer=nodata)
        identity = in_words(request.dem, request.dem_unit, nodata)
    elevation, notes = elevation_on(layout.grid, contract, heights)
    return Mosaic(layout, stretch, elevation, identity, notes)


def _by_sheet(outline: OutlineJob, mosaic: Mosaic, request: OutlineRequest) -> OutlineJob:
    """Each polygon says the sheet that it lies on."""

    def run_of(polygon: Polygon | MultiPolygon) -> Run:
        sheet = mosaic.sheet_of(polygon)
        across, down = sheet.grid.pixel_metres()
        return replace(
            outline.run,
            src_img=PurePath(sheet.path).stem,
            sheet=sheet.name,
            img_date=request.image_date or sheet.image_date,
            gsd_m=round(math.sqrt(across * down), 3),
        )

    inventory = Inventory(
        outline.grid,
        outline.run,
        outline.dem,
        outline.thresholds.min_area,
        request.sizes,
        run_of,
    )
    return replace(outline, inventory=inventory)


def _notes_on(layout: SheetLayout) -> Iterator[Note]:
    """What the log should know of sheets, said once where it holds for several."""
    for sheet in layout.refused:
        yield Note("Sheet {} is not searched: {}", sheet.name, sheet.problem)
    resampled = [item.sheet.name for item in layout.placed if not item.aligned]
    if resampled:
        yield Note(
            "{} of {} sheets ({}) have another reference system or other pixels than "
            "most and are resampled onto theirs, bilinearly.",
            len(resampled),
            len(layout.placed),
            _listed(resampled),
        )
    by_words: dict[str, tuple[Note, list[str]]] = {}
    for item in layout.placed:
        for note in item.sheet.notes:
            entry = by_words.setdefault(str(note), (note, []))
            entry[1].append(item.sheet.name)
    for note, names in by_words.values():
        yield Note("{}: {}", _listed(names), note)


def _survey_name(sheets: Sequence[Sheet]) -> str:
    """What the sheets are together: the folder that they lie in, else the first one."""
    folders = {PurePath(sheet.path).parent for sheet in sheets}
    if len(folders) == 1:
        return folders.pop().name or sheets[0].name
    return sheets[0].name


def _listed(names: Sequence[str]) -> str:
    words = ", ".join(names[:MANY])
    if len(names) > MANY:
        words += f", ... ({len(names)})"
    return words


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
