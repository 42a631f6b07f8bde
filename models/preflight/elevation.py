# SPDX-License-Identifier: GPL-2.0-or-later
"""An elevation model before it is used: what its reader doubts, how much of the images it
covers, and how small a landslide it can measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from ..errors import MrifeError, Note
from ..geo.dem import ElevationModel
from ..geo.elevation_band import ELEVATION_FILE, ElevationLayer
from ..geo.elevation_doubts import unknown_datum
from ..inventory.morphometry.terrain import FEWEST
from .checked import DEM, FAIL, Check, CheckedInput, failed, judged
from .layout import WHOLE
from .together import has_place

MIN_COVER = 0.99
MAX_LEAST_M2 = 10_000  # the smallest landslide that is measured


@dataclass(frozen=True)
class ElevationSource:
    """A raster of elevations, in auto, metres or feet, and what the user says of it."""

    path: str
    name: str
    unit: str = "auto"
    layer: ElevationLayer = ELEVATION_FILE


def check_elevation(
    source: ElevationSource, images: Sequence[CheckedInput]
) -> CheckedInput:
    """All that its reader says, and what it says of images that have a place."""
    try:
        dem = ElevationModel(source.path, source.unit, layer=source.layer)
    except MrifeError as error:
        return CheckedInput(source.name, DEM, (failed("file", error, expected=WHOLE),))
    checks = [_file_check(dem), _heights_check(dem), _cells_check(dem)]
    placed = [
        image
        for image in images
        if has_place(image) and image.places is not None and len(image.places)
    ]
    if placed:
        checks.append(_cover_check(dem, placed))
    return CheckedInput(source.name, DEM, tuple(checks), dem.grid)


def _file_check(dem: ElevationModel) -> Check:
    value = Note("{} x {} cells", f"{dem.grid.width:,}", f"{dem.grid.height:,}")
    if dem.damage is None:
        return judged("file", value, WHOLE)
    return failed("file", dem.damage, value, WHOLE)


def _heights_check(dem: ElevationModel) -> Check:
    metres = f"{dem.metres:.6g}"
    value = Note("a unit is {} m", metres)
    if dem.stated_unit is None:
        value = Note("no unit stated; one unit is taken as {} m", metres)
    expected = Note("heights in a unit that the file states, voids declared")
    return judged("heights", value, expected, dem.doubts)


def _cells_check(dem: ElevationModel) -> Check:
    least = FEWEST * dem.resolution**2
    advice = []
    if least > MAX_LEAST_M2:
        advice.append(
            Note(
                "Landslides below {} m² hold fewer than {} of its cells and get no slope "
                "and no direction; take a finer elevation model where there is one.",
                f"{least:,.0f}",
                FEWEST,
            )
        )
    expected = Note("at most {} m", f"{(MAX_LEAST_M2 / FEWEST) ** 0.5:.0f}")
    return judged("pixels", Note("{} m", f"{dem.resolution:.3g}"), expected, advice)


def _cover_check(dem: ElevationModel, images: Sequence[CheckedInput]) -> Check:
    shares = [
        float(dem.known_at(image.places, image.grid.crs).mean()) for image in images
    ]
    expected = Note("at least {} of each image", f"{MIN_COVER:.0%}")
    least = int(np.argmin(shares))
    value = Note(
        "{} of the images, {} of {}",
        f"{np.mean(shares):.1%}",
        f"{shares[least]:.1%}",
        images[least].name,
    )
    if not any(shares):
        advice = Note(
            "The elevation model has no height on any image: it lies elsewhere, or its "
            "coordinate reference system is not the right one."
        )
        return Check("cover", FAIL, value, expected, (advice,))
    short = [image.name for image, share in zip(images, shares) if share < MIN_COVER]
    doubts = (unknown_datum(dem.name, dem.grid.crs, image.grid.crs) for image in images)
    advice = list(dict.fromkeys(chain.from_iterable(doubts)))
    if short:
        advice.append(
            Note(
                "The elevation model has gaps or ends on {} of the images ({}): "
                "landslides there get no measures of terrain; take one that covers them.",
                len(short),
                ", ".join(short[:3]),
            )
        )
    return judged("cover", value, expected, advice)
