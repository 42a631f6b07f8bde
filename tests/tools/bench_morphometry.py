# SPDX-License-Identifier: GPL-2.0-or-later
"""How long `mrife:morphometry` takes for 2,000 polygons on a 5 m elevation model:
./build.sh bench.

Outlines of 0.2 to 20 ha with 40 to 400 vertices on 20 x 20 km of made-up ground, every
tenth one crossing itself; run as a user does, through qgis_process, so that starting
QGIS, repairing and writing count.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from osgeo import gdal, ogr, osr
from shapely import wkb
from shapely.geometry import Polygon

ROOT = Path(__file__).resolve().parents[2]
SIDE, X, Y = 20000, 500000, 3300000


def ground(path: Path, cell: float) -> None:
    """Hills a few hundred metres high with finer relief on them, as a tiled,
    compressed GeoTIFF.
    """
    size = int(SIDE / cell)
    east, north = np.meshgrid(
        np.arange(size, dtype=np.float32) * cell, np.arange(size, dtype=np.float32) * cell
    )
    rng, z = np.random.default_rng(1), np.full((size, size), 1500, np.float32)
    for long in (9000, 5000, 2500, 1300, 700, 350, 160, 80):
        turned, phase = rng.uniform(0, 7, 2)
        z += (
            0.03
            * long
            * np.sin(
                (east * np.cos(turned) + north * np.sin(turned)) / long * 6.28 + phase
            )
        )
    dataset = gdal.GetDriverByName("GTiff").Create(
        str(path), size, size, 1, gdal.GDT_Float32, ["TILED=YES", "COMPRESS=DEFLATE"]
    )
    dataset.SetGeoTransform((X, cell, 0, Y + SIDE, 0, -cell))
    dataset.SetProjection(reference().ExportToWkt())
    dataset.GetRasterBand(1).WriteArray(z)


def slides(path: Path, count: int) -> None:
    """Blobs of log-normal size; every tenth gets two vertices exchanged."""
    source = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    layer, rng = (
        source.CreateLayer("slides", reference(), ogr.wkbPolygon),
        np.random.default_rng(2),
    )
    layer.StartTransaction()
    for number in range(count):
        vertices, radius = (
            rng.integers(40, 400),
            np.sqrt(np.clip(rng.lognormal(9.6, 1), 2e3, 2e5) / np.pi),
        )
        turn = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
        wavy = 1 + sum(
            rng.normal(0, 0.1) * np.cos(k * turn + rng.uniform(0, 7)) for k in range(2, 7)
        )
        points = (
            rng.uniform(300, SIDE - 300, 2)
            + (X, Y)
            + radius * np.stack((np.cos(turn), np.sin(turn)), 1) * wavy[:, None]
        )
        if number % 10 == 0:
            points[[3, 9]] = points[[9, 3]]
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(ogr.CreateGeometryFromWkb(wkb.dumps(Polygon(points))))
        layer.CreateFeature(feature)
    layer.CommitTransaction()


def reference() -> osr.SpatialReference:
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(32648)
    srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return srs


def morphometry(count: int, cell: float) -> float:
    """Measure, and print; `cell` in m. Seconds."""
    with tempfile.TemporaryDirectory() as folder:
        dem, layer, out = (
            Path(folder) / name for name in ("dem.tif", "slides.gpkg", "out.gpkg")
        )
        ground(dem, cell)
        slides(layer, count)
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(
            [
                str(ROOT / "build.sh"),
                "run",
                "mrife:morphometry",
                f"--INPUT={layer}",
                f"--DEM={dem}",
                "--SIZES=true",
                f"--OUTPUT={out}",
            ],
            capture_output=True,
            text=True,
        )
        seconds, used = (
            time.perf_counter() - start,
            resource.getrusage(resource.RUSAGE_CHILDREN),
        )
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
        print("\n".join(line for line in done.stdout.splitlines() if "polygons" in line))
        print(
            f"{count} polygons, {cell:g} m cells: {seconds:.1f} s with the start of "
            f"QGIS ({cpu:.1f} s of one core; largest process so far "
            f"{used.ru_maxrss / 1024:.0f} MB)",
            flush=True,
        )
        return seconds
