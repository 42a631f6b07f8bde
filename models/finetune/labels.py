# SPDX-License-Identifier: GPL-2.0-or-later
"""What a layer of polygons teaches: landslides, what only looks like one, and what nobody
has decided.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from ..errors import MrifeError, Note
from ..geo.crs import Crs
from ..geo.grid import Grid
from ..geo.overlay import Surface, joined
from ..geo.repair import repaired
from ..geo.reproject import near
from ..geo.spatial_index import SpatialIndex
from ..inventory.review.training_labels import WEIGHTS, reviewed_area
from ..inventory.schema import BY_NAME
from ..inventory.status import ACCEPTED, DECIDED
from ..inventory.values import by_lower_case, finite, typed
from .foreign import (
    CLASS,
    STATUS,
    ForeignField,
    foreign_fields,
    stated_class,
    stated_status,
)

LANDSLIDE = "landslide"
# rejected: taught as background, and never left out where there is too much of that
LOOK_ALIKE = "look-alike"
UNDECIDED = "undecided"  # teaches nothing
KINDS = (LANDSLIDE, LOOK_ALIKE, UNDECIDED)  # of one outline the first counts
SAME_SHARE = 0.98  # intersection over union from which on two outlines are one
# m2 under a landslide in pixels of the model: below, nothing of its form is left
MIN_PIXELS = 9


class Label(NamedTuple):
    """A valid polygon in the CRS of its layer, what it teaches, and its attributes."""

    polygon: Surface
    kind: str
    values: Mapping[str, object] = MappingProxyType({})

    @property
    def weight(self) -> float:
        """How much it counts, 0-1: the `weight` of a training layer, else what a review's
        `geo_conf` is worth, else 1.
        """
        by_name = by_lower_case(self.values)
        stated = finite(by_name.get("weight"))
        if stated is not None:
            return min(1.0, max(0.0, stated))
        if self.kind != LANDSLIDE:
            return 1.0
        confidence = typed(by_name.get("geo_conf"), BY_NAME["geo_conf"])
        return WEIGHTS.get(confidence, 1.0)


@dataclass(frozen=True)
class LabelCount:
    """What was found wrong with the polygons of a layer, before anything is learned."""

    given: int
    without_area: int  # left out
    mended: int  # crossing outlines and the like
    duplicates: int  # left out
    outside: int = 0  # on none of the images, left out
    small: int = 0  # landslides too small for the model, left out
    least_m2: float = 0.0  # the smallest that is taught
    unsure: int = 0  # taught with less than their whole weight
    foreign: tuple[ForeignField, ...] = ()  # fields with words that nobody here knows

    def notes(self) -> tuple[Note, ...]:
        """Sentences for the log; none where all is right."""
        notes = [field.note() for field in self.foreign]
        if self.without_area:
            notes.append(
                Note("{} polygons have no area and are left out.", self.without_area)
            )
        if self.mended:
            notes.append(
                Note("{} polygons were invalid and are mended for this.", self.mended)
            )
        if self.duplicates:
            notes.append(
                Note("{} polygons stand twice; one of each counts.", self.duplicates)
            )
        if self.outside:
            notes.append(Note("{} polygons lie on none of the images.", self.outside))
        if self.small:
            notes.append(
                Note(
                    "{} landslides are smaller than {} m², {} pixels of the model, and "
                    "are left out.",
                    self.small,
                    f"{self.least_m2:.0f}",
                    MIN_PIXELS,
                )
            )
        if self.unsure:
            notes.append(
                Note(
                    "{} polygons count less than others, by their fields 'weight' or "
                    "'geo_conf'.",
                    self.unsure,
                )
            )
        return tuple(notes)


def read_labels(
    records: Iterable[tuple[bytes, dict]],
) -> tuple[list[Label], LabelCount]:
    """Labels of polygons (WKB, attributes) of one CRS: by the field `cls` of a training
    layer (1 landslide, 0 look-alike), by the `status` of a review, else all landslides.
    Fields of these names without a word of ours are another inventory's, and ignored.

    Raises MrifeError where no landslide is among them.
    """
    surfaces: list[tuple[Surface, dict]] = []
    given = 0
    mended = 0
    for wkb, values in records:
        given += 1
        repair = repaired(wkb)
        if repair.polygon is None:
            continue
        mended += repair.changed
        surfaces.append((repair.polygon, values))
    foreign = foreign_fields([values for _, values in surfaces])
    ignored = {field.name.lower() for field in foreign if field.is_ignored}
    labels = [
        Label(polygon, kind_of(values, ignored), values) for polygon, values in surfaces
    ]
    single = without_duplicates(labels)
    count = LabelCount(
        given,
        given - len(labels),
        mended,
        len(labels) - len(single),
        foreign=foreign,
    )
    if not any(label.kind == LANDSLIDE for label in single):
        raise no_landslide(count)
    return single, count


def no_landslide(count: LabelCount) -> MrifeError:
    """Where none of the polygons is one."""
    for field in count.foreign:
        if not field.is_ignored:
            return MrifeError(
                "None of the {} polygons is a landslide to learn from: nobody here knows "
                "what the field '{}' of {} of them says ({}). Name it otherwise, or write "
                "'confirmed' there (1 in a field 'cls').",
                count.given,
                field.name,
                field.polygons,
                field.list_of_words,
            )
    return MrifeError(
        "None of the {} polygons is a landslide to learn from; digitize some, or "
        "confirm some in the review.",
        count.given,
    )


def kind_of(values: dict, ignored: Collection[str] = ()) -> str:
    """What a polygon with these attributes teaches, without a look at fields that are
    `ignored`.
    """
    by_name = by_lower_case(values)
    for name in ignored:
        by_name.pop(name, None)
    if CLASS in by_name:
        stated = stated_class(by_name[CLASS])
        if stated is None:
            return UNDECIDED
        if stated >= 1:
            return LANDSLIDE
        return LOOK_ALIKE
    if STATUS not in by_name:
        return LANDSLIDE
    status = stated_status(by_name[STATUS])
    if status in ACCEPTED:
        return LANDSLIDE
    if status in DECIDED:
        return LOOK_ALIKE
    return UNDECIDED


def without_duplicates(labels: list[Label]) -> list[Label]:
    """One of each outline; of several that say different things, as of two reviewers, a
    landslide, and else what somebody decided.
    """
    index = SpatialIndex([label.polygon for label in labels])
    places = range(len(labels))
    single: set[int] = set()
    for place in sorted(places, key=lambda place: KINDS.index(labels[place].kind)):
        polygon = labels[place].polygon
        others = single.intersection(index.near(polygon))
        if not any(is_same(polygon, labels[other].polygon) for other in others):
            single.add(place)
    return [labels[place] for place in sorted(single)]


def is_same(polygon: Surface, other: Surface) -> bool:
    """Whether two outlines are one."""
    smaller, larger = sorted((polygon.area, other.area))
    if smaller < SAME_SHARE * larger:
        return False
    common = polygon.intersection(other).area
    return common >= SAME_SHARE * (smaller + larger - common)


def of_kind(labels: Iterable[Label], kind: str) -> list[Surface]:
    """The polygons of one kind."""
    return [label.polygon for label in labels if label.kind == kind]


def reviewed_ground(
    labels: list[Label], crs: Crs, area: list[bytes] | None, whole: bool
) -> Surface | None:
    """Where all that is no landslide is background, in `crs`, that of the labels; None:
    the whole of the rasters.

    `area`: WKB polygons in the same CRS that a person has looked through; `whole`: all
    was. Without either it is the ground of what a review decided, and a ring around each
    of them. Raises MrifeError where nothing was decided but landslides, or both are given.
    """
    if whole and area is not None:
        raise MrifeError(
            "A reviewed area is given, and the images are said to be reviewed as a whole; "
            "what lies outside the area would be taught as none. Leave one of both out."
        )
    if whole:
        return None
    if area is not None:
        ground = joined(area)
        if ground is None:
            raise MrifeError(
                "The reviewed area holds no polygon with an area; draw where all "
                "landslides were digitized, or tick that the whole image was reviewed."
            )
        return ground
    if not of_kind(labels, LOOK_ALIKE):
        raise MrifeError(
            "Where was everything looked at? Give a reviewed area in which all "
            "landslides are digitized, or tick that the whole image was reviewed; "
            "without it nothing is known to be background."
        )
    decided = of_kind(labels, LANDSLIDE) + of_kind(labels, LOOK_ALIKE)
    return joined(part.wkb for part in reviewed_area(decided, [], crs))


def on_grid(polygons: Iterable[Surface], crs: Crs, grid: Grid) -> list[Surface]:
    """Polygons of a CRS in that of a grid, as far as they lie on it."""
    wkbs = (polygon.wkb for polygon in polygons)
    return list(near(wkbs, crs, grid.bounds, grid.crs))


def joined_on_grid(polygon: Surface, crs: Crs, grid: Grid) -> Surface | None:
    """The same of one polygon, as one; None where nothing of it lies on the grid."""
    return joined(part.wkb for part in on_grid([polygon], crs, grid))
