# SPDX-License-Identifier: GPL-2.0-or-later
"""What the file of an elevation model says: the unit of its heights, and where it has
none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

import numpy as np
from osgeo import gdal

from .crs import Crs
from .gdal_errors import quiet

# at or below, in the file's own unit: a void, declared or not (-9999, -32768, -3.4e38)
VOID = -9999
METRES_PER_FOOT = 0.3048
BEYOND = 1e300  # any number of a file
METRES_PER_SURVEY_FOOT = 1200 / 3937
UNITS = {
    METRES_PER_FOOT: "ft foot feet international foot international feet",
    1.0: "m metre meter metres meters",
    0.1: "dm decimetre decimeter decimetres decimeters",
    0.01: "cm centimetre centimeter centimetres centimeters",
    0.001: "mm millimetre millimeter millimetres millimeters",
    1000.0: "km kilometre kilometer kilometres kilometers",
    0.9144: "yd yard yards",
}
METRES_BY_NAME = {
    name: metres for metres, names in UNITS.items() for name in names.split()
}
# heights of the ground, metres: beyond, a number is none
EARTH = (-12_000.0, 9_000.0)
OTHER_PLANETS = (-32_000.0, 32_000.0)
# numbers that stand for "none" in files that do not declare it
SUSPECTS = (0, 9999, 32767, 65535, -32767, -999, -9998, 99999)
FEWEST_SUSPECTS = 9  # cells: with fewer it is a height like others
LEAST_STEP_M = 100.0  # between a void's number and the heights around it


def stated_unit(band: gdal.Band, crs: Crs) -> float | None:
    """Metres per unit of height that the band or a vertical CRS states; None where
    neither does.
    """
    return named_unit(band.GetUnitType() or "") or crs.vertical_unit


def named_unit(name: str) -> float | None:
    """Metres by the name of a unit, whatever its spelling; None for an unknown one."""
    words = re.findall(r"[^\W\d_]+", name.lower())
    if any(word in ("us", "survey", "ussft", "ftus") for word in words):
        return METRES_PER_SURVEY_FOOT
    for word in words:
        if word in METRES_BY_NAME:
            return METRES_BY_NAME[word]
    return None


def grid_unit(crs: Crs) -> float | None:
    """Metres by unit of a grid in feet, in which heights are counted too where nothing is
    said of them (State Plane); None on any other grid.
    """
    if crs.is_projected and abs(crs.linear_unit / METRES_PER_FOOT - 1) < 1e-4:
        return crs.linear_unit
    return None


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
        """Of a band whose unit is that many metres."""
        ratio = (band.GetScale() or 1.0) * metres
        offset = (band.GetOffset() or 0.0) * metres
        ends = sorted(
            (z - offset) / ratio for z in (EARTH if on_earth else OTHER_PLANETS)
        )
        return cls(ratio, offset, (max(VOID, ends[0]), ends[1]))

    def valid(self, numbers: np.ndarray) -> np.ndarray:
        """Which numbers are heights, by themselves."""
        lowest, highest = self.limits
        valid = (numbers > lowest) & (numbers < highest)
        for low, high in self.voids:
            valid &= (numbers < low) | (numbers > high)
        return valid

    def metres(self, numbers: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """Of numbers and the file's own mask; NaN where there is no height."""
        valid = (mask > 0) & self.valid(numbers)
        return np.where(valid, numbers * self.ratio + self.offset, np.nan)


def undeclared_voids(
    blocks: list[np.ndarray], scale: HeightScale, cell: float
) -> list[float]:
    """The SUSPECTS that stand for no height in blocks (rows, cols) of numbers, NaN where
    the file declares none: from them to the cells beside them it is a step that no ground
    makes, over LEAST_STEP_M and steeper than 45 degrees on cells of `cell` metres.
    """
    voids = []
    for suspect in SUSPECTS:
        if not scale.valid(np.array(suspect)):
            continue
        count = sum(int((block == suspect).sum()) for block in blocks)
        if count < FEWEST_SUSPECTS:
            continue
        steps = np.concatenate([_steps_from(suspect, block, scale) for block in blocks])
        if steps.size and np.median(steps) * abs(scale.ratio) > max(LEAST_STEP_M, cell):
            voids.append(float(suspect))
    return voids


def _steps_from(suspect: float, block: np.ndarray, scale: HeightScale) -> np.ndarray:
    """Differences (n,) of numbers across the edges of the cells that hold `suspect`."""
    is_suspect = block == suspect
    valid = np.isfinite(block) & scale.valid(block) & ~np.isin(block, SUSPECTS)
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


def in_metres(dataset: gdal.Dataset, scale: HeightScale) -> gdal.Dataset:
    """A virtual raster of the heights in metres (float64) that masks every void, for
    GDAL's Warp.

    Its mask is the file's own, but 0 where a look-up table says that a number is no
    height.
    """
    source = (
        f'<SourceFilename relativeToVRT="0" shared="0">'
        f"{escape(dataset.GetDescription(), quote=False)}</SourceFilename><SourceBand>1</SourceBand>"
    )
    values = f"<SimpleSource>{source}</SimpleSource>"
    if (scale.ratio, scale.offset) != (1, 0):
        values = (
            f"<ComplexSource>{source}<ScaleOffset>{scale.offset!r}</ScaleOffset>"
            f"<ScaleRatio>{scale.ratio!r}</ScaleRatio></ComplexSource>"
        )
    mask = (
        f"<ComplexSource>{source}<UseMaskBand>true</UseMaskBand><LUT>{_lookup(scale)}</LUT>"
        "</ComplexSource>"
    )
    geotransform = ", ".join(map(repr, dataset.GetGeoTransform()))
    with quiet():
        return gdal.Open(
            f'<VRTDataset rasterXSize="{dataset.RasterXSize}" '
            f'rasterYSize="{dataset.RasterYSize}">'
            f"<SRS>{escape(dataset.GetProjection(), quote=False)}</SRS>"
            f"<GeoTransform>{geotransform}</GeoTransform>"
            f'<VRTRasterBand dataType="Float64" band="1">{values}</VRTRasterBand>'
            f'<MaskBand><VRTRasterBand dataType="Byte">{mask}</VRTRasterBand></MaskBand>'
            "</VRTDataset>"
        )


def _lookup(scale: HeightScale) -> str:
    """Numbers to 255 where they are heights, 0 where not, with steps between."""
    lowest, highest = scale.limits
    steps = {
        -BEYOND: 0,
        lowest: 0,
        _after(lowest): 255,
        _before(highest): 255,
        highest: 0,
    }
    for low, high in sorted(scale.voids):
        if low <= lowest or high >= highest:
            continue
        steps.update({_before(low): 255, low: 0, high: 0, _after(high): 255})
    steps[BEYOND] = 0
    return ",".join(f"{number!r}:{level}" for number, level in sorted(steps.items()))


def _after(number: float) -> float:
    """The next number that a file of 32-bit floats can tell from it, and then some."""
    return float(number + max(1e-4, abs(number) * 1e-6))


def _before(number: float) -> float:
    return float(number - max(1e-4, abs(number) * 1e-6))
