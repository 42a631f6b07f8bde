# SPDX-License-Identifier: GPL-2.0-or-later
"""What training may learn from a review: landslides, what looks like them, and the
ground where neither was missed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from shapely import wkb
from shapely.affinity import scale
from shapely.geometry import MultiPolygon, Polygon
from shapely.ops import unary_union

from ...geo.crs import Crs
from ...geo.geodesic import Geodesic
from ...geo.many_shapes import parts_of
from ...geo.overlay import Surface, SurfaceIndex
from ...geo.repair import areal, sound
from ...watch import Watch, unwatched
from ..schema import BY_NAME, Choices, Field
from ..status import REJECTED

# definite, probable, questionable (California CGS), by geo_conf
WEIGHTS = {"high": 1.0, "moderate": 0.75, "low": 0.5}
MIN_REST_SHARE = 0.05  # of a hard negative beside the landslides that it overlaps
ROUNDING = 1e-6  # of a polygon: what neighbours share by rounding alone
TRAINING_FIELDS = (
    Field(
        "cls",
        "int",
        0,
        "0/1",
        "1 landslide, 0 what only looks like one",
        "Class",
        Choices("training_class", (("1", "landslide"), ("0", "looks like one"))),
    ),
    BY_NAME["ls_id"],
    BY_NAME["status"],  # by which every other step knows what is no landslide
    BY_NAME["rej_why"],
    Field(
        "weight",
        "real",
        0,
        "0-1",
        "1, for a geologist's moderate confidence 0.75, for low 0.5",
        "Weight",
    ),
    BY_NAME["src_img"],
    BY_NAME["model_id"],
)
REJECTED_FIELDS = tuple(
    BY_NAME[name]
    for name in (
        "ls_id",
        "model_id",
        "conf",
        "p_mean",
        "area_m2",
        "status",
        "rej_why",
        "remarks",
        "reviewer",
        "rev_date",
        "src_img",
        "run_utc",
    )
)
REVIEWED_FIELDS = (
    Field(
        "origin",
        "text",
        12,
        "",
        "given: drawn by a person; polygons: reviewed polygons and their surroundings",
        "Origin",
        Choices(
            "area_origin",
            (("given", "drawn by a person"), ("polygons", "around reviewed polygons")),
        ),
    ),
    BY_NAME["area_m2"],
)


def training_label(values: dict) -> dict:
    """Attributes of TRAINING_FIELDS of a reviewed polygon that is confirmed, modified or
    rejected.
    """
    if values["status"] == REJECTED:
        return {**values, "cls": 0, "rej_why": values.get("rej_why"), "weight": 1.0}
    weight = WEIGHTS.get(values.get("geo_conf"), 1.0)
    return {**values, "cls": 1, "rej_why": None, "weight": weight}


def teach_once(
    training: Iterable[tuple[bytes, dict]],
    measure: Geodesic,
    watch: Watch = unwatched,
) -> tuple[list[tuple[bytes, dict]], list[float]]:
    """Labels of valid polygons (WKB, attributes of TRAINING_FIELDS) without the ground
    that a hard negative shares with a landslide: it is a landslide. Also the m2 that each
    hard negative lost for it.

    A negative of which less than MIN_REST_SHARE is left is left out: a rim as thin as
    that lies where the outline itself is uncertain.
    """
    labels = list(training)
    landslides = [sound(data) for data, values in labels if values["cls"] == 1]
    surfaces = SurfaceIndex(landslides)
    taught = []
    lost = []
    for data, values in watch(labels):
        covered = []
        if values["cls"] == 0:
            polygon = sound(data)
            covered = [common for _, common in surfaces.shared(polygon)]
        if not covered:
            taught.append((data, values))
            continue
        rest = areal(polygon.difference(unary_union(covered)))
        if rest is not None and math.isclose(rest.area, polygon.area, rel_tol=ROUNDING):
            taught.append((data, values))
            continue
        before = measure.area(polygon)
        if rest is None or rest.area < MIN_REST_SHARE * polygon.area:
            lost.append(before)
            continue
        taught.append((wkb.dumps(rest), values))
        lost.append(before - measure.area(rest))
    return taught, lost


def reviewed_area(
    decided: Iterable[Surface],
    unsure: Iterable[Surface],
    crs: Crs,
    given: Iterable[Surface] | None = None,
) -> list[Polygon]:
    """Where all that is not a confirmed landslide may be taught as background; valid
    polygons of `crs`.

    `given` is where a person looked for what was missed. Without it only the reviewed
    polygons themselves and a ring around each, as wide as the radius of the circle of its
    area: no more was surely looked at. What is still open, waits for a field check or was
    deleted is cut out.
    """
    decided = list(decided)
    if given is None:
        given = [surrounded(polygon, crs) for polygon in decided]
    ground = unary_union(list(given))
    area = ground.difference(unary_union(list(unsure))).union(unary_union(decided))
    return [
        part for part in parts_of(area) if isinstance(part, Polygon) and part.area > 0
    ]


def surrounded(polygon: Polygon | MultiPolygon, crs: Crs) -> Polygon | MultiPolygon:
    """The polygon of `crs` and a ring as wide as its equivalent radius on the ground."""
    place = polygon.centroid
    east, north = crs.metres_at(place.x, place.y)
    # in degrees a unit of y is longer than one of x
    to_scale = scale(polygon, 1, north / east, origin=(0, 0))
    wide = to_scale.buffer(math.sqrt(to_scale.area / math.pi), 8)
    return scale(wide, 1, east / north, origin=(0, 0))


def area_records(
    parts: Iterable[Polygon], origin: str, measure: Geodesic
) -> list[tuple[bytes, dict]]:
    """WKB and the attributes of REVIEWED_FIELDS."""
    return [
        (wkb.dumps(part), {"origin": origin, "area_m2": round(measure.area(part), 1)})
        for part in parts
    ]
