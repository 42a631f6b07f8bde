# SPDX-License-Identifier: GPL-2.0-or-later
"""The layers that are merged, opened and found right."""

from __future__ import annotations

from qgis.core import (
    QgsProcessingFeatureSource,
    QgsVectorLayerSelectedFeatureSource,
    QgsWkbTypes,
)

from ..models.errors import MrifeError
from .layers.features import VectorAlgorithm
from .parameters.shapefile_encoding import encoding_of, reopened


class MergingAlgorithm(VectorAlgorithm):
    """With parameters INPUTS (layers), EXISTING and REJECTED."""

    def check_bounds(self, parameters, context):
        super().check_bounds(parameters, context)
        self.candidates(
            parameters, context
        )  # QGIS itself would only say 'Incorrect parameter value'

    def candidates(self, parameters, context):
        found = self.parameterAsLayerList(parameters, "INPUTS", context)
        asked = parameters.get("INPUTS")
        if (
            not found
            or None in found
            or (isinstance(asked, (list, tuple)) and len(found) < len(asked))
        ):
            raise MrifeError(
                "{}: not all of '{}' can be opened; choose one or more layers of "
                "polygons.",
                self.parameterDefinition("INPUTS").description(),
                asked,
            )
        for layer in found:
            if (
                QgsWkbTypes.geometryType(layer.wkbType())
                != QgsWkbTypes.GeometryType.PolygonGeometry
            ):
                raise MrifeError(
                    "Candidate layer '{}' holds no polygons; choose layers of polygons.",
                    layer.name(),
                )
            if not layer.crs().isValid():
                raise MrifeError(
                    "Candidate layer '{}' has no coordinate reference system; assign "
                    "the right one to it first.",
                    layer.name(),
                )
        return [QgsProcessingFeatureSource(layer, context) for layer in found]

    def existing(self, parameters, context):
        """The existing inventory; an old Shapefile that does not say its encoding is
        opened anew in it.
        """
        source = self.source(parameters, "EXISTING", context)
        chosen = self.parameterAsString(parameters, "ID_FIELD", context)
        if source and chosen and source.fields().lookupField(chosen) < 0:
            raise MrifeError(
                "The existing inventory has no field '{}'; choose one that it has, or "
                "none.",
                chosen,
            )
        if source:
            layer = self.parameterAsVectorLayer(parameters, "EXISTING", context)
        else:
            layer = None
        if layer:
            encoding = encoding_of(layer, "auto")
        else:
            encoding = None
        if encoding is None:
            return source, ()
        anew = reopened(layer.source(), layer.name(), source.sourceCrs(), encoding)
        anew.selectByIds(list(source.allFeatureIds()))
        chosen = QgsVectorLayerSelectedFeatureSource(anew)
        return QgsProcessingFeatureSource(chosen, context), (anew, chosen)

    def input_files(self, parameters, context):
        sources = self.parameterAsLayerList(parameters, "INPUTS", context)
        sources += [
            self.parameterAsVectorLayer(parameters, name, context)
            for name in ("EXISTING", "REJECTED")
        ]
        return [layer.source().split("|")[0] for layer in sources if layer is not None]
