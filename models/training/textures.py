# SPDX-License-Identifier: GPL-2.0-or-later
"""Textures of real ground without landslides: Bijie's training images, rid of their own
light and shade, and sheets of any size that are quilted of pieces of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import MrifeError
from ..scenes.fields import SceneGrid, diffuse
from .bijie import NATIVE, path_of, split_rows
from .images import read
from .settings import Settings

PIXEL = 1.6  # m
LEAST = 96  # pixels, shorter side of an image that is used
# of the 99th percentile of brightness by the median: roofs and roads are brighter
MOST_GLARE = 1.7
FLAT = 10.0  # pixels, half width of what counts as an image's own light and shade
ALIKE = 10  # images that make up one land use
ONE_DAY = 0.25  # share of the images that are shown beside each other
PATCH = 64  # pixels, side of a piece
OVERLAP = 20  # of it, with the one before
TRIED = 40  # pieces, of which the one that fits best is taken


@dataclass(frozen=True)
class Texture:
    """An image (3, H, W) float32, evenly bright, of 0-255, and what others are compared
    with: mean of each band and spread of the brightness (4,).
    """

    pixels: np.ndarray
    look: np.ndarray


def textures(settings: Settings) -> list[Texture]:
    """Those of the training images of the main sensor without landslides that are large
    enough and show no village. Raises MrifeError where there are none.
    """
    found = []
    for row in texture_rows(settings):
        image = read(path_of(settings, "images", row), PIXEL / NATIVE)[:3]
        if min(image.shape[1:]) >= LEAST and _glare(image) < MOST_GLARE:
            found.append(flattened(image))
    if not found:
        raise MrifeError(
            "There is no texture in {}; textures are taken from training images of the "
            "main sensor without landslides and roofs, of {} pixels a side and more.",
            f"{settings.data}/bijie",
            round(LEAST * PIXEL / NATIVE),
        )
    return found


def texture_rows(settings: Settings) -> list[dict[str, str]]:
    """Rows of `split.csv`: of what the run trains on, and of no fold's validation."""
    return [
        row
        for row in split_rows(settings, "train")
        if row["split"] == "train"
        and row["sensor_group"] == "main"
        and row["kind"] != "landslide"
    ]


def _glare(image: np.ndarray) -> float:
    brightness = image.mean(0)
    return float(np.percentile(brightness, 99) / max(np.median(brightness), 1.0))


def flattened(image: np.ndarray) -> Texture:
    """A texture of an image (3, H, W) uint8."""
    bands = image.astype(np.float32)
    light = _light(bands.mean(0))
    bands *= np.clip(light.mean() / light, 0.5, 2.0)
    spread = bands.mean(0).std()
    return Texture(bands, np.array([*bands.mean((1, 2)), spread]))


def _light(brightness: np.ndarray) -> np.ndarray:
    grid = SceneGrid(*brightness.shape, 1.0, 1.0)
    return np.maximum(diffuse(brightness, grid, FLAT**2 / 2), 1.0)


def of_one_day(found: list[Texture], rng: np.random.Generator) -> list[Texture]:
    """The textures whose haze is most like that of any of them: blue by green."""
    haze = np.array([texture.look[2] / texture.look[1] for texture in found])
    apart = np.abs(haze - haze[int(rng.integers(len(found)))])
    nearest = np.argsort(apart, kind="stable")[: max(1, round(ONE_DAY * len(found)))]
    return [found[i] for i in nearest]


def land_use(found: list[Texture], rng: np.random.Generator) -> list[np.ndarray]:
    """Any texture and those that look most like it, brought to its colour."""
    first = found[int(rng.integers(len(found)))]
    apart = [float(np.abs(texture.look - first.look).sum()) for texture in found]
    nearest = [found[i] for i in np.argsort(apart, kind="stable")[:ALIKE]]
    return [
        texture.pixels * (first.look[:3] / texture.look[:3])[:, None, None]
        for texture in nearest
    ]


# --- Quilting (Efros and Freeman 2001) ------------------------------------------------


def quilt(
    images: list[np.ndarray], needed: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """(3, H, W) float32 of pieces of the images (3, h, w), each with PATCH pixels a side
    at least, cut where neighbours differ least. `needed` (H, W) bool: the rest may
    stay 0.
    """
    step = PATCH - OVERLAP
    rows, cols = (-(-max(n - OVERLAP, 1) // step) for n in needed.shape)
    sheet = np.zeros((3, rows * step + OVERLAP, cols * step + OVERLAP), np.float32)
    laid = np.zeros((rows + 1, cols + 1), bool)  # one row and column before the first
    pieces = Pieces(images, rng)
    for row in range(rows):
        for col in range(cols):
            y = row * step
            x = col * step
            if needed[y : y + PATCH, x : x + PATCH].any():
                place = sheet[:, y : y + PATCH, x : x + PATCH]
                _lay(place, pieces, bool(laid[row, col + 1]), bool(laid[row + 1, col]))
                laid[row + 1, col + 1] = True
    return sheet[:, : needed.shape[0], : needed.shape[1]]


class Pieces:
    """Pieces of some images, those that were seldom taken before the others."""

    def __init__(self, images: list[np.ndarray], rng: np.random.Generator) -> None:
        self._images = images
        self._rng = rng
        # of each pixel, how often it was taken
        self._taken = [np.zeros(image.shape[1:], np.float32) for image in images]

    def best(self, place: np.ndarray, shared: np.ndarray) -> np.ndarray:
        """The piece (3, PATCH, PATCH) that differs least from a place of the sheet where
        `shared` (PATCH, PATCH) bool says that something lies.
        """
        least = np.inf
        for _ in range(TRIED):
            number = int(self._rng.integers(len(self._images)))
            image = self._images[number]
            y, x = (int(self._rng.integers(n - PATCH + 1)) for n in image.shape[1:])
            box = np.s_[..., y : y + PATCH, x : x + PATCH]
            apart = float(((image[box] - place)[:, shared] ** 2).sum()) + 1.0
            apart *= (1 + float(self._taken[number][box].mean())) ** 2
            if apart < least:
                least = apart
                chosen = number, box
        number, box = chosen
        self._taken[number][box] += 1
        return self._images[number][box]


def _lay(place: np.ndarray, pieces: Pieces, above: bool, left: bool) -> None:
    """Put a piece into a place (3, PATCH, PATCH) of the sheet, of which the overlaps
    above and left may hold pieces already.
    """
    shared = np.zeros((PATCH, PATCH), bool)
    shared[:OVERLAP] = above
    shared[:, :OVERLAP] |= left
    piece = pieces.best(place, shared)
    apart = ((piece - place) ** 2).sum(0)
    new = np.ones((PATCH, PATCH), np.float32)
    if above:
        new[:OVERLAP] *= _beyond(apart[:OVERLAP].T).T
    if left:
        new[:, :OVERLAP] *= _beyond(apart[:, :OVERLAP])
    place += new * (piece - place)


def _beyond(apart: np.ndarray) -> np.ndarray:
    """0 before and 1 after the path down `apart` (n, m) with the least sum, soft over
    three pixels.
    """
    cost = apart.copy()
    for i in range(1, len(cost)):
        wide = np.pad(cost[i - 1], 1, constant_values=np.inf)
        cost[i] += np.minimum(np.minimum(wide[:-2], wide[1:-1]), wide[2:])
    path = np.empty(len(cost), int)
    path[-1] = cost[-1].argmin()
    for i in range(len(cost) - 2, -1, -1):
        first = max(path[i + 1] - 1, 0)
        path[i] = first + cost[i, first : path[i + 1] + 2].argmin()
    across = np.arange(cost.shape[1])
    return np.clip((across[None] - path[:, None]) / 3 + 0.5, 0, 1).astype(np.float32)
