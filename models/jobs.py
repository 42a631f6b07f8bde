# SPDX-License-Identifier: GPL-2.0-or-later
"""What the one job is asked, examined and found right before the long work starts.

A request becomes a job, or an error that says what is wrong. Defaults and thresholds are
decided in this file, and what a raster says of them in `provenance`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from .errors import MrifeError, Note
from .geo.dem import ElevationModel
from .geo.elevation_band import ELEVATION_FILE, ElevationLayer
from .geo.files import stem_of
from .geo.grid import Grid, Window
from .geo.missing import FILE_ALONE, LayerNodata
from .geo.search_area import searched_share
from .inference.batch_size import windows_at_once
from .inference.flat_ground import flat_windows
from .inference.plan import Plan, plan
from .inference.probability import Probability, read_provenance
from .inference.raster import Raster
from .inference.symmetries import ALL, AS_IT_LIES
from .inventory.candidates.attributes import Inventory
from .inventory.identity import Run
from .inventory.polygonize.exclusion import Exclusion
from .inventory.polygonize.options import (
    DEFAULT,
    OutlineOptions,
    Thresholds,
    minimum_area,
)
from .onnxfile import ModelFile
from .provenance import Provenance


@dataclass(frozen=True)
class OutlineRequest:
    """What the user asks of the polygons. None: what the model, or the probability
    raster, says of itself.
    """

    threshold: float | None = None  # 0-1
    seed: float | None = None  # 0-1
    min_area: float | None = None  # m2
    scale: float | None = None  # of the map, 1 : scale; sets the minimum area
    options: OutlineOptions = DEFAULT
    # exclusion polygons near a grid, in its CRS; None: none
    read_exclusion: Callable[[Grid], Exclusion | None] | None = None
    dem: str | None = None  # path of an elevation model
    dem_unit: str = "auto"  # auto, metres, feet
    # what the user calls missing in the elevation model beside what its file does
    dem_layer: ElevationLayer = ELEVATION_FILE
    sizes: bool = False  # estimate depth and volume
    sheet: str = ""  # map sheet; empty: the image's base name
    image_date: str | None = None  # ISO 8601; None: what the image says


@dataclass(frozen=True)
class OutlineJob:
    """All that polygons are made with, examined and found right."""

    grid: Grid
    thresholds: Thresholds
    options: OutlineOptions
    exclusion: Exclusion | None
    dem: ElevationModel | None
    inventory: Inventory
    run: Run
    notes: tuple[Note, ...] = ()  # for the log
    nodata: LayerNodata = FILE_ALONE  # of the probability raster


@dataclass(frozen=True)
class DetectJob:
    """All that a search needs, examined and found right."""

    raster: Raster
    model: ModelFile
    plan: Plan
    batch_size: int
    outline: OutlineJob
    metadata: dict[str, str]  # of the probability raster
    searched: float | None  # share of the image in the area to search; None: all
    flat_below: float | None = None  # degrees; windows that are flatter are left out


def prepare_detect(
    raster: Raster,
    model: ModelFile,
    request: OutlineRequest,
    extent: Window | None = None,
    mask: Iterable[bytes] | None = None,
    overlap: float | None = None,
    batch_size: int | None = None,
    image: str | None = None,
    uncertainty: bool = False,
    flat_below: float | None = None,
    flat_as: Plan | None = None,
) -> DetectJob:
    """Lay out the search of a raster with a model, and the outlining of what it finds.

    `extent` are pixels of the raster, `mask` WKB polygons in its CRS to search inside,
    `overlap` the share (0-0.75) of a window that the next one sees again; `image` names
    the image, by default after its file. With `uncertainty` each window is looked at in
    all flips and rotations: the probability is their mean, and has a spread. Where ground
    flatter than `flat_below` degrees is not to be searched, `without_flat` comes next;
    windows that a plan of the same windows, `flat_as`, leaves out, are so at once. Raises
    MrifeError.
    """
    if raster.own_dem and not request.dem:
        request = replace(request, dem=raster.own_dem, dem_layer=raster.own_dem_layer)
    check_flat_below(flat_below, request)
    dem = _elevation_model(request)
    symmetries = ALL if uncertainty else AS_IT_LIES
    windows = plan(raster, model.contract, overlap, extent, mask, symmetries)
    if flat_as is not None:
        windows = replace(windows, flat=flat_as.flat)
    searched = None
    if windows.mask is not None:
        searched = searched_share(windows.mask, windows.grid)
    provenance = _provenance(raster, model, request, image)
    return DetectJob(
        raster,
        model,
        windows,
        batch_size or windows_at_once(model.contract.window),
        _outline_job(windows.grid, request, provenance, dem),
        {**provenance.to_metadata(), **windows.to_metadata(raster, model.model_id)},
        searched,
        flat_below,
    )


def without_flat(job: DetectJob) -> Generator[float, None, DetectJob]:
    """The job without windows of which all ground is flatter by the elevation model than
    it says; it itself where it says nothing. Reads the whole elevation model, yielding
    how far it is, 0 to 1. Raises UnsuitableRaster.
    """
    if not job.flat_below:
        return job
    flat = yield from flat_windows(job.plan, job.outline.dem, job.flat_below)
    windows = replace(job.plan, flat=flat)
    metadata = windows.to_metadata(job.raster, job.model.model_id)
    return replace(job, plan=windows, metadata={**job.metadata, **metadata})


def _provenance(
    raster: Raster, model: ModelFile, request: OutlineRequest, image: str | None
) -> Provenance:
    """What the probability raster says of where it comes from."""
    contract = model.contract
    across, down = raster.grid.pixel_metres()
    return Provenance(
        model_id=model.model_id,
        image=image or stem_of(raster.path),
        image_date=request.image_date or raster.image_date,
        pixel_m=round(math.sqrt(across * down), 3),
        objects=contract.objects,
        thresholds=thresholds_of(
            request, Thresholds(contract.threshold, contract.seed, contract.min_area)
        ),
        calibrated=contract.threshold,
    )


def check_flat_below(flat_below: float | None, request: OutlineRequest) -> None:
    """Raises MrifeError where flat ground is to be left out and nothing says what is."""
    if flat_below and not request.dem:
        raise MrifeError(
            "Ground flatter than {}° is known by an elevation model alone; choose one, or "
            "leave the slope empty.",
            f"{flat_below:g}",
        )


def prepare_outline(
    path: str,
    request: OutlineRequest,
    image: str | None = None,
    wkt: str | None = None,
    nodata: LayerNodata = FILE_ALONE,
) -> OutlineJob:
    """Lay out the outlining of the probability raster at `path`.

    `image` names the image where the raster does not, by default the raster's file;
    `wkt` is the CRS to take it in where it is not the file's, `nodata` what the user
    calls missing beside what the file does. Raises MrifeError.
    """
    with Probability(path, nodata) as probability:
        grid = probability.grid
        notes = probability.notes
    if wkt is not None:
        grid = replace(grid, wkt=wkt)
    name = image or stem_of(path)
    provenance = Provenance.from_metadata(read_provenance(path), name)
    thresholds = thresholds_of(request, provenance.thresholds)
    provenance = replace(provenance, thresholds=thresholds)
    job = _outline_job(grid, request, provenance, _elevation_model(request))
    return replace(job, notes=notes + job.notes, nodata=nodata)


def defaults_of(path: str) -> Thresholds:
    """What a probability raster was made with, else what stands in for it. Raises
    MrifeError.
    """
    stated = Provenance.from_metadata(read_provenance(path), "").thresholds
    return thresholds_of(OutlineRequest(), stated)


def thresholds_of(request: OutlineRequest, defaults: Thresholds) -> Thresholds:
    """What the user gave, else the defaults; a lone high threshold lifts the seed.

    Raises MrifeError where the seed lies below the threshold, or one not in 0-1.
    """
    threshold = request.threshold
    if threshold is None:
        threshold = defaults.threshold
    seed = request.seed
    if seed is None:
        seed = max(defaults.seed, threshold)
    if not (0 <= threshold <= 1 and 0 <= seed <= 1):
        raise MrifeError(
            "Threshold {} and seed threshold {} must lie between 0 and 1.",
            f"{threshold:g}",
            f"{seed:g}",
        )
    if seed < threshold:
        raise MrifeError(
            "The seed threshold {} is below the threshold {}; it must be at least that.",
            f"{seed:g}",
            f"{threshold:g}",
        )
    return Thresholds(threshold, seed, _min_area(request, defaults.min_area))


def _min_area(request: OutlineRequest, default: float) -> float:
    """m2: the one given, else the map scale's, else the default."""
    if request.min_area is not None:
        return request.min_area
    if request.scale is not None:
        return minimum_area(request.scale)
    return default


def _elevation_model(request: OutlineRequest) -> ElevationModel | None:
    if not request.dem:
        return None
    return ElevationModel(request.dem, request.dem_unit, layer=request.dem_layer)


def _outline_job(
    grid: Grid,
    request: OutlineRequest,
    provenance: Provenance,
    dem: ElevationModel | None,
) -> OutlineJob:
    grid.check_place()
    thresholds = provenance.thresholds
    objects, notes = _objects(provenance)
    run = Run(
        model_id=provenance.model_id,
        src_img=provenance.image,
        sheet=request.sheet,
        img_date=request.image_date or provenance.image_date,
        gsd_m=provenance.pixel_m,
        run_utc=datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        objects=objects,
    )
    inventory = Inventory(grid, run, dem, thresholds.min_area, request.sizes)
    exclusion = None
    if request.read_exclusion is not None:
        exclusion = request.read_exclusion(grid)
    if dem is not None:
        notes += dem.notes_on(grid.crs)
    if exclusion is not None and not len(exclusion):
        notes += (Note("No exclusion lies on the raster: nothing is excluded."),)
    return OutlineJob(
        grid, thresholds, request.options, exclusion, dem, inventory, run, notes
    )


def _objects(provenance: Provenance) -> tuple[tuple[float, ...], tuple[Note, ...]]:
    """Coefficients of a polygon's confidence, none where they were fitted to outlines at
    another threshold; and what the log says of it.
    """
    if not provenance.objects or provenance.is_calibrated():
        return provenance.objects, ()
    note = Note(
        "The confidence of a polygon is calibrated for outlines at the threshold "
        "{}; of these, at {}, it stays empty, and the mean probability ranks them.",
        f"{provenance.calibrated:g}",
        f"{provenance.thresholds.threshold:g}",
    )
    return (), (note,)
