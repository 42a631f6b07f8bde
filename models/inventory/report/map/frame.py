# SPDX-License-Identifier: GPL-2.0-or-later
"""The ground of a locator map: equal-area projection about its middle, graticule,
scale bar, north.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ....geo.coordinates import rings
from ....geo.crs import Crs
from ...language import Language
from ...svg import INK, QUIET, RULE, path, rect, step, text

WIDTH = 720  # px, as all that follows
MAX_HEIGHT = 600
MARGIN = 26
TOP = 3
INNER = WIDTH - 2 * MARGIN
# between meridians and parallels; the first one that makes at most six of them
STEPS_DEGREES = (1 / 120, 1 / 60, 1 / 30, 1 / 12, 1 / 6, 1 / 4, 1 / 2, 1, 2, 5, 10, 20)
MAX_STEP_DEGREES = 30


class View:
    """Degrees to pixels through a Lambert azimuthal equal-area projection.

    lon, lat: places (n,) of `degrees` that the map must show, each with `reach` metres around
    it (n,); `outline` (any shape, in the CRS `crs`) as well.
    """

    def __init__(
        self,
        degrees: Crs,
        lon: np.ndarray,
        lat: np.ndarray,
        reach: np.ndarray,
        outline=None,
        crs: Crs | None = None,
    ):
        self.degrees = degrees
        self.middle = _middle(lon, lat)
        self.crs = Crs(
            f"+proj=laea +lat_0={self.middle[1]:.6f} +lon_0={self.middle[0]:.6f} "
            f"+a={degrees.semi_major!r} +b={degrees.semi_minor!r} +units=m"
        )
        places = degrees.transform(np.column_stack((lon, lat)), self.crs)
        corners = [places - reach[:, None], places + reach[:, None]]
        if outline is not None:
            corners.append(crs.transform(np.concatenate(rings(outline)), self.crs))
        corners = np.concatenate(corners)
        corners = corners[np.isfinite(corners).all(axis=1)]
        low = corners.min(axis=0)
        high = corners.max(axis=0)
        room = max(high - low) * 0.04 + 20
        east, north = high - low + 2 * room
        self.scale = min(INNER / east, (MAX_HEIGHT - TOP - MARGIN) / north)  # px per m
        inner = max(north * self.scale, 0.45 * INNER)
        half = np.array([INNER, inner]) / self.scale / 2
        self.low = (low + high) / 2 - half
        self.high = (low + high) / 2 + half
        self.bottom = TOP + inner

    def pixels(self, metres: np.ndarray) -> np.ndarray:
        """Projected places (n, 2) to pixels."""
        return np.column_stack(
            (
                MARGIN + (metres[:, 0] - self.low[0]) * self.scale,
                TOP + (self.high[1] - metres[:, 1]) * self.scale,
            )
        )

    def place(self, lon, lat) -> np.ndarray:
        return self.pixels(self.degrees.transform(np.column_stack((lon, lat)), self.crs))

    def pixel_rings(self, shapes: list[np.ndarray], crs: Crs) -> list[np.ndarray]:
        """Rings [(n, 2)] in `crs` as pixels, all through one transformation."""
        if not shapes:
            return []
        ends = np.cumsum([len(ring) for ring in shapes])[:-1]
        return np.split(
            self.pixels(crs.transform(np.concatenate(shapes), self.crs)), ends
        )


def _middle(lon: np.ndarray, lat: np.ndarray) -> tuple[float, float]:
    around = (lon - lon[0] + 180) % 360 - 180  # across 180 degrees too
    middle = lon[0] + (around.min() + around.max()) / 2
    return float((middle + 180) % 360 - 180), float((lat.min() + lat.max()) / 2)


def frame(view: View, fill: str, stroke: str = "none") -> str:
    return rect(MARGIN, TOP, INNER, view.bottom - TOP, fill, f' stroke="{stroke}"')


def graticule(view: View) -> tuple[list[str], list[str]]:
    """Meridians and parallels, and their degrees at the lower and left edge."""
    lines = []
    labels = []
    sides = np.linspace(0, 1, 9)[:, None]
    west, east = (
        np.array([x, view.low[1]]) + sides * [0, (view.high - view.low)[1]]
        for x in (view.low[0], view.high[0])
    )
    places = view.crs.transform(np.concatenate((west, east)), view.degrees)
    places = places[np.isfinite(places).all(axis=1)]
    if not len(places):  # a map of the whole Earth: its sides lie beyond it
        return lines, labels
    lon, lat = places.T
    lon = view.middle[0] + (lon - view.middle[0] + 180) % 360 - 180
    width = next((s for s in STEPS_DEGREES if np.ptp(lon) / s <= 6), MAX_STEP_DEGREES)
    for value in _between(lon, width):
        way = view.place(
            np.full(17, value), np.linspace(lat.min() - 0.01, lat.max() + 0.01, 17)
        )
        x = _crossing(way, 1, view.bottom)
        lines.append(path(way, RULE, 1))
        if MARGIN + 20 < x < WIDTH - MARGIN - 20:
            labels.append(
                text(x, view.bottom + 13, angle(value, "EW", width), "middle", 9.5, QUIET)
            )
    for value in _between(lat, width):
        way = view.place(np.linspace(lon.min(), lon.max(), 17), np.full(17, value))
        y = _crossing(way, 0, MARGIN)
        lines.append(path(way, RULE, 1))
        if TOP + 20 < y < view.bottom - 20:
            labels.append(
                text(
                    MARGIN - 6,
                    y,
                    angle(value, "NS", width),
                    "middle",
                    9.5,
                    QUIET,
                    f' transform="rotate(-90 {MARGIN - 6} {y:.1f})"',
                )
            )
    return lines, labels


def _between(values: np.ndarray, width: float) -> np.ndarray:
    return (
        np.arange(math.ceil(values.min() / width), math.floor(values.max() / width) + 1)
        * width
    )


def _crossing(way: np.ndarray, axis: int, at: float) -> float:
    """The other coordinate of a way (n, 2) where one of them is `at`."""
    order = np.argsort(way[:, axis])
    return float(np.interp(at, way[order, axis], way[order, 1 - axis]))


def angle(value: float, letters: str, width: float) -> str:
    """Degrees, minutes and seconds as far as a step of `width` needs them: 108°12′E."""
    if letters == "EW":
        value = (value + 180) % 360 - 180
    seconds = round(abs(value) * 3600)
    parts = [f"{seconds // 3600}°"]
    if width < 1:
        parts.append(f"{seconds // 60 % 60:02d}′")
    if width < 1 / 60:
        parts.append(f"{seconds % 60:02d}″")
    return "".join(parts) + letters[int(value < 0)]


def bar_length(view: View) -> float:
    """Metres."""
    return step(INNER / view.scale / 10, 1)


def scale_bar(view: View, language: Language) -> Iterator[str]:
    """A bar of round length in two colours, at the right under the frame, and an arrow
    to the north beside it.
    """
    metres = bar_length(view)
    wide = metres * view.scale
    if metres >= 1000:
        unit = (1000, "km")
    else:
        unit = (1, "m")
    x = WIDTH - MARGIN - 20 - wide
    y = view.bottom + 34
    for i in range(2):
        yield rect(
            x + i * wide / 2,
            y,
            wide / 2,
            5,
            (INK, "#fff")[i],
            f' stroke="{INK}" stroke-width="0.8"',
        )
    yield text(x, y - 5, "0", "middle", 10)
    yield text(x + wide / 2, y - 5, language.tick(metres / 2 / unit[0]), "middle", 10)
    yield text(
        x + wide, y - 5, f"{language.tick(metres / unit[0])} {unit[1]}", "middle", 10
    )
    x = x - 34
    y = view.bottom + 20
    yield f'<path d="M{x:.1f} {y}l6 18l-6 -4.5Z" fill="{INK}"/>'
    yield f'<path d="M{x:.1f} {y}l-6 18l6 -4.5Z" fill="#fff" stroke="{INK}" stroke-width="0.8"/>'
    yield text(
        x, y + 30, language("nesw").split()[0], "middle", 10.5, more=' font-weight="600"'
    )
