# SPDX-License-Identifier: GPL-2.0-or-later
"""Outlines of several layers laid side by side: which lie on the same ground, and by
how much.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from shapely import wkb
from shapely.geometry import MultiLineString, MultiPolygon, Polygon
from shapely.strtree import STRtree

from ...geo.repair import repaired
from ..review.triage import confidence_of
from ..schema import BY_NAME

SLIVER = 0.05  # share of the smaller below which an overlap is inexact drawing
HUMAN_METHODS = ("manual", "auto_edit")
HUMAN_STATUS = ("confirmed", "modified", "field_check")


@dataclass(frozen=True, eq=False)
class MatchOutline:
    """A valid polygon of one layer with its attributes, and where it was seen."""

    shape: Polygon | MultiPolygon
    values: dict
    layer: int = 0  # only whether two outlines share it counts, not its order
    name: str = ""  # identifier
    cut: MultiLineString | None = (
        None  # sides on the border of the sheet, where it may go on
    )
    repaired: bool = False
    key: bytes = field(default=b"", repr=False)  # its WKB

    @property
    def sheet(self) -> str:
        """The map sheet, else the image; empty where neither is known."""
        return str(self.values.get("sheet") or self.values.get("src_img") or "")

    @property
    def cut_off(self) -> bool:
        """Whether an edge cut it, by its attribute."""
        return self.values.get("edge") == 1

    @property
    def on_border(self) -> bool:
        """Whether it may go on in the next sheet; without the attribute `edge`, where
        it lies on its sheet's border.
        """
        if self.values.get("edge") is None:
            return self.cut is not None
        return self.cut_off

    @property
    def human(self) -> bool:
        """Whether a person drew, redrew or confirmed it."""
        return (
            self.values.get("method") in HUMAN_METHODS
            or self.values.get("status") in HUMAN_STATUS
        )

    @property
    def rejected(self) -> bool:
        """Whether a person said that it is none."""
        return self.values.get("status") == "rejected"

    @property
    def confidence(self) -> float | None:
        """Calibrated, else the mean probability."""
        return confidence_of(self.values)


@dataclass(frozen=True)
class MatchRules:
    """When two outlines are one landslide.

    `iou`: from 0.5 on, at most one of several outlines that do not overlap each other can
    match another. `share` of the smaller within the larger from which the two have to do
    with each other. `rise` of confidence with which a rejected polygon may return. `gap`
    in CRS units: a pixel, across which cut pieces still meet.
    """

    iou: float = 0.5
    share: float = 0.5
    rise: float = 0.15
    gap: float = 1.0


class Overlap(NamedTuple):
    """Intersection over union, and the share of each of the two that lies in the
    other; all 0-1.
    """

    iou: float
    first: float
    second: float

    @property
    def larger_share(self) -> float:
        """Share of the smaller of the two in the other."""
        return max(self.first, self.second)

    def related(self, rules: MatchRules) -> bool:
        """Whether the two have to do with each other."""
        return self.iou >= rules.iou or self.larger_share >= rules.share


def overlap(a: MatchOutline, b: MatchOutline) -> Overlap:
    """How two outlines overlap, in the plane of their CRS: shares hardly depend on it."""
    if a.key == b.key:
        return Overlap(1.0, 1.0, 1.0)
    common = a.shape.intersection(b.shape).area
    first = a.shape.area
    second = b.shape.area
    return Overlap(common / (first + second - common), common / first, common / second)


def outline(
    data: bytes, values: dict, layer: int, cut: bytes | None = None, name: str = ""
) -> MatchOutline | None:
    """An outline from WKB of any polygons, repaired where it must be; None where no area
    is left.

    `name` is its identifier, by default `ls_id`. Values by name; those of the schema that
    have not its type are None.
    """
    values = {
        key: _typed(value, BY_NAME[key].kind) if key in BY_NAME else value
        for key, value in values.items()
    }
    taken = repaired(data)
    if taken.polygon is None:
        return None
    # valid ones keep every vertex
    if set(taken.done) <= {"duplicate"}:
        shape = wkb.loads(data)
    else:
        shape = taken.polygon
    if cut:
        lines = wkb.loads(cut)
    else:
        lines = None
    return MatchOutline(
        shape,
        values,
        layer,
        name or str(values.get("ls_id") or ""),
        lines,
        taken.changed,
        wkb.dumps(shape),
    )


def to_wkb(outline: MatchOutline) -> bytes:
    """Its geometry as WKB; that of an outline that was not repaired has the very
    coordinates it came with.
    """
    return outline.key


def canonical(outlines: Sequence[MatchOutline]) -> list[MatchOutline]:
    """The outlines in an order that does not depend on that of the layers."""
    return sorted(outlines, key=_order)


def same_source(a: MatchOutline, b: MatchOutline) -> bool:
    """Whether the two come from one sheet of one layer, which must not be compared
    with itself.
    """
    return a.layer == b.layer and a.sheet == b.sheet


def rivals(a: MatchOutline, b: MatchOutline) -> bool:
    """Whether two models saw them on one sheet: then they are two opinions, not two
    pieces.
    """
    return a.sheet == b.sheet != "" and a.values.get("model_id") != b.values.get(
        "model_id"
    )


class Index:
    """Which of some outlines have bounds that meet those of a geometry; for shapely
    1.8 and 2.
    """

    def __init__(self, outlines: Sequence[MatchOutline]):
        self.outlines = outlines
        with warnings.catch_warnings():  # 1.8 announces what getattr settles
            warnings.simplefilter("ignore", FutureWarning)
            tree = STRtree([outline.shape for outline in outlines])
        self._query = getattr(
            tree, "query_items", tree.query
        )  # 1.8: query gives geometries, query_items numbers

    def near(self, shape: Polygon | MultiPolygon) -> list[int]:
        """Their numbers, ascending."""
        if self.outlines:
            return sorted(int(number) for number in self._query(shape))
        return []

    def overlapping(self, outline: MatchOutline) -> Iterator[tuple[int, Overlap]]:
        """Number and overlap of each that shares ground with an outline."""
        for number in self.near(outline.shape):
            found = overlap(outline, self.outlines[number])
            if found.iou > 0:
                yield number, found


def _typed(value: object, kind: str) -> object:
    if value is None or (kind in ("real", "int") and isinstance(value, (int, float))):
        return value
    if kind not in ("real", "int"):
        return str(value)
    try:
        if kind == "real":
            return float(value)
        return int(value)
    except ValueError:
        return None


def _order(outline: MatchOutline) -> tuple:
    x, y, *_ = outline.shape.bounds
    values = sorted(
        (name, str(value)) for name, value in outline.values.items() if value is not None
    )
    return x, y, outline.key, values
