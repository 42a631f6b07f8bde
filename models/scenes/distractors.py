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


@dataclass(frozen=True)
class FeaturePlace:
    """The ground z (H, W) in metres that a look-alike of this length (m) lies on, where
    each cell is along and across it (`SlideOutline.local`), and what texture it draws.
    """

    z: np.ndarray
    grid: SceneGrid
    length: float
    along: np.ndarray
    across: np.ndarray
    rng: np.random.Generator

    def within(self, change: np.ndarray) -> np.ndarray:
        """(H, W): the change inside the outline, 0 outside."""
        u = self.along
        inside = (u > 0) & (u < 1) & (self.across < 1)
        return np.where(inside, change, 0.0)


def _fan(place: FeaturePlace) -> np.ndarray:
    """A cone of debris, steep at its apex, running out below."""
    u = place.along
    ends = np.clip(u / 0.15, 0, 1) * np.clip((1 - u) / 0.5, 0, 1)
    cone = place.within((1 - place.across**2) * ends)
    return diffuse((0.05 * place.length * cone).astype(np.float32), place.grid, 4.0)


def _hollow(place: FeaturePlace) -> np.ndarray:
    """A bowl without a scarp."""
    u = place.along
    bowl = np.clip(1 - place.across**2, 0, 1) * np.clip(4 * u * (1 - u), 0, 1)
    depth = -0.07 * place.length * place.within(bowl)
    return diffuse(depth.astype(np.float32), place.grid, (0.04 * place.length) ** 2)


def _gully_head(place: FeaturePlace) -> np.ndarray:
    """A notch that is deepest at its head."""
    u = place.along
    side = np.clip(1 - place.across, 0, 1)
    notch = place.within(side * np.clip(u / 0.1, 0, 1) * (1 - u))
    return diffuse((-0.10 * place.length * notch).astype(np.float32), place.grid, 1.5)


def _quarry(place: FeaturePlace) -> np.ndarray:
    """A face in steps, as benches are blasted."""
    u = place.along
    side = np.clip((1 - place.across) / 0.35, 0, 1)
    face = place.within(np.clip(u / 0.5, 0, 1) * (1 - u) * side)
    rough = noise(place.grid, place.rng, 3.0, 0.4 * place.length)
    face = np.clip(face + 0.02 * rough * (face > 0), 0, 1)
    steps = (np.floor(14 * face) / 14).astype(np.float32)
    return diffuse(-0.22 * place.length * steps, place.grid, 0.5)


def _benches(place: FeaturePlace) -> np.ndarray:
    """Terraced fields: the slope in steps of 2.5 to 4.5 m."""
    step = float(place.rng.uniform(2.5, 4.5))
    phase = place.z / step - np.floor(place.z / step)
    flat = step * (np.clip((phase - 0.7) / 0.3, 0, 1) - phase)
    side = np.clip((1 - place.across) / 0.15, 0, 1)
    return place.within(0.8 * flat * side).astype(np.float32)


def _road_cut(place: FeaturePlace) -> np.ndarray:
    """A trench along the slope."""
    return place.within(-1.5 * (1 - place.across**4)).astype(np.float32)


RELIEF = {  # the other kinds leave the ground as it is
    "fan": _fan,
    "hollow": _hollow,
    "gully_head": _gully_head,
    "quarry": _quarry,
    "benches": _benches,
    "road_cut": _road_cut,
}


def reshape(distractor: Distractor, z: np.ndarray, grid: SceneGrid) -> np.ndarray:
    """Change of height (m) that the look-alike makes on ground z (H, W) of this grid."""
    if distractor.kind not in RELIEF:
        return np.zeros(grid.shape, np.float32)
    outline = distractor.outline
    along, across = outline.local(grid.x[None, :], grid.y)
    rng = np.random.default_rng(distractor.seed)
    place = FeaturePlace(z, grid, outline.length, along, across, rng)
    return RELIEF[distractor.kind](place)


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
