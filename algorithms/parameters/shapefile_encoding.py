# SPDX-License-Identifier: GPL-2.0-or-later
"""Texts of old Shapefiles that do not say in which encoding they were written."""

from __future__ import annotations

from qgis.core import QgsDataProvider, QgsProviderRegistry

from ..texts import tr
from .declare import advanced, choice

ENCODINGS = [
    "auto",
    "UTF-8",
    "GB18030",
    "Big5",
    "Shift_JIS",
    "EUC-KR",
    "windows-1251",
    "windows-1252",
]


# what QGIS takes where the file says nothing
UNCHOSEN = ("", "UTF-8", "System", "ISO-8859-1")


def encoding_parameter():
    return advanced(
        choice(
            "ENCODING",
            tr("Encoding of texts"),
            ENCODINGS,
            tr(
                "For Shapefiles. automatic (auto): as the file says; one without a .cpg "
                "whose texts are Chinese (GBK, GB 18030) or UTF-8 is read as that, and "
                "the log says so."
            ),
        )
    )


def right_encoding(layer, asked):
    """The encoding a Shapefile's layer has to be read in; None where it is read right
    as it is.
    """
    from ...models.inventory.export.shapefile_encoding import guessed_encoding

    if layer is None:
        return None
    path = _shapefile(layer)
    if path is None:
        return None
    own = layer.dataProvider().encoding()
    encoding = asked
    if asked == "auto":
        encoding = guessed_encoding(path)
        if own not in UNCHOSEN:  # a person set it for the layer
            encoding = None
    if encoding == own:
        return None
    return encoding


def _shapefile(layer):
    """The .shp behind a layer as GDAL opens it, also in a folder or a zip; None where it
    is no Shapefile.
    """
    provider = layer.dataProvider()
    if layer.providerType() != "ogr" or provider.storageType() != "ESRI Shapefile":
        return None
    parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    path = str(parts.get("path") or "")
    inside = parts.get("vsiSuffix")
    if path.lower().endswith(".shp"):
        return path
    if path.lower().endswith(".zip"):
        path = f"/vsizip/{path}"
    if inside and str(inside).lower().endswith(".shp"):
        return path + str(inside)
    name = str(parts.get("layerName") or "")
    if not name and provider.subLayers():
        name = provider.subLayers()[0].split(QgsDataProvider.sublayerSeparator())[1]
    return f"{path}/{name}.shp"
