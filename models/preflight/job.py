# SPDX-License-Identifier: GPL-2.0-or-later
"""Inputs before a search: dialogs and the command line both come here."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone

from shapely.geometry import MultiPolygon

from ..errors import MrifeError
from ..geo.crs import WGS84, Crs
from ..inventory.language import Language
from ..onnxfile import ModelFile
from .checked import FAIL, PASSED, WARN, CheckedInput
from .elevation import ElevationSource, check_elevation
from .image import ImageSource, check_image
from .outlines import PolygonSource, check_polygons
from .together import check_together, footprint, has_place

# WKB of an empty multipolygon: shapely before 2 writes a collection
NOWHERE = bytes.fromhex("010600000000000000")


@dataclass(frozen=True)
class InputRequest:
    """What is to be checked, for a search with a model."""

    images: Sequence[ImageSource]
    model: ModelFile
    dem: ElevationSource | None = None
    polygons: PolygonSource | None = None


@dataclass(frozen=True)
class InputReport:
    """All that was checked; the whole of the images stands behind them."""

    inputs: tuple[CheckedInput, ...]
    model: ModelFile
    moment: datetime = field(default_factory=lambda: datetime.now(timezone.utc))

    def count(self, verdict: str) -> int:
        """Inputs with a verdict."""
        return sum(each.verdict == verdict for each in self.inputs)

    @property
    def counts(self) -> dict[str, int]:
        """Inputs by verdict."""
        names = {"passed": PASSED, "warned": WARN, "failed": FAIL}
        return {name: self.count(verdict) for name, verdict in names.items()}

    @property
    def crs(self) -> Crs:
        """Of the first raster that has a place."""
        return next((each.grid.crs for each in self.inputs if has_place(each)), WGS84)

    def rows(self, language: Language) -> list[tuple[bytes, dict]]:
        """(WKB of the outer edge, an empty one where it has no place; values of
        INPUT_FIELDS) with advice in a language.
        """
        first = next((each for each in self.inputs if has_place(each)), None)
        rows = []
        for each in self.inputs:
            parts = []
            if has_place(each):
                parts = footprint(each, self.crs, first.grid.bounds)
            rows.append((_multi(parts), _values(each, language)))
        return rows


def _multi(parts: list) -> bytes:
    polygons = []
    for part in parts:
        polygons += getattr(part, "geoms", [part])
    if not polygons:
        return NOWHERE
    return MultiPolygon(polygons).wkb


def _values(checked: CheckedInput, language: Language) -> dict:
    advice = " ".join(language.sentence(each) for each in checked.advice)
    return {
        "in_name": checked.name or None,
        "in_kind": checked.kind,
        "in_verdict": checked.verdict,
        "in_fails": checked.count(FAIL),
        "in_warns": checked.count(WARN),
        "in_advice": advice or None,
    }


def check_inputs(request: InputRequest) -> Generator[float, None, InputReport]:
    """Yields the share that is through, 0-1. What cannot be opened is a failed check and
    stops no other. Raises MrifeError where there is nothing to check.
    """
    if not request.images:
        raise MrifeError("There is nothing to check; give one or more images.")
    total = len(request.images) + 2
    images = []
    for number, source in enumerate(request.images, 1):
        images.append(check_image(source, request.model))
        yield number / total
    compared, together = check_together(images)
    inputs = list(compared)
    if together is not None:
        inputs.append(together)
    if request.dem is not None:
        inputs.append(check_elevation(request.dem, images))
    yield (total - 1) / total
    if request.polygons is not None:
        contract = request.model.contract
        inputs.append(check_polygons(request.polygons, images, contract))
    yield 1.0
    return InputReport(tuple(inputs), request.model)
