# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether shapely is new enough, and fits the GEOS of the process."""

from __future__ import annotations

from pathlib import Path

import shapely
from shapely import validation
from shapely.errors import ShapelyError
from shapely.geometry import Point

from ..errors import MrifeError


def check_shapely():
    """Raises MrifeError for a shapely that is too old, or asks for what the GEOS that is
    loaded already does not know: that of QGIS, with pip's shapely of an environment on
    the path.
    """
    # which came with 1.8; Debian has had builds that do not know their version
    if not hasattr(validation, "make_valid"):
        raise MrifeError(
            "QGIS's own Python has shapely {}, and 1.8 or newer is needed; update QGIS.",
            shapely.__version__,
        )
    try:
        Point(0, 0).wkb  # noqa: B018
    except ShapelyError as error:
        folder = Path(shapely.__file__).parent
        raise MrifeError(
            "QGIS takes shapely from '{}', which does not fit the GEOS of QGIS; take its "
            "folder off PYTHONPATH (an environment that is active, often) and start QGIS "
            "again.",
            folder,
        ) from error
