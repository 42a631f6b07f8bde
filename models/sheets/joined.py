# SPDX-License-Identifier: GPL-2.0-or-later
"""The probability rasters of all sheets as one, without a copy."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from osgeo import gdal

from ..geo.gdal_errors import quiet
from ..geo.grid import Window
from ..geo.whole_files import whole_or_nothing
from ..geo.write_failure import write_failure
from ..inference.level_file import describe_band
from ..inference.plan import Plan

SOURCE = """<SimpleSource>
<SourceFilename relativeToVRT="1">{name}</SourceFilename>
<SourceBand>{band}</SourceBand>
<SrcRect xOff="0" yOff="0" xSize="{cols}" ySize="{rows}"/>
<DstRect xOff="{col}" yOff="{row}" xSize="{cols}" ySize="{rows}"/>
</SimpleSource>"""


def write_joined(
    path: str,
    plan: Plan,
    metadata: Mapping[str, str],
    rasters: Sequence[tuple[Window, str]],
) -> None:
    """A VRT at `path` of rasters beside it, each on a window of the grid that `plan` lays
    out. Raises MrifeError.
    """
    with whole_or_nothing(path) as part, quiet() as gdal_error:
        bands = 1 + plan.has_spread
        driver = gdal.GetDriverByName("VRT")
        grid = plan.grid
        dataset = driver.Create(part, grid.width, grid.height, bands)
        dataset.SetGeoTransform(grid.geotransform)
        dataset.SetProjection(grid.wkt)
        dataset.SetMetadata(dict(metadata))
        for number in range(1, bands + 1):
            _add_band(dataset.GetRasterBand(number), number, plan.out, rasters)
        dataset = None
    if gdal_error.failed:
        raise write_failure(path, gdal_error.words)


def _add_band(
    band: gdal.Band, number: int, out: Window, rasters: Sequence[tuple[Window, str]]
) -> None:
    describe_band(band, number)
    for window, raster in rasters:
        source = SOURCE.format(
            name=gdal.EscapeString(os.path.basename(raster), gdal.CPLES_XML),
            band=number,
            row=window.row - out.row,
            col=window.col - out.col,
            rows=window.rows,
            cols=window.cols,
        )
        band.SetMetadataItem(
            f"source_{window.row}_{window.col}", source, "new_vrt_sources"
        )
