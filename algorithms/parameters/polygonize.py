# SPDX-License-Identifier: GPL-2.0-or-later
"""The steps from mask to outline as parameters, and what they did as sentences."""

from __future__ import annotations

from qgis.core import (
    QgsFeatureRequest,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDistance,
    QgsProcessingParameterEnum,
    QgsProcessingParameterMultipleLayers,
    QgsRectangle,
)

from ..texts import tr
from .declare import (
    POLYGONS,
    advanced,
    area,
    choice,
    distance,
    map_scale,
    number,
    with_help,
    yes_no,
)
from .plain_values import number_of

OUTLINES = ["contour", "pixel"]
EXCLUDE_MODES = ["clip", "drop"]
DEFAULT_HOLE_SHARE = 0.1  # of the polygon


def step_parameters():
    """All advanced, in the order of the steps."""
    steps = (
        *hole_steps(),
        *joining_steps(),
        *line_steps(),
        *exclusion_steps(),
    )
    return [advanced(parameter) for parameter in steps]


def hole_steps():
    yield choice(
        "OUTLINE",
        tr("Outline"),
        OUTLINES,
        tr(
            "contour of the probability (contour) follows the threshold between pixel "
            "centres; edges of pixels (pixel) are stairs, which 'Smooth outlines' and "
            "'Simplify' straighten."
        ),
    )
    yield yes_no(
        "HOLES",
        tr("Fill holes"),
        True,
        tr(
            "Fill holes that are smaller than one of the two limits below; never a hole "
            "in which another polygon lies."
        ),
    )
    yield area(
        "HOLE_AREA",
        tr("Largest hole filled (default: the minimum area)"),
        tr("Empty: the minimum area."),
    )
    yield number(
        "HOLE_SHARE",
        tr("Largest hole filled, % of the polygon (default: 10)"),
        tr("Empty: 10."),
        high=100.0,
    )


def joining_steps():
    yield distance(
        "GAP",
        tr("Join pieces closer than"),
        tr(
            "Bridges narrow gaps such as roads, never over another polygon or "
            "an exclusion; with an elevation model only between pieces that "
            "slope the same way, within 60 degrees. 0: off. Two to three pixels "
            "are usual."
        ),
        0.0,
    )
    yield map_scale(
        "SCALE",
        tr("Map scale, sets the minimum area"),
        tr(
            "Sets the minimum area to a square of 2 mm on the map: 10,000 m² at "
            "1:50,000, 2,500 m² at 1:25,000. A minimum area that is given wins."
        ),
    )


def line_steps():
    yield yes_no(
        "SMOOTH",
        tr("Smooth outlines"),
        True,
        tr(
            "Takes stairs and wobbles away without shrinking (Taubin 1995). An "
            "area never changes by more than 2 %."
        ),
    )
    yield distance(
        "SIMPLIFY",
        tr("Simplify (default: a quarter of a pixel)"),
        tr(
            "Vertices are left out as long as the outline moves by no more than "
            "this on the ground, and the area by no more than 2 %. 0: off. "
            "Empty: a quarter of a pixel."
        ),
    )


def exclusion_steps():
    yield with_help(
        QgsProcessingParameterMultipleLayers(
            "EXCLUDE", tr("Exclusions"), POLYGONS, optional=True
        ),
        tr(
            "Layers of polygons in any coordinate system: water (see 'Propose water to "
            "exclude'), built-up ground, quarries. What they cover is cut out of the "
            "polygons, or only noted as the share 'excl_fr' (see 'What exclusions do')."
        ),
    )
    yield choice(
        "EXCLUDE_MODE",
        tr("What exclusions do"),
        EXCLUDE_MODES,
        tr(
            "are cut out (clip): of what is left, pieces below the minimum area are left "
            "out, and each of the others is a polygon of its own. drop polygons (drop): "
            "outlines stay whole, and those covered above the share below are dropped."
        ),
    )
    yield number(
        "MAX_EXCLUDED",
        tr("Drop polygons excluded above, % (default: keep all)"),
        tr(
            "Polygons covered to a larger share are left out as a whole, clipped "
            "or not. Empty: all are kept; villages do stand on relic "
            "landslides."
        ),
        high=100.0,
    )
    yield yes_no(
        "SPLIT",
        tr("Split what has grown together"),
        False,
        tr(
            "Cuts polygons at necks of probability and width and, with an "
            "elevation model, where slopes face more than 90 degrees apart; "
            "never across a continuous head scarp. Off: they are flagged with "
            "K."
        ),
    )


def outline_options(given):
    """The steps the user asked for."""
    from ...models.inventory.polygonize.options import OutlineOptions

    hole_share = given.share("HOLE_SHARE")
    if hole_share is None:
        hole_share = DEFAULT_HOLE_SHARE
    return OutlineOptions(
        contour=given.choice("OUTLINE") == "contour",
        holes=given.flag("HOLES"),
        hole_area=given.number("HOLE_AREA"),
        hole_share=hole_share,
        gap=given.number("GAP") or 0.0,
        smooth=given.flag("SMOOTH"),
        simplify=given.number("SIMPLIFY"),
        max_excluded=given.share("MAX_EXCLUDED"),
        clip=given.choice("EXCLUDE_MODE") == "clip",
        split=given.flag("SPLIT"),
    )


def asked_steps(given):
    """Label and value of each step that was asked for, by the user or by its default."""
    for parameter in step_parameters():
        value = given.value(parameter.name())
        if value is None:
            value = parameter.defaultValue()
        if value is not None and parameter.name() != "EXCLUDE":
            words = _value_in_words(parameter, value, given)
            yield tr("{}: {}").format(parameter.description(), words)


def _value_in_words(parameter, value, given):
    """As a dialog shows it."""
    name = parameter.name()
    if isinstance(parameter, QgsProcessingParameterBoolean):
        return tr("yes") if given.flag(name) else tr("no")
    if isinstance(parameter, QgsProcessingParameterEnum):
        return parameter.metadata()["widget_wrapper"]["words"][given.choice(name)]
    if isinstance(parameter, QgsProcessingParameterDistance):
        return f"{number_of(value, parameter.description()):g} m"
    text = f"{number_of(value, parameter.description()):,.10g}"
    if parameter.type() == "area":  # QGIS's own, whose label has no unit
        return f"{text} m²"
    return text


def read_exclusion(sources, grid):
    """What the sources of exclusions hold near a raster, in its CRS; None without any."""
    from ...models.inventory.polygonize.exclusion import Exclusion

    if not sources:
        return None
    return Exclusion(polygon.wkb for source in sources for polygon in _near(source, grid))


def _near(source, grid):
    """The polygons of a source on a raster, in the raster's CRS; only those are read."""
    from ...models.geo.crs import Crs
    from ...models.geo.reproject import near, surroundings
    from ..layers.features import features, polygons_of

    crs = Crs(source.sourceCrs().toWkt())
    request = QgsFeatureRequest().setNoAttributes()
    place = surroundings(grid.bounds, grid.crs, crs)
    if place is None:
        return ()
    if not crs.is_geographic:  # else it may also lie a whole turn away
        request.setFilterRect(QgsRectangle(*place.bounds))
    polygons = map(polygons_of, features(source, request))
    return near(polygons, crs, grid.bounds, grid.crs)


def sentences(report, options):
    """What each step did, for the log."""
    on = {
        "outline": options.contour,
        "holes": options.holes,
        "smooth": options.smooth,
        "simplify": options.simplify != 0,
        "gaps": options.gap > 0,
        "split": options.split,
    }
    steps = report.to_dict()
    for name, text in _texts_of_steps().items():
        counters = steps[name]
        n = counters["n"] = counters.pop("polygons")
        if on.get(name, n > 0):
            counts = {key: f"{value:,.0f}" for key, value in counters.items()}
            yield text.format(**counts)
    if report.outline.large:
        yield tr("{} very long outlines keep their pixel edges.").format(
            report.outline.large
        )


def _texts_of_steps():
    """By the step's name in the report; with the names of its counters."""
    return {
        "outline": tr("Contour: {n} outlines follow the probability, {area} m² moved."),
        "holes": tr("Holes: {holes} filled in {n} polygons, {area} m²."),
        "smooth": tr(
            "Smoothing: {n} polygons, {area} m² of area changed; {fewer} were smoothed "
            "less and {unsmoothed} not at all, to keep their area within 2 %."
        ),
        "simplify": tr(
            "Simplifying: {n} polygons, {area} m² of area changed, {vertices} vertices "
            "to {left}; {unsimplified} polygons kept all of them."
        ),
        "gaps": tr("Gaps: {n} pieces joined into {joined} polygons, {area} m² bridged."),
        "min_area": tr("Minimum area: {n} polygons left out, {area} m²."),
        "coalesced": tr(
            "Grown together: {n} polygons look like several slides, {area} m²."
        ),
        "split": tr("Splitting: {n} polygons cut into {pieces}, {area} m²."),
        "excluded": tr(
            "Exclusions: {n} polygons overlap, {area} m²; {dropped} dropped, {clipped} "
            "clipped to {pieces} pieces, {small} smaller ones left out ({small_area} m²)."
        ),
    }
