# SPDX-License-Identifier: GPL-2.0-or-later
"""Several images beside each other: which differ from the rest, and how they lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from shapely.geometry import Polygon
from shapely.ops import unary_union

from ..errors import Note
from ..geo.crs import Crs
from ..geo.many_shapes import parts_of
from ..geo.overlaps import common_ground
from ..geo.overlay import Surface
from ..geo.reproject import into
from ..inference.plan import RESAMPLE_TOLERANCE
from .checked import FAIL, IMAGES, Check, CheckedInput, judged

# of the range of values of an image, by which its middle may lie off that of the others
MAX_OFF = 0.5
SAME_SHARE = 0.98  # of the smaller of two, from which on they show the same ground
NARROW_PIXELS = 10  # gaps that are narrower were not meant
ROUNDING_PIXELS = 0.1  # of edges that meet: in degrees, or another system, they lie apart
MITRE = 2  # joins of shapely's buffers that keep corners


class Differing(NamedTuple):
    """A check of all images, and of those that differ, by their places."""

    check: Check
    own: Mapping[int, Check] = MappingProxyType({})


def check_together(
    images: Sequence[CheckedInput],
) -> tuple[list[CheckedInput], CheckedInput | None]:
    """The images with what of each differs from the others, and all of them together;
    None where there are not two that can be searched.
    """
    placed = [
        n for n, image in enumerate(images) if has_place(image) and image.verdict != FAIL
    ]
    if len(placed) < 2:
        return list(images), None
    readable = [n for n in placed if images[n].look is not None]
    comparisons = [_systems(images, placed)]
    if len(readable) > 1:
        comparisons += [_pixels(images, readable), _bands(images, readable)]
        comparisons += _balance(images, readable)
    comparisons += _ground(images, placed)
    compared = list(images)
    for comparison in comparisons:
        for n, check in comparison.own.items():
            checks = (*compared[n].checks, check)
            compared[n] = replace(compared[n], checks=checks)
    checks = tuple(comparison.check for comparison in comparisons)
    return compared, CheckedInput("", IMAGES, checks)


def has_place(image: CheckedInput) -> bool:
    """Whether it can be laid on a map."""
    return image.grid is not None and not image.grid.crs.is_missing


def footprint(image: CheckedInput, target: Crs, bounds: tuple) -> list[Surface]:
    """The outer edge of an image that has a place in another system."""
    edge = Polygon(image.grid.corners).wkb
    return list(into([edge], image.grid.crs, bounds, target))


# --- what differs ----------------------------------------------------------------------


def _systems(images: Sequence[CheckedInput], places: Sequence[int]) -> Differing:
    systems: list[Crs] = []
    names = []
    for n in places:
        crs = images[n].grid.crs
        same = next((other for other in systems if crs.is_same(other)), crs)
        if same is crs:
            systems.append(crs)
        names.append(same.name)

    def advice(name: str, usual: str) -> Note:
        return Note(
            "It lies in {}, most of the other images in {}: 'Detect on map sheets' lays "
            "all on one grid and takes it as it is; searched one by one, they give layers "
            "in both systems, which 'Merge into inventory' brings together.",
            name,
            usual,
        )

    return _by_majority("place", places, names, advice)


def _bands(images: Sequence[CheckedInput], places: Sequence[int]) -> Differing:
    looks = [images[n].look for n in places]
    words = [Note("{} ({})", look.bands, look.dtype) for look in looks]

    def advice(own: Note, usual: Note) -> Note:
        return Note(
            "Its bands are {}, those of most other images {}: another sensor, or another "
            "order of the bands; see whether both are right.",
            own,
            usual,
        )

    return _by_majority("bands", places, words, advice)


def _by_majority(
    topic: str,
    places: Sequence[int],
    words: Sequence[Note | str],
    advice: Callable[[Note | str, Note | str], Note],
) -> Differing:
    ((usual, count),) = Counter(words).most_common(1)
    own = {
        n: judged(topic, word, usual, [advice(word, usual)])
        for n, word in zip(places, words)
        if word != usual
    }
    value = Note("{} of {} images: {}", count, len(words), usual)
    return Differing(judged(topic, value, Note("all alike"), _seen(own)), own)


def _seen(own: dict[int, Check]) -> list[Note]:
    """What is said of all images where some differ."""
    if not own:
        return []
    return [
        Note(
            "Images that differ from the others in this: {}; see what is said of each.",
            len(own),
        )
    ]


def _pixels(images: Sequence[CheckedInput], places: Sequence[int]) -> Differing:
    sides = np.array([images[n].look.pixel_m for n in places])
    usual = float(np.median(sides))
    lowest, highest = RESAMPLE_TOLERANCE
    own = {}
    for n, side in zip(places, sides.tolist()):
        if not lowest <= side / usual <= highest:
            advice = Note(
                "Its pixels are {} m and those of most other images about {} m: what can "
                "be found on it differs; take images of one resolution where you can.",
                f"{side:.3g}",
                f"{usual:.3g}",
            )
            own[n] = judged("pixels", Note("{} m", f"{side:.3g}"), "", [advice])
    value = Note("{} m", f"{usual:.3g}")
    if own:
        value = Note("{} to {} m", f"{sides.min():.3g}", f"{sides.max():.3g}")
    return Differing(judged("pixels", value, Note("all alike"), _seen(own)), own)


def _balance(images: Sequence[CheckedInput], places: Sequence[int]) -> list[Differing]:
    """Of the images whose bands are alike; none where there are not two."""
    looks = [images[n].look for n in places]
    kinds = [(look.bands, look.dtype) for look in looks]
    ((usual, count),) = Counter(kinds).most_common(1)
    if count < 2:
        return []
    alike = [n for n, kind in zip(places, kinds) if kind == usual]
    middles = np.array([images[n].look.medians for n in alike])
    spread = np.median([images[n].look.spreads for n in alike], axis=0)
    offs = np.zeros(len(alike))
    for place in range(len(alike)):
        others = np.median(np.delete(middles, place, axis=0), axis=0)
        offs[place] = np.max(np.abs(middles[place] - others) / np.maximum(spread, 1e-9))
    own = {}
    for n, off in zip(alike, offs.tolist()):
        if off > MAX_OFF:
            advice = Note(
                "Its brightness or colour lies off that of the other images by {} of "
                "their range: it was balanced in another way or in another season; the "
                "model may see more or fewer landslides on it.",
                f"{off:.0%}",
            )
            own[n] = judged("balance", f"{off:.0%}", f"≤ {MAX_OFF:.0%}", [advice])
    value = Note("at most {} of their range from the others", f"{offs.max():.0%}")
    check = judged("balance", value, f"≤ {MAX_OFF:.0%}", _seen(own))
    return [Differing(check, own)]


# --- how they lie ----------------------------------------------------------------------


def _ground(images: Sequence[CheckedInput], places: Sequence[int]) -> list[Differing]:
    """Overlaps and gaps of their outer edges, in the system of the first."""
    grid = images[places[0]].grid
    surfaces = []
    owners = []
    for n in places:
        parts = footprint(images[n], grid.crs, grid.bounds)
        surfaces += parts
        owners += [n] * len(parts)
    ground = unary_union(surfaces)
    pixel = (surfaces[0].area / (grid.width * grid.height)) ** 0.5
    return [_overlap(images, surfaces, owners, ground), _gaps(ground, pixel)]


def _overlap(
    images: Sequence[CheckedInput],
    surfaces: Sequence[Surface],
    owners: Sequence[int],
    ground: Surface,
) -> Differing:
    pairs = 0
    own = {}
    for pair in common_ground(surfaces):
        first = owners[pair.first]
        second = owners[pair.second]
        pairs += 1
        smaller = min(surfaces[pair.first].area, surfaces[pair.second].area)
        if first != second and pair.polygon.area >= SAME_SHARE * smaller:
            advice = Note(
                "It shows the ground of '{}' once more: 'Detect on map sheets' takes each "
                "pixel from the first by file name that shows ground there; searched one "
                "by one, what lies there is found twice, so leave one of them out.",
                images[first].name,
            )
            own[second] = judged("overlap", images[first].name, "", [advice])
    total = sum(surface.area for surface in surfaces)
    share = (total - ground.area) / ground.area
    value = Note(
        "pairs that overlap: {}; ground shown twice: {}", pairs, f"{max(0, share):.1%}"
    )
    return Differing(judged("overlap", value, Note("any"), _seen(own)), own)


def _gaps(ground: Surface, pixel: float) -> Differing:
    """`pixel`: side in units of the map."""
    ground = _closed(ground, ROUNDING_PIXELS * pixel)
    narrow = _pieces(ground) - _pieces(_closed(ground, NARROW_PIXELS * pixel))
    advice = []
    if narrow > 0:
        advice.append(
            Note(
                "Between images lie gaps of less than {} pixels ({} of them), in which "
                "landslides are cut: see whether each image lies where it should.",
                NARROW_PIXELS,
                narrow,
            )
        )
    parts, holes = _parts_and_holes(ground)
    value = Note("pieces of ground: {}; holes in them: {}", parts, holes)
    return Differing(judged("gaps", value, Note("no narrow ones"), advice))


def _closed(ground: Surface, width: float) -> Surface:
    """Without gaps that are narrower."""
    reach = width / 2
    return ground.buffer(reach, join_style=MITRE).buffer(-reach, join_style=MITRE)


def _pieces(ground: Surface) -> int:
    return sum(_parts_and_holes(ground))


def _parts_and_holes(ground: Surface) -> tuple[int, int]:
    polygons = parts_of(ground)
    return len(polygons), sum(len(polygon.interiors) for polygon in polygons)
