# SPDX-License-Identifier: GPL-2.0-or-later
"""From the numbers in the file of an elevation model to heights in metres: where it has
none, also where it does not say so, and the same for GDAL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from osgeo import gdal

from .crs import Crs
from .missing import Missing

# a void, declared or not, in the file's own unit: in metres all numbers at or below the
# first, in smaller units, of which ground below the sea has so many, these alone
VOIDS = (-9999, -32767, -32768, -99999)
BEYOND = 1e300  # any number of a file
# heights of the ground, metres: beyond, a number is none
EARTH = (-12_000.0, 9_000.0)
OTHER_PLANETS = (-32_000.0, 32_000.0)
# numbers that stand for "none" in files that do not declare it
SUSPECTS = (0, 9999, 32767, 65535, -32767, -999, -9998, 99999)
FEWEST_SUSPECTS = 9  # cells: with fewer it is a height like others
MOST_EXTREMES = 4  # numbers at either end that may stand for none
# shares of the cells beside a void that may be near it: ground has ground beside it
MEDIAN = 0.5
QUARTER = 0.25
LEAST_STEP_M = 100.0  # between a void's number and the heights around it


@dataclass(frozen=True)
class HeightScale:
    """From the numbers of a file to metres: `number * ratio + offset`, and which numbers
    are none: those outside `limits` (exclusive), and those in `voids`, closed ranges.
    """

    ratio: float
    offset: float
    limits: tuple[float, float]
    voids: tuple[tuple[float, float], ...] = ()

    @classmethod
    def of(cls, band: gdal.Band, metres: float, on_earth: bool = True) -> HeightScale:
        """Of a band whose unit is that many metres, negative where depths are counted."""
        ratio = (band.GetScale() or 1.0) * metres
        offset = (band.GetOffset() or 0.0) * metres
        lowest, highest = sorted(
            (z - offset) / ratio for z in (EARTH if on_earth else OTHER_PLANETS)
        )
        if abs(ratio) >= 1:
            return cls(ratio, offset, (max(VOIDS[0], lowest), highest))
        return cls(ratio, offset, (lowest, highest), each(VOIDS))

    def valid(self, numbers: np.ndarray) -> np.ndarray:
        """Which numbers (...,) are heights, by themselves: bool (...,)."""
        lowest, highest = self.limits
        valid = (numbers > lowest) & (numbers < highest)
        for low, high in self.voids:
            valid &= (numbers < low) | (numbers > high)
        return valid

    def metres(self, numbers: np.ndarray) -> np.ndarray:
        """Metres (...,) of numbers (...,); NaN where there is no height."""
        return np.where(self.valid(numbers), numbers * self.ratio + self.offset, np.nan)


def each(voids: Sequence[float]) -> tuple[tuple[float, float], ...]:
    """As closed ranges."""
    return tuple((void, void) for void in voids)


def undeclared_voids(
    blocks: list[np.ndarray], scale: HeightScale, cell: float
) -> list[float]:
    """The numbers that stand for no height in blocks (rows, cols), NaN where the file
    declares none: from them to the cells beside them it is a step that no ground makes,
    over LEAST_STEP_M and steeper than 45 degrees on cells of `cell` metres. SUSPECTS, and
    the least and the largest number.
    """
    step = max(LEAST_STEP_M, cell) / abs(scale.ratio)
    blocks = [np.where(scale.valid(block), block, np.nan) for block in blocks]
    voids = [
        float(suspect)
        for suspect in SUSPECTS
        if _stands_out(suspect, blocks, step, MEDIAN)
    ]
    for _ in range(MOST_EXTREMES):
        blocks = [np.where(np.isin(block, voids), np.nan, block) for block in blocks]
        numbers = np.concatenate([block[np.isfinite(block)] for block in blocks])
        if not numbers.size:
            break
        ends = (float(numbers.min()), float(numbers.max()))
        more = [end for end in ends if _stands_out(end, blocks, step, QUARTER)]
        if not more:
            break
        voids += more
    return voids


def _stands_out(
    suspect: float, blocks: list[np.ndarray], step: float, share: float
) -> bool:
    """Whether enough cells hold a number, and of the cells beside them less than a share
    are nearer than a step.
    """
    count = sum(int((block == suspect).sum()) for block in blocks)
    if count < FEWEST_SUSPECTS:
        return False
    steps = np.concatenate([_steps_from(suspect, block) for block in blocks])
    return bool(steps.size and np.quantile(steps, share) > step)


def _steps_from(suspect: float, block: np.ndarray) -> np.ndarray:
    """Differences (n,) of numbers across the edges of the cells that hold `suspect`."""
    is_suspect = block == suspect
    valid = np.isfinite(block) & ~is_suspect & ~np.isin(block, SUSPECTS)
    steps = []
    for one, other in (
        (np.s_[:, :-1], np.s_[:, 1:]),
        (np.s_[:, 1:], np.s_[:, :-1]),
        (np.s_[:-1], np.s_[1:]),
        (np.s_[1:], np.s_[:-1]),
    ):
        edge = is_suspect[one] & valid[other]
        steps.append(np.abs(block[other][edge] - suspect))
    return np.concatenate(steps)


def in_metres(
    dataset: gdal.Dataset, scale: HeightScale, missing: Missing, crs: Crs
) -> str:
    """The XML of a virtual raster of the heights in metres (float64) that masks every
    void, for GDAL's Warp, in a CRS without heights.

    Its mask is the product of what says that a cell is one: a look-up table of numbers
    that are heights, the masks and the alpha band of the file.
    """
    name = escape(dataset.GetDescription(), quote=False)
    file = f'<SourceFilename relativeToVRT="0" shared="0">{name}</SourceFilename>'
    source = f"{file}<SourceBand>1</SourceBand>"
    values = f"<SimpleSource>{source}</SimpleSource>"
    if (scale.ratio, scale.offset) != (1, 0):
        values = (
            f"<ComplexSource>{source}<ScaleOffset>{scale.offset!r}</ScaleOffset>"
            f"<ScaleRatio>{scale.ratio!r}</ScaleRatio></ComplexSource>"
        )
    tables = [("1", _lookup(scale, missing.ranges[0]))]
    tables += [(f"mask,{number}", "0:0,0.5:1,255:1") for number in missing.masked]
    if missing.alpha:
        opaque = missing.alpha.opaque
        table = f"{-BEYOND!r}:0,{_before(opaque)!r}:0,{opaque!r}:1,{BEYOND!r}:1"
        tables.append((f"{missing.alpha.number}", table))
    masks = [
        f"<ComplexSource>{file}<SourceBand>{band}</SourceBand><LUT>{table}</LUT>"
        "</ComplexSource>"
        for band, table in tables
    ]
    geotransform = ", ".join(map(repr, dataset.GetGeoTransform()))
    return (
        f'<VRTDataset rasterXSize="{dataset.RasterXSize}" '
        f'rasterYSize="{dataset.RasterYSize}">'
        f"<SRS>{escape(crs.text, quote=False)}</SRS>"
        f"<GeoTransform>{geotransform}</GeoTransform>"
        f'<VRTRasterBand dataType="Float64" band="1">{values}</VRTRasterBand>'
        f"<MaskBand>{_product(masks)}</MaskBand></VRTDataset>"
    )


def _product(masks: list[str]) -> str:
    """The band of a virtual raster that multiplies its sources; GDAL wants two or more."""
    if len(masks) == 1:
        return f'<VRTRasterBand dataType="Byte">{masks[0]}</VRTRasterBand>'
    return (
        '<VRTRasterBand dataType="Byte" subClass="VRTDerivedRasterBand">'
        "<PixelFunctionType>mul</PixelFunctionType>"
        "<SourceTransferType>Float64</SourceTransferType>"
        f"{''.join(masks)}</VRTRasterBand>"
    )


def _lookup(scale: HeightScale, declared: Sequence[tuple[float, float]]) -> str:
    """Numbers to 255 where they are heights, 0 where not, with steps between."""
    lowest, highest = scale.limits
    steps = {
        -BEYOND: 0,
        lowest: 0,
        _after(lowest): 255,
        _before(highest): 255,
        highest: 0,
    }
    for low, high in sorted((*scale.voids, *declared)):
        if low <= lowest or high >= highest:
            continue
        # a file of floats holds not quite the number that it declares
        below = _before(low)
        above = _after(high)
        steps.update({_before(below): 255, below: 0, above: 0, _after(above): 255})
    steps[BEYOND] = 0
    return ",".join(f"{number!r}:{level}" for number, level in sorted(steps.items()))


def _after(number: float) -> float:
    """The next number that a file of 32-bit floats can tell from it, and then some."""
    return float(number + max(1e-4, abs(number) * 1e-6))


def _before(number: float) -> float:
    return float(number - max(1e-4, abs(number) * 1e-6))
