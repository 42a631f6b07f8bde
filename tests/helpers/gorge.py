# SPDX-License-Identifier: GPL-2.0-or-later
"""A small stand-in for a stretch of the Jinsha gorge: bright squares on dark ground."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from samples import write_raster

PLACE = (500000.0, 0.5, 0.0, 3000000.0, 0.0, -0.5)


def make(
    folder: Path,
    region: str,
    bright: list[tuple[int, int]],
    label: np.ndarray,
    slides: list[tuple[int, int, int, int]] | None = None,
) -> None:
    """Write image, labels and outlines of a region: `bright` are first row and column of
    squares of 80 pixels, `label` (H, W) uint8, `slides` (class, row, column, side).
    """
    image = np.full((3, *label.shape), 20, np.uint8)
    for row, col in bright:
        image[:, row : row + 80, col : col + 80] = 200
    features = [
        {
            "properties": {"source_class": kind},
            "geometry": {"type": "Polygon", "coordinates": [ring(row, col, side)]},
        }
        for kind, row, col, side in slides or []
    ]
    jinsha = folder / "jinsha"
    jinsha.mkdir(exist_ok=True)
    write_raster(jinsha / f"region_{region}_rgb.tif", image, PLACE)
    write_raster(jinsha / f"region_{region}_labels.tif", label, PLACE)
    outlines = jinsha / f"region_{region}_landslides.geojson"
    outlines.write_text(json.dumps({"features": features}))


def ring(row: int, col: int, side: int) -> list[list[float]]:
    """A closed square in map coordinates."""
    x = PLACE[0] + 0.5 * col
    y = PLACE[3] - 0.5 * row
    n = 0.5 * side
    return [[x, y], [x + n, y], [x + n, y - n], [x, y - n], [x, y]]
