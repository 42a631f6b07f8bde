# SPDX-License-Identifier: GPL-2.0-or-later
"""The layers and rules of a merge as parameters, and read from them."""

from __future__ import annotations

from qgis.core import (
    QgsProcessingParameterCrs,
    QgsProcessingParameterField,
)

from ...models.errors import MrifeError
from ...models.inventory.language import words_of_all
from ...models.inventory.merge.rules import MatchRules
from ..texts import tr
from .declare import distance, number, raster, with_help, yes_no
from .detection import dem_unit


def rule_parameters():
    """In the order in which the user sees them."""
    return [*source_parameters(), *threshold_parameters(), *result_parameters()]


def source_parameters():
    yield with_help(
        QgsProcessingParameterField(
            "ID_FIELD",
            tr("Identifier of the existing inventory"),
            None,
            "EXISTING",
            optional=True,
        ),
        tr(
            "Empty: the first of the usual names (ls_id, id, code, {} ..., numbers of "
            "rows as fid last) that tells all polygons apart, else the feature's number."
        ).format(words_of_all("usual_identifiers")[-1]),
    )
    yield raster(
        "DEM",
        tr("Elevation model"),
        tr(
            "For the terrain of polygons that are put together; a raster of "
            "elevations in any coordinate system."
        ),
        optional=True,
    )
    yield dem_unit()


def threshold_parameters():
    rules = MatchRules()
    yield number(
        "IOU",
        tr("Overlap of known ones (default: {})").format(rules.iou),
        tr(
            "Intersection over union from which two outlines are the same "
            "landslide. At 0.5 or more, of several outlines that do not overlap each "
            "other only one can be the same. Empty: {}."
        ).format(rules.iou),
        high=1.0,
    )
    yield number(
        "SHARE",
        tr("Share of related ones (default: {})").format(rules.share),
        tr(
            "Two outlines are related, as parts of one landslide or as one that has "
            "changed, if at least this share of the smaller lies within the larger. "
            "Empty: {}."
        ).format(rules.share),
        high=1.0,
    )
    yield number(
        "RISE",
        tr("Rise of confidence (default: {})").format(rules.rise),
        tr(
            "By how much the confidence must have risen for a rejected polygon to "
            "come back. Empty: {}."
        ).format(rules.rise),
        high=1.0,
    )


def result_parameters():
    yield distance(
        "GAP",
        tr("Gap at sheet edges (default: a pixel)"),
        tr(
            "Pieces of a landslide that sheet edges cut are put together if they are no "
            "farther apart than this. Empty: a pixel of the image, or 1 m where that is "
            "not known."
        ),
    )
    yield yes_no(
        "KEEP",
        tr("Keep existing polygons that nothing matches"),
        True,
        tr(
            "Off: existing polygons that no candidate matches are left out of the "
            "inventory."
        ),
    )
    yield with_help(
        QgsProcessingParameterCrs(
            "CRS", tr("Coordinate system of the result"), optional=True
        ),
        tr(
            "Empty: that of the existing inventory, whose outlines are then not "
            "changed by a single digit, else that of the first candidate layer."
        ),
    )


def candidate_sources(given):
    """The sources of the candidate layers. Raises MrifeError."""
    sources = given.polygon_layers("INPUTS")
    if not sources:
        raise MrifeError(
            "{}: none is given; choose one or more layers of polygons.",
            given.label("INPUTS"),
        )
    return sources


def check_identifier(given, source):
    """Raises MrifeError where the existing inventory has no such field."""
    name = given.text("ID_FIELD")
    if source and name and source.fields().lookupField(name) < 0:
        raise MrifeError(
            "The existing inventory has no field '{}'; choose one that it has, or none.",
            name,
        )


def match_rules(given, candidates, crs):
    """The rules the user asked for; those left empty are the usual ones."""
    from ...models.geo.crs import Crs
    from ...models.inventory.merge.edge_matching import gap_between

    gap = gap_between(candidates, Crs(crs.toWkt()), given.number("GAP"))
    shares = {name: given.number(name.upper()) for name in ("iou", "share", "rise")}
    stated = {name: share for name, share in shares.items() if share is not None}
    return MatchRules(gap=gap, **stated)
