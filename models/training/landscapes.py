# SPDX-License-Identifier: GPL-2.0-or-later
"""Stretches of mapped ground on the map: the Jinsha gorge, with a surface model, and the
Moldavian Plateau, which has elevation alone.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from osgeo import gdal
from shapely import wkb
from torch import Tensor

from ..errors import MrifeError
from ..geo.dem import ElevationModel
from ..geo.elevation_reader import ElevationReader
from ..geo.feature_file import all_features
from ..geo.files import grid_of
from ..geo.grid import Grid
from ..geo.rasterize import mask_of
from ..inference.fill import filled
from .blocks import parts
from .chips import Chip
from .eval_tile import EvalTile
from .images import averaged, opened, overlapping_chips, planes, read
from .settings import Settings

UNKNOWN = 255  # label of the gorge's pixels that nobody looked at: its missing ground

MOLDAVIA = 20.0  # m per pixel of the elevation model of the plateau
# rows of the elevation model, from north to south, that the parts hold, 400 m and more
# between them. Of the 49 outlines 21 reach into train, 6 into val and 21 into test; the
# largest (84 ha) lies in train and val, two lie between the parts, and test begins inside
# one of 50 ha.
MOLDAVIA_ROWS = {"train": (0, 264), "val": (284, 330), "test": (350, 500)}
# of train and val, 9, 6 and 7 outlines
MOLDAVIA_BLOCKS = ((0, 180), (200, 254), (274, 330))


# --- Jinsha ---------------------------------------------------------------------------


def jinsha_chips(settings: Settings, split: str) -> list[Chip]:
    """Overlapping chips of stretch A, river and collar among those without landslide;
    missing ground continues what is beside it, as in the inference. No split but train
    has any.
    """
    if split != "train":
        return []
    return list(overlapping_chips("A", *gorge_stretch(settings, "A")))


def gorge_stretch(settings: Settings, region: str) -> tuple[Tensor, Tensor]:
    """Bands, elevation where the network takes it, and mask (planes + 1, H, W) of a
    stretch in model pixels, and where anybody looked (H, W) bool.

    Heights are those of the surface model as the plugin reads it; where it has none, as
    at the river, they stay missing.
    """
    folder = Path(settings.data) / "jinsha"
    place = folder / f"region_{region}_rgb.tif"
    shrink = settings.pixel_size / pixel_metres(place)
    image = read(place, shrink)[:3]
    label = read(folder / f"region_{region}_labels.tif", 1)[0]
    size = image.shape[1:]
    valid = averaged(label != UNKNOWN, size) > 0.5
    slide = averaged((label == 1) | (label == 2), size) > 0.5
    elevation = None
    if settings.dem != "off":
        grid = grid_of(opened(place)).resized(size[1], size[0])
        elevation = heights_on(folder / f"region_{region}_dsm.tif", grid)
    seen = planes(settings, image, elevation).numpy()
    mask = torch.from_numpy(slide[None].astype(np.uint8) * 255)
    ground = torch.from_numpy(filled(seen, valid))
    return torch.cat([ground, mask.to(ground.dtype)]), torch.from_numpy(valid)


def heights_on(path: Path, grid: Grid) -> np.ndarray:
    """(H, W) float32 metres of an elevation model on a grid, as the plugin reads them."""
    opened(path)  # says in words where it is missing
    reader = ElevationReader(ElevationModel(str(path)), grid)
    return reader.read(0, grid.height, 0, grid.width)[0]


def pixel_metres(path: Path) -> float:
    """Mean side of the pixels of a raster in a projected system."""
    _, across, _, _, _, down = opened(path).GetGeoTransform()
    return (abs(across) * abs(down)) ** 0.5


# --- Moldavia -------------------------------------------------------------------------


def moldavia_chips(settings: Settings, split: str) -> list[Chip]:
    """Overlapping chips of a part of the plateau, of elevation alone."""
    chips = []
    for pixels in plateau(settings, split):
        valid = torch.ones(pixels.shape[1:], dtype=torch.bool)
        chips += overlapping_chips("moldavia", pixels, valid)
    return chips


def moldavia_windows(settings: Settings, split: str) -> list[EvalTile]:
    """Each stretch of a part of the plateau as one window."""
    return [
        EvalTile("moldavia", True, pixels[:-1], pixels[-1].numpy() > 0)
        for pixels in plateau(settings, split)
    ]


def plateau(settings: Settings, split: str) -> list[Tensor]:
    """Missing image, elevation and mask (planes + 1, rows, 240) of each stretch of a part
    of the plateau, in its own pixels.
    """
    path = Path(settings.data) / "moldavia" / "west_dem_20m.tif"
    grid = grid_of(opened(path))
    elevation = heights_on(path, grid)
    mask = plateau_mask(settings.data, grid).astype(np.uint8) * 255
    stretches = []
    for rows in parts(settings, split, MOLDAVIA_ROWS, MOLDAVIA_BLOCKS):
        part = slice(*rows)
        stretches.append(
            planes(settings, None, elevation[part], mask[None, part], MOLDAVIA)
        )
    return stretches


def plateau_mask(data: str, grid: Grid) -> np.ndarray:
    """(H, W) bool: the outlines of the plateau on a grid in its system."""
    path = Path(data) / "moldavia" / "west_landslides.gpkg"
    source = None
    if path.exists():
        source = gdal.OpenEx(str(path), gdal.OF_VECTOR)
    if source is None:
        raise MrifeError(
            "The outlines {} are missing or cannot be read; the data folder must hold "
            "them.",
            path,
        )
    outlines = [
        wkb.loads(bytes(feature.GetGeometryRef().ExportToWkb()))
        for feature in all_features(source.GetLayer(0), str(path))
    ]
    return mask_of(outlines, grid)
