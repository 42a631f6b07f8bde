# SPDX-License-Identifier: GPL-2.0-or-later
"""What is compared: a reference inventory, the area in which it is complete, a
probability raster.
"""

from __future__ import annotations

from ..texts import tr
from .behind_layers import assigned_crs, gdal_source, layer_nodata
from .declare import polygon_source, raster
from .outputs import check_temporary


def reference_parameters():
    """The inventory, and where it is complete."""
    yield polygon_source(
        "REFERENCE",
        tr("Reference inventory"),
        tr(
            "Landslides that are known, in any coordinate system; those of status "
            "'rejected' are left out."
        ),
    )
    yield polygon_source(
        "AREA",
        tr("Evaluation area"),
        tr(
            "The area in which the reference holds every landslide. Empty: the rectangle "
            "around the reference; the report says so."
        ),
        optional=True,
    )


def probability_parameter(text, optional):
    return raster("PROBABILITY", tr("Landslide probability"), text, optional=optional)


def evaluation_area(area, reference):
    """The evaluation area of a source of polygons, else the bounding rectangle of the
    reference. Raises MrifeError where there is none.
    """
    from ...models.assessment import evaluation_area as area_of
    from ..layers.features import outlines_of

    polygons, crs = outlines_of(area or reference)
    return area_of(polygons, crs, area is not None)


def read_probability(given, area, outlined):
    """The probability raster; None where none is given. `outlined`: its polygons will be
    made. Raises MrifeError where it lies elsewhere than the evaluation area.
    """
    from ...models.assessment import check_on

    raster = probability_raster(given)
    if raster is None:
        return None
    check_on(area, raster)
    if outlined:
        check_temporary(0)
    return raster


def probability_raster(given):
    """The models.assessment.ScoredRaster wherever it lies; None where none is given.
    Raises MrifeError.
    """
    from ...models.assessment import scored_raster

    if not given.has("PROBABILITY"):
        return None
    layer = given.raster("PROBABILITY")
    return scored_raster(
        gdal_source(layer), layer.name(), assigned_crs(layer), layer_nodata(layer)
    )


def probability_crs(given):
    """The system of the probability raster as QGIS knows it; None where none is given."""
    if not given.has("PROBABILITY"):
        return None
    return given.raster("PROBABILITY").crs()
