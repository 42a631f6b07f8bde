# SPDX-License-Identifier: GPL-2.0-or-later
"""Layers of one name: QGIS takes the style NAME.qml for that of NAME.tif and NAME.gpkg alike,
and draws a raster in one grey by a style of polygons.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

# of what is opened as a layer and may bear the name of an output
RASTERS = frozenset(
    ".tif .tiff .img .vrt .jp2 .ecw .sid .asc .dem .png .jpg .jpeg .bil .bip .bsq .hgt "
    ".nc".split()
)
LAYERS = RASTERS.union(".gpkg .shp .geojson .fgb .tab".split())


def other_layer(
    path: str, places: Iterable[str] = (), suffixes: frozenset[str] = LAYERS
) -> str:
    """Name of another layer's file of the same stem, with one of the suffixes, in the
    folder of `path`, or at one of `places`, that will be there; "" where there is none.
    """
    folder, name = os.path.split(os.path.realpath(path))
    stem, own = os.path.splitext(name)
    coming = [os.path.split(os.path.realpath(place)) for place in places]
    names = [other for beside, other in coming if beside == folder]
    if os.path.isdir(folder):
        names += sorted(os.listdir(folder))
    for other in names:
        beginning, suffix = os.path.splitext(other)
        if beginning == stem and suffix != own and suffix.lower() in suffixes:
            return other
    return ""
