# SPDX-License-Identifier: GPL-2.0-or-later
"""Outlines that a person corrected since they were measured: without what was true of the
former outline only.
"""

from __future__ import annotations

from dataclasses import replace

from ..candidates.attributes import flags
from ..morphometry.morphometry import Morphometry
from ..polygonize.polygonize import Candidate
from ..review.apply import OF_OUTLINE
from ..values import is_area_of
from .outline import MatchOutline


def as_drawn(outline: MatchOutline, morphometry: Morphometry) -> MatchOutline:
    """The outline with measures that are its own. Where its area, in m2, is that of
    another outline, all are taken anew, and what only the image or a missing elevation
    model could tell is None.
    """
    values = dict(outline.values)
    shape = morphometry.shape(outline.shape)
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
