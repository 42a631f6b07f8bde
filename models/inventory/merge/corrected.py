# SPDX-License-Identifier: GPL-2.0-or-later
"""Outlines that a person corrected since they were measured: without what was true of the
former outline only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..candidates.attributes import flags
from ..morphometry.morphometry import Morphometry
from ..polygonize.polygonize import Candidate
from ..review.apply import OF_OUTLINE
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
    values = dict(outline.values)
    area = values.get("area_m2")
    corrected = area is not None and not is_area_of(area, shape["area_m2"])
    if area is not None and not corrected:
        place = {name: shape[name] for name in ("lon", "lat")}
        return replace(outline, values={**values, **place})
    if corrected:
        values.update(dict.fromkeys(OF_OUTLINE))
        if values.get("method") != "manual":
            values["method"] = "auto_edit"
    values.update(morphometry.measure(outline.shape))
    if corrected:
        plane = Candidate(morphometry.to_scale(outline.shape), False, None)
        values["flags"] = flags({"conf": None, **values}, plane, 0.0)
    return replace(outline, values=values)
