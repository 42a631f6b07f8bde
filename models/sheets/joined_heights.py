# SPDX-License-Identifier: GPL-2.0-or-later
"""Elevation models on the grid of a survey as one virtual raster, without a copy."""

from __future__ import annotations

from html import escape

from ..contract import MISSING_ELEVATION
from ..geo.heights import Heights
from .layout import PlacedSheet, SheetLayout

# the size of the source is said, so that its file is opened only where it is read
SOURCE = """<ComplexSource>
<SourceFilename relativeToVRT="0" shared="0">{xml}</SourceFilename>
<SourceBand>1</SourceBand>
<SourceProperties RasterXSize="{cols}" RasterYSize="{rows}" DataType="Float64"/>
<SrcRect xOff="0" yOff="0" xSize="{cols}" ySize="{rows}"/>
<DstRect xOff="{col}" yOff="{row}" xSize="{cols}" ySize="{rows}"/>
<UseMaskBand>true</UseMaskBand>
</ComplexSource>"""


def joined_heights(layout: SheetLayout) -> Heights:
    """The heights of sheets that are elevation models: each pixel is that of the first
    sheet that has a height there. Raises UnsuitableRaster.
    """
    grid = layout.grid
    # what comes later lies above
    sources = [_source(item, layout) for item in reversed(layout.placed)]
    geotransform = ", ".join(map(repr, grid.geotransform))
    xml = (
        f'<VRTDataset rasterXSize="{grid.width}" rasterYSize="{grid.height}">'
        f"<SRS>{escape(grid.crs.flat.text, quote=False)}</SRS>"
        f"<GeoTransform>{geotransform}</GeoTransform>"
        f'<VRTRasterBand dataType="Float64" band="1">'
        f"<NoDataValue>{MISSING_ELEVATION!r}</NoDataValue>"
        f"{''.join(sources)}</VRTRasterBand></VRTDataset>"
    )
    return Heights(xml, layout.placed[0].sheet.path)


def _source(item: PlacedSheet, layout: SheetLayout) -> str:
    xml = item.sheet.heights
    if not item.aligned:
        heights = Heights(xml, item.sheet.path)
        warped = heights.warped(layout.grid.crop(item.place))
        xml = warped.GetMetadata("xml:VRT")[0]
    place = item.place
    return SOURCE.format(
        xml=escape(xml, quote=False),
        row=place.row,
        col=place.col,
        rows=place.rows,
        cols=place.cols,
    )
