# SPDX-License-Identifier: GPL-2.0-or-later
"""The formats and bodies that an inventory is exported for."""

from __future__ import annotations

# of the files that a target takes; the first is the default
SUFFIXES = {
    "shapefile": (".shp",),
    "kml": (".kml", ".kmz"),
    "slido": (".gpkg", ".shp"),
    "usgs": (".gpkg", ".shp"),
    "iffi": (".gpkg", ".shp"),
    "inspire": (".gml",),
    "china": (".gpkg",),
}
# what these formats or bodies demand; others keep the layer's
CRS = {
    "kml": "EPSG:4326",
    "inspire": "EPSG:4258",
}
