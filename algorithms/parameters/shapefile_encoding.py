# SPDX-License-Identifier: GPL-2.0-or-later
"""Texts of old Shapefiles that do not say in which encoding they were written."""

from __future__ import annotations

from qgis.core import (
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingParameterEnum,
    QgsProviderRegistry,
    QgsVectorLayer,
)

from ..base import tr
from .declare import advanced, helped

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
    encoding = QgsProcessingParameterEnum(
        "ENCODING",
        tr("Encoding of texts"),
        ENCODINGS,
        defaultValue="auto",
        usesStaticStrings=True,
    )
    return advanced(
        helped(
            encoding,
            tr(
                "For Shapefiles. auto: as the file says; one without a .cpg whose texts "
                "are Chinese (GBK, GB 18030) or UTF-8 is read as that, and the log says "
                "so."
            ),
        )
    )


def layer_behind(algorithm, parameters, name, context):
    """The layer of a source parameter, also where only its selected features are
    taken; None where there is none.
    """
    value = parameters.get(name)
    if isinstance(value, QgsProcessingFeatureSourceDefinition):  # QGIS finds none in it
        value = value.source.valueAsString(context.expressionContext())[0]
    return algorithm.parameterAsVectorLayer({**parameters, name: value}, name, context)


def encoding_of(layer, wanted):
    """The encoding a Shapefile's layer has to be opened anew with; None where it is
    read right as it is.
    """
    from ...models.inventory.export.shapefile_encoding import guessed_encoding

    parts = QgsProviderRegistry.instance().decodeUri(layer.providerType(), layer.source())
    path = str(parts.get("path") or "")
    if layer.providerType() != "ogr" or not path.lower().endswith(".shp"):
        return None
    if wanted == "auto":
        found = guessed_encoding(path)
    else:
        found = wanted
    if found == layer.dataProvider().encoding():
        return None
    return found


def reopened(source, name, crs, encoding):
    """A Shapefile's layer (its source string) with its texts in another encoding."""
    layer = QgsVectorLayer(source, name, "ogr")
    layer.setCrs(crs)
    layer.setProviderEncoding(encoding)
    return layer
