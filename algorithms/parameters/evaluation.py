# SPDX-License-Identifier: GPL-2.0-or-later
"""What is compared: a reference inventory, the area in which it is complete, a
probability raster.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...models.errors import MrifeError
from ..texts import tr
from .declare import polygon_source, raster
from .given import assigned_crs, gdal_source, layer_nodata
from .outputs import check_temporary

if TYPE_CHECKING:
    from ...models.pipeline import OutlineJob


@dataclass(frozen=True)
class ProbabilityInput:
    """A probability raster as it is read."""

    path: str
    name: str
    crs: str  # WKT
    nodata: object
    outline: OutlineJob


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
            "Where the reference is complete. Empty: its bounding rectangle, which the "
            "report says."
        ),
        optional=True,
    )


def probability_parameter(text, optional):
    return raster("PROBABILITY", tr("Landslide probability"), text, optional=optional)


def evaluation_area(area, reference):
    """The evaluation area of a source of polygons, else the bounding rectangle of the
    reference. Raises MrifeError where there is none.
    """
    from ...models.evaluation.evaluate import EvaluationArea
    from ...models.geo.crs import Crs
    from ...models.geo.overlay import bounding_rectangle
    from ..layers.features import features, polygons_of

    source = area or reference
    polygons = map(polygons_of, features(source))
    if area is None:
        polygons = bounding_rectangle(polygons)
    return EvaluationArea(polygons, Crs(source.sourceCrs().toWkt()))


def read_probability(given, area, outlined):
    """The probability raster; None where none is given. `outlined`: its polygons will be
    made. Raises MrifeError where it lies elsewhere than the evaluation area.
    """
    probability = probability_input(given)
    if probability is None:
        return None
    grid = probability.outline.grid
    if not area.on(grid.crs, grid.bounds):
        raise MrifeError(
            "The evaluation area and the probability raster '{}' do not overlap; choose "
            "an area on the raster, or look at the coordinate systems of both.",
            probability.name,
        )
    if outlined:
        check_temporary(0)
    return probability


def probability_input(given):
    """The probability raster wherever it lies; None where none is given. Raises
    MrifeError.
    """
    from ...models.pipeline import OutlineRequest, prepare_outline

    if not given.has("PROBABILITY"):
        return None
    layer = given.raster("PROBABILITY")
    path = gdal_source(layer)
    nodata = layer_nodata(layer)
    wkt = assigned_crs(layer)
    job = prepare_outline(path, OutlineRequest(), layer.name(), wkt, nodata)
    return ProbabilityInput(path, layer.name(), layer.crs().toWkt(), nodata, job)
