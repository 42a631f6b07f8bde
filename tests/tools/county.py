# SPDX-License-Identifier: GPL-2.0-or-later
"""A made-up county of 25 map sheets, searched to the end, killed three times and gone on
with, and searched as one raster: what it takes, and whether all of it is the same.

    python tests/tools/county.py build/county --mpx 100
    python tests/tools/county.py build/county --mpx 1500
    python tests/tools/county.py build/county --dask                 # of the county that is there
    python tests/tools/county.py build/county --more --workers 2     # more for detect-sheets

The sheets overlap; one has a black collar that nothing declares, one lies in the next
zone, one is cut short, one is all nodata. The network gives back what it sees, so that
every pixel can be held against one raster of the same ground: exact but for the sheet in
the other zone, whose outlines are held to a pixel. With --dask the county that an
earlier run left is searched once more, by two workers, one of which is killed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from bench import IDENTITY, ROOT, make_raster
from osgeo import gdal, ogr
from samples import write_model
from shapely import wkb
from shapely.geometry import box
from shapely.strtree import STRtree
from sparse import measured

from models.sheets.status import STATES

gdal.UseExceptions()
ALONG = 5  # sheets in a row, and rows of them
OVERLAP = 150  # pixels by which a sheet reaches into the next
COLLAR = 100
COLLARED, AWAY, TRUNCATED, EMPTY = (1, 1), (2, 2), (3, 1), (1, 3)
KILLS = (20, 45, 70)  # percent of a run
DASK_KILL = 30
OPTIONS = ["TILED=YES", "COMPRESS=DEFLATE", "ZLEVEL=1", "PREDICTOR=2"]
STRIP = 1024


def make_county(folder: Path, mpx: float) -> None:
    """The sheets, and the one raster of their ground."""
    whole = folder / "whole.tif"
    make_raster(whole, mpx, 1, 1.0)
    dataset = gdal.Open(str(whole), gdal.GA_Update)
    dataset.GetRasterBand(1).SetNoDataValue(0)
    (folder / "sheets").mkdir()
    for row in range(ALONG):
        for col in range(ALONG):
            make_sheet(dataset, row, col, folder / "sheets" / f"r{row}c{col}.tif")
    for place in (TRUNCATED, EMPTY):  # what no neighbour shows
        left, top, width, height = core(dataset, *place)
        left += OVERLAP
        top += OVERLAP
        shape = (height - 2 * OVERLAP, width - 2 * OVERLAP)
        dataset.GetRasterBand(1).WriteArray(np.zeros(shape, np.uint8), left, top)


def core(dataset: gdal.Dataset, row: int, col: int) -> tuple[int, int, int, int]:
    """Left, top, width, height of a sheet's own ground."""
    side = dataset.RasterXSize
    edges = [side * number // ALONG for number in range(ALONG + 1)]
    return (
        edges[col],
        edges[row],
        edges[col + 1] - edges[col],
        edges[row + 1] - edges[row],
    )


def with_overlap(dataset: gdal.Dataset, row: int, col: int) -> list[int]:
    """The same with what it shares with its neighbours."""
    left, top, width, height = core(dataset, row, col)
    right = min(dataset.RasterXSize, left + width + OVERLAP)
    bottom = min(dataset.RasterYSize, top + height + OVERLAP)
    left = max(0, left - OVERLAP)
    top = max(0, top - OVERLAP)
    return [left, top, right - left, bottom - top]


def ground_away(dataset: gdal.Dataset) -> list[int]:
    """The same of the sheet in the other zone, whose pixels lie across these."""
    left, top, width, height = with_overlap(dataset, *AWAY)
    return [left - 1, top - 1, width + 2, height + 2]


def make_sheet(dataset: gdal.Dataset, row: int, col: int, path: Path) -> None:
    window = with_overlap(dataset, row, col)
    place = (row, col)
    sheet = gdal.Translate("", dataset, format="MEM", srcWin=window)
    band = sheet.GetRasterBand(1)
    if place == COLLARED:
        pixels = np.zeros((window[3], window[2]), np.uint8)
        inside = slice(COLLAR, -COLLAR)
        pixels[inside, inside] = band.ReadAsArray()[inside, inside]
        band.WriteArray(pixels)
        band.DeleteNoDataValue()
    if place == EMPTY:
        band.Fill(0)
    if place == AWAY:
        sheet = gdal.Warp(
            "",
            sheet,
            format="MEM",
            dstSRS="EPSG:32648",
            resampleAlg="cubic",
            xRes=1,
            yRes=1,
        )
    gdal.Translate(str(path), sheet, creationOptions=OPTIONS)
    if place == TRUNCATED:
        os.truncate(path, path.stat().st_size * 6 // 10)


class County:
    """Runs over the county in a folder."""

    def __init__(self, folder: Path, more: list[str]):
        self.folder = folder
        model = folder / "identity.onnx"
        window = IDENTITY.window
        self._model = write_model(model, IDENTITY, window=window, factor=1 / 255)
        self._more = more

    def command(self, name: str, *more: str) -> list[str]:
        """Sheets to a layer of this name, probability rasters kept."""
        out = self.folder / f"{name}.gpkg"
        command = ["detect-sheets", str(out), "--folder", str(self.folder / "sheets")]
        command += ["--probability", str(self.folder / f"{name}-probability")]
        command += ["--status", str(self.folder / f"{name}.csv")]
        return [*command, "--model", self._model, "--threads", "1", *self._more, *more]

    def one_raster(self) -> dict:
        """The same ground by the command for one raster."""
        out = str(self.folder / "single.gpkg")
        command = ["detect", str(self.folder / "whole.tif"), out, "--threads", "1"]
        kept = str(self.folder / "single.tif")
        return measured(*command, "--model", self._model, "--probability", kept)

    def killed(
        self,
        name: str,
        percent: float,
        more: Sequence[str] = (),
        pid: Callable[[], int] | None = None,
    ) -> float:
        """Begin a run, or go on, and kill it when it has come so far, or the process
        `pid` in its place; where it was. Raises CalledProcessError where it failed.
        """
        command = [sys.executable, "-m", "models", *self.command(name, *more)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        progress = 0.0
        for line in process.stdout:
            progress = json.loads(line).get("progress", progress)
            if progress >= percent:
                break
        os.kill(pid() if pid else process.pid, signal.SIGKILL)
        process.communicate()
        if pid and process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        return progress

    def polygons(self, name: str) -> list[tuple[bytes, dict]]:
        """Of a layer, without what tells the time."""
        dataset = ogr.Open(str(self.folder / f"{name}.gpkg"))
        records = []
        for feature in dataset.GetLayer(0):
            values = feature.items()
            values.pop("run_utc")
            records.append((bytes(feature.GetGeometryRef().ExportToWkb()), values))
        return records

    def same_files(self, name: str, other: str) -> bool:
        """Whether the rasters of two runs are the same, byte for byte."""
        first = self.folder / f"{name}-probability"
        second = self.folder / f"{other}-probability"
        names = sorted(path.name for path in first.iterdir())
        if names != sorted(path.name for path in second.iterdir()):
            return False
        return all(
            (first / name).read_bytes() == (second / name).read_bytes() for name in names
        )

    def differing_pixels(self, name: str) -> tuple[int, int, int]:
        """Of the sheets against one raster: outside the sheet of the other zone and on
        it, and there the largest difference in levels of 250.
        """
        sheets = gdal.Open(str(self.folder / f"{name}-probability" / "probability.vrt"))
        single = gdal.Open(str(self.folder / "single.tif"))
        left, top, width, height = ground_away(single)
        outside = on_it = largest = 0
        for row in range(0, single.RasterYSize, STRIP):
            rows = min(STRIP, single.RasterYSize - row)
            strip = (0, row, single.RasterXSize, rows)
            pixels = sheets.ReadAsArray(*strip).astype(np.int16)
            difference = np.abs(pixels - single.ReadAsArray(*strip))
            away = difference[
                max(0, top - row) : max(0, top + height - row), left : left + width
            ]
            on_it += np.count_nonzero(away)
            largest = max(largest, int(away.max(initial=0)))
            outside += np.count_nonzero(difference) - np.count_nonzero(away)
        return outside, on_it, largest

    def moved_outlines(self, name: str) -> dict:
        """The polygons of the sheets against those of one raster."""
        single = gdal.Open(str(self.folder / "single.tif"))
        left, top, width, height = ground_away(single)
        west, _, _, north, _, _ = single.GetGeoTransform()
        south = north - top - height
        away = box(west + left, south, west + left + width, north - top)
        known = {record[0] for record in self.polygons("single")}
        shapes = [wkb.loads(one) for one in known]
        tree = STRtree(shapes)
        facts = {"polygons": 0, "same": 0, "on the sheet away": 0, "elsewhere": 0}
        distances = [0.0]
        for outline, _ in self.polygons(name):
            facts["polygons"] += 1
            if outline in known:
                facts["same"] += 1
                continue
            polygon = wkb.loads(outline)
            place = "on the sheet away" if polygon.intersects(away) else "elsewhere"
            facts[place] += 1
            nearest = shapes[int(tree.nearest(polygon))]
            distances.append(polygon.hausdorff_distance(nearest))
        facts["of one raster"] = len(known)
        facts["pixels moved at most"] = round(max(distances), 2)
        return facts


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--mpx", type=float, default=50)
    parser.add_argument("--dask", action="store_true")
    parser.add_argument("--more", nargs=argparse.REMAINDER, default=[])
    asked = parser.parse_args()
    os.chdir(ROOT)
    if asked.dask:
        on_dask(County(asked.folder.resolve(), asked.more))
        return
    shutil.rmtree(asked.folder, ignore_errors=True)
    asked.folder.mkdir(parents=True)
    make_county(asked.folder, asked.mpx)
    county = County(asked.folder.resolve(), asked.more)
    say("all sheets", measured(*county.command("sheets")))
    places = [county.killed("killed", percent) for percent in KILLS]
    say(f"gone on with after kills at {places} %", measured(*county.command("killed")))
    equal = county.polygons("sheets") == county.polygons("killed")
    print("killed or not, layers equal:", equal)
    print("killed or not, rasters equal:", county.same_files("sheets", "killed"))
    again = county.command("killed", "--threshold", "0.8")
    again[1] = str(county.folder / "again.gpkg")
    say("another threshold", measured(*again))
    say("one raster", county.one_raster())
    outside, on_it, largest = county.differing_pixels("sheets")
    print(f"pixels that differ from one raster: {outside} outside the sheet away,")
    print(f"    {on_it} on it, by {largest} of 250 at most")
    print("outlines against one raster:", county.moved_outlines("sheets"))


def on_dask(county: County) -> None:
    """By two workers, one of which is killed in the middle, against the run without."""
    from distributed import LocalCluster

    with LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster:
        first = cluster.workers[0]
        more = ("--scheduler", cluster.scheduler_address)
        started = time.monotonic()
        place = county.killed("dask", DASK_KILL, more, lambda: first.pid)
    seconds = round(time.monotonic() - started, 1)
    print(f"on Dask, a worker killed at {place} %: {seconds} s")
    equal = county.polygons("sheets") == county.polygons("dask")
    print("on Dask or not, layers equal:", equal)
    print("on Dask or not, rasters equal:", county.same_files("sheets", "dask"))


def say(words: str, figures: dict) -> None:
    states = {state: figures[state] for state in STATES if state in figures}
    print(
        f"{words}: {figures['seconds']} s, {figures['cpu_seconds']} CPU s, "
        f"{figures['peak_mb']} MB, {figures['count']} polygons",
        states or "",
        flush=True,
    )


if __name__ == "__main__":
    main()
