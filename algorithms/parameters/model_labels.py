# SPDX-License-Identifier: GPL-2.0-or-later
"""In the dialogs of a search and of outlining, numbers that are empty say what the chosen
model, or the chosen raster, makes of them.
"""

from __future__ import annotations

from ...models.errors import MrifeError
from .behind_layers import gdal_source
from .detection import model_labels, raster_labels
from .following_labels import FollowingWrapper
from .model_path import model_path


class DeviceWrapper(FollowingWrapper):
    """The choice of a device of a search."""

    choosing = ("INPUT", "DEM", "MODEL", "FAST")  # what the model follows from

    def labels_of(self, given):
        from ...models.onnxfile import contract_of

        return model_labels(contract_of(model_path(given, image_of(given))))


class SheetsDeviceWrapper(FollowingWrapper):
    """The choice of a device of a search over sheets."""

    choosing = ("INPUTS", "DEM", "MODEL", "FAST")

    def labels_of(self, given):
        from ...models.onnxfile import contract_of

        sources = map(source_of, given.rasters_or_texts("INPUTS"))
        return model_labels(contract_of(model_path(given, sources)))


class RasterWrapper(FollowingWrapper):
    """A choice beside a probability raster."""

    choosing = ("INPUT",)

    def labels_of(self, given):
        from ...models.jobs import defaults_of

        return raster_labels(defaults_of(gdal_source(given.raster("INPUT"))))


def source_of(layer):
    """Path of a layer, or of the text of what is none."""
    if isinstance(layer, str):
        return layer
    return gdal_source(layer)


def image_of(given):
    """Path of the raster that is to be searched; none where there is none."""
    try:
        return [gdal_source(given.raster("INPUT"))]
    except MrifeError:
        return []
