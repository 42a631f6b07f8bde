# SPDX-License-Identifier: GPL-2.0-or-later
"""An outline of one of several layers: its polygon, its attributes, and where it was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from shapely import wkb as wkb_format
from shapely.geometry import MultiLineString, MultiPolygon, Polygon

from ...geo.overlay import ReadyPolygon
from ...geo.repair import repaired
from ..review.triage import confidence_of
from ..schema import BY_NAME
from ..status import BY_PERSON, REJECTED
from ..values import typed

PERSONS_METHODS = ("manual", "auto_edit")
NO_RELATION = {"inv_rel": None, "inv_id": None, "inv_iou": None}  # to existing outlines


@dataclass(frozen=True, eq=False)
class MatchOutline:
    """A valid polygon of one layer with its attributes, and where it was seen."""

    shape: Polygon | MultiPolygon
    values: dict
    layer: int = 0  # only whether two outlines share it counts, not its order
    name: str = ""  # identifier
    # sides on the border of the sheet, where it may go on
    cut: MultiLineString | None = None
    repaired: bool = False
    # of `shape`, as it came where it was valid
    wkb: bytes = field(default=b"", repr=False)
    reviewer: str = ""  # where its layer holds the reviews of several people
    # what it was put together from
    pieces: tuple[MatchOutline, ...] = field(default=(), repr=False)

    @cached_property
    def ready(self) -> ReadyPolygon:
        """Its polygon, to be held against many."""
        return ReadyPolygon(self.shape)

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
        by_hand = self.values.get("method") in PERSONS_METHODS
        return by_hand or self.values.get("status") in BY_PERSON

    @property
    def rejected(self) -> bool:
        """Whether a person said that it is none."""
        return self.values.get("status") == REJECTED

    @property
    def author(self) -> tuple[int, str] | None:
        """Whose work it is: its layer stands for a person, of a layer of several the
        reviewer; None for a conflict of an earlier merge, which has those of all in one
        layer.
        """
        if self.values.get("conflict"):
            return None
        return self.layer, self.reviewer

    def with_values(self, values: dict) -> MatchOutline:
        """The same polygon with other values of these attributes."""
        return replace(self, values={**self.values, **values})

    @property
    def confidence(self) -> float | None:
        """Calibrated, else the mean probability."""
        return confidence_of(self.values)


def read_outline(
    data: bytes, values: dict, layer: int, cut: bytes | None = None, name: str = ""
) -> MatchOutline | None:
    """An outline from WKB of any polygons, repaired where it must be; None where no area
    is left.

    `name` is its identifier, by default `ls_id`; `cut` the WKB of its sides on the border.
    Values by name; those of the schema that have not its type are None.
    """
    repair = repaired(data)
    if repair.polygon is None:
        return None
    shape = repair.polygon
    if set(repair.done) <= {"duplicate"}:  # valid ones keep every vertex
        shape = wkb_format.loads(data)
    sides = None
    if cut:
        sides = wkb_format.loads(cut)
    ours = {
        name: typed(value, BY_NAME[name])
        for name, value in values.items()
        if name in BY_NAME
    }
    values = {**values, **ours}
    return MatchOutline(
        shape,
        values,
        layer,
        name or str(values.get("ls_id") or ""),
        sides,
        repair.changed,
        wkb_format.dumps(shape),
    )


def canonical(outlines: Sequence[MatchOutline]) -> list[MatchOutline]:
    """The outlines in an order that does not depend on that of the layers."""

    def key(outline: MatchOutline) -> tuple:
        x, y, *_ = outline.shape.bounds
        values = sorted(
            (name, str(value))
            for name, value in outline.values.items()
            if value is not None
        )
        return x, y, outline.wkb, values

    return sorted(outlines, key=key)


def same_source(a: MatchOutline, b: MatchOutline) -> bool:
    """Whether the two come from one sheet of one layer, which must not be compared
    with itself.
    """
    return a.layer == b.layer and a.sheet == b.sheet


def by_two_models(a: MatchOutline, b: MatchOutline) -> bool:
    """Whether two models saw them on one sheet: then they are two opinions, not two
    pieces.
    """
    same_sheet = a.sheet == b.sheet != ""
    return same_sheet and a.values.get("model_id") != b.values.get("model_id")
