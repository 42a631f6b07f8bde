# SPDX-License-Identifier: GPL-2.0-or-later
"""Made-up scenes with old landslides: orthophoto, height model and the true polygons, all
from one seed.

A fixture for tests and a demonstration. Nothing measured on such scenes says how a model
does on real ground.
"""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import dataclass

import numpy as np
from shapely.affinity import affine_transform, rotate, scale
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from ..errors import MrifeError
from ..geo.grid import Grid
from ..geo.rasterize import mask_of
from .cover import make_cover
from .distractors import Distractor, build, place_distractors
from .fields import SceneGrid
from .files import DEM_NODATA, metric_crs, write_scene
from .light import Camera, draw_camera, photograph, recompress, survey
from .outlines import Site, whole
from .slides import DENSITY, Worn, emplace, place_slides
from .terrain import STYLES, make_terrain

# UTM, both halves of the Earth
ZONES = (32610, 32633, 32643, 32647, 32648, 32649, 32723, 32645)
COLLARS = ("none", "nodata", "alpha", "zero")
DTYPES = ("uint8", "uint16")
UINT16_WHITE = 3500  # a sensor of 12 bits, as delivered


@dataclass(frozen=True)
class SceneSettings:
    """What a scene is made from. Sizes in pixels, lengths in metres, ages in years,
    angles in degrees.
    """

    seed: int = 0
    width: int = 1536
    height: int = 1280
    pixel_size: float | tuple[float, float] = 0.8  # one side, or east and south
    dem_factor: int = 2  # a cell of the height model in pixels
    style: str = "mountain"
    slides: int | None = None  # None: as many a square kilometre as DENSITY says
    ages: tuple[float, float] = (40.0, 60_000.0)  # log-uniform between them
    epsg: int | None = None  # None: one of several UTM zones by the seed
    collar: str = "none"
    rotation: float = 12.0  # of the photographed rectangle inside the collar
    dtype: str = "uint8"

    def __post_init__(self) -> None:
        if (
            min(self.width, self.height) < 32
            or min(self.spacing) <= 0
            or self.dem_factor < 1
        ):
            raise MrifeError(
                "A scene needs at least 32 x 32 pixels of a positive size, not {} x {} "
                "of {} m with a height cell of {} pixels.",
                self.width,
                self.height,
                self.pixel_size,
                self.dem_factor,
            )
        if not 0 < self.ages[0] < self.ages[1] or (self.slides or 0) < 0:
            raise MrifeError(
                "Ages must be two positive numbers, the smaller first, and the number "
                "of slides not negative: {}, {}.",
                self.ages,
                self.slides,
            )
        for name, allowed in (
            ("style", tuple(STYLES)),
            ("collar", COLLARS),
            ("dtype", DTYPES),
        ):
            if getattr(self, name) not in allowed:
                raise MrifeError(
                    "{} is '{}', but must be one of {}.",
                    name,
                    getattr(self, name),
                    ", ".join(allowed),
                )
        if self.epsg is not None:
            metric_crs(self.epsg)

    @property
    def spacing(self) -> tuple[float, float]:
        """Pixel size (m) east and south."""
        if isinstance(self.pixel_size, tuple):
            return self.pixel_size
        return (self.pixel_size, self.pixel_size)


@dataclass(frozen=True)
class Scene:
    """Arrays on the pixel grid, heights on their own, polygons in map coordinates.

    image (3, H, W) uint8 or uint16; valid (H, W) bool, False in the collar; mask (H, W)
    bool, True in a landslide; dem (h, w) float32 m; outlines and look_alikes: map
    polygons in the order of slides and distractors.
    """

    settings: SceneSettings
    epsg: int
    geotransform: tuple[float, ...]
    dem_geotransform: tuple[float, ...]
    image: np.ndarray
    valid: np.ndarray
    mask: np.ndarray
    dem: np.ndarray
    slides: list[Worn]
    outlines: list[Polygon]
    distractors: list[Distractor]
    look_alikes: list[Polygon]
    camera: Camera


def make_scene(settings: SceneSettings) -> Scene:
    """Terrain, slides, wear, look-alikes, cover, light and camera; the same settings
    give the same scene.
    """
    grid = SceneGrid(settings.height, settings.width, *settings.spacing)
    # a generator for each stage: more slides do not change the terrain
    ground, places, others, plants, sensor, where = (
        np.random.default_rng((settings.seed, k)) for k in range(6)
    )
    terrain = make_terrain(grid, settings.style, ground)
    footprint = _footprint(grid, settings)
    site = Site.of(terrain, grid, footprint.buffer(-0.01 * math.sqrt(footprint.area)))
    count = _slide_count(settings, footprint)
    obstacles: list[BaseGeometry] = []
    slides = place_slides(site, places, count, settings.style, settings.ages, obstacles)
    distractors = place_distractors(site, others, max(count, 1), obstacles)
    z, worn = emplace(slides, terrain, grid)
    z = build(distractors, z, grid)
    cover = make_cover(z, terrain, grid, settings.style, slides, distractors, plants)
    camera = draw_camera(sensor)
    image = _quantise(photograph(z, cover, grid, camera, sensor), settings.dtype, camera)
    dem, dem_grid = survey(z, cover, grid, settings.dem_factor, camera, sensor)
    epsg, west, north, base = _georeference(settings, where)
    place = (west, grid.dx, 0.0, north, 0.0, -grid.dy)
    valid = _is_photographed(settings, footprint, place)
    outlines = [_to_map(s.outline.polygon(), place) for s in slides]
    return Scene(
        settings,
        epsg,
        place,
        (west, dem_grid.dx, 0.0, north, 0.0, -dem_grid.dy),
        (np.maximum(image, 1) * valid).astype(image.dtype),
        valid,
        mask_of(outlines, _pixels(settings, place)),
        _with_voids(dem + base, valid, settings.dem_factor),
        worn,
        outlines,
        distractors,
        [_to_map(d.outline.polygon(), place) for d in distractors],
        camera,
    )


def _slide_count(settings: SceneSettings, footprint: Polygon) -> int:
    if settings.slides is not None:
        return settings.slides
    return max(1, round(DENSITY * footprint.area / 1e6))


def _pixels(settings: SceneSettings, geotransform: tuple[float, ...]) -> Grid:
    return Grid(settings.width, settings.height, geotransform, "")


def _is_photographed(
    settings: SceneSettings, footprint: Polygon, geotransform: tuple[float, ...]
) -> np.ndarray:
    """(H, W) bool: outside the collar."""
    if settings.collar == "none":
        return np.ones((settings.height, settings.width), bool)
    return mask_of([_to_map(footprint, geotransform)], _pixels(settings, geotransform))


def _with_voids(dem: np.ndarray, valid: np.ndarray, factor: int) -> np.ndarray:
    """Heights float32 whose cells, `factor` pixels a side, are void in the collar."""
    return np.where(valid[::factor, ::factor], dem, DEM_NODATA).astype(np.float32)


def _footprint(grid: SceneGrid, settings: SceneSettings) -> Polygon:
    """The photographed ground: everything, or the largest turned rectangle of the same
    proportions.
    """
    full = whole(grid)
    if settings.collar == "none":
        return full
    wide = grid.width_m
    high = grid.height_m
    c = abs(math.cos(math.radians(settings.rotation)))
    s = abs(math.sin(math.radians(settings.rotation)))
    share = min(wide / (wide * c + high * s), high / (wide * s + high * c), 0.97)
    return rotate(scale(full, share, share), settings.rotation)


def _quantise(image: np.ndarray, dtype: str, camera: Camera) -> np.ndarray:
    if dtype == "uint16":
        return (image**1.4 * UINT16_WHITE).astype(np.uint16)
    return recompress((image * 255).astype(np.uint8), camera.quality)


def _georeference(
    settings: SceneSettings, rng: np.random.Generator
) -> tuple[int, float, float, float]:
    """(EPSG, west, north, height of the base level): whole metres, well inside a zone."""
    zone = int(rng.choice(ZONES))
    if settings.epsg is None:
        epsg = zone
    else:
        epsg = settings.epsg
    if 32700 < epsg < 32800:
        north = (7_200_000, 7_700_000)
    else:
        north = (3_000_000, 4_400_000)
    return (
        epsg,
        float(rng.integers(350_000, 650_000)),
        float(rng.integers(*north)),
        float(rng.integers(400, 2200)),
    )


def _to_map(polygon: Polygon, geotransform: tuple[float, ...]) -> Polygon:
    """Grid metres (y grows south) to map coordinates."""
    return affine_transform(polygon, (1, 0, 0, -1, geotransform[0], geotransform[3]))


def main(argv: list[str] | None = None) -> int:
    """`python -m models.scenes.scene FOLDER --seed 7`: make one scene, print its files
    as one JSON line.
    """
    options = vars(_parser().parse_args(argv))
    folder = options.pop("folder")
    size = options.pop("pixel_size")
    ages = tuple(options.pop("ages"))
    settings = SceneSettings(**options, ages=ages, pixel_size=(size[0], size[-1]))
    paths = write_scene(make_scene(settings), folder)
    print(json.dumps({name: str(path) for name, path in paths.items()}))
    return 0


def _parser() -> argparse.ArgumentParser:
    default = SceneSettings()
    parser = argparse.ArgumentParser(
        prog="python -m models.scenes.scene", description=__doc__
    )
    add = parser.add_argument
    add("folder")
    for name in ("seed", "width", "height", "dem_factor"):
        option = "--" + name.replace("_", "-")
        add(option, type=int, default=getattr(default, name))
    sides = "m: one side, or east and south"
    add("--pixel-size", type=float, nargs="+", default=[default.pixel_size], help=sides)
    add("--style", choices=tuple(STYLES), default=default.style)
    density = "how many; by default as many a square kilometre as is usual"
    add("--slides", type=int, help=density)
    years = "years: youngest, oldest"
    add("--ages", type=float, nargs=2, default=default.ages, help=years)
    zone = "projected CRS in metres; by default a UTM zone drawn by the seed"
    add("--epsg", type=int, help=zone)
    add("--collar", choices=COLLARS, default=default.collar)
    degrees = "degrees, inside the collar"
    add("--rotation", type=float, default=default.rotation, help=degrees)
    add("--dtype", choices=DTYPES, default=default.dtype)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
