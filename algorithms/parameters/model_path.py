# SPDX-License-Identifier: GPL-2.0-or-later
"""Which model a search takes."""

from __future__ import annotations

from .given import gdal_source


def model_path(given, image):
    """The user's, else the shipped one that suits; `image`: the layer that is searched,
    None where there is none yet. Raises MrifeError.
    """
    from ...models.inference.elevation_alone import is_elevation
    from ...models.onnxfile import chosen_model

    elevation = given.has("DEM")
    if image is not None and not elevation:
        elevation = is_elevation(gdal_source(image))
    return chosen_model(given.file("MODEL"), given.flag("FAST"), elevation)
