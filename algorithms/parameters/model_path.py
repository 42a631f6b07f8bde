# SPDX-License-Identifier: GPL-2.0-or-later
"""Which model a search takes."""

from __future__ import annotations


def model_path(given, paths):
    """The user's, else the shipped one that suits; `paths`: of the rasters that are
    searched, as far as they are known. Raises MrifeError.
    """
    from ...models.inference.elevation_alone import suited_model

    return suited_model(given.file("MODEL"), given.flag("FAST"), paths, given.dem())
