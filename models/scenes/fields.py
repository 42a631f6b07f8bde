# SPDX-License-Identifier: GPL-2.0-or-later
"""Fields on a metric grid: noise with a chosen spectrum, exact diffusion, smooth
resampling, cellular patterns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class SceneGrid:
    """Cells of dx by dy metres; x grows east, y south; the outer corner of the first
    cell lies at (x0, y0).
    """

    height: int
    width: int
    dx: float
    dy: float
    x0: float = 0.0
    y0: float = 0.0

    @property
    def shape(self) -> tuple[int, int]:
        return self.height, self.width

    @property
    def width_m(self) -> float:
        """From west to east."""
        return self.width * self.dx

    @property
    def height_m(self) -> float:
        """From north to south."""
        return self.height * self.dy

    @property
    def x(self) -> np.ndarray:
        return (self.x0 + (np.arange(self.width) + 0.5) * self.dx).astype(np.float32)

    @property
    def y(self) -> np.ndarray:
        return (self.y0 + (np.arange(self.height) + 0.5) * self.dy).astype(np.float32)[
            :, None
        ]

    def cut(self, rows: slice, cols: slice) -> SceneGrid:
        """The part of the grid that `array[rows, cols]` covers."""
        return SceneGrid(
            rows.stop - rows.start,
            cols.stop - cols.start,
            self.dx,
            self.dy,
            self.x0 + cols.start * self.dx,
            self.y0 + rows.start * self.dy,
        )

    def window(
        self, bounds: tuple[float, float, float, float], margin: float
    ) -> tuple[slice, slice]:
        """Rows and columns that cover bounds (x, y, x, y in metres) and a margin
        around them.
        """
        left, top, right, bottom = bounds
        first_col = int(np.clip((left - margin - self.x0) // self.dx, 0, self.width - 1))
        last_col = int(
            np.clip((right + margin - self.x0) // self.dx + 1, first_col + 1, self.width)
        )
        first_row = int(np.clip((top - margin - self.y0) // self.dy, 0, self.height - 1))
        last_row = int(
            np.clip(
                (bottom + margin - self.y0) // self.dy + 1, first_row + 1, self.height
            )
        )
        return slice(first_row, last_row), slice(first_col, last_col)

    def sample(self, array: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Values of the cells in which the points lie; points outside take the nearest
        edge cell.
        """
        col = np.clip((np.asarray(x) - self.x0) // self.dx, 0, self.width - 1).astype(int)
        row = np.clip((np.asarray(y) - self.y0) // self.dy, 0, self.height - 1).astype(
            int
        )
        return array[row, col]


def gradient(z: np.ndarray, grid: SceneGrid) -> tuple[np.ndarray, np.ndarray]:
    """(dz/dx, dz/dy), central differences, m per m."""
    dzdy, dzdx = np.gradient(z, grid.dy, grid.dx)
    return dzdx, dzdy


def _frequencies(shape: tuple[int, int], grid: SceneGrid) -> np.ndarray:
    """Cycles per metre of every term of rfft2."""
    return np.hypot(
        np.fft.fftfreq(shape[0], grid.dy)[:, None],
        np.fft.rfftfreq(shape[1], grid.dx)[None, :],
    )


def noise(
    grid: SceneGrid,
    rng: np.random.Generator,
    beta: float,
    longest: float,
    shortest: float = 0.0,
) -> np.ndarray:
    """Noise (H, W), mean 0, deviation 1, its power falling as frequency to the -beta
    between two wavelengths (m).
    """
    spectrum = np.fft.rfft2(rng.standard_normal(grid.shape, dtype=np.float32))
    frequency = _frequencies(grid.shape, grid)
    low = 1.0 / longest
    gain = np.maximum(frequency, low) ** (-beta / 2) * (
        1 - np.exp(-((frequency / low) ** 4))
    )
    if shortest:
        gain *= np.exp(-((frequency * shortest) ** 2))
    field = np.fft.irfft2(spectrum * gain, grid.shape)
    return ((field - field.mean()) / max(float(field.std()), 1e-12)).astype(np.float32)


def diffuse(z: np.ndarray, grid: SceneGrid, kt: float) -> np.ndarray:
    """Exact linear diffusion of z (H, W) by kt (diffusivity times time, m2), mirrored
    at the border.
    """
    if kt <= 0:
        return z
    reach = 3.5 * np.sqrt(2 * kt)
    pad = [
        (min(int(reach / d) + 1, n - 1),) * 2 for n, d in zip(z.shape, (grid.dy, grid.dx))
    ]
    wide = np.pad(z, pad, mode="reflect")
    gain = np.exp(-kt * (2 * np.pi * _frequencies(wide.shape, grid)) ** 2)
    wide = np.fft.irfft2(np.fft.rfft2(wide) * gain, wide.shape)
    return wide[
        pad[0][0] : pad[0][0] + z.shape[0], pad[1][0] : pad[1][0] + z.shape[1]
    ].astype(np.float32)


def _spline(position: np.ndarray, count: int) -> np.ndarray:
    """Cubic B-spline weights (len(position), count); twice differentiable, so a
    hillshade shows no cell edges.
    """
    weights = np.zeros((len(position), count))
    base = np.floor(position).astype(int)
    t = position - base
    parts = (
        (1 - t) ** 3,
        3 * t**3 - 6 * t**2 + 4,
        -3 * t**3 + 3 * t**2 + 3 * t + 1,
        t**3,
    )
    for offset, part in zip((-1, 0, 1, 2), parts):
        np.add.at(
            weights,
            (np.arange(len(position)), np.clip(base + offset, 0, count - 1)),
            part / 6,
        )
    return weights.astype(np.float32)


def resample(z: np.ndarray, source: SceneGrid, target: SceneGrid) -> np.ndarray:
    """A coarse field on a finer grid, by cubic B-splines (slightly smoothing)."""
    rows = _spline((target.y[:, 0] - source.y0) / source.dy - 0.5, source.height)
    cols = _spline((target.x - source.x0) / source.dx - 0.5, source.width)
    return rows @ z.astype(np.float32) @ cols.T


@dataclass(frozen=True)
class Cells:
    """A cellular pattern: metres to the nearest seed and to the border with the next
    cell, and a number in 0-1.
    """

    distance: np.ndarray
    border: np.ndarray
    value: np.ndarray


def cells(
    grid: SceneGrid, rng: np.random.Generator, size: float, warp: float = 0.0
) -> Cells:
    """Cellular pattern of about size metres: tree crowns, shrubs, parcels; warp (m)
    bends the borders.
    """
    x = grid.x[None, :] - grid.x0
    y = grid.y - grid.y0
    if warp:
        x = x + warp * noise(grid, rng, 2.5, 6 * size, size)
        y = y + warp * noise(grid, rng, 2.5, 6 * size, size)
    x = np.broadcast_to(x / size, grid.shape)
    y = np.broadcast_to(y / size, grid.shape)
    reach = 3 + int(warp * 5 / size)
    rows, cols = (
        int(n * d / size) + 2 * reach + 2 for n, d in zip(grid.shape, (grid.dy, grid.dx))
    )
    jitter = rng.random((3, rows, cols), dtype=np.float32)
    row = np.clip(np.floor(y).astype(np.int32) + reach, 1, rows - 2)
    col = np.clip(np.floor(x).astype(np.int32) + reach, 1, cols - 2)
    first = np.full(grid.shape, 1e9, np.float32)
    second = first.copy()
    value = np.zeros(grid.shape, np.float32)
    for dr in (-1, 0, 1):
        for dc in (-1, 0, 1):
            flat = (row + dr) * cols + col + dc
            d2 = (
                (col + dc - reach + jitter[0].take(flat) - x) ** 2
                + (row + dr - reach + jitter[1].take(flat) - y) ** 2
            ).astype(np.float32)
            np.copyto(second, np.minimum(second, np.maximum(first, d2)))
            nearer = d2 < first
            value[nearer] = jitter[2].take(flat[nearer])
            np.minimum(first, d2, out=first)
    near = np.sqrt(first)
    far = np.sqrt(second)
    return Cells(near * size, (far - near) * size / 2, value)
