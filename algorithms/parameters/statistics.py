# SPDX-License-Identifier: GPL-2.0-or-later
"""The parameters and outputs of the statistics of an inventory."""

from __future__ import annotations

from qgis.core import QgsProcessingParameterEnum

from ..texts import tr
from .declare import (
    advanced,
    area,
    in_words,
    numbers,
    optional,
    polygon_source,
    raster,
    string,
    with_help,
)
from .detection import dem_unit
from .language import language, user_language


def inputs():
    yield polygon_source(
        "INPUT",
        tr("Landslides"),
        tr(
            "Polygons in any coordinate system. Fields that are named as in this plugin "
            "are used, others ignored."
        ),
    )
    yield polygon_source(
        "AREA",
        tr("Investigated area"),
        tr(
            "A map sheet, a county: polygons in any coordinate system. "
            "Landslides whose inner point lies outside do not count. Empty: all "
            "count, and there is no density."
        ),
        optional=True,
    )
    yield raster(
        "DEM",
        tr("Elevation model"),
        tr(
            "A raster of elevations in any coordinate system. It is drawn as a hillshade "
            "under the map, and gives the slope of polygons that have none yet."
        ),
        optional=True,
    )
    yield dem_unit()
    yield string(
        "TITLE", tr("Title"), tr("The report's heading. Empty: the name of the layer.")
    )


def choices():
    from ...models.inventory.schema import STATUS
    from ...models.inventory.status import REJECTED, STATUSES

    statuses = QgsProcessingParameterEnum(
        "STATUS",
        tr("Statuses that count"),
        list(STATUSES),
        allowMultiple=True,
        usesStaticStrings=True,
        defaultValue=[status for status in STATUSES if status != REJECTED],
    )
    with_help(statuses, tr("Polygons without a status count always."))
    yield in_words(optional(statuses), user_language().choices(STATUS))
    yield language()
    yield advanced(
        area(
            "MMU",
            tr("Minimum mapping unit (default: the smallest polygon)"),
            tr(
                "The smallest landslide that was to be mapped. The report compares it "
                "with the rollover. Empty: the smallest polygon."
            ),
            "ha",
        )
    )


def rejected_polygons():
    return polygon_source(
        "REJECTED",
        tr("Rejected polygons"),
        tr(
            "What a person rejected, as 'Apply review' writes it. With it the report "
            "says what share of the candidates were landslides; the inventory alone "
            "cannot say that."
        ),
        optional=True,
    )


def outputs():
    return numbers(
        ("COUNT", tr("Number of landslides")),
        ("AREA_M2", tr("Area of all landslides (m²)")),
        ("KNOWN_M2", tr("Investigated area (m²)")),
        ("DENSITY", tr("Landslides per km²")),
        ("SHARE", tr("Share of the investigated area (0-1)")),
        ("REVIEWED", tr("Polygons reviewed")),
        ("ALPHA", tr("Exponent of the frequency density")),
        ("ALPHA_ERROR", tr("Its standard error")),
        ("ROLLOVER_M2", tr("Rollover (m²)")),
        ("ALPHA_P", tr("Goodness of fit of the power law (p)")),
        ("RHO_1", tr("ρ + 1 of the inverse gamma")),
    )
