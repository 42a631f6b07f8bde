# SPDX-License-Identifier: GPL-2.0-or-later
"""A very large raster of which little is ground: seconds and memory of a search, and of
outlining it again, by the side of the raster.

    python tests/tools/sparse.py build/sparse 20000 100000
    python tests/tools/sparse.py build/sparse 100000x3000      # columns x rows

The network gives back what it sees, so that what is measured is all the rest. The ground
is blocks of 2,048 pixels in a regular pattern, always as many; the file is sparse, as is
what lies between scenes in a mosaic.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path

import numpy as np
from bench import IDENTITY, ROOT, make_raster
from osgeo import gdal
from samples import wkt, write_model

BLOCK = 2048
PEAK_SECONDS = 0.1  # between two looks at a process
ALONG = 5  # blocks in a row, and rows of them
OPTIONS = ("TILED=YES", "COMPRESS=DEFLATE", "SPARSE_OK=TRUE", "BIGTIFF=YES")


def make_sparse(path: Path, width: int, height: int) -> None:
    """8-bit, 1 m, 0 is nodata."""
    block = path.with_name("block.tif")
    make_raster(block, BLOCK * BLOCK / 1e6, 1, 1.0)
    pixels = gdal.Open(str(block)).ReadAsArray()
    driver = gdal.GetDriverByName("GTiff")
    dataset = driver.Create(str(path), width, height, 1, gdal.GDT_Byte, options=OPTIONS)
    dataset.SetGeoTransform((500000, 1, 0, 4000000, 0, -1))
    dataset.SetProjection(wkt(32647))
    band = dataset.GetRasterBand(1)
    band.SetNoDataValue(0)
    for row in places(height):
        for col in places(width):
            band.WriteArray(pixels, col, row)


def places(side: int) -> list[int]:
    """First pixels of the blocks along a side: as many as fit, ALONG at most."""
    count = min(ALONG, side // BLOCK)
    return np.linspace(0, side - BLOCK, count).astype(int).tolist()


def measured(*arguments: str) -> dict:
    """Seconds and peak memory of a command of the plugin, and its last line."""
    read, write = os.pipe()
    started = time.monotonic()
    command = [sys.executable, "-m", "models", *arguments]
    actions = [(os.POSIX_SPAWN_DUP2, write, 1), (os.POSIX_SPAWN_CLOSE, read)]
    process = os.posix_spawn(sys.executable, command, os.environ, file_actions=actions)
    os.close(write)
    peaks = []
    watch = threading.Thread(target=watch_peak, args=(process, peaks))
    watch.start()
    with os.fdopen(read) as output:
        lines = output.read().splitlines()
    watch.join()
    _, status, usage = os.wait4(process, 0)
    if status:
        sys.exit(f"{arguments[0]} failed")
    figures = {"seconds": round(time.monotonic() - started, 1)}
    figures["cpu_seconds"] = round(usage.ru_utime + usage.ru_stime, 1)
    figures["peak_mb"] = round(max(peaks))
    return {**figures, **json.loads(lines[-1])}


def watch_peak(process: int, peaks: list[float]) -> None:
    """Peak memory in MB of a process up to now, again and again until it ends: what
    `wait4` says is never below the peak of this process, from which it was begun.
    """
    status = Path(f"/proc/{process}/status")
    while True:
        lines = status.read_text().splitlines()
        peak = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
        if not peak:  # it has ended, and waits to be asked for
            return
        peaks.append(peak[0] / 1024)
        time.sleep(PEAK_SECONDS)


def main(folder: str, *sides: str) -> None:
    os.chdir(ROOT)
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    path = place / "identity.onnx"
    model = write_model(path, IDENTITY, window=IDENTITY.window, factor=1 / 255)
    for side in sides:
        width, _, height = side.partition("x")
        image = place / f"sparse {side}.tif"
        if not image.exists():
            make_sparse(image, int(width), int(height or width))
        probability = place / f"probability {side}.tif"
        search = ["detect", str(image), str(place / "slides.gpkg"), "--model", model]
        search += ["--probability", str(probability), "--threads", "1"]
        again = ["vectorize", str(probability), str(place / "again.gpkg")]
        for step, command in (("detect", search), ("vectorize", again)):
            figures = measured(*command)
            kept = ("seconds", "cpu_seconds", "peak_mb", "count")
            print(side, step, {key: figures[key] for key in kept}, flush=True)
        dataset = gdal.Open(str(probability))
        overviews = dataset.GetRasterBand(1).GetOverviewCount()
        with open(probability, "rb") as file:
            is_bigtiff = file.read(4)[2:3] == b"+"
        size = round(probability.stat().st_size / 1e6)
        print(side, {"bigtiff": is_bigtiff, "overviews": overviews, "mb": size})


if __name__ == "__main__":
    main(*sys.argv[1:])
