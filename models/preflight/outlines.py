# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygons beside images, before something is taught or judged by them: as fine-tuning
reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..contract import Contract
from ..errors import MrifeError, Note
from ..finetune.labels import LANDSLIDE, Label, LabelCount, of_kind, read_labels
from ..finetune.labels_on_images import on_images
from ..geo.crs import Crs
from ..geo.datum import datum_doubt
from .checked import POLYGONS, Check, CheckedInput, failed, judged
from .together import has_place

MIN_ON_IMAGES = 0.5  # share of the polygons
# beside any verdict: that needs the network
NOT_MEASURED = Note(
    "Whether the polygons lie shifted beside what the images show is not measured here; "
    "'Fine-tune on digitized polygons' measures it before it learns."
)


@dataclass(frozen=True)
class PolygonSource:
    """Polygons (WKB, attributes) of one CRS, missing where the layer has none; or why
    they cannot be read.
    """

    name: str
    rows: Sequence[tuple[bytes, dict]] = ()
    crs: Crs = Crs("")
    error: MrifeError | None = None


def check_polygons(
    source: PolygonSource, images: Sequence[CheckedInput], contract: Contract
) -> CheckedInput:
    """Outlines, and how they lie on the images that have a place."""
    if source.error is not None:
        return CheckedInput(source.name, POLYGONS, (failed("file", source.error),))
    try:
        labels, count = read_labels(source.rows)
    except MrifeError as error:
        return CheckedInput(source.name, POLYGONS, (failed("outlines", error),))
    checks = [_outlines_check(labels, count)]
    placed = [image for image in images if has_place(image)]
    if source.crs.is_missing:
        error = MrifeError(
            "'{}' has no coordinate reference system; assign the right one to it first.",
            source.name,
        )
        checks.append(failed("place", error, Note("none")))
    elif placed:
        checks += _place_checks(source, labels, count, placed, contract)
    return CheckedInput(source.name, POLYGONS, tuple(checks))


def _outlines_check(labels: Sequence[Label], count: LabelCount) -> Check:
    landslides = len(of_kind(labels, LANDSLIDE))
    value = Note("{} polygons, {} of them landslides", count.given, landslides)
    expected = Note("valid, each once")
    return judged("outlines", value, expected, count.notes())


def _place_checks(
    source: PolygonSource,
    labels: Sequence[Label],
    count: LabelCount,
    images: Sequence[CheckedInput],
    contract: Contract,
) -> list[Check]:
    expected = Note("on the images")
    name = source.crs.name
    grids = [image.grid for image in images]
    try:
        _, count = on_images(labels, count, grids, source.crs, contract)
    except MrifeError as error:
        return [failed("place", error, name, expected)]
    lying = len(labels) - count.outside
    value = Note("{}; {} of {} on the images", name, lying, len(labels))
    advice = []
    if lying < MIN_ON_IMAGES * len(labels):
        advice.append(
            Note(
                "Most of the polygons lie on none of the images: see whether images are "
                "left out, and the coordinate systems of both."
            )
        )
    doubts = (datum_doubt(source.name, source.crs, grid.crs) for grid in grids)
    advice += dict.fromkeys(doubt for doubt in doubts if doubt)
    place = judged("place", value, expected, advice)
    checks = [place._replace(advice=(*place.advice, NOT_MEASURED))]
    if count.small:
        small = LabelCount(0, 0, 0, 0, 0, count.small, count.least_m2)
        least = Note("at least {} m²", f"{count.least_m2:.0f}")
        value = Note("{} landslides are smaller", count.small)
        checks.append(judged("pixels", value, least, small.notes()))
    return checks
