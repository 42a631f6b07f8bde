# SPDX-License-Identifier: GPL-2.0-or-later
"""The parameters of one call, read as what they stand for."""

from __future__ import annotations

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputLayerDefinition,
    QgsProviderRegistry,
)

from ...models.errors import MrifeError
from .behind_layers import (
    assigned_crs,
    extent_of,
    gdal_source,
    layer_nodata,
    search_area_of,
)
from .files import input_files
from .layer_values import LayerReader
from .limits import check_own_system, check_system
from .plain_values import (
    flag_of,
    flat,
    is_empty,
    number_of,
    plain_parameters,
    whole_numbers_of,
    whole_of,
)
from .results import Outputs


class Given:
    """What the user gave `algorithm`; raises MrifeError for what cannot be read, also
    when it is made.

    `context` is that of the call. What is read of a layer is read through QGIS.
    """

    def __init__(self, algorithm, parameters, context, feedback=None):
        self.algorithm = algorithm
        self.parameters = plain_parameters(algorithm, parameters, context)
        self.context = context
        self.layers = LayerReader(self)
        self.outputs = Outputs(self, feedback)
        self._places = {}  # of outputs: QGIS makes up another temporary one each time

    def has(self, name):
        return not is_empty(self._plain(name))

    def is_temporary(self, name):
        return self._plain(name) == QgsProcessing.TEMPORARY_OUTPUT

    def _plain(self, name):
        """The value, of a destination its text: the batch dialog wraps also empty ones."""
        value = self.parameters.get(name)
        if isinstance(value, QgsProcessingOutputLayerDefinition):
            return value.sink.valueAsString(self.context.expressionContext())[0]
        return value

    def label(self, name):
        return self.algorithm.parameterDefinition(name).description()

    def value(self, name):
        """As it was given; None where the user left it empty."""
        value = self.parameters.get(name)
        if is_empty(value):
            return None
        return value

    # --- plain values ---------------------------------------------------------------

    def number(self, name):
        """None where the user left it empty."""
        value = self.value(name)
        if value is None:
            return None
        return number_of(value, self.label(name))

    def share(self, name):
        """A percentage as 0-1; None where the user left it empty."""
        percent = self.number(name)
        if percent is None:
            return None
        return percent / 100

    def integer(self, name):
        """None where the user left it empty."""
        value = self.value(name)
        if value is None:
            return None
        return whole_of(value, self.label(name))

    def integers(self, name):
        return whole_numbers_of(self.value(name), self.label(name))

    def flag(self, name):
        value = self.value(name)
        if isinstance(value, str):
            return flag_of(value, self.label(name))
        return self._read("parameterAsBool", name)

    def text(self, name):
        return self._read("parameterAsString", name).strip()

    def choice(self, name):
        """The text of one of an enumeration."""
        return self._read("parameterAsEnumString", name)

    def choices(self, name):
        return tuple(self._read("parameterAsEnumStrings", name))

    def place(self, name):
        """The number of one of an enumeration."""
        return self._read("parameterAsEnum", name)

    def crs(self, name):
        """None where the user left it empty."""
        if not self.has(name):
            return None
        crs = self._read("parameterAsCrs", name)
        if not crs.isValid():
            raise MrifeError(
                "{}: '{}' is not known; choose one of the list.",
                self.label(name),
                self.parameters[name],
            )
        return crs

    def file(self, name):
        return self._read("parameterAsFile", name)

    # --- layers ---------------------------------------------------------------------

    def raster(self, name):
        """The layer of a raster parameter; only what GDAL reads can be searched."""
        return self.layers.raster(name, self.parameters.get(name))

    def rasters(self, name):
        """The layers of a parameter that takes several rasters."""
        return [self.layers.raster(name, value) for value in flat(self.value(name))]

    def rasters_or_texts(self, name):
        """The same, with its text in the place of one that QGIS cannot open."""
        for value in flat(self.value(name)):
            yield self.layers.opened(name, value) or self.layers.text_of(value)

    def check_raster(self, name):
        """Raises MrifeError where a raster is given that cannot be opened."""
        if self.has(name):
            self.raster(name)

    def dem(self):
        """What GDAL opens as the elevation model; None where none is given."""
        if not self.has("DEM"):
            return None
        return gdal_source(self.raster("DEM"))

    def dem_layer(self):
        """What the user says of the elevation model in QGIS beside what its file does."""
        from ...models.geo.elevation_band import ELEVATION_FILE, ElevationLayer

        if not self.has("DEM"):
            return ELEVATION_FILE
        layer = self.raster("DEM")
        return ElevationLayer(layer_nodata(layer), assigned_crs(layer))

    def elevation(self):
        """The elevation model in its unit; None where none is given."""
        from ...models.geo.dem import ElevationModel

        path = self.dem()
        if path is None:
            return None
        unit = "auto"
        if self.algorithm.parameterDefinition("DEM_UNIT"):
            unit = self.choice("DEM_UNIT")
        return ElevationModel(path, unit, layer=self.dem_layer())

    def polygons(self, name, encoding="auto"):
        """The source of a parameter, its texts read right; None where it is optional and
        empty.
        """
        if not self.has(name):
            return None
        return self.layers.polygons(name, self.parameters[name], encoding)

    def polygon_layers(self, name):
        """The sources of a parameter that takes several layers."""
        return [self.layers.polygons(name, value) for value in flat(self.value(name))]

    def check_source(self, name):
        """Raises MrifeError where a layer is given that cannot be opened."""
        if self.has(name):
            self.layers.source(name, self.parameters[name])

    def vector_layer(self, name):
        """The layer of a source parameter, also where only its selected features are
        taken; None where there is none.
        """
        return self.layers.vector_layer(name, self.parameters.get(name))

    def layer_file(self, name):
        """The file behind the layer of a source parameter; "" where there is none."""
        layer = self.vector_layer(name)
        if not layer:
            return ""
        parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
        return parts.get("path") or ""

    def layer_file_crs(self, name):
        """The system that file states; None where there is no layer."""
        layer = self.vector_layer(name)
        if not layer:
            return None
        return layer.dataProvider().crs()

    def search_area(self, name, grid):
        """WKB of the polygons of an optional source on a raster's grid, in its CRS; None
        where none is given.
        """
        return search_area_of(self.polygons(name), grid)

    def window(self, name, crs, grid):
        """The pixels of an extent on a grid in a QgsCoordinateReferenceSystem; None where
        empty.
        """
        extent = self.algorithm.parameterAsExtent(
            self.parameters, name, self.context, crs
        )
        if extent.isNull():
            self.check_extent(name)
            return None
        check_own_system(self.value(name), self.label(name), crs)
        return grid.window(
            extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()
        )

    def check_extent(self, name):
        """Raises MrifeError where an extent is given that cannot be read."""
        definition = self.algorithm.parameterDefinition(name)
        value = self.value(name)
        check_system(value, self.label(name))
        readable = definition.checkValueIsAcceptable(value, self.context)
        if not readable or not self._read("parameterAsExtent", name).isFinite():
            raise MrifeError(
                "{}: '{}' cannot be read as an extent; give four numbers with decimal "
                "points, west, east, south, north, as 500000.5,501000,3000000,3001000.",
                self.label(name),
                value,
            )

    def morphometry(self, source, elevation, sizes=False):
        """What measures the polygons of a source, in its CRS."""
        from ...models.geo.crs import Crs
        from ...models.inventory.morphometry.morphometry import Morphometry

        crs = Crs(source.sourceCrs().toWkt())
        return Morphometry(crs, elevation, sizes, extent_of(source))

    # --- outputs --------------------------------------------------------------------

    def output(self, name):
        """The destination of an output, "" where it is not asked for."""
        return self._place(name, "parameterAsFileOutput")

    def output_layer(self, name):
        """The same; QGIS will load it."""
        return self._place(name, "parameterAsOutputLayer")

    def _place(self, name, method):
        if not self.has(name):
            return ""
        if name not in self._places:
            self._places[name] = self._read(method, name)
        return self._places[name]

    def input_files(self):
        return input_files(self.algorithm, self.parameters, self.context)

    def _read(self, method, name):
        return getattr(self.algorithm, method)(self.parameters, name, self.context)
