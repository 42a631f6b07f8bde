# SPDX-License-Identifier: GPL-2.0-or-later
"""Outlines that a person corrected since they were measured: without what was true of the
former outline only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..morphometry.morphometry import Morphometry
from ..review.apply import remeasured
from ..values import is_area_of
from .outline import MatchOutline


def as_drawn(
    outlines: Sequence[MatchOutline], morphometry: Morphometry
) -> list[MatchOutline]:
    """The outlines with measures that are their own. Where the area of one, in m2, is that
    of another outline, all are taken anew, and what only the image or a missing elevation
    model could tell is None.
    """
    shapes = morphometry.shapes([outline.shape for outline in outlines])
    return [_as_drawn(*each, morphometry) for each in zip(outlines, shapes)]


def _as_drawn(
    outline: MatchOutline, shape: dict, morphometry: Morphometry
) -> MatchOutline:
    values = outline.values
    area = values.get("area_m2")
    if area is None:
        return outline.with_values(morphometry.measure(outline.shape))
    if is_area_of(area, shape["area_m2"]):
        return outline.with_values({"lon": shape["lon"], "lat": shape["lat"]})
    to_scale = morphometry.to_scale(outline.shape)
    values = remeasured(values, outline.shape, to_scale, morphometry)
    return replace(outline, values=values)
