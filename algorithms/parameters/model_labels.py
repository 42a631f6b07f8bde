# SPDX-License-Identifier: GPL-2.0-or-later
"""In the dialogs of a search and of outlining, numbers that are empty say what the chosen
model, or the chosen raster, makes of them.
"""

from __future__ import annotations

from ...models.errors import MrifeError
from .detection import model_labels, raster_labels
from .following_labels import FollowingWrapper
from .given import gdal_source
from .model_path import model_path


class DeviceWrapper(FollowingWrapper):
    """The choice of a device of a search."""

    choosing = ("INPUT", "DEM", "MODEL", "FAST")  # what the model follows from

    def labels_of(self, given):
        from ...models.onnxfile import contract_of

        return model_labels(contract_of(model_path(given, image_of(given))))


class SheetsDeviceWrapper(FollowingWrapper):
    """The choice of a device of a search over sheets."""

    choosing = ("DEM", "MODEL", "FAST")

    def labels_of(self, given):
        from ...models.onnxfile import contract_of

        return model_labels(contract_of(model_path(given, None)))


class RasterWrapper(FollowingWrapper):
    """A choice beside a probability raster."""

    choosing = ("INPUT",)

    def labels_of(self, given):
        from ...models.pipeline import defaults_of

        return raster_labels(defaults_of(gdal_source(given.raster("INPUT"))))


def image_of(given):
    """The layer that is to be searched; None where there is none."""
    try:
        return given.raster("INPUT")
    except MrifeError:
        return None
