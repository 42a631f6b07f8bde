# SPDX-License-Identifier: GPL-2.0-or-later
"""Which files an algorithm reads and which it writes, by the types of its parameters."""

from __future__ import annotations

import os
from collections.abc import Iterator

from qgis.core import (
    QgsMapLayer,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingParameterCrs,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterMapLayer,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterVectorLayer,
    QgsProviderRegistry,
)

from ...models.errors import MrifeError
from ...models.onnxfile import shipped_model
from ...models.regular_file import check_regular
from .destination import Destination

LAYERS = (
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterMapLayer,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterVectorLayer,
)
NAMING_FILES = (
    *LAYERS,
    QgsProcessingParameterFile,
    QgsProcessingParameterExtent,
    QgsProcessingParameterCrs,
)
SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg", ".qix", ".sbn", ".sbx")


def check_regular_inputs(given):
    """Raises MrifeError where QGIS would wait for a pipe or a device for ever; looked at
    before anything is opened.
    """
    for definition in given.algorithm.parameterDefinitions():
        if definition.isDestination() or not isinstance(definition, NAMING_FILES):
            continue
        for one in _each(given.parameters.get(definition.name())):
            if isinstance(one, QgsProcessingFeatureSourceDefinition):
                one = one.source.valueAsString(given.context.expressionContext())[0]
            if isinstance(one, str):
                check_regular(one)


def check_files_apart(given):
    """No output may lie where something is read, or where another output goes.

    Raises MrifeError.
    """
    inputs = list(given.input_files())
    outputs = []
    for place in output_places(given):
        check_apart(place.path, inputs)
        if any(is_one_place(place, other) for other in outputs):
            raise MrifeError(
                "Two outputs have the same name '{}'; choose another for one.", place.path
            )
        outputs.append(place)


def is_one_place(place, other):
    """Whether one of two destinations would be written over the other: all but two tables
    of a database, if they lie in one file.
    """
    if not is_same(place.path, other.path, folded=True):
        return False
    tables = {place.table_name.casefold(), other.table_name.casefold()}
    return not (place.is_table and other.is_table and len(tables) == 2)


def check_apart(path, inputs):
    """Raises MrifeError where a path is one of those that are read."""
    if any(is_same(path, file) for file in inputs):
        raise MrifeError(
            "The output '{}' is one of the inputs; choose another name.", path
        )


def input_files(algorithm, parameters, context) -> Iterator[str]:
    """Paths of all that is read, the plugin's own models too, which nobody names."""
    for fast in (False, True):
        yield shipped_model(fast)
        yield shipped_model(fast, elevation=True)
        yield shipped_model(fast, alone=True)
    for definition in algorithm.parameterDefinitions():
        value = parameters.get(definition.name())
        if definition.isDestination() or value in (None, "", []):
            continue
        if isinstance(definition, QgsProcessingParameterFile):
            yield algorithm.parameterAsFile(parameters, definition.name(), context)
        elif isinstance(definition, LAYERS):
            for one in _each(value):
                yield from _files_of(algorithm, definition.name(), one, context)


def _each(value):
    """All that a parameter holds, of one or of several."""
    if isinstance(value, (list, tuple)):
        return value
    return [value]


def output_places(given) -> Iterator[Destination]:
    """Of all that is written to files the user named."""
    for definition in given.algorithm.destinationParameterDefinitions():
        name = definition.name()
        if not given.has(name) or given.is_temporary(name):
            continue
        place = Destination.of(given.output(name))
        if place.path is not None:
            yield place


def stamps(algorithm, parameters, context):
    """Size and time of each file that is read."""
    stamp = []
    for path in input_files(algorithm, parameters, context):
        if os.path.exists(path):
            state = os.stat(path)
            stamp.append((path, state.st_size, state.st_mtime_ns))
    return tuple(stamp)


def is_same(path, other, folded=False):
    """Whether two paths lead to one file or to parts of one Shapefile, also through
    links and where only one of them exists yet; `folded`: also where only a disk that
    knows no capitals makes them one.
    """
    if os.path.exists(path) and os.path.exists(other) and os.path.samefile(path, other):
        return True
    if folded:
        return _canonical(path).casefold() == _canonical(other).casefold()
    return _canonical(path) == _canonical(other)


def _canonical(path):
    folder, name = os.path.split(os.path.realpath(path))
    stem, suffix = os.path.splitext(name)
    if suffix.lower() in SHAPEFILE_PARTS:
        name = stem + ".shp"
    return os.path.normcase(os.path.join(folder, name))


def _files_of(algorithm, name, value, context) -> Iterator[str]:
    """The files behind one value of a layer parameter."""
    if isinstance(value, QgsProcessingFeatureSourceDefinition):
        value = value.source.valueAsString(context.expressionContext())[0]
    layer = value
    if not isinstance(value, QgsMapLayer):
        layer = algorithm.parameterAsLayer({name: value}, name, context)
    if layer is not None:
        parts = QgsProviderRegistry.instance().decodeUri(
            layer.providerType(), layer.source()
        )
        if parts.get("path"):
            yield parts["path"]
            yield from _more_files(parts["path"])
        return
    path = str(value).split("|")[0]
    if os.path.exists(path):  # what cannot be opened is not to be overwritten either
        yield path


def _more_files(path) -> Iterator[str]:
    """Sidecars of a file, and what a VRT is made of."""
    from ...models.geo.files import files_behind

    yield from files_behind(path)
