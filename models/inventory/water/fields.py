# SPDX-License-Identifier: GPL-2.0-or-later
"""What the layer of proposed water says of each polygon."""

from __future__ import annotations

from ..schema import BY_NAME, Choices, Field

SOURCE = Field(
    "water_by",
    "text",
    8,
    "",
    "What shows water: the image (smooth), the elevation model (level), or both (smooth, "
    "and no slope)",
    "Water shown by",
    Choices(
        "water_source",
        (
            ("image", "image"),
            ("dem", "elevation model"),
            ("both", "image and elevation model"),
        ),
    ),
)
SCORE = Field(
    "water_sc",
    "real",
    0,
    "0-1",
    "How smooth or level on average; no probability",
    "Score (no probability)",
)
WATER_FIELDS = (SOURCE, SCORE, BY_NAME["area_m2"])
