# SPDX-License-Identifier: GPL-2.0-or-later
"""Outlines that a person corrected since they were measured: without what was true of the
former outline only.
"""

from __future__ import annotations

import math
from dataclasses import replace

from ..candidates.attributes import flags
from ..morphometry.morphometry import Morphometry
from ..polygonize.polygonize import Candidate
from ..review.apply import OF_OUTLINE
from .outline import MatchOutline

MEASURES = ("area_m2", "perim_m")  # that tell an outline from another
ALIKE = 2e-3  # share; what is measured on a map is off by less


def as_drawn(outline: MatchOutline, morphometry: Morphometry) -> MatchOutline:
    """The outline with measures that are its own. Where those that it has are of another
    outline, they are taken anew, and what only the image or a missing elevation model
    could tell is None.
    """
    values = dict(outline.values)
    measured = morphometry.measure(outline.shape)
    corrected = _differs(values, measured)
    if not corrected and values.get("area_m2") is not None:
        place = {name: measured[name] for name in ("lon", "lat")}
        return replace(outline, values={**values, **place})
    if corrected:
        values.update(dict.fromkeys(OF_OUTLINE))
        if values.get("method") != "manual":
            values["method"] = "auto_edit"
    values.update(measured)
    if corrected:
        plane = Candidate(morphometry.to_scale(outline.shape), False, None)
        values["flags"] = flags({"conf": None, **values}, plane, 0.0)
    return replace(outline, values=values)


def _differs(values: dict, measured: dict) -> bool:
    """Whether one of the measures that are stated is of another outline."""
    return any(
        not math.isclose(values[name], measured[name], rel_tol=ALIKE, abs_tol=0.1)
        for name in MEASURES
        if values.get(name) is not None
    )
