# SPDX-License-Identifier: GPL-2.0-or-later
"""Which model a search takes."""

from __future__ import annotations


def model_path(given, paths, providers=()):
    """The user's, else the shipped one that suits; `paths`: of the rasters that are
    searched, as far as they are known, `providers`: of the runtime, where it was asked.
    Raises MrifeError.
    """
    from ...models.inference.elevation_alone import suited_model
    from ...models.inference.processor import eight_bits_pay

    own = given.file("MODEL")
    fast = not own and given.flag("FAST")
    fast = fast and eight_bits_pay(given.choice("DEVICE"), providers)
    return suited_model(own, fast, paths, given.dem())
