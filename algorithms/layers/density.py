# SPDX-License-Identifier: GPL-2.0-or-later
"""The density map of an inventory: its parameters, its cells, its layer."""

from __future__ import annotations

from ...models.errors import MrifeError
from ..parameters.declare import advanced, distance, polygon_sink
from ..texts import tr
from . import styles
from .classes import show_density


def density_map():
    yield advanced(
        distance(
            "CELL",
            tr("Size of the cells of the density map (default: by the area)"),
            tr(
                "Side of a square. Empty: a round length that gives some hundred cells "
                "over the investigated area."
            ),
        )
    )
    yield polygon_sink(
        "DENSITY_MAP",
        tr("Landslide density"),
        tr(
            "Squares over the investigated area with the landslides per km² and the share "
            "of the ground under landslides."
        ),
        optional=True,
        by_default=False,
    )


def density_cells(area, given):
    """The cells of the density map; None where it is not asked for. Raises MrifeError."""
    from ...models.inventory.report.density import DensityCells

    side = given.number("CELL")
    if not given.has("DENSITY_MAP"):
        return None
    if area is None:
        raise MrifeError(
            "A density map needs the area that was investigated; give it, or leave the map "
            "out."
        )
    return DensityCells(area, side)


def write_density(job, landslides, given, feedback):
    """The destination of the density map; "" where it is not asked for."""
    from ...models.inventory.report.density import DENSITY_FIELDS

    if job.cells is None:
        return ""
    rows = job.cells.density(landslides)
    fields = styles.qgs_fields(DENSITY_FIELDS)
    path, count = given.outputs.layer("DENSITY_MAP", rows, fields, job.area_crs)
    title = tr("Landslide density, {}").format(job.source.sourceName())
    sentence = tr("Density map: {} cells of {} m.").format(count, f"{job.cells.side:g}")
    feedback.pushInfo(sentence)
    style = styles.with_style(show_density)
    styles.finish_polygons(given, "DENSITY_MAP", path, title, style, None, [sentence])
    return path
