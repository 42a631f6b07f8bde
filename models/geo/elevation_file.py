# SPDX-License-Identifier: GPL-2.0-or-later
"""What the file of an elevation model says: the unit of its heights, and where it has
none.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np
from osgeo import gdal

from .crs import Crs
from .gdal_errors import quiet

# at or below, in the file's own unit: a void, declared or not (-9999, -32768, -3.4e38)
VOID = -9999
MAX_HEIGHT = 1e30  # above, in the file's own unit: no number, but infinite
METRES_PER_FOOT = 0.3048
FEET = (
    "ft",
    "foot",
    "feet",
    "us-ft",
    "us survey foot",
    "us_survey_foot",
    "ussft",
    "ftus",
    "foot_us",
    "feet_us",
    "international foot",
)
METRES = ("m", "metre", "meter", "metres", "meters")


def stated_unit(band: gdal.Band, crs: Crs) -> float | None:
    """Metres per unit of height that the band or a vertical CRS states; None where
    neither does.
    """
    name = (band.GetUnitType() or "").strip().lower()
    if name in FEET:
        return METRES_PER_FOOT
    if name in METRES:
        return 1.0
    return crs.vertical_unit


@dataclass(frozen=True)
class HeightScale:
    """From the numbers of a file to metres: `number * ratio + offset`."""

    ratio: float
    offset: float

    @classmethod
    def of(cls, band: gdal.Band, metres: float) -> HeightScale:
        """Of a band whose unit is that many metres."""
        return cls((band.GetScale() or 1.0) * metres, (band.GetOffset() or 0.0) * metres)

    def metres(self, numbers: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """Of numbers and the file's own mask; NaN where there is no height."""
        valid = (mask > 0) & (numbers > VOID) & (numbers < MAX_HEIGHT)
        return np.where(valid, numbers * self.ratio + self.offset, np.nan)


def in_metres(dataset: gdal.Dataset, scale: HeightScale) -> gdal.Dataset:
    """A virtual raster of the heights in metres (float64) that masks every void, for
    GDAL's Warp.

    Its mask is the file's own, but 0 where the heights lie below or above the steps of a
    look-up table, VOID and MAX_HEIGHT.
    """
    table = (
        f"{-MAX_HEIGHT!r}:0,{VOID}:0,{VOID + 1e-4}:255,"
        f"{MAX_HEIGHT!r}:255,{MAX_HEIGHT * 1.001!r}:0"
    )
    source = (
        f'<SourceFilename relativeToVRT="0" shared="0">'
        f"{escape(dataset.GetDescription(), quote=False)}</SourceFilename><SourceBand>1</SourceBand>"
    )
    values = f"<SimpleSource>{source}</SimpleSource>"
    if scale != HeightScale(1, 0):
        values = (
            f"<ComplexSource>{source}<ScaleOffset>{scale.offset!r}</ScaleOffset>"
            f"<ScaleRatio>{scale.ratio!r}</ScaleRatio></ComplexSource>"
        )
    mask = (
        f"<ComplexSource>{source}<UseMaskBand>true</UseMaskBand><LUT>{table}</LUT>"
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
