# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether an output can be written, tried before the long work."""

from __future__ import annotations

import os
import re
import tempfile

from qgis.core import (
    QgsProcessingOutputLayerDefinition,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterVectorDestination,
    QgsProcessingUtils,
)

from ...models.endings import GEOTIFF, has_ending
from ...models.errors import MrifeError
from ...models.regular_file import check_regular
from .destination import Destination

LAYERS = (QgsProcessingParameterFeatureSink, QgsProcessingParameterVectorDestination)


def check_output(destination, need=0):
    """Raises MrifeError when `need` bytes cannot be written at `destination`, a
    destination string of Processing.
    """
    from ...models.geo.disk_space import check_space

    path = output_path(destination)
    if path is None:
        return
    folder = os.path.dirname(os.path.abspath(path))
    check_regular(path)
    if os.path.isdir(path):
        raise MrifeError("The output '{}' is a folder; give a file name.", path)
    check_folder(folder)
    if os.path.exists(path) and not os.access(path, os.W_OK):
        raise MrifeError(
            "The output file '{}' exists and may not be overwritten; choose another "
            "name.",
            path,
        )
    check_space(folder, need)


def check_probability(given, plan):
    """Raises MrifeError where there is no room for the probability raster of an
    inference.plan.Plan, asked for or temporary.
    """
    bands = 1 + plan.has_spread
    need = bands * plan.grid.width * plan.grid.height // 2
    if given.has("PROBABILITY"):
        check_output(given.output("PROBABILITY"), need)
        need = 0
    check_temporary(need)


def output_path(destination):
    """The file behind a destination string; None where it is memory or a database server."""
    return Destination.of(destination).path


def check_destinations(given):
    """Raises MrifeError where an output that the user named cannot be made, as far as
    that can be known before the work.
    """
    for definition in given.algorithm.destinationParameterDefinitions():
        name = definition.name()
        if not given.has(name) or given.is_temporary(name):
            continue
        check_no_appending(given, name)
        text = given.output(name)
        if isinstance(definition, QgsProcessingParameterFolderDestination):
            check_output_folder(text)
            continue
        check_output(text)
        if isinstance(definition, QgsProcessingParameterFileDestination):
            check_ending(definition, text)
        elif isinstance(definition, LAYERS):
            check_layer_output(Destination.of(text), given)
        elif isinstance(definition, QgsProcessingParameterRasterDestination):
            check_raster_output(text)


def check_no_appending(given, name):
    """Raises MrifeError where features are to be added to an existing layer, which would
    be replaced.
    """
    value = given.parameters[name]
    if isinstance(value, QgsProcessingOutputLayerDefinition) and value.useRemapping():
        raise MrifeError(
            "{}: nothing is appended to '{}', which would be replaced; choose a new layer "
            "and merge both afterwards.",
            given.label(name),
            given.output(name),
        )


def check_output_folder(path):
    """Raises MrifeError where files cannot be written to a folder that is or will be
    there.
    """
    path = os.path.abspath(path)
    check_regular(path)
    if not os.path.exists(path):
        path = os.path.dirname(path)
    check_folder(path)


def check_layer_output(destination, given):
    """Raises MrifeError where no layer of polygons can be made at a destination."""
    from ...models.geo.database import check_writable
    from ...models.geo.feature_file import check_replaceable
    from ...models.geo.scratch import scratch_folder
    from ...models.geo.write_failure import check_unused
    from ..layers.server import ServerTable
    from ..layers.sink import check_layer
    from .files import check_apart

    if destination.is_server:
        ServerTable(destination.text).check()
    if destination.path is None:
        return
    folder = os.path.dirname(os.path.abspath(destination.path))
    if destination.is_table and os.path.exists(destination.path):
        check_writable(destination.path)
    with scratch_folder(folder, hidden=True) as scratch:
        name = check_layer(destination, str(scratch))
    path = os.path.join(folder, name)
    if not destination.is_table:
        check_unused(path)
        check_replaceable(path, given.algorithm.own_layers)
    if path != os.path.abspath(destination.path):  # QGIS gave it the format's ending
        check_apart(path, given.input_files())
        check_output(path)


def check_ending(definition, path):
    """Raises MrifeError where the name of a file promises another format than the one
    that is written.
    """
    endings = re.findall(r"\*(\.\w+)", definition.fileFilter())
    if has_ending(path, endings):
        return
    raise MrifeError(
        "{}: the name of this file must end in {}, and '{}' does not; choose another.",
        definition.description(),
        " / ".join(endings),
        os.path.basename(path),
    )


def check_raster_output(path):
    """Raises MrifeError where a name promises another format than the GeoTIFF that is
    written.
    """
    if not has_ending(path, GEOTIFF):
        raise MrifeError(
            "'{}' will be a GeoTIFF; give a name that ends in .tif.",
            os.path.basename(path),
        )


def check_folder(folder):
    if os.path.isfile(folder):
        raise MrifeError("The output folder '{}' is a file; choose another name.", folder)
    if not os.path.isdir(folder):
        raise MrifeError(
            "The output folder '{}' does not exist; make it first or choose another.",
            folder,
        )
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"0")
    except OSError as error:
        raise MrifeError(
            "Nothing can be written to the output folder '{}' ({}); choose another.",
            folder,
            error.strerror,
        ) from error


def check_temporary(need):
    """The folder Processing keeps its temporary files in."""
    from ...models.geo.disk_space import check_space

    folder = QgsProcessingUtils.tempFolder()
    check_folder(folder)
    check_space(folder, need)
