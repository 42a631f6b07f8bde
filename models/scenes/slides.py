# SPDX-License-Identifier: GPL-2.0-or-later
"""Old landslides: placed on a slope, shaped as scarp, bowl and hummocky deposit, then
worn by creep and gullies.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from shapely.geometry.base import BaseGeometry

from .drainage import fill, route
from .fields import SceneGrid, diffuse, gradient, noise, resample
from .outlines import Site, SlideOutline, draw_area, settle
from .terrain import SceneTerrain

DENSITY = 13.0  # slides a square kilometre
LARGEST = 0.05  # share of the scene that one slide may take
ROUNDED = 0.6  # m2, rounding of edges in the first rains
CREEP = (1.0, 6.0)  # m2 a thousand years
# years after which gullies through a slide are as deep as those around it
GULLIED = 30_000.0


@dataclass(frozen=True)
class Slide:
    """A landslide as it failed and its age; lengths in metres, age in years,
    scarp_angle in degrees.
    """

    outline: SlideOutline
    kind: str  # 'rotational', 'flow' or 'loess'
    age: float
    creep: float  # m2 a thousand years
    scarp: float  # run of the head scarp, share of the length
    scarp_angle: float
    split: float  # u where the bowl ends and the deposit begins
    bulking: float  # deposit's volume by the bowl's
    toe_loss: float  # share of the length cut off the toe by a river since
    seed: int


@dataclass(frozen=True)
class Worn:
    """What is left of a slide: volumes as it failed (m3), residual steepness (m/m) and
    visibility (0-1).
    """

    slide: Slide
    bowl_m3: float
    deposit_m3: float
    relief: float
    visibility: float
    slope: float  # degrees from crown to toe, before


def place_slides(
    site: Site,
    rng: np.random.Generator,
    count: int,
    style: str,
    ages: tuple[float, float],
    obstacles: list[BaseGeometry],
    size: float = 1.0,
) -> list[Slide]:
    """Up to `count` slides where the ground suits them, ages log-uniform between the
    two (years), oldest first; `size` times as large in area as is usual.
    """
    span = np.log(ages)
    creep = float(rng.uniform(*CREEP))
    outlines = []
    for index in range(count):
        kind = _kind(rng, style)
        largest = LARGEST * site.footprint.area
        area = min(size * draw_area(rng, largest, kind == "loess"), largest)
        shape = {
            "flow": (rng.uniform(2.4, 3.6), 0.5),
            "loess": (rng.uniform(1.1, 1.8), None),
        }.get(kind, (None, None))
        outline = settle(site, rng, obstacles, area, elongation=shape[0], taper=shape[1])
        # ages are spread evenly over their range, so that few slides still show the whole
        # of it
        age = float(
            np.exp(span[0] + (span[1] - span[0]) * (index + rng.random()) / count)
        )
        if outline:
            outlines.append((outline, kind, age))
    return [
        _draw(outline, kind, age, creep, site, rng)
        for outline, kind, age in sorted(outlines, key=lambda o: -o[2])
    ]


def _kind(rng: np.random.Generator, style: str) -> str:
    kinds = ("rotational", "flow", "loess")
    if style == "loess":
        shares = (0.55, 0.2, 0.25)
    else:
        shares = (0.7, 0.3, 0.0)
    return str(rng.choice(kinds, p=shares))


def _draw(
    outline: SlideOutline,
    kind: str,
    age: float,
    creep: float,
    site: Site,
    rng: np.random.Generator,
) -> Slide:
    near_river = site.grid.sample(site.river, *outline.point(1.0)) < 40.0
    return Slide(
        outline,
        kind,
        age,
        creep,
        float(rng.uniform(0.06, 0.12)),
        float(rng.uniform(45, 60)),
        float(rng.uniform(0.42, 0.6)),
        float(rng.uniform(1.1, 1.3)),
        float(rng.uniform(0.05, 0.2)) if near_river else 0.0,
        int(rng.integers(2**31)),
    )


def failed(slide: Slide, grid: SceneGrid, slope: float) -> np.ndarray:
    """Change of height (m) on the grid as the slide failed; `slope` in degrees from crown
    to toe.

    Head scarp, back-tilted bowl, bulging deposit with hummocks, pressure ridges, levees
    and a lobate toe. The deposit's volume is `bulking` times the bowl's on this very
    grid.
    """
    rng = np.random.default_rng(slide.seed)
    outline = slide.outline
    u, r = outline.local(grid.x[None, :], grid.y)
    inside = (u > 0) & (u < 1) & (r < 1)
    # the scarp is an arc: measured from the outline, it is a step all around the head
    step = slide.scarp * outline.length
    depth = step * max(
        np.tan(np.radians(slide.scarp_angle)) - np.tan(np.radians(slope)), 0.25
    )
    depth = min(depth, 0.04 * outline.length + 6.0)
    width = np.where(inside, np.maximum(outline.width(u, 0), outline.width(u, 1)), 1.0)
    from_edge = np.minimum((1 - r) * width, u * outline.length * 1.2)
    drop = np.clip(from_edge / step, 0, 1)
    drop = drop * drop * (3 - 2 * drop)
    v = np.clip(u / slide.split, 0, 1)
    bowl = np.where(
        inside & (u < slide.split),
        -depth * drop * (1 - v**1.5) * (1 + 0.3 * (1 - v)),
        0.0,
    )
    bowl *= 1 + 0.10 * np.sin(2 * np.pi * 2.5 * v)
    t = np.clip((u - slide.split) / (1 - slide.split), 0, 1)
    front = np.clip((1 - t) / 0.22, 0, 1) ** 0.6 * np.clip(t / 0.35, 0, 1)
    body = front * (1 - np.clip(r, 0, 1) ** 3)
    size = max(outline.length / 4, 8.0)
    hummocks = np.clip(0.30 * noise(grid, rng, 3.5, size, size / 5), -0.6, 0.9)
    ridges = 0.15 * np.sin(2 * np.pi * (3.2 * t - 0.5 * r**2))
    levees = 0.25 * np.exp(-(((r - 0.85) / 0.10) ** 2)) * front
    deposit = np.where(
        inside & (u >= slide.split), body * (1 + hummocks + ridges) + levees, 0.0
    )
    volume = deposit.sum()
    return (
        bowl - deposit * (slide.bulking * bowl.sum() / volume if volume > 0 else 0.0)
    ).astype(np.float32)


def aged(slide: Slide, change: np.ndarray, grid: SceneGrid) -> np.ndarray:
    """What is left of the change after the slide's age: creep rounds it, a river takes
    part of the toe.
    """
    worn = change
    if slide.toe_loss:
        u, _ = slide.outline.local(grid.x[None, :], grid.y)
        lost = slide.toe_loss * min(slide.age / GULLIED, 1.0)
        worn = worn * np.clip((1 - lost - u) / 0.05 + 1, 0, 1)
    return diffuse(worn, grid, ROUNDED + slide.creep * slide.age / 1000.0)


def emplace(
    slides: list[Slide], terrain: SceneTerrain, grid: SceneGrid
) -> tuple[np.ndarray, list[Worn]]:
    """Heights (m) with all slides in them, worn to their ages, and what is left of each."""
    z = terrain.z.copy()
    worn = []
    weight = np.zeros(grid.shape, np.float32)
    smooth = diffuse(terrain.z, grid, 200.0)
    rough = np.hypot(*gradient(terrain.z - smooth, grid))
    for slide in slides:
        reach = 3 * np.sqrt(2 * slide.creep * slide.age / 1000.0) + 10.0
        cut = grid.window(slide.outline.polygon().bounds, reach)
        part = grid.cut(*cut)
        crown, toe = (
            float(grid.sample(terrain.z, *slide.outline.point(u))) for u in (0.0, 1.0)
        )
        slope = float(np.degrees(np.arctan2(crown - toe, slide.outline.length)))
        change = failed(slide, part, slope)
        left = aged(slide, change, part)
        z[cut] += left
        u, r = slide.outline.local(part.x[None, :], part.y)
        body = (u > 0) & (u < 1) & (r < 1)
        weight[cut] += body * min(slide.age / GULLIED, 1.0)
        steep = float(np.sqrt((np.hypot(*gradient(left, part))[body] ** 2).mean()))
        around = float(np.sqrt((rough[cut][body] ** 2).mean()))
        cell = grid.dx * grid.dy
        worn.append(
            Worn(
                slide,
                -float(change[change < 0].sum()) * cell,
                float(change[change > 0].sum()) * cell,
                steep,
                steep / (steep + around + 0.02),
                slope,
            )
        )
    return z - _gullies(z, terrain, grid, weight), worn


def _gullies(
    z: np.ndarray, terrain: SceneTerrain, grid: SceneGrid, weight: np.ndarray
) -> np.ndarray:
    """Depth (m) cut by the new drainage into the slides, by the stream-power law, more
    into the older ones.
    """
    if not weight.any():
        return np.zeros_like(z)
    coarse = terrain.drainage
    x, y = np.broadcast_arrays(coarse.x[None, :], coarse.y)
    ground = fill(grid.sample(z, x, y).astype(float), terrain.base)
    flow = route(ground, coarse.dx, terrain.base, np.random.default_rng(0))
    slope = (ground.ravel() - ground.ravel()[flow.receiver]) / flow.distance
    power = (np.sqrt(flow.area) * np.minimum(slope, 1.0)).reshape(coarse.shape)
    depth = np.minimum(0.03 * np.maximum(power - 8.0, 0.0), 2.5)
    return resample(depth, coarse, grid) * diffuse(weight, grid, 20.0)
