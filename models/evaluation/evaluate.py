# SPDX-License-Identifier: GPL-2.0-or-later
"""Candidates against a reference inventory inside an area: what is right, found, missed
and false, by area and by landslide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..errors import MrifeError
from ..geo.crs import Crs
from ..geo.geodesic import Geodesic
from ..geo.many_shapes import areas
from ..geo.overlay import (
    Overlay,
    Surface,
    SurfaceIndex,
    areas_by_block,
    joined,
    overlay,
    squares,
)
from ..geo.reproject import into, near
from ..watch import Watch, unwatched
from .intervals import Interval
from .matching import Relations, audit, relations, strict, survey
from .ranking import CALIBRATED, Ranking, rank
from .scores import (
    AreaScores,
    BoundaryDistances,
    ObjectScores,
    SizeScores,
    area_scores,
    boundary_distances,
    false_density,
    homes_of,
    object_scores,
    sizes,
)

BLOCKS = 100  # over the bounds of the area, for the intervals
MIN_INSIDE = 0.5  # share of a polygon that must lie in the area for it to count as one
# of the plane around an area: half of the Earth
REACH = (-9e6, -9e6, 9e6, 9e6)
SAME_AREA = 0.01  # by which the plane's area may be off the ellipsoid's


class Outline(NamedTuple):
    """A polygon (WKB, in the CRS of its layer) and its confidence, None where it has
    none.
    """

    wkb: bytes
    confidence: float | None = None


@dataclass(frozen=True)
class Layer:
    """Polygons on the plane of an evaluation: all that lies of them in the area, and
    those with MIN_INSIDE of their area in it, which count as objects.
    """

    pieces: list  # of all polygons that reach into the area
    owners: np.ndarray  # (p,) place in what was given of the polygon of each piece
    confidence: np.ndarray  # (p,), NaN where it is not known
    counted: np.ndarray  # (n,) places among the pieces of the objects

    @property
    def objects(self) -> list:
        """The objects' pieces."""
        return [self.pieces[place] for place in self.counted]

    @property
    def places(self) -> np.ndarray:
        """Places (n,) of the objects in what was given."""
        return self.owners[self.counted]

    @property
    def areas(self) -> np.ndarray:
        """Square metres of the objects inside the area (n,)."""
        return np.array([shape.area for shape in self.objects], float)

    @property
    def middles(self) -> np.ndarray:
        """Places (n, 2) of the objects on the plane."""
        places = [(shape.centroid.x, shape.centroid.y) for shape in self.objects]
        return np.array(places, float).reshape(-1, 2)


@dataclass(frozen=True)
class Evaluation:
    """All scores of one comparison; `rules` in the order strict, survey, audit."""

    candidates: Layer
    references: Layer
    ground: Overlay  # of all pieces
    table: Overlay  # of the objects, covered by all pieces
    areas: AreaScores
    rules: tuple[ObjectScores, ...]
    relations: Relations
    sizes: tuple[SizeScores, ...]
    false_per_100_km2: Interval
    boundary: BoundaryDistances | None
    ranking: Ranking | None
    blocks: int
    searched: float  # share of the area, in which false candidates are counted

    @property
    def on_landslides(self) -> Overlay:
        """The landslides that count, covered by all pieces of candidates."""
        return self.ground.among(second=self.references.counted)

    @property
    def survey(self) -> ObjectScores:
        """Under the rule that a survey cares for."""
        return self.rules[1]

    @property
    def found_in_pieces(self) -> int:
        """Landslides that are found, by several candidates."""
        several = self.relations.fragments > 1
        return int((several & self.survey.matches.found).sum())


class EvaluationArea:
    """Where the reference is complete, on a plane of true areas around its middle.

    `polygons` (WKB in `crs`). Raises MrifeError where they hold no area.
    """

    def __init__(self, polygons: Iterable[bytes], crs: Crs):
        given = joined(polygons)
        if given is None:
            raise MrifeError(
                "The evaluation area holds no polygon with an area; choose a layer that "
                "has one, and look at its filter and selection."
            )
        self.bounds = given.bounds
        self.crs = crs
        self.plane = plane_around(self.bounds, crs)
        moved = into([given.wkb], crs, REACH, self.plane)
        outline = joined(part.wkb for part in moved)
        on_ellipsoid = Geodesic(crs).area(given)
        if outline is None or abs(outline.area / on_ellipsoid - 1) > SAME_AREA:
            raise MrifeError(
                "The evaluation area is too large to be laid on one plane; choose the area "
                "in which all landslides of the reference are known."
            )
        self.outline: Surface = outline

    def on(self, crs: Crs, bounds: tuple[float, float, float, float]) -> list[bytes]:
        """The area in another system as WKB polygons, as far as it lies near bounds
        there.
        """
        return [part.wkb for part in near([self.outline.wkb], self.plane, bounds, crs)]

    def layer(
        self, outlines: Sequence[Outline], crs: Crs, watch: Watch = unwatched
    ) -> Layer:
        """What of polygons in `crs` lies in the area."""
        surfaces = SurfaceIndex([self.outline])
        pieces = []
        owners = []
        counted = []
        for place, outline in enumerate(watch(outlines)):
            for shape in into([outline.wkb], crs, self.outline.bounds, self.plane):
                piece = surfaces.within(shape)
                if piece is None:
                    continue
                if piece.area >= MIN_INSIDE * shape.area:
                    counted.append(len(pieces))
                pieces.append(piece)
                owners.append(place)
        stated = [outlines[place].confidence for place in owners]
        confidence = [np.nan if value is None else value for value in stated]
        return Layer(
            pieces,
            np.array(owners, int),
            np.array(confidence, float),
            np.array(counted, int),
        )


def plane_around(bounds: tuple[float, float, float, float], crs: Crs) -> Crs:
    """Lambert's azimuthal equal-area projection around the middle of bounds, metres, on
    the ellipsoid of `crs`.
    """
    left, bottom, right, top = bounds
    middle = [((left + right) / 2, (bottom + top) / 2)]
    ((lon, lat),) = crs.transform(middle, crs.world)
    if not np.isfinite((lon, lat)).all():
        raise MrifeError(
            "The evaluation area lies where its coordinate reference system is not "
            "defined; check the system assigned to it."
        )
    world = crs.world
    return Crs(
        f"+proj=laea +lat_0={lat:.6f} +lon_0={lon:.6f} "
        f"+a={world.semi_major!r} +b={world.semi_minor!r} +units=m +no_defs"
    )


def evaluate(
    candidates: Layer,
    references: Layer,
    outline: Surface,
    ranked_by: str = CALIBRATED,
    searched: float = 1.0,
    watch: Watch = unwatched,
) -> Evaluation:
    """Score candidates against the landslides of an inventory inside an area's outline,
    all on one plane in metres.

    Precision counts candidates, recall landslides, each that lies mostly in the area; what
    lies over one covers it also where most of that lies beyond. Scores that have nothing
    to count are NaN. `ranked_by` is the field that the candidates' confidence comes from,
    `searched` the share of the area in which they were searched for.
    """
    blocks = squares(outline, BLOCKS)
    landslides = references.pieces
    by_block = areas_by_block(
        candidates.pieces, landslides, blocks, homes_of(landslides, blocks, watch), watch
    )
    ground = overlay(candidates.pieces, landslides, watch)
    table = ground.among(candidates.counted, references.counted)
    homes = tuple(
        homes_of(layer.objects, blocks, watch) for layer in (candidates, references)
    )
    matches = (strict(table), survey(table), audit(table))
    by_strict, by_survey, _ = matches
    grounds = areas(blocks) * searched
    return Evaluation(
        candidates=candidates,
        references=references,
        ground=ground,
        table=table,
        areas=area_scores(by_block, len(landslides)),
        rules=tuple(object_scores(each, homes, len(blocks)) for each in matches),
        relations=relations(table),
        sizes=sizes(candidates.areas, references.areas, by_survey),
        false_per_100_km2=false_density(by_survey, homes[0], grounds),
        boundary=boundary_distances(
            candidates.objects, references.objects, by_strict.pairs, outline, watch
        ),
        ranking=rank(
            ground.among(second=references.counted),
            candidates.confidence,
            ranked_by,
            by_survey,
            candidates.counted,
        ),
        blocks=len(blocks),
        searched=searched,
    )
