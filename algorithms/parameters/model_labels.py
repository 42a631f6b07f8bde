# SPDX-License-Identifier: GPL-2.0-or-later
"""In the dialogs of a search and of outlining, numbers that are empty say what the chosen
model, or the chosen raster, makes of them.
"""

from __future__ import annotations

from ...models.contract import ELEVATION
from ...models.errors import MrifeError
from ..messages.errors import bands_in_words
from ..texts import tr
from .behind_layers import gdal_source
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


def model_labels(contract):
    """Labels of parameters for a model, by their names, so that what an empty value means
    is seen before a run.
    """
    values = {
        "BANDS": (tr("Bands"), bands_in_words(contract.image_bands)),
        "THRESHOLD": (tr("Threshold"), f"{contract.threshold:g}"),
        "OVERLAP": (tr("Overlap of windows, %"), f"{100 * contract.overlap:g}"),
        "SEED": (tr("Seed threshold"), f"{contract.seed:g}"),
        "MIN_AREA": (tr("Minimum area"), f"{contract.min_area:g} m²"),
    }
    labels = {
        name: tr("{} (model: {})").format(label, value)
        for name, (label, value) in values.items()
        if value
    }
    if contract.bands == (ELEVATION,):
        labels["INPUT"] = tr("Image (this model wants an elevation model here)")
    elif ELEVATION in contract.bands:
        labels["DEM"] = tr("Elevation model (this model wants one)")
    return labels


def raster_labels(thresholds):
    """The same for the thresholds that a probability raster carries."""
    values = {
        "THRESHOLD": (tr("Threshold"), f"{thresholds.threshold:g}"),
        "SEED": (tr("Seed threshold"), f"{thresholds.seed:g}"),
        "MIN_AREA": (tr("Minimum area"), f"{thresholds.min_area:g} m²"),
    }
    return {
        name: tr("{} (raster: {})").format(label, value)
        for name, (label, value) in values.items()
    }


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
