# SPDX-License-Identifier: GPL-2.0-or-later
"""Sun, sky and camera: shaded reflectance as an aerial photograph, and heights as a
survey would deliver them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from osgeo import gdal

from .cover import Cover
from .fields import SceneGrid, diffuse, gradient, noise

SUN = (1.0, 0.94, 0.84)
SKY = (0.125, 0.150, 0.195)


@dataclass(frozen=True)
class Camera:
    """Sun (degrees), haze (0-1), blur (pixels), band gains, noise (0-1), JPEG quality
    and errors of the heights (m).
    """

    sun_azimuth: float
    sun_elevation: float
    haze: float
    blur: float
    gains: tuple[float, float, float]
    grain: float
    quality: int
    dem_error: float
    dem_shift: tuple[float, float]  # m east, south


def draw_camera(rng: np.random.Generator) -> Camera:
    """A camera and a sun of a morning or an afternoon on the northern half of the Earth."""
    return Camera(
        float(rng.uniform(105, 255)),
        float(rng.uniform(30, 58)),
        float(rng.uniform(0.02, 0.12)),
        float(rng.uniform(0.5, 0.9)),
        tuple(rng.uniform(0.92, 1.08, 3).tolist()),
        float(rng.uniform(0.004, 0.012)),
        int(rng.integers(80, 96)),
        float(rng.uniform(0.05, 0.3)),
        tuple(rng.uniform(-1, 1, 2).tolist()),
    )


def direct(z: np.ndarray, grid: SceneGrid, camera: Camera) -> np.ndarray:
    """Cosine between the surface's normal and the sun (Lambert), 0 where turned away."""
    azimuth, elevation = np.radians((camera.sun_azimuth, camera.sun_elevation))
    dzdx, dzdy = gradient(z, grid)
    towards = -np.sin(azimuth) * dzdx + np.cos(azimuth) * dzdy  # y grows south
    cosine = (towards * np.cos(elevation) + np.sin(elevation)) / np.sqrt(
        1 + dzdx**2 + dzdy**2
    )
    return np.clip(cosine, 0, None)


def shadow(z: np.ndarray, grid: SceneGrid, camera: Camera, reach: float) -> np.ndarray:
    """1 where the sun is hidden behind ground at most `reach` metres away, with a soft
    edge.
    """
    azimuth = np.radians(camera.sun_azimuth)
    slope = np.tan(np.radians(camera.sun_elevation))
    above = np.full(z.shape, -np.inf, np.float32)
    step = max(grid.dx, grid.dy)
    distance = step
    while distance < reach:
        right = round(np.sin(azimuth) * distance / grid.dx)
        down = round(-np.cos(azimuth) * distance / grid.dy)
        rows = _overlap(z.shape[0], down)
        cols = _overlap(z.shape[1], right)
        np.maximum(
            above[rows[0], cols[0]],
            z[rows[1], cols[1]] - slope * distance,
            out=above[rows[0], cols[0]],
        )
        distance = max(distance + step, distance * 1.04)
    return np.clip((above - z) / (0.5 * slope * step) + 0.5, 0, 1)


def _overlap(size: int, shift: int) -> tuple[slice, slice]:
    """Where an array and itself shifted by cells overlap: (here, there)."""
    shift = int(np.clip(shift, -size, size))
    return slice(max(-shift, 0), size - max(shift, 0)), slice(
        max(shift, 0), size - max(-shift, 0)
    )


def sky(z: np.ndarray, grid: SceneGrid) -> np.ndarray:
    """About the share of the sky that is seen: less on slopes, in gullies and at the
    foot of cliffs.
    """
    open_ = np.ones(z.shape, np.float32)
    for kt, weight in ((30.0, 0.05), (600.0, 0.010)):
        open_ += weight * np.clip(z - diffuse(z, grid, kt), -6, 3)
    dzdx, dzdy = gradient(z, grid)
    return np.clip(open_ * (0.5 + 0.5 / np.sqrt(1 + dzdx**2 + dzdy**2)), 0.25, 1.2)


def photograph(
    z: np.ndarray, cover: Cover, grid: SceneGrid, camera: Camera, rng: np.random.Generator
) -> np.ndarray:
    """The scene (3, H, W) as the camera sees it, 0-1 with the usual gamma."""
    surface = z + 0.55 * cover.canopy
    lit = direct(surface, grid, camera) * cover.light
    lit *= 1 - 0.9 * np.maximum(
        shadow(z, grid, camera, 400.0), shadow(z + cover.canopy, grid, camera, 14.0)
    )
    ambient = sky(z, grid) * (
        0.75 + 0.25 * np.clip(cover.canopy / 3.0 + (cover.canopy == 0), 0, 1)
    )
    pixels = SceneGrid(grid.height, grid.width, 1.0, 1.0)
    image = np.empty((3, *grid.shape), np.float32)
    for band in range(3):
        radiance = cover.reflectance[band] * (SUN[band] * lit + SKY[band] * ambient)
        image[band] = diffuse(radiance, pixels, camera.blur**2 / 2)
    image = (
        image * (1 - camera.haze)
        + camera.haze * np.array((0.10, 0.12, 0.15), np.float32)[:, None, None]
    )
    image *= 0.5 / np.percentile(image[:, ::7, ::7], 97)
    image *= np.array(camera.gains, np.float32)[:, None, None]
    image = np.clip(image, 0, 1) ** (1 / 2.0)
    return np.clip(
        image + camera.grain * rng.standard_normal(image.shape, dtype=np.float32), 0, 1
    )


def recompress(image: np.ndarray, quality: int) -> np.ndarray:
    """An 8-bit image (3, H, W) after JPEG at this quality, as most orthophotos have been."""
    memory = gdal.GetDriverByName("MEM").Create(
        "", image.shape[2], image.shape[1], 3, gdal.GDT_Byte
    )
    memory.WriteArray(image)
    path = f"/vsimem/scene-{id(image)}.jpg"
    gdal.GetDriverByName("JPEG").CreateCopy(path, memory, options=[f"QUALITY={quality}"])
    try:
        return gdal.Open(path).ReadAsArray()
    finally:
        gdal.Unlink(path)


def survey(
    z: np.ndarray,
    cover: Cover,
    grid: SceneGrid,
    factor: int,
    camera: Camera,
    rng: np.random.Generator,
) -> tuple[np.ndarray, SceneGrid]:
    """Heights (h, w) on cells `factor` times wider: means, with correlated noise,
    canopy left in and a small shift.
    """
    right = round(camera.dem_shift[0] / grid.dx)
    down = round(camera.dem_shift[1] / grid.dy)
    heights = np.roll(z + 0.15 * diffuse(cover.canopy, grid, 20.0), (down, right), (0, 1))
    if down > 0:  # what rolled in from the other side is the border repeated
        heights[:down] = heights[down]
    elif down < 0:
        heights[down:] = heights[down - 1]
    if right > 0:
        heights[:, :right] = heights[:, [right]]
    elif right < 0:
        heights[:, right:] = heights[:, [right - 1]]
    rows = -(-grid.height // factor)
    cols = -(-grid.width // factor)
    wide = np.pad(
        heights,
        ((0, rows * factor - grid.height), (0, cols * factor - grid.width)),
        mode="edge",
    )
    coarse = wide.reshape(rows, factor, cols, factor).mean((1, 3))
    dem = SceneGrid(rows, cols, grid.dx * factor, grid.dy * factor)
    error = camera.dem_error * (
        noise(dem, rng, 2.8, 60.0) + 0.08 * rng.standard_normal(dem.shape)
    )
    return (coarse + error).astype(np.float32), dem
