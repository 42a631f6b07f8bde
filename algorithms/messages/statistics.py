# SPDX-License-Identifier: GPL-2.0-or-later
"""What the log says of the statistics of an inventory."""

from __future__ import annotations

from ..texts import tr


def say_counted(polygons, counted, outside, feedback):
    """Numbers of polygons: all that were read, those that count, those outside."""
    feedback.pushInfo(
        tr(
            "{} polygons read, {} of them count; {} lie outside the investigated area."
        ).format(polygons, counted, outside)
    )
