# SPDX-License-Identifier: GPL-2.0-or-later
"""Where probabilities come from and what polygons they are meant for, as it travels in
the metadata of a probability raster.
"""

from __future__ import annotations

from dataclasses import dataclass

from .errors import MrifeError
from .inventory.polygonize.options import Thresholds
from .numerals import number

# what a probability raster that does not say how it was made is outlined with
UNSTATED = Thresholds(threshold=0.5, seed=0.0, min_area=0.0)
SAME_THRESHOLD = 0.005  # thresholds this close are one: a step of an 8-bit raster


@dataclass(frozen=True)
class Provenance:
    """Where probabilities come from; travels in the raster's metadata."""

    model_id: str
    image: str  # name of the image
    image_date: str | None
    pixel_m: float | None  # the image's pixel on the ground
    objects: tuple[float, ...]  # coefficients of a polygon's confidence
    thresholds: Thresholds
    # threshold of the polygons that `objects` were fitted to; None: not known
    calibrated: float | None = None

    def to_metadata(self) -> dict[str, str]:
        """Items of the raster; no time stamp, so that equal runs give equal files."""
        items = {
            "MRIFE_MODEL": self.model_id,
            "MRIFE_THRESHOLD": self.thresholds.threshold,
            "MRIFE_SEED": self.thresholds.seed,
            "MRIFE_MIN_AREA": self.thresholds.min_area,
            "MRIFE_SOURCE": self.image,
            "MRIFE_GSD": self.pixel_m,
            "MRIFE_IMG_DATE": self.image_date,
            "MRIFE_OBJECTS": ",".join(map(repr, self.objects)),
            "MRIFE_CALIBRATED": self.calibrated,
        }
        return _stated(items)

    @classmethod
    def from_metadata(cls, items: dict[str, str], name: str) -> Provenance:
        """`name` stands for the image where the raster does not name it."""
        thresholds = Thresholds(
            _number(items, "MRIFE_THRESHOLD", UNSTATED.threshold),
            _number(items, "MRIFE_SEED", UNSTATED.seed),
            _number(items, "MRIFE_MIN_AREA", UNSTATED.min_area),
        )
        coefficients = items.get("MRIFE_OBJECTS", "").split(",")
        # rasters of earlier versions do not say it
        before = _number(items, "MRIFE_THRESHOLD")
        return cls(
            model_id=items.get("MRIFE_MODEL", ""),
            image=items.get("MRIFE_SOURCE", name),
            image_date=items.get("MRIFE_IMG_DATE"),
            pixel_m=_number(items, "MRIFE_GSD"),
            objects=tuple(
                _read("MRIFE_OBJECTS", number) for number in coefficients if number
            ),
            thresholds=thresholds,
            calibrated=_number(items, "MRIFE_CALIBRATED", before),
        )

    def is_calibrated(self) -> bool:
        """Whether the confidence of polygons of these thresholds is: fitted to others, it
        rises with the threshold while the polygons are no truer.
        """
        if not self.objects or self.calibrated is None:
            return bool(self.objects)
        return abs(self.thresholds.threshold - self.calibrated) <= SAME_THRESHOLD


def _stated(items: dict[str, object]) -> dict[str, str]:
    """Without what is empty, which GDAL does not keep."""
    return {key: str(value) for key, value in items.items() if value not in (None, "")}


def _number(
    items: dict[str, str], name: str, default: float | None = None
) -> float | None:
    """An item of the raster; `default` where it is not there. Raises MrifeError."""
    text = items.get(name)
    if not text:
        return default
    return _read(name, text)


def _read(name: str, text: str) -> float:
    try:
        return number(text)
    except ValueError as error:
        raise MrifeError(
            "The probability raster says '{}' of {}, which is no number; take that item "
            "out of its metadata, or make the raster again.",
            text,
            name,
        ) from error
