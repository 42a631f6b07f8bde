# SPDX-License-Identifier: GPL-2.0-or-later
"""Depth and volume as orders of magnitude, for those who ask for them."""

from __future__ import annotations

import math

# m3, below
CLASSES = (
    (1e5, "small"),
    (1e6, "medium"),
    (1e7, "large"),
    (math.inf, "very_large"),
)


def sizes(values: dict) -> dict[str, float | str | None]:
    """Fills schema.SIZE from area_m2 and, where there are, scarp_h and slope_pln.

    Depth is the scarp's height by the cosine of the plane's slope (Burns and Madin 2009,
    DOGAMI SP-42), volume area by depth; without a scarp 0.074 A^1.450 (Guzzetti and
    others 2009). Two figures, for more are not known.
    """
    area = values["area_m2"]
    scarp = values.get("scarp_h")
    slope = values.get("slope_pln")
    if scarp and slope is not None:
        exact = scarp * math.cos(math.radians(slope))
        depth = two_figures(exact)
        volume = two_figures(area * exact)
        method = "scarp"
    else:
        depth = None
        volume = two_figures(0.074 * area**1.45)
        method = "scaling"
    return {
        "depth_est": depth,
        "vol_est": volume,
        "vol_meth": method,
        # of the number that stands beside it
        "size_cls": next(name for limit, name in CLASSES if volume < limit),
    }


def two_figures(value: float) -> float:
    """Rounded to two significant figures."""
    return float(f"{value:.1e}")
