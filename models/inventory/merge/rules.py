# SPDX-License-Identifier: GPL-2.0-or-later
"""What is asked of a merge."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MatchRules:
    """When two outlines are one landslide.

    `iou`: from 0.5 on, at most one of several outlines that do not overlap each other can
    match another. `share` of the smaller within the larger from which the two have to do
    with each other. `rise` of confidence with which a rejected polygon may return. `gap`
    in CRS units: a pixel, across which cut pieces still meet.
    """

    iou: float = 0.5
    share: float = 0.5
    rise: float = 0.15
    gap: float = 1.0
