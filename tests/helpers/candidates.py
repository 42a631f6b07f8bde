# SPDX-License-Identifier: GPL-2.0-or-later
"""Candidates in a GeoPackage, as detection would have left them, for the tests of the
review.
"""

from __future__ import annotations

import numpy as np
from samples import PLACE, wkt, write_raster
from shapely import wkb
from shapely.geometry import Polygon, box

from models.geo.grid import Grid
from models.inventory.export.vector_file import write_geopackage
from models.inventory.schema import CONFIDENCE, IDENTITY, QUALITY, SHAPE, TERRAIN

# nothing that people fill
CANDIDATE = IDENTITY + CONFIDENCE + SHAPE + TERRAIN + QUALITY
X, Y = PLACE[0], PLACE[3]


def blob(i, count):
    """The i-th of many ellipses side by side, on the sheet of 2 km x 2 km below PLACE."""
    rows = int(np.ceil(count**0.5))
    step, size = 2000 / rows, 280 / rows * (1 + i % 3)
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    x, y = X + (i % rows + 0.5) * step, Y - (i // rows + 0.5) * step
    return Polygon(
        np.stack((x + size * np.cos(turn), y + 0.7 * size * np.sin(turn)), axis=1)
    )


def values(i, polygon):
    conf = round(0.3 + 0.69 * (i * 37 % 100) / 100, 3)
    return {
        "ls_id": f"sheet_{i:08x}",
        "sheet": "sheet",
        "src_img": "image.tif",
        "img_date": "2020-05-01",
        "model_id": "mrife 1 abcd",
        "run_utc": "2026-01-02T03:04:05",
        "method": "auto",
        "p_mean": conf - 0.1,
        "conf": conf,
        "conf_cls": "high" if conf >= 0.8 else "moderate" if conf >= 0.5 else "low",
        "usgs_conf": 2,
        "area_m2": round(polygon.area, 1),
        "perim_m": 1.25,
        "z_max": 5.0,
        "edge": 0,
        "dem_chk": "ok",
    }


def write_candidates(path, count=12, road=True):
    """A GeoPackage of `count` candidates, the last one a road of high confidence where
    asked for.
    """
    polygons = [blob(i, count) for i in range(count)]
    records = [
        (wkb.dumps(polygon), values(i, polygon)) for i, polygon in enumerate(polygons)
    ]
    if road:
        way = box(X + 10, Y - 12, X + 410, Y - 4)
        records[-1] = (
            wkb.dumps(way),
            {**values(count - 1, way), "conf": 0.99, "conf_cls": "high"},
        )
    write_geopackage(str(path), Grid(1, 1, PLACE, wkt(32647)), records, CANDIDATE)
    return str(path)


def write_slope(path):
    """An elevation model over the sheet that falls by 20 m in 100 m to the south."""
    rows = np.arange(210)[:, None] * 10.0
    return write_raster(
        path,
        np.repeat(2000 - 0.2 * rows, 210, axis=1).astype(np.float32),
        (X - 50, 10, 0, Y + 50, 0, -10),
        epsg=32647,
    )
