# SPDX-License-Identifier: GPL-2.0-or-later
"""A survey of small sheets, cut from one image, and runs over it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from osgeo import gdal, ogr
from samples import (
    IDENTITY,
    FakeDetector,
    first_band,
    read_raster,
    result_of,
    write_raster,
)

from models import pipeline
from models.inference.raster import Raster
from models.inventory.candidates.attributes import Collection
from models.jobs import OutlineRequest, prepare_detect
from models.sheets.folder import made
from models.sheets.job import SheetsRequest
from models.sheets.part_search import OneByOne
from models.sheets.prepare import dem_unit_of, examine_sheets, prepare_sheets
from models.sheets.search import SheetsSearch
from models.sheets.sheet import SheetSource

WEST, NORTH = 500000.0, 3000000.0
# of a network that gives back what it sees
CONTRACT = replace(IDENTITY, min_area=20.0)


def ground(rows=200, cols=240):
    """Dim ground with noise, a slide over the middle, and one near a corner."""
    rng = np.random.default_rng(5)
    image = rng.integers(20, 60, (rows, cols), np.uint8)
    image[rows // 2 - 30 : rows // 2 + 30, cols // 2 - 40 : cols // 2 + 40] = 210
    image[10:30, 10:30] = 180
    return image


def cut(path, image, row, col, rows, cols, **options) -> str:
    """A sheet: these pixels of 1 m of the image."""
    place = (WEST + col, 1.0, 0.0, NORTH - row, 0.0, -1.0)
    return write_raster(
        path, image[..., row : row + rows, col : col + cols], place, **options
    )


def quarters(folder: Path, image, **options) -> list[str]:
    """Four sheets that abut, named by their places."""
    rows, cols = (side // 2 for side in image.shape[-2:])
    return [
        cut(folder / f"{name}.tif", image, row, col, rows, cols, **options)
        for name, row, col in (
            ("nw", 0, 0),
            ("ne", 0, cols),
            ("sw", rows, 0),
            ("se", rows, cols),
        )
    ]


def damaged(path, image, row, col, rows, cols, tile=(5, 14)) -> str:
    """A sheet of which one tile of 16 pixels, counted from 0 across and down, is garbage.
    In one of 1,200 rows the fourteenth lies between the blocks that are sampled, in one
    of 2,500 between those by which GDAL warps heights: it looks right until it is
    searched.
    """
    options = ("TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16", "COMPRESS=DEFLATE")
    cut(path, image, row, col, rows, cols, options=options)
    across, down = tile
    dataset = gdal.Open(str(path))
    band = dataset.GetRasterBand(1)
    offset = int(band.GetMetadataItem(f"BLOCK_OFFSET_{across}_{down}", "TIFF"))
    size = int(band.GetMetadataItem(f"BLOCK_SIZE_{across}_{down}", "TIFF"))
    dataset = None
    with open(path, "r+b") as file:
        file.seek(offset)
        file.write(b"\xff" * size)
    return str(path)


def uneven(batch):
    """A network that sees a pixel otherwise in each place of its window, and beside
    others.
    """
    slope = np.linspace(1.0, 0.6, batch.shape[3], dtype=np.float32)
    mean = batch.astype(np.float32).mean(axis=(1, 2, 3)).reshape(-1, 1, 1) / 500
    return first_band(batch) * slope * 0.9 + mean * 0.1


def on_one_raster(path, model, folder, function, request=None):
    """Levels, and `anonymous` polygons, of a plain search."""
    request = request or OutlineRequest()
    raster = Raster(path, (), model.contract, request.dem, request.dem_unit)
    job = prepare_detect(raster, model, request)
    out = str(folder / "single.tif")
    with Collection(job.outline.inventory) as candidates:
        list(pipeline.detect(job, FakeDetector(function), out, candidates))
        return read_raster(out), list(map(anonymous, candidates))


def anonymous(record):
    """A polygon without what tells when and of which file it is."""
    geometry, values = record
    left_out = {"run_utc", "ls_id", "sheet", "src_img", "dem_src"}
    return geometry, {k: v for k, v in values.items() if k not in left_out}


def files(folder, pattern="*"):
    """Bytes by name."""
    return {path.name: path.read_bytes() for path in folder.glob(pattern)}


def outcomes(run):
    """What became of each sheet, without the time."""
    return [(o.sheet.name, o.state, str(o.reason), o.candidates) for o in run.outcomes]


def layer(path):
    """Values of a layer's polygons without what tells the time, and their outlines."""
    source = ogr.Open(str(path))
    return [
        ({**feature.items(), "run_utc": ""}, feature.GetGeometryRef().ExportToWkb())
        for feature in source.GetLayer()
    ]


class SheetsRun:
    """One run over sheets (paths, or sources) into a folder: `polygons` (WKB, values),
    `states` and `reasons` by sheet, `notes` of the log, `batches` that the detector was
    asked for. A `searcher` stands in for the detector of `function`.
    """

    def __init__(
        self,
        paths,
        model,
        folder,
        request=None,
        function=first_band,
        searcher=None,
        bands=(),
        **asked,
    ):
        folder.mkdir(exist_ok=True)
        sources = [
            path if isinstance(path, SheetSource) else SheetSource(path) for path in paths
        ]
        request = request or OutlineRequest()
        unit = dem_unit_of(request)
        sheets = list(examine_sheets(sources, model.contract, bands, dem_unit=unit))
        # as many windows at once on any machine: tests count batches
        wanted = SheetsRequest(**{"batch_size": 8, **asked})
        job = prepare_sheets(sheets, model, request, wanted)
        job = result_of(job.without_flat())
        detector = FakeDetector(function)
        search = SheetsSearch(job, folder)
        search.part_folder.check()
        with made(folder):
            searcher = searcher or OneByOne(detector)
            steps = list(search.search(searcher))
            with Collection(search.job.outline.inventory) as candidates:
                steps += search.outline(candidates, searcher)
                self.polygons = list(candidates)
                self.outcomes = search.outcomes(candidates)
        self.states = {o.sheet.name: o.state for o in self.outcomes}
        self.reasons = {o.sheet.name: str(o.reason or "") for o in self.outcomes}
        self.notes = [*map(str, job.notes)]
        self.notes += [str(step.note) for step in steps if step.note is not None]
        self.shares = [step.share for step in steps]
        self.batches = detector.batches
        self.job = replace(search.job)

    @property
    def left_out(self):
        """Names of the sheets that broke while they were searched, in that order."""
        midway = [note for note in self.notes if "is left out from here on" in note]
        return [note.split()[1] for note in midway]

    @property
    def layer(self):
        """The polygons without what tells the time."""
        return [(wkb, {**values, "run_utc": None}) for wkb, values in self.polygons]


def half_way_and_at_once(folder, model, pixels, tile, function):
    """A sheet `a` beside a sheet `z` of the same pixels (rows, 320), of which a tile is
    damaged: a run where it is that `tile`, which breaks half way, and one where it is
    looked at before and refused at once. Both, with the levels that they leave behind.
    """
    runs = []
    for name, bad in (("half way", tile), ("at once", (5, 0))):
        place = folder / name / "sheets"
        place.mkdir(parents=True)
        rows = len(pixels)
        a = cut(place / "a.tif", pixels, 0, 0, rows, 160)
        z = damaged(place / "z.tif", pixels, 0, 160, rows, 160, bad)
        run = SheetsRun([z, a], model, folder / name / "p", function=function)
        levels = read_raster(folder / name / "p" / "probability.vrt")
        runs.append((run, levels))
    return runs
