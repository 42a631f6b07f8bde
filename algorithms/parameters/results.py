# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run writes: all of it stands in its places at the end, or nothing of it."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from pathlib import Path

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingUtils,
    QgsWkbTypes,
)

from ..texts import tr
from .declare import LINES, POLYGONS
from .destination import Destination
from .files import output_places

GEOMETRIES = {
    POLYGONS: QgsWkbTypes.Type.MultiPolygon,
    LINES: QgsWkbTypes.Type.MultiLineString,
}


class Outputs:
    """The outputs of one call, by their parameters. A context manager: what was not
    placed is gone after the block, and is not loaded.
    """

    def __init__(self, given, feedback):
        self._given = given
        self._feedback = feedback
        self._stack = ExitStack()
        self._staging = None
        self._loaded = []  # what QGIS is to load
        self._layers = {}  # of sinks: where they lie, where they will
        self._placed = False
        self._afterwards = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stack.close()
        if not self._placed:
            self._forget()

    @property
    def staging(self):
        """Made only when something is written: it needs more than QGIS itself does."""
        from ...models.geo.staging import Staging

        if self._staging is None:
            self._staging = self._stack.enter_context(Staging())
        return self._staging

    def place(self):
        """Put all in its place. Raises MrifeError."""
        if self._staging is not None:
            self._staging.place()
        self._placed = True
        for action in self._afterwards:
            action()

    def after_placing(self, action):
        """What is to be done as soon as all stands in its place."""
        self._afterwards.append(action)

    def file(self, name):
        """(where to write, where it will stand) of a file; None where it is not asked
        for.
        """
        if not self._given.has(name):
            return None
        path = self._given.output(name)
        return self.staging.path(path), path

    def text(self, name, make, encoding="utf-8"):
        """A file with the text that `make()` gives; returns where it will stand, None
        where it is not asked for.
        """
        paths = self.file(name)
        if paths is None:
            return None
        text = make()
        with naming(paths[1]), open(paths[0], "w", encoding=encoding, newline="") as file:
            file.write(text)
        return paths[1]

    def layer(self, name, records, fields, crs):
        """(WKB, values) records as the layer of a sink: (destination, count). What its
        format changed is said. Heeds cancel.
        """
        from ..layers.features import cancellable
        from ..layers.sink import write_provider, write_staged

        records = cancellable(records, self._feedback)
        given = self._given
        destination = Destination.of(given.output(name))
        options = create_options(given.parameters.get(name))
        kind = given.algorithm.parameterDefinition(name).dataType()
        geometry = GEOMETRIES[kind]
        arguments = records, fields, crs, given.context, options, geometry
        if destination.path is None:
            source, count, sentences = write_provider(destination, *arguments)
        else:
            written = write_staged(destination, self.staging, *arguments)
            staged, source, count, sentences = written
            self._layers[name] = (staged, source)
        for sentence in sentences:
            self._feedback.pushWarning(sentence)
        self._load(name, source)
        return source, count

    def loaded_path(self, name):
        """The place of a layer that the caller stages itself; QGIS will load it."""
        path = self._given.output_layer(name)
        self._loaded.append(path)
        return path

    def raster(self, name):
        """The place of a raster that is written beside it, under the name that a later
        run goes on with; QGIS will load it.
        """
        from ...models.geo.whole_files import UNFINISHED

        path = self.loaded_path(name)
        self.staging.adopt(os.path.realpath(path) + UNFINISHED, path)
        return path

    def staged(self, name):
        """Where the layer of a sink lies until all is put in its place."""
        return self._layers[name][0]

    def style_beside(self, name, write):
        """A style beside a layer's file for those who open it later, by `write(path)`;
        one that is there already stays, and a table's would be that of all others, as one
        of a name that two layers share.
        """
        self._beside(name, ".qml", write, replacing=False)

    def metadata_beside(self, name, write):
        """The same for metadata, which take the place of those of an earlier layer."""
        self._beside(name, ".qmd", write, replacing=True)

    def _beside(self, name, suffix, write, replacing):
        from ...models.geo.shared_name import other_layer

        _, source = self._layers.get(name, ("", self._given.output(name)))
        destination = Destination.of(source)
        if destination.path is None or destination.table:
            return
        places = [place.path for place in output_places(self._given)]
        other = other_layer(destination.path, places)
        if other:
            if suffix == ".qml":
                self._say_shared(destination.path, other)
            return
        path = self.staging.beside(destination.path, suffix, replacing)
        if path is not None:
            with naming(path):
                write(path)

    def _say_shared(self, path, other):
        """Of a layer that is written without its style, or with one that was there."""
        name = os.path.basename(path)
        style = Path(path).with_suffix(".qml")
        if os.path.exists(style):
            sentence = tr(
                "QGIS takes the style '{}' for that of '{}' and of '{}'; give one of them "
                "another name."
            ).format(style.name, name, other)
        else:
            sentence = tr(
                "No style is kept beside '{}': QGIS would take it for that of '{}', too. "
                "Give one of them another name to keep it."
            ).format(name, other)
        self._feedback.pushInfo(sentence)

    def _load(self, name, source):
        """As QGIS does for its own sinks."""
        value = self._given.parameters.get(name)
        if not isinstance(value, QgsProcessingOutputLayerDefinition):
            return
        if value.destinationProject is None:
            return
        details = QgsProcessingContext.LayerDetails(
            value.destinationName or self._given.label(name),
            value.destinationProject,
            name,
            QgsProcessingUtils.LayerHint.Vector,
        )
        self._given.context.addLayerToLoadOnCompletion(source, details)
        self._loaded.append(source)

    def _forget(self):
        from ..layers.styles import forget_layer

        for source in self._loaded:
            forget_layer(source, self._given.context)


@contextmanager
def naming(path):
    """A failure to write in the block is one of `path`: not every OSError says so."""
    from ...models.geo.write_failure import write_failure

    try:
        yield
    except OSError as error:
        raise write_failure(path, error) from error


def create_options(value):
    """Of a destination: the encoding."""
    if isinstance(value, QgsProcessingOutputLayerDefinition):
        return value.createOptions
    return {}


@contextmanager
def temporary_folder():
    """In QGIS's own folder; what killed runs of any QGIS left beside it is swept away."""
    from ...models.geo.scratch import scratch_folder, sweep

    own = Path(QgsProcessingUtils.tempFolder())
    for other in own.parent.glob("processing_*"):
        sweep(other)
    with scratch_folder(own) as folder:
        yield folder
