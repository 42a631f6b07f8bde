# SPDX-License-Identifier: GPL-2.0-or-later
"""What a sheet costs, step by step, in CPU seconds of one process; and two sheets at once
against one after the other, by the clock.

    python tests/tools/bench_sheets.py                    two sheets of 16 Mpx, one thread
    python tests/tools/bench_sheets.py --mpx 64 --sheets 4
    python tests/tools/bench_sheets.py --at-once 3        also 1 against 2 at once, in turn

Images are random blobs in RGB, tiled and compressed as orthophotos come, on the pixels
of the shipped model. The network is timed by itself on 256 windows; in the other steps it
is the mean brightness, so that polygons come out of it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from osgeo import gdal

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "helpers"), str(ROOT / "tests" / "tools")]

from bench import make_raster
from samples import FakeDetector

from models.inference.batch_size import windows_at_once
from models.inference.batches import batches
from models.inference.detector import Detector
from models.inference.predict import predict
from models.inventory.candidates.attributes import Collection
from models.inventory.export.vector_file import write_geopackage
from models.jobs import OutlineRequest
from models.onnxfile import ModelFile, describe, shipped_model
from models.sheets.at_once import AtOnce
from models.sheets.job import SheetPart, SheetsJob, SheetsRequest
from models.sheets.part_search import OneByOne
from models.sheets.prepare import examine_sheets, prepare_sheets
from models.sheets.search import SheetsSearch
from models.sheets.sheet import SheetSource

WINDOWS = 256  # that the network is timed on
OPTIONS = ["TILED=YES", "COMPRESS=DEFLATE", "ZLEVEL=1", "PREDICTOR=2"]
REQUEST = OutlineRequest(threshold=0.72, seed=0.8, min_area=500)


def make_sheets(folder: Path, count: int, megapixels: float) -> list[str]:
    """Sheets side by side, each a copy of one image."""
    image = folder / "image.tif"
    make_raster(image, megapixels, bands=3, pixel=1.6)
    driver = gdal.GetDriverByName("GTiff")
    paths = []
    for number in range(count):
        path = str(folder / f"sheet{number:03}.tif")
        copy = driver.CreateCopy(path, gdal.Open(str(image)), options=OPTIONS)
        x, across, *rest = copy.GetGeoTransform()
        copy.SetGeoTransform((x + number * copy.RasterXSize * across, across, *rest))
        copy = None  # closes the file
        paths.append(path)
    image.unlink()
    return paths


def brightness(batch: np.ndarray) -> np.ndarray:
    """In the place of a network."""
    return batch.mean(axis=1, dtype=np.float32) / 255


def cpu_seconds(work: Callable[[], object]) -> float:
    """Of all threads of this process."""
    started = time.process_time()
    work()
    return time.process_time() - started


def exhausted(items) -> None:
    for _ in items:
        pass


def read(part: SheetPart) -> None:
    """All windows, and nothing with them."""
    detect = part.detect
    raster = detect.raster
    if detect.plan.resampled:
        raster = raster.resized(detect.plan.model_grid)
    exhausted(batches(raster, detect.plan, detect.batch_size))


def blend(part: SheetPart) -> None:
    """The same, a network in no time, and strips of levels out of it."""
    detect = part.detect
    network = FakeDetector(brightness)
    exhausted(predict(detect.raster, network, detect.plan, detect.batch_size))


def network_seconds(model: ModelFile) -> float:
    """CPU seconds of a window, in batches of the command line's size."""
    side = model.contract.window
    rng = np.random.default_rng(0)
    batch = rng.integers(0, 255, (8, 3, side, side), np.uint8)
    with Detector(model.path, "cpu", 1, model.contract) as detector:
        detector(batch)
        repeats = WINDOWS // len(batch)
        return cpu_seconds(lambda: [detector(batch) for _ in range(repeats)]) / WINDOWS


def prepared(paths: list[str], model: ModelFile, threads: int = 0) -> SheetsJob:
    """`threads` that a sheet's network has, 0: all cores."""
    sheets = list(examine_sheets(map(SheetSource, paths), model.contract))
    asked = SheetsRequest(batch_size=windows_at_once(model.contract.window, threads))
    return prepare_sheets(sheets, model, REQUEST, asked)


def outlined(search: SheetsSearch, searcher: OneByOne, out: str) -> int:
    """Polygons, written with their attributes."""
    outline = search.job.outline
    with Collection(outline.inventory) as candidates:
        exhausted(search.outline(candidates, searcher))
        return write_geopackage(out, outline.grid, candidates, outline.inventory.fields)


def steps(paths: list[str], folder: Path) -> dict[str, float]:
    """CPU seconds a sheet of each step, and what it has of windows and polygons."""
    model = describe(shipped_model())
    count = len(paths)
    examining = cpu_seconds(
        lambda: list(examine_sheets(map(SheetSource, paths), model.contract))
    )
    job = prepared(paths, model)
    parts, _ = job.planned
    reading = cpu_seconds(lambda: [read(part) for part in parts])
    blending = cpu_seconds(lambda: [blend(part) for part in parts])
    search = SheetsSearch(job, folder)
    searcher = OneByOne(FakeDetector(brightness))
    searching = cpu_seconds(lambda: exhausted(search.search(searcher)))
    polygons = []
    out = str(folder / "out.gpkg")
    outlining = cpu_seconds(lambda: polygons.append(outlined(search, searcher, out)))
    windows = sum(part.detect.plan.tiles for part in parts) / count
    return {
        "windows": round(windows),
        "polygons": round(polygons[0] / count),
        "examining": round(examining / count, 2),
        "reading": round(reading / count, 2),
        "blending": round((blending - reading) / count, 2),
        "writing": round((searching - blending) / count, 2),
        "outlines": round(outlining / count, 2),
        "network": round(windows * network_seconds(model), 1),
        "network_8bit": round(
            windows * network_seconds(describe(shipped_model(True))), 1
        ),
    }


def seconds_at_once(paths: list[str], workers: int, folder: Path) -> float:
    """By the clock, with the 8-bit model; two cores are shared among the workers."""
    model = describe(shipped_model(True))
    threads = 2 // workers
    job = prepared(paths, model, threads)
    with ExitStack() as stack, tempfile.TemporaryDirectory(dir=folder) as place:
        detectors = [
            stack.enter_context(Detector(model.path, "cpu", threads, model.contract))
            for _ in range(workers)
        ]
        searcher = AtOnce(detectors)
        if workers == 1:
            searcher = OneByOne(detectors[0])
        started = time.monotonic()
        exhausted(SheetsSearch(job, Path(place)).search(searcher))
        return time.monotonic() - started


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mpx", type=float, default=16)
    parser.add_argument("--sheets", type=int, default=2)
    parser.add_argument("--at-once", type=int, default=0, metavar="ROUNDS")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = make_sheets(folder, options.sheets, options.mpx)
        work = folder / "work"
        work.mkdir()
        print(json.dumps(steps(paths, work)), flush=True)
        for _ in range(options.at_once):
            one, two = (seconds_at_once(paths, each, folder) for each in (1, 2))
            ratio = round(two / one, 2)
            print(
                json.dumps({"one": round(one, 1), "two": round(two, 1), "ratio": ratio})
            )


if __name__ == "__main__":
    main()
