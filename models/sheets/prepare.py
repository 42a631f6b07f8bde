# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run over sheets will compute, settled and checked before the long work starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import PurePath

from ..contract import Contract
from ..errors import MrifeError, Note
from ..geo.dem import ElevationModel
from ..inference.radiometry import stretch_of
from ..inference.raster import by_form, elevation_on, in_words
from ..inference.stretch import BYTES, Stretch
from ..jobs import OutlineRequest, prepare_detect
from ..onnxfile import ModelFile
from .job import SheetsJob, SheetsRequest
from .layout import SheetLayout, lay_out
from .mosaic import Mosaic, MosaicFile, UnreadableSheet
from .sheet import Sheet, SheetSource, examine_sheet, in_order

BY_FORM = Note(
    "The search goes by the form of the ground alone, with the elevations of all sheets."
)
MANY = 3  # sheets that are named where a sentence holds for more


def dem_unit_of(request: OutlineRequest) -> str:
    """The unit of the heights of sheets that are elevation models: what the user says,
    where he does not say it of another elevation model.
    """
    if request.dem:
        return "auto"
    return request.dem_unit


def examine_sheets(
    sources: Iterable[SheetSource],
    contract: Contract,
    bands: Sequence[int] = (),
    mapped: Callable = map,
    dem_unit: str = "auto",
) -> Iterator[Sheet]:
    """All sheets in their order; `bands` as of inference.raster.Raster, `dem_unit` of
    heights where they are elevation models, `mapped` what applies a function as map does,
    elsewhere maybe: what is wrong there is looked at again here. Raises MrifeError where
    there are none.
    """
    named = in_order(sources)
    if not named:
        raise MrifeError("There is no raster to search; give images or a folder of them.")
    examine = partial(examine_sheet, contract=contract, bands=bands, dem_unit=dem_unit)
    for (name, source), sheet in zip(named, mapped(examine, *zip(*named))):
        if sheet.problem is not None and mapped is not map:
            sheet = examine(name, source)
        yield sheet


def prepare_sheets(
    sheets: Sequence[Sheet],
    model: ModelFile,
    request: OutlineRequest,
    asked: SheetsRequest,
) -> SheetsJob:
    """Lay out the search of sheets, given in their order. Raises NothingLeft where none
    can be searched, MrifeError where what is asked contradicts itself.
    """
    contract = model.contract
    layout = lay_out(sheets)
    layout, stretch, notes = _radiometry(sheets, layout, contract)
    mosaic = _mosaic(layout, stretch, contract, request)
    mosaic.notes += (*_notes_on(layout), *notes)
    extent, mask = asked.area_on(mosaic.grid)
    whole = prepare_detect(
        mosaic,
        model,
        request,
        extent,
        mask,
        asked.overlap,
        asked.batch_size,
        image=_survey_name(sheets),
        uncertainty=asked.uncertainty,
        flat_below=asked.flat_below,
    )
    return SheetsJob(
        tuple(sheets),
        mosaic,
        whole,
        request,
        asked,
        mask,
        tuple(dict.fromkeys(whole.plan.notes + whole.outline.notes)),
    )


def _radiometry(
    sheets: Sequence[Sheet], layout: SheetLayout, contract: Contract
) -> tuple[SheetLayout, Stretch | None, tuple[Note, ...]]:
    """One stretch for all sheets; the layout without those that cannot be read where they
    are looked at for it. What fails later changes it no more. Raises NothingLeft.
    """
    if layout.is_elevation or not (contract.stretch or contract.divide == BYTES):
        return layout, None, ()
    while True:
        try:
            file = MosaicFile(layout.grid, layout.placed)
            return layout, *stretch_of(file, contract)
        except UnreadableSheet as problem:
            layout = layout.without(problem.sheet, problem, sheets)


def _mosaic(
    layout: SheetLayout,
    stretch: Stretch | None,
    contract: Contract,
    request: OutlineRequest,
) -> Mosaic:
    """With the elevation model that the user gave, where the model takes one; it stands
    in for the heights of sheets that are elevation models.
    """
    heights = None
    identity = ""
    if request.dem and contract.takes_elevation:
        heights = ElevationModel(request.dem, request.dem_unit, layer=request.dem_layer)
        identity = in_words(request.dem, request.dem_unit, request.dem_layer)
    if layout.is_elevation and heights is None:
        return Mosaic(layout, contract, None, None, notes=(BY_FORM,))
    elevation, notes = elevation_on(layout.grid, contract, heights)
    if layout.is_elevation:
        notes += (by_form(heights.name),)
    return Mosaic(layout, contract, stretch, elevation, identity, notes)


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
    yield from _other_bands(layout)
    by_words: dict[str, tuple[Note, list[str]]] = {}
    for item in layout.placed:
        for note in item.sheet.notes:
            entry = by_words.setdefault(str(note), (note, []))
            entry[1].append(item.sheet.name)
    for note, names in by_words.values():
        yield Note("{}: {}", _listed(names), note)


def _other_bands(layout: SheetLayout) -> Iterator[Note]:
    """What of sheets is searched by other bands than of the first one, whose bands are
    told of all.
    """
    by_bands: dict[tuple[int, ...], list[str]] = {}
    for item in layout.placed:
        by_bands.setdefault(item.sheet.bands, []).append(item.sheet.name)
    del by_bands[layout.placed[0].sheet.bands]
    for bands, names in by_bands.items():
        yield Note("{}: bands {} of the image.", _listed(names), ", ".join(map(str, bands)))


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
