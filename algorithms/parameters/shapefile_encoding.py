# SPDX-License-Identifier: GPL-2.0-or-later
"""Texts of old Shapefiles that do not say in which encoding they were written."""

from __future__ import annotations

from typing import NamedTuple

from qgis.core import (
    QgsProcessingFeatureSource,
    QgsProviderRegistry,
    QgsVectorLayer,
    QgsVectorLayerSelectedFeatureSource,
)

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


def encoding_parameter():
    return advanced(
        choice(
            "ENCODING",
            tr("Encoding of texts"),
            ENCODINGS,
            tr(
                "For Shapefiles. auto: as the file says; one without a .cpg whose texts "
                "are Chinese (GBK, GB 18030) or UTF-8 is read as that, and the log says "
                "so."
            ),
        )
    )


class Readable(NamedTuple):
    """A source whose texts are read right; `alive` is what has to live as long."""

    source: QgsProcessingFeatureSource | None
    encoding: str | None = None  # that it was opened anew in; None: as the file says
    alive: tuple = ()


def readable_polygons(given, name, encoding="auto"):
    """The polygons of a parameter; an old Shapefile that does not say its encoding is
    opened anew in it, or in the one that is asked for.
    """
    source = given.polygons(name)
    layer = given.vector_layer(name) if source else None
    right = _encoding_of(layer, encoding) if layer else None
    if right is None:
        return Readable(source)
    anew = QgsVectorLayer(layer.source(), layer.name(), "ogr")
    anew.setCrs(source.sourceCrs())
    anew.setProviderEncoding(right)
    anew.selectByIds(list(source.allFeatureIds()))
    selected = QgsVectorLayerSelectedFeatureSource(anew)
    return Readable(
        QgsProcessingFeatureSource(selected, given.context), right, (anew, selected)
    )


def _encoding_of(layer, asked):
    """The encoding a Shapefile's layer has to be opened anew with; None where it is
    read right as it is.
    """
    from ...models.inventory.export.shapefile_encoding import guessed_encoding

    parts = QgsProviderRegistry.instance().decodeUri(layer.providerType(), layer.source())
    path = str(parts.get("path") or "")
    if layer.providerType() != "ogr" or not path.lower().endswith(".shp"):
        return None
    encoding = guessed_encoding(path) if asked == "auto" else asked
    if encoding == layer.dataProvider().encoding():
        return None
    return encoding
