# SPDX-License-Identifier: GPL-2.0-or-later
"""The value of a parameter, opened as the layer of QGIS that it names."""

from __future__ import annotations

from qgis.core import QgsMapLayer, QgsProcessingFeatureSourceDefinition

from ...models.errors import MrifeError, UnsuitableRaster
from .behind_layers import is_its_file
from .polygon_layers import polygon_source
from .present_source import EVERY_FEATURE


class LayerReader:
    """Opens what the parameters of a Given name; raises MrifeError for what cannot be
    opened. Of a parameter that takes several layers it opens one value at a time.
    """

    def __init__(self, given):
        self._given = given

    def raster(self, name, value):
        """A raster layer; only what GDAL reads can be searched."""
        layer = self.opened(name, value)
        if layer is None:
            raise UnsuitableRaster(
                "{}: '{}' cannot be opened as a raster; choose an existing, complete "
                "raster file.",
                self._given.label(name),
                self.text_of(value),
            )
        self.check_file_behind(name, layer)
        return layer

    def opened(self, name, value):
        """A raster layer; None where there is none."""
        layer = self._given.algorithm.parameterAsRasterLayer(
            {name: value}, name, self._given.context
        )
        if layer is None or not layer.isValid():
            return None
        return layer

    def check_file_behind(self, name, layer):
        """Raises UnsuitableRaster where a layer does not come from a file as it is."""
        if layer.providerType() != "gdal":
            raise UnsuitableRaster(
                "{}: '{}' comes from a '{}' service; save it as a raster file first.",
                self._given.label(name),
                layer.name(),
                layer.providerType(),
            )
        if not is_its_file(layer):
            raise UnsuitableRaster(
                "{}: '{}' has other pixels or another place than its file, by the options "
                "that it was opened with; save it as a raster file first.",
                self._given.label(name),
                layer.name(),
            )

    def polygons(self, name, value, encoding="auto"):
        """A source of polygons, its texts read right."""
        source = self.source(name, value)
        layer = self.vector_layer(name, value)
        label = self._given.label(name)
        choice = EVERY_FEATURE
        if isinstance(value, QgsProcessingFeatureSourceDefinition):
            choice = value
        return polygon_source(source, layer, label, self._given.context, encoding, choice)

    def source(self, name, value):
        source = self._given.algorithm.parameterAsSource(
            {name: value}, name, self._given.context
        )
        gone = isinstance(value, QgsMapLayer) and not value.isValid()
        if source is None or gone:
            from ...models.geo.layer_file import why_not_opened

            text = self.text_of(value)
            raise MrifeError(
                "{}: '{}' cannot be opened ({}); choose a layer of polygons.",
                self._given.label(name),
                text,
                why_not_opened(text),
            )
        return source

    def text_of(self, value):
        """The words that name a layer: of QGIS's own its name, or the file that is gone."""
        if isinstance(value, QgsProcessingFeatureSourceDefinition):
            return value.source.valueAsString(self._given.context.expressionContext())[0]
        layer = value if isinstance(value, QgsMapLayer) else self._layer_of(str(value))
        if layer is None:
            return str(value)
        return layer.name() if layer.isValid() else layer.publicSource()

    def _layer_of(self, identifier):
        """One of the project, or of a step of a model; None for none."""
        project = self._given.context.project()
        layer = project.mapLayer(identifier) if project else None
        return layer or self._given.context.temporaryLayerStore().mapLayer(identifier)

    def vector_layer(self, name, value):
        if isinstance(value, QgsProcessingFeatureSourceDefinition):  # QGIS finds none
            value = self.text_of(value)
        return self._given.algorithm.parameterAsVectorLayer(
            {name: value}, name, self._given.context
        )
