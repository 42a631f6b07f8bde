# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether a value is one of those that its parameter takes."""

from __future__ import annotations

import re

from qgis.core import QgsCoordinateReferenceSystem

from ...models.errors import MrifeError
from ..texts import tr

NO_LIMIT = 1e300  # QGIS's own is the largest double
SYSTEM_OF_EXTENT = re.compile(r"\[([^\[\]]*)\]\s*$")  # behind four numbers in a text


def check_bounds(definition, value):
    """Raises MrifeError for a number outside the limits of its parameter."""
    low = definition.minimum()
    high = definition.maximum()
    if value is None or low <= value <= high:
        return
    if high < NO_LIMIT:
        right = tr("between {} and {}").format(f"{low:g}", f"{high:g}")
    else:
        right = tr("at least {}").format(f"{low:g}")
    raise MrifeError(
        "{} is {}; it must be {}.", definition.description(), f"{value:g}", right
    )


def check_choice(definition, value):
    """Raises MrifeError for what is none of a list; qgis_process shows numbers for all of
    them.
    """
    if value is None or definition.checkValueIsAcceptable(value):
        return
    right = definition.options()
    if not definition.usesStaticStrings():
        right = [f"{place} ({words})" for place, words in enumerate(right)]
    raise MrifeError(
        "{}: '{}' is none of the choices; give one of {}.",
        definition.description(),
        value,
        ", ".join(right),
    )


def check_kind(definition, value):
    """Raises MrifeError for a file whose name is not that of its kind."""
    if not value or definition.checkValueIsAcceptable(value):
        return
    raise MrifeError(
        "{}: '{}' is no {}; choose such a file.",
        definition.description(),
        value,
        definition.fileFilter(),
    )


def check_system(extent, label):
    """Raises MrifeError for an extent whose system is not known, which QGIS would take for
    the raster's.
    """
    system = SYSTEM_OF_EXTENT.search(str(extent))
    if not system or not system[1]:
        return
    if not QgsCoordinateReferenceSystem(system[1]).isValid():
        raise MrifeError(
            "{}: '{}' is no coordinate reference system that QGIS knows; correct it or "
            "leave it out.",
            label,
            system[1],
        )


def check_own_system(extent, label, crs):
    """Raises MrifeError for an extent in a system without an identifier, as a survey has of
    its own, that cannot be the raster's `crs`. QGIS's dialog writes [] for it.
    """
    system = SYSTEM_OF_EXTENT.search(str(extent))
    if system and not system[1] and crs.authid():
        raise MrifeError(
            "{}: '{}' is in a coordinate reference system without an identifier, and the "
            "image in {}; give it in that one.",
            label,
            extent,
            crs.authid(),
        )
