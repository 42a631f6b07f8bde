# SPDX-License-Identifier: GPL-2.0-or-later
"""A small stand-in for the tiles of Mars: what is red and high is their landslide."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from samples import write_raster


def make(data: Path, columns: Sequence[int]) -> None:
    """Write a tile in each of these columns of tiles."""
    folder = data / "mars-mmlsv2"
    for part in ("images", "masks"):
        (folder / part).mkdir(parents=True)
    place = (0.0, 232.0, 0.0, 0.0, 0.0, -232.0)
    mask = np.zeros((64, 64), np.uint8)
    mask[10:40, 10:40] = 1
    bands = np.full((5, 64, 64), 20, np.int16)
    bands[0, mask > 0] = 220
    bands[4, mask > 0] = 220
    table = ["file,tile_column"]
    for column in columns:
        name = f"{column}.tif"
        write_raster(folder / "images" / name, bands, place)
        write_raster(folder / "masks" / name, mask, place)
        table.append(f"{name},{column}")
    (folder / "split.csv").write_text("\n".join(table) + "\n")
