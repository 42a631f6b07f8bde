# SPDX-License-Identifier: GPL-2.0-or-later
"""Outlines lying on a slope: crown, flanks and lobate toe as one analytic curve, and
where on a hillside they fit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

from .fields import SceneGrid, diffuse, gradient
from .terrain import SceneTerrain

# degrees from crown to toe: slides and look-alikes share it, so that place gives nothing away
WINDOW = (15.0, 45.0)
CANDIDATES = 500
SIDE_POINTS = 48  # of an outline, from crown to toe
GAP_M = 8.0  # between outlines
# m2, and the spread below: 276 relict landslides mapped in the Serra do Mar, Brazil
MEDIAN_AREA = 5300.0
SPREAD = 0.99  # deviation of the logarithm
ELONGATION = (1.8, 0.36, 1.1, 3.6)  # median, deviation of the logarithm, least, most


@dataclass(frozen=True)
class SlideOutline:
    """Crown at (x, y) in grid metres, running `length` metres towards `angle`;
    half_width is about the greatest.
    """

    x: float
    y: float
    angle: float  # radians from east towards south: downslope
    length: float
    half_width: float
    bend: float  # sideways swing of the middle, share of the length
    head: float  # share of the length over which the crown's arc opens
    toe: float  # share of the length over which the toe's lobe closes
    taper: float  # toe width less crown width, share of the width
    # waves, amplitude left and right of the axis
    ripples: tuple[tuple[float, float, float], ...]

    def local(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(u, r): 0-1 from crown to toe, and 0 on the axis to 1 on the flank (beyond
        outside).
        """
        along = (x - self.x) * np.cos(self.angle) + (y - self.y) * np.sin(self.angle)
        across = (y - self.y) * np.cos(self.angle) - (x - self.x) * np.sin(self.angle)
        u = along / self.length
        aside = across - self._axis(u)
        width = np.where(aside < 0, self.width(u, 0), self.width(u, 1))
        return u, np.abs(aside) / np.maximum(width, 1e-3 * self.length)

    def width(self, u: np.ndarray, side: int) -> np.ndarray:
        """Half width (m) at u on the left (0) or right (1); 0 at crown and toe."""
        t = np.clip(u, 0.0, 1.0)
        crown = np.sqrt(1 - np.clip(1 - t / self.head, 0, 1) ** 2)
        lobe = np.sqrt(1 - np.clip(1 - (1 - t) / self.toe, 0, 1) ** 2)
        wave = 1 + sum(
            r[1 + side] * np.sin(2 * np.pi * r[0] * t + 2.4 * r[0] * (1 + side))
            for r in self.ripples
        )
        return self.half_width * crown * lobe * (1 + self.taper * (t - 0.5)) * wave

    def _axis(self, u: np.ndarray) -> np.ndarray:
        t = np.clip(u, 0.0, 1.0)
        return 4 * self.bend * self.length * t * (1 - t)

    def polygon(self) -> Polygon:
        """The outline in grid metres (y grows south)."""
        u = (1 - np.cos(np.linspace(0, np.pi, SIDE_POINTS))) / 2
        down = -self.width(u, 0)
        up = self.width(u[::-1], 1)
        along = np.concatenate([u, u[-2:0:-1]]) * self.length
        across = np.concatenate([down, up[1:-1]]) + self._axis(along / self.length)
        return Polygon(
            np.column_stack(
                [
                    self.x + along * np.cos(self.angle) - across * np.sin(self.angle),
                    self.y + along * np.sin(self.angle) + across * np.cos(self.angle),
                ]
            )
        )

    def point(self, u: float) -> tuple[float, float]:
        """The point u (0-1) along the axis."""
        along = u * self.length
        return (
            self.x + along * np.cos(self.angle),
            self.y + along * np.sin(self.angle),
        )


def draw_area(rng: np.random.Generator, largest: float, loess: bool = False) -> float:
    """m2: log-normal as mapped relict slides are; the loess class reaches from 1e4 to
    1e6 m2.
    """
    usual = MEDIAN_AREA * np.exp(SPREAD * np.clip(rng.standard_normal(), -2, 2))
    if loess:
        area = 10 ** rng.uniform(4.0, 5.5)
    else:
        area = usual
    return float(min(area, largest))


def draw_outline(
    rng: np.random.Generator,
    area: float,
    elongation: float | None,
    taper: float | None,
) -> SlideOutline:
    """An outline of exactly this area (m2) at the origin, running east."""
    median, deviation, least, most = ELONGATION
    usual = float(
        np.clip(median * np.exp(deviation * rng.standard_normal()), least, most)
    )
    ripples = tuple(
        (float(k), *(rng.normal(0, 0.11 / k, 2).tolist())) for k in (1, 2, 3, 5, 8)
    )
    bend, head, toe, leaning = (
        rng.uniform(*r) for r in ((-0.08, 0.08), (0.25, 0.45), (0.15, 0.40), (-0.6, 0.5))
    )
    if taper is None:
        taper = leaning
    # much wider below than above: a fan, closed by one round front
    if taper > 1:
        toe = 0.6
    shape = SlideOutline(
        0.0, 0.0, 0.0, 1.0, 0.5 / (elongation or usual), bend, head, toe, taper, ripples
    )
    scale = float(np.sqrt(area / shape.polygon().area))
    return replace(shape, length=scale, half_width=shape.half_width * scale)


@dataclass(frozen=True)
class Site:
    """The hillside where outlines are put: heights and their smooth trend, on the
    drainage grid.
    """

    grid: SceneGrid
    z: np.ndarray
    trend: np.ndarray
    river: np.ndarray
    wetness: np.ndarray
    footprint: BaseGeometry  # inside of which outlines must lie, grid metres

    @classmethod
    def of(cls, terrain: SceneTerrain, scene: SceneGrid, footprint: BaseGeometry) -> Site:
        """Reduce the terrain to cells of about 4 m."""
        step = max(1, round(4.0 / max(scene.dx, scene.dy)))
        z = terrain.z[::step, ::step]
        grid = SceneGrid(*z.shape, scene.dx * step, scene.dy * step)
        return cls(
            grid,
            z,
            diffuse(z, grid, 150.0),
            terrain.river[::step, ::step] - terrain.river_half_width,
            terrain.wetness[::step, ::step],
            footprint,
        )

    def place(
        self,
        outline: SlideOutline,
        obstacles: list[BaseGeometry],
        rng: np.random.Generator,
        turn: float = 0.0,
    ) -> SlideOutline | None:
        """The outline where slope, relief and form suit it, or None; `turn` 90 degrees
        lays it along the contour.
        """
        for x, y, angle in self._candidates(outline, rng, turn):
            put = replace(outline, x=x, y=y, angle=angle)
            if self._free(put.polygon(), obstacles):
                return put
        return None

    def _free(self, around: Polygon, obstacles: list[BaseGeometry]) -> bool:
        """Whether the polygon is inside the footprint, dry, and clear of what stands."""
        edge = np.array(around.exterior.coords)
        dry = self.grid.sample(self.river, edge[:, 0], edge[:, 1]).min() > 3.0
        return (
            dry
            and around.is_valid
            and self.footprint.contains(around)
            and not any(map(around.intersects, obstacles))
        )

    def _candidates(
        self, outline: SlideOutline, rng: np.random.Generator, turn: float
    ) -> list[tuple[float, float, float]]:
        """Crowns whose fall line, flanks and toe pass, the better ones first."""
        grid = self.grid
        length = outline.length
        x = rng.uniform(0, grid.width_m, CANDIDATES)
        y = rng.uniform(0, grid.height_m, CANDIDATES)
        dzdx, dzdy = (grid.sample(d, x, y) for d in gradient(self.trend, grid))
        down = np.arctan2(-dzdy, -dzdx)
        angle = down + turn
        run = length
        if turn:
            run = 2 * outline.half_width
        end_x = x + length / 2 * np.cos(angle)
        end_y = y + length / 2 * np.sin(angle)
        fits = self._is_slope(x, y, down, run, outline.half_width)
        fits &= grid.sample(self.river, end_x, end_y) > 4.0
        score = np.zeros(CANDIDATES)
        if rng.random() < 0.5:  # half of them look for a channel at their toe
            score = grid.sample(self.wetness, end_x, end_y)
        score = score + rng.random(CANDIDATES)
        order = [i for i in np.argsort(-score) if fits[i]]
        return [
            (
                float(x[i] - length / 2 * np.cos(angle[i])),
                float(y[i] - length / 2 * np.sin(angle[i])),
                float(angle[i]),
            )
            for i in order
        ]

    def _is_slope(
        self, x: np.ndarray, y: np.ndarray, down: np.ndarray, run: float, half: float
    ) -> np.ndarray:
        """(N,) bool: whether `run` metres of fall line through each point fall steadily
        within WINDOW, with flanks `half` metres to the sides that make no deep hollow.
        """

        def height(along: float, across: float) -> np.ndarray:
            return self.grid.sample(
                self.trend,
                x + along * np.cos(down) - across * np.sin(down),
                y + along * np.sin(down) + across * np.cos(down),
            )

        crown = height(-run / 2, 0)
        middle = height(0, 0)
        toe = height(run / 2, 0)
        slope = np.degrees(np.arctan2(crown - toe, run))
        hollow = (height(0, half) + height(0, -half)) / 2 - middle
        steep = (slope > WINDOW[0] + 2) & (slope < WINDOW[1] - 2)
        return steep & (crown > middle) & (middle > toe) & (hollow < 0.20 * half)


def settle(
    site: Site,
    rng: np.random.Generator,
    obstacles: list[BaseGeometry],
    area: float,
    turn: float = 0.0,
    elongation: float | None = None,
    taper: float | None = None,
) -> SlideOutline | None:
    """Draw and place an outline, smaller after every failure; the place taken is noted
    with GAP_M around it.
    """
    for _ in range(6):
        put = site.place(draw_outline(rng, area, elongation, taper), obstacles, rng, turn)
        if put:
            obstacles.append(put.polygon().buffer(GAP_M))
            return put
        area *= 0.7
    return None


def whole(grid: SceneGrid) -> Polygon:
    """The grid's own rectangle, in grid metres."""
    return box(grid.x0, grid.y0, grid.x0 + grid.width_m, grid.y0 + grid.height_m)
