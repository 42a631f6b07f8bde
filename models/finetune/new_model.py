# SPDX-License-Identifier: GPL-2.0-or-later
"""A model without a base: bands, pixel size and range of values are those of the images."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..contract import ELEVATION, Contract
from ..errors import MrifeError
from ..geo.crs import Crs
from ..geo.files import open_raster
from ..geo.geodesic import Geodesic
from ..inference.bands import band_names
from ..inference.elevation_alone import is_elevation
from ..inference.raster import Raster
from .labels import LANDSLIDE, MIN_PIXELS, Label, of_kind

NAME = "own"
WINDOW = 96  # pixels a side
OVERLAP = 0.5
# pixels that a landslide of middling size is across, at most: in a larger one a window
# would hold no edge of it. The shipped model sees those of Bijie at 50 to 60
ACROSS = 48
# what the 2nd and 98th percentile of images of other than 8 bits become
BYTES = (20.0, 235.0)
MIN_AREA_SHARE = 0.5  # of the smallest landslide that is taught
PERCENTILES = (2, 98)

# rasters as a contract sees them
OpenRasters = Callable[[Contract], Sequence[Raster]]


@dataclass(frozen=True)
class NoBase:
    """Stands where a base model would: what will be taught, and no network. It has no
    file, and inventories never cite it.
    """

    contract: Contract
    path: str = ""
    model_id: str = "none"


def check_no_base(path: str | None) -> None:
    """Raises MrifeError where a base model was chosen, too."""
    if path:
        raise MrifeError(
            "A model from nothing has no base, but '{}' is given as one; leave it empty, "
            "or switch training from nothing off.",
            path,
        )


def no_base(
    path: str,
    elevation: bool,
    open_rasters: OpenRasters,
    labels: Sequence[Label],
    crs: Crs,
) -> NoBase:
    """What a model for such images looks like: bands are those of the image at `path`,
    and `elevation` where a model of it lies beside; `labels` in `crs`. Raises
    UnsuitableRaster.
    """
    bands = bands_of(path)
    if elevation and ELEVATION not in bands:
        bands += (ELEVATION,)
    contract = Contract(name=NAME, bands=bands, window=WINDOW, overlap=OVERLAP)
    if contract.image_bands:
        contract = replace(contract, stretch=(BYTES,) * len(contract.image_bands))
    rasters = open_rasters(contract)
    measure = Geodesic(crs)
    areas = [measure.area(polygon) for polygon in of_kind(labels, LANDSLIDE)]
    pixel = pixel_size([raster.grid.pixel_metres() for raster in rasters], areas)
    large_enough = [area for area in areas if area >= MIN_PIXELS * pixel**2]
    contract = replace(
        contract,
        pixel_size=pixel,
        min_area=round(MIN_AREA_SHARE * min(large_enough, default=0.0), 1),
        stretch=values_of(rasters, contract),
    )
    return NoBase(contract)


def bands_of(path: str) -> tuple[str, ...]:
    """Names of what a raster holds. Raises UnsuitableRaster."""
    if is_elevation(path):
        return (ELEVATION,)
    return band_names(open_raster(path))


def pixel_size(
    sizes: Sequence[tuple[float, float]], areas: Sequence[float]
) -> float | None:
    """Metres: the coarsest of the images' pixels, or larger ones where landslides of
    middling size, of `areas` (m2), would be more than ACROSS of them.
    """
    own = max(math.sqrt(across * down) for across, down in sizes)
    coarse = math.sqrt(float(np.median(areas))) / ACROSS
    if coarse <= own:
        return own
    return float(f"{coarse:.2g}")


def values_of(
    rasters: Sequence[Raster], contract: Contract
) -> tuple[tuple[float, float], ...] | None:
    """Per band the percentiles of images of 8 bits, which later images are brought to;
    of others those that they were brought to.
    """
    samples = [
        np.percentile(raster.image.sample, PERCENTILES, axis=1)
        for raster in rasters
        if raster.image is not None and raster.image.stretch is None
    ]
    if not samples:
        return contract.stretch
    ends = np.mean(samples, axis=0)  # (2, bands)
    return tuple((round(float(low), 1), round(float(high), 1)) for low, high in ends.T)
