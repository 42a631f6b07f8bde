# SPDX-License-Identifier: GPL-2.0-or-later
"""What looks like a landslide and is none: fans, hollows, quarries, bare fields,
benches, road cuts, cloud shadow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from shapely.geometry.base import BaseGeometry

from .fields import SceneGrid, diffuse, noise
from .outlines import Site, SlideOutline, draw_area, settle

KINDS = (
    "fan",
    "hollow",
    "quarry",
    "bare_field",
    "benches",
    "road_cut",
    "cloud_shadow",
    "gully_head",
)
BARE = {
    "quarry": 1.0,
    "bare_field": 0.9,
    "fan": 0.45,
    "road_cut": 1.0,
    "gully_head": 0.35,
}
LARGEST = 0.03  # share of the scene


@dataclass(frozen=True)
class Distractor:
    """A look-alike: its kind, its outline and the seed of its texture."""

    kind: str
    outline: SlideOutline
    seed: int


def place_distractors(
    site: Site, rng: np.random.Generator, count: int, obstacles: list[BaseGeometry]
) -> list[Distractor]:
    """Up to `count` look-alikes in the slope window of the slides, the kinds in turn."""
    kinds = rng.permutation(KINDS)
    placed = []
    for index in range(count):
        kind = str(kinds[index % len(kinds)])
        outline = _settle(site, rng, kind, obstacles)
        if outline:
            placed.append(Distractor(kind, outline, int(rng.integers(2**31))))
    return placed


def _settle(
    site: Site, rng: np.random.Generator, kind: str, obstacles: list[BaseGeometry]
) -> SlideOutline | None:
    area = draw_area(rng, LARGEST * site.footprint.area)
    if kind == "road_cut":
        length = float(np.clip(2.5 * np.sqrt(area), 60, 350))
        return settle(
            site,
            rng,
            obstacles,
            11.0 * length,
            turn=np.pi / 2,
            elongation=length / 11.0,
            taper=0.0,
        )
    if kind == "fan":
        return settle(
            site, rng, obstacles, area, elongation=rng.uniform(1.1, 1.6), taper=1.6
        )
    if kind == "gully_head":
        return settle(
            site, rng, obstacles, 0.6 * area, elongation=rng.uniform(2.2, 3.4), taper=-0.9
        )
    return settle(site, rng, obstacles, area)


def reshape(distractor: Distractor, z: np.ndarray, grid: SceneGrid) -> np.ndarray:
    """Change of height (m) that the look-alike makes on ground z (H, W) of this grid."""
    rng = np.random.default_rng(distractor.seed)
    outline = distractor.outline
    u, r = outline.local(grid.x[None, :], grid.y)
    inside = (u > 0) & (u < 1) & (r < 1)
    bulge = np.where(
        inside, np.clip(1 - r**2, 0, 1) * np.clip(4 * u * (1 - u), 0, 1), 0.0
    )
    size = outline.length
    if distractor.kind == "fan":
        change = (
            0.05
            * size
            * np.where(
                inside,
                (1 - r**2) * np.clip(u / 0.15, 0, 1) * np.clip((1 - u) / 0.5, 0, 1),
                0,
            )
        )
        return diffuse(change.astype(np.float32), grid, 4.0)
    if distractor.kind == "hollow":
        return diffuse(
            (-0.07 * size * bulge).astype(np.float32), grid, (0.04 * size) ** 2
        )
    if distractor.kind == "gully_head":
        notch = (
            -0.10
            * size
            * np.where(
                inside, np.clip(1 - r, 0, 1) * np.clip(u / 0.1, 0, 1) * (1 - u), 0.0
            )
        )
        return diffuse(notch.astype(np.float32), grid, 1.5)
    if distractor.kind == "quarry":
        face = np.where(
            inside, np.clip(u / 0.5, 0, 1) * (1 - u) * np.clip((1 - r) / 0.35, 0, 1), 0.0
        )
        face = np.clip(face + 0.02 * noise(grid, rng, 3.0, 0.4 * size) * (face > 0), 0, 1)
        return diffuse(
            -0.22 * size * (np.floor(14 * face) / 14).astype(np.float32), grid, 0.5
        )
    if distractor.kind == "benches":
        step = float(rng.uniform(2.5, 4.5))
        phase = z / step - np.floor(z / step)
        flat = step * (np.clip((phase - 0.7) / 0.3, 0, 1) - phase)
        return np.where(inside, 0.8 * flat * np.clip((1 - r) / 0.15, 0, 1), 0.0).astype(
            np.float32
        )
    if distractor.kind == "road_cut":
        return np.where(inside, -1.5 * (1 - r**4), 0.0).astype(np.float32)
    return np.zeros(grid.shape, np.float32)


def build(distractors: list[Distractor], z: np.ndarray, grid: SceneGrid) -> np.ndarray:
    """Heights (m) with all look-alikes in them."""
    z = z.copy()
    for distractor in distractors:
        cut = grid.window(distractor.outline.polygon().bounds, 30.0)
        z[cut] += reshape(distractor, z[cut], grid.cut(*cut))
    return z


def soften(
    outline: SlideOutline,
    grid: SceneGrid,
    rng: np.random.Generator,
    edge: float,
    wobble: float,
) -> np.ndarray:
    """0-1 inside the outline, fading over `edge` metres, the border wobbling by about
    `wobble` metres.
    """
    u, r = outline.local(grid.x[None, :], grid.y)
    width = np.maximum(outline.width(u, 0), outline.width(u, 1))
    depth = np.minimum((1 - r) * width, np.minimum(u, 1 - u) * outline.length)
    if wobble:
        depth = depth + wobble * noise(grid, rng, 2.2, max(6 * wobble, 4 * grid.dx))
    return (np.clip(depth / edge, 0, 1) * ((u > -0.05) & (u < 1.05) & (r < 1.3))).astype(
        np.float32
    )
