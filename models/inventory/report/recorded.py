# SPDX-License-Identifier: GPL-2.0-or-later
"""What geologists recorded of landslides, counted: movement, material, activity, age,
reasons of rejection; and the ground that several polygons claim.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from shapely import wkb

from ...geo.overlay import SurfaceIndex, joint_area
from ...watch import Watch
from ..schema import BY_NAME, REASONS
from ..status import NOT_STATED, REJECTED, counts_as_rejected, stated
from .columns import Landslides

RECORDED = ("movement", "material", "activity", "age_cls", "geo_conf")


@dataclass(frozen=True)
class Volume:
    """Estimates by one method, schema's `vol_meth`: how many, and m3 of all of them."""

    method: str
    count: int
    m3: float


@dataclass(frozen=True)
class Rejections:
    """Polygons that a person rejected, of the layer itself or of one of their own:
    `available` says whether there is such a layer; `reasons` by stored value, "" for none.
    """

    available: bool = False
    count: int = 0  # of their own layer, those of the landslides' layer not counted again
    reasons: tuple[tuple[str, int], ...] = ()
    without_model: int = 0  # of these, where models proposed others

    @classmethod
    def of(cls, landslides: Landslides, others: Landslides | None) -> Rejections:
        """`others` are those of their own layer, None where there is none."""
        own = landslides.texts["status"] == REJECTED
        reasons = list(landslides.texts["rej_why"][own])
        if others is None:
            return cls(bool(own.any()), 0, counted(reasons, tuple(REASONS)))
        names = set(landslides.texts["ls_id"][own]) - {None}
        again = np.array([name in names for name in others.texts["ls_id"]], bool)
        reasons += list(others.texts["rej_why"][~again])
        taken = others.take(~again)
        unproposed = without_model(taken.texts, landslides.texts)
        ordered = counted(reasons, tuple(REASONS))
        return cls(True, len(taken), ordered, int(unproposed.sum()))


def rejected_ones(layer: Landslides) -> Landslides:
    """Those of a layer of rejected polygons that count as such."""
    counts = [counts_as_rejected(status) for status in layer.texts["status"]]
    return layer.take(np.array(counts, bool))


def without_model(*columns: Mapping[str, np.ndarray]) -> np.ndarray:
    """Which polygons of the first of these layers, texts by field, no model proposed: (n,)
    bool. A person drew them, or an old inventory has them beside a model's; where no layer
    names a model nothing but the method says so.
    """
    models = [np.array(stated(texts["model_id"]), object) for texts in columns]
    methods = np.array(stated(columns[0]["method"]), object)
    if any((names != NOT_STATED).any() for names in models):
        return (methods == "manual") | (models[0] == NOT_STATED)
    return methods == "manual"


def counted(
    values: Iterable[str | None], order: tuple[str, ...]
) -> tuple[tuple[str, int], ...]:
    """How often each value occurs, in an order; others and "" come last."""
    numbers = Counter(stated(values))
    names = [value for value in order if value in numbers]
    names += sorted(set(numbers) - set(order), key=lambda value: (value == "", value))
    return tuple((name, numbers[name]) for name in names)


def recorded(landslides: Landslides) -> dict[str, tuple[tuple[str, int, float], ...]]:
    """Value, number and m2 of each value of RECORDED; without the fields that no
    landslide has.
    """
    tables = {}
    areas = landslides.numbers["area_m2"]
    for name in RECORDED:
        texts = stated(landslides.texts[name])
        values = counted(texts, tuple(BY_NAME[name].choices))
        if [value for value, _ in values] not in ([], [""]):
            m2 = Counter()
            for text, area in zip(texts, areas.tolist()):
                m2[text] += area
            tables[name] = tuple((value, n, m2[value]) for value, n in values)
    return tables


def volumes(landslides: Landslides) -> tuple[Volume, ...]:
    """Sums of the estimates there are, by what they come from."""
    m3 = landslides.numbers["vol_est"]
    methods = np.array(stated(landslides.texts["vol_meth"]), object)
    has_volume = np.isfinite(m3)
    result = []
    for method, n in counted(methods[has_volume], tuple(BY_NAME["vol_meth"].choices)):
        total = float(m3[has_volume & (methods == method)].sum())
        result.append(Volume(method, n, total))
    return tuple(result)


def shared_ground(landslides: Landslides, watch: Watch) -> tuple[int, float]:
    """How many polygons lie over others, and the m2 that a sum of areas counts more than
    once.
    """
    places = [i for i, data in enumerate(landslides.whole) if data is not None]
    shapes = [wkb.loads(landslides.whole[i]) for i in places]
    areas = landslides.numbers["area_m2"]
    surfaces = SurfaceIndex(shapes)
    involved = set()
    covered = defaultdict(list)  # what earlier ones cover of those to come
    doubled = 0.0
    for i, shape in enumerate(watch(shapes)):
        for j, common in surfaces.shared(shape, i + 1):
            involved.update((i, j))
            covered[j].append(common)
        share = joint_area(covered.pop(i, [])) / shape.area
        doubled += share * float(areas[places[i]])
    return len(involved), doubled
